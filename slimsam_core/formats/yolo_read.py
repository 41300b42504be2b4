"""YOLO in: label files of rings, boxes and scores, whatever layout and split the folder has.

Coordinates are shares of width and height. Rows of keypoints (``kpt_shape`` in ``data.yaml``) count as boxes.
"""

from __future__ import annotations

import contextlib
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from slimsam_core.annotation import DrawnShape, ShapeKind
from slimsam_core.errors import FormatError
from slimsam_core.files.containment import lies_in
from slimsam_core.files.export_manifest import SPLITS
from slimsam_core.files.foreign import open_regular
from slimsam_core.files.listing import is_file, is_folder
from slimsam_core.formats.context import ReadContext, clean_text, lost, lost_by, warning
from slimsam_core.formats.finding import Named, without_prefix
from slimsam_core.formats.json_stream import plain_id
from slimsam_core.formats.layouts import dataset_root
from slimsam_core.formats.per_image import PerImage, annotation_files, file_error, left_out_links
from slimsam_core.formats.pictures import FolderPictures, Pictures, stem_of
from slimsam_core.formats.records import BOX_ONLY, ImageRecord, Record
from slimsam_core.formats.shapes import even_odd_to_rle, rectangle_ring
from slimsam_core.formats.sniff import first_files
from slimsam_core.formats.subset import split_of_folder, split_of_name
from slimsam_core.formats.text_files import read_text, read_yaml
from slimsam_core.formats.yolo_rows import (
    PIXELS,
    has_box,
    keypoint_values,
    looks_like_row,
    read_row,
)
from slimsam_core.formats.yolo_rows import track as track_of
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask import Ring, Rle
from slimsam_core.sentences import sentence

MAX_ROWS = 200
"""Rows of a file that are looked at, to tell boxes from outlines."""
TOLERANCE = 1e-3
"""Share of a side that a coordinate may lie outside without a word."""
NAME_LISTS = (
    "obj.names", "classes.txt", "labels/classes.txt", "class_names.txt", "predefined_classes.txt",
    "_darknet.labels", "train/_darknet.labels",
)  # fmt: skip
"""Files with a class name a line, of darknet, CVAT, Label Studio, labelImg and Roboflow."""
_OTHER_TEXT = re.compile(
    r"(classes|class_names|predefined_classes|requirements|license|notes|readme.*|"
    r"(train|training|val|valid|validation|test|default)\d*)\.txt",
    re.IGNORECASE,
)
"""Text files of such folders that hold no labels."""


@dataclass(frozen=True)
class _About:
    """What files beside the labels say: class names, values of a row of keypoints, who is in which part."""

    names: dict[int, str] = field(default_factory=dict)
    keypoint_values: int = 0
    folders: dict[str, str] = field(default_factory=dict)
    """Folder of pictures -> part of the dataset."""
    listed: dict[str, str] = field(default_factory=dict)
    """Picture, as a list names it -> part of the dataset."""


def read_yolo(source: Path, context: ReadContext, *, boxes: bool = False) -> Iterator[Record]:
    """Yield the records of a folder of label files, of its ``data.yaml``, or of one label file.

    Sizes come from the pictures: below the image root, or below the folder itself. ``boxes``: boxes are what
    the format is for, so they are no reason for a warning. Raises FormatError.
    """
    folder = source.parent if source.suffix.lower() in (".yaml", ".yml") else source
    place = dataset_root(folder)
    if context.pictures is None:
        context.pictures = FolderPictures(place)
    about = _about(place, source)
    run = PerImage(place, context, "yolo")
    for index in sorted(about.names):
        yield from run.category(about.names[index])
    gaps = max(about.names, default=-1) + 1 - len(about.names)
    if gaps:
        message = sentence(
            "the numbers of classes leave out {gaps}; an export numbers them without gaps", gaps=gaps
        )
        yield warning("category-id", "names", message)
    yield from left_out_links(folder, ".txt")
    files = [f for f in annotation_files(folder, ".txt") if not _is_other_text(f, _first_row(f))]
    for done, file in enumerate(files):
        context.tick("Reading files", done, len(files))
        try:
            lines = [line.strip() for line in read_text(file).splitlines()]
        except FormatError as error:
            yield file_error(error)
            continue
        rows = [(number, line) for number, line in enumerate(lines, 1) if line]
        yield from _file(run, file, rows, about, boxes)


def is_label_file(path: Path) -> bool:
    """Whether a text file may hold labels: by its name, and by its first row."""
    first = _first_row(path)
    if first is None or _is_other_text(path, first):
        return False
    return looks_like_row(first) or (not first and path.parent.name in ("labels", *SPLITS))


def _first_row(path: Path) -> str | None:
    """The first line with something on it, empty without any; None for a file that cannot be read."""
    try:
        with open_regular(path) as file:
            head = file.read(4096).decode("utf-8-sig", "replace")
    except OSError:
        return None
    return next((line for line in head.splitlines() if line.strip()), "")


def _is_other_text(path: Path, first: str | None) -> bool:
    """Whether a file is called as lists and notes are, and does not hold the labels of such a picture."""
    return _OTHER_TEXT.fullmatch(path.name) is not None and not looks_like_row(first or "")


def has_only_boxes(path: Path) -> bool:
    """Whether the first label files have rows, and all of them are boxes, with or without a score."""
    place = path.parent if path.suffix.lower() in (".yaml", ".yml") else path
    rows: list[str] = []
    for file in filter(is_label_file, first_files(place, ".txt")):
        with contextlib.suppress(FormatError):
            rows += [row for row in read_text(file).splitlines()[:MAX_ROWS] if row.strip()]
    return bool(rows) and all(map(has_box, rows))


def _about(folder: Path, source: Path) -> _About:
    if split_of_name(folder.name) and is_folder(
        folder / "labels"
    ):  # Roboflow: data.yaml lies above its parts
        above = [folder.parent / name for name in ("data.yaml", "data.yml")]
        source = next((path for path in above if is_file(path)), source)
    candidates = (source, folder / "data.yaml", folder / "data.yml", folder / "dataset.yaml")
    for path in (*candidates, *sorted(folder.glob("*.yaml"))):
        if is_file(path) and path.suffix.lower() in (".yaml", ".yml"):
            data = read_yaml(path)
            if path in candidates or (isinstance(data, dict) and "names" in data):
                return _from_yaml(data, path)
    for name in NAME_LISTS:
        path = folder / name
        if is_file(path):
            lines = [clean_text(line).strip() for line in read_text(path).splitlines()]
            return _About({index: name for index, name in enumerate(lines) if name}, 0, {}, _lists(folder))
    return _About(listed=_lists(folder))


def _lists(folder: Path) -> dict[str, str]:
    """Pictures by the part that ``train.txt`` and others beside the labels list them in."""
    found: dict[str, str] = {}
    for split in SPLITS:
        path = folder / f"{split}.txt"
        if is_file(path):
            found |= _lines_of(path, split)
    return found


def _lines_of(path: Path, split: str) -> dict[str, str]:
    lines = (_plain(line.strip()) for line in read_text(path).splitlines())
    return {line: split for line in lines if line}


def _plain(path: str) -> str:
    """A path of a list without what leads up or to the root."""
    parts = path.replace("\\", "/").split("/")
    return "/".join(part for part in parts if part not in ("", ".", ".."))


def _from_yaml(data: Any, path: Path) -> _About:
    names = class_names(data, path)
    shape = data.get("kpt_shape")
    values = 0
    if isinstance(shape, list) and len(shape) == 2 and all(type(n) is int and 0 < n < 1000 for n in shape):
        values = shape[0] * shape[1]
    folders: dict[str, str] = {}
    listed: dict[str, str] = {}
    for split in SPLITS:
        places = data.get(split)
        for place in places if isinstance(places, list) else [places]:
            if not isinstance(place, str) or not place.strip():
                continue
            if place.endswith(".txt"):
                list_file = path.parent / _plain(place)
                if is_file(list_file) and lies_in(path.parent, list_file):
                    listed |= _lines_of(list_file, split)
            elif folders.setdefault(_plain(place), split) != split:
                folders[_plain(place)] = ""  # the same pictures for two parts: not split
    return _About(names, values, {place: split for place, split in folders.items() if split}, listed)


def class_names(data: Any, path: Path) -> dict[int, str]:
    """Number -> name of the classes that the content of a ``data.yaml`` lists. Raises FormatError."""
    names = data.get("names") if isinstance(data, dict) else None
    if isinstance(names, list):
        names = dict(enumerate(names))
    elif isinstance(names, dict):
        names = {plain_id(number): name for number, name in names.items()}
    if not isinstance(names, dict) or not all(
        isinstance(k, int) and not isinstance(k, bool) and k >= 0 and isinstance(v, str | int | float)
        for k, v in names.items()
    ):
        raise FormatError(
            "{name} has no list of class names", "It needs 'names'.", where="names", name=path.name
        )
    if len({str(name) for name in names.values()}) < len(names):
        raise FormatError(
            "{name} names a class twice", "Give each class a name of its own.", "names", name=path.name
        )
    return {index: str(name) for index, name in names.items()}


def _file(
    run: PerImage, file: Path, rows: list[tuple[int, str]], about: _About, boxes: bool
) -> Iterator[Record]:
    where = run.where(file)
    found = _picture(run, stem_of(where))
    if isinstance(found, FormatError):
        if not is_label_file(file) and not re.match(r"\s*-?[\d.]", rows[0][1] if rows else "0"):
            yield warning("other-file", where, "is no label file, and there is no picture of its name")
            return
        for _ in rows:
            run.context.met("Reading objects")
        yield lost("missing-image", where, found.message, len(rows))
        return
    split = split_of_folder(where) or _split(found, about)
    name = Named(found, found)
    try:
        yield from run.open(ImageRecord(id=1, file_name="", size=Size(1, 1), split=split), name, None, where)
    except FormatError as error:
        for _ in rows:
            run.context.met("Reading objects")
        yield lost_by(error, "image", len(rows))
        return
    for number, row in rows:
        run.context.met("Reading objects")
        try:
            yield from _row(run, name, row, about, f"{where}:{number}", boxes=boxes)
        except FormatError as error:
            yield lost_by(error, "row")


def _split(picture: str, about: _About) -> str:
    """The part that ``data.yaml`` or a list puts a picture in."""
    inner = picture.split("/")
    for start in range(len(inner)):
        tail = "/".join(inner[start:])
        if tail in about.listed:
            return about.listed[tail]
    ends = _ends(tuple(about.listed)) if about.listed else {}
    if picture in ends:
        return about.listed[ends[picture]]
    for folder, split in about.folders.items():
        if picture.startswith(f"{folder}/") or f"/{folder}/" in f"/{picture}":
            return split
    return ""


@functools.lru_cache(2)
def _ends(listed: tuple[str, ...]) -> dict[str, str]:
    """Every end of every listed path -> the path, for lists of absolute paths."""
    return {"/".join(p.split("/")[start:]): p for p in listed for start in range(1, p.count("/") + 1)}


def _picture(run: PerImage, stem: str) -> str | FormatError:
    """The picture of a label file; where several have its stem none can be chosen."""
    parts = stem.split("/")
    at = parts.index("labels") if "labels" in parts[:-1] else -1
    inner = parts[at + 1 :]
    candidates = [stem, "/".join("images" if p == "labels" else p for p in parts), "/".join(inner)]
    candidates.append(f"images/{'/'.join(inner)}")
    if len(inner) > 1 and inner[0] in SPLITS:
        candidates.append("/".join(inner[1:]))
    for place in run.places:
        found = _picture_among(place, candidates, PurePosixPath(stem).name)
        if found is not None:
            return found
    return FormatError("there is no picture {stem}.*, and without it the size is not known", stem=stem)


def _picture_among(pictures: Pictures, stems: list[str], base: str) -> str | FormatError | None:
    for stem in stems:
        found = pictures.with_stem(stem)
        if len(found) > 1:
            return FormatError(
                "{seen} share this file; it cannot be told whose it is", seen=" and ".join(found)
            )
        if found:
            return found[0]
    for wanted in dict.fromkeys((base, without_prefix(base))):
        alone = pictures.with_base_stem(wanted)
        if len(alone) == 1:
            return alone[0]
    return None


def _row(run: PerImage, name: Named, row: str, about: _About, where: str, *, boxes: bool) -> Iterator[Record]:
    opened = run.opened(name)
    parts = read_row(row, where)
    if parts.name and about.names and parts.name not in about.names.values():
        raise FormatError("the class {name!r} is not in the list of names", where=where, name=parts.name)
    number, values = parts.number, parts.values
    score: float | None = None
    told = about.keypoint_values or keypoint_values(values)
    # with a shape of keypoints no row is an outline, even when its numbers are not as many
    keypoints = told and (len(values) - 4 in (told, told + 1) or (about.keypoint_values and len(values) > 6))
    track = track_of(values)
    if keypoints:
        score = values[-1] if len(values) - 4 == told + 1 else None
        values = values[:4]
        yield warning("keypoints", where, "has keypoints, which are left out; its box counts")
    elif track is not None:
        score, values = values[4] if len(values) == 6 else None, values[:4]
        yield warning("track", where, "has the number {track} of a track, which is left out", track=track)
    elif len(values) == 5 or (len(values) >= 7 and len(values) % 2):
        score, values = values[-1], values[:-1]  # of predictions that were saved with their confidence
    if len(values) != 4 and (len(values) < 6 or len(values) % 2):
        raise FormatError(
            "has {values} coordinates; a ring has pairs, at least 3", where=where, values=len(values)
        )
    if any(not -1 < value < PIXELS for value in values):
        message = sentence(
            "has coordinates in pixels or far outside; they must be shares of width and height, 0 to 1"
        )
        raise FormatError(message, where=where)
    if any(not -TOLERANCE <= value <= 1 + TOLERANCE for value in values):
        yield warning("outside", where, "reaches out of the picture; cut off")
    if len(values) == 4 and not boxes and not keypoints:
        yield warning(BOX_ONLY, where, "is a box without an outline; it was taken as a rectangle")
    mask, drawn = _shape(values, opened.size)
    if not mask.area:
        raise FormatError("covers no pixel", where=where)
    if parts.commas:
        yield warning("commas", where, "has commas or semicolons, which programs that train stop at")
    if parts.name:
        yield warning(
            "class-name", where, "has the name {name!r} where the number of a class belongs", name=parts.name
        )
    label = parts.name or about.names.get(number, f"class {number}")
    if not parts.name and number not in about.names:
        yield warning("category-id", where, "class {number} has no name", number=number)
    yield from run.category(label)
    yield run.annotation(opened, label, mask, drawn, score=score)


def _shape(values: list[float], size: Size) -> tuple[Rle, DrawnShape]:
    width, height = size.width, size.height
    if len(values) == 4:
        x, y, w, h = (v * side for v, side in zip(values, (width, height, width, height), strict=True))
        corners = ((x - w / 2, y - h / 2), (x + w / 2, y + h / 2))
        rings: tuple[Ring, ...] = (rectangle_ring(*corners),)
        drawn = DrawnShape(ShapeKind.RECTANGLE, (corners,))
    else:
        rings = (tuple((x * width, y * height) for x, y in zip(values[::2], values[1::2], strict=True)),)
        drawn = DrawnShape(ShapeKind.POLYGON, rings)
    return even_odd_to_rle(rings, size), drawn
