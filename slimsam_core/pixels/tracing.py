"""Outlines along pixel edges, found by their corners alone: everything between two corners is straight.

Around each crossing of the pixel grid lie four pixels. Where one or three of them are set, an outline turns;
where two are set that touch only there, two outlines do, each around its own pixel. In each line of the grid
the corners are joined two by two, so nothing is walked along pixel by pixel.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

_ABOVE_LEFT, _ABOVE_RIGHT, _BELOW_LEFT, _BELOW_RIGHT = 1, 2, 4, 8
_FALLING = _ABOVE_LEFT | _BELOW_RIGHT
_RISING = _ABOVE_RIGHT | _BELOW_LEFT


def _by_pixels(values: dict[int, int]) -> NDArray[np.uint8]:
    return np.array([values.get(pixels, 0) for pixels in range(16)], np.uint8)


_CORNERS = _by_pixels({1: 1, 2: 1, 4: 1, 8: 1, 7: 1, 11: 1, 13: 1, 14: 1, _FALLING: 2, _RISING: 2})
"""Corners at a crossing, by the pixels around it that are set."""

_LEAVES_LEVEL = _by_pixels({1: 1, 8: 1, 11: 1, 13: 1, _FALLING: 1}).astype(np.bool_)
"""Whether the outline, its pixels at its right hand, goes on along the row there; else along the column."""


def trace(pixels: NDArray[np.bool_]) -> list[list[NDArray[np.int64]]]:
    """Each part (4-connected) as closed rings of corners ``(x, y)``, int64 Nx2, its outer ring first.

    The part lies right of every edge. Each ring begins at its uppermost corner, of those at the left one.
    """
    height, width = pixels.shape
    frame = np.zeros((height + 2, width + 2), np.uint8)
    frame[1:-1, 1:-1] = pixels
    around = frame[:-1, :-1] + (frame[:-1, 1:] << 1) + (frame[1:, :-1] << 2) + (frame[1:, 1:] << 3)
    counts = _CORNERS.take(around.ravel())
    places = np.flatnonzero(counts)
    places = np.repeat(places, counts[places])
    around = around.ravel()[places]
    y, x = np.divmod(places, width + 1)
    level = _LEAVES_LEVEL[around]
    following = _following(x, y, around, level).tolist()
    rings = _rings(following)
    points = np.stack([x, y], axis=1)
    outer = [level[ring[0]] for ring in rings]
    if sum(outer) == 1:
        return [[points[ring] for ring in rings]]
    labels = cv2.connectedComponents(frame, connectivity=4)[1]  # in the frame pixels lie one further
    parts: dict[int, list[NDArray[np.int64]]] = {}
    for ring, is_outer in zip(rings, outer, strict=True):
        left, top = points[ring[0]]
        label = int(labels[top + 1, left + 1] if is_outer else labels[top, left])
        parts.setdefault(label, []).append(points[ring])
    return [parts[label] for label in sorted(parts)]


def _following(
    x: NDArray[np.int64], y: NDArray[np.int64], around: NDArray[np.uint8], level: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """The corner behind each corner, for corners in the order of their rows."""
    numbers = np.arange(x.size)
    # of two corners at one crossing the one with the edge at the left is first in its row, the one with the
    # edge above first in its column
    second = np.zeros(x.size, np.bool_)
    second[1:] = (x[1:] == x[:-1]) & (y[1:] == y[:-1])
    order = np.lexsort((second ^ (around == _RISING), y, x))
    ranks = np.empty_like(order)
    ranks[order] = numbers
    return np.where(level, numbers ^ 1, order[ranks ^ 1])


def _rings(following: list[int]) -> list[list[int]]:
    rings: list[list[int]] = []
    seen = bytearray(len(following))
    for start in range(len(following)):
        if seen[start]:
            continue
        ring: list[int] = []
        corner = start
        while not seen[corner]:
            seen[corner] = 1
            ring.append(corner)
            corner = following[corner]
        rings.append(ring)
    return rings
