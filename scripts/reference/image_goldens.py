"""Writes test/golden/images.json: small files of every kind that the data room reads, and what Pillow and torchvision make
of them. Needs torchvision and Pillow.

    python scripts/reference/image_goldens.py test/golden/images.json
"""

import base64
import io
import json
import sys
from hashlib import sha256

import numpy as np
import PIL
import torch
import torchvision
from PIL import Image, ImageOps
from torchvision.transforms import functional as F
from torchvision.transforms import InterpolationMode as Mode
from torchvision.transforms import RandomResizedCrop

WIDTH, HEIGHT = 44, 34


def picture() -> Image.Image:
    """Smooth color with a little texture: what JPEG is made for, and no two pixels alike."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float64)
    red = 128 + 100 * np.sin(x / 7) * np.cos(y / 5)
    green = 40 + 4 * x + 15 * np.sin(y)
    blue = 230 - 5 * y + 10 * np.cos(x * 1.7)
    return Image.fromarray(np.stack([red, green, blue], -1).clip(0, 255).astype(np.uint8))


def encoded(image: Image.Image, kind: str, **options) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def exif(orientation: int) -> Image.Exif:
    tags = Image.Exif()
    tags[0x0112] = orientation
    return tags


def text(values) -> str:
    return base64.b64encode(bytes(values)).decode()


def files() -> dict[str, bytes]:
    rgb = picture()
    other = Image.fromarray(255 - np.asarray(rgb))
    gray = np.asarray(rgb.convert("L")).astype(np.uint16) * 257
    return {
        "rgb.jpg": encoded(rgb, "JPEG", quality=92),
        "progressive.jpg": encoded(rgb, "JPEG", quality=85, progressive=True),
        "gray.jpg": encoded(rgb.convert("L"), "JPEG", quality=92),
        "cmyk.jpg": encoded(rgb.convert("CMYK"), "JPEG", quality=92),
        **{f"exif-{n}.jpg": encoded(rgb, "JPEG", quality=92, exif=exif(n)) for n in range(2, 9)},
        "rgb.png": encoded(rgb, "PNG"),
        "palette.png": encoded(rgb.quantize(32), "PNG"),
        "alpha.png": encoded(Image.merge("RGBA", (*rgb.split(), rgb.split()[0])), "PNG"),
        "gray-16-bit.png": encoded(Image.fromarray(gray), "PNG"),
        "animated.png": encoded(rgb, "PNG", save_all=True, append_images=[other]),
        "lossless.webp": encoded(rgb, "WEBP", lossless=True),
        "alpha.webp": encoded(Image.merge("RGBA", (*rgb.split(), rgb.split()[0])), "WEBP", lossless=True, exact=True),
        "animated.webp": encoded(rgb, "WEBP", lossless=True, save_all=True, append_images=[other]),
        "animated.gif": encoded(rgb.quantize(32), "GIF", save_all=True, append_images=[other.quantize(32)]),
        "rgb.bmp": encoded(rgb, "BMP"),
    }


def decoded(content: bytes, name: str) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    if name == "gray-16-bit.png":  # Pillow's convert clips 16 bits at 255; the upper byte is what every other reader takes.
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8)).convert("RGB")
    return image.convert("RGB")


def upright(content: bytes, name: str) -> np.ndarray:
    """As a viewer shows the decoded pixels."""
    image = Image.open(io.BytesIO(content))
    stored = decoded(content, name)
    if "exif" in name:
        stored.getexif()[0x0112] = image.getexif()[0x0112]
    return np.asarray(ImageOps.exif_transpose(stored))


def crops(image: Image.Image) -> list[dict]:
    boxes = [(0, 0, HEIGHT, WIDTH), (3, 5, 20, 31), (8, 16, 26, 16), (17, 1, 9, 12)]
    return [
        {
            "box": dict(zip(("top", "left", "height", "width"), box)),
            "interpolation": mode.value,
            "pixels": text(np.asarray(F.resized_crop(image, *box, [14, 14], mode)).tobytes()),
        }
        for box in boxes
        for mode in (Mode.BILINEAR, Mode.BICUBIC)
    ]


def evaluations(image: Image.Image) -> list[dict]:
    return [
        {
            "resize": resize,
            "imageSize": size,
            "interpolation": mode.value,
            "pixels": text(np.asarray(F.center_crop(F.resize(image, resize, mode), [size, size])).tobytes()),
        }
        for mode in (Mode.BILINEAR, Mode.BICUBIC)
        for resize, size in ((16, 14), (23, 20), (40, 35))
    ]


def draws() -> list[dict]:
    """The boxes that torchvision makes of given random numbers: uniform draws in the order in which it asks for them."""
    results = []
    generator = np.random.default_rng(0)
    real_uniform, real_randint = torch.Tensor.uniform_, torch.randint
    for height, width, scale in [(375, 500, (0.3, 1.0)), (500, 333, (0.08, 1.0)), (40, 900, (0.3, 1.0))] * 6:
        numbers = [float(n) for n in generator.random(40)]
        stream = iter(numbers)
        torch.Tensor.uniform_ = lambda self, low=0, high=1: self.fill_(low + next(stream) * (high - low))
        torch.randint = lambda low, high, size: torch.tensor([low + int(next(stream) * (high - low))])
        try:
            box = RandomResizedCrop.get_params(Image.new("L", (width, height)), list(scale), [3 / 4, 4 / 3])
        finally:
            torch.Tensor.uniform_, torch.randint = real_uniform, real_randint
        used = 40 - len(list(stream))
        results.append({"height": height, "width": width, "scale": scale, "draws": numbers[:used], "box": box})
    return results


def main(path: str) -> None:
    contents = files()
    whole = decoded(contents["rgb.png"], "rgb.png")
    golden = {
        "madeBy": f"Pillow {PIL.__version__}, torchvision {torchvision.__version__}",
        "height": HEIGHT,
        "width": WIDTH,
        "files": {
            name: {
                "content": text(content),
                "pixels": text(np.asarray(decoded(content, name)).tobytes()),
                "uprightSha256": sha256(upright(content, name).tobytes()).hexdigest(),
            }
            for name, content in contents.items()
        },
        "crops": crops(whole),
        "evaluations": evaluations(whole),
        "draws": draws(),
    }
    with open(path, "w") as file:
        json.dump(golden, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
