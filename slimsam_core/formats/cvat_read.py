"""CVAT for images 1.1 in, and for video 1.1: XML files of any size, one picture in memory.

An object that a track shows in several frames keeps the number of the track. Shapes of one group and
class are one object.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree import ElementTree

from defusedxml import DefusedXmlException

from slimsam_core.annotation import NO_EXTRA, DrawnShape
from slimsam_core.class_colors import is_color
from slimsam_core.errors import FormatError
from slimsam_core.files.foreign import open_regular
from slimsam_core.formats.context import ReadContext, clean_text, lost_by, read_size, reason, warning
from slimsam_core.formats.cvat_shapes import number_of, outline, whole
from slimsam_core.formats.finding import Named, take_name
from slimsam_core.formats.per_image import PerImage, each_file, free_id
from slimsam_core.formats.records import ImageRecord, Record
from slimsam_core.formats.subset import split_of_name
from slimsam_core.formats.xml_stream import xml_events
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask import Rle, union
from slimsam_core.project.tracks import TRACK_KEY
from slimsam_core.sentences import mark

MAX_XML_BYTES = 2 << 30
PICTURES = "images"
CHECKBOX, OCCLUDED = "checkbox", "occluded"
FRAME = "frame"
"""Below ``meta`` and our own name: which picture is which frame of a video."""
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
        self._tracks: dict[int, None] = {}

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

    def track(self, number: str) -> int:
        """One above the number that a file gives a track, as none is 0 here; another where that is taken."""
        return free_id(int(number) + 1 if re.fullmatch(r"\d{1,15}", number) else None, self._tracks)


@dataclass(frozen=True)
class _Shape:
    """A shape with the class that it, or its track, has."""

    label: str
    element: ElementTree.Element
    track: int = 0
    """0 = of none, or of one that shows it in this frame alone."""


@dataclass
class _Video:
    """What a file says of the frames of a video, by their numbers, which are text."""

    size: tuple[object, object] = (None, None)
    shapes: dict[str, list[_Shape]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    """The pictures that are the frames, where the file says them, as ours do."""

    def add(self, run: _Run, track: ElementTree.Element) -> None:
        """Its shapes in the frames where it can be seen."""
        label = track.get("label") or ""
        seen = [shape for shape in track if shape.get("outside") != "1"]
        number = run.track(track.get("id") or "") if len(seen) > 1 else 0
        for shape in seen:
            self.shapes.setdefault(shape.get("frame") or "", []).append(_Shape(label, shape, number))


def _file(run: _Run, file: Path, where: str) -> Iterator[Record]:
    """The pictures of a file, one at a time, then the frames of its tracks."""

    try:
        if file.stat().st_size > MAX_XML_BYTES:
            raise FormatError("is larger than 2 GiB", where=where)
        with open_regular(file) as stream:
            video = yield from _pictures(run, stream, where)
    except DefusedXmlException as error:
        raise FormatError("has entities, which could be an attack", where=where) from error
    except (ElementTree.ParseError, ValueError, LookupError, RecursionError) as error:
        raise FormatError("is not valid XML ({error})", where=where, error=error) from error
    except OSError as error:
        raise FormatError(
            "cannot be read: {strerror}", where=where, strerror=error.strerror or error
        ) from error
    yield from _frames(run, video, where)


def _pictures(run: _Run, stream: BinaryIO, where: str) -> Generator[Record, None, _Video]:
    """Yield the records of pictures; returns what is said of the frames of a video."""

    video = _Video()
    depth = 0
    for event, element in xml_events(stream, where):
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
            video.size = (whole(element.findtext("width")), whole(element.findtext("height")))
        elif element.tag == "image" and depth == 1:
            yield from _image(run, element, where)
            element.clear()
        elif element.tag == "track" and depth == 1:
            video.add(run, element)
        elif element.tag == FRAME and depth == 3:  # annotations, meta, slimsam
            video.names[element.get("number") or ""] = element.get("name") or ""
    return video


def _label(run: _Run, element: ElementTree.Element) -> Iterator[Record]:
    run.declare(element)
    color = element.findtext("color") or ""
    name = element.findtext("name") or ""
    yield from run.category(name, color=color if is_color(color) else "")


def _image(run: _Run, element: ElementTree.Element, where: str) -> Iterator[Record]:
    place = f"{where}: image[{element.get('id', '?')}]"
    shapes = [_Shape(shape.get("label") or "", shape) for shape in element if shape.tag in _SHAPES]
    try:
        named = take_name(element.get("name") or "", place)
        name = _known(run, named)
        size, issue = read_size(whole(element.get("width")), whole(element.get("height")), place)
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


def _known(run: _Run, named: Named) -> Named:
    """The picture below the image root, or where an export with pictures has it."""
    return run.first_known(named, Named(f"{PICTURES}/{named.path}", named.tail))


def _frames(run: _Run, video: _Video, where: str) -> Iterator[Record]:
    """Frame n is the picture that the file names, else ``frame_00000n``, as CVAT writes them beside it."""
    for frame in sorted({*video.shapes, *video.names}, key=lambda text: (len(text), text)):
        place, shapes = f"{where}: frame {frame[:20]}", video.shapes.get(frame, [])
        try:
            if not frame.isdecimal() or len(frame) > 9:
                raise FormatError("has no number", where=place)
            named = take_name(video.names[frame], place) if frame in video.names else None
        except FormatError as error:
            yield from _lost(run, error, len(shapes))
            continue
        if named is not None and named.issue:
            yield named.issue
        name = _known(run, named) if named is not None else _numbered(run, frame)
        yield from _shapes(run, None, name, read_size(*video.size, place)[0], shapes, place=place)


def _numbered(run: _Run, frame: str) -> Named:
    stem = f"frame_{int(frame):06d}"
    stems = product(run.places, (stem, frame))
    found = next((f for place, name in stems if (f := place.with_base_stem(name))), ())
    name = found[0] if len(found) == 1 else f"{stem}.png"
    return Named(name, name)


def _shapes(
    run: _Run,
    image: ImageRecord | None,
    name: Named,
    size: Size | None,
    shapes: list[_Shape],
    *,
    place: str,
) -> Iterator[Record]:
    try:
        yield from run.open(image, name, size, place)
    except FormatError as error:
        yield from _lost(run, error, len(shapes))
        return
    parts: dict[object, list[tuple[_Shape, str]]] = {}
    for index, shape in enumerate(shapes):
        element = shape.element
        where, group = f"{place}: {element.tag}[{index}]", element.get("group_id") or "0"
        key = where if group == "0" else (shape.label, group)
        if key not in parts:
            run.context.met("Reading objects")
        parts.setdefault(key, []).append((shape, where))
    for own in parts.values():
        yield from _object(run, name, own)


def _lost(run: _Run, error: FormatError, number: int) -> Iterator[Record]:
    for _ in range(number):
        run.context.met("Reading objects")
    yield lost_by(error, "image", number)


def _object(run: _Run, name: Named, shapes: list[tuple[_Shape, str]]) -> Iterator[Record]:
    """One object: shapes of one group and class are its parts, a box beside others is its box."""
    opened, errors = run.opened(name), []
    label, track = shapes[0][0].label, shapes[0][0].track
    found: list[tuple[Rle, DrawnShape | None, ElementTree.Element, str]] = []
    for one, where in [s for s in shapes if s[0].element.tag != "box"] or shapes[:1]:
        try:
            found.append((*outline(one.element, opened.size, where), one.element, where))
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
        layer = number_of(shape, "z_order", where, 0.0)
    yield from run.category(label)
    yield run.annotation(
        opened,
        label,
        mask,
        drawn,
        attributes=attributes,
        layer=layer,
        group_id=int(group) if re.fullmatch(r"\d{1,18}", group) else None,
        extra={TRACK_KEY: track} if track else NO_EXTRA,
    )
