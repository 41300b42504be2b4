"""Small pictures of coloured shapes with exact masks, in SA-1B layout."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from slimsam_core.pixels.mask import Rle, encode


def draw(rng: np.random.Generator, size: tuple[int, int], count: int) -> tuple[np.ndarray, list[Rle]]:
    """A noisy grey picture with ``count`` bright ellipses and rectangles that may hide each other."""
    height, width = size
    rgb = np.clip(rng.normal(90, 12, (height, width, 3)), 0, 255).astype(np.uint8)
    owner = np.zeros(size, np.uint8)
    for number in range(1, count + 1):
        shape = np.zeros(size, np.uint8)
        cx, cy = int(rng.integers(10, width - 10)), int(rng.integers(10, height - 10))
        a, b = (int(v) for v in rng.integers(6, max(7, min(size) // 4), 2))
        if rng.random() < 0.5:
            cv2.ellipse(shape, (cx, cy), (a, b), 0, 0, 360, 1, -1)
        else:
            cv2.rectangle(shape, (cx - a, cy - b), (cx + a, cy + b), 1, -1)
        colour = rng.integers(0, 256, 3)
        colour[rng.integers(3)] = 255
        rgb[shape > 0] = colour
        owner[shape > 0] = number
    masks = [owner == number for number in range(1, count + 1)]
    return rgb, [encode(mask) for mask in masks if mask.sum() >= 30]


def write_sa1b(folder: Path, pictures: int, *, seed: int = 0, count: int = 3, side: int = 96) -> Path:
    """``pictures`` files ``000.png`` and ``000.json``; sizes differ. Returns ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    for number in range(pictures):
        size = (side, side + 16 * (number % 3))
        rgb, masks = draw(rng, size, count)
        Image.fromarray(rgb).save(folder / f"{number:03d}.png")
        annotations = [
            {"id": i + 1, "segmentation": m.to_coco(), "area": m.area, "bbox": list(m.bbox_xywh)}
            for i, m in enumerate(masks)
        ]
        image = {"file_name": f"{number:03d}.png", "height": size[0], "width": size[1]}
        (folder / f"{number:03d}.json").write_text(json.dumps({"image": image, "annotations": annotations}))
    return folder
