"""The one way from a picture to a model's input and from its logits back, shared with training.

A picture is scaled until its longest side fills the model's square, and zero-padded right and below. SAM's
low-resolution logits cover that padded square. Everything here is numpy: shapes as in the names, ``float32``.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from slimsam_core.geometry import BoxXYXY, Size
from slimsam_core.image_io import RgbImage
from slimsam_core.mask import BoolMask

FloatArray = NDArray[np.float32]

PREPROCESSING_VERSION = 1
"""Raised when the same picture starts to give other input values: part of the key of stored embeddings."""

MASK_THRESHOLD = 0.0
"""A pixel belongs to the object when its logit is above this."""

_STRIP_BYTES = 1 << 23


def resized_size(original: Size, image_size: int) -> Size:
    """Size of the picture inside the model's square: longest side ``image_size``, each side at least 1."""
    scale = image_size / max(original.hw)
    return Size(max(1, int(original.height * scale + 0.5)), max(1, int(original.width * scale + 0.5)))


def resize_longest(rgb: RgbImage, image_size: int) -> RgbImage:
    """Scale uint8 HxWx3 so that its longest side is ``image_size``: area mean to shrink, bilinear to grow."""
    if rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.dtype != np.uint8:
        raise ValueError(f"a picture is uint8 HxWx3, not {rgb.dtype} {rgb.shape}")
    original = Size(rgb.shape[0], rgb.shape[1])
    target = resized_size(original, image_size)
    if target == original:
        return rgb
    shrinking = max(original.hw) > image_size
    method = cv2.INTER_AREA if shrinking else cv2.INTER_LINEAR
    resized: RgbImage = cv2.resize(rgb, (target.width, target.height), interpolation=method).astype(np.uint8)
    return resized


def model_input(
    rgb: RgbImage, image_size: int, pixel_mean: tuple[float, ...], pixel_std: tuple[float, ...]
) -> FloatArray:
    """uint8 HxWx3 -> float32 (1, 3, image_size, image_size): resized, normalised, zero-padded."""
    resized = resize_longest(rgb, image_size)
    height, width = resized.shape[:2]
    x_13SS = np.zeros((1, 3, image_size, image_size), np.float32)
    for channel in range(3):
        plane = x_13SS[0, channel, :height, :width]
        np.subtract(resized[:, :, channel], np.float32(pixel_mean[channel]), out=plane)
        plane /= np.float32(pixel_std[channel])
    return x_13SS


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
    low_res: FloatArray, original: Size, target: Size | None = None, level: float = MASK_THRESHOLD
) -> tuple[tuple[int, int], FloatArray]:
    """The part of the full-size logits that may exceed ``level``: its ``(y, x)`` corner and its values.

    ``low_res``: float32 (hm, wm) over the padded square of a picture of size ``original``. ``target``
    defaults to ``original``. Outside the returned region every logit is at most ``level``; the region is
    0x0 when none exceeds it. Same values as two bilinear steps (logits -> square, padding cut -> target)
    with half-pixel centres, as ``torch.nn.functional.interpolate(align_corners=False)`` computes them.
    """
    target = target or original
    rows, columns = _region(low_res, level)
    by, bx = _axis_matrices(low_res.shape, original, target)
    y0, y1 = _reach(by, rows)
    x0, x1 = _reach(bx, columns)
    block = low_res[rows, columns]
    return (y0, x0), np.asarray(by[y0:y1, rows] @ block @ bx[x0:x1, columns].T, np.float32)


def upsample_mask(
    low_res: FloatArray, original: Size, target: Size | None = None, level: float = MASK_THRESHOLD
) -> BoolMask:
    """``logits > level`` at ``target`` size (default: ``original``), bool HxW, in little extra memory."""
    target = target or original
    result: BoolMask = np.zeros(target.hw, np.bool_)
    rows, columns = _region(low_res, level)
    by, bx = _axis_matrices(low_res.shape, original, target)
    y0, y1 = _reach(by, rows)
    x0, x1 = _reach(bx, columns)
    if y1 <= y0 or x1 <= x0:
        return result
    across = np.ascontiguousarray(low_res[rows, columns] @ bx[x0:x1, columns].T)
    strip = max(1, _STRIP_BYTES // (4 * (x1 - x0)))
    for top in range(y0, y1, strip):
        bottom = min(y1, top + strip)
        np.greater(by[top:bottom, rows] @ across, level, out=result[top:bottom, x0:x1])
    return result


def downsample_mask(pixels: BoolMask, mask_size: int, magnitude: float = 8.0) -> FloatArray:
    """A mask, bool HxW, as low-resolution logits (mask_size, mask_size) that a decoder takes as mask input.

    Inside ``+magnitude``, outside ``-magnitude``, in between by the covered share of the cell.
    """
    original = Size(*pixels.shape)
    inside = resized_size(original, mask_size)
    share = cv2.resize(
        pixels.astype(np.float32), (inside.width, inside.height), interpolation=cv2.INTER_AREA
    ).reshape(inside.hw)
    logits = np.full((mask_size, mask_size), -magnitude, np.float32)
    logits[: inside.height, : inside.width] = (2.0 * share - 1.0) * magnitude
    return logits


def picture_part(low_res: FloatArray, original: Size) -> FloatArray:
    """The view of low-resolution logits (..., hm, wm) that lies on the picture, without the padding."""
    inside = resized_size(original, low_res.shape[-1])
    part: FloatArray = low_res[..., : inside.height, : inside.width]
    return part


def stability_score(low_res: FloatArray, original: Size, offset: float = 1.0) -> FloatArray:
    """IoU of the masks at thresholds +offset and -offset, float32 (...) for logits (..., hm, wm).

    Counted on the low-resolution grid inside the picture; 0 where the wider mask is empty.
    """
    inside = picture_part(low_res, original)
    high = np.count_nonzero(inside > MASK_THRESHOLD + offset, axis=(-2, -1))
    low = np.count_nonzero(inside > MASK_THRESHOLD - offset, axis=(-2, -1))
    return np.asarray(high / np.maximum(low, 1), np.float32)


def _region(low_res: FloatArray, level: float) -> tuple[slice, slice]:
    """Rows and columns of cells above ``level``, two more on each side; both empty when there is none."""
    above = low_res > level
    ys, xs = np.flatnonzero(above.any(1)), np.flatnonzero(above.any(0))
    if not ys.size:
        return slice(0, 0), slice(0, 0)
    height, width = low_res.shape
    return (
        slice(max(0, int(ys[0]) - 2), min(height, int(ys[-1]) + 3)),
        slice(max(0, int(xs[0]) - 2), min(width, int(xs[-1]) + 3)),
    )


def _reach(matrix: FloatArray, cells: slice) -> tuple[int, int]:
    """First and last + 1 output index whose value depends on ``cells`` alone; (0, 0) when there is none."""
    if cells.stop <= cells.start:
        return 0, 0
    # an output weighs at most three cells in a row: one that reaches outside has none above the level
    inside = np.flatnonzero(matrix[:, cells].sum(1) > 1 - 1e-4)
    return (int(inside[0]), int(inside[-1]) + 1) if inside.size else (0, 0)


def _axis_matrices(
    low_res_hw: tuple[int, ...], original: Size, target: Size
) -> tuple[FloatArray, FloatArray]:
    """The bilinear maps of both axes: (target.height, hm) and (target.width, wm)."""
    mask_size = low_res_hw[-1]
    # the square's side only has to be the encoder's; the low-resolution grid is a quarter of it in all SAMs
    inside = resized_size(original, 4 * mask_size)
    return (
        _axis_matrix(low_res_hw[-2], 4 * mask_size, inside.height, target.height),
        _axis_matrix(low_res_hw[-1], 4 * mask_size, inside.width, target.width),
    )


@lru_cache(maxsize=8)
def _axis_matrix(cells: int, square: int, inside: int, target: int) -> FloatArray:
    """cells -> square -> its first ``inside`` -> target, each bilinear, as one matrix (target, cells)."""
    matrix = np.zeros((target, cells), np.float32)
    index = np.arange(target)
    to_square = _bilinear_taps(cells, square)
    for sample, weight in _bilinear_taps(inside, target):
        for cell, share in to_square:
            np.add.at(matrix, (index, cell[sample]), weight * share[sample])
    matrix.setflags(write=False)
    return matrix


def _bilinear_taps(source: int, target: int) -> tuple[tuple[NDArray[np.intp], FloatArray], ...]:
    """For each of ``target`` samples its two neighbours in ``source`` and their weights."""
    position = np.maximum((np.arange(target) + 0.5) * (source / target) - 0.5, 0.0)
    low = np.minimum(position.astype(np.intp), source - 1)
    share = (position - low).astype(np.float32)
    return (low, 1 - share), (np.minimum(low + 1, source - 1), share)
