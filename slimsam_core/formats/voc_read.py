"""Pascal VOC in: XML with boxes or polygons, ``SegmentationObject`` and ``SegmentationClass`` PNGs.

Object k of the XML has the value k in ``SegmentationObject``; 255 is void. Boxes are 1-based and include
their last pixel. Label pictures without XML count too. Void pixels come into ``ImageRecord.extra["void"]``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from slimsam_core.annotation import DrawnShape, ShapeKind
from slimsam_core.errors import FormatError
from slimsam_core.files.containment import lies_in
from slimsam_core.files.export_manifest import SPLITS
from slimsam_core.files.listing import files_below, is_file, is_folder
from slimsam_core.formats.context import ReadContext, clean_text, lost_by, read_size, warning
from slimsam_core.formats.finding import Named
from slimsam_core.formats.label_images import Labels, majorities, take_apart
from slimsam_core.formats.layouts import dataset_root
from slimsam_core.formats.per_image import PerImage, annotation_files, file_error, left_out_links
from slimsam_core.formats.pictures import stem_of
from slimsam_core.formats.records import BOX_ONLY, ImageRecord, Record
from slimsam_core.formats.shapes import drawn_to_rle, pixel_polygon_to_rle
from slimsam_core.formats.sniff import is_hidden
from slimsam_core.formats.subset import split_of_folder
from slimsam_core.formats.text_files import read_text
from slimsam_core.formats.voc_masks import VOID, NamedClasses, class_list, read_classes, read_objects
from slimsam_core.formats.voc_xml import VocFile, VocObject, looks_like_voc, read_xml
from slimsam_core.pixels.geometry import Size, iou_of_boxes
from slimsam_core.pixels.mask import Rle, encode
from slimsam_core.sentences import sentence

ANNOTATIONS, OBJECTS, CLASSES, PICTURES = (
    "Annotations",
    "SegmentationObject",
    "SegmentationClass",
    "JPEGImages",
)
_ENDINGS = ("", "PNG")
"""Of folders of masks: labelme's converter called them ``SegmentationClassPNG``."""
SETS = ("ImageSets/Segmentation", "ImageSets/Main")
MAX_SEARCHED = 5000
"""Objects of one file up to which masks are looked for by their boxes."""
SAME_BOX = 0.3
"""IoU of boxes from which the k-th XML object is believed to be the value k."""


@dataclass(frozen=True)
class _Source:
    """The folder, its classes, and which picture is for what."""

    folder: Path
    classes: NamedClasses
    splits: dict[str, str] = field(default_factory=dict)
    prefix: str = ""
    """The folder below the one that was chosen, empty or ending in a slash."""


def read_voc(source: Path, context: ReadContext) -> Iterator[Record]:
    """Yield the records of a VOC folder or file, or of several below a folder.

    Raises FormatError when it holds neither XML nor masks.
    """
    root = dataset_root(source)
    run = PerImage(root, context, "voc")
    for folder in voc_folders(root) or [root]:
        prefix = "" if folder == root else f"{folder.relative_to(root).as_posix()}/"
        voc = _Source(folder, class_list(folder), _splits(folder), prefix)
        for value in sorted(voc.classes.names):
            yield from run.category(voc.classes.names[value])
        yield from _dataset(run, voc, source if source != root else folder)


def voc_folders(source: Path) -> list[Path]:
    """The folders of VOC in a folder: itself, or those below it, as ``VOCdevkit/VOC2012``."""
    if _is_voc_folder(source):
        return [source]
    below = _folders_in(source)
    below = sorted([*below, *(path for folder in below for path in _folders_in(folder))])
    return [path for path in below if not is_hidden(path, source) and _is_voc_folder(path)]


def _folders_in(folder: Path) -> list[Path]:
    """The folders in a folder, none where it cannot be listed; links are not followed."""
    try:
        with os.scandir(folder) as entries:
            return [Path(entry.path) for entry in entries if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return []


def _is_voc_folder(path: Path) -> bool:
    with_masks = any(is_folder(path / f"{name}{end}") for name in (OBJECTS, CLASSES) for end in _ENDINGS)
    return with_masks or (is_folder(path / ANNOTATIONS) and is_folder(path / PICTURES))


def _dataset(run: PerImage, voc: _Source, source: Path) -> Iterator[Record]:
    """The records of one folder of VOC, or of the part ``source`` of it."""
    folder = voc.folder
    listed = folder / ANNOTATIONS if is_folder(folder / ANNOTATIONS) else folder
    chosen = listed if source == folder else source
    yield from left_out_links(chosen, ".xml")
    masks = _stems_of_masks(folder) if source == folder else {}
    try:
        files = annotation_files(chosen, ".xml")
    except FormatError:
        if not masks:
            raise
        files = []
    for done, file in enumerate(files):
        run.context.tick("Reading files", done, len(files))
        where = run.where(file)
        stem = stem_of(file.relative_to(listed).as_posix())
        masks.pop(stem, None)
        try:
            content = read_xml(file, where)
        except FormatError as error:
            if looks_like_voc(file) or listed.name == ANNOTATIONS:
                yield file_error(error)
            else:
                yield warning(
                    "other-file", where, "{place}; left out", place=error.message.removeprefix(where + ": ")
                )
            continue
        yield from _file(run, voc, stem, content, where)
    for stem, where in masks.items():
        yield from _file(run, voc, stem, VocFile("", None, None, []), where)


def _stems_of_masks(folder: Path) -> dict[str, str]:
    """Stem -> file, of the pictures that have objects or classes."""
    found: dict[str, str] = {}
    for place in (folder / f"{name}{end}" for name in (OBJECTS, CLASSES) for end in _ENDINGS):
        for path in sorted(files_below(place, ".png")):
            below = path.relative_to(place)
            if not is_hidden(path, place):
                found.setdefault(stem_of(below.as_posix()), path.relative_to(folder).as_posix())
    return found


def _splits(source: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for kind in SETS:
        for split in SPLITS:
            path = source / kind / f"{split}.txt"
            if is_file(path):
                lines = [line.strip() for line in read_text(path).splitlines()]
                # some lists say 1 or -1 behind the name
                found |= {re.sub(r"\s+-?[01]$", "", line): split for line in lines if line}
                found |= {line: split for line in lines if line}
    return found


def _file(run: PerImage, source: _Source, stem: str, voc: VocFile, where: str) -> Iterator[Record]:
    labels: Labels | None = None
    masks: dict[int, Rle] = {}
    try:
        labels = _objects_of(source, stem)
        classes = _classes_of(source, stem)
        if labels is None and classes is not None and not voc.objects:
            labels = classes  # all pixels of a class are one object
        masks = take_apart(np.where(labels == VOID, 0, labels)) if labels is not None else {}
        name = yield from _picture(run, source, stem, voc, where)
        size = None
        if voc.width is not None or labels is None:
            size, issue = read_size(voc.width, voc.height, f"{where}: size")
            if issue:
                yield issue
        if size is None and labels is not None:
            size = Size.of(labels)
        if labels is not None and size is not None and labels.shape != size.hw:
            message = sentence(
                "the PNG has {width}x{height} pixels, not {size}",
                width=labels.shape[1],
                height=labels.shape[0],
                size=size,
            )
            raise FormatError(message, where=where)
        extra: dict[str, Any] = {}
        if labels is not None and (labels == VOID).any():
            extra["void"] = encode(labels == VOID).to_coco()
        split = source.splits.get(stem) or split_of_folder(stem)
        image = ImageRecord(id=1, file_name="", size=Size(1, 1), split=split, extra=extra)
        yield from run.open(image, name, size, where, stem)
    except FormatError as error:
        count = max(len(voc.objects), len(masks))
        for _ in range(count):
            run.context.met("Reading objects")
        yield lost_by(error, "image", count) if count else file_error(error)
        return
    below: dict[int, int] = {}
    if labels is not None and classes is not None and classes.shape == labels.shape:
        below = majorities(labels, classes)
    for voc_object, value in _pairs(voc.objects, masks):
        run.context.met("Reading objects")
        number = below.get(value, 0)
        fallback = source.classes.names.get(number, f"class {number}" if number else "unnamed")
        if voc_object is None and not voc.objects:
            if number not in source.classes.names:
                yield warning(
                    "category-id", f"{where}: value {value}", "{fallback} has no name", fallback=fallback
                )
            yield from run.category(fallback)
            yield run.annotation(run.opened(name), fallback, masks[value])
            continue
        try:
            yield from _object(run, name, voc_object, masks.get(value), fallback, where=where)
        except FormatError as error:
            yield lost_by(error, "box")


def _picture(
    run: PerImage, source: _Source, stem: str, voc: VocFile, where: str
) -> Generator[Record, None, Named]:
    """Yield findings about the name of the picture; returns it, at its place below the image root."""
    prefix = source.prefix
    if voc.filename:
        place = Path(source.folder, *PurePosixPath(stem).parts)
        name, issue = run.locate(place, voc.filename, f"{where}: filename")
        if issue:
            yield issue
        inner = name.path.removeprefix(prefix)
        others = (f"{prefix}{folder}/{inner}" for folder in (PICTURES, "images"))
        return run.first_known(name, *(Named(path, path) for path in others))
    folders = (f"{prefix}{PICTURES}/", f"{prefix}images/", prefix)
    for pictures, folder in product(run.places, folders):
        found = pictures.with_stem(f"{folder}{stem}")
        if len(found) == 1:
            return Named(found[0], found[0])
    name, issue = run.name_of_stem(f"{prefix}{stem}", where)
    if issue:
        yield issue
    return name


def _objects_of(source: _Source, stem: str) -> Labels | None:
    path = _png(source.folder, OBJECTS, stem)
    return read_objects(path, f"{OBJECTS}/{stem}.png") if path else None


def _classes_of(source: _Source, stem: str) -> Labels | None:
    path = _png(source.folder, CLASSES, stem)
    return read_classes(path, f"{CLASSES}/{stem}.png", source.classes) if path else None


def _png(source: Path, folder: str, stem: str) -> Path | None:
    places = (source / f"{folder}{end}" / f"{stem}.png" for end in _ENDINGS)
    path = next((path for path in places if is_file(path)), None)
    if path is None:
        return None
    if not lies_in(source, path):
        raise FormatError("leads out of the folder through a link", where=f"{folder}/{stem}.png")
    return path


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
    return iou_of_boxes(voc_object.box, mask.box) if voc_object.box is not None else 0.0


def _object(
    run: PerImage, name: Named, voc_object: VocObject | None, mask: Rle | None, fallback: str, *, where: str
) -> Iterator[Record]:
    opened = run.opened(name)
    if voc_object is None:
        assert mask is not None
        yield warning(
            "no-entry",
            where,
            "a mask has no object in the XML; it was taken as {fallback!r}",
            fallback=fallback,
        )
        yield from run.category(fallback)
        yield run.annotation(opened, fallback, mask)
        return
    drawn = None
    place = f"{where}: {voc_object.where}"
    if voc_object.swapped:
        yield warning("swapped-corners", place, "the corners of its box are the wrong way round; put right")
    if mask is None and voc_object.polygon:
        mask, drawn = _polygon(voc_object, opened.size)
        if not mask.area:
            mask = drawn = None
            yield warning("polygon", place, "its polygon covers no pixel of the picture; its box counts")
    if mask is None:
        if voc_object.box is None:
            raise FormatError("has neither a mask nor a box", where=place)
        x0, y0, x1, y1 = voc_object.box
        drawn = DrawnShape(ShapeKind.RECTANGLE, (((x0, y0), (x1, y1)),))
        mask = drawn_to_rle(drawn, opened.size)
        if not mask.area:
            raise FormatError("its box covers no pixel of the picture", where=place)
        yield warning(BOX_ONLY, place, "has no mask; the box was taken as a rectangle")
    label = clean_text(voc_object.name).strip()
    if not label:
        yield warning("name", place, "has no class name; it became 'unnamed'")
    yield from run.category(label)
    yield run.annotation(opened, label, mask, drawn, attributes=voc_object.attributes)


def _polygon(voc_object: VocObject, size: Size) -> tuple[Rle, DrawnShape | None]:
    if voc_object.polygon_is_pixels:
        return pixel_polygon_to_rle(tuple((x - 1, y - 1) for x, y in voc_object.polygon), size), None
    drawn = DrawnShape(ShapeKind.POLYGON, (voc_object.polygon,))
    return drawn_to_rle(drawn, size), drawn
