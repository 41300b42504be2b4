"""SA-1B JSON, one file a picture, in and out: masks without classes, with what the model thought of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from slimsam_core.annotation import Annotation, Provenance, imported_from
from slimsam_core.errors import FormatError
from slimsam_core.formats.coco_objects import Owner, read_object
from slimsam_core.formats.context import (
    ReadContext,
    clean_json,
    extra_keys,
    lost,
    lost_by,
    read_size,
    warning,
)
from slimsam_core.formats.folder_export import Rules, Staging, each_picture, export_folder
from slimsam_core.formats.ids import Ids, highest_id
from slimsam_core.formats.json_stream import is_number, load_json
from slimsam_core.formats.json_text import json_text
from slimsam_core.formats.per_image import PerImage, annotation_files, file_error, left_out_links
from slimsam_core.formats.pictures import stem_of
from slimsam_core.formats.records import Dataset, ImageRecord, Record
from slimsam_core.formats.registry import ByStem, Format, Placement, WriteOptions, register
from slimsam_core.formats.report import ExportReport
from slimsam_core.formats.sniff import first_files, json_head
from slimsam_core.pixels.geometry import PointPrompt, PromptSet, Size

CLASS = "object"
HALF_PIXEL = 0.5
"""From ``point_coords`` to our frame: SAM counts pixel indices, and adds this itself when it is asked."""
_IMAGE_KEYS = frozenset(("image_id", "file_name", "width", "height"))
_OWN_KEYS = ("predicted_iou", "stability_score", "point_coords")


def read_sa1b(source: Path, context: ReadContext) -> Iterator[Record]:
    """Yield the records of an SA-1B file, or of all below a folder. Raises FormatError without any."""
    run = PerImage(source, context, "sa1b")
    yield from left_out_links(source, ".json")
    files = annotation_files(source, ".json")
    ids = Ids("annotation", _highest(files))
    for done, file in enumerate(files):
        context.tick("Reading files", done, len(files))
        where = run.where(file)
        try:
            data = checked(load_json(file), where)
        except FormatError as error:
            yield file_error(error)
            continue
        yield from picture_records(run, file, data, where, ids)


def _highest(files: list[Path]) -> int:
    """The largest annotation id of all files; broken files are reported by the main pass."""
    highest = 0
    for file in files:
        try:
            data = load_json(file)
        except FormatError:
            continue
        annotations = data.get("annotations") if isinstance(data, dict) else None
        highest = max(highest, highest_of(annotations if isinstance(annotations, list) else ()))
    return highest


def highest_of(annotations: Iterable[Any]) -> int:
    """The largest usable id of the objects of one file, 0 without any."""
    highest = 0
    for value in annotations:
        highest = highest_id(highest, value.get("id") if isinstance(value, dict) else None)
    return highest


def checked(data: Any, where: str) -> dict[str, Any]:
    """``data`` when it is what an SA-1B file holds. Raises FormatError otherwise."""
    known = isinstance(data, dict) and isinstance(data.get("image"), dict)
    if not known or not isinstance(data.get("annotations"), list):
        raise FormatError("is not an SA-1B file: it has no image and annotations", where=where)
    found: dict[str, Any] = data
    return found


def picture_records(
    run: PerImage, file: Path, data: dict[str, Any], where: str, ids: Ids
) -> Iterator[Record]:
    """The records of one ``checked`` file: its picture, the class, objects and findings."""
    image, values = data["image"], data["annotations"]
    try:
        name, issue = run.locate(file, image.get("file_name"), f"{where}: image.file_name")
        if issue:
            yield issue
        size, issue = read_size(image.get("width"), image.get("height"), f"{where}: image")
        if issue:
            yield issue
        extra = extra_keys(image, _IMAGE_KEYS)
        if isinstance(image.get("image_id"), int | str):
            extra["image_id"] = image["image_id"]
        if "ignore" in data:  # pixels that nobody judged, as packed pictures for learning have
            extra.setdefault("ignore", clean_json(data["ignore"]))
        blank = ImageRecord(id=1, file_name="", size=Size(1, 1), extra=extra)
        yield from run.open(blank, name, size, where, run.stem(file))
    except FormatError as error:
        for _ in values:
            run.context.met("Reading objects")
        yield lost_by(error, "image", len(values))
        return
    opened = run.opened(name)
    for index, value in enumerate(values):
        run.context.met("Reading objects")
        place = f"{where}: annotations[{index}]"
        if not isinstance(value, dict):
            yield lost("wrong-type", place, "is not a mapping")
            continue
        number, issue = ids.take(value.get("id"), f"{place}.id")
        if issue:
            yield issue
        yield from run.category(CLASS)
        owner = Owner(number, opened.id, run.category_id(CLASS), opened.size)
        for record in read_object(value, owner, place):
            if isinstance(record, Annotation):
                upright = run.annotation(opened, CLASS, record.mask, record.drawn)
                yield from _with_scores(replace(record, mask=upright.mask, drawn=upright.drawn), value, place)
            else:
                yield record


def _with_scores(annotation: Annotation, value: dict[str, Any], where: str) -> Iterator[Record]:
    extra = {k: v for k, v in annotation.extra.items() if k not in _OWN_KEYS}
    numbers: dict[str, Any] = {}
    for name in ("predicted_iou", "stability_score"):
        if is_number(value.get(name)):
            numbers[name] = float(value[name])
        elif value.get(name) is not None:
            yield warning("wrong-type", f"{where}.{name}", "is not a number and was left out")
    prompts = annotation.provenance.prompts
    points = value.get("point_coords")
    if points is not None:
        if isinstance(points, list) and all(
            isinstance(p, list) and len(p) == 2 and all(map(is_number, p)) for p in points
        ):
            prompts = PromptSet(tuple(PointPrompt(x + HALF_PIXEL, y + HALF_PIXEL) for x, y in points))
        else:
            yield warning("wrong-type", f"{where}.point_coords", "is not a list of points and was left out")
    provenance = replace(annotation.provenance, source=imported_from("sa1b"), prompts=prompts)
    yield replace(annotation, extra=extra, provenance=replace(provenance, **numbers))


def write_sa1b(dataset: Dataset, target: Path, options: WriteOptions) -> ExportReport:
    """Write one JSON file a picture through the gate. Classes are not part of the format."""

    def fill(staging: Staging) -> None:
        if [category.name for category in dataset.meta.categories] not in ([], [CLASS]):
            staging.warn("classes", "", "SA-1B has no classes: all objects are written without theirs")
        for image, objects in each_picture(dataset, options, "Writing SA-1B"):
            head = {
                **image.extra,
                "image_id": image.extra.get("image_id", image.id),
                "width": image.size.width,
                "height": image.size.height,
                "file_name": PurePosixPath(image.file_name).name,
            }
            content = {"image": head, "annotations": [_annotation_json(a) for a in objects]}
            staging.write(f"{stem_of(image.file_name)}.json", json_text(content).encode())
            staging.place(image.file_name, image, options, Placement.NONE)

    return export_folder(dataset, target, fill, Rules(read=read_sa1b, exact=True, classes=False), options)


def _annotation_json(annotation: Annotation) -> dict[str, Any]:
    provenance: Provenance = annotation.provenance
    value = {
        **annotation.extra,
        "id": annotation.id,
        "segmentation": annotation.mask.to_coco(),
        "bbox": list(annotation.mask.bbox_xywh),
        "area": annotation.mask.area,
        "predicted_iou": provenance.predicted_iou,
        "stability_score": provenance.stability_score,
    }
    if provenance.prompts is not None:
        points = [point for point in provenance.prompts.points if point.positive]
        value["point_coords"] = [[point.x - HALF_PIXEL, point.y - HALF_PIXEL] for point in points]
    return {name: content for name, content in value.items() if content is not None}


def _recognises(path: Path) -> bool:
    heads = map(json_head, first_files(path, ".json"))
    return any(h.has("image", "annotations") and not h.is_list and "images" not in h.keys for h in heads)


register(
    Format(
        name="sa1b",
        title="SA-1B (JSON)",
        is_folder=True,
        suffix=".json",
        by_stem=ByStem.PART,
        read=read_sa1b,
        write=write_sa1b,
        recognises=_recognises,
    )
)
