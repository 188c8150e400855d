"""The peers of `npm run bench -- evaluate`: PyTorch's ViT and SGD, scikit-learn's logistic regression and k-NN.

Reads a line of JSON, answers with a line of JSON: { "seconds", … }.
"""

import json
import sys
import time

import numpy as np
import torch


def vit(dim: int, depth: int, heads: int, patch: int, side: int):
    class Block(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.norm1, self.norm2 = torch.nn.LayerNorm(dim, eps=1e-6), torch.nn.LayerNorm(dim, eps=1e-6)
            self.qkv, self.proj = torch.nn.Linear(dim, 3 * dim), torch.nn.Linear(dim, dim)
            self.fc1, self.fc2 = torch.nn.Linear(dim, 4 * dim), torch.nn.Linear(4 * dim, dim)

        def forward(self, x):
            batch, tokens, _ = x.shape
            q, k, v = self.qkv(self.norm1(x)).view(batch, tokens, 3, heads, dim // heads).permute(2, 0, 3, 1, 4)
            mixed = torch.nn.functional.scaled_dot_product_attention(q, k, v)
            x = x + self.proj(mixed.transpose(1, 2).reshape(batch, tokens, dim))
            return x + self.fc2(torch.nn.functional.gelu(self.fc1(self.norm2(x))))

    class Encoder(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.embed = torch.nn.Conv2d(1, dim, patch, patch)
            self.position = torch.nn.Parameter(torch.zeros(1, (side // patch) ** 2, dim))
            self.blocks = torch.nn.ModuleList(Block() for _ in range(depth))
            self.norm = torch.nn.LayerNorm(dim, eps=1e-6)

        def forward(self, pixels):
            x = self.embed(pixels).flatten(2).transpose(1, 2) + self.position
            pooled = []
            for block in self.blocks:
                x = block(x)
                pooled.append(self.norm(x).mean(1))
            return torch.cat(pooled[-4:], 1)

    return Encoder().eval()


models = {}


def features(dim, depth, heads, patch, side, images, batch):
    key = (dim, depth, heads, patch, side)
    if key not in models:
        models[key] = vit(*key)
    pixels = torch.randint(0, 256, (batch, 1, side, side), dtype=torch.uint8)
    began = time.perf_counter()
    with torch.inference_mode():
        for _ in range(images // batch):
            models[key]((pixels.float() / 255 - 0.286) / 0.353).numpy()
    return {"seconds": time.perf_counter() - began}


def sgd(count, width, classes, epochs, batch):
    x, y = torch.randn(count, width), torch.randint(0, classes, (count,))
    layer = torch.nn.Linear(width, classes)
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.1, momentum=0.9)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
    entropy = torch.nn.CrossEntropyLoss()
    began = time.perf_counter()
    for _ in range(epochs):
        order = torch.randperm(count)
        for start in range(0, count - batch + 1, batch):
            rows = order[start : start + batch]
            optimizer.zero_grad()
            entropy(layer(x[rows]), y[rows]).backward()
            optimizer.step()
        schedule.step()
    return {"seconds": time.perf_counter() - began}


def read(path, count, width):
    raw = np.fromfile(path, dtype="<f4", count=count * (width + 1)).reshape(count, width + 1)
    return raw[:, :width], raw[:, width].astype(int)


def logreg(train, test, width, penalty):
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    (x, y), (watched, wanted) = read(*train, width), read(*test, width)
    began = time.perf_counter()
    scaler = StandardScaler().fit(x)
    fitted = LogisticRegression(C=1 / penalty, tol=1e-4, max_iter=10000).fit(scaler.transform(x), y)
    accuracy = fitted.score(scaler.transform(watched), wanted)
    return {"seconds": time.perf_counter() - began, "accuracy": accuracy}


def logregMinimum(train, test, width, penalty):
    from sklearn.linear_model import LogisticRegression

    (x, y), (watched, wanted) = read(*train, width), read(*test, width)
    x, watched = x.astype(np.float64), watched.astype(np.float64)
    classes = int(y.max()) + 1
    # The Hessian of many classes, or of wide features, is too large to factor.
    solver = "newton-cholesky" if classes * width < 1000 else "lbfgs"
    began = time.perf_counter()
    fitted = LogisticRegression(C=1 / penalty, tol=1e-7, max_iter=10000, solver=solver).fit(x, y)
    seconds = time.perf_counter() - began
    entropy = -fitted.predict_log_proba(x)[np.arange(len(y)), y].mean()
    return {
        "seconds": seconds,
        "objective": entropy + penalty / (2 * len(y)) * (fitted.coef_**2).sum(),
        "accuracy": fitted.score(watched, wanted),
        "iterations": int(fitted.n_iter_.max()),
    }


def knn(train, test, width, k, temperature):
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.preprocessing import normalize

    (x, y), (watched, wanted) = read(*train, width), read(*test, width)
    began = time.perf_counter()
    voter = KNeighborsClassifier(k, metric="cosine", weights=lambda far: np.exp((1 - far) / temperature))
    accuracy = voter.fit(normalize(x), y).score(normalize(watched), wanted)
    return {"seconds": time.perf_counter() - began, "accuracy": accuracy}


if __name__ == "__main__":
    answers = {"features": features, "sgd": sgd, "logreg": logreg, "logregMinimum": logregMinimum, "knn": knn}
    for line in sys.stdin:
        question = json.loads(line)
        try:
            answer = answers[question.pop("what")](**question)
        except Exception as error:  # the asker says what failed
            answer = {"error": repr(error)}
        print(json.dumps(answer), flush=True)
