"""Masks on their way through the filters of *Segment everything*: overlaps, specks, copies."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from slimsam_core.pixels import mask

BoxArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False, kw_only=True)
class FoundMask:
    """A mask on its way through the filters: the pixels of its box, and that box in image pixels."""

    pixels: mask.BoolMask
    box: tuple[int, int, int, int]
    """``(x0, y0, x1, y1)``, half open."""
    predicted_iou: float
    stability: float
    point: tuple[float, float]
    crop: tuple[int, int, int, int]


def box_nms(boxes_N4: BoxArray, scores_N: NDArray[np.float64], threshold: float) -> list[int]:
    """Indices of boxes to keep, best score first: each dropped box overlaps a kept one by IoU > threshold."""
    order = np.argsort(-scores_N, kind="stable")
    boxes = boxes_N4[order].astype(np.float64)
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    alive = np.ones(len(boxes), np.bool_)
    kept: list[int] = []
    for i in range(len(boxes)):
        if not alive[i]:
            continue
        kept.append(int(order[i]))
        corner = np.maximum(boxes[i, :2], boxes[i + 1 :, :2])
        sides = np.clip(np.minimum(boxes[i, 2:], boxes[i + 1 :, 2:]) - corner, 0.0, None)
        shared = sides[:, 0] * sides[:, 1]
        alive[i + 1 :] &= shared <= threshold * (areas[i] + areas[i + 1 :] - shared)
    return kept


def remove_small_regions(
    pixels: mask.BoolMask, min_area: int, *, framed: bool = False
) -> tuple[mask.BoolMask, bool]:
    """A mask without holes and islands below ``min_area`` pixels (8-connected), and whether it changed.

    When every island is small, the largest stays. ``framed``: the mask is cut out and has a ring of
    background around it, which stands for all that lies outside: however few pixels it has, it is no hole.
    """
    result, changed = pixels, False
    for fill in (True, False):
        regions = ~result if fill else result
        count, labels, stats, _ = cv2.connectedComponentsWithStats(regions.astype(np.uint8), connectivity=8)
        areas = stats[1:, cv2.CC_STAT_AREA]
        small = areas < min_area
        if fill and framed:
            small[labels[0, 0] - 1] = False
        if not small.any():
            continue
        changed = True
        keep = np.concatenate([[False], ~small])
        if not fill and not keep.any() and count > 1:
            keep[1 + int(np.argmax(areas))] = True
        result = ~keep[labels] if fill else keep[labels]
    return result, changed


def boxes_of(found: list[FoundMask]) -> BoxArray:
    return np.array([f.box for f in found], np.int64).reshape(-1, 4)


def tidied(found: list[FoundMask], area: int, share: float, threshold: float) -> list[FoundMask]:
    """Masks without holes and islands below ``area`` pixels or a ``share`` of their mask; of boxes that
    overlap more than ``threshold`` afterwards the one whose mask needed no change stays."""
    tidy: list[FoundMask] = []
    untouched: list[float] = []
    for f in found:
        # one ring of outside pixels, so that a bay at the edge of the box does not count as a hole
        least = max(area, int(share * np.count_nonzero(f.pixels)))
        pixels, changed = remove_small_regions(np.pad(f.pixels, 1), least, framed=True)
        ys, xs = np.flatnonzero(pixels.any(1)), np.flatnonzero(pixels.any(0))
        x0, x1, y0, y1 = int(xs[0]), int(xs[-1]) + 1, int(ys[0]), int(ys[-1]) + 1
        left, top = f.box[0] - 1, f.box[1] - 1
        box = (left + x0, top + y0, left + x1, top + y1)
        tidy.append(replace(f, pixels=pixels[y0:y1, x0:x1], box=box))
        untouched.append(float(not changed))
    return [tidy[i] for i in box_nms(boxes_of(tidy), np.array(untouched), threshold)]


def without_copies(found: list[FoundMask], threshold: float) -> list[FoundMask]:
    """Of each group of masks that cover the same pixels the first one."""
    kept: list[FoundMask] = []
    for mask_found in found:
        if all(_pixel_iou(mask_found, other) <= threshold for other in kept):
            kept.append(mask_found)
    return kept


def _pixel_iou(a: FoundMask, b: FoundMask) -> float:
    x0, y0 = max(a.box[0], b.box[0]), max(a.box[1], b.box[1])
    x1, y1 = min(a.box[2], b.box[2]), min(a.box[3], b.box[3])
    if x0 >= x1 or y0 >= y1:
        return 0.0
    common = [f.pixels[y0 - f.box[1] : y1 - f.box[1], x0 - f.box[0] : x1 - f.box[0]] for f in (a, b)]
    shared = np.count_nonzero(common[0] & common[1])
    return shared / (np.count_nonzero(a.pixels) + np.count_nonzero(b.pixels) - shared)
