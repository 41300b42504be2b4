"""The simulated user: where a person who wants this object would click next."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from slimsam_core.pixels.mask import BoolMask


def centre_of(region: BoolMask) -> tuple[int, int, float]:
    """``(x, y, depth)``: the pixel of ``region`` farthest from its outside, and how far (0.0 when empty).

    Beyond the picture counts as outside. Of equal pixels the first in reading order is taken.
    """
    padded = np.pad(region, 1).view(np.uint8)
    depth = cv2.distanceTransform(padded, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[1:-1, 1:-1]
    index = int(np.argmax(depth))
    y, x = divmod(index, region.shape[1])
    return x, y, float(depth[y, x])


def next_click(
    target: BoolMask, predicted: BoolMask, scored: BoolMask | None = None
) -> tuple[int, int, bool] | None:
    """``(x, y, positive)`` at the centre of the larger error region; None when nothing is wrong.

    The usual rule of the interactive segmentation literature (e.g. Sofiiuk et al., RITM, 2021): the deepest
    point, by Euclidean distance transform, of what is missing and of what is too much; the deeper one wins.
    Pixels outside ``scored`` are no errors.
    """
    missing, extra = target & ~predicted, predicted & ~target
    if scored is not None:
        missing, extra = missing & scored, extra & scored
    x_miss, y_miss, depth_miss = centre_of(missing)
    x_extra, y_extra, depth_extra = centre_of(extra)
    if depth_miss == 0.0 and depth_extra == 0.0:
        return None
    return (x_miss, y_miss, True) if depth_miss >= depth_extra else (x_extra, y_extra, False)


def random_pixel(region: BoolMask, rng: np.random.Generator) -> tuple[int, int] | None:
    """``(x, y)`` of a uniformly drawn pixel of ``region``; None when it is empty."""
    indices: NDArray[np.intp] = np.flatnonzero(region)
    if not indices.size:
        return None
    y, x = divmod(int(indices[rng.integers(indices.size)]), region.shape[1])
    return x, y
