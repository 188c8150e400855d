"""Writes test/golden/attentive.json: what PyTorch makes of V-JEPA's attentive classifier (scores, and losses over steps of
its AdamW with clipping) and of efficient probing's pooling, for numbers that both sides compute from one formula.
Needs torch.

    python scripts/reference/attentive_goldens.py test/golden/attentive.json
"""

import json
import math
import sys

import numpy as np
import torch
from torch.nn import functional as F

IMAGES, TOKENS, WIDTH, HEADS, CLASSES, QUERIES = 6, 5, 8, 2, 3, 4
STEPS = 4


def wave(place: int, *shape: int, scale: float = 1.0):
    """scale sin(0.7 + 1.3 place + (0.37 + 0.11 place) k) for element k, in float32."""
    k = np.arange(math.prod(shape))
    return torch.tensor((scale * np.sin(0.7 + 1.3 * place + (0.37 + 0.11 * place) * k)).astype(np.float32)).reshape(shape)


class Pooler(torch.nn.Module):
    """One query, cross-attention and an MLP, each added to its input, and a linear layer."""

    def __init__(self):
        super().__init__()
        self.query = torch.nn.Parameter(wave(1, 1, WIDTH, scale=0.2))
        self.norm1, self.norm2 = torch.nn.LayerNorm(WIDTH), torch.nn.LayerNorm(WIDTH)
        self.q, self.kv = torch.nn.Linear(WIDTH, WIDTH), torch.nn.Linear(WIDTH, 2 * WIDTH)
        self.proj = torch.nn.Linear(WIDTH, WIDTH)
        self.fc1, self.fc2 = torch.nn.Linear(WIDTH, 4 * WIDTH), torch.nn.Linear(4 * WIDTH, WIDTH)
        self.linear = torch.nn.Linear(WIDTH, CLASSES)
        whole = wave(2, 3 * WIDTH, WIDTH, scale=0.4)
        bias = wave(3, 3 * WIDTH, scale=0.1)
        with torch.no_grad():
            self.q.weight.copy_(whole[:WIDTH]), self.q.bias.copy_(bias[:WIDTH])
            self.kv.weight.copy_(whole[WIDTH:]), self.kv.bias.copy_(bias[WIDTH:])
            for place, layer in enumerate([self.proj, self.fc1, self.fc2, self.linear]):
                layer.weight.copy_(wave(4 + 2 * place, *layer.weight.shape, scale=0.4))
                layer.bias.copy_(wave(5 + 2 * place, *layer.bias.shape, scale=0.1))

    def forward(self, x):
        rows = len(x)

        def split(it):
            return it.reshape(rows, -1, HEADS, WIDTH // HEADS).transpose(1, 2)

        query = self.query.expand(rows, 1, WIDTH)
        k, v = self.kv(self.norm1(x)).split(WIDTH, dim=-1)
        mixed = F.scaled_dot_product_attention(split(self.q(query)), split(k), split(v))
        query = query + self.proj(mixed.transpose(1, 2).reshape(rows, 1, WIDTH))
        query = query + self.fc2(F.gelu(self.fc1(self.norm2(query))))
        return self.linear(query[:, 0])


def vjepa(tokens, labels):
    pooler = Pooler()
    scores = pooler(tokens).tolist()
    named = list(pooler.named_parameters())
    decayed = [it for name, it in named if "bias" not in name and it.ndim > 1]
    others = [it for name, it in named if "bias" in name or it.ndim == 1]
    optimizer = torch.optim.AdamW([{"params": decayed}, {"params": others, "weight_decay": 0}])
    losses = []
    for step in range(1, STEPS + 1):
        cosine = 0.5 * (1 + math.cos(math.pi * step / STEPS))
        for group in optimizer.param_groups:
            group["lr"] = 0.001 * cosine
            if group["weight_decay"] != 0:
                group["weight_decay"] = 1e-6 + (0.001 - 1e-6) * cosine
        loss = F.cross_entropy(pooler(tokens), labels)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(pooler.parameters(), 1.0)
        optimizer.step()
        losses.append(loss.item())
    return {"scores": scores, "losses": losses, "after": pooler(tokens).tolist()}


def efficient(tokens):
    """Each query pools the tokens; its part of the width is a projection of what it pooled."""
    queries = wave(20, QUERIES, WIDTH, scale=0.8)
    values = wave(21, QUERIES, WIDTH, WIDTH // QUERIES, scale=0.4)
    classifier, bias = wave(22, WIDTH, CLASSES, scale=0.5), wave(23, CLASSES, scale=0.1)
    attention = torch.einsum("bnd,qd->bqn", tokens, queries).div(math.sqrt(WIDTH)).softmax(-1)
    parts = torch.einsum("bqn,bnd,qdp->bqp", attention, tokens, values)
    return (parts.flatten(1) @ classifier + bias).tolist()


def main(path: str):
    torch.manual_seed(0)
    tokens = wave(0, IMAGES, TOKENS, WIDTH, scale=1.5)
    labels = torch.arange(IMAGES) % CLASSES
    golden = {
        "madeWith": f"torch {torch.__version__}",
        "vjepa": vjepa(tokens, labels),
        "efficient": efficient(tokens),
    }
    with open(path, "w") as file:
        json.dump(golden, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
