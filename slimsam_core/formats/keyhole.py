"""Parts and holes as one ring, joined by bridges of no width, for formats that know one ring an object.

A bridge runs to a point and back on the same line, so that counting crossings finds every pixel as before.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from slimsam_core.pixels.mask import Polygon, Ring
from slimsam_core.progress import check_cancelled

CORNERS = 100_000
"""That are put together between two looks at whether the job was cancelled: some ten milliseconds."""
MAX_PAIRS = 300_000_000
"""Pairs of corners: two seconds. Beyond, bridges are no longer the shortest; noise has 10 million million."""


def joined_ring(polygons: Sequence[Polygon]) -> Ring:
    """One ring with the same area, by the even-odd rule, as all polygons with their holes."""
    rings = []
    for polygon in polygons:
        check_cancelled()
        rings += [np.asarray(ring, np.float64) for ring in (polygon.exterior, *polygon.holes)]
    result = _chained(rings) if _pairs(rings) > MAX_PAIRS else _joined_one_by_one(rings)
    points: list[tuple[float, float]] = []
    for start in range(0, len(result), CORNERS):
        check_cancelled()
        x, y = result[start : start + CORNERS].T.tolist()
        points += zip(x, y, strict=True)
    return tuple(points)


def _pairs(rings: Sequence[NDArray[np.float64]]) -> int:
    """Pairs of corners that are looked at for the shortest bridges."""
    lengths = np.array([len(ring) for ring in rings], np.int64)
    return int((np.cumsum(lengths)[:-1] * lengths[1:]).sum())


def _chained(rings: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """From the first corner of each ring to that of the next one, and the same way back."""
    pieces = []
    for ring in rings:
        check_cancelled()
        pieces += [ring, ring[:1]]
    return np.concatenate(pieces + [ring[:1] for ring in reversed(rings[:-1])])


def _joined_one_by_one(rings: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    result = rings[0]
    for ring in rings[1:]:
        check_cancelled()
        result = _joined(result, ring)
    return result


def _joined(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    """Go round ``first`` to the point nearest ``second``, over, round ``second``, back, and on."""
    at, entry = _nearest(first, second)
    loop = np.concatenate([second[entry:], second[: entry + 1]])
    return np.concatenate([first[: at + 1], loop, first[at:]])


def _nearest(first: NDArray[np.float64], second: NDArray[np.float64]) -> tuple[int, int]:
    best, pair, block = np.inf, (0, 0), 256
    for start in range(0, len(first), block):
        part = first[start : start + block]
        distances = ((part[:, None, :] - second[None, :, :]) ** 2).sum(axis=2)
        index = int(distances.argmin())
        if distances.flat[index] < best:
            best = float(distances.flat[index])
            pair = (start + index // len(second), index % len(second))
    return pair
