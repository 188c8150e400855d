"""Check a golden file against the twin, or make another one.

    python scripts/reference/golden.py --check test/golden/tiny.json
    python scripts/reference/golden.py --make out.json --seed 7 --image 32 --patch 8 --channels 1 --embed 24 --depth 3 \\
        --heads 3 --predictor-embed 16 --predictor-depth 2 --predictor-heads 4 --batch 2 --blocks 3 --lambda-nt 0.5

Exit 0 all agrees or was made, 1 something differs.
"""

import argparse
import base64
import json
import sys

import torch
from njepa import NJepa, Sizes, edm_noise, is_decayed, make_optimizer, update_teacher

LR, WEIGHT_DECAY, EMA, STEPS = 1e-3, 0.05, 0.996, 3
SHAPE = ("image", "patch", "channels", "embed", "depth", "heads", "predictor_embed", "predictor_depth", "predictor_heads")


def encode(tensor: torch.Tensor) -> dict:
    values = tensor.detach().float().contiguous()
    return {"shape": list(values.shape), "f32": base64.b64encode(values.numpy().astype("<f4").tobytes()).decode()}


def decode(array: dict) -> torch.Tensor:
    return torch.frombuffer(bytearray(base64.b64decode(array["f32"])), dtype=torch.float32).reshape(array["shape"])


def their_name(name: str) -> str:
    return name.replace("target_encoder.", "teacher.")


def compute(model: NJepa, images, context, targets, noise) -> dict:
    """Everything in a golden file that is computed: outputs, losses, gradients, and the result of three steps."""
    named = model.trained()
    optimizer = make_optimizer(model, LR, WEIGHT_DECAY)
    found: dict = {}
    with torch.no_grad():
        outputs = model.latents(images, context, targets, noise)
    found["outputs"] = {
        "encoder_output": outputs["student"],
        "targets": outputs["targets"],
        "pred_c": outputs["clean"],
        "pred_n": outputs["noisy"],
    }
    found["activations"] = {"teacher_full": outputs["teacher"]}
    over_steps = []
    for step in range(STEPS):
        optimizer.zero_grad()
        losses = model(images, context, targets, noise)
        losses["total"].backward()
        over_steps.append({name: value.item() for name, value in losses.items()})
        if step == 0:
            found["grads"] = {name: p.grad.clone() for name, p in named.items()}
        optimizer.step()
        update_teacher(model, EMA)
        if step == 0:
            found["params_after_adamw"] = {name: p.detach().clone() for name, p in named.items()}
            teacher = model.target_encoder.named_parameters()
            found["teacher_after_ema"] = {f"teacher.{name}": p.detach().clone() for name, p in teacher}
    with torch.no_grad():
        last = model(images, context, targets, noise)
    found["losses_over_steps"] = [*over_steps, {name: value.item() for name, value in last.items()}]
    found["losses"] = over_steps[0]
    norms = {their_name(name): p.detach().double().norm().item() for name, p in model.named_parameters()}
    found["l2_norms_after_3_steps"] = norms
    return found


def check(path: str) -> int:
    with open(path, encoding="utf8") as file:
        golden = json.load(file)
    config = golden["config"]
    model = NJepa(Sizes(**{name: config[name] for name in SHAPE}), config["lambda_nt"], config["lambda_cn"])
    state = {name.replace("teacher.", "target_encoder."): decode(a) for name, a in golden["params"].items()}
    model.load_state_dict(state)
    targets = torch.tensor(golden["masks"]["targets"]).flatten(0, 1)
    context = torch.tensor(golden["masks"]["context"])
    found = compute(model, decode(golden["images_nchw"]), context, targets, decode(golden["noise"]))
    wrong: list[str] = []

    def compare(what: str, ours: torch.Tensor, theirs: torch.Tensor, absolute: float, relative: float = 0.0) -> None:
        excess = ((ours - theirs).abs() / (absolute + relative * theirs.abs())).max().item()
        if not excess <= 1:
            wrong.append(f"{what}: {excess:.2f} times the tolerance")

    for group in ("outputs", "activations"):
        for name, tensor in found[group].items():
            compare(f"{group} {name}", tensor, decode(golden[group][name]), 2e-5)
    for name, gradient in found["grads"].items():
        theirs = decode(golden["grads"][name])
        compare(f"gradient {name}", gradient, theirs, 2e-6, 1e-4)
        # Where the gradient is rounding noise AdamW moves by anything up to the learning rate.
        counts = theirs.abs() > 1e-5
        after = decode(golden["params_after_adamw"][name])
        ours = torch.where(counts, found["params_after_adamw"][name], after)
        compare(f"after AdamW {name}", ours, after, 2e-6)
    for name, tensor in found["teacher_after_ema"].items():
        loose = (1 - EMA) * 2 * LR if name.endswith("qkv.bias") else 0.0
        compare(f"after EMA {name}", tensor, decode(golden["teacher_after_ema"][name]), 1e-6 + loose)
    for step, losses in enumerate(golden["losses_over_steps"]):
        for name, value in losses.items():
            ours = torch.tensor(found["losses_over_steps"][step][name])
            compare(f"loss {name} after {step} steps", ours, torch.tensor(value), 0, 1e-5 if step == 0 else 1e-4)
    for name, norm in golden["l2_norms_after_3_steps"].items():
        if name.endswith("qkv.bias"):
            continue
        compare(f"norm of {name}", torch.tensor(found["l2_norms_after_3_steps"][name]), torch.tensor(norm), 0, 1e-4)
    print("\n".join(wrong) if wrong else f"{path}: everything agrees")
    return 1 if wrong else 0


def make(path: str, given: argparse.Namespace) -> int:
    generator = torch.Generator().manual_seed(given.seed)
    sizes = Sizes(**{name: getattr(given, name) for name in SHAPE})
    model = NJepa(sizes, given.lambda_nt, given.lambda_cn)
    with torch.no_grad():
        # All random, biases and gains too, and a teacher that is not the student: a swap shows.
        for name, parameter in model.named_parameters():
            gain = 1.0 if "norm" in name and name.endswith("weight") else 0.0
            parameter.copy_(gain + 0.1 * torch.randn(parameter.shape, generator=generator))
    patches = sizes.grid**2
    shuffled = torch.stack([torch.randperm(patches, generator=generator) for _ in range(given.batch)])
    kept = patches // 2
    context = shuffled[:, :kept].sort(dim=1).values
    wanted = max(1, patches // 4)
    rows = [shuffled[:, kept + torch.randperm(patches - kept, generator=generator)[:wanted]].sort(dim=1).values for _ in range(given.blocks)]
    targets = torch.cat(rows)
    images = torch.randn(given.batch, sizes.channels, sizes.image, sizes.image, generator=generator)
    noise = edm_noise(targets.shape[0], wanted, sizes.predictor_embed, generator)
    params = {their_name(name): encode(p) for name, p in model.named_parameters()}
    decayed = [name for name, p in model.trained().items() if is_decayed(name, p)]
    found = compute(model, images, context, targets, noise)
    config = {name: getattr(sizes, name) for name in SHAPE}
    config |= {"grid": sizes.grid, "batch": given.batch, "target_blocks": given.blocks, "patches_per_target": wanted}
    config |= {"lambda_nt": given.lambda_nt, "lambda_cn": given.lambda_cn, "lr": LR, "weight_decay": WEIGHT_DECAY, "ema": EMA}
    arrays = ("outputs", "activations", "grads", "params_after_adamw", "teacher_after_ema")
    golden = {
        "about": f"made by scripts/reference/golden.py, seed {given.seed}, torch {torch.__version__}; as tiny.json is laid out",
        "config": config,
        "masks": {"context": context.tolist(), "targets": targets.unflatten(0, (given.blocks, given.batch)).tolist()},
        "images_nchw": encode(images),
        "images_nhwc": encode(images.permute(0, 2, 3, 1)),
        "noise": encode(noise),
        "params": params,
        "pos_embed_encoder": encode(model.encoder.positions),
        "pos_embed_predictor": encode(model.predictor_c.positions),
        "weight_decayed": decayed,
        **{name: value for name, value in found.items() if name not in arrays},
        **{name: {key: encode(tensor) for key, tensor in found[name].items()} for name in arrays},
    }
    with open(path, "w", encoding="utf8") as file:
        json.dump(golden, file)
    print(f"made {path}")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--check")
    which.add_argument("--make")
    defaults = dict(zip(SHAPE, (32, 8, 3, 32, 2, 4, 16, 2, 4)))
    for name, value in {**defaults, "seed": 0, "batch": 3, "blocks": 2}.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, default=value)
    parser.add_argument("--lambda-nt", type=float, default=0.3)
    parser.add_argument("--lambda-cn", type=float, default=0.2)
    given = parser.parse_args()
    torch.set_num_threads(1)
    return check(given.check) if given.check else make(given.make, given)


if __name__ == "__main__":
    sys.exit(main())
