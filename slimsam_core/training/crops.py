"""Training samples: a square crop of a photograph around one of its objects, with the masks inside it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from slimsam_core.datasets.labelled import LabelledImage
from slimsam_core.pixels.image_io import RgbImage
from slimsam_core.pixels.mask import BoolMask

MIN_PIXELS = 16
"""An object with fewer pixels in a crop teaches nothing."""


@dataclass(frozen=True)
class CropPolicy:
    """How crops are drawn. Sizes in pixels, probabilities 0..1."""

    size: int = 256
    """Side of the square that the model sees."""
    masks: int = 5
    """At most so many objects of a crop are asked for."""
    whole_share: float = 0.35
    """Share of crops that show the whole picture."""
    zoom_share: float = 0.5
    """Share of crops that are fitted to one object, as the predictor zooms in on a box."""
    min_side: int = 24
    """Smallest side of a crop, in pixels of the photograph."""
    flip: float = 0.5
    jitter: float = 0.25
    """Strength of the photometric jitter; 0 = none."""


@dataclass(frozen=True, eq=False)
class Crop:
    """``rgb`` uint8 SxSx3, zero beyond the picture; ``masks`` bool KxSxS, K >= 1; ``scored`` bool SxS;
    ``inside`` = (height, width) of the picture's part of the square."""

    rgb: RgbImage
    masks: NDArray[np.bool_]
    scored: BoolMask
    inside: tuple[int, int]


@dataclass(frozen=True)
class _Window:
    x: int
    y: int
    width: int
    height: int

    def cut(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return pixels[self.y : self.y + self.height, self.x : self.x + self.width]


def sample_crop(
    rgb: RgbImage, labels: LabelledImage, policy: CropPolicy, rng: np.random.Generator
) -> Crop | None:
    """A random crop around a random object; None when the drawn object leaves too few pixels."""
    target = int(rng.integers(len(labels.objects)))
    window = _window(labels, target, policy, rng)
    scale = policy.size / max(window.width, window.height)
    width = max(1, min(policy.size, round(window.width * scale)))
    height = max(1, min(policy.size, round(window.height * scale)))
    picked = _masks_in(labels, target, window, (height, width), policy, rng)
    if not picked:
        return None
    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    picture = cv2.resize(window.cut(rgb), (width, height), interpolation=interpolation)
    picture = _jitter(picture, policy.jitter, rng)
    scored = np.ones((height, width), np.bool_)
    if labels.ignore is not None:
        scored = ~_resized(window.cut(labels.ignore.decode().view(np.uint8)), (height, width))
    if rng.random() < policy.flip:
        picture, scored = picture[:, ::-1], scored[:, ::-1]
        picked = [mask[:, ::-1] for mask in picked]
    square = np.zeros((policy.size, policy.size, 3), np.uint8)
    square[:height, :width] = picture
    pad = ((0, policy.size - height), (0, policy.size - width))
    return Crop(square, np.stack([np.pad(m, pad) for m in picked]), np.pad(scored, pad), (height, width))


def _window(labels: LabelledImage, target: int, policy: CropPolicy, rng: np.random.Generator) -> _Window:
    """The whole picture, or a square (cut at the picture's edges) that shows the target at a random scale."""
    size = labels.size
    longest = max(size.hw)
    kind = rng.random()
    if kind < policy.whole_share:
        return _Window(0, 0, size.width, size.height)
    x, y, w, h = labels.objects[target].mask.bbox_xywh
    least = min(max(1.2 * max(w, h), float(policy.min_side)), float(longest))
    most = float(longest)
    if kind < policy.whole_share + policy.zoom_share:
        most = min(most, 1.7 * least)
    else:
        least = min(least, 0.7 * longest)
    side = round(float(np.exp(rng.uniform(np.log(least), np.log(most)))))
    width, height = min(side, size.width), min(side, size.height)
    return _Window(
        _start(x, w, width, size.width, rng), _start(y, h, height, size.height, rng), width, height
    )


def _start(low: int, length: int, side: int, limit: int, rng: np.random.Generator) -> int:
    """First pixel of a window of ``side`` that holds [low, low + length), or lies inside it when longer."""
    first, last = sorted((low + length - side, low))
    return int(rng.integers(max(0, min(first, limit - side)), max(0, min(last, limit - side)) + 1))


def _masks_in(
    labels: LabelledImage,
    target: int,
    window: _Window,
    hw: tuple[int, int],
    policy: CropPolicy,
    rng: np.random.Generator,
) -> list[BoolMask]:
    """The target's mask and some others', cut and resized; only those with enough pixels."""
    others = [int(i) for i in rng.permutation(len(labels.objects)) if i != target]
    picked: list[BoolMask] = []
    for index in (target, *others[: 4 * policy.masks]):
        x, y, w, h = labels.objects[index].mask.bbox_xywh
        if x >= window.x + window.width or y >= window.y + window.height or x + w <= window.x:
            continue
        if y + h <= window.y:
            continue
        mask = _resized(window.cut(labels.objects[index].mask.decode().view(np.uint8)), hw)
        if MIN_PIXELS <= int(mask.sum()) < 0.95 * mask.size:
            picked.append(mask)
        elif index == target:
            return []
        if len(picked) == policy.masks:
            break
    return picked


def _resized(mask: NDArray[np.uint8], hw: tuple[int, int]) -> BoolMask:
    """Mask (0 or 1) resized to ``hw`` by coverage."""
    shrinks = hw[0] < mask.shape[0]
    interpolation = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    resized: BoolMask = cv2.resize(mask * np.uint8(255), hw[::-1], interpolation=interpolation) > 127
    return resized


def _jitter(rgb: NDArray[np.uint8], strength: float, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Random brightness, contrast, colour gains and saturation; now and then grey or blurred."""
    if strength <= 0:
        return rgb
    x = rgb.astype(np.float32)
    contrast, saturation = 1 + strength * rng.uniform(-1, 1, 2)
    gains = (1 + strength * rng.uniform(-1, 1)) * (1 + 0.3 * strength * rng.uniform(-1, 1, 3))
    grey = x @ np.array([0.299, 0.587, 0.114], np.float32)
    if rng.random() < 0.1 * strength / 0.25:
        saturation = 0.0
    x = grey[..., None] + np.float32(saturation) * (x - grey[..., None])
    mean = np.float32(grey.mean())
    x = (mean + np.float32(contrast) * (x - mean)) * gains.astype(np.float32)
    if rng.random() < 0.2 * strength / 0.25:
        x = cv2.GaussianBlur(x, (0, 0), float(rng.uniform(0.4, 1.2)))
    return np.clip(np.rint(x), 0, 255).astype(np.uint8)
