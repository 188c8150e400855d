"""The peer of `npm run bench -- data`: torchvision's RandomResizedCrop on Pillow images in a PyTorch DataLoader.

Reads a line of JSON, answers by one. `{"do": "epoch", "folder", "batch", "size", "scale"}` gives the CPU-seconds of an epoch
(of this process and, with workers, of theirs), its images, and the largest resident size in MB. `{"do": "crops", "files",
"boxes", "size"}` gives the pixels of these crops, base64.
"""

import base64
import json
import resource
import sys

import numpy as np
import torch
from PIL import Image
from torch.utils.data import DataLoader
from torchvision.datasets import ImageFolder
from torchvision.transforms import Compose, Normalize, RandomResizedCrop, ToTensor
from torchvision.transforms import functional as F

torch.set_num_threads(1)


def cpu_seconds() -> float:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def peak_bytes() -> int:
    """Largest resident size. Not `ru_maxrss`: a process begins with the size of the one that forked it."""
    with open("/proc/self/status", encoding="ascii") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM:"))


def epoch(folder: str, batch: int, size: int, scale: list[float]) -> dict:
    crop = RandomResizedCrop(size, scale=tuple(scale))
    normalize = Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
    images = ImageFolder(folder, Compose([crop, ToTensor(), normalize]))
    began = cpu_seconds()
    count = sum(len(labels) for _, labels in DataLoader(images, batch, shuffle=True, drop_last=True, num_workers=0))
    return {"seconds": cpu_seconds() - began, "images": count, "megabytes": peak_bytes() / 1e6}


def crops(files: list[str], boxes: list[list[int]], size: int) -> dict:
    made = [F.resized_crop(Image.open(file).convert("RGB"), *box, [size, size]) for file, box in zip(files, boxes)]
    return {"pixels": base64.b64encode(np.stack([np.asarray(image) for image in made]).tobytes()).decode()}


for line in sys.stdin:
    question = json.loads(line)
    do = question.pop("do")
    try:
        answer = {"epoch": epoch, "crops": crops}[do](**question)
    except Exception as error:  # the benchmark shows it and ends
        answer = {"error": repr(error)}
    print(json.dumps(answer), flush=True)
