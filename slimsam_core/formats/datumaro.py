"""Datumaro's JSON, one file a part of a dataset in ``annotations``: masks, polygons and boxes, in and out."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from slimsam_core.annotation import MAX_COORDINATE, Annotation, DrawnShape, ShapeKind
from slimsam_core.errors import FormatError
from slimsam_core.formats.context import (
    ReadContext,
    clean_json,
    clean_text,
    lost,
    lost_by,
    read_size,
    warning,
)
from slimsam_core.formats.finding import Named, take_name
from slimsam_core.formats.folder_export import Rules, Staging, each_picture, export_folder
from slimsam_core.formats.groups import distinct_groups
from slimsam_core.formats.json_stream import is_number, open_json
from slimsam_core.formats.json_text import json_text
from slimsam_core.formats.outlines import coco_raster, is_short
from slimsam_core.formats.per_image import PerImage, each_file
from slimsam_core.formats.pictures import stem_of
from slimsam_core.formats.records import Dataset, ImageRecord, Record
from slimsam_core.formats.registry import ByStem, Format, Placement, WriteOptions, register
from slimsam_core.formats.report import ExportReport
from slimsam_core.formats.shapes import rectangle_ring
from slimsam_core.formats.sniff import first_files, json_head
from slimsam_core.formats.subset import split_of_name
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask import Ring, Rle, from_compressed, from_runs, union
from slimsam_core.sentences import mark

FOLDER, PICTURES, DEFAULT = "annotations", "images", "default"
_OTHERS = frozenset(("label", "caption"))
"""Kinds of annotation that belong to the picture and not to an object."""


def read_datumaro(source: Path, context: ReadContext) -> Iterator[Record]:
    """Yield the records of a file, or of all below a folder. Raises FormatError without any."""
    run = PerImage(source, context, "datumaro")
    foreign = mark("is no file of Datumaro; left out")
    yield from each_file(run, ".json", is_datumaro, foreign, partial(_file, run))


def is_datumaro(path: Path) -> bool:
    """Whether a file seems to be Datumaro's."""
    head = json_head(path)
    return not head.is_list and head.has("items", "categories")


def _file(run: PerImage, file: Path, where: str) -> Iterator[Record]:
    labels: list[str] = []
    with open_json(file) as walker:
        for key, _ in walker.fields():
            if key == "categories":
                labels = list(_labels(walker.value()))
            else:
                walker.skip()
    for label in labels:
        yield from run.category(label)
    with open_json(file) as walker:
        for key, start in walker.fields():
            if key == "items" and start == "[":
                for index, item in enumerate(walker.elements()):
                    run.context.tick("Reading items", index)
                    yield from _item(run, file, item, labels, f"{where}: items[{index}]")
            else:
                walker.skip()


def _labels(categories: Any) -> Iterator[str]:
    listed = categories.get("label") if isinstance(categories, dict) else None
    listed = listed.get("labels") if isinstance(listed, dict) else None
    for number, label in enumerate(listed if isinstance(listed, list) else ()):
        name = label.get("name") if isinstance(label, dict) else None
        yield clean_text(name).strip() if isinstance(name, str) and name.strip() else f"class {number}"


def _item(run: PerImage, file: Path, item: Any, labels: list[str], where: str) -> Iterator[Record]:
    values = item.get("annotations") if isinstance(item, dict) else None
    if not isinstance(values, list):
        run.context.met("Reading objects")
        yield lost("wrong-type", where, "is not an item with annotations")
        return
    values = [v for v in values if not (isinstance(v, dict) and str(v.get("type")) in _OTHERS)]
    media = item.get("image") if isinstance(item.get("image"), dict) else {}
    split = split_of_name(file.stem)
    try:
        said = media.get("path") or item.get("id")
        if not isinstance(said, str):
            raise FormatError("names no picture", where=where)
        named = take_name(said, where)
        yield from (issue for issue in (named.issue,) if issue)
        size_hw, size = media.get("size"), None
        if isinstance(size_hw, list) and len(size_hw) == 2:
            size, issue = read_size(size_hw[1], size_hw[0], where)
            yield from (found for found in (issue,) if found)
        folders = (f"{PICTURES}/{file.stem}", PICTURES)
        name = run.first_known(named, *(Named(f"{f}/{named.path}", named.tail) for f in folders))
        yield from run.open(ImageRecord(id=1, file_name="", size=Size(1, 1), split=split), name, size, where)
    except FormatError as error:
        for _ in values:
            run.context.met("Reading objects")
        yield lost_by(error, "image", len(values))
        return
    parts: dict[object, list[tuple[dict[str, Any], str]]] = {}
    for index, value in enumerate(values):
        place = f"{where}.annotations[{index}]"
        group = value.get("group") if isinstance(value, dict) else None
        own = isinstance(group, int) and not isinstance(group, bool) and group > 0
        key = (group, str(value.get("label_id"))) if own else place
        if key not in parts:
            run.context.met("Reading objects")
        parts.setdefault(key, []).append((value if isinstance(value, dict) else {}, place))
    for shapes in parts.values():
        yield from _object(run, name, shapes, labels)


def _object(
    run: PerImage, name: Named, shapes: list[tuple[dict[str, Any], str]], labels: list[str]
) -> Iterator[Record]:
    """One object: shapes of one group and class are its parts, a box beside others is its box."""
    opened = run.opened(name)
    shapes = [s for s in shapes if s[0].get("type") != "bbox"] or shapes[:1]
    first, where = shapes[0]
    try:
        parts = [shape for shape in shapes if shape[0].get("type") == "polygon"]
        found = [_mask([shape], opened.size) for shape in shapes if shape not in parts]
        found += [_mask(parts, opened.size)] if parts else []
        mask, drawn = union(part[0] for part in found), found[0][1] if len(found) == 1 else None
        if not mask.area:
            raise FormatError("covers no pixel of the picture", where=where)
    except FormatError as error:
        yield lost_by(error, "shape")
        return
    number = first.get("label_id")
    known = isinstance(number, int) and not isinstance(number, bool) and 0 <= number < len(labels)
    label = labels[number] if known else f"class {str(number)[:40]}"  # type: ignore[index]
    if not known:
        yield warning(
            "category-id", f"{where}.label_id", "{number!r} is not in the list", number=str(number)[:40]
        )
    group, layer, attributes = first.get("group"), first.get("z_order"), first.get("attributes")
    attributes = clean_json(attributes) if isinstance(attributes, dict) else {}
    crowd, score = attributes.pop("is_crowd", False), attributes.pop("score", None)
    own = isinstance(group, int) and not isinstance(group, bool) and 0 < group < 2**63
    yield from run.category(label)
    yield run.annotation(
        opened,
        label,
        mask,
        drawn,
        iscrowd=crowd is True,
        attributes=attributes,
        group_id=group if own else None,
        layer=float(layer) if is_number(layer) else 0.0,  # type: ignore[arg-type]
        score=float(score) if is_number(score) else None,
    )


def _mask(shapes: list[tuple[dict[str, Any], str]], size: Size) -> tuple[Rle, DrawnShape | None]:
    kind = shapes[0][0].get("type")
    first, where = shapes[0]
    if kind == "mask":
        code = first.get("rle")
        if not isinstance(code, dict) or code.get("size") != [size.height, size.width]:
            raise FormatError("has no run-length code of {size}", where=where, size=size)
        counts = code.get("counts")
        if isinstance(counts, str):
            return from_compressed(counts, size, where), None
        return from_runs(counts if isinstance(counts, list) else [], size, where), None
    if kind == "bbox" and len(shapes) == 1:
        x, y, width, height = _numbers(first.get("bbox"), f"{where}.bbox", 4)
        ring = rectangle_ring((x, y), (x + width, y + height))
        return coco_raster((ring,), size), DrawnShape(ShapeKind.RECTANGLE, ((ring[0], ring[2]),))
    if kind != "polygon":
        raise FormatError("a {kind} has no area here", where=where, kind=str(kind)[:40])
    rings: list[Ring] = []
    for shape, place in shapes:
        flat = _numbers(shape.get("points"), f"{place}.points")
        if len(flat) < 6 or len(flat) % 2:
            raise FormatError("is not a polygon of at least 3 points", where=place)
        rings.append(tuple(zip(flat[::2], flat[1::2], strict=True)))
    mask = coco_raster(rings, size)
    apart = sum(coco_raster((ring,), size).area for ring in rings) == mask.area
    return mask, DrawnShape(ShapeKind.POLYGON, tuple(rings)) if apart else None


def _numbers(value: object, where: str, length: int | None = None) -> list[float]:
    if (
        not isinstance(value, list)
        or not all(is_number(v) and abs(v) <= MAX_COORDINATE for v in value)
        or (length is not None and len(value) != length)
    ):
        raise FormatError("is not a list of coordinates", where=where)
    return [float(v) for v in value]


def write_datumaro(dataset: Dataset, target: Path, options: WriteOptions) -> ExportReport:
    """Write one file a part of the dataset, and the pictures, through the gate."""
    numbers = {category.id: number for number, category in enumerate(dataset.meta.categories)}
    labels = [{"name": c.name, "parent": "", "attributes": []} for c in dataset.meta.categories]
    head = {"info": {}, "categories": {"label": {"labels": labels, "attributes": []}}}
    splits = sorted({image.split or DEFAULT for image in dataset.images()}) or [DEFAULT]

    def fill(staging: Staging) -> None:
        for split in splits:
            with staging.stream(f"{FOLDER}/{split}.json") as file:
                file.write(json_text(head)[:-1].encode() + b', "items": [')
                separator = b"\n"
                for image, objects in each_picture(dataset, options, "Writing Datumaro"):
                    if (image.split or DEFAULT) != split:
                        continue
                    kept = staging.with_pixels(objects)
                    staging.claim(f"{split}/{stem_of(image.file_name)}")  # the id of the item
                    file.write(separator + json_text(_item_json(image, kept, numbers)).encode())
                    separator = b",\n"
                    name = f"{PICTURES}/{split}/{image.file_name}"
                    staging.place(name, image, options, Placement.COPY)
                file.write(b"\n]}\n")

    return export_folder(dataset, target, fill, Rules(read=read_datumaro, exact=True), options)


def _item_json(image: ImageRecord, objects: list[Annotation], numbers: dict[int, int]) -> dict[str, Any]:
    spelt = [list(_shapes(annotation)) for annotation in objects]
    annotations = [
        {
            "id": annotation.id,
            "attributes": {
                **annotation.attributes,
                "is_crowd": annotation.iscrowd,
                **({"score": annotation.score} if annotation.score is not None else {}),
            },
            "group": group if len(shapes) > 1 or annotation.group_id is not None else 0,
            "label_id": numbers[annotation.category_id],
            "z_order": int(annotation.layer),
            **shape,
        }
        for annotation, group, shapes in zip(objects, distinct_groups(objects), spelt, strict=True)
        for shape in shapes
    ]
    return {
        "id": stem_of(image.file_name),
        "annotations": annotations,
        "attr": {},
        "image": {"path": image.file_name, "size": [image.size.height, image.size.width]},
    }


def _shapes(annotation: Annotation) -> Iterator[dict[str, Any]]:
    """Polygons and boxes as they were drawn, where COCO's code makes the mask of them; else the mask."""
    drawn, mask = annotation.drawn, annotation.mask
    if drawn is not None and drawn.kind is ShapeKind.RECTANGLE:
        ring = rectangle_ring(*drawn.rings[0])
        if coco_raster((ring,), mask.size) == mask:
            (x0, y0), (x1, y1) = ring[0], ring[2]
            yield {"type": "bbox", "bbox": [x0, y0, x1 - x0, y1 - y0]}
            return
    outlined = drawn is not None and drawn.kind is ShapeKind.POLYGON and is_short(drawn.rings)
    if drawn is not None and outlined and coco_raster(drawn.rings, mask.size) == mask:
        for ring in drawn.rings:
            yield {"type": "polygon", "points": [value for point in ring for value in point]}
        return
    code = {"counts": mask.counts, "size": [mask.size.height, mask.size.width]}
    yield {"type": "mask", "rle": code}


def _recognises(path: Path) -> bool:
    return any(map(is_datumaro, first_files(path, ".json")))


register(
    Format(
        name="datumaro",
        title="Datumaro (JSON)",
        is_folder=True,
        suffix=".json",
        by_stem=ByStem.PART,
        read=read_datumaro,
        write=write_datumaro,
        recognises=_recognises,
        knows_splits=True,
        numbers_classes=True,
        pictures=Placement.COPY,
    )
)
