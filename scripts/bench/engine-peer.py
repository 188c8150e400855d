"""PyTorch's side of `npm run bench -- engine`: answers a line of JSON with a line of JSON."""

import json
import sys
import time

import torch
import torch.nn.functional as F


def block(params, x, rows, tokens, heads):
    """One pre-norm transformer block on [rows * tokens, width], as lib/model/block.ts."""
    width = x.shape[1]
    normed = F.layer_norm(x, (width,), params["norm1.weight"], params["norm1.bias"], 1e-6)
    qkv = F.linear(normed, params["attn.qkv.weight"], params["attn.qkv.bias"])
    q, k, v = qkv.view(rows, tokens, 3, heads, width // heads).permute(2, 0, 3, 1, 4)
    mixed = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(rows * tokens, width)
    x = x + F.linear(mixed, params["attn.proj.weight"], params["attn.proj.bias"])
    normed = F.layer_norm(x, (width,), params["norm2.weight"], params["norm2.bias"], 1e-6)
    hidden = F.gelu(F.linear(normed, params["mlp.fc1.weight"], params["mlp.fc1.bias"]))
    return x + F.linear(hidden, params["mlp.fc2.weight"], params["mlp.fc2.bias"])


class Peer:
    def __init__(self):
        self.ready = {}

    def small_op(self, count):
        a, b = torch.ones(8, 8), torch.ones(8, 8)
        began = time.perf_counter()
        for _ in range(count):
            torch.add(a, b)
        return time.perf_counter() - began

    def product(self, m, k, n, count):
        a, b = torch.ones(m, k), torch.ones(k, n)
        began = time.perf_counter()
        for _ in range(count):
            torch.matmul(a, b)
        return time.perf_counter() - began

    def prepare_block(self, key, rows, tokens, width, heads, shapes, backward, compiled):
        params = {name: torch.full(shape, 0.02).requires_grad_(backward) for name, shape in shapes.items()}
        x = torch.randn(rows * tokens, width).requires_grad_(backward)
        forward = torch.compile(block) if compiled else block

        def run():
            if not backward:
                with torch.no_grad():
                    return forward(params, x, rows, tokens, heads)
            loss = forward(params, x, rows, tokens, heads).square().sum()
            return torch.autograd.grad(loss, [x, *params.values()])

        began = time.perf_counter()
        run()
        self.ready[key] = run
        return time.perf_counter() - began

    def block(self, key):
        began = time.perf_counter()
        self.ready[key]()
        return time.perf_counter() - began

    def threads(self, count):
        torch.set_num_threads(count)
        return torch.get_num_threads()

    def version(self):
        return torch.__version__

    def peak_bytes(self):
        # Not `ru_maxrss`: a process begins with the size of the one that forked it.
        with open("/proc/self/status", encoding="ascii") as file:
            return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM:"))


peer = Peer()
for line in sys.stdin:
    question = json.loads(line)
    try:
        answer = {"value": getattr(peer, question.pop("do"))(**question)}
    except Exception as error:  # told to the benchmark, which says it in the row
        answer = {"error": f"{type(error).__name__}: {str(error).strip().splitlines()[0] if str(error).strip() else ''}"}
    print(json.dumps(answer), flush=True)
