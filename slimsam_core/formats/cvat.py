"""CVAT for images 1.1, and the frames of its videos in: one XML file of all pictures.

Masks are runs along the rows of a box, zeros first. Polygons, boxes and ellipses are written where they were
drawn and say the mask, masks for the rest. ``z_order`` is the layer.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np

from slimsam_core.annotation import Annotation, DrawnShape, ShapeKind
from slimsam_core.errors import FormatError
from slimsam_core.formats.context import ReadContext, clean_text, lost_by, read_size, warning
from slimsam_core.formats.finding import Named, take_name
from slimsam_core.formats.folder_export import Rules, Staging, each_picture, export_folder
from slimsam_core.formats.outlines import MAX_COORDINATE
from slimsam_core.formats.per_image import PerImage, annotation_files, file_error, left_out_links
from slimsam_core.formats.records import Dataset, ImageRecord, Record
from slimsam_core.formats.registry import Format, Placement, WriteOptions, register
from slimsam_core.formats.report import ExportReport
from slimsam_core.formats.shapes import drawn_to_rle, ellipse_ring
from slimsam_core.formats.sniff import first_files
from slimsam_core.formats.subset import split_of_name
from slimsam_core.formats.voc_xml import check_xml_text
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask import Ring, Rle
from slimsam_core.pixels.mask_crop import paste

MAX_XML_BYTES = 2 << 30
FILE = "annotations.xml"
PICTURES = "images"
_SHAPES = ("polygon", "box", "mask", "ellipse", "polyline", "points", "cuboid", "skeleton")


def read_cvat(source: Path, context: ReadContext) -> Iterator[Record]:
    """Yield the records of an XML file, or of all below a folder. Raises FormatError without any."""
    run = PerImage(source, context, "cvat")
    yield from left_out_links(source, ".xml")
    for file in annotation_files(source, ".xml"):
        where = run.where(file)
        if source.is_dir() and not is_cvat(file):
            yield warning("other-file", where, "is no file of CVAT; left out")
            continue
        try:
            yield from _file(run, file, where)
        except FormatError as error:
            yield file_error(error)


def is_cvat(path: Path) -> bool:
    """Whether a file starts as CVAT's XML does."""
    try:
        with path.open("rb") as file:
            return re.search(rb"<annotations[\s>]", file.read(4096)) is not None
    except OSError:
        return False


def _file(run: PerImage, file: Path, where: str) -> Iterator[Record]:
    """The pictures of a file, one at a time, then the frames of its tracks."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    tracks: dict[str, list[tuple[str, ElementTree.Element]]] = {}
    size: tuple[object, object] = (None, None)
    try:
        if file.stat().st_size > MAX_XML_BYTES:
            raise FormatError("is larger than 2 GiB", where=where)
        depth = 0
        for event, element in iterparse(file, events=("start", "end")):
            depth += 1 if event == "start" else -1
            if event == "start" and depth == 1 and element.tag != "annotations":
                raise FormatError(f"is not a file of CVAT: it starts with <{element.tag[:40]}>", where=where)
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
    except DefusedXmlException as error:
        raise FormatError("has entities, which could be an attack", where=where) from error
    except (ElementTree.ParseError, ValueError, LookupError, RecursionError) as error:
        raise FormatError(f"is not valid XML ({error})", where=where) from error
    except OSError as error:
        raise FormatError(f"cannot be read: {error.strerror or error}", where=where) from error
    yield from _frames(run, tracks, size, where)


def _label(run: PerImage, element: ElementTree.Element) -> Iterator[Record]:
    color = element.findtext("color") or ""
    name = element.findtext("name") or ""
    yield from run.category(name, color=color if re.fullmatch("#[0-9a-fA-F]{6}", color) else "")


def _image(run: PerImage, element: ElementTree.Element, where: str) -> Iterator[Record]:
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
    image = ImageRecord(1, "", Size(1, 1), split=split, flags=frozenset(flag for flag in flags if flag))
    yield from _shapes(run, image, name, size, shapes, place)


def _frames(
    run: PerImage,
    tracks: dict[str, list[tuple[str, ElementTree.Element]]],
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
        pictures = run.context.pictures
        found = (pictures.with_base_stem(stem) or pictures.with_base_stem(frame)) if pictures else ()
        name = found[0] if len(found) == 1 else f"{stem}.png"
        yield from _shapes(run, None, Named(name, name), read_size(*size, place)[0], tracks[frame], place)


def _shapes(
    run: PerImage,
    image: ImageRecord | None,
    name: Named,
    size: Size | None,
    shapes: list[tuple[str, ElementTree.Element]],
    place: str,
) -> Iterator[Record]:
    try:
        yield from run.open(image, name, size, place)
    except FormatError as error:
        yield from _lost(run, error, len(shapes))
        return
    for index, (label, shape) in enumerate(shapes):
        run.context.met("Reading objects")
        try:
            yield from _object(run, name, label, shape, f"{place}: {shape.tag}[{index}]")
        except FormatError as error:
            yield lost_by(error, "shape")


def _lost(run: PerImage, error: FormatError, number: int) -> Iterator[Record]:
    for _ in range(number):
        run.context.met("Reading objects")
    yield lost_by(error, "image", number)


def _object(
    run: PerImage, name: Named, label: str, shape: ElementTree.Element, where: str
) -> Iterator[Record]:
    opened = run.opened(name)
    drawn: DrawnShape | None = None
    if shape.tag == "mask":
        mask = _mask(shape, opened.size, where)
    else:
        reader = _READERS.get(str(shape.tag))
        if reader is None:
            raise FormatError(f"a {shape.tag} has no area here", where=where)
        drawn = reader(shape, where)
        mask = drawn_to_rle(drawn, opened.size)
    if not mask.area:
        raise FormatError("covers no pixel of the picture", where=where)
    if not clean_text(label).strip():
        yield warning("name", where, "has no class name; it became 'unnamed'")
    attributes: dict[str, Any] = {
        clean_text(child.get("name") or ""): clean_text(child.text or "")
        for child in shape.findall("attribute")
    }
    if shape.get("occluded") == "1":
        attributes["occluded"] = True
    group, layer = shape.get("group_id") or "", _number(shape, "z_order", where, 0.0)
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
        raise FormatError(f"{name} is {str(text)[:40]!r}, not a number", where=where) from error
    if not abs(value) <= MAX_COORDINATE:
        raise FormatError(f"{name} is {value}, far outside of any picture", where=where)
    return value


def _points(shape: ElementTree.Element, where: str, least: int) -> Ring:
    points: list[tuple[float, float]] = []
    for pair in (shape.get("points") or "").split(";"):
        try:
            x, y = map(float, pair.split(","))
        except ValueError as error:
            raise FormatError(f"{pair[:40]!r} is not a point", where=where) from error
        if not (abs(x) <= MAX_COORDINATE and abs(y) <= MAX_COORDINATE):
            raise FormatError(f"{pair[:40]!r} lies far outside of any picture", where=where)
        points.append((x, y))
    if len(points) < least:
        raise FormatError(f"has {len(points)} points; it needs at least {least}", where=where)
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
        raise FormatError(f"its box of {width}x{height} does not fit the picture of {size}", where=where)
    try:
        runs = np.array([int(run) for run in (shape.get("rle") or "").split(",")], np.int64)
    except (ValueError, OverflowError) as error:
        raise FormatError("its rle is not a list of whole numbers", where=where) from error
    if runs.min() < 0 or runs.max() > width * height or runs.sum() != width * height:
        raise FormatError(f"its runs cover {runs.sum()} pixels of {width * height}", where=where)
    pixels = np.repeat(np.arange(len(runs)) % 2 == 1, runs).reshape(height, width)
    return paste(pixels, left, top, size)


def write_cvat(dataset: Dataset, target: Path, options: WriteOptions) -> ExportReport:
    """Write ``annotations.xml`` and the pictures through the gate."""
    names = {category.id: category.name for category in dataset.meta.categories}

    def fill(staging: Staging) -> None:
        with staging.stream(FILE) as file:
            file.write(b'<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n<version>1.1</version>\n')
            file.write(_element(_meta(dataset)))
            for image, objects in each_picture(dataset, options, "Writing CVAT"):
                file.write(_element(_image_xml(image, staging.with_pixels(objects), names)))
                staging.place(f"{PICTURES}/{image.file_name}", image, options, Placement.NONE)
            file.write(b"</annotations>\n")

    return export_folder(dataset, target, fill, Rules(read_cvat, exact=True), options)


def _element(element: ElementTree.Element) -> bytes:
    ElementTree.indent(element)
    return ElementTree.tostring(element, encoding="unicode").encode() + b"\n"


def _meta(dataset: Dataset) -> ElementTree.Element:
    meta = ElementTree.Element("meta")
    labels = ElementTree.SubElement(ElementTree.SubElement(meta, "task"), "labels")
    for category in dataset.meta.categories:
        label = ElementTree.SubElement(labels, "label")
        for name, text in (("name", category.name), ("color", category.display_color), ("type", "any")):
            ElementTree.SubElement(label, name).text = check_xml_text(text)
        ElementTree.SubElement(label, "attributes")
    return meta


def _image_xml(image: ImageRecord, objects: list[Annotation], names: dict[int, str]) -> ElementTree.Element:
    size = image.size
    head = {"id": str(image.id), "name": check_xml_text(image.file_name)}
    if image.split:
        head["subset"] = image.split
    element = ElementTree.Element("image", head | {"width": str(size.width), "height": str(size.height)})
    for flag in sorted(image.flags):
        ElementTree.SubElement(element, "tag", {"label": check_xml_text(flag), "source": "manual"})
    # whole numbers, as CVAT needs them: the places of the layers
    orders = {layer: place for place, layer in enumerate(sorted({a.layer for a in objects}))}
    if all(layer == int(layer) for layer in orders):
        orders = {layer: int(layer) for layer in orders}
    for annotation in objects:
        kind, keys = _shape_xml(annotation)
        occluded = str(int(annotation.attributes.get("occluded") is True))
        common = {"label": check_xml_text(names[annotation.category_id]), "source": "manual"}
        common |= {"occluded": occluded} | keys | {"z_order": str(orders[annotation.layer])}
        if annotation.group_id is not None and annotation.group_id > 0:
            common["group_id"] = str(annotation.group_id)
        shape = ElementTree.SubElement(element, kind, common)
        for name, value in annotation.attributes.items():
            if name != "occluded":
                text = str(value).lower() if isinstance(value, bool) else str(value)
                attribute = ElementTree.SubElement(shape, "attribute", {"name": check_xml_text(name)})
                attribute.text = check_xml_text(text)
    return element


def _shape_xml(annotation: Annotation) -> tuple[str, dict[str, str]]:
    drawn, mask = annotation.drawn, annotation.mask
    if drawn is not None and len(drawn.rings) == 1 and drawn_to_rle(drawn, mask.size) == mask:
        points = ";".join(f"{x!r},{y!r}" for x, y in drawn.rings[0])
        (xa, ya), (xb, yb) = drawn.rings[0][0], drawn.rings[0][-1]
        if drawn.kind is ShapeKind.RECTANGLE:
            edges = {"xtl": min(xa, xb), "ytl": min(ya, yb), "xbr": max(xa, xb), "ybr": max(ya, yb)}
            return "box", {name: repr(value) for name, value in edges.items()}
        if drawn.kind is ShapeKind.ELLIPSE:
            radii = {"cx": xa, "cy": ya, "rx": abs(xb - xa), "ry": abs(yb - ya)}
            return "ellipse", {name: repr(value) for name, value in radii.items()}
        kinds = {ShapeKind.POLYGON: "polygon", ShapeKind.LINE: "polyline", ShapeKind.POINTS: "points"}
        return kinds[drawn.kind], {"points": points}
    x, y, width, height = mask.bbox_xywh
    flat = mask.decode()[y : y + height, x : x + width].ravel()
    changes = np.flatnonzero(np.diff(flat, prepend=np.bool_(False)))
    runs = np.diff(np.concatenate(([0], changes, [flat.size])))
    box = {"left": str(x), "top": str(y), "width": str(width), "height": str(height)}
    return "mask", {"rle": ", ".join(map(str, runs.tolist())), **box}


def _recognises(path: Path) -> bool:
    return any(map(is_cvat, first_files(path, ".xml")))


register(
    Format(
        "cvat", "CVAT for images 1.1 (XML)", True, ".xml", read_cvat, write_cvat, _recognises,
        knows_splits=True, pictures=Placement.NONE,
    )
)  # fmt: skip
