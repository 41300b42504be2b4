"""Drawn shapes on the canvas: their paths, and the handles that change them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath, QPolygonF

from slimsam_core.annotation import DrawnShape, ShapeKind
from slimsam_core.pixels.mask import Ring

HANDLE_PX = 7.0
_Point = tuple[float, float]


@dataclass(frozen=True)
class Handle:
    """A point of a shape that can be dragged: vertex ``index`` of ring ``ring``.

    A rectangle has its corners clockwise from the upper left, an ellipse its right, lower, left and upper
    ends.
    """

    ring: int
    index: int
    x: float
    y: float


def shape_path(shape: DrawnShape) -> QPainterPath:
    """The outline of a shape."""
    path = QPainterPath()
    if shape.kind is ShapeKind.RECTANGLE:
        (x0, y0), (x1, y1) = shape.rings[0]
        path.addRect(QRectF(QPointF(x0, y0), QPointF(x1, y1)).normalized())
    elif shape.kind is ShapeKind.ELLIPSE:
        (x, y), (right, bottom) = shape.rings[0]
        path.addEllipse(QPointF(x, y), abs(right - x), abs(bottom - y))
    else:
        for ring in shape.rings:
            path.addPolygon(QPolygonF([QPointF(x, y) for x, y in ring]))
            if shape.kind is ShapeKind.POLYGON:
                path.closeSubpath()
    return path


def handle_path(points: Iterable[_Point], zoom: float) -> QPainterPath:
    """Small squares of constant size on the screen around points."""
    path, side = QPainterPath(), HANDLE_PX / zoom
    for x, y in points:
        path.addRect(QRectF(x - side / 2, y - side / 2, side, side))
    return path


def handles(shape: DrawnShape) -> tuple[Handle, ...]:
    """Where a shape can be taken."""
    if shape.kind is ShapeKind.RECTANGLE:
        (x0, y0), (x1, y1) = shape.rings[0]
        corners = ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
        return tuple(Handle(0, i, x, y) for i, (x, y) in enumerate(corners))
    if shape.kind is ShapeKind.ELLIPSE:
        (x, y), (right, bottom) = shape.rings[0]
        ends = ((right, y), (x, bottom), (2 * x - right, y), (x, 2 * y - bottom))
        return tuple(Handle(0, i, px, py) for i, (px, py) in enumerate(ends))
    return tuple(Handle(r, i, x, y) for r, ring in enumerate(shape.rings) for i, (x, y) in enumerate(ring))


def handle_at(shape: DrawnShape, x: float, y: float, reach: float) -> Handle | None:
    """The nearest handle within ``reach`` pixels."""
    near = [(math.hypot(h.x - x, h.y - y), i, h) for i, h in enumerate(handles(shape))]
    found = min(near, default=None)
    return found[2] if found is not None and found[0] <= reach else None


def moved(shape: DrawnShape, handle: Handle, x: float, y: float) -> DrawnShape:
    """The shape with a handle dragged to another place."""
    if shape.kind is ShapeKind.RECTANGLE:
        (x0, y0), (x1, y1) = shape.rings[0]
        left, top = handle.index in (0, 3), handle.index in (0, 1)
        first = (x if left else x0, y if top else y0)
        second = (x1 if left else x, y1 if top else y)
        return replace(shape, rings=((first, second),))
    if shape.kind is ShapeKind.ELLIPSE:
        (cx, cy), (right, bottom) = shape.rings[0]
        across = handle.index in (0, 2)
        end = (cx + abs(x - cx), bottom) if across else (right, cy + abs(y - cy))
        return replace(shape, rings=(((cx, cy), end),))
    ring = shape.rings[handle.ring]
    return _with_ring(shape, handle.ring, (*ring[: handle.index], (x, y), *ring[handle.index + 1 :]))


def inserted(shape: DrawnShape, x: float, y: float, reach: float) -> DrawnShape | None:
    """The polygon with a vertex on its edge nearest to a point; None when none is within ``reach`` pixels."""
    if shape.kind is not ShapeKind.POLYGON:
        return None
    best: tuple[float, int, int, _Point] | None = None
    for number, ring in enumerate(shape.rings):
        for index, start in enumerate(ring):
            distance, foot = _to_segment((x, y), start, ring[(index + 1) % len(ring)])
            if best is None or distance < best[0]:
                best = (distance, number, index, foot)
    if best is None or best[0] > reach:
        return None
    _, number, index, foot = best
    ring = shape.rings[number]
    return _with_ring(shape, number, (*ring[: index + 1], foot, *ring[index + 1 :]))


def removed(shape: DrawnShape, handle: Handle) -> DrawnShape | None:
    """The polygon without a vertex; a ring of three goes wholly; None when nothing would be left."""
    if shape.kind is not ShapeKind.POLYGON:
        return None
    ring = shape.rings[handle.ring]
    if len(ring) > 3:
        return _with_ring(shape, handle.ring, (*ring[: handle.index], *ring[handle.index + 1 :]))
    rest = (*shape.rings[: handle.ring], *shape.rings[handle.ring + 1 :])
    return replace(shape, rings=rest) if rest else None


def _with_ring(shape: DrawnShape, number: int, ring: Ring) -> DrawnShape:
    return replace(shape, rings=(*shape.rings[:number], ring, *shape.rings[number + 1 :]))


def _to_segment(point: _Point, a: _Point, b: _Point) -> tuple[float, _Point]:
    """Distance to a segment, and the nearest point of it."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = dx * dx + dy * dy
    t = 0.0 if length == 0 else ((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / length
    t = min(1.0, max(0.0, t))
    foot = (a[0] + t * dx, a[1] + t * dy)
    return math.hypot(point[0] - foot[0], point[1] - foot[1]), foot
