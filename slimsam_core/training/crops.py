"""Training samples: a square crop of a photograph around one of its objects, with the masks inside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from slimsam_core.datasets.labelled import LabelledImage
from slimsam_core.inference.zoom import CLICK_SHARE, MIN_SIDE, NARROWER_SHARE, WIDER_SHARE
from slimsam_core.judging.clicks import random_pixel
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.image_io import RgbImage
from slimsam_core.pixels.mask import BoolMask, resized

_Pixel = TypeVar("_Pixel", np.uint8, np.bool_)

MIN_PIXELS = 16
"""An object with fewer pixels in a crop teaches nothing."""
CLICK_WINDOWS = (0.5, 0.3, 0.2)
"""How often the windows of a quarter, a half and an eighth of a picture are drawn: the first is looked at
around every click, the others around some."""


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
    click_share: float = 0.0
    """Share of crops that lie around a pixel of the object, whatever its size, as the predictor looks around
    a click; the rest shows objects at any scale."""
    min_side: int = 24
    """Smallest side of a crop, in pixels of the photograph."""
    flip: float = 0.5
    jitter: float = 0.25
    """Strength of the photometric jitter; 0 = none."""


@dataclass(frozen=True, eq=False)
class Crop:
    """``rgb`` uint8 SxSx3, zero beyond the picture; ``masks`` bool KxSxS, K >= 1; ``scored`` bool KxSxS, the
    pixels that count for each; ``inside`` = (height, width) of the picture's part of the square."""

    rgb: RgbImage
    masks: NDArray[np.bool_]
    scored: NDArray[np.bool_]
    inside: tuple[int, int]


@dataclass(frozen=True)
class _Window:
    x: int
    y: int
    width: int
    height: int

    def cut(self, pixels: NDArray[_Pixel]) -> NDArray[_Pixel]:
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
    masks = np.stack([mask for _, mask in picked])
    counts = [window.cut(labels.scored(index)) for index, _ in picked]
    scored = np.stack([resized(part, Size(height, width)) for part in counts])
    if rng.random() < policy.flip:
        picture, masks, scored = picture[:, ::-1], masks[..., ::-1], scored[..., ::-1]
    square = np.zeros((policy.size, policy.size, 3), np.uint8)
    square[:height, :width] = picture
    pad = ((0, 0), (0, policy.size - height), (0, policy.size - width))
    return Crop(square, np.pad(masks, pad), np.pad(scored, pad), (height, width))


def _window(labels: LabelledImage, target: int, policy: CropPolicy, rng: np.random.Generator) -> _Window:
    """The whole picture, a square around a click, or one that shows the target at a random scale; cut at the
    picture's edges."""
    size = labels.size
    longest = max(size.hw)
    kind = rng.random()
    if kind < policy.whole_share:
        return _Window(0, 0, size.width, size.height)
    if kind > 1 - policy.click_share:
        return _around_click(labels, target, rng)
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


def _around_click(labels: LabelledImage, target: int, rng: np.random.Generator) -> _Window:
    """A window as the predictor looks at one around a click, with a pixel of the target in the middle."""
    size = labels.size
    share = (CLICK_SHARE, WIDER_SHARE, NARROWER_SHARE)[int(rng.choice(3, p=CLICK_WINDOWS))]
    side = max(MIN_SIDE, round(share * max(size.hw)))
    width, height = min(side, size.width), min(side, size.height)
    click = random_pixel(labels.objects[target].mask.decode(), rng) or (0, 0)
    x, y = (
        min(max(0, place - length // 2), limit - length)
        for place, length, limit in zip(click, (width, height), (size.width, size.height), strict=True)
    )
    return _Window(x, y, width, height)


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
) -> list[tuple[int, BoolMask]]:
    """Number and mask, cut and resized, of the target and some others; only those with enough pixels."""
    others = [int(i) for i in rng.permutation(len(labels.objects)) if i != target]
    picked: list[tuple[int, BoolMask]] = []
    for index in (target, *others[: 4 * policy.masks]):
        x, y, w, h = labels.objects[index].mask.bbox_xywh
        if x >= window.x + window.width or y >= window.y + window.height or x + w <= window.x:
            continue
        if y + h <= window.y:
            continue
        mask = resized(window.cut(labels.objects[index].mask.decode()), Size(*hw))
        if MIN_PIXELS <= int(mask.sum()) < 0.95 * mask.size:
            picked.append((index, mask))
        elif index == target:
            return []
        if len(picked) == policy.masks:
            break
    return picked


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
