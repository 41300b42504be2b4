"""The label pictures of Pascal VOC: palette, grey or RGB; names and colours come from files beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from slimsam_core.errors import FormatError, ImageReadError
from slimsam_core.files.listing import is_file
from slimsam_core.formats.context import checked_size, clean_text
from slimsam_core.formats.label_images import (
    Labels,
    colours_of,
    read_labels,
    stripes,
    voc_palette,
)
from slimsam_core.formats.text_files import read_text
from slimsam_core.pixels.picture_file import open_picture

VOID = 255
IGNORED = "__ignore__"
BACKGROUND = frozenset(("background", "_background_", "__background__"))
_VOC = np.frombuffer(voc_palette(), np.uint8).reshape(256, 3)
VOID_COLOUR = (224, 224, 192)
"""The colour of index 255 in VOC's palette."""


@dataclass(frozen=True)
class NamedClasses:
    """The classes of a VOC folder: value in ``SegmentationClass`` -> name, and colour -> value."""

    names: Mapping[int, str] = field(default_factory=dict)
    colours: Mapping[tuple[int, int, int], int] = field(default_factory=dict)


def class_list(source: Path) -> NamedClasses:
    """From ``labelmap.txt`` (CVAT, datumaro), ``class_names.txt`` (labelme) or ``classes.txt`` (ours)."""
    names: dict[int, str] = {}
    for file, first in (("classes.txt", 1), ("class_names.txt", 0)):
        path = source / file
        if is_file(path) and not names:
            lines = [clean_text(line).strip() for line in read_text(path).splitlines()]
            if lines and lines[0] == IGNORED:  # labelme's list of names counts from -1
                lines = lines[1:]
            if lines and lines[0] in BACKGROUND:
                first = 0
            names = {n: name for n, name in enumerate(lines, first) if name and name not in BACKGROUND}
    colours: dict[tuple[int, int, int], int] = {}
    path = source / "labelmap.txt"
    if is_file(path):
        listed = _label_map(read_text(path))
        # the background has the value 0 wherever it stands in the list
        rows = [row for row in listed if row[0] not in BACKGROUND and row[1] != (0, 0, 0)]
        if len(names) != len(rows):
            names = {value: name for value, (name, _) in enumerate(rows, 1)}
        colours = {(0, 0, 0): 0} | {colour: value for value, (_, colour) in zip(names, rows, strict=True)}
    return NamedClasses(names, colours)


def _label_map(text: str) -> list[tuple[str, tuple[int, int, int]]]:
    """Lines ``label:r,g,b:parts:actions``; a line without a colour has the next one of VOC's palette."""
    rows: list[tuple[str, tuple[int, int, int]]] = []
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, colour, *_ = (part.strip() for part in [*line.split(":"), ""])
        try:
            red, green, blue = map(int, colour.split(","))
        except ValueError:
            red, green, blue = _VOC[len(rows) % 256].tolist()
        rows.append((clean_text(name), (red, green, blue)))
    return rows


def read_classes(path: Path, where: str, classes: NamedClasses) -> Labels:
    """The class of each pixel, uint16 HxW: 0 background, 255 void. Raises FormatError."""
    if not classes.colours:
        return _read(path, where, _voc_values())
    table = {_packed(colour): value for colour, value in classes.colours.items()}
    table.setdefault(_packed(VOID_COLOUR), VOID)
    return _read(path, where, table, by_colour=True)


def read_objects(path: Path, where: str) -> Labels:
    """The object of each pixel, uint16 HxW: 0 none, 255 void. Raises FormatError.

    In RGB a colour of VOC's palette is its index; other colours are numbered.
    """
    return _read(path, where, _voc_values(), number_others=True)


def _voc_values() -> dict[int, int]:
    return {_packed(tuple(colour)): index for index, colour in reversed(list(enumerate(_VOC.tolist())))}


def _packed(colour: tuple[int, ...]) -> int:
    return colour[0] << 16 | colour[1] << 8 | colour[2]


def _read(
    path: Path, where: str, table: Mapping[int, int], *, by_colour: bool = False, number_others: bool = False
) -> Labels:
    colours = _colours(path, where, by_colour)
    if colours is None:
        return read_labels(path, where)
    found = np.unique(np.concatenate([np.unique(rows) for rows in stripes(colours)]))
    unknown = [value for value in found.tolist() if value not in table]
    if unknown and not number_others:
        if _has_palette(path):
            return read_labels(path, where)
        text = ", ".join(f"{v >> 16},{v >> 8 & 255},{v & 255}" for v in unknown[:3])
        raise FormatError("has the colour {text}, which labelmap.txt does not name", where=where, text=text)
    if number_others and len(found) > 65_000:
        raise FormatError("has more colours than a picture has objects: it is a photograph", where=where)
    values = dict(table) if not unknown else {0: 0, _packed(VOID_COLOUR): VOID}
    free = (number for number in range(1, 65_536) if number != VOID)
    new = {value: values[value] if value in values else next(free) for value in found.tolist()}
    lookup = np.array([new[value] for value in found.tolist()], np.uint16)
    labels: Labels = np.empty(colours.shape, np.uint16)
    for to, rows in zip(stripes(labels), stripes(colours), strict=True):
        to[:] = lookup[np.searchsorted(found, rows)]
    return labels


def _colours(path: Path, where: str, by_colour: bool) -> NDArray[np.uint32] | None:
    """The pixels as 0xRRGGBB; None when they are numbers and not colours."""
    try:
        with open_picture(path, ("PNG",)) as opened:
            checked_size(opened.stored.width, opened.stored.height, where)
            picture = opened.image
            if picture is None or not (
                picture.mode in ("RGB", "RGBA") or (by_colour and picture.mode == "P")
            ):
                return None
            return colours_of(picture)
    except ImageReadError as error:
        raise FormatError("is not a readable PNG ({words})", where=where, words=error.message) from error


def _has_palette(path: Path) -> bool:
    with open_picture(path, ("PNG",)) as opened:
        return opened.image is not None and bool(opened.image.mode == "P")
