"""The one way from a picture to a model's input and from its logits back, shared with training.

A picture is scaled until its longest side fills the model's square and zero-padded right and below, or it is
stretched over the square: its family says which (``SquareFit``). The low-resolution logits cover that square.
Everything here is numpy: shapes as in the names, ``float32``.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from slimsam_core.arch import ArchSpec
from slimsam_core.pixels.geometry import BoxXYXY, Size
from slimsam_core.pixels.image_io import RgbImage
from slimsam_core.pixels.mask import BoolMask
from slimsam_core.pixels.square_fit import SquareFit, resized_size

FloatArray = NDArray[np.float32]

PREPROCESSING_VERSION = 1
"""Raised when the same picture starts to give other input values: part of the key of stored embeddings."""

MASK_THRESHOLD = 0.0
"""A pixel belongs to the object when its logit is above this."""

_STRIP_BYTES = 1 << 23
"""Of the columns that are enlarged together: they stay in the caches of a processor."""
_CERTAIN = 8.0
"""A logit of no doubt: a probability of 0.9997."""
_SQUARE = 4
"""Pixels of the square to a cell of the low-resolution logits, along a side, in all SAMs: cells of 16,
enlarged four times."""


def resize_longest(rgb: RgbImage, image_size: int) -> RgbImage:
    """Scale uint8 HxWx3 so that its longest side is ``image_size``: area mean to shrink, bilinear to grow."""
    original = _size_of(rgb)
    target = resized_size(original, image_size)
    if target == original:
        return rgb
    shrinking = max(original.hw) > image_size
    method = cv2.INTER_AREA if shrinking else cv2.INTER_LINEAR
    resized: RgbImage = cv2.resize(rgb, (target.width, target.height), interpolation=method).astype(np.uint8)
    return resized


def resize_into(rgb: RgbImage, image_size: int, fit: SquareFit) -> RgbImage:
    """uint8 HxWx3 as large as it lies in a square: where it shrinks by the mean of the area, where it grows
    bilinear. One side of a stretched picture may shrink while the other grows: one after the other."""
    if fit is SquareFit.LETTERBOX:
        return resize_longest(rgb, image_size)
    original, side = _size_of(rgb), image_size
    smaller = Size(min(original.height, side), min(original.width, side))
    if smaller != original:
        rgb = cv2.resize(rgb, (smaller.width, smaller.height), interpolation=cv2.INTER_AREA).astype(np.uint8)
    if smaller != Size(side, side):
        rgb = cv2.resize(rgb, (side, side), interpolation=cv2.INTER_LINEAR).astype(np.uint8)
    return rgb


def model_input(rgb: RgbImage, arch: ArchSpec) -> FloatArray:
    """uint8 HxWx3 -> float32 (1, 3, S, S), S the side of the model's square: resized, normalised, zero where
    the picture does not reach."""
    resized = resize_into(rgb, arch.image_size, arch.fit)
    height, width = resized.shape[:2]
    x_13SS = np.zeros((1, 3, arch.image_size, arch.image_size), np.float32)
    for channel in range(3):
        plane = x_13SS[0, channel, :height, :width]
        np.subtract(resized[:, :, channel], np.float32(arch.pixel_mean[channel]), out=plane)
        plane /= np.float32(arch.pixel_std[channel])
    return x_13SS


def _size_of(rgb: RgbImage) -> Size:
    if rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.dtype != np.uint8:
        raise ValueError(f"a picture is uint8 HxWx3, not {rgb.dtype} {rgb.shape}")
    return Size.of(rgb)


def to_model_points(xy_N2: NDArray[np.floating], original: Size, resized: Size) -> FloatArray:
    """Points in the frame of ``geometry`` -> SAM's pixel indices in the model's square, float32 (N, 2).

    ``(x - 0.5) * scale``: the prompt encoder adds 0.5 itself.
    """
    scale = np.array([resized.width / original.width, resized.height / original.height])
    return np.asarray((np.asarray(xy_N2, np.float64) - 0.5) * scale, np.float32)


def to_model_box(box: BoxXYXY, original: Size, resized: Size) -> FloatArray:
    """A box in the frame of ``geometry`` -> its two corners for the model, float32 (2, 2)."""
    return to_model_points(np.array(box.as_tuple()).reshape(2, 2), original, resized)


def upsample_region(
    low_res: FloatArray,
    original: Size,
    fit: SquareFit,
    target: Size | None = None,
    level: float = MASK_THRESHOLD,
) -> tuple[tuple[int, int], FloatArray]:
    """The part of the full-size logits that exceeds ``level``: its ``(y, x)`` corner and its values.

    ``low_res``: float32 (hm, wm) over the square in which a picture of size ``original`` lies as ``fit``
    says. ``target`` defaults to ``original``. Outside the returned region every logit is at most ``level``;
    the region is 0x0 when none exceeds it. As the public codes of SAM and SAM 2 do it, with half-pixel
    centres as ``torch.nn.functional.interpolate(align_corners=False)``: two bilinear steps where there is
    padding (logits -> square, padding cut -> target), one where the picture is stretched.
    """
    target = target or original
    x0, across = _widened(low_res, original, fit, target, level)
    values = _heightened(across, original, fit, target)
    y0, y1 = _extent(values > level, axis=1)
    return (y0, x0), values[y0:y1]


def upsample_mask(
    low_res: FloatArray,
    original: Size,
    fit: SquareFit,
    target: Size | None = None,
    level: float = MASK_THRESHOLD,
) -> BoolMask:
    """``logits > level`` at ``target`` size (default: ``original``), bool HxW, in little extra memory."""
    target = target or original
    result: BoolMask = np.zeros(target.hw, np.bool_)
    x0, across = _widened(low_res, original, fit, target, level)
    strip = max(1, _STRIP_BYTES // (4 * target.height))
    for left in range(0, across.shape[1], strip):
        part = across[:, left : left + strip]
        place = result[:, x0 + left : x0 + left + part.shape[1]]
        np.greater(_heightened(part, original, fit, target), level, out=place)
    return result


def downsample_mask(
    pixels: BoolMask, mask_size: int, fit: SquareFit, magnitude: float = _CERTAIN
) -> FloatArray:
    """A mask, bool HxW, as low-resolution logits (mask_size, mask_size) that a decoder takes as mask input.

    Inside ``+magnitude``, outside ``-magnitude``, in between by the covered share of the cell.
    """
    inside = fit.inside(Size.of(pixels), mask_size)
    share = cv2.resize(
        pixels.astype(np.float32), (inside.width, inside.height), interpolation=cv2.INTER_AREA
    ).reshape(inside.hw)
    logits = np.full((mask_size, mask_size), -magnitude, np.float32)
    logits[: inside.height, : inside.width] = (2.0 * share - 1.0) * magnitude
    return logits


def picture_part(low_res: FloatArray, original: Size, fit: SquareFit) -> FloatArray:
    """The view of low-resolution logits (..., hm, wm) that lies on the picture, without any padding."""
    inside = fit.inside(original, low_res.shape[-1])
    part: FloatArray = low_res[..., : inside.height, : inside.width]
    return part


def stability_score(low_res: FloatArray, original: Size, fit: SquareFit, offset: float = 1.0) -> FloatArray:
    """IoU of the masks at thresholds +offset and -offset, float32 (...) for logits (..., hm, wm).

    Counted on the low-resolution grid inside the picture; 0 where the wider mask is empty.
    """
    inside = picture_part(low_res, original, fit)
    high = np.count_nonzero(inside > MASK_THRESHOLD + offset, axis=(-2, -1))
    low = np.count_nonzero(inside > MASK_THRESHOLD - offset, axis=(-2, -1))
    return np.asarray(high / np.maximum(low, 1), np.float32)


STABLE_OFFSET, STABLE_IOU = 0.05, 0.98
"""Of a single mask, as in SAM 2's public code."""


def is_stable(low_res: FloatArray) -> bool:
    """Whether a single mask of SAM 2, logits (hm, wm), stands: an IoU of at least ``STABLE_IOU`` at
    thresholds ``STABLE_OFFSET`` higher and lower, over the whole grid. An empty one does."""
    offsets = (STABLE_OFFSET, -STABLE_OFFSET)
    high, low = (np.count_nonzero(low_res > MASK_THRESHOLD + offset) for offset in offsets)
    return bool(high >= STABLE_IOU * low)


def _widened(
    low_res: FloatArray, original: Size, fit: SquareFit, target: Size, level: float
) -> tuple[int, FloatArray]:
    """Logits at the target's width, still with their own rows: first column and values of the columns in
    which any exceeds ``level``. Columns are means of those above and below, so no other exceeds it either."""
    rows, cells = low_res.shape
    if fit is SquareFit.LETTERBOX:
        low_res = cv2.resize(low_res, (_SQUARE * cells, rows), interpolation=cv2.INTER_LINEAR)
        low_res = low_res[:, : fit.inside(original, _SQUARE * cells).width]
    across = cv2.resize(low_res, (target.width, rows), interpolation=cv2.INTER_LINEAR)
    across = across.reshape(-1, target.width)
    x0, x1 = _extent(across > level, axis=0)
    return x0, across[:, x0:x1]


def _heightened(across: FloatArray, original: Size, fit: SquareFit, target: Size) -> FloatArray:
    """Columns of logits, (hm, n), at the target's height, (target.height, n)."""
    cells, columns = across.shape
    if not columns:
        return np.zeros((target.height, 0), np.float32)
    if fit is SquareFit.LETTERBOX:
        square = cv2.resize(across, (columns, _SQUARE * cells), interpolation=cv2.INTER_LINEAR)
        across = square.reshape(-1, columns)[: fit.inside(original, _SQUARE * cells).height]
    resized = cv2.resize(across, (columns, target.height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(resized.reshape(-1, columns), np.float32)


def _extent(found: BoolMask, axis: int) -> tuple[int, int]:
    """First and last + 1 index that holds a true value, all along ``axis``; (0, 0) when none does."""
    indices = np.flatnonzero(found.any(axis))
    return (int(indices[0]), int(indices[-1]) + 1) if indices.size else (0, 0)
