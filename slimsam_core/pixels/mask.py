"""Masks as values: run-length codes, pixels, boxes, polygons and the way between them.

The truth of an object is its ``Rle``: COCO's compressed run-length code, column-major, zeros first.
Pixels are ``bool`` arrays ``HxW``. Polygons live in the frame of ``geometry``: a polygon covers the pixels
whose centre lies inside it, and outlines traced from a mask run along pixel edges, so that
mask -> polygons -> mask gives back every pixel.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as coco_mask

from slimsam_core.errors import FormatError
from slimsam_core.pixels.geometry import Edges, Size
from slimsam_core.pixels.mask_codes import BAD, area_of
from slimsam_core.pixels.tracing import trace
from slimsam_core.progress import check_cancelled

BoolMask = NDArray[np.bool_]
Ring = tuple[tuple[float, float], ...]

MAX_MASK_PIXELS = 500_000_000
"""Above this a run-length code is refused before any memory is taken: no larger picture is read either."""

MERGED_AT_ONCE = 8
"""Codes: two or 30 take as long."""
CROSSED_AT_ONCE = 1_000_000
"""Rows that edges cross: some 60 MB."""


@dataclass(frozen=True)
class Rle:
    """A mask as COCO's compressed run-length code; ``counts`` is ASCII. Equal masks have equal values."""

    size: Size
    counts: str

    def to_coco(self) -> dict[str, object]:
        """``{"size": [height, width], "counts": str}``, ready for JSON."""
        return {"size": [self.size.height, self.size.width], "counts": self.counts}

    def _raw(self) -> dict[str, object]:
        return {"size": [self.size.height, self.size.width], "counts": self.counts.encode("ascii")}

    @property
    def area(self) -> int:
        """Number of set pixels."""
        return int(coco_mask.area(self._raw()))

    @property
    def bbox_xywh(self) -> tuple[int, int, int, int]:
        """Tight box ``(x, y, width, height)`` in whole pixels; ``(0, 0, 0, 0)`` when empty."""
        x, y, w, h = coco_mask.toBbox(self._raw()).tolist()
        return (int(x), int(y), int(w), int(h)) if w and h else (0, 0, 0, 0)

    @property
    def box(self) -> Edges:
        """Its tight box as ``(x0, y0, x1, y1)``; all 0 when empty."""
        x, y, width, height = self.bbox_xywh
        return (x, y, x + width, y + height)

    def decode(self) -> BoolMask:
        """Pixels, ``bool`` HxW."""
        pixels: BoolMask = coco_mask.decode(self._raw()).view(np.bool_)  # zeros and ones
        return pixels


@dataclass(frozen=True)
class Polygon:
    """One part of an outline: an exterior ring and its holes, each at least 3 points, not closed."""

    exterior: Ring
    holes: tuple[Ring, ...] = ()


def encode(pixels: BoolMask) -> Rle:
    """Pixels (``bool`` HxW) as a run-length code."""
    if pixels.ndim != 2 or pixels.dtype != np.bool_:
        raise ValueError(f"a mask is a bool HxW array, not {pixels.dtype} {pixels.shape}")
    raw = coco_mask.encode(np.asfortranarray(pixels.view(np.uint8)))
    return Rle(Size.of(pixels), raw["counts"].decode("ascii"))


def resized(pixels: BoolMask, size: Size) -> BoolMask:
    """A mask at another size, bool HxW: a pixel is set when more than half of its area is covered.

    Pixel centres lie at ``i + 0.5`` at both sizes, so nothing moves.
    """
    shrinks = size.height < pixels.shape[0] or size.width < pixels.shape[1]
    method = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    share = cv2.resize(pixels.astype(np.float32), (size.width, size.height), interpolation=method)
    return np.asarray(share.reshape(size.hw) > 0.5)


def empty(size: Size) -> Rle:
    """The mask without any pixel."""
    return from_runs([size.area], size)


def parse_runs(counts: str, where: str = "") -> list[int]:
    """The run lengths of a compressed code. Raises FormatError for anything COCO's decoder would misread."""
    runs: list[int] = []
    value = shift = 0
    for char in counts:
        code = ord(char) - 48
        if not 0 <= code < 64:
            raise FormatError(
                "the character {char!r} cannot be part of a run-length code", where=where, char=char
            )
        value |= (code & 0x1F) << shift
        shift += 5
        if code & 0x20:
            if shift > 40:
                raise FormatError("a run is longer than any picture", where=where)
            continue
        if code & 0x10:
            value -= 1 << shift
        if len(runs) > 2:
            value += runs[-2]
        if value < 0:
            raise FormatError("a run has a negative length", where=where)
        runs.append(value)
        value = shift = 0
    if shift:
        raise FormatError("the run-length code is cut off", where=where)
    return runs


def from_compressed(counts: str, size: Size, where: str = "") -> Rle:
    """A checked and canonical ``Rle`` from a compressed code of unknown origin. Raises FormatError."""
    if size.area <= MAX_MASK_PIXELS and area_of(counts, size.area) != BAD:
        return Rle(size, counts)
    return from_runs(parse_runs(counts, where), size, where)


def from_runs(runs: Sequence[int], size: Size, where: str = "") -> Rle:
    """A canonical ``Rle`` from uncompressed runs (column-major, zeros first). Raises FormatError."""
    if size.area > MAX_MASK_PIXELS:
        raise FormatError("a mask of {size} is too large", where=where, size=size)
    merged: list[int] = []
    for index, run in enumerate(runs):
        if isinstance(run, bool) or not isinstance(run, int) or run < 0:
            raise FormatError(
                "run {index} is {run!r}, not a whole number >= 0", where=where, index=index, run=run
            )
        if index and run == 0:
            # an empty run in the middle joins its neighbours
            continue
        if merged and (len(merged) - 1) % 2 == index % 2:
            merged[-1] += run
        else:
            merged.append(run)
    if sum(merged) != size.area:
        raise FormatError(
            "the runs cover {merged} pixels, the picture of {size} has {area}",
            where=where,
            merged=sum(merged),
            size=size,
            area=size.area,
        )
    raw = coco_mask.frPyObjects({"size": list(size.hw), "counts": merged}, *size.hw)
    return Rle(size, raw["counts"].decode("ascii"))


def iou(a: Rle, b: Rle) -> float:
    """Intersection over union, 0..1; two empty masks agree (1.0). Raises ValueError for other sizes."""
    _same_size((a, b))
    if not a.area and not b.area:
        return 1.0
    return float(coco_mask.iou([a._raw()], [b._raw()], [0])[0, 0])


def iou_of_pixels(a: NDArray[Any], b: NDArray[Any]) -> float:
    """Intersection over union of two masks as arrays of one shape; 1.0 when both are empty."""
    union = np.count_nonzero(a | b)
    return np.count_nonzero(a & b) / union if union else 1.0


def iou_matrix(masks: Sequence[Rle]) -> NDArray[np.float64]:
    """Intersection over union of every two of ``masks``, NxN in 0..1; masks of one size, else ValueError."""
    _same_size(masks)
    raw = [m._raw() for m in masks]
    if not raw:
        return np.zeros((0, 0))
    return np.asarray(coco_mask.iou(raw, raw, [0] * len(raw)), np.float64)


def iou_between(first: Sequence[Rle], second: Sequence[Rle]) -> NDArray[np.float64]:
    """The same of each of ``first`` with each of ``second``, NxM; masks of one size, else ValueError."""
    _same_size([*first, *second])
    if not first or not second:
        return np.zeros((len(first), len(second)))
    raw = [m._raw() for m in second]
    return np.asarray(coco_mask.iou([m._raw() for m in first], raw, [0] * len(raw)), np.float64)


def _same_size(masks: Sequence[Rle]) -> None:
    if len({m.size for m in masks}) > 1:
        raise ValueError(f"masks of different pictures: {[str(m.size) for m in masks]}")


def merged(codes: Sequence[Any]) -> Any:
    """The union of pycocotools' own codes (at least one), a few at a time.

    Its ``merge`` goes through all that was merged so far for each code: minutes for 20,000 parts.
    """
    while len(codes) > MERGED_AT_ONCE:
        check_cancelled()
        codes = [
            coco_mask.merge(codes[start : start + MERGED_AT_ONCE], intersect=False)
            for start in range(0, len(codes), MERGED_AT_ONCE)
        ]
    return coco_mask.merge(codes, intersect=False)


def union(masks: Iterable[Rle]) -> Rle:
    """Pixels of any of the masks (at least one mask, one size)."""
    found = list(masks)
    _same_size(found)
    raw = merged([m._raw() for m in found])
    return Rle(found[0].size, raw["counts"].decode("ascii"))


def intersection(masks: Iterable[Rle]) -> Rle:
    """Pixels of all of the masks (at least one mask, one size)."""
    found = list(masks)
    _same_size(found)
    raw = coco_mask.merge([m._raw() for m in found], intersect=True)
    return Rle(found[0].size, raw["counts"].decode("ascii"))


def complement(a: Rle) -> Rle:
    """Pixels outside the mask."""
    runs = parse_runs(a.counts)
    return from_runs(runs[1:] if runs and runs[0] == 0 else [0, *runs], a.size)


def subtract(a: Rle, b: Rle) -> Rle:
    """Pixels of ``a`` that are not in ``b``."""
    return intersection((a, complement(b)))


def rasterize(polygons: Iterable[Polygon], size: Size, left: int = 0) -> BoolMask:
    """Pixels whose centres lie inside a polygon and outside its holes, ``bool`` HxW.

    The first of the columns is column ``left`` of the frame in which the polygons are.
    A pixel centre exactly on an edge counts when the edge is a left or upper one. Points may lie outside
    the picture. The even-odd rule holds inside a ring and between a ring and its holes.
    """
    result = np.zeros(size.hw, np.bool_)
    for polygon in polygons:
        check_cancelled()
        edges = np.concatenate([_edges(ring) for ring in (polygon.exterior, *polygon.holes)])
        # the same edge walked up and down must round alike, or bridges of no width leave pixels behind
        edges = np.where((edges[:, 1] > edges[:, 3])[:, None], edges[:, [2, 3, 0, 1]], edges)
        first = np.clip(np.ceil(edges[:, 1] - 0.5), 0, size.height).astype(np.int64)
        last = np.clip(np.ceil(edges[:, 3] - 0.5), 0, size.height).astype(np.int64)
        crosses = first < last
        if not crosses.any():
            continue
        edges, first, last = edges[crosses], first[crosses], last[crosses]
        top, bottom = int(first.min()), int(last.max())
        # an edge rounds outwards by less than a pixel
        sides = np.clip(np.ceil(edges[:, ::2] - 0.5) - left, 0, size.width).astype(np.int64)
        begin, end = max(0, int(sides.min()) - 1), min(size.width, int(sides.max()) + 1)
        crossings = np.zeros((bottom - top, end - begin + 1), np.bool_)
        for part in _few_rows(last - first):
            rows, centres = _crossed(edges[part], first[part], last[part])
            columns = np.clip(centres - left, begin, end).astype(np.int64)
            np.logical_xor.at(crossings, (rows - top, columns - begin), True)
            check_cancelled()
        np.logical_xor.accumulate(crossings, axis=1, out=crossings)
        result[top:bottom, begin:end] |= crossings[:, :-1]
    return result


def _edges(ring: Ring) -> NDArray[np.float64]:
    """From corner to corner: ``(x, y, x, y)``, float64 Nx4."""
    points = np.asarray(ring, np.float64).reshape(-1, 2)
    return np.concatenate([points, np.roll(points, -1, axis=0)], axis=1)


def _few_rows(rows: NDArray[np.int64]) -> Iterator[slice]:
    """Edges that together cross about ``CROSSED_AT_ONCE`` rows, at least one edge at a time."""
    ends = np.cumsum(rows)
    start = 0
    while start < len(rows):
        before = int(ends[start - 1]) if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, before + CROSSED_AT_ONCE, side="right")))
        yield slice(start, stop)
        start = stop


def _crossed(
    edges: NDArray[np.float64], first: NDArray[np.int64], last: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The rows whose centres edges cross, and the first pixel centre at or right of each crossing."""
    counts = last - first
    xa, ya, xb, yb = np.repeat(edges, counts, axis=0).T
    rows = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts - first, counts)
    return rows, np.ceil(xa + (rows + 0.5 - ya) * (xb - xa) / (yb - ya) - 0.5)


def from_polygons(polygons: Iterable[Polygon], size: Size) -> Rle:
    """The run-length code of ``rasterize``."""
    return encode(rasterize(polygons, size))


def to_polygons(pixels: BoolMask) -> tuple[Polygon, ...]:
    """Outlines along the pixel edges, one polygon a part (4-connected), holes as rings of their part.

    Lossless: ``rasterize(to_polygons(m), size)`` equals ``m``.
    """
    rows, columns = np.flatnonzero(pixels.any(axis=1)), np.flatnonzero(pixels.any(axis=0))
    if not rows.size:
        return ()
    top, left = int(rows[0]), int(columns[0])
    return polygons_at(pixels[top : rows[-1] + 1, left : columns[-1] + 1], left, top)


def polygons_at(pixels: BoolMask, left: int, top: int) -> tuple[Polygon, ...]:
    """The same of a window, not empty, whose first pixel is pixel ``(left, top)`` of the picture."""
    shift = np.array([left, top])
    found = []
    for part in trace(pixels):
        check_cancelled()
        outer, *holes = [_ring(points + shift) for points in part]
        found.append(Polygon(outer, tuple(holes)))
    return tuple(found)


def _ring(points: NDArray[np.int64]) -> Ring:
    x, y = points.T.astype(np.float64).tolist()
    return tuple(zip(x, y, strict=True))


def signed_area(ring: Ring) -> float:
    """Area by the shoelace formula, in square pixels; positive when the ring runs clockwise on screen."""
    x, y = np.asarray(ring, np.float64).T
    return float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2
