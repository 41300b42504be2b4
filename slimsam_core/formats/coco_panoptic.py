"""COCO panoptic: a JSON file, and a PNG a picture whose colour is the id of the segment, r + 256 g + 65536 b.

Every pixel has one owner, so that objects under others lose pixels. ``isthing`` of a class is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from slimsam_core.annotation import Category
from slimsam_core.errors import FormatError
from slimsam_core.files.containment import lies_in
from slimsam_core.files.listing import files_below, is_file
from slimsam_core.formats.context import (
    ReadContext,
    clean_text,
    extra_keys,
    lost,
    lost_by,
    read_size,
    warning,
)
from slimsam_core.formats.finding import Named, take_name
from slimsam_core.formats.folder_export import Rules, Staging, each_picture, export_folder
from slimsam_core.formats.json_stream import open_json, plain_id
from slimsam_core.formats.json_text import json_text
from slimsam_core.formats.label_images import colour_png, paint, read_colours, take_apart
from slimsam_core.formats.per_image import PerImage, each_file
from slimsam_core.formats.pictures import stem_of
from slimsam_core.formats.records import Dataset, DatasetMeta, ImageRecord, Record
from slimsam_core.formats.registry import ByStem, Format, Placement, WriteOptions, register
from slimsam_core.formats.report import ExportReport, LossKind
from slimsam_core.formats.sniff import first_files, json_head
from slimsam_core.formats.subset import split_of_name
from slimsam_core.pixels.geometry import Size
from slimsam_core.sentences import mark

FILE, MASKS = "annotations/panoptic_default.json", "annotations/panoptic_default"
_CATEGORY_KEYS = frozenset(("id", "name", "supercategory", "color"))
MAX_ID = 0xFFFFFF


def read_panoptic(source: Path, context: ReadContext) -> Iterator[Record]:
    """Yield the records of a panoptic file, or of all below a folder. Raises FormatError without any."""
    run = PerImage(source, context, "coco-panoptic")
    foreign = mark("is no panoptic file; left out")
    yield from each_file(run, ".json", is_panoptic, foreign, partial(_file, run))


def is_panoptic(path: Path) -> bool:
    """Whether a file seems to be COCO panoptic."""
    head = json_head(path)
    return not head.is_list and head.has("images", "annotations") and head.names("segments_info")


def _file(run: PerImage, file: Path, where: str) -> Iterator[Record]:
    images: dict[object, dict[str, Any]] = {}
    classes: dict[object, str] = {}
    if run.context.pictures is not None:  # a picture that is a PNG may have the name of its labels
        labels = (files_below(place, ".png") for place in _mask_folders(file))
        run.context.pictures.leave_out(chain.from_iterable(labels))
    with open_json(file) as walker:
        for key, start in walker.fields():
            if key == "images" and start == "[":
                for value in walker.elements():
                    if isinstance(value, dict) and isinstance(plain_id(value.get("id")), int | str):
                        images[plain_id(value["id"])] = value
            elif key == "categories" and start == "[":
                for value in walker.elements():
                    if isinstance(value, dict) and isinstance(plain_id(value.get("id")), int | str):
                        name = clean_text(value.get("name") or f"class {value['id']}")
                        classes[plain_id(value["id"])] = name
                        yield from run.category(
                            name, number=value["id"], extra=extra_keys(value, _CATEGORY_KEYS)
                        )
            else:
                walker.skip()
    with open_json(file) as walker:
        for key, start in walker.fields():
            if key == "annotations" and start == "[":
                for index, value in enumerate(walker.elements()):
                    place = f"{where}: annotations[{index}]"
                    yield from _picture(run, file, value, images, classes, where=place)
            else:
                walker.skip()


def _picture(
    run: PerImage,
    file: Path,
    value: Any,
    images: dict[object, dict[str, Any]],
    classes: dict[object, str],
    *,
    where: str,
) -> Iterator[Record]:
    segments = value.get("segments_info") if isinstance(value, dict) else None
    if not isinstance(segments, list):
        run.context.met("Reading objects")
        yield lost("wrong-type", where, "is not a picture with segments")
        return
    try:
        number = plain_id(value.get("image_id"))
        image = images.get(number) if isinstance(number, int | str) else None
        if image is None or not isinstance(image.get("file_name"), str):
            raise FormatError("image_id {number!r} leads to no picture", where=where, number=str(number)[:40])
        named = take_name(image["file_name"], where)
        size, issue = read_size(image.get("width"), image.get("height"), where)
        labels = read_colours(_mask_file(file, value.get("file_name"), where), where)
        masks = dict(sorted((_turned(colour), mask) for colour, mask in take_apart(labels).items()))
        if size is None or labels.shape != size.hw:
            size = size or Size.of(labels)
        if labels.shape != size.hw:
            raise FormatError("its PNG has other pixels than the picture of {size}", where=where, size=size)
        split = split_of_name(file.stem.rsplit("_", 1)[-1])
        yield from (found for found in (named.issue, issue) if found)
        record = ImageRecord(id=1, file_name="", size=Size(1, 1), split=split)
        yield from run.open(record, _beside(run, named), size, where, number=number)
    except FormatError as error:
        for _ in segments:
            run.context.met("Reading objects")
        yield lost_by(error, "image", len(segments))
        return
    opened = run.opened(_beside(run, named))
    for index, segment in enumerate(segments):
        run.context.met("Reading objects")
        place = f"{where}.segments_info[{index}]"
        raw = plain_id(segment.get("id")) if isinstance(segment, dict) else None
        mask = masks.get(raw) if isinstance(raw, int) else None
        if mask is None:
            yield lost("segment", place, "id {raw!r} has no pixel", raw=str(raw)[:40])
            continue
        category = plain_id(segment.get("category_id"))
        label = classes.get(category) if isinstance(category, int | str) else None
        if label is None:
            label = f"class {str(category)[:40]}"
            yield warning("category-id", place, "{label} is not in the list; it was made up", label=label)
        yield from run.category(label)
        crowd = segment.get("iscrowd") in (1, True)
        yield run.annotation(opened, label, mask, iscrowd=crowd)


def _turned(value: int) -> int:
    """The colour of an id, or the id of a colour: the first channel is the lowest part of the id."""
    return value >> 16 | value & 0xFF00 | (value & 0xFF) << 16


def _beside(run: PerImage, named: Named) -> Named:
    return run.first_known(named, Named(f"images/{named.path}", named.tail))


def _mask_folders(file: Path) -> tuple[Path, Path]:
    return file.with_suffix(""), file.parent / "panoptic"


def _mask_file(file: Path, name: object, where: str) -> Path:
    """The PNG of an annotation: in the folder of the same name as the file, or beside it."""
    if not isinstance(name, str):
        raise FormatError("names no PNG", where=where)
    relative = take_name(name, where).path
    for folder in (*_mask_folders(file), file.parent):
        path = folder / relative
        if is_file(path):
            if not lies_in(file.parent, path):
                raise FormatError("its PNG leads out of the folder through a link", where=where)
            return path
    raise FormatError("its PNG {relative} is not there", where=where, relative=relative)


def write_panoptic(dataset: Dataset, target: Path, options: WriteOptions) -> ExportReport:
    """Write the JSON file and the PNGs through the gate; what is covered by other objects is lost."""

    def fill(staging: Staging) -> None:
        images: list[str] = []
        annotations: list[str] = []
        next_id = 1
        for image, objects in each_picture(dataset, options, "Writing COCO panoptic"):
            kept = staging.with_pixels(objects)
            if next_id + len(kept) > MAX_ID:
                next_id = 1
            labels, visible = paint(kept, image.size)
            staging.omit_hidden(kept, visible)
            colours = [0, *(_turned(next_id + number) for number in range(len(visible)))]
            name = f"{stem_of(image.file_name)}.png"
            staging.write(f"{MASKS}/{name}", colour_png(labels, colours))
            masks = take_apart(labels)
            segments = [
                {
                    "id": next_id + value - 1,
                    "category_id": annotation.category_id,
                    "area": masks[value].area,
                    "bbox": list(masks[value].bbox_xywh),
                    "iscrowd": int(annotation.iscrowd),
                }
                for value, annotation in enumerate(visible, 1)
            ]
            next_id += len(visible)
            images.append(json_text(_image_json(image)))
            told = {"image_id": image.id, "file_name": name, "segments_info": segments}
            annotations.append(json_text(told))
            staging.place(f"images/{image.file_name}", image, options, Placement.NONE)
        head = json_text({"info": dict(_info(dataset.meta)), "licenses": []})[:-1]
        classes = json_text([_category_json(category) for category in dataset.meta.categories])
        with staging.stream(FILE) as file:
            file.write(f'{head}, "categories": {classes},\n"images": ['.encode())
            file.write(",\n".join(images).encode() + b'],\n"annotations": [')
            file.write(",\n".join(annotations).encode() + b"]}\n")

    rules = Rules(read=read_panoptic, exact=False, loss=LossKind.COVERED)
    return export_folder(dataset, target, fill, rules, options)


def _info(meta: DatasetMeta) -> dict[str, Any]:
    return dict(meta.info)


def _image_json(image: ImageRecord) -> dict[str, Any]:
    size = image.size
    return {"id": image.id, "file_name": image.file_name, "width": size.width, "height": size.height}


def _category_json(category: Category) -> dict[str, Any]:
    color = category.display_color.lstrip("#")
    return {
        "isthing": 1,
        **category.extra,
        "id": category.id,
        "name": category.name,
        "supercategory": category.supercategory,
        "color": [int(color[at : at + 2], 16) for at in (0, 2, 4)],
    }


def _recognises(path: Path) -> bool:
    return any(map(is_panoptic, first_files(path, ".json")))


register(
    Format(
        name="coco-panoptic",
        title="COCO panoptic",
        is_folder=True,
        suffix=".json",
        by_stem=ByStem.PART,
        read=read_panoptic,
        write=write_panoptic,
        recognises=_recognises,
        numbers_pictures=True,
    )
)
