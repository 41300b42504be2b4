"""YOLO segmentation out: a text file a picture, one ring an object, ``data.yaml``, and the pictures.

Written as ``labels/[part/]<path>.txt`` and ``images/[part/]<path>``, the layout that trainers expect.
Coordinates are shares of width and height.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from slimsam_core.annotation import Annotation, ShapeKind
from slimsam_core.errors import OutputError
from slimsam_core.files.export_manifest import SPLITS
from slimsam_core.files.listing import is_file, is_folder
from slimsam_core.formats.folder_export import Rules, Staging, each_picture, export_folder
from slimsam_core.formats.keyhole import joined_ring
from slimsam_core.formats.names import collision_key
from slimsam_core.formats.pictures import stem_of
from slimsam_core.formats.records import Dataset, ImageRecord
from slimsam_core.formats.registry import ByStem, Format, Placement, WriteOptions, register
from slimsam_core.formats.report import ExportReport
from slimsam_core.formats.shapes import even_odd_to_rle
from slimsam_core.formats.sniff import first_files
from slimsam_core.formats.subset import FilteredDataset, split_of_name
from slimsam_core.formats.yolo_read import has_only_boxes, is_label_file, read_yolo
from slimsam_core.pixels.mask import Ring
from slimsam_core.pixels.mask_crop import outlines
from slimsam_core.progress import check_cancelled

DIGITS = 6
CORNERS = 10_000
"""That are written between two looks at whether the job was cancelled: some milliseconds."""


Row = Callable[[Annotation], str]


def write_yolo(dataset: Dataset, target: Path, options: WriteOptions) -> ExportReport:
    """Write label files, ``data.yaml`` and the pictures through the gate."""
    return write_rows(dataset, target, options, _coordinates, Rules(read=read_yolo, exact=False))


def write_rows(dataset: Dataset, target: Path, options: WriteOptions, row: Row, rules: Rules) -> ExportReport:
    """Write a folder in the layout of YOLO; ``row`` gives the numbers of an object behind its class."""
    dataset = _for_trainers(dataset)
    categories = dataset.meta.categories
    index = {category.id: number for number, category in enumerate(categories)}
    splits = {image.split for image in dataset.images()}
    by_lists = options.pictures is Placement.LIST
    # a link is all that a list needs beside it: programs look for labels where they find pictures
    placing = replace(options, pictures=Placement.LINK) if by_lists else options

    def fill(staging: Staging) -> None:
        lists: dict[str, list[str]] = {}
        for image, objects in each_picture(dataset, options, "Writing YOLO"):
            prefix = f"{image.split}/" if image.split and not by_lists else ""
            rows = [f"{index[a.category_id]} {row(a)}\n" for a in staging.with_pixels(objects)]
            staging.write(f"labels/{prefix}{stem_of(image.file_name)}.txt", "".join(rows).encode())
            staging.place(f"images/{prefix}{image.file_name}", image, placing, Placement.COPY)
            lists.setdefault(image.split or "train", []).append(f"./images/{image.file_name}\n")
        for split, lines in lists.items() if by_lists else ():
            staging.write(f"{split}.txt", "".join(lines).encode())
        staging.write("data.yaml", _data_yaml([c.name for c in categories], splits, by_lists).encode())

    return export_folder(dataset, target, fill, rules, options)


def _for_trainers(dataset: Dataset) -> Dataset:
    """The dataset with names and parts that trainers find.

    They look for labels under ``labels`` in place of the last ``images`` of a picture's path, so that no
    further folder may be called so. Of a dataset in parts each picture is in one, others are for training.
    """
    divided = any(image.split for image in dataset.images())
    short, keys = {}, set()
    for image in dataset.images():
        parts = image.file_name.split("/")
        kept = [p for p in parts[:-1] if p != "images" and (not divided or split_of_name(p) != image.split)]
        name = "/".join((*kept, parts[-1]))
        key = (image.split, collision_key(stem_of(name)))
        if key in keys:
            name = "/".join("pictures" if part == "images" else part for part in parts)
        keys.add(key)
        if name != image.file_name or (divided and not image.split):
            short[image.id] = name

    def change(image: ImageRecord) -> ImageRecord:
        split = image.split or ("train" if divided else "")
        return replace(image, file_name=short.get(image.id, image.file_name), split=split)

    return FilteredDataset(dataset, change) if short else dataset


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
        ring = joined_ring(outlines(annotation.mask))
    pieces = []
    for start in range(0, len(ring), CORNERS):
        check_cancelled()
        pieces += [
            f"{x / size.width:.{DIGITS}f} {y / size.height:.{DIGITS}f}"
            for x, y in ring[start : start + CORNERS]
        ]
    return " ".join(pieces)


def _data_yaml(names: list[str], splits: set[str], by_lists: bool) -> str:
    """Without ``path`` the folder of the file counts, wherever it lies."""
    known = [split for split in SPLITS if split in splits]
    if by_lists:
        places = {split: f"{split}.txt" for split in known} or {"train": "train.txt"}
    else:
        places = {split: f"images/{split}" for split in known} or {"train": "images"}
    lines = []
    for needed in ("train", "val"):
        if needed not in places:
            places[needed] = next(iter(places.values()))
            lines.append(f"# no picture is for {needed}: it sees the same ones")
    lines += [f"{split}: {places[split]}" for split in SPLITS if split in places]
    lines += ["names:"] + [f"  {number}: {_quoted(name)}" for number, name in enumerate(names)]
    return "\n".join(lines) + "\n"


def _quoted(name: str) -> str:
    if any(ord(c) < 32 or 0xD800 <= ord(c) < 0xE000 for c in name):
        raise OutputError(
            "The export was refused: the class name {name!r} has control characters.", name=name
        )
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _recognises(path: Path) -> bool:
    return looks_like_yolo(path) and not has_only_boxes(path)


def looks_like_yolo(path: Path) -> bool:
    """Whether a path holds label files, or the ``data.yaml`` of some."""
    if is_file(path) and path.suffix.lower() in (".yaml", ".yml"):
        return True
    if is_folder(path) and any(is_file(path / name) for name in ("data.yaml", "data.yml", "dataset.yaml")):
        return True
    return any(map(is_label_file, first_files(path, ".txt")))


register(
    Format(
        name="yolo",
        title="YOLO segmentation (txt)",
        is_folder=True,
        suffix=".txt",
        by_stem=ByStem.WHOLE,
        read=read_yolo,
        write=write_yolo,
        recognises=_recognises,
        knows_splits=True,
        numbers_classes=True,
        pictures=Placement.COPY,
    )
)
