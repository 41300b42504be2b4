"""The shapes of labelme and X-AnyLabeling as masks, and masks as labelme's shapes.

Shape types and their numbers of points follow labelme 7 (``labelme/_label_file.py``); X-AnyLabeling adds
``rotation`` and ``quadrilateral`` and gives rectangles four points.
"""

from __future__ import annotations

import base64
import binascii
import io
import math
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image

from slimsam_core.annotation import MAX_COORDINATE, Annotation, DrawnShape, ShapeKind
from slimsam_core.errors import FormatError, ImageReadError
from slimsam_core.formats.json_stream import is_number
from slimsam_core.formats.keyhole import joined_ring
from slimsam_core.formats.shapes import (
    bounds,
    drawn_to_rle,
    even_odd_to_rle,
)
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask import BoolMask, Ring, Rle, union
from slimsam_core.pixels.mask_crop import crop, outlines, paste
from slimsam_core.pixels.picture_file import embedded_picture

Shape = tuple[Rle, DrawnShape | None]
UPRIGHT = 1e-3
"""Pixels that a corner of an upright rectangle may lie beside its edges: programs round their decimals."""


def read_shape(shape: dict[str, Any], size: Size, where: str) -> Shape:
    """The mask of a shape and its outline as it was drawn. Raises FormatError."""
    kind = shape.get("shape_type")
    kind = "polygon" if kind is None else kind  # what labelme takes it for where nothing is said
    points = points_of(shape.get("points"), f"{where}.points")
    if kind == "mask":
        return _mask(shape.get("mask"), points, size, where), None
    reader = _READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        raise FormatError("shape_type {kind!r} has no area here", where=where, kind=str(kind)[:40])
    drawn = reader(points, where)
    mask = drawn_to_rle(drawn, size)
    if not mask.area:
        raise FormatError("covers no pixel of the picture", where=where)
    return mask, drawn


def points_of(value: object, where: str) -> Ring:
    """The points of a list ``[[x, y], ...]`` in a file of others. Raises FormatError."""
    if not isinstance(value, list) or not value:
        raise FormatError("has no points", where=where)
    for point in value:
        if (
            not isinstance(point, list)
            or len(point) != 2
            or not all(is_number(c) and abs(c) <= MAX_COORDINATE for c in point)
        ):
            raise FormatError("{point} is not a point", where=where, point=str(point)[:60])
    return tuple((float(x), float(y)) for x, y in value)


def _exactly(number: int, kind: ShapeKind) -> Callable[[Ring, str], DrawnShape]:
    def build(points: Ring, where: str) -> DrawnShape:
        if len(points) != number:
            raise FormatError(
                "has {points} points instead of {number}", where=where, points=len(points), number=number
            )
        return DrawnShape(kind, (points,))

    return build


def _at_least(number: int, kind: ShapeKind) -> Callable[[Ring, str], DrawnShape]:
    def build(points: Ring, where: str) -> DrawnShape:
        if len(points) < number:
            raise FormatError(
                "has {points} points; it needs at least {number}",
                where=where,
                points=len(points),
                number=number,
            )
        return DrawnShape(kind, (points,))

    return build


def _rectangle(points: Ring, where: str) -> DrawnShape:
    if len(points) not in (2, 4):
        raise FormatError("has {points} points instead of 2 or 4", where=where, points=len(points))
    x0, y0, x1, y1 = bounds(points)
    if len(points) == 4 and not all(
        min(abs(x - x0), abs(x - x1)) <= UPRIGHT and min(abs(y - y0), abs(y - y1)) <= UPRIGHT
        for x, y in points
    ):
        return DrawnShape(ShapeKind.POLYGON, (points,))
    return DrawnShape(ShapeKind.RECTANGLE, (((x0, y0), (x1, y1)),))


def _circle(points: Ring, where: str) -> DrawnShape:
    if len(points) != 2:
        raise FormatError("has {points} points instead of centre and edge", where=where, points=len(points))
    (x, y), edge = points
    radius = math.dist((x, y), edge)
    return DrawnShape(ShapeKind.ELLIPSE, (((x, y), (x + radius, y + radius)),))


_READERS: dict[str, Callable[[Ring, str], DrawnShape]] = {
    "polygon": _at_least(3, ShapeKind.POLYGON),
    "rectangle": _rectangle,
    "circle": _circle,
    "oriented_rectangle": _exactly(4, ShapeKind.POLYGON),
    "rotation": _exactly(4, ShapeKind.POLYGON),
    "quadrilateral": _exactly(4, ShapeKind.POLYGON),
    "line": _exactly(2, ShapeKind.LINE),
    "linestrip": _at_least(2, ShapeKind.LINE),
    "point": _exactly(1, ShapeKind.POINTS),
    "points": _at_least(1, ShapeKind.POINTS),
}


def _mask(encoded: object, points: Ring, size: Size, where: str) -> Rle:
    """``mask`` is a PNG of the crop between two corner pixels, both included."""
    if not isinstance(encoded, str) or len(points) != 2:
        raise FormatError("a mask needs two points and a PNG in base64", where=where)
    x0, y0, x1, y1 = bounds(points)
    try:
        data = base64.b64decode(encoded, validate=True)
        with embedded_picture(data, f"{where}.mask", ("PNG",)) as picture:
            if picture.size[0] > size.width + 1 or picture.size[1] > size.height + 1:
                raise FormatError(
                    "its PNG of {size} is larger than the picture", where=where, size=picture.size
                )
            crop = np.asarray(picture.convert("L")) > 0
    except (binascii.Error, ImageReadError) as error:
        raise FormatError("its PNG cannot be read ({error})", where=where, error=error) from error
    left, top = _corner(crop.shape, (x0, y0, x1, y1), where)
    mask = paste(crop, left, top, size)
    if not mask.area:
        raise FormatError("covers no pixel of the picture", where=where)
    return mask


def _corner(shape_hw: tuple[int, ...], box: tuple[float, float, float, float], where: str) -> tuple[int, int]:
    """The first pixel of a crop between two corners. Those with decimals are cut, as labelme does it."""
    for whole in (math.trunc, round):
        x0, y0, x1, y1 = (int(whole(value)) for value in box)
        if shape_hw == (y1 - y0 + 1, x1 - x0 + 1):
            return x0, y0
    x0, y0, x1, y1 = map(math.trunc, box)
    expected = (y1 - y0 + 1, x1 - x0 + 1)
    moved = any(value != int(value) for value in box)
    if moved and max(abs(a - b) for a, b in zip(shape_hw, expected, strict=True)) <= 1:
        return x0, y0
    raise FormatError(
        "its PNG has {shape_hw} pixels, its corners span {wanted}",
        where=where,
        shape_hw=shape_hw,
        wanted=expected,
    )


def shapes_of(annotation: Annotation, as_mask: bool = False) -> tuple[list[dict[str, Any]], bool]:
    """What says the mask exactly, and whether it says the drawn outline too.

    Each shape has ``shape_type``, ``points`` and ``mask``. Parts are one polygon each; a hole is cut into its
    part by a bridge of no width, or with ``as_mask`` (which several programs refuse) a mask says it.
    """
    drawn, mask = annotation.drawn, annotation.mask
    if drawn is not None and drawn_to_rle(drawn, mask.size) == mask:
        known = _drawn_shapes(drawn, mask)
        if known:
            return known, True
    polygons = outlines(mask)
    whole = not as_mask or (len(polygons) == 1 and not polygons[0].holes)
    if whole:
        rings = [joined_ring([p]) if p.holes else p.exterior for p in polygons]
        if union(even_odd_to_rle((ring,), mask.size) for ring in rings) == mask:
            return [_shape("polygon", ring) for ring in rings], False
    x, y, width, height = mask.bbox_xywh
    pixels = crop(mask, x, y, width, height)
    return [_shape("mask", ((x, y), (x + width - 1, y + height - 1)), pixels)], False


def _drawn_shapes(drawn: DrawnShape, mask: Rle) -> list[dict[str, Any]]:
    """The outline as shapes of labelme, empty when it has none for it."""
    ring = drawn.rings[0]
    if len(drawn.rings) > 1:
        parts = [even_odd_to_rle((part,), mask.size) for part in drawn.rings]
        apart = all(p.area for p in parts) and sum(part.area for part in parts) == mask.area
        return [_shape("polygon", part) for part in drawn.rings] if apart else []
    if drawn.kind is ShapeKind.ELLIPSE:
        (x, y), (right, bottom) = ring
        if not math.isclose(right - x, bottom - y, rel_tol=1e-9):
            return []
        return [_shape("circle", ((x, y), (right, y)))]
    names = {
        ShapeKind.POLYGON: "polygon",
        ShapeKind.RECTANGLE: "rectangle",
        ShapeKind.LINE: "line" if len(ring) == 2 else "linestrip",
        ShapeKind.POINTS: "point" if len(ring) == 1 else "points",
    }
    return [_shape(names[drawn.kind], ring)]


def _shape(kind: str, points: Ring, crop: BoolMask | None = None) -> dict[str, Any]:
    encoded = None
    if crop is not None:
        buffer = io.BytesIO()
        Image.fromarray(crop).save(buffer, "PNG")
        encoded = base64.b64encode(buffer.getvalue()).decode("ascii")
    return {"points": [[float(x), float(y)] for x, y in points], "shape_type": kind, "mask": encoded}
