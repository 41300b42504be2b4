"""Outlines from files as masks, in the size of the object and never of the picture."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from slimsam_core.annotation import DrawnShape, ShapeKind
from slimsam_core.formats.outlines import check_crossings
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask import BoolMask, Polygon, Ring, Rle, encode, from_runs, rasterize
from slimsam_core.pixels.mask_crop import from_edges, paste, paste_edges

ELLIPSE_POINTS = 128
STRIPE_PIXELS = 32_000_000
"""Pixels of an outline that are filled together, in 150 MB; each time all its corners are gone through."""


def polygons_to_rle(polygons: Sequence[Polygon], size: Size) -> Rle:
    """Pixels whose centres lie inside, by the rule of ``mask.rasterize``, in memory of the object's size.

    Raises FormatError for an outline that is too long to be one.
    """
    rings = [ring for polygon in polygons for ring in (polygon.exterior, *polygon.holes)]
    check_crossings(rings, size)
    points = np.asarray([point for ring in rings for point in ring], np.float64)
    low = np.clip(np.floor(points.min(axis=0)), 0, [size.width, size.height]).astype(int)
    high = np.clip(np.ceil(points.max(axis=0)), 0, [size.width, size.height]).astype(int)
    width, height = (high - low).tolist()
    if width < 1 or height < 1:
        return from_runs([size.area], size)
    x, y = low.tolist()
    moved = [
        Polygon(_moved(polygon.exterior, -x, -y), tuple(_moved(hole, -x, -y) for hole in polygon.holes))
        for polygon in polygons
    ]
    columns = max(1, STRIPE_PIXELS // height)
    edges = []
    for left in range(0, width, columns):
        stripe = rasterize(moved, Size(height, min(columns, width - left)), left)
        edges.append(paste_edges(stripe, x + left, y, size))
    return from_edges(np.concatenate(edges), size)


def even_odd_to_rle(rings: Sequence[Ring], size: Size) -> Rle:
    """Pixels inside an odd number of rings."""
    return polygons_to_rle([Polygon(rings[0], tuple(rings[1:]))], size)


def _moved(ring: Ring, dx: float, dy: float) -> Ring:
    return tuple((x + dx, y + dy) for x, y in ring)


def pixel_polygon_to_rle(ring: Ring, size: Size) -> Rle:
    """Pixels of a polygon whose corners are pixels (their columns and rows), which belong to it."""
    x0, y0, x1, y1 = bounds(ring)
    if min(x0, y0) < -size.width - size.height or max(x1, y1) > 2 * (size.width + size.height):
        return even_odd_to_rle((ring,), size)
    left, top = max(0, int(x0)), max(0, int(y0))
    width, height = min(int(x1), size.width - 1) - left + 1, min(int(y1), size.height - 1) - top + 1
    if width < 1 or height < 1:
        return from_runs([size.area], size)
    crop = np.zeros((height, width), np.uint8)
    corners = np.asarray(ring, np.int32) - np.array([left, top], np.int32)
    cv2.fillPoly(crop, [corners.reshape(-1, 1, 2)], 1)
    return paste(crop.astype(np.bool_), left, top, size)


def rectangle_ring(a: tuple[float, float], b: tuple[float, float]) -> Ring:
    """The four corners of the rectangle between two opposite corners."""
    x0, x1 = sorted((a[0], b[0]))
    y0, y1 = sorted((a[1], b[1]))
    return ((x0, y0), (x1, y0), (x1, y1), (x0, y1))


def ellipse_ring(centre: tuple[float, float], rx: float, ry: float) -> Ring:
    """An ellipse as a polygon of ``ELLIPSE_POINTS`` corners."""
    return tuple(
        (centre[0] + rx * math.cos(t), centre[1] + ry * math.sin(t))
        for t in (2 * math.pi * i / ELLIPSE_POINTS for i in range(ELLIPSE_POINTS))
    )


def line_to_rle(points: Ring, size: Size) -> Rle:
    """The pixels that a line of one pixel's width runs through."""
    return _drawn(points, size, joined=True)


def points_to_rle(points: Ring, size: Size) -> Rle:
    """The pixels that hold the points."""
    return _drawn(points, size, joined=False)


def _drawn(points: Ring, size: Size, *, joined: bool) -> Rle:
    inside = np.asarray(
        [(min(max(x, -1.0), size.width), min(max(y, -1.0), size.height)) for x, y in points], np.float64
    )
    pixels: NDArray[np.int32] = np.floor(inside).astype(np.int32)
    low = pixels.min(axis=0)
    width, height = (pixels.max(axis=0) - low + 1).tolist()
    crop = np.zeros((height, width), np.uint8)
    local = pixels - low
    if joined and len(local) > 1:
        cv2.polylines(crop, [local.reshape(-1, 1, 2)], isClosed=False, color=1)
    else:
        crop[local[:, 1], local[:, 0]] = 1
    return paste(crop.astype(np.bool_), int(low[0]), int(low[1]), size)


def bounds(points: Iterable[tuple[float, float]]) -> tuple[float, float, float, float]:
    """``(x0, y0, x1, y1)`` of some points."""
    xs, ys = zip(*points, strict=True)
    return (min(xs), min(ys), max(xs), max(ys))


def turn_upright(mask: Rle, drawn: DrawnShape | None, orientation: int) -> tuple[Rle, DrawnShape | None]:
    """A mask and its outline, made over the stored pixels, in the upright frame (EXIF orientation 5..8)."""
    height, width = mask.size.hw
    pixels = mask.decode()
    turns: dict[int, tuple[BoolMask, Callable[[float, float], tuple[float, float]]]] = {
        5: (pixels.T, lambda x, y: (y, x)),
        6: (np.rot90(pixels, -1), lambda x, y: (height - y, x)),
        7: (np.rot90(pixels, 2).T, lambda x, y: (height - y, width - x)),
        8: (np.rot90(pixels), lambda x, y: (y, width - x)),
    }
    turned, move = turns[orientation]
    if drawn is not None:
        rings = tuple(tuple(move(x, y) for x, y in ring) for ring in drawn.rings)
        drawn = replace(drawn, rings=rings)
    return encode(np.ascontiguousarray(turned)), drawn


def drawn_to_rle(drawn: DrawnShape, size: Size) -> Rle:
    """The pixels of an outline that a person drew."""
    return _RASTERIZERS[drawn.kind](drawn.rings, size)


def _ellipse(rings: tuple[Ring, ...], size: Size) -> Rle:
    (x, y), (right, bottom) = rings[0]
    return even_odd_to_rle((ellipse_ring((x, y), abs(right - x), abs(bottom - y)),), size)


_RASTERIZERS: dict[ShapeKind, Callable[[tuple[Ring, ...], Size], Rle]] = {
    ShapeKind.POLYGON: even_odd_to_rle,
    ShapeKind.RECTANGLE: lambda rings, size: even_odd_to_rle((rectangle_ring(*rings[0]),), size),
    ShapeKind.ELLIPSE: _ellipse,
    ShapeKind.LINE: lambda rings, size: line_to_rle(rings[0], size),
    ShapeKind.POINTS: lambda rings, size: points_to_rle(rings[0], size),
}
