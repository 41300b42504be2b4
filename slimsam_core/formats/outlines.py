"""Outlines before anything is drawn: their length is bounded, and what lies far outside is cut off.

COCO's rasteriser takes memory for every step along an outline, and ours time for every row that an edge
crosses: a small file with huge coordinates would take the machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as coco_mask

from slimsam_core.annotation import MAX_COORDINATE as MAX_COORDINATE
from slimsam_core.errors import FormatError
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask import Ring, Rle, merged
from slimsam_core.progress import check_cancelled

MAX_COCO_PARTS = 10_000
"""Parts of an outline in a COCO file: for each its readers go through all that they have drawn, seconds for
so many."""
MAX_OUTLINED_LETTERS = 1_000_000
"""Of a run-length code that is outlined for COCO: 10,000 discs 20 pixels wide have 420,000, noise of 9
megapixels, with its 600,000 parts, 4.5 million."""
MAX_COCO_STEPS = 500_000
"""Pixels along an outline that COCO's rasteriser is given: it takes some 100 bytes for each, 50 MB."""
DRAWN_AT_ONCE = 1000
"""Outlines; between them a cancelled job ends."""
MAX_WHOLE = 2.0**53
"""Below this every whole number has a float of its own."""
MAX_CROSSINGS = 100_000_000
"""Rows that the edges of an outline may cross, all together: some seconds of work."""


def coco_raster(rings: Sequence[Ring], size: Size) -> Rle:
    """The mask that COCO's own code makes of polygon parts: their union, by its rule for pixels on edges.

    A very long outline is cut at the edge of the picture first, which may shift its crossing there by a
    fraction of a pixel. Raises FormatError for an outline that is too long even so.
    """
    codes: list[Any] = []
    for start in range(0, len(rings), DRAWN_AT_ONCE):
        check_cancelled()
        flat = [flattened(_bounded(ring, size)) for ring in rings[start : start + DRAWN_AT_ONCE]]
        if kept := [ring for ring in flat if len(ring) >= 6]:
            codes += coco_mask.frPyObjects(kept, *size.hw)
    raw = merged(codes or coco_mask.frPyObjects([[0, 0, 0, 0, 0, 0]], *size.hw))
    return Rle(size, raw["counts"].decode("ascii"))


def coco_areas(rings: Sequence[Ring], size: Size) -> int:
    """The sum of the areas of the parts, in pixels, overlaps counted several times."""
    return sum(coco_raster((ring,), size).area for ring in rings)


def check_crossings(rings: Sequence[Ring], size: Size) -> None:
    """Raise FormatError for an outline whose edges cross the rows of the picture too often."""
    crossings = 0.0
    for ring in rings:
        y = np.clip(np.asarray(ring, np.float64)[:, 1], 0, size.height)
        crossings += float(np.abs(np.diff(y, append=y[:1])).sum()) + len(ring)
    if crossings > MAX_CROSSINGS:
        raise FormatError(
            "its outline crosses {crossings:,.0f} rows of the picture, which is no object",
            crossings=crossings,
        )


def flattened(ring: Ring) -> list[float | int]:
    """``[x, y, x, y, ...]``, whole numbers without their decimal point."""
    numbers = list(chain.from_iterable(ring))
    values = np.array(numbers, np.float64)
    whole = values.astype(np.int64) if np.abs(values).max(initial=0) < MAX_WHOLE else None
    if whole is not None and (whole == values).all():
        found: list[float | int] = whole.tolist()
        return found
    return [tidy(number) for number in numbers]


def has_few_parts(mask: Rle) -> bool:
    """Whether a mask may have few enough parts for COCO's code; a long code is not looked through for it."""
    return len(mask.counts) <= MAX_OUTLINED_LETTERS


def is_short(rings: Sequence[Ring]) -> bool:
    """Whether every program can draw the outlines as they stand."""
    return len(rings) <= MAX_COCO_PARTS and all(_steps(_points(ring)) <= MAX_COCO_STEPS for ring in rings)


def _points(ring: Ring) -> NDArray[np.float64]:
    return np.fromiter(chain.from_iterable(ring), np.float64, 2 * len(ring)).reshape(-1, 2)


def _bounded(ring: Ring, size: Size) -> Ring:
    points = _points(ring)
    if _steps(points) <= MAX_COCO_STEPS:
        return ring
    cut = _clipped(points, size)
    if _steps(cut) > MAX_COCO_STEPS:
        raise FormatError("its outline is {cut:,.0f} pixels long, which is no object", cut=_steps(cut))
    return tuple((float(x), float(y)) for x, y in cut)


def _steps(points_N2: NDArray[np.float64]) -> float:
    """What COCO's code walks: for each edge the longer of its two extents."""
    if not len(points_N2):
        return 0.0
    edges = np.abs(np.diff(points_N2, axis=0, append=points_N2[:1]))
    return float(np.maximum(edges[:, 0], edges[:, 1]).sum())


def _clipped(points_N2: NDArray[np.float64], size: Size) -> NDArray[np.float64]:
    """The outline inside a frame one pixel around the picture; by Sutherland and Hodgman, side by side."""
    for axis, side, keep_below in (
        (0, -1.0, False),
        (0, size.width + 1.0, True),
        (1, -1.0, False),
        (1, size.height + 1.0, True),
    ):
        if not len(points_N2):
            break
        nexts = np.roll(points_N2, -1, axis=0)
        inside = points_N2[:, axis] <= side if keep_below else points_N2[:, axis] >= side
        crosses = inside != np.roll(inside, -1)
        span = np.where(crosses, nexts[:, axis] - points_N2[:, axis], 1.0)
        share = (side - points_N2[:, axis]) / span
        met = points_N2 + share[:, None] * (nexts - points_N2)
        met[:, axis] = side
        both = np.stack([points_N2, met], axis=1).reshape(-1, 2)
        points_N2 = both[np.stack([inside, crosses], axis=1).ravel()]
    return points_N2


def tidy(number: float) -> float | int:
    """A whole number without its decimal point."""
    return int(number) if number == int(number) else number
