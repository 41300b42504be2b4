"""PNG masks: ``instances/*.png`` with 16-bit ids, ``semantic/*.png`` with class numbers, ``classes.json``."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np

from slimsam_core.annotation import Annotation
from slimsam_core.errors import FormatError, OutputError
from slimsam_core.files.containment import lies_in
from slimsam_core.files.listing import is_file, is_folder
from slimsam_core.formats.context import ReadContext, lost_by, warning
from slimsam_core.formats.flat_pngs import CLASSES, holds_numbers, label_folder, picture_of, pngs_in
from slimsam_core.formats.folder_export import Rules, Staging, each_picture, export_folder
from slimsam_core.formats.json_stream import load_json
from slimsam_core.formats.json_text import json_text
from slimsam_core.formats.label_images import (
    Labels,
    majorities,
    paint,
    png_bytes,
    read_labels,
    take_apart,
)
from slimsam_core.formats.per_image import PerImage, annotation_files, file_error, left_out_links
from slimsam_core.formats.pictures import stem_of
from slimsam_core.formats.records import Dataset, Record
from slimsam_core.formats.registry import ByStem, Format, Placement, WriteOptions, register
from slimsam_core.formats.report import ExportReport, LossKind
from slimsam_core.formats.sniff import LOOK_AT
from slimsam_core.formats.voc_masks import VOID, class_list
from slimsam_core.pixels.geometry import Size

INSTANCES, SEMANTIC = "instances", "semantic"
MAX_OBJECTS, MAX_PALETTE_CLASSES = 65_535, 255


class Values(StrEnum):
    """What the numbers of a label picture are."""

    OBJECTS = "objects"
    CLASSES = "classes"


def read_masks(source: Path, context: ReadContext, values: Values | None = None) -> Iterator[Record]:
    """Yield the records of a folder of PNG masks. Raises FormatError when there is none.

    With instances each id is an object, its class the most frequent one below it; with classes alone all
    pixels of a class in a picture are one object. PNGs that lie in neither folder are taken for classes when
    a file beside them names their numbers, and are asked about otherwise; ``values`` is the answer.
    """
    run = PerImage(source, context, "png")
    place = source if is_folder(source) else source.parent
    names = _class_names(place) or dict(class_list(place).names)
    structured = next((f for f in (source / INSTANCES, source / SEMANTIC) if is_folder(f)), None)
    folder = structured or label_folder(source)
    files = annotation_files(folder, ".png")
    if context.pictures is not None:
        context.pictures.leave_out(files)
    if values is None:
        known = {INSTANCES: Values.OBJECTS, SEMANTIC: Values.CLASSES}.get(folder.name)
        values = known or _told_by(files, names)
    if values is None:
        raise FormatError(
            "{source} holds PNGs of numbers, which can be classes or objects.",
            "Name the format png-labels (classes) or png-numbers (objects), or put them into "
            "a folder called {semantic} or {instances}.",
            source=source,
            semantic=SEMANTIC,
            instances=INSTANCES,
        )
    for value in sorted(names):
        yield from run.category(names[value])
    yield from left_out_links(folder, ".png")
    for done, file in enumerate(files):
        context.tick("Reading files", done, len(files))
        stem = stem_of(file.relative_to(folder).as_posix()) if is_folder(folder) else file.stem
        yield from _file(run, file, stem, values is Values.CLASSES, names, source=source)


def _told_by(files: list[Path], names: dict[int, str]) -> Values | None:
    """What the numbers are, from the names of classes, or from there being no second number; else None."""
    if names:
        return Values.CLASSES
    for file in files[:LOOK_AT]:
        with contextlib.suppress(FormatError):
            if len(np.setdiff1d(np.unique(read_labels(file, "")), [0])) > 1:
                return None
    return Values.OBJECTS


def _class_names(source: Path) -> dict[int, str]:
    path = source / CLASSES
    if not is_file(path):
        return {}
    names: dict[int, str] = {}
    known: set[str] = set()
    data = load_json(path)
    for index, entry in enumerate(data if isinstance(data, list) else [None]):
        value = entry.get("value") if isinstance(entry, dict) else None
        name = entry.get("name") if isinstance(entry, dict) else None
        if not isinstance(value, int) or isinstance(value, bool) or not isinstance(name, str):
            raise FormatError("is not a class with value and name", where=f"{CLASSES}[{index}]")
        if value in names or name in known:
            raise FormatError(
                "{name!r} or its value {value} stands twice",
                where=f"{CLASSES}[{index}]",
                name=name,
                value=value,
            )
        names[value] = name
        known.add(name)
    return names


def _file(
    run: PerImage, file: Path, stem: str, is_semantic: bool, names: dict[int, str], *, source: Path
) -> Iterator[Record]:
    where = run.where(file)
    try:
        labels = read_labels(file, where)
        semantic = labels if is_semantic else _semantic_of(source, stem, labels)
        name, issue = picture_of(run, file, stem, where)
        if issue:
            yield issue
    except FormatError as error:
        yield file_error(error)
        return
    if is_semantic and VOID not in names:
        labels = np.where(labels == VOID, 0, labels).astype(np.uint16)
    masks = take_apart(labels)
    size = Size.of(labels)
    try:
        yield from run.open(None, name, size, where)
    except FormatError as error:
        for _ in masks:
            run.context.met("Reading objects")
        yield lost_by(error, "image", len(masks))
        return
    below = majorities(labels, semantic) if semantic is not None else {}
    for value, mask in masks.items():
        run.context.met("Reading objects")
        number = below.get(value, 0)
        label = names.get(number, f"class {number}" if number else "object")
        if number not in names and number:
            yield warning(
                "category-id",
                f"{where}: id {value}",
                "class {number} has no name in {classes}",
                number=number,
                classes=CLASSES,
            )
        yield from run.category(label)
        yield run.annotation(run.opened(name), label, mask)


def _semantic_of(source: Path, stem: str, labels: Labels) -> Labels | None:
    path = source / SEMANTIC / f"{stem}.png"
    if not is_file(path) or not lies_in(source, path):
        return None
    semantic = read_labels(path, f"{SEMANTIC}/{stem}.png")
    if semantic.shape != labels.shape:
        raise FormatError("has another size than the instances", where=f"{SEMANTIC}/{stem}.png")
    return semantic


def write_masks(dataset: Dataset, target: Path, options: WriteOptions) -> ExportReport:
    """Write the PNGs and ``classes.json`` through the gate; what is covered by other objects is lost."""
    categories = dataset.meta.categories
    number = {category.id: index for index, category in enumerate(categories, 1)}
    if len(categories) > MAX_OBJECTS:
        raise OutputError("The export was refused: PNG masks hold at most 65,535 classes.")

    def fill(staging: Staging) -> None:
        for image, objects in each_picture(dataset, options, "Writing PNG masks"):
            kept = staging.with_pixels(objects)
            staging.omitted |= {a.id: LossKind.MANY_IDS for a in kept[MAX_OBJECTS:]}
            labels, visible = paint(kept[:MAX_OBJECTS], image.size)
            staging.omit_hidden(kept[:MAX_OBJECTS], visible)
            stem = stem_of(image.file_name)
            staging.write(f"{INSTANCES}/{stem}.png", png_bytes(labels, palette=False))
            semantic = _class_labels(labels, visible, number)
            palette = len(categories) <= MAX_PALETTE_CLASSES
            staging.write(f"{SEMANTIC}/{stem}.png", png_bytes(semantic, palette=palette))
            staging.place(f"images/{image.file_name}", image, options, Placement.NONE)
        classes: list[dict[str, Any]] = [
            {"value": number[c.id], "name": c.name, "id": c.id, "color": c.display_color} for c in categories
        ]
        staging.write(CLASSES, json_text(classes, indent=1).encode())

    return export_folder(
        dataset, target, fill, Rules(read=read_masks, exact=False, loss=LossKind.COVERED), options
    )


def _class_labels(labels: Labels, visible: list[Annotation], number: dict[int, int]) -> Labels:
    table = np.array([0, *(number[annotation.category_id] for annotation in visible)], np.uint16)
    semantic: Labels = table[labels]
    return semantic


def _recognises(path: Path) -> bool:
    return is_folder(path) and (is_folder(path / INSTANCES) or is_folder(path / SEMANTIC) or _named(path))


def _can_be_classes(path: Path) -> bool:
    """Whether PNGs of numbers have more than one number, which leaves the question."""
    return holds_numbers(path) and _told_by(annotation_files(label_folder(path), ".png"), {}) is None


def _named(path: Path) -> bool:
    """Whether PNGs of numbers lie beside the names of these numbers."""
    files = pngs_in(label_folder(path))
    try:
        names = class_list(path).names
        known = {0, VOID, *names}
        return bool(files and names) and all(
            set(np.unique(read_labels(file, "")).tolist()) <= known for file in files
        )
    except FormatError:
        return False


read_numbers = functools.partial(read_masks, values=Values.OBJECTS)
read_classes_only = functools.partial(read_masks, values=Values.CLASSES)

register(
    Format(
        name="png",
        title="PNG masks",
        is_folder=True,
        suffix=".png",
        by_stem=ByStem.PART,
        read=read_masks,
        write=write_masks,
        recognises=_recognises,
        numbers_classes=True,
    )
)
register(
    Format(
        name="png-labels",
        title="PNGs of class numbers",
        is_folder=True,
        suffix=".png",
        read=read_classes_only,
        write=None,
        recognises=_can_be_classes,
        last=True,
        reads_as="The numbers are classes: all pixels of a class in a picture become one object.",
    )
)
register(
    Format(
        name="png-numbers",
        title="PNGs of object numbers",
        is_folder=True,
        suffix=".png",
        read=read_numbers,
        write=None,
        recognises=holds_numbers,
        last=True,
        reads_as="The numbers are objects: each number in a picture becomes an object of its own.",
    )
)
