"""One Pascal VOC XML file, read with a parser that refuses entities, and written."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from xml.etree import ElementTree

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from slimsam_core.annotation import MAX_COORDINATE
from slimsam_core.errors import FormatError, OutputError
from slimsam_core.files.foreign import open_regular, read_bytes
from slimsam_core.formats.records import ImageRecord
from slimsam_core.pixels.mask import Ring
from slimsam_core.sentences import sentence

MAX_XML_BYTES = 64 << 20
FLAGS = ("truncated", "occluded", "difficult")


@dataclass(frozen=True, kw_only=True)
class VocObject:
    """One ``object``: class, box by its edges (0-based, end excluded; None when unusable), attributes."""

    name: str
    box: tuple[float, float, float, float] | None
    attributes: Mapping[str, Any]
    where: str
    polygon: Ring = ()
    """The corners as they stand, when there are at least 3; see ``polygon_is_pixels``."""
    turned: bool = False
    """Whether the polygon is a turned box, whose corners are points of the picture."""
    swapped: bool = False
    """Whether the corners of the box stood the wrong way round."""

    @property
    def polygon_is_pixels(self) -> bool:
        """Whether the corners are pixels, counted from 1 and inside the object, as those of the box are.

        Programs that trace masks write whole numbers so; with decimals they are points of the picture.
        """
        return not self.turned and all(value == int(value) for point in self.polygon for value in point)


@dataclass(frozen=True)
class VocFile:
    """What an XML file says; ``width`` and ``height`` as found."""

    filename: str
    width: object
    height: object
    objects: list[VocObject]


def looks_like_voc(path: Path) -> bool:
    """Whether a file starts as VOC's XML does."""
    try:
        with open_regular(path) as file:
            head = file.read(4096).replace(b"\0", b"")  # of UTF-16, which XML may be, the letters are left
            return re.search(rb"<annotation[\s>]", head) is not None
    except OSError:
        return False


def read_xml(path: Path, where: str) -> VocFile:
    """Read a file. Raises FormatError for anything that is not VOC's XML, entity bombs among it."""

    try:
        root = fromstring(_decoded(read_bytes(path, MAX_XML_BYTES)))
    except DefusedXmlException as error:
        raise FormatError("has entities, which could be an attack", where=where) from error
    except (ElementTree.ParseError, ValueError, LookupError, RecursionError) as error:
        message = sentence("is not valid XML ({error})", error=error)
        if _is_other_text(path):
            message = sentence(
                "is not UTF-8 and does not say its encoding: name it in the first line of the file"
            )
        raise FormatError(message, where=where) from error
    except OSError as error:
        raise FormatError(
            "cannot be read: {strerror}", where=where, strerror=error.strerror or error
        ) from error
    if root.tag != "annotation":
        raise FormatError("is not a VOC file: it starts with <{tag}>", where=where, tag=str(root.tag)[:40])
    objects = [_object(element, index) for index, element in enumerate(root.findall("object"))]
    return VocFile(
        root.findtext("filename") or "",
        _number(root.findtext("size/width")),
        _number(root.findtext("size/height")),
        objects,
    )


def _object(element: ElementTree.Element, index: int) -> VocObject:
    edges = [_number(element.findtext(f"bndbox/{name}")) for name in ("xmin", "ymin", "xmax", "ymax")]
    box, swapped = None, False
    if all(isinstance(edge, int | float) and abs(edge) <= MAX_COORDINATE for edge in edges):
        x0, y0, x1, y1 = (float(edge) for edge in edges if edge is not None)
        swapped = x1 < x0 or y1 < y0
        box = (min(x0, x1) - 1, min(y0, y1) - 1, max(x0, x1), max(y0, y1))
    attributes: dict[str, Any] = {name: True for name in FLAGS if _number(element.findtext(name)) == 1}
    pose = (element.findtext("pose") or "").strip()
    if pose and pose != "Unspecified":
        attributes["pose"] = pose
    name = element.findtext("name") or ""
    turned = _turned_box(element.find("robndbox"))
    return VocObject(
        name=name,
        box=box or _bounds(turned),
        attributes=attributes,
        where=f"object[{index}]",
        polygon=_polygon(element.find("polygon")) or turned,
        turned=bool(turned) and not _polygon(element.find("polygon")),
        swapped=swapped,
    )


def _turned_box(element: ElementTree.Element | None) -> Ring:
    """The corners of ``<robndbox><cx><cy><w><h><angle>``, turned clockwise by radians; empty without any."""
    if element is None:
        return ()
    values = [_number(element.findtext(name)) for name in ("cx", "cy", "w", "h", "angle")]
    known = [float(value) for value in values if value is not None and abs(value) <= MAX_COORDINATE]
    if len(known) < 5 or min(known[2:4]) <= 0:
        return ()
    x, y, width, height, angle = known
    cos, sin = math.cos(angle), math.sin(angle)
    a, b = width / 2, height / 2
    corners = ((-a, -b), (a, -b), (a, b), (-a, b))
    return tuple((x + across * cos - down * sin, y + across * sin + down * cos) for across, down in corners)


def _bounds(ring: Ring) -> tuple[float, float, float, float] | None:
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    return (min(xs), min(ys), max(xs), max(ys)) if ring else None


def _polygon(element: ElementTree.Element | None) -> Ring:
    """``<polygon><x1>..</x1><y1>..</y1><x2>..``, in the order of the numbers; or ``<pt><x>..</x><y>..``.

    Empty when it is none.
    """
    points = element.findall("pt") if element is not None else []
    if len(points) > 2:
        pairs = [(_number(point.findtext("x")), _number(point.findtext("y"))) for point in points]
        usable = [(x, y) for x, y in pairs if x is not None and y is not None]
        inside = all(abs(value) <= MAX_COORDINATE for pair in usable for value in pair)
        return tuple(usable) if len(usable) == len(pairs) and inside else ()
    values: dict[tuple[str, int], float] = {}
    for child in element if element is not None else ():
        found, value = re.fullmatch(r"([xy])(\d{1,7})", str(child.tag)), _number(child.text)
        if found is None or value is None or abs(value) > MAX_COORDINATE:
            return ()
        values[found[1], int(found[2])] = float(value)
    numbers = sorted({number for _, number in values})
    if len(numbers) < 3 or len(values) != 2 * len(numbers):
        return ()
    return tuple((values["x", number], values["y", number]) for number in numbers)


_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,80}?encoding\s*=\s*["']([\w.:-]{1,40})["'][^>]{0,80}\?>""")
_ENCODINGS = {
    "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "cp936": "gb18030", "big5": "big5hkscs",
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "cp932": "cp932", "windows-31j": "cp932",
    "euc-jp": "euc_jp", "euc-kr": "cp949", "cp949": "cp949", "ks_c_5601-1987": "cp949",
}  # fmt: skip
"""Encodings of several bytes a letter, which the parser lacks -> the codec, the widest of its family."""


def _decoded(data: bytes) -> bytes | str:
    """The text of a file in an encoding that the parser lacks, without its declaration; else the bytes.

    Raises UnicodeDecodeError.
    """
    found = _DECLARED.match(data)
    codec = _ENCODINGS.get(found[1].decode().lower()) if found else None
    return data[found.end() :].decode(codec) if found and codec else data


def _is_other_text(path: Path) -> bool:
    """Whether a file is no UTF-8 and declares no encoding."""
    data = read_bytes(path, MAX_XML_BYTES)
    if _DECLARED.match(data) or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return False
    try:
        data.decode()
    except UnicodeDecodeError:
        return True
    return False


def _number(text: str | None) -> int | float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    if not math.isfinite(value):
        return None
    return int(value) if value == int(value) else value


def xml_bytes(image: ImageRecord, objects: list[VocObject], path: Path | None = None) -> bytes:
    """The XML of a picture that lies at ``path``. Raises OutputError for text that XML cannot hold."""
    root = ElementTree.Element("annotation")
    _add(root, "folder", PurePosixPath(image.file_name).parent.as_posix())
    _add(root, "filename", PurePosixPath(image.file_name).name)
    if path is not None:
        _add(root, "path", str(path))
    size = ElementTree.SubElement(root, "size")
    for name, value in (("width", image.size.width), ("height", image.size.height), ("depth", 3)):
        _add(size, name, str(value))
    _add(root, "segmented", "1")
    for voc_object in objects:
        element = ElementTree.SubElement(root, "object")
        _add(element, "name", voc_object.name)
        _add(element, "pose", str(voc_object.attributes.get("pose", "Unspecified")))
        for flag in FLAGS:
            _add(element, flag, str(int(voc_object.attributes.get(flag) is True)))
        assert voc_object.box is not None
        x0, y0, x1, y1 = (int(edge) for edge in voc_object.box)
        box = ElementTree.SubElement(element, "bndbox")
        for name, value in (("xmin", x0 + 1), ("ymin", y0 + 1), ("xmax", x1), ("ymax", y1)):
            _add(box, name, str(value))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode").encode() + b"\n"


def check_xml_text(text: str) -> str:
    """The text itself. Raises OutputError for characters that XML cannot hold."""
    if any(
        (ord(c) < 32 and c != "\t") or 0xD800 <= ord(c) < 0xE000 or ord(c) in (0xFFFE, 0xFFFF) for c in text
    ):
        raise OutputError(
            "The export was refused: {text!r} has characters that XML cannot hold.", "Rename it.", text=text
        )
    return text


def _add(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, name).text = check_xml_text(text)
