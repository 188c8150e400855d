"""Writes test/golden/health.json: what NumPy makes of RankMe, α-ReQ, spread, LiDAR and the variance of tokens for features
that both sides compute from one formula. Needs NumPy.

    python scripts/reference/health_goldens.py test/golden/health.json
"""

import json
import sys

import numpy as np


def made(count: int, width: int, decay: float):
    """x[i][j] = (sin(1.7 i + 0.9 j i + j) + 0.5 sin(0.31 i j + 2)) (j + 1)^-decay + 0.3; float32."""
    i, j = np.meshgrid(np.arange(count), np.arange(width), indexing="ij")
    x = (np.sin(1.7 * i + 0.9 * j * i + j) + 0.5 * np.sin(0.31 * i * j + 2)) * (j + 1.0) ** -decay + 0.3
    return x.astype(np.float32).astype(float)


def effective_rank(values):
    shares = values / values.sum() + 1e-7
    return float(np.exp(-(shares * np.log(shares)).sum()))


def power_law(eigenvalues):
    ranks = np.arange(1, len(eigenvalues) + 1)
    chosen = (ranks >= 4) & (ranks <= 100)
    x, y, w = -np.log(ranks[chosen]), np.log(eigenvalues[chosen]), 1.0 / ranks[chosen]
    design = np.stack([x, np.ones_like(x)], 1)
    return float(np.linalg.solve(design.T @ (design * w[:, None]), (design * w[:, None]).T @ y)[0])


def health(x):
    centered = x - x.mean(0)
    singular = np.linalg.svd(centered, compute_uv=False)
    unit = x / np.linalg.norm(x, axis=1, keepdims=True)
    return {
        "rankMe": effective_rank(singular),
        "alphaReq": power_law(singular**2 / len(x)),
        "featureStd": float(unit.std(0).mean() * np.sqrt(x.shape[1])),
    }


def lidar(x, views):
    grouped = x.reshape(-1, views, x.shape[1])
    means = grouped.mean(1)
    within = (grouped - means[:, None]).reshape(len(x), -1)
    sigma_w = within.T @ within / (len(x) - len(means)) + 1e-4 * np.eye(x.shape[1])
    values, vectors = np.linalg.eigh(sigma_w)
    whitening = vectors @ np.diag(values**-0.5) @ vectors.T
    sigma_b = np.cov(means.T)
    return effective_rank(np.clip(np.linalg.eigvalsh(whitening @ sigma_b @ whitening), 0, None))


def variance(tokens):
    whole = tokens.mean((0, 1))
    total = ((tokens - whole) ** 2).sum()
    position = ((tokens.mean(0) - whole) ** 2).sum() * tokens.shape[0] / total
    image = ((tokens.mean(1) - whole) ** 2).sum() * tokens.shape[1] / total
    return {"byPosition": float(position), "byImage": float(image)}


def main(path: str):
    x = made(160, 24, 0.6)
    golden = {
        "madeWith": f"NumPy {np.__version__}",
        "tall": health(x),
        "wide": health(made(20, 24, 0.6)),
        "lidar": {str(views): lidar(x, views) for views in (2, 8)},
        "tokens": variance(x.reshape(16, 10, 24)),
    }
    with open(path, "w") as file:
        json.dump(golden, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
