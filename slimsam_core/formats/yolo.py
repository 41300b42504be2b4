"""YOLO segmentation: a text file a picture, one ring an object, ``data.yaml`` with the classes.

Written as ``labels/[split/]<path>.txt``; with ``picture_path`` the pictures are copied to ``images/`` in the
same way, which is the layout that trainers expect. Coordinates are shares of width and height.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from slimsam_core.annotation import Annotation, DrawnShape, ShapeKind
from slimsam_core.errors import FormatError, OutputError
from slimsam_core.formats.context import ReadContext, lost, lost_by, warning
from slimsam_core.formats.folder_export import REPORT_EVERY, Rules, Staging, export_folder
from slimsam_core.formats.keyhole import joined_ring
from slimsam_core.formats.per_image import PerImage, annotation_files, file_error, left_out_links
from slimsam_core.formats.pictures import FolderPictures, stem_of
from slimsam_core.formats.records import Dataset, ImageRecord, Record, by_image
from slimsam_core.formats.registry import Format, WriteOptions, register
from slimsam_core.formats.report import ExportReport
from slimsam_core.formats.shapes import even_odd_to_rle, rectangle_ring
from slimsam_core.formats.sniff import first_files
from slimsam_core.formats.subset import SPLITS
from slimsam_core.formats.text_files import read_text, read_yaml
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask import Ring, to_polygons
from slimsam_core.progress import Progress

TOLERANCE = 1e-3
"""Share of a side that a coordinate may lie outside without a word."""
DIGITS = 6
_NOT_LABELS = frozenset(("classes.txt", "obj.names", "requirements.txt", "readme.txt", "train.txt", "val.txt",
                         "test.txt"))  # fmt: skip


def read_yolo(source: Path, context: ReadContext) -> Iterator[Record]:
    """Yield the records of a folder of label files, of its ``data.yaml``, or of one label file.

    Sizes come from the pictures: below the image root, or below the folder itself. Raises FormatError.
    """
    folder = source.parent if source.suffix.lower() in (".yaml", ".yml") else source
    if context.pictures is None:
        context.pictures = FolderPictures(folder if folder.is_dir() else folder.parent)
    run = PerImage(folder, context, "yolo")
    names = _class_names(folder if folder.is_dir() else folder.parent, source)
    for index in sorted(names):
        yield from run.category(names[index])
    yield from left_out_links(folder, ".txt")
    files = [f for f in annotation_files(folder, ".txt") if f.name.lower() not in _NOT_LABELS]
    for done, file in enumerate(files):
        context.tick("Reading files", done, len(files))
        try:
            lines = [line.strip() for line in read_text(file).splitlines()]
        except FormatError as error:
            yield file_error(error)
            continue
        yield from _file(run, file, [(n, line) for n, line in enumerate(lines, 1) if line], names)


def _class_names(folder: Path, source: Path) -> dict[int, str]:
    for path in (source, folder / "data.yaml", folder / "data.yml", folder / "dataset.yaml"):
        if path.is_file() and path.suffix.lower() in (".yaml", ".yml"):
            return _names_of(read_yaml(path), path)
    for path in (folder / "classes.txt", folder / "labels" / "classes.txt"):
        if path.is_file():
            lines = [line.strip() for line in read_text(path).splitlines()]
            return {index: name for index, name in enumerate(lines) if name}
    return {}


def _names_of(data: Any, path: Path) -> dict[int, str]:
    names = data.get("names") if isinstance(data, dict) else None
    if isinstance(names, list):
        names = dict(enumerate(names))
    if not isinstance(names, dict) or not all(
        isinstance(k, int) and not isinstance(k, bool) and k >= 0 and isinstance(v, str | int | float)
        for k, v in names.items()
    ):
        raise FormatError(f"{path.name} has no list of class names", "It needs 'names'.", where="names")
    if len({str(name) for name in names.values()}) < len(names):
        raise FormatError(f"{path.name} names a class twice", "Give each class a name of its own.", "names")
    return {index: str(name) for index, name in names.items()}


def _file(run: PerImage, file: Path, rows: list[tuple[int, str]], names: dict[int, str]) -> Iterator[Record]:
    where = run.where(file)
    found = _picture(run, stem_of(where))
    if isinstance(found, FormatError):
        for _ in rows:
            run.context.met("Reading objects")
        yield lost("missing-image", where, found.message, len(rows))
        return
    name, split = found
    try:
        yield from run.open(ImageRecord(1, name, Size(1, 1), split=split), name, None, where)
    except FormatError as error:
        for _ in rows:
            run.context.met("Reading objects")
        yield lost_by(error, "image", len(rows))
        return
    for number, row in rows:
        run.context.met("Reading objects")
        try:
            yield from _row(run, name, row, names, f"{where}:{number}")
        except FormatError as error:
            yield lost_by(error, "row")


def _picture(run: PerImage, stem: str) -> tuple[str, str] | FormatError:
    """The picture of a label file, and its split; where several have its stem none can be chosen."""
    pictures = run.context.pictures
    assert pictures is not None
    parts = stem.split("/")
    inner = parts[parts.index("labels") + 1 :] if "labels" in parts[:-1] else parts
    split = inner[0] if len(inner) > 1 and inner[0] in SPLITS else ""
    candidates = [stem, "/".join("images" if p == "labels" else p for p in parts), "/".join(inner)]
    candidates.append(f"images/{'/'.join(inner)}")
    if split:
        candidates.append("/".join(inner[1:]))
    for candidate in candidates:
        found = pictures.with_stem(candidate)
        if len(found) > 1:
            return FormatError(f"{' and '.join(found)} share this file; it cannot be told whose it is")
        if found:
            return found[0], split
    return FormatError(f"there is no picture {stem}.*, and without it the size is not known")


def _row(run: PerImage, name: str, row: str, names: dict[int, str], where: str) -> Iterator[Record]:
    opened = run.opened(name)
    fields = row.split()
    try:
        number = int(fields[0])
        values = [float(field) for field in fields[1:]]
    except ValueError as error:
        raise FormatError("has something that is not a number", where=where) from error
    if number < 0 or not all(math.isfinite(value) and abs(value) < 1000 for value in values):
        raise FormatError("has a number that is no class or no share of the picture", where=where)
    if len(values) != 4 and (len(values) < 6 or len(values) % 2):
        raise FormatError(f"has {len(values)} coordinates; a ring has pairs, at least 3", where=where)
    if any(not -TOLERANCE <= value <= 1 + TOLERANCE for value in values):
        yield warning("outside", where, "reaches out of the picture; cut off")
    width, height = opened.size.width, opened.size.height
    if len(values) == 4:
        x, y, w, h = (v * side for v, side in zip(values, (width, height, width, height), strict=True))
        corners = ((x - w / 2, y - h / 2), (x + w / 2, y + h / 2))
        rings: tuple[Ring, ...] = (rectangle_ring(*corners),)
        drawn = DrawnShape(ShapeKind.RECTANGLE, (corners,))
        yield warning("box-only", where, "is a box without an outline; it was taken as a rectangle")
    else:
        rings = (tuple((x * width, y * height) for x, y in zip(values[::2], values[1::2], strict=True)),)
        drawn = DrawnShape(ShapeKind.POLYGON, rings)
    mask = even_odd_to_rle(rings, opened.size)
    if not mask.area:
        raise FormatError("covers no pixel", where=where)
    label = names.get(number, f"class {number}")
    if number not in names:
        yield warning("category-id", where, f"class {number} has no name")
    yield from run.category(label)
    yield run.annotation(opened, label, mask, drawn)


def write_yolo(dataset: Dataset, target: Path, options: WriteOptions) -> ExportReport:
    """Write label files and ``data.yaml`` through the gate."""
    categories = dataset.meta.categories
    index = {category.id: number for number, category in enumerate(categories)}

    def fill(staging: Staging) -> None:
        splits: set[str] = set()
        for done, (image, objects) in enumerate(by_image(dataset)):
            if done % REPORT_EVERY == 0:
                options.cancel.raise_if_cancelled()
                options.progress(Progress("Writing YOLO", done, dataset.count_images()))
            splits.add(image.split)
            prefix = f"{image.split}/" if image.split else ""
            rows = [f"{index[a.category_id]} {_coordinates(a)}" for a in staging.with_pixels(objects)]
            text = "".join(f"{row}\n" for row in rows)
            staging.write(f"labels/{prefix}{stem_of(image.file_name)}.txt", text.encode())
            if options.picture_path is not None:
                staging.copy(f"images/{prefix}{image.file_name}", options.picture_path(image.file_name))
        staging.write("data.yaml", _data_yaml([c.name for c in categories], splits).encode())

    return export_folder(dataset, target, fill, Rules(read_yolo, exact=False), options)


def _coordinates(annotation: Annotation) -> str:
    """The ring of an object as shares: as it was drawn where that says the mask, else along the pixels."""
    size, drawn = annotation.mask.size, annotation.drawn
    ring: Ring
    if (
        drawn is not None
        and drawn.kind is ShapeKind.POLYGON
        and len(drawn.rings) == 1
        and all(0 <= x <= size.width and 0 <= y <= size.height for x, y in drawn.rings[0])
        and even_odd_to_rle(drawn.rings, size) == annotation.mask
    ):
        ring = drawn.rings[0]
    else:
        ring = joined_ring(to_polygons(annotation.mask.decode()))
    return " ".join(f"{x / size.width:.{DIGITS}f} {y / size.height:.{DIGITS}f}" for x, y in ring)


def _data_yaml(names: list[str], splits: set[str]) -> str:
    lines = ["path: ."]
    known = [split for split in SPLITS if split in splits]
    lines += [f"{split}: images/{split}" for split in known] or ["train: images", "val: images"]
    lines += ["names:"] + [f"  {number}: {_quoted(name)}" for number, name in enumerate(names)]
    return "\n".join(lines) + "\n"


def _quoted(name: str) -> str:
    if any(ord(c) < 32 or 0xD800 <= ord(c) < 0xE000 for c in name):
        raise OutputError(f"The export was refused: the class name {name!r} has control characters.")
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _recognises(path: Path) -> bool:
    if path.is_file():
        return path.suffix.lower() in (".yaml", ".yml")
    if (path / "data.yaml").is_file():
        return True
    return (
        any(f.name.lower() not in _NOT_LABELS for f in first_files(path, ".txt"))
        and not (path / "ImageSets").is_dir()
    )


register(
    Format(
        "yolo", "YOLO segmentation (txt)", True, ".txt", read_yolo, write_yolo, _recognises, knows_splits=True
    )
)
