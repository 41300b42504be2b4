"""Windows of run-length masks: read, sample or write a part without touching the pixels of the rest."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask import BoolMask, Polygon, Rle, from_runs, polygons_at


def run_edges(rle: Rle) -> NDArray[np.int64]:
    """Where the mask changes, as column-major pixel numbers: ``[start, end, start, end, ...]``, sorted.

    ``start`` is the first pixel of a run of set pixels, ``end`` the first one after it.
    """
    codes = np.frombuffer(rle.counts.encode("ascii"), np.uint8).astype(np.int64) - 48
    if not codes.size:
        return np.zeros(0, np.int64)
    last = (codes & 0x20) == 0
    firsts = np.concatenate(([0], np.flatnonzero(last)[:-1] + 1))
    lengths = np.diff(np.append(firsts, codes.size))
    shifts = 5 * (np.arange(codes.size) - np.repeat(firsts, lengths))
    values = np.add.reduceat((codes & 0x1F) << shifts, firsts)
    negative = (codes[last] & 0x10) != 0
    values[negative] -= np.left_shift(1, 5 * lengths[negative])
    # from the fourth run on a run is coded as the difference to the one before the last
    values[1::2] = np.cumsum(values[1::2])
    values[2::2] = np.cumsum(values[2::2])
    edges = np.cumsum(values)
    return edges[:-1] if edges.size % 2 else edges


def crop(rle: Rle, x: int, y: int, width: int, height: int) -> BoolMask:
    """Pixels of a window inside the picture, bool HxW. Raises ValueError when it reaches outside."""
    _check_window(rle.size, x, y, width, height)
    rows = rle.size.height
    begin, end = x * rows, (x + width) * rows
    edges = run_edges(rle)
    first, stop = np.searchsorted(edges, (begin, end), side="right")
    inner = np.concatenate(([begin], edges[first:stop], [end]))
    values = (np.arange(inner.size - 1) + first) % 2 == 1
    pixels: BoolMask = np.repeat(values, np.diff(inner)).reshape(width, rows)[:, y : y + height].T
    return pixels


def outlines(rle: Rle) -> tuple[Polygon, ...]:
    """``mask.to_polygons`` of a mask, without the pixels of the rest of the picture."""
    x, y, width, height = rle.bbox_xywh
    return polygons_at(crop(rle, x, y, width, height), x, y) if width else ()


def sample(rle: Rle, columns: NDArray[np.int64], rows: NDArray[np.int64]) -> BoolMask:
    """Pixels at the crossings of sorted columns and rows, bool (len(rows), len(columns))."""
    wanted = columns[:, None] * rle.size.height + rows[None, :]
    inside: BoolMask = np.searchsorted(run_edges(rle), wanted.ravel(), side="right") % 2 == 1
    return inside.reshape(wanted.shape).T


def paste(pixels: BoolMask, x: int, y: int, size: Size) -> Rle:
    """A mask of ``size``, empty but for ``pixels`` (bool HxW) at ``(x, y)``; what is outside is cut."""
    return from_edges(paste_edges(pixels, x, y, size), size)


def paste_edges(pixels: BoolMask, x: int, y: int, size: Size) -> NDArray[np.int64]:
    """``run_edges`` of such a mask, in which a run ends with its column."""
    left, top = max(0, -x), max(0, -y)
    pixels = pixels[top : max(top, size.height - y), left : max(left, size.width - x)]
    height, width = pixels.shape
    step = max(1, STRIPE_PIXELS // max(1, height))
    found = [
        _column_edges(pixels[:, begin : begin + step], x + left + begin, y + top, size.height)
        for begin in range(0, width, step)
    ]
    return np.concatenate(found) if found else np.zeros(0, np.int64)


STRIPE_PIXELS = 8_000_000
"""Pixels that are looked at together, so that those of a huge mask are not held several times."""


def _column_edges(pixels: BoolMask, x: int, y: int, rows: int) -> NDArray[np.int64]:
    """The edges of some columns at ``(x, y)`` of a picture with so many rows."""
    height, width = pixels.shape
    # a row of False below each column ends its runs there, so runs never join columns by accident
    columns = np.zeros((width, height + 1), np.int8)
    columns[:, :height] = pixels.T
    steps = np.diff(columns.ravel(), prepend=np.int8(0))
    flat = np.flatnonzero(steps)
    return np.asarray((flat // (height + 1) + x) * rows + flat % (height + 1) + y)


def from_edges(edges: NDArray[np.int64], size: Size) -> Rle:
    """The mask of ``run_edges``; runs that touch are joined. Raises FormatError for others than its own."""
    joined = np.ones(edges.size, np.bool_)
    touching = np.flatnonzero(edges[2::2] == edges[1:-1:2]) if edges.size > 2 else np.zeros(0, np.intp)
    joined[2 * touching + 1] = joined[2 * touching + 2] = False
    runs = np.diff(np.concatenate(([0], edges[joined], [size.area])))
    return from_runs(runs.tolist(), size)


def _check_window(size: Size, x: int, y: int, width: int, height: int) -> None:
    if x < 0 or y < 0 or width < 1 or height < 1 or x + width > size.width or y + height > size.height:
        raise ValueError(f"the window {width}x{height} at ({x}, {y}) is not inside a picture of {size}")
