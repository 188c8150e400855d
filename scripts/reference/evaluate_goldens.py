"""Writes test/golden/evaluate.json: what scikit-learn's logistic regression and k-NN, and PyTorch's SGD with a cosine,
make of features that both sides compute from one formula. Needs scikit-learn and torch.

    python scripts/reference/evaluate_goldens.py test/golden/evaluate.json
"""

import json
import sys

import numpy as np
import sklearn
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler, normalize

CLASSES, WIDTH, TRAIN, TEST = 5, 12, 600, 1000
EPOCHS, BATCH, MOMENTUM, RATES = 8, 100, 0.9, [0.003, 0.1, 2.0]


def features(count: int, offset: int):
    """x[i][j] = sin(1.7 i' + 0.9 j i' + j) + 0.8 sin(0.31 i' j + 2) + [j = i mod 5] + 0.3 j, with i' = i + offset; float32."""
    i, j = np.meshgrid(np.arange(count) + offset, np.arange(WIDTH), indexing="ij")
    labels = np.arange(count) % CLASSES
    x = np.sin(1.7 * i + 0.9 * j * i + j) + 0.8 * np.sin(0.31 * i * j + 2) + (j == labels[:, None]) + 0.3 * j
    return x.astype(np.float32), labels


def order(epoch: int):
    """A permutation that needs no generator: 601 is prime and above 600."""
    places = [((place + 1) * (epoch + 2) * 7) % 601 - 1 for place in range(TRAIN)]
    assert sorted(places) == list(range(TRAIN))
    return places


def logistic(train, test):
    results = {}
    for penalty in (0.01, 1.0, 100.0):
        fitted = LogisticRegression(C=1 / penalty, tol=1e-10, max_iter=100000).fit(*train)
        probabilities = fitted.predict_proba(test[0])
        chosen = probabilities[np.arange(len(test[1])), test[1]]
        results[str(penalty)] = {"accuracy": fitted.score(*test), "loss": float(-np.log(chosen).mean())}
    return results


MINIMA = [
    {"classes": 10, "perClass": 40, "width": 16, "condition": 1.0, "separation": 0.5},
    {"classes": 10, "perClass": 20, "width": 24, "condition": 1e6, "separation": 1.0},
    {"classes": 10, "perClass": 40, "width": 16, "condition": 10.0, "separation": 3.0},
    {"classes": 100, "perClass": 13, "width": 9, "condition": 100.0, "separation": 1.0},
    {"classes": 1000, "perClass": 2, "width": 4, "condition": 10.0, "separation": 1.0},
]


def hard_features(classes, perClass, width, condition, separation):
    """x[i][j] = (sin(1.3 i + 0.7 j i + 2 j) + sin(0.11 i i + 1.9 j) + s sin(12.9898 y + 78.233 j)) c^(-j / (width - 1)); float32."""
    i, j = np.meshgrid(np.arange(classes * perClass), np.arange(width), indexing="ij")
    labels = np.arange(classes * perClass) % classes
    noise = np.sin(1.3 * i + 0.7 * j * i + 2 * j) + np.sin(0.11 * i * i + 1.9 * j)
    center = np.sin(12.9898 * labels[:, None] + 78.233 * j) * separation
    return ((noise + center) * condition ** (-j / (width - 1))).astype(np.float32).astype(float), labels


def minima():
    """The objective value that scikit-learn reaches."""
    results = []
    for case in MINIMA:
        x, y = hard_features(**case)
        objective = {}
        # The Hessian of 1000 classes is too large to factor, and without it small penalties take hours.
        for penalty in ("0.000001", "0.001", "1", "10000") if case["classes"] < 1000 else ("1", "10000"):
            solvers = ["newton-cholesky"] if case["classes"] * case["width"] < 1000 else ["lbfgs"]
            reached = []
            for solver in solvers:
                fit = LogisticRegression(C=1 / float(penalty), tol=1e-10, max_iter=5000, solver=solver).fit(x, y)
                scores = x @ fit.coef_.T + fit.intercept_
                scores -= scores.max(1, keepdims=True)
                losses = np.log(np.exp(scores).sum(1)) - scores[np.arange(len(y)), y]
                reached.append(float(losses.mean() + float(penalty) / 2 / len(y) * (fit.coef_**2).sum()))
            print(case, penalty, dict(zip(solvers, reached)), file=sys.stderr, flush=True)
            objective[penalty] = min(reached)
        results.append({**case, "objective": objective})
    return results


def neighbors(train, test):
    results = []
    for k, temperature in ((1, 0.07), (20, 0.07), (100, 0.5)):
        voter = KNeighborsClassifier(k, metric="cosine", weights=lambda far, t=temperature: np.exp((1 - far) / t))
        accuracy = voter.fit(normalize(train[0]), train[1]).score(normalize(test[0]), test[1])
        results.append({"k": k, "temperature": temperature, "accuracy": accuracy})
    return results


def curve(rate: float, train, test):
    x, y = (torch.tensor(part) for part in train)
    watched, wanted = (torch.tensor(part) for part in test)
    layer = torch.nn.Linear(WIDTH, CLASSES)
    torch.nn.init.zeros_(layer.weight)
    torch.nn.init.zeros_(layer.bias)
    optimizer = torch.optim.SGD(layer.parameters(), lr=rate * BATCH / 256, momentum=MOMENTUM, weight_decay=0)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, EPOCHS, eta_min=0)
    entropy = torch.nn.CrossEntropyLoss()
    results = []
    for epoch in range(EPOCHS):
        losses = []
        places = order(epoch)
        for start in range(0, TRAIN, BATCH):
            rows = places[start : start + BATCH]
            loss = entropy(layer(x[rows]), y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        schedule.step()
        with torch.no_grad():
            scores = layer(watched)
            right = (scores.argmax(1) == wanted).double().mean().item()
            results.append([float(np.mean(losses)), entropy(scores, wanted).item(), right])
    return results


def main(path: str):
    train, test = features(TRAIN, 0), features(TEST, 10_000)
    scaler = StandardScaler().fit(train[0])
    scaled = [(scaler.transform(x), y) for x, y in (train, test)]
    golden = {
        "madeWith": f"scikit-learn {sklearn.__version__}, torch {torch.__version__}",
        "logreg": logistic(*scaled),
        "minima": minima(),
        "knn": neighbors(train, test),
        "sgd": {str(rate): curve(rate, train, test) for rate in RATES},
    }
    with open(path, "w") as file:
        json.dump(golden, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
