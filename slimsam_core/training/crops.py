"""Training samples: a square crop of a photograph around one of its objects, with the masks inside it.

What a crop shows is planned first, from labels alone; then it is cut out, by ``cut_out`` here or by
``resident`` on a GPU.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from slimsam_core.datasets.labelled import LabelledImage
from slimsam_core.inference.transforms import resize_into
from slimsam_core.inference.zoom import CLICK_SHARE, MIN_SIDE, NARROWER_SHARE, WIDER_SHARE, Window
from slimsam_core.judging.clicks import random_pixel
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.image_io import RgbImage
from slimsam_core.pixels.mask import BoolMask, Rle, resized
from slimsam_core.pixels.mask_crop import crop
from slimsam_core.pixels.square_fit import SquareFit

MIN_PIXELS = 16
"""An object with fewer pixels in a crop teaches nothing."""
MOST_COVERED = 0.95
"""Nor does one that covers more of it."""
CLICK_WINDOWS = (0.5, 0.3, 0.2)
"""How often the windows of a quarter, a half and an eighth of a picture are drawn: the first is looked at
around every click, the others around some."""
GREY = (0.299, 0.587, 0.114)
"""Weights of red, green and blue in the lightness of a pixel (BT.601)."""


@dataclass(frozen=True, kw_only=True)
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
    fit: SquareFit = SquareFit.LETTERBOX
    """How the model that learns gets its pictures."""


@dataclass(frozen=True, kw_only=True)
class Tint:
    """Change of the colours: first saturation, then contrast around the mean lightness, gains of the three
    channels, and a Gaussian blur of ``blur`` pixels (0 = none)."""

    saturation: float
    contrast: float
    gains: tuple[float, float, float]
    blur: float


@dataclass(frozen=True, kw_only=True)
class CropPlan:
    """What a crop shows: ``window`` of a picture, scaled to ``shown`` in the corner of a square of ``size``
    pixels, its proportions as ``fit`` says; ``objects`` are the numbers of those that are asked for, the one
    it was made for first."""

    window: Window
    shown: Size
    size: int
    objects: tuple[int, ...]
    flip: bool
    tint: Tint | None
    fit: SquareFit


@dataclass(frozen=True, eq=False)
class Crop:
    """``rgb`` uint8 SxSx3, zero beyond the picture; ``masks`` bool KxSxS, K >= 1; ``scored`` bool KxSxS, the
    pixels that count for each."""

    rgb: RgbImage
    masks: NDArray[np.bool_]
    scored: NDArray[np.bool_]


def plan_crop(labels: LabelledImage, policy: CropPolicy, rng: np.random.Generator) -> CropPlan | None:
    """A random crop around a random object; None when the drawn object leaves too few pixels."""
    target = int(rng.integers(len(labels.objects)))
    window = _window(labels, target, policy, rng)
    scales = [policy.size / span for span in policy.fit.spans(window.size)]
    width, height = (
        max(1, min(policy.size, round(side * scale)))
        for side, scale in zip((window.size.width, window.size.height), scales, strict=True)
    )
    covered = float(_part(labels.objects[target].mask, window).mean())
    if not MIN_PIXELS / (height * width) <= covered < MOST_COVERED:
        return None
    others = [int(i) for i in rng.permutation(len(labels.objects)) if i != target]
    seen = [i for i in others if _shows(labels, i, window, scales)]
    objects = (target, *seen[: policy.masks - 1])
    flip = bool(rng.random() < policy.flip)
    tint = _tint(policy.jitter, rng) if policy.jitter > 0 else None
    return CropPlan(
        window=window,
        shown=Size(height, width),
        size=policy.size,
        objects=objects,
        flip=flip,
        tint=tint,
        fit=policy.fit,
    )


def usable(pixels: NDArray[np.int64], plan: CropPlan) -> NDArray[np.bool_]:
    """Which masks are asked for, from their numbers of pixels in the crop; the first one always is, if it has
    any."""
    enough = (pixels >= MIN_PIXELS) & (pixels < MOST_COVERED * plan.shown.height * plan.shown.width)
    enough[:1] = pixels[:1] > 0
    return enough


def cut_out(rgb: RgbImage, labels: LabelledImage, plan: CropPlan) -> Crop:
    """The planned crop of a picture, uint8 HxWx3."""
    height, width = plan.shown.hw
    masks = np.stack([resized(_part(labels.objects[i].mask, plan.window), plan.shown) for i in plan.objects])
    scored = np.stack([_scored(labels, i, plan) for i in plan.objects])
    kept = usable(masks.sum((1, 2)), plan)
    masks, scored = masks[kept], scored[kept]
    picture = _scaled(plan.window.cut(rgb), plan)
    picture = _tinted(picture, plan.tint) if plan.tint else picture
    if plan.flip:
        picture, masks, scored = picture[:, ::-1], masks[..., ::-1], scored[..., ::-1]
    square = np.zeros((plan.size, plan.size, 3), np.uint8)
    square[:height, :width] = picture
    pad = ((0, 0), (0, plan.size - height), (0, plan.size - width))
    return Crop(square, np.pad(masks, pad), np.pad(scored, pad))


def _scaled(rgb: RgbImage, plan: CropPlan) -> RgbImage:
    """The window's pixels as large as they are shown."""
    if plan.fit is SquareFit.STRETCHED:
        return resize_into(rgb, plan.size, plan.fit)
    shrinks = plan.window.side > max(plan.shown.hw)
    interpolation = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    height, width = plan.shown.hw
    return np.asarray(cv2.resize(rgb, (width, height), interpolation=interpolation), np.uint8)


def _part(mask: Rle, window: Window) -> BoolMask:
    return crop(mask, window.x, window.y, window.size.width, window.size.height)


def _scored(labels: LabelledImage, number: int, plan: CropPlan) -> BoolMask:
    """The pixels of the shown part that count for an object."""
    counts: BoolMask = np.ones(plan.shown.hw, np.bool_)
    ignored = [rle for rle in (labels.ignore, labels.objects[number].ignore) if rle is not None]
    if ignored:
        counts = ~resized(np.logical_or.reduce([_part(rle, plan.window) for rle in ignored]), plan.shown)
    return counts


def _window(labels: LabelledImage, target: int, policy: CropPolicy, rng: np.random.Generator) -> Window:
    """The whole picture, a square around a click, or one that shows the target at a random scale; cut at the
    picture's edges."""
    size = labels.size
    longest = max(size.hw)
    kind = rng.random()
    if kind < policy.whole_share:
        return Window(0, 0, size)
    if kind > 1 - policy.click_share:
        return _around_click(labels.objects[target].mask.decode(), size, rng)
    x, y, w, h = labels.objects[target].mask.bbox_xywh
    least = min(max(1.2 * max(w, h), float(policy.min_side)), float(longest))
    most = float(longest)
    if kind < policy.whole_share + policy.zoom_share:
        most = min(most, 1.7 * least)
    else:
        least = min(least, 0.7 * longest)
    side = round(float(np.exp(rng.uniform(np.log(least), np.log(most)))))
    width, height = min(side, size.width), min(side, size.height)
    left, top = _start(x, w, width, size.width, rng), _start(y, h, height, size.height, rng)
    return Window(left, top, Size(height, width))


def _around_click(pixels: BoolMask, size: Size, rng: np.random.Generator) -> Window:
    """A window as the predictor looks at one around a click, with a pixel of the target in the middle."""
    share = (CLICK_SHARE, WIDER_SHARE, NARROWER_SHARE)[int(rng.choice(3, p=CLICK_WINDOWS))]
    side = max(MIN_SIDE, round(share * max(size.hw)))
    width, height = min(side, size.width), min(side, size.height)
    click = random_pixel(pixels, rng) or (0, 0)
    x, y = (
        min(max(0, place - length // 2), limit - length)
        for place, length, limit in zip(click, (width, height), (size.width, size.height), strict=True)
    )
    return Window(x, y, Size(height, width))


def _start(low: int, length: int, side: int, limit: int, rng: np.random.Generator) -> int:
    """First pixel of a window of ``side`` that holds [low, low + length), or lies inside it when longer."""
    first, last = sorted((low + length - side, low))
    return int(rng.integers(max(0, min(first, limit - side)), max(0, min(last, limit - side)) + 1))


def _shows(labels: LabelledImage, index: int, window: Window, scales: Sequence[float]) -> bool:
    """Whether the box of an object has enough pixels in a window that is scaled by these, across and down."""
    x, y, w, h = labels.objects[index].mask.bbox_xywh
    across = min(x + w, window.x + window.size.width) - max(x, window.x)
    down = min(y + h, window.y + window.size.height) - max(y, window.y)
    return across > 0 and down > 0 and across * down * scales[0] * scales[1] >= MIN_PIXELS


def _tint(strength: float, rng: np.random.Generator) -> Tint:
    """Random brightness, contrast, colour gains and saturation; now and then grey or blurred."""
    contrast, saturation = 1 + strength * rng.uniform(-1, 1, 2)
    gains = (1 + strength * rng.uniform(-1, 1)) * (1 + 0.3 * strength * rng.uniform(-1, 1, 3))
    if rng.random() < 0.1 * strength / 0.25:
        saturation = 0.0
    blur = float(rng.uniform(0.4, 1.2)) if rng.random() < 0.2 * strength / 0.25 else 0.0
    red, green, blue = (float(g) for g in gains)
    return Tint(saturation=float(saturation), contrast=float(contrast), gains=(red, green, blue), blur=blur)


def _tinted(rgb: RgbImage, tint: Tint) -> RgbImage:
    x = rgb.astype(np.float32)
    grey = x @ np.array(GREY, np.float32)
    x = grey[..., None] + np.float32(tint.saturation) * (x - grey[..., None])
    mean = np.float32(grey.mean())
    x = (mean + np.float32(tint.contrast) * (x - mean)) * np.array(tint.gains, np.float32)
    if tint.blur:
        x = cv2.GaussianBlur(x, (0, 0), tint.blur)
    return np.clip(np.rint(x), 0, 255).astype(np.uint8)
