"""DOTA: a text file a picture in ``labelTxt``: corners of a turned box, class, whether it is hard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from slimsam_core.annotation import MAX_COORDINATE, Annotation, DrawnShape, ShapeKind
from slimsam_core.errors import FormatError, OutputError
from slimsam_core.files.export_manifest import SPLITS
from slimsam_core.files.listing import is_folder
from slimsam_core.formats.context import ReadContext, lost, lost_by
from slimsam_core.formats.finding import Named
from slimsam_core.formats.folder_export import Rules, Staging, each_picture, export_folder
from slimsam_core.formats.per_image import PerImage, annotation_files, file_error, left_out_links
from slimsam_core.formats.pictures import FolderPictures, stem_of
from slimsam_core.formats.records import Dataset, ImageRecord, Record
from slimsam_core.formats.registry import ByStem, Format, Placement, WriteOptions, register
from slimsam_core.formats.report import ExportReport, LossKind
from slimsam_core.formats.shapes import even_odd_to_rle
from slimsam_core.formats.sniff import first_files
from slimsam_core.formats.subset import split_of_folder, split_of_name
from slimsam_core.formats.text_files import read_text
from slimsam_core.formats.yolo_boxes import smallest_box
from slimsam_core.pixels.geometry import Size

LABELS, PICTURES = "labelTxt", "images"
DIGITS = 2
"""Decimals of a coordinate, in pixels."""
_NUMBER = r"[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?"
_ROW = re.compile(rf"((?:{_NUMBER}\s+){{8}})(\S+)(?:\s+(\d))?\s*$")
_HEAD = re.compile(r"(imagesource|gsd)\s*:", re.IGNORECASE)


def read_dota(source: Path, context: ReadContext) -> Iterator[Record]:
    """Yield the records of a folder of label files. Sizes come from the pictures. Raises FormatError."""
    if context.pictures is None:
        context.pictures = FolderPictures(source if is_folder(source) else source.parent)
    run = PerImage(source, context, "dota")
    yield from left_out_links(source, ".txt")
    for file in annotation_files(source, ".txt"):
        try:
            lines = read_text(file).splitlines()
        except FormatError as error:
            yield file_error(error)
            continue
        rows = [(n, line) for n, line in enumerate(lines, 1) if line.strip() and not _HEAD.match(line)]
        if rows or LABELS in file.parts:
            yield from _file(run, file, rows)


def _file(run: PerImage, file: Path, rows: list[tuple[int, str]]) -> Iterator[Record]:
    where = run.where(file)
    parts = stem_of(where).split("/")
    inner = "/".join(part for part in parts if part != LABELS)
    short = inner.partition("/")[2] if split_of_name(inner.split("/")[0]) else inner
    stems = (inner, short, f"{PICTURES}/{inner}", "/".join(PICTURES if p == LABELS else p for p in parts))
    found: tuple[str, ...] = ()
    for pictures in run.places:
        for stem in stems:
            found = found or pictures.with_stem(stem)
        found = found or pictures.with_base_stem(PurePosixPath(inner).name)
    try:
        if len(found) != 1:
            raise FormatError("there is no single picture {inner}.*", where=where, inner=inner)
        name = Named(found[0], found[0])
        image = ImageRecord(id=1, file_name="", size=Size(1, 1), split=split_of_folder(where))
        yield from run.open(image, name, None, where)
    except FormatError as error:
        for _ in rows:
            run.context.met("Reading objects")
        yield lost_by(error, "image", len(rows))
        return
    opened = run.opened(name)
    for number, row in rows:
        run.context.met("Reading objects")
        place, match = f"{where}:{number}", _ROW.match(row)
        if match is None:
            yield lost("row", place, "is not eight numbers and a class")
            continue
        values = [float(value) for value in match[1].split()]
        if not all(abs(value) <= MAX_COORDINATE for value in values):
            yield lost("row", place, "has a coordinate far outside of any picture")
            continue
        ring = tuple(zip(values[::2], values[1::2], strict=True))
        mask = even_odd_to_rle((ring,), opened.size)
        if not mask.area:
            yield lost("row", place, "covers no pixel of the picture")
            continue
        yield from run.category(match[2])
        drawn = DrawnShape(ShapeKind.POLYGON, (ring,))
        attributes = {"difficult": True} if match[3] == "1" else {}
        yield run.annotation(opened, match[2], mask, drawn, attributes=attributes)


def write_dota(dataset: Dataset, target: Path, options: WriteOptions) -> ExportReport:
    """Write label files, and the pictures, through the gate. A class name has no space there."""
    names = {category.id: "_".join(category.name.split()) for category in dataset.meta.categories}
    if len(set(names.values())) < len(names):
        raise OutputError("The export was refused: two class names are one without spaces.", "Rename one.")

    def fill(staging: Staging) -> None:
        for category in dataset.meta.categories:
            if names[category.id] != category.name:
                staging.warn("name", "", f"{category.name!r} is {names[category.id]!r} there: no spaces")
        for image, objects in each_picture(dataset, options, "Writing DOTA"):
            prefix = f"{image.split or SPLITS[0]}/"  # its readers look into the folders of its parts alone
            rows = [_row(annotation, names) for annotation in staging.with_pixels(objects)]
            name = f"{prefix}{LABELS}/{stem_of(image.file_name)}.txt"
            staging.write(name, "".join(rows).encode())
            staging.place(f"{prefix}{PICTURES}/{image.file_name}", image, options, Placement.COPY)

    rules = Rules(read=read_dota, exact=False, loss=LossKind.TURNED_BOXES, classes=False)
    return export_folder(dataset, target, fill, rules, options)


def _row(annotation: Annotation, names: dict[int, str]) -> str:
    corners = " ".join(f"{x:.{DIGITS}f} {y:.{DIGITS}f}" for x, y in smallest_box(annotation.mask))
    hard = int(annotation.attributes.get("difficult") is True)
    return f"{corners} {names[annotation.category_id]} {hard}\n"


def _recognises(path: Path) -> bool:
    for file in first_files(path, ".txt"):
        try:
            lines = read_text(file).splitlines()[:10]
        except FormatError:
            continue
        first = next((line for line in lines if line.strip() and not _HEAD.match(line)), "")
        match = _ROW.match(first)
        if match is not None and not re.fullmatch(_NUMBER, match[2]):
            return True
    return False


register(
    Format(
        name="dota",
        title="DOTA (txt)",
        is_folder=True,
        suffix=".txt",
        by_stem=ByStem.WHOLE,
        read=read_dota,
        write=write_dota,
        recognises=_recognises,
        knows_splits=True,
        pictures=Placement.COPY,
    )
)
