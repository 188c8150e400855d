"""N-JEPA in PyTorch, written from the project's specification: what the library's numbers and speed are compared with.

Parameter names are the I-JEPA repository's under `encoder.`, `target_encoder.`, `predictor_c.` and `predictor_n.`, so
that state dicts and our `weights.safetensors` are interchangeable. Nothing in the library needs this file.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass
class Sizes:
    image: int
    patch: int
    channels: int
    embed: int
    depth: int
    heads: int
    predictor_embed: int
    predictor_depth: int
    predictor_heads: int
    mlp_ratio: float = 4.0

    @property
    def grid(self) -> int:
        return self.image // self.patch


def position_table(grid: int, width: int) -> Tensor:
    """[grid², width]: first half columns, second half rows, each sines then cosines; float64 rounded once."""
    quarter = width // 4
    frequency = 10000.0 ** (-torch.arange(quarter, dtype=torch.float64) / quarter)
    rows, columns = torch.meshgrid(torch.arange(grid), torch.arange(grid), indexing="ij")
    halves = []
    for coordinate in (columns, rows):
        angle = coordinate.reshape(-1, 1).double() * frequency
        halves += [angle.sin(), angle.cos()]
    return torch.cat(halves, dim=1).float()


class Attention(nn.Module):
    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        rows, tokens, width = x.shape
        q, k, v = self.qkv(x).view(rows, tokens, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(q, k, v)
        return self.proj(mixed.transpose(1, 2).reshape(rows, tokens, width))


class Mlp(nn.Module):
    def __init__(self, width: int, ratio: float):
        super().__init__()
        self.fc1 = nn.Linear(width, int(width * ratio))
        self.fc2 = nn.Linear(int(width * ratio), width)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc2(F.gelu(self.fc1(x)))


class Block(nn.Module):
    def __init__(self, width: int, heads: int, ratio: float):
        super().__init__()
        self.norm1 = nn.LayerNorm(width, eps=1e-6)
        self.attn = Attention(width, heads)
        self.norm2 = nn.LayerNorm(width, eps=1e-6)
        self.mlp = Mlp(width, ratio)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attn(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class PatchEmbed(nn.Module):
    def __init__(self, sizes: Sizes):
        super().__init__()
        self.proj = nn.Conv2d(sizes.channels, sizes.embed, sizes.patch, sizes.patch)

    def forward(self, images: Tensor) -> Tensor:
        return self.proj(images).flatten(2).transpose(1, 2)


def take(x: Tensor, indices: Tensor) -> Tensor:
    """x [B, N, D] at indices [R, K], where row r looks at image r mod B; all blocks of a list one after another."""
    repeats = indices.shape[0] // x.shape[0]
    if repeats > 1:
        x = x.repeat(repeats, 1, 1)
    return x.gather(1, indices.unsqueeze(-1).expand(-1, -1, x.shape[-1]))


class Encoder(nn.Module):
    def __init__(self, sizes: Sizes):
        super().__init__()
        self.patch_embed = PatchEmbed(sizes)
        self.blocks = nn.ModuleList(Block(sizes.embed, sizes.heads, sizes.mlp_ratio) for _ in range(sizes.depth))
        self.norm = nn.LayerNorm(sizes.embed, eps=1e-6)
        self.register_buffer("positions", position_table(sizes.grid, sizes.embed), persistent=False)

    def forward(self, images: Tensor, kept: Tensor | None = None) -> Tensor:
        x = self.patch_embed(images) + self.positions
        if kept is not None:
            x = take(x, kept)
        for block in self.blocks:
            x = block(x)
        return self.norm(x)


class Predictor(nn.Module):
    def __init__(self, sizes: Sizes):
        super().__init__()
        width = sizes.predictor_embed
        self.mask_token = nn.Parameter(torch.zeros(1, 1, width))
        self.predictor_embed = nn.Linear(sizes.embed, width)
        self.predictor_blocks = nn.ModuleList(
            Block(width, sizes.predictor_heads, sizes.mlp_ratio) for _ in range(sizes.predictor_depth)
        )
        self.predictor_norm = nn.LayerNorm(width, eps=1e-6)
        self.predictor_proj = nn.Linear(width, sizes.embed)
        self.register_buffer("positions", position_table(sizes.grid, width), persistent=False)

    def forward(self, z: Tensor, context: Tensor, targets: Tensor, noise: Tensor | None = None) -> Tensor:
        x = self.predictor_embed(z) + self.positions[context]
        positions = self.positions[targets]
        if noise is not None:
            positions = positions + noise
        queries = self.mask_token + positions
        x = torch.cat([x.repeat(targets.shape[0] // x.shape[0], 1, 1), queries], dim=1)
        for block in self.predictor_blocks:
            x = block(x)
        return self.predictor_proj(self.predictor_norm(x[:, context.shape[1] :]))


class NJepa(nn.Module):
    """Student, teacher and both predictors; `forward` gives the three losses and their sum."""

    def __init__(self, sizes: Sizes, lambda_nt: float, lambda_cn: float):
        super().__init__()
        self.sizes, self.lambda_nt, self.lambda_cn = sizes, lambda_nt, lambda_cn
        self.encoder = Encoder(sizes)
        self.target_encoder = Encoder(sizes).requires_grad_(False)
        self.predictor_c = Predictor(sizes)
        self.predictor_n = Predictor(sizes)
        self.initialize()

    def initialize(self) -> None:
        for module in self.modules():
            if isinstance(module, (nn.Linear, nn.Conv2d)):
                nn.init.trunc_normal_(module.weight, std=0.02)
                nn.init.zeros_(module.bias)
        for predictor in (self.predictor_c, self.predictor_n):
            nn.init.trunc_normal_(predictor.mask_token, std=0.02)
        self.target_encoder.load_state_dict(self.encoder.state_dict())

    def latents(self, images: Tensor, context: Tensor, targets: Tensor, noise: Tensor) -> dict[str, Tensor]:
        with torch.no_grad():
            full = self.target_encoder(images)
            wanted = take(F.layer_norm(full, full.shape[-1:], eps=1e-5), targets)
        z = self.encoder(images, context)
        clean = self.predictor_c(z, context, targets)
        noisy = self.predictor_n(z, context, targets, noise)
        return {"teacher": full, "targets": wanted, "student": z, "clean": clean, "noisy": noisy}

    def forward(self, images: Tensor, context: Tensor, targets: Tensor, noise: Tensor) -> dict[str, Tensor]:
        found = self.latents(images, context, targets, noise)
        ct = F.smooth_l1_loss(found["clean"], found["targets"])
        nt = F.smooth_l1_loss(found["noisy"], found["targets"])
        cn = F.mse_loss(found["noisy"], found["clean"])
        return {"ct": ct, "nt": nt, "cn": cn, "total": ct + self.lambda_nt * nt + self.lambda_cn * cn}

    def trained(self) -> dict[str, nn.Parameter]:
        return {name: p for name, p in self.named_parameters() if p.requires_grad}


def is_decayed(name: str, parameter: Tensor) -> bool:
    return parameter.ndim > 1 and not name.endswith("bias")


def make_optimizer(model: NJepa, lr: float, weight_decay: float, fused: bool = False) -> torch.optim.AdamW:
    named = model.trained().items()
    groups = [
        {"params": [p for n, p in named if is_decayed(n, p)], "weight_decay": weight_decay},
        {"params": [p for n, p in named if not is_decayed(n, p)], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=lr, betas=(0.9, 0.999), eps=1e-8, fused=fused)


@torch.no_grad()
def update_teacher(model: NJepa, momentum: float) -> None:
    teacher, student = list(model.target_encoder.parameters()), list(model.encoder.parameters())
    torch._foreach_mul_(teacher, momentum)
    torch._foreach_add_(teacher, student, alpha=1 - momentum)


def edm_noise(
    rows: int, tokens: int, width: int, generator: torch.Generator | None = None, device: str = "cpu"
) -> Tensor:
    """Noise of the preset `edm`: one log-normal sigma per image and block."""
    sigma = torch.exp(-1.2 + 1.2 * torch.randn(rows, 1, 1, generator=generator, device=device))
    return sigma * torch.randn(rows, tokens, width, generator=generator, device=device)

