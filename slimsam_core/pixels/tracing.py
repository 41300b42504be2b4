"""Outlines along pixel edges, found by their corners alone: everything between two corners is straight.

Around each crossing of the pixel grid lie four pixels. Where one or three of them are set, an outline turns;
where two are set that touch only there, two outlines do, each around its own pixel. In each line of the grid
the corners are joined two by two, so nothing is walked along pixel by pixel.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from slimsam_core.progress import check_cancelled

STRIPE_PIXELS = 8_000_000
"""Pixels that are looked at together: what is taken on top of the mask stays under 100 MB."""

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
    places, around = _corners(pixels)
    check_cancelled()  # noise of 9 megapixels has nine million corners: half a second for each line here
    y, x = np.divmod(places, pixels.shape[1] + 1)
    level = _LEAVES_LEVEL[around]
    order = _by_columns(x, y, around)
    check_cancelled()
    rings = _rings(_following(order, level).tolist())
    check_cancelled()
    points = np.stack([x, y], axis=1)
    outer = [bool(level[ring[0]]) for ring in rings]
    if sum(outer) == 1:
        return [[points[ring] for ring in rings]]
    parts: dict[int, list[NDArray[np.int64]]] = {}
    for ring, part in zip(rings, _parts(pixels, points, order, rings, outer), strict=True):
        parts.setdefault(part, []).append(points[ring])
    return list(parts.values())


def _corners(pixels: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """The crossings at which an outline turns, twice where two do, as ``y * (width + 1) + x`` in this order;
    and which of the pixels around each are set. Found in stripes of rows."""
    height, width = pixels.shape
    rows = max(1, STRIPE_PIXELS // (width + 2))
    found = []
    for top in range(0, height + 1, rows):
        stop = min(height + 1, top + rows)
        frame = np.zeros((stop - top + 1, width + 2), np.uint8)
        inside = pixels[max(0, top - 1) : stop]
        frame[int(top == 0) :, 1:-1][: len(inside)] = inside
        around = frame[:-1, :-1] + (frame[:-1, 1:] << 1) + (frame[1:, :-1] << 2) + (frame[1:, 1:] << 3)
        counts = _CORNERS.take(around.ravel())
        places = np.flatnonzero(counts)
        places = np.repeat(places, counts[places])
        found.append((places + top * (width + 1), around.ravel()[places]))
        check_cancelled()
    places, around = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return places, around


def _parts(
    pixels: NDArray[np.bool_],
    points: NDArray[np.int64],
    order: NDArray[np.intp],
    rings: list[list[int]],
    outer: list[bool],
) -> list[int]:
    """For each ring the number of the outer ring of its part.

    Above and left of where a hole begins lies a pixel of its part. Where the run of that pixel begins is an
    edge of the same part: of its outer ring, or of another hole, which begins further up and is known.
    """
    ring_of = np.zeros(len(points), np.intp)
    for number, ring in enumerate(rings):
        ring_of[ring] = number
    beyond = len(pixels) + 1
    keys = points[order, 0] * beyond + points[order, 1]
    parts: list[int] = []
    for number, ring in enumerate(rings):
        check_cancelled()
        if outer[number]:
            parts.append(number)
            continue
        left, top = points[ring[0]].tolist()
        before = pixels[top - 1, left - 1 :: -1] if left else pixels[top - 1, :0]
        back = int(np.argmin(before))
        start = 0 if before[back] else left - back
        above = int(np.searchsorted(keys, start * beyond + top - 1, side="right")) - 1
        parts.append(parts[ring_of[order[above]]])
    return parts


def _by_columns(x: NDArray[np.int64], y: NDArray[np.int64], around: NDArray[np.uint8]) -> NDArray[np.intp]:
    """Corners in the order of their columns, for corners in the order of their rows."""
    # of two corners at one crossing the one with the edge at the left is first in its row, the one with the
    # edge above first in its column
    second = np.zeros(x.size, np.bool_)
    second[1:] = (x[1:] == x[:-1]) & (y[1:] == y[:-1])
    return np.lexsort((second ^ (around == _RISING), y, x))


def _following(order: NDArray[np.intp], level: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The corner behind each corner, for corners in the order of their rows."""
    numbers = np.arange(order.size)
    ranks = np.empty_like(order)
    ranks[order] = numbers
    return np.where(level, numbers ^ 1, order[ranks ^ 1])


def _rings(following: list[int]) -> list[list[int]]:
    rings: list[list[int]] = []
    seen = bytearray(len(following))
    for start in range(len(following)):
        if seen[start]:
            continue
        check_cancelled()
        ring: list[int] = []
        corner = start
        while not seen[corner]:
            seen[corner] = 1
            ring.append(corner)
            corner = following[corner]
        rings.append(ring)
    return rings
