"""Parts and holes as one ring, joined by bridges of no width, for formats that know one ring an object.

A bridge runs to a point and back on the same line, so that counting crossings finds every pixel as before.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from slimsam_core.pixels.mask import Polygon, Ring


def joined_ring(polygons: Sequence[Polygon]) -> Ring:
    """One ring with the same area, by the even-odd rule, as all polygons with their holes."""
    rings = [ring for polygon in polygons for ring in (polygon.exterior, *polygon.holes)]
    result = np.asarray(rings[0], np.float64)
    for ring in rings[1:]:
        result = _joined(result, np.asarray(ring, np.float64))
    return tuple((float(x), float(y)) for x, y in result)


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
