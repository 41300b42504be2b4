"""CVAT for images 1.1 in, and the frames of its videos: XML files of any size, one picture in memory.

Masks are runs along the rows of a box, zeros first. Shapes of one group and class are one object.
"""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Callable, Generator, Iterator
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree import ElementTree

import numpy as np
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from slimsam_core.annotation import DrawnShape, ShapeKind
from slimsam_core.class_colors import is_color
from slimsam_core.errors import FormatError
from slimsam_core.files.foreign import open_regular
from slimsam_core.formats.context import ReadContext, clean_text, lost_by, read_size, reason, warning
from slimsam_core.formats.finding import Named, take_name
from slimsam_core.formats.outlines import MAX_COORDINATE
from slimsam_core.formats.per_image import PerImage, each_file
from slimsam_core.formats.records import ImageRecord, Record
from slimsam_core.formats.shapes import drawn_to_rle, ellipse_ring
from slimsam_core.formats.subset import split_of_name
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask import Ring, Rle, union
from slimsam_core.pixels.mask_crop import paste
from slimsam_core.sentences import mark

MAX_XML_BYTES = 2 << 30
PICTURES = "images"
CHECKBOX, OCCLUDED = "checkbox", "occluded"
_SHAPES = ("polygon", "box", "mask", "ellipse", "polyline", "points", "cuboid", "skeleton")


def read_cvat(source: Path, context: ReadContext) -> Iterator[Record]:
    """Yield the records of an XML file, or of all below a folder. Raises FormatError without any."""
    run = _Run(source, context, "cvat")
    yield from each_file(run, ".xml", is_cvat, mark("is no file of CVAT; left out"), partial(_file, run))


def is_cvat(path: Path) -> bool:
    """Whether a file starts as CVAT's XML does."""
    try:
        with open_regular(path) as file:
            head = file.read(4096).replace(b"\0", b"")  # of UTF-16, which XML may be, the letters are left
            return re.search(rb"<annotations[\s>]", head) is not None
    except OSError:
        return False


class _Run(PerImage):
    """A run that knows which attributes of a class are true or false: all values are text in XML."""

    def __init__(self, source: Path, context: ReadContext, format_name: str) -> None:
        super().__init__(source, context, format_name)
        self._checkboxes: set[tuple[str, str]] = set()

    def declare(self, label: ElementTree.Element) -> None:
        """Take note of the attributes that a label declares."""
        for attribute in label.iterfind("attributes/attribute"):
            if attribute.findtext("input_type") == CHECKBOX:
                self._checkboxes.add((label.findtext("name") or "", attribute.findtext("name") or ""))

    def attributes(self, label: str, shape: ElementTree.Element) -> dict[str, Any]:
        """Those of a shape of this class."""
        found: dict[str, Any] = {}
        for child in shape.findall("attribute"):
            name, text = child.get("name") or "", child.text or ""
            is_box = (label, name) in self._checkboxes and text in ("true", "false")
            found[clean_text(name)] = text == "true" if is_box else clean_text(text)
        return found


_Tracks = dict[str, list[tuple[str, ElementTree.Element]]]
"""Frame -> the shapes of tracks in it, each with its class."""


def _file(run: _Run, file: Path, where: str) -> Iterator[Record]:
    """The pictures of a file, one at a time, then the frames of its tracks."""

    try:
        if file.stat().st_size > MAX_XML_BYTES:
            raise FormatError("is larger than 2 GiB", where=where)
        with open_regular(file) as stream:
            tracks, size = yield from _pictures(run, stream, where)
    except DefusedXmlException as error:
        raise FormatError("has entities, which could be an attack", where=where) from error
    except (ElementTree.ParseError, ValueError, LookupError, RecursionError) as error:
        raise FormatError("is not valid XML ({error})", where=where, error=error) from error
    except OSError as error:
        raise FormatError(
            "cannot be read: {strerror}", where=where, strerror=error.strerror or error
        ) from error
    yield from _frames(run, tracks, size, where)


def _pictures(
    run: _Run, stream: BinaryIO, where: str
) -> Generator[Record, None, tuple[_Tracks, tuple[object, object]]]:
    """Yield the records of pictures; returns the tracks, and the size of their frames."""

    tracks: _Tracks = {}
    size: tuple[object, object] = (None, None)
    depth = 0
    for event, element in iterparse(stream, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if event == "start" and depth == 1 and element.tag != "annotations":
            raise FormatError(
                "is not a file of CVAT: it starts with <{tag}>", where=where, tag=element.tag[:40]
            )
        if event == "start":
            continue
        if element.tag == "label" and element.findtext("name"):
            yield from _label(run, element)
        elif element.tag == "original_size":
            size = (_whole(element.findtext("width")), _whole(element.findtext("height")))
        elif element.tag == "image" and depth == 1:
            yield from _image(run, element, where)
            element.clear()
        elif element.tag == "track" and depth == 1:
            for shape in element:
                if shape.get("outside") != "1":
                    label = element.get("label") or ""
                    tracks.setdefault(shape.get("frame") or "", []).append((label, shape))
    return tracks, size


def _label(run: _Run, element: ElementTree.Element) -> Iterator[Record]:
    run.declare(element)
    color = element.findtext("color") or ""
    name = element.findtext("name") or ""
    yield from run.category(name, color=color if is_color(color) else "")


def _image(run: _Run, element: ElementTree.Element, where: str) -> Iterator[Record]:
    place = f"{where}: image[{element.get('id', '?')}]"
    shapes = [(shape.get("label") or "", shape) for shape in element if shape.tag in _SHAPES]
    try:
        named = take_name(element.get("name") or "", place)
        name = run.first_known(named, Named(f"{PICTURES}/{named.path}", named.tail))
        size, issue = read_size(_whole(element.get("width")), _whole(element.get("height")), place)
    except FormatError as error:
        yield from _lost(run, error, len(shapes))
        return
    yield from (found for found in (named.issue, issue) if found)
    flags = frozenset(clean_text(tag.get("label") or "") for tag in element.findall("tag"))
    split = split_of_name(element.get("subset") or "")
    image = ImageRecord(
        id=1, file_name="", size=Size(1, 1), split=split, flags=frozenset(flag for flag in flags if flag)
    )
    yield from _shapes(run, image, name, size, shapes, place=place)


def _frames(
    run: _Run,
    tracks: _Tracks,
    size: tuple[object, object],
    where: str,
) -> Iterator[Record]:
    """Frame n is the picture ``frame_00000n``, as CVAT writes them beside the file."""
    for frame in sorted(tracks, key=lambda text: (len(text), text)):
        place = f"{where}: frame {frame[:20]}"
        if not frame.isdecimal() or len(frame) > 9:
            yield from _lost(run, FormatError("has no number", where=place), len(tracks[frame]))
            continue
        stem = f"frame_{int(frame):06d}"
        stems = product(run.places, (stem, frame))
        found = next((f for place, name in stems if (f := place.with_base_stem(name))), ())
        name = found[0] if len(found) == 1 else f"{stem}.png"
        yield from _shapes(
            run, None, Named(name, name), read_size(*size, place)[0], tracks[frame], place=place
        )


def _shapes(
    run: _Run,
    image: ImageRecord | None,
    name: Named,
    size: Size | None,
    shapes: list[tuple[str, ElementTree.Element]],
    *,
    place: str,
) -> Iterator[Record]:
    try:
        yield from run.open(image, name, size, place)
    except FormatError as error:
        yield from _lost(run, error, len(shapes))
        return
    parts: dict[object, list[tuple[ElementTree.Element, str]]] = {}
    labels: dict[object, str] = {}
    for index, (label, shape) in enumerate(shapes):
        where, group = f"{place}: {shape.tag}[{index}]", shape.get("group_id") or "0"
        key = where if group == "0" else (label, group)
        if key not in parts:
            run.context.met("Reading objects")
            labels[key] = label  # of a shape its own, or that of its track
        parts.setdefault(key, []).append((shape, where))
    for own_key, own in parts.items():
        yield from _object(run, name, labels[own_key], own)


def _lost(run: _Run, error: FormatError, number: int) -> Iterator[Record]:
    for _ in range(number):
        run.context.met("Reading objects")
    yield lost_by(error, "image", number)


def _object(
    run: _Run, name: Named, label: str, shapes: list[tuple[ElementTree.Element, str]]
) -> Iterator[Record]:
    """One object: shapes of one group and class are its parts, a box beside others is its box."""
    opened, errors = run.opened(name), []
    found: list[tuple[Rle, DrawnShape | None, ElementTree.Element, str]] = []
    for shape, where in [s for s in shapes if s[0].tag != "box"] or shapes[:1]:
        try:
            found.append((*_outline(shape, opened.size, where), shape, where))
        except FormatError as error:
            errors.append(error)
    if not found:
        yield lost_by(errors[0], "shape")
        return
    for failed in errors:
        yield warning("shape", failed.where, "{failed}; this part was left out", failed=reason(failed))
    mask, drawn, shape, where = found[0]
    if len(found) > 1:
        mask, drawn = union(part[0] for part in found), None
    if not clean_text(label).strip():
        yield warning("name", where, "has no class name; it became 'unnamed'")
    attributes = run.attributes(label, shape)
    if shape.get(OCCLUDED) == "1":
        attributes[OCCLUDED] = True
    group, layer = shape.get("group_id") or "", 0.0
    with contextlib.suppress(FormatError):
        layer = _number(shape, "z_order", where, 0.0)
    yield from run.category(label)
    yield run.annotation(
        opened,
        label,
        mask,
        drawn,
        attributes=attributes,
        layer=layer,
        group_id=int(group) if re.fullmatch(r"\d{1,18}", group) else None,
    )


def _outline(shape: ElementTree.Element, size: Size, where: str) -> tuple[Rle, DrawnShape | None]:
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


def _whole(value: str | None) -> object:
    """A number that stands as text, as all do in XML."""
    return int(value) if value is not None and re.fullmatch(r"\d{1,9}", value.strip()) else value


def _number(shape: ElementTree.Element, name: str, where: str, default: float | None = None) -> float:
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
    x0, y0, x1, y1 = (_number(shape, name, where) for name in ("xtl", "ytl", "xbr", "ybr"))
    angle = math.radians(_number(shape, "rotation", where, 0.0))
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
    cx, cy, rx, ry = (_number(shape, name, where) for name in ("cx", "cy", "rx", "ry"))
    angle = math.radians(_number(shape, "rotation", where, 0.0))
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
        int(_number(shape, name, where)) for name in ("left", "top", "width", "height")
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
