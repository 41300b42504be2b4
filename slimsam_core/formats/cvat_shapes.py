"""The shapes of CVAT's XML files: polygons, boxes, ellipses, lines, points, and masks as runs along rows."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from xml.etree import ElementTree

import numpy as np

from slimsam_core.annotation import MAX_COORDINATE, DrawnShape, ShapeKind
from slimsam_core.errors import FormatError
from slimsam_core.formats.shapes import drawn_to_rle, ellipse_ring
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask import Ring, Rle
from slimsam_core.pixels.mask_crop import paste


def outline(shape: ElementTree.Element, size: Size, where: str) -> tuple[Rle, DrawnShape | None]:
    """The mask of a shape, and what was drawn where it is no mask. Raises FormatError."""
    drawn: DrawnShape | None = None
    if shape.tag == "mask":
        mask = _mask(shape, size, where)
    else:
        reader = _READERS.get(str(shape.tag))
        if reader is None:
            raise FormatError("a {tag} has no area here", where=where, tag=shape.tag)
        drawn = reader(shape, where)
        mask = drawn_to_rle(drawn, size)
    if not mask.area:
        raise FormatError("covers no pixel of the picture", where=where)
    return mask, drawn


def whole(value: str | None) -> object:
    """A number that stands as text, as all do in XML."""
    return int(value) if value is not None and re.fullmatch(r"\d{1,9}", value.strip()) else value


def number_of(shape: ElementTree.Element, name: str, where: str, default: float | None = None) -> float:
    """The number under a key, or ``default`` where there is no such key. Raises FormatError."""
    text = shape.get(name)
    if text is None and default is not None:
        return default
    try:
        value = float(text or "")
    except ValueError as error:
        raise FormatError(
            "{name} is {text!r}, not a number", where=where, name=name, text=str(text)[:40]
        ) from error
    if not abs(value) <= MAX_COORDINATE:
        raise FormatError(
            "{name} is {value}, far outside of any picture", where=where, name=name, value=value
        )
    return value


def _points(shape: ElementTree.Element, where: str, least: int) -> Ring:
    points: list[tuple[float, float]] = []
    for pair in (shape.get("points") or "").split(";"):
        try:
            x, y = map(float, pair.split(","))
        except ValueError as error:
            raise FormatError("{pair!r} is not a point", where=where, pair=pair[:40]) from error
        if not (abs(x) <= MAX_COORDINATE and abs(y) <= MAX_COORDINATE):
            raise FormatError("{pair!r} lies far outside of any picture", where=where, pair=pair[:40])
        points.append((x, y))
    if len(points) < least:
        raise FormatError(
            "has {points} points; it needs at least {least}", where=where, points=len(points), least=least
        )
    return tuple(points)


def _box(shape: ElementTree.Element, where: str) -> DrawnShape:
    x0, y0, x1, y1 = (number_of(shape, name, where) for name in ("xtl", "ytl", "xbr", "ybr"))
    angle = math.radians(number_of(shape, "rotation", where, 0.0))
    if not angle:
        return DrawnShape(ShapeKind.RECTANGLE, (((x0, y0), (x1, y1)),))
    corners = ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
    centre = ((x0 + x1) / 2, (y0 + y1) / 2)
    return DrawnShape(ShapeKind.POLYGON, (tuple(_turned(corner, centre, angle) for corner in corners),))


def _turned(point: tuple[float, float], centre: tuple[float, float], angle: float) -> tuple[float, float]:
    dx, dy = point[0] - centre[0], point[1] - centre[1]
    cos, sin = math.cos(angle), math.sin(angle)
    return (centre[0] + dx * cos - dy * sin, centre[1] + dx * sin + dy * cos)


def _ellipse(shape: ElementTree.Element, where: str) -> DrawnShape:
    cx, cy, rx, ry = (number_of(shape, name, where) for name in ("cx", "cy", "rx", "ry"))
    angle = math.radians(number_of(shape, "rotation", where, 0.0))
    if not angle:
        return DrawnShape(ShapeKind.ELLIPSE, (((cx, cy), (cx + rx, cy + ry)),))
    ring = tuple(_turned(point, (cx, cy), angle) for point in ellipse_ring((cx, cy), rx, ry))
    return DrawnShape(ShapeKind.POLYGON, (ring,))


_READERS: dict[str, Callable[[ElementTree.Element, str], DrawnShape]] = {
    "polygon": lambda shape, where: DrawnShape(ShapeKind.POLYGON, (_points(shape, where, 3),)),
    "polyline": lambda shape, where: DrawnShape(ShapeKind.LINE, (_points(shape, where, 2),)),
    "points": lambda shape, where: DrawnShape(ShapeKind.POINTS, (_points(shape, where, 1),)),
    "box": _box,
    "ellipse": _ellipse,
}


def _mask(shape: ElementTree.Element, size: Size, where: str) -> Rle:
    left, top, width, height = (
        int(number_of(shape, name, where)) for name in ("left", "top", "width", "height")
    )
    if width < 1 or height < 1 or width > size.width + 1 or height > size.height + 1:
        raise FormatError(
            "its box of {width}x{height} does not fit the picture of {size}",
            where=where,
            width=width,
            height=height,
            size=size,
        )
    try:
        runs = np.array([int(run) for run in (shape.get("rle") or "").split(",")], np.int64)
    except (ValueError, OverflowError) as error:
        raise FormatError("its rle is not a list of whole numbers", where=where) from error
    if runs.min() < 0 or runs.max() > width * height or runs.sum() != width * height:
        raise FormatError(
            "its runs cover {runs} pixels of {width}", where=where, runs=runs.sum(), width=width * height
        )
    pixels = np.repeat(np.arange(len(runs)) % 2 == 1, runs).reshape(height, width)
    return paste(pixels, left, top, size)
