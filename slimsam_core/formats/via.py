"""VIA (VGG Image Annotator) JSON of versions 1 and 2, in: projects, and annotations that were exported."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from slimsam_core.annotation import MAX_COORDINATE, DrawnShape, ShapeKind
from slimsam_core.errors import FormatError
from slimsam_core.formats.context import ReadContext, clean_json, clean_text, lost_by, warning
from slimsam_core.formats.finding import Named
from slimsam_core.formats.json_stream import is_number, load_json
from slimsam_core.formats.per_image import PerImage, each_file
from slimsam_core.formats.records import ImageRecord, Record
from slimsam_core.formats.registry import Format, register
from slimsam_core.formats.shapes import drawn_to_rle, ellipse_ring
from slimsam_core.formats.sniff import first_files, json_head
from slimsam_core.formats.subset import split_of_folder
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask import Ring
from slimsam_core.sentences import mark

_CLASS_KEYS = ("class", "label", "name", "type", "category", "object", "category_id")
"""What people call the attribute that says the class, where the project does not tell."""
DEFAULT_CLASS = "object"
CLOSED = 0.03
"""Share of its length that the ends of a line may lie apart to count as an outline; in files of people who
outline objects so it was up to 0.007."""


def read_via(source: Path, context: ReadContext) -> Iterator[Record]:
    """Yield the records of a file, or of all below a folder; sizes come from the pictures.

    Raises FormatError without any file.
    """
    run = PerImage(source, context, "via")

    def read(file: Path, where: str) -> Iterator[Record]:
        data = load_json(file)
        if not isinstance(data, dict):
            raise FormatError("is not a file of VIA", where=where)
        yield from _file(run, file, data, where)

    yield from each_file(run, ".json", is_via, mark("is no file of VIA; left out"), read)


def is_via(path: Path) -> bool:
    """Whether a file seems to be VIA's."""
    head = json_head(path)
    return not head.is_list and (
        head.has("_via_img_metadata") or head.names("filename", "regions", "shape_attributes")
    )


def _file(run: PerImage, file: Path, data: dict[str, Any], where: str) -> Iterator[Record]:
    pictures = data.get("_via_img_metadata", data)
    key, names = _class_attribute(data.get("_via_attributes"))
    for name in names.values():
        yield from run.category(name)
    for number, (entry, value) in enumerate(pictures.items() if isinstance(pictures, dict) else ()):
        run.context.tick("Reading pictures", number)
        if isinstance(value, dict) and "regions" in value:
            yield from _picture(run, file, value, _Classes(key, names), f"{where}: {clean_text(entry)[:60]}")


def _class_attribute(attributes: Any) -> tuple[str, dict[str, str]]:
    """The attribute of regions that is the class, and its values with their names, in order; else empty."""
    regions = attributes.get("region") if isinstance(attributes, dict) else None
    regions = regions if isinstance(regions, dict) else {}
    lists = [
        name
        for name, value in regions.items()
        if isinstance(value, dict) and value.get("type") in ("dropdown", "radio", "checkbox")
    ]
    known = [*_class_keys(regions), *lists, *regions]
    if not known:
        return "", {}
    options = regions[known[0]].get("options") if isinstance(regions[known[0]], dict) else None
    return known[0], {
        clean_text(option): _name_of_option(option, text)
        for option, text in (options.items() if isinstance(options, dict) else ())
    }


def _class_keys(named: dict[str, Any]) -> list[str]:
    """Those of some names that mean the class, the most certain first, in whatever case."""
    return [name for key in _CLASS_KEYS for name in named if isinstance(name, str) and name.lower() == key]


def _name_of_option(option: str, text: object) -> str:
    """The class of an option: of one that is a mere number what is written beside it."""
    number = option.strip().isdecimal() and isinstance(text, str) and bool(text.strip())
    return clean_text(text if number else option)


@dataclass(frozen=True)
class _Classes:
    """Which attribute says the class, empty = not told, and what its values are called."""

    key: str
    names: dict[str, str]


def _picture(
    run: PerImage, file: Path, value: dict[str, Any], classes: _Classes, where: str
) -> Iterator[Record]:
    listed = value["regions"]
    regions = list(listed.values()) if isinstance(listed, dict) else listed
    regions = regions if isinstance(regions, list) else []
    try:
        name, issue = run.locate(file, value.get("filename"), f"{where}.filename")
        if issue:
            yield issue
        name = run.first_known(name, Named(f"images/{name.path}", name.tail))
        image = ImageRecord(id=1, file_name="", size=Size(1, 1), split=split_of_folder(run.where(file)))
        yield from run.open(image, name, None, where)
    except FormatError as error:
        for _ in regions:
            run.context.met("Reading objects")
        yield lost_by(error, "image", len(regions))
        return
    for number, region in enumerate(regions):
        run.context.met("Reading objects")
        try:
            yield from _region(run, name, region, classes, f"{where}.regions[{number}]")
        except FormatError as error:
            yield lost_by(error, "shape")


def _region(run: PerImage, name: Named, region: Any, classes: _Classes, where: str) -> Iterator[Record]:
    shape = region.get("shape_attributes") if isinstance(region, dict) else None
    if not isinstance(shape, dict):
        raise FormatError("has no shape", where=where)
    kind = shape.get("name")
    reader = _READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        raise FormatError("a {kind} has no area here", where=where, kind=str(kind)[:40])
    opened, drawn = run.opened(name), reader(shape, where)
    if kind == "polyline" and drawn.kind is ShapeKind.POLYGON:
        yield warning("outline", where, "is a line whose ends meet; it was taken as an outline")
    mask = drawn_to_rle(drawn, opened.size)
    if not mask.area:
        raise FormatError("covers no pixel of the picture", where=where)
    said = region.get("region_attributes")
    attributes: dict[str, Any] = clean_json(said) if isinstance(said, dict) else {}
    label = _class_of(attributes, classes.key)
    label = classes.names.get(label, label)
    if not label:
        label = DEFAULT_CLASS
        yield warning("name", where, "has no class; it became {label!r}", label=label)
    yield from run.category(label)
    yield run.annotation(opened, label, mask, drawn, attributes=attributes)


def _class_of(attributes: dict[str, Any], key: str) -> str:
    """The class, taken out of the attributes of a region."""
    names = [key] if key else _class_keys(attributes)
    if not names and len(attributes) == 1:
        names = list(attributes)
    value = attributes.pop(names[0], "") if names else ""
    if isinstance(value, dict):  # of ticked boxes the first one
        value = next((name for name, ticked in value.items() if ticked), "")
    return clean_text(value).strip() if isinstance(value, str | int | float) else ""


def _number(shape: dict[str, Any], key: str, where: str) -> float:
    value = shape.get(key)
    if not is_number(value) or abs(value) > MAX_COORDINATE:  # type: ignore[arg-type]
        raise FormatError("{key} is {value!r}, not a coordinate", where=where, key=key, value=str(value)[:40])
    return float(value)  # type: ignore[arg-type]


def _points(shape: dict[str, Any], where: str, least: int) -> Ring:
    xs, ys = shape.get("all_points_x"), shape.get("all_points_y")
    if not isinstance(xs, list) or not isinstance(ys, list) or not least <= len(xs) == len(ys):
        raise FormatError("has no {least} points", where=where, least=least)
    if not all(is_number(v) and abs(v) <= MAX_COORDINATE for v in (*xs, *ys)):
        raise FormatError("has something that is not a coordinate", where=where)
    return tuple((float(x), float(y)) for x, y in zip(xs, ys, strict=True))


def _rectangle(shape: dict[str, Any], where: str) -> DrawnShape:
    x, y, width, height = (_number(shape, key, where) for key in ("x", "y", "width", "height"))
    return DrawnShape(ShapeKind.RECTANGLE, (((x, y), (x + width, y + height)),))


def _ellipse(shape: dict[str, Any], where: str) -> DrawnShape:
    x, y = _number(shape, "cx", where), _number(shape, "cy", where)
    round_ = shape.get("name") == "circle"
    rx, ry = (_number(shape, "r" if round_ else key, where) for key in ("rx", "ry"))
    angle = 0.0 if round_ or "theta" not in shape else _number(shape, "theta", where)
    if not math.sin(angle):
        return DrawnShape(ShapeKind.ELLIPSE, (((x, y), (x + rx, y + ry)),))
    cos, sin = math.cos(angle), math.sin(angle)
    ring = ((px - x, py - y) for px, py in ellipse_ring((x, y), rx, ry))
    turned = tuple((x + px * cos - py * sin, y + px * sin + py * cos) for px, py in ring)
    return DrawnShape(ShapeKind.POLYGON, (turned,))


def _polyline(shape: dict[str, Any], where: str) -> DrawnShape:
    """A line; of one whose ends meet the area, since people outline objects so."""
    ring = _points(shape, where, 2)
    length = sum(math.dist(a, b) for a, b in pairwise(ring))
    closed = len(ring) > 3 and math.dist(ring[0], ring[-1]) <= CLOSED * length
    return DrawnShape(ShapeKind.POLYGON if closed else ShapeKind.LINE, (ring,))


def _point(shape: dict[str, Any], where: str) -> DrawnShape:
    return DrawnShape(ShapeKind.POINTS, (((_number(shape, "cx", where), _number(shape, "cy", where)),),))


_READERS: dict[str, Callable[[dict[str, Any], str], DrawnShape]] = {
    "polygon": lambda shape, where: DrawnShape(ShapeKind.POLYGON, (_points(shape, where, 3),)),
    "polyline": _polyline,
    "rect": _rectangle,
    "circle": _ellipse,
    "ellipse": _ellipse,
    "point": _point,
}


def _recognises(path: Path) -> bool:
    return any(map(is_via, first_files(path, ".json")))


register(
    Format(
        name="via",
        title="VIA (JSON)",
        is_folder=True,
        suffix=".json",
        read=read_via,
        write=None,
        recognises=_recognises,
    )
)
