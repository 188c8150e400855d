"""The peer of `npm run bench -- step`: takes training steps, one line of JSON in, one line of JSON out.

    {"open": {sizes, "batch", "lambda_nt", "lambda_cn", "compile", "threads", "device", "dtype", "dynamic"}}  ->  {"ready": true}
    {"steps": [{"context": base64 int32, "contextPatches", "targets": base64 int32, "targetPatches"}, ...]}
        ->  {"seconds": [one per step], "loss": last, "resident": bytes, "devicePeak": bytes of a GPU, or null}

Masks are given, so that both sides compute the same tokens, and they vary from step to step as in a real run. Noise is
drawn inside the timed step. AdamW is PyTorch's fused one, attention its scaled_dot_product_attention.
"""

import base64
import json
import os
import sys
import time

import numpy
import torch
from njepa import NJepa, Sizes, edm_noise, make_optimizer, update_teacher


def resident() -> int:
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def device_peak() -> int | None:
    return torch.cuda.max_memory_reserved() if torch.cuda.is_initialized() else None


class Peer:
    def __init__(self, given: dict):
        torch.set_num_threads(given["threads"])
        torch.manual_seed(0)
        self.device, self.batch = given.get("device", "cpu"), given["batch"]
        self.autocast = torch.autocast(self.device, torch.bfloat16, enabled=given.get("dtype") == "bf16")
        sizes = Sizes(**given["sizes"])
        self.model = NJepa(sizes, given["lambda_nt"], given["lambda_cn"]).to(self.device)
        self.optimizer = make_optimizer(self.model, 1e-4, 0.05, fused=True)
        # Token counts change from step to step: one program for all of them, unless one for each is asked for.
        dynamic = given.get("dynamic", True)
        self.losses = torch.compile(self.model, dynamic=dynamic) if given["compile"] else self.model
        shape = (self.batch, sizes.channels, sizes.image, sizes.image)
        self.images = torch.randn(shape, device=self.device)

    def step(self, given: dict) -> float:
        context, targets = self.indices(given, "context"), self.indices(given, "targets")
        began = time.perf_counter()
        noise = edm_noise(*targets.shape, self.model.sizes.predictor_embed, device=self.device)
        self.optimizer.zero_grad(set_to_none=True)
        with self.autocast:
            losses = self.losses(self.images, context, targets, noise)
        losses["total"].backward()
        self.optimizer.step()
        update_teacher(self.model, 0.996)
        self.loss = losses["total"].item()
        return time.perf_counter() - began

    def indices(self, given: dict, name: str) -> torch.Tensor:
        values = numpy.frombuffer(base64.b64decode(given[name]), dtype="<i4")
        patches = given["contextPatches" if name == "context" else "targetPatches"]
        return torch.from_numpy(values.astype("int64")).view(-1, patches).to(self.device)


def main() -> None:
    peer = None
    for line in sys.stdin:
        question = json.loads(line)
        try:
            if "open" in question:
                peer = Peer(question["open"])
                answer = {"ready": True}
            else:
                seconds = [peer.step(step) for step in question["steps"]]
                answer = {"seconds": seconds, "loss": peer.loss, "resident": resident()}
                answer["devicePeak"] = device_peak()
        except Exception as error:  # told to the benchmark, which says it
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
