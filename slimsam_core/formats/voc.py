"""Pascal VOC segmentation in and out: XML, ``SegmentationObject`` and ``SegmentationClass`` PNGs, image sets.

Object k of the XML has the value k in ``SegmentationObject``; 255 is void. Boxes are 1-based and include
their last pixel. ``ImageRecord.extra["void"]`` keeps void pixels as a run-length code.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from slimsam_core.annotation import Annotation, DrawnShape, ShapeKind
from slimsam_core.errors import FormatError, OutputError
from slimsam_core.formats.context import ReadContext, checked_size, clean_text, lost_by, warning
from slimsam_core.formats.folder_export import REPORT_EVERY, Rules, Staging, export_folder
from slimsam_core.formats.label_images import (
    COVERED,
    HIDDEN,
    Labels,
    majorities,
    paint,
    png_bytes,
    read_labels,
    take_apart,
)
from slimsam_core.formats.per_image import PerImage, annotation_files, file_error, left_out_links
from slimsam_core.formats.pictures import stem_of
from slimsam_core.formats.records import Dataset, ImageRecord, Record, by_image
from slimsam_core.formats.registry import Format, WriteOptions, register
from slimsam_core.formats.report import ExportReport
from slimsam_core.formats.shapes import drawn_to_rle
from slimsam_core.formats.subset import SPLITS
from slimsam_core.formats.text_files import read_text
from slimsam_core.formats.voc_xml import VocFile, VocObject, read_xml, xml_bytes
from slimsam_core.pixels.mask import Rle, encode, from_compressed
from slimsam_core.progress import Progress

ANNOTATIONS, OBJECTS, CLASSES, SETS = (
    "Annotations",
    "SegmentationObject",
    "SegmentationClass",
    "ImageSets/Segmentation",
)
VOID, MAX_VALUES = 255, 254
MAX_SEARCHED = 5000
"""Objects of one file up to which masks are looked for by their boxes."""
SAME_BOX = 0.3
"""IoU of boxes from which the k-th XML object is believed to be the value k."""


def read_voc(source: Path, context: ReadContext) -> Iterator[Record]:
    """Yield the records of a VOC folder. Raises FormatError when it has no XML file."""
    run = PerImage(source, context, "voc")
    names = _class_names(source)
    for name in names.values():
        yield from run.category(name)
    folder = source / ANNOTATIONS if (source / ANNOTATIONS).is_dir() else source
    splits = _splits(source)
    yield from left_out_links(folder, ".xml")
    files = annotation_files(folder, ".xml")
    for done, file in enumerate(files):
        context.tick("Reading files", done, len(files))
        where = run.where(file)
        try:
            voc = read_xml(file, where)
        except FormatError as error:
            yield file_error(error)
            continue
        stem = stem_of(file.relative_to(folder).as_posix()) if folder.is_dir() else file.stem
        yield from _file(run, source, stem, voc, names, splits.get(stem, ""), where)


def _class_names(source: Path) -> dict[int, str]:
    path = source / "classes.txt"
    if not path.is_file():
        return {}
    lines = [line.strip() for line in read_text(path).splitlines()]
    return {index: name for index, name in enumerate(lines, 1) if name}


def _splits(source: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for split in SPLITS:
        path = source / SETS / f"{split}.txt"
        if path.is_file():
            found |= {line.strip(): split for line in read_text(path).splitlines() if line.strip()}
    return found


def _file(
    run: PerImage, source: Path, stem: str, voc: VocFile, names: dict[int, str], split: str, where: str
) -> Iterator[Record]:
    labels: Labels | None = None
    masks: dict[int, Rle] = {}
    try:
        labels = _png(source, OBJECTS, stem)
        masks = take_apart(np.where(labels == VOID, 0, labels)) if labels is not None else {}
        name, issue = run.locate(
            Path(run.source, *PurePosixPath(stem).parts), voc.filename, f"{where}: filename"
        )
        if issue:
            yield issue
        size = checked_size(voc.width, voc.height, f"{where}: size")
        if labels is not None and labels.shape != size.hw:
            raise FormatError(
                f"the PNG has {labels.shape[1]}x{labels.shape[0]} pixels, not {size}", where=where
            )
        extra: dict[str, Any] = {}
        if labels is not None and (labels == VOID).any():
            extra["void"] = encode(labels == VOID).to_coco()
        name = run.first_known(name, f"JPEGImages/{name}")
        yield from run.open(ImageRecord(1, name, size, split=split, extra=extra), name, size, where)
        classes = _png(source, CLASSES, stem)
    except FormatError as error:
        for _ in range(count := max(len(voc.objects), len(masks))):
            run.context.met("Reading objects")
        yield lost_by(error, "image", count)
        return
    below: dict[int, int] = {}
    if labels is not None and classes is not None and classes.shape == labels.shape:
        below = majorities(labels, classes)
    for voc_object, value in _pairs(voc.objects, masks):
        run.context.met("Reading objects")
        number = below.get(value, 0)
        fallback = names.get(number, f"class {number}" if number else "unnamed")
        try:
            yield from _object(run, name, voc_object, masks.get(value), fallback, where)
        except FormatError as error:
            yield lost_by(error, "box")


def _png(source: Path, folder: str, stem: str) -> Labels | None:
    path = source / folder / f"{stem}.png"
    if not path.is_file():
        return None
    if not path.resolve().is_relative_to(source.resolve()):
        raise FormatError("leads out of the folder through a link", where=f"{folder}/{stem}.png")
    return read_labels(path, f"{folder}/{stem}.png")


def _pairs(objects: list[VocObject], masks: dict[int, Rle]) -> list[tuple[VocObject | None, int]]:
    """Each XML object with its value: that of its place where the boxes agree, else of the nearest box.

    0 stands for no value, None for a value without an object.
    """
    free = dict(masks)
    values = [0] * len(objects)
    for index, voc_object in enumerate(objects):
        own = free.get(index + 1)
        if own is not None and _box_iou(voc_object, own) >= SAME_BOX:
            values[index] = index + 1
            del free[index + 1]
    for index, voc_object in enumerate(objects):
        if not values[index] and free and len(objects) <= MAX_SEARCHED:
            best = max(free, key=lambda value: _box_iou(voc_object, free[value]))
            if _box_iou(voc_object, free[best]) >= SAME_BOX:
                values[index] = best
                del free[best]
    return [*zip(objects, values, strict=True), *((None, value) for value in free)]


def _box_iou(voc_object: VocObject, mask: Rle) -> float:
    if voc_object.box is None:
        return 0.0
    ax0, ay0, ax1, ay1 = voc_object.box
    x, y, width, height = mask.bbox_xywh
    inner_w = min(ax1, x + width) - max(ax0, x)
    inner_h = min(ay1, y + height) - max(ay0, y)
    if inner_w <= 0 or inner_h <= 0:
        return 0.0
    both = inner_w * inner_h
    return both / ((ax1 - ax0) * (ay1 - ay0) + width * height - both)


def _object(
    run: PerImage,
    name: str,
    voc_object: VocObject | None,
    mask: Rle | None,
    fallback: str,
    where: str,
) -> Iterator[Record]:
    opened = run.opened(name)
    if voc_object is None:
        assert mask is not None
        yield warning("no-entry", where, f"a mask has no object in the XML; it was taken as {fallback!r}")
        yield from run.category(fallback)
        yield run.annotation(opened, fallback, mask)
        return
    drawn = None
    place = f"{where}: {voc_object.where}"
    if mask is None:
        if voc_object.box is None:
            raise FormatError("has neither a mask nor a box", where=place)
        x0, y0, x1, y1 = voc_object.box
        drawn = DrawnShape(ShapeKind.RECTANGLE, (((x0, y0), (x1, y1)),))
        mask = drawn_to_rle(drawn, opened.size)
        if not mask.area:
            raise FormatError("its box covers no pixel of the picture", where=place)
        yield warning("box-only", place, "has no mask; the box was taken as a rectangle")
    label = clean_text(voc_object.name).strip()
    if not label:
        yield warning("name", place, "has no class name; it became 'unnamed'")
    yield from run.category(label)
    yield run.annotation(opened, label, mask, drawn, attributes=voc_object.attributes)


def write_voc(dataset: Dataset, target: Path, options: WriteOptions) -> ExportReport:
    """Write XML, PNGs and image sets through the gate; what is covered by other objects is lost."""
    categories = dataset.meta.categories
    number = {category.id: index for index, category in enumerate(categories, 1)}
    if len(categories) > MAX_VALUES:
        raise OutputError("The export was refused: Pascal VOC holds at most 254 classes.", "Choose fewer.")

    def fill(staging: Staging) -> None:
        sets: dict[str, list[str]] = {}
        for done, (image, objects) in enumerate(by_image(dataset)):
            if done % REPORT_EVERY == 0:
                options.cancel.raise_if_cancelled()
                options.progress(Progress("Writing VOC", done, dataset.count_images()))
            stem = stem_of(image.file_name)
            kept = staging.with_pixels(objects)
            staging.omitted |= {a.id: "exceed the 254 objects of a picture" for a in kept[MAX_VALUES:]}
            labels, visible = paint(kept[:MAX_VALUES], image.size)
            staging.omit_hidden(kept[:MAX_VALUES], visible, HIDDEN)
            names = {category.id: category.name for category in categories}
            masks = take_apart(labels)
            entries = [
                _entry(annotation, names[annotation.category_id], masks[value])
                for value, annotation in enumerate(visible, 1)
            ]
            table = np.array([0, *(number[a.category_id] for a in visible)], np.uint16)
            void = _void(image) & (labels == 0)
            classes = np.where(void, VOID, table[labels]).astype(np.uint16)
            labels = np.where(void, VOID, labels).astype(np.uint16)
            staging.write(f"{ANNOTATIONS}/{stem}.xml", xml_bytes(image, entries))
            staging.write(f"{OBJECTS}/{stem}.png", png_bytes(labels, palette=True))
            staging.write(f"{CLASSES}/{stem}.png", png_bytes(classes, palette=True))
            if options.picture_path is not None:
                staging.copy(f"JPEGImages/{image.file_name}", options.picture_path(image.file_name))
            sets.setdefault(image.split or "trainval", []).append(stem)
        for split, stems in sets.items():
            staging.write(f"{SETS}/{split}.txt", "".join(f"{stem}\n" for stem in stems).encode())
        if any(c.name != c.name.strip() or len(c.name.splitlines()) != 1 for c in categories):
            raise OutputError("The export was refused: a class name has spaces at its end or a line break.")
        staging.write("classes.txt", "".join(f"{category.name}\n" for category in categories).encode())

    return export_folder(dataset, target, fill, Rules(read_voc, exact=False, loss=COVERED), options)


def _entry(annotation: Annotation, name: str, mask: Rle) -> VocObject:
    x, y, width, height = mask.bbox_xywh
    box = (float(x), float(y), float(x + width), float(y + height))
    return VocObject(name, box, dict(annotation.attributes), "")


def _void(image: ImageRecord) -> Any:
    value = image.extra.get("void")
    if isinstance(value, dict) and value.get("size") == list(image.size.hw):
        try:
            return from_compressed(str(value.get("counts")), image.size).decode()
        except FormatError as error:
            raise OutputError(
                f"The export was refused: {image.file_name} has odd void pixels. {error}"
            ) from error
    return np.zeros(image.size.hw, np.bool_)


def _recognises(path: Path) -> bool:
    return path.is_dir() and (
        (path / ANNOTATIONS).is_dir() or any(p.suffix.lower() == ".xml" for p in path.iterdir())
    )


register(Format("voc", "Pascal VOC", True, ".xml", read_voc, write_voc, _recognises, knows_splits=True))
