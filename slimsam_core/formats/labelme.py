"""labelme JSON, one file beside each picture, in and out; X-AnyLabeling's dialect of it in."""

from __future__ import annotations

import base64
import binascii
import contextlib
import functools
import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

from slimsam_core.annotation import Annotation, DrawnShape, ShapeKind
from slimsam_core.errors import FormatError, ImageReadError
from slimsam_core.formats.coco_write import CocoMasks
from slimsam_core.formats.context import (
    ReadContext,
    checked_size,
    clean_json,
    clean_text,
    extra_keys,
    lost,
    lost_by,
    read_size,
    reason,
    warning,
)
from slimsam_core.formats.extended import KEY, take_extended, to_extended
from slimsam_core.formats.finding import Named
from slimsam_core.formats.folder_export import Rules, Staging, each_picture, export_folder
from slimsam_core.formats.groups import distinct_groups
from slimsam_core.formats.json_stream import DuplicateKeys, is_number, load_json, plain_id
from slimsam_core.formats.json_text import json_text
from slimsam_core.formats.labelme_shapes import read_shape, shapes_of
from slimsam_core.formats.per_image import PerImage, annotation_files, file_error, left_out_links
from slimsam_core.formats.pictures import stem_of
from slimsam_core.formats.records import Dataset, ImageRecord, Issue, Record
from slimsam_core.formats.registry import ByStem, Format, Placement, WriteOptions, register
from slimsam_core.formats.report import ExportReport
from slimsam_core.formats.shapes import drawn_to_rle
from slimsam_core.formats.sniff import first_files, json_head
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask import Ring, Rle, union
from slimsam_core.pixels.picture_file import embedded_picture

VERSION = "5.5.0"
"""The layout that the files name."""
_FILE_KEYS = frozenset(
    ("version", "flags", "shapes", "imagePath", "imageData", "imageHeight", "imageWidth", KEY)
)
_SHAPE_KEYS = frozenset(
    ("label", "points", "group_id", "description", "shape_type", "flags", "mask", "score", "attributes", KEY)
)


def read_labelme(source: Path, context: ReadContext, name: str = "labelme") -> Iterator[Record]:
    """Yield the records of a labelme file, or of all below a folder. Raises FormatError without any."""
    run = PerImage(source, context, name)
    yield from left_out_links(source, ".json")
    files = annotation_files(source, ".json")
    for done, file in enumerate(files):
        context.tick("Reading files", done, len(files))
        where = run.where(file)
        try:
            data = load_json(file)
            if not isinstance(data, dict) or not isinstance(data.get("shapes"), list):
                raise FormatError("is not a labelme file: it has no list of shapes", where=where)
        except FormatError as error:
            yield file_error(error)
            continue
        yield from _file(run, file, data, where)


def _file(run: PerImage, file: Path, data: dict[str, Any], where: str) -> Iterator[Record]:
    shapes = data["shapes"]
    if isinstance(data, DuplicateKeys):
        yield warning(
            "duplicate-key",
            where,
            "names {duplicates} twice; the last one counts",
            duplicates=", ".join(data.duplicates),
        )
    try:
        name, issue = run.locate(file, data.get("imagePath"), f"{where}: imagePath")
        if issue:
            yield issue
        image, issue = take_extended(_image(data), data, where)
        if issue:
            yield issue
        size, issue = _size(data, where)
        if issue:
            yield issue
        yield from run.open(image, name, size, where, run.stem(file))
    except FormatError as error:
        for _ in shapes:
            run.context.met("Reading objects")
        yield lost_by(error, "image", len(shapes))
        return
    instances: dict[object, _Instance] = {}
    for index, shape in enumerate(shapes):
        place = f"{where}: shapes[{index}]"
        if not isinstance(shape, dict):
            run.context.met("Reading objects")
            yield lost("shape", place, "is not a shape")
            continue
        group = plain_id(shape.get("group_id"))
        own = is_number(group) and isinstance(group, int) and isinstance(shape.get("label"), str)
        key = (shape["label"].strip(), group) if own else place
        if key not in instances:
            run.context.met("Reading objects")
            instances[key] = _Instance()
        instances[key].parts.append((shape, place))
    for instance in instances.values():
        yield from _instance(run, name, instance)


@dataclass
class _Instance:
    """The shapes of one object, which share label and group; each with its place in the file."""

    parts: list[tuple[dict[str, Any], str]] = field(default_factory=list)


def _instance(run: PerImage, name: Named, instance: _Instance) -> Iterator[Record]:
    """One object of all its shapes that can be read; what belongs to no part is taken from the first."""
    size, found, errors = run.opened(name).size, [], []
    for shape, where in instance.parts:
        try:
            found.append((*read_shape(shape, size, where), shape, where))
        except FormatError as error:
            errors.append(error)
    if not found:
        yield lost_by(errors[0], "shape")
        return
    for failed in errors:
        yield warning("shape", failed.where, "{failed}; this part was left out", failed=reason(failed))
    mask, drawn, shape, where = found[0]
    if len(found) > 1:
        masks = [part[0] for part in found]
        mask, rings = union(masks), [ring for part in found for ring in _polygon_rings(part[1])]
        apart = len(rings) == len(found) and sum(part.area for part in masks) == mask.area
        drawn = DrawnShape(ShapeKind.POLYGON, tuple(rings)) if apart else None
    yield from _shape(run, name, shape, where, mask, drawn=drawn)


def _polygon_rings(drawn: DrawnShape | None) -> tuple[Ring, ...]:
    return drawn.rings if drawn is not None and drawn.kind is ShapeKind.POLYGON else ()


def _size(data: dict[str, Any], where: str) -> tuple[Size | None, Issue | None]:
    width, height, issue = data.get("imageWidth"), data.get("imageHeight"), None
    if width is not None and height is not None:
        size, issue = read_size(width, height, where)
        if size is not None:
            return size, issue
    embedded = data.get("imageData")
    if isinstance(embedded, str):
        with (
            contextlib.suppress(binascii.Error, ImageReadError, FormatError),
            embedded_picture(base64.b64decode(embedded), f"{where}.imageData") as picture,
        ):
            return checked_size(picture.width, picture.height, where), issue
    return None, issue


def _image(data: dict[str, Any]) -> ImageRecord:
    flags = data.get("flags")
    extra = extra_keys(data, _FILE_KEYS)
    if isinstance(flags, dict) and flags:
        extra["flags"] = clean_json(flags)
    flagged = (
        frozenset(clean_text(k) for k, v in flags.items() if v is True) if isinstance(flags, dict) else ()
    )
    return ImageRecord(id=1, file_name="", size=Size(1, 1), flags=frozenset(flagged), extra=extra)


def _shape(
    run: PerImage, name: Named, shape: dict[str, Any], where: str, mask: Rle, *, drawn: DrawnShape | None
) -> Iterator[Record]:
    """The object with all that its shape says besides the outline."""
    opened = run.opened(name)
    label = shape.get("label")
    if not isinstance(label, str) or not label.strip():
        yield warning(
            "name",
            f"{where}.label",
            "{label!r} is not a class name; it became 'unnamed'",
            label=str(label)[:40],
        )
        label = "unnamed"
    fields: dict[str, Any] = {"extra": extra_keys(shape, _SHAPE_KEYS)}
    if shape.get("shape_type") in ("oriented_rectangle", "rotation", "quadrilateral"):
        fields["extra"]["shape_type"] = shape["shape_type"]
    group, flags, score = plain_id(shape.get("group_id")), shape.get("flags"), shape.get("score")
    if isinstance(group, int) and not isinstance(group, bool) and abs(group) < 2**63:
        fields["group_id"] = group
    elif group is not None:
        yield warning(
            "wrong-type",
            f"{where}.group_id",
            "{group!r} is not a whole number; left out",
            group=str(group)[:40],
        )
    attributes = shape.get("attributes")
    fields["attributes"] = clean_json(attributes) if isinstance(attributes, dict) else {}
    if isinstance(flags, dict) and all(isinstance(value, bool) for value in flags.values()):
        fields["attributes"] |= clean_json(flags)
    elif flags is not None:
        yield warning("wrong-type", f"{where}.flags", "is not a mapping to true or false; left out")
    if is_number(score):
        fields["score"] = float(score)  # type: ignore[arg-type]
    fields["note"] = clean_text(shape.get("description") or "")
    if isinstance(shape, DuplicateKeys):
        yield warning(
            "duplicate-key",
            where,
            "names {duplicates} twice; the last one counts",
            duplicates=", ".join(shape.duplicates),
        )
    yield from run.category(label)
    annotation = run.annotation(opened, label, mask, drawn, **fields)
    if opened.turn == 1:
        annotation, issue = take_extended(annotation, shape, where)
        if issue:
            yield issue
        if not _fits(annotation):  # the points were moved since we wrote them
            annotation = replace(annotation, drawn=drawn)
    yield annotation


def _fits(annotation: Annotation) -> bool:
    """Whether the drawn outline says the mask."""
    drawn = annotation.drawn
    with contextlib.suppress(FormatError):
        return drawn is None or drawn_to_rle(drawn, annotation.mask.size) == annotation.mask
    return False


def write_labelme(dataset: Dataset, target: Path, options: WriteOptions) -> ExportReport:
    """Write one JSON file a picture through the gate."""

    def fill(staging: Staging) -> None:
        names = {category.id: category.name for category in dataset.meta.categories}
        for image, objects in each_picture(dataset, options, "Writing labelme"):
            kept = staging.with_pixels(objects)
            shapes = [
                shape
                for annotation, group in zip(kept, distinct_groups(kept), strict=True)
                for shape in _shape_json(
                    annotation, names[annotation.category_id], group, options.masks is CocoMasks.RLE
                )
            ]
            content = {
                "version": VERSION,
                "flags": _flags_of(image),
                "shapes": shapes,
                "imagePath": _image_path(image, target, options),
                "imageData": None,
                "imageHeight": image.size.height,
                "imageWidth": image.size.width,
                **{key: value for key, value in image.extra.items() if key != "flags"},
                **to_extended(replace(image, flags=frozenset())),
            }
            text = json_text(content, indent=2)
            staging.write(f"{stem_of(image.file_name)}.json", text.encode())
            staging.place(image.file_name, image, options, Placement.LIST)

    return export_folder(dataset, target, fill, Rules(read=read_labelme, exact=True), options)


def _flags_of(image: ImageRecord) -> dict[str, bool]:
    kept = image.extra.get("flags")
    known = dict.fromkeys(kept, False) if isinstance(kept, dict) else {}
    return known | dict.fromkeys(sorted(image.flags), True)


def _image_path(image: ImageRecord, target: Path, options: WriteOptions) -> str:
    """Relative to the JSON file where the picture is known, else its base name: beside the JSON file."""
    how = options.pictures or Placement.LIST
    path = options.picture_path(image) if options.picture_path and how is Placement.LIST else None
    if path is not None:
        folder = (target / image.file_name).parent.absolute()
        try:
            return Path(os.path.relpath(path.absolute(), folder)).as_posix()
        except ValueError:  # another drive
            return path.absolute().as_posix()
    return PurePosixPath(image.file_name).name


def _shape_json(annotation: Annotation, label: str, group: int, as_mask: bool) -> list[dict[str, Any]]:
    """The shapes of one object; with several parts, or a group of its own, they share ``group_id``."""
    flags = {k: v for k, v in annotation.attributes.items() if isinstance(v, bool)}
    others = {k: v for k, v in annotation.attributes.items() if k not in flags}
    shapes, said = shapes_of(annotation, as_mask)
    extra = dict(annotation.extra)
    kind = extra.pop("shape_type", None)
    if len(shapes) == 1 and shapes[0]["shape_type"] == "polygon" and kind == "oriented_rectangle":
        shapes[0]["shape_type"] = kind
    number = group if len(shapes) > 1 or annotation.group_id is not None else None
    # what labelme has keys for, and what the shapes say by themselves, needs no extension
    rest = replace(annotation, note="", group_id=None, drawn=None if said else annotation.drawn)
    extended = dict(to_extended(rest).get(KEY, {}))
    if annotation.iscrowd:
        extended["iscrowd"] = True
    if number != annotation.group_id:
        extended["group_id"] = annotation.group_id
    common = {
        **({"attributes": others} if others else {}),
        **({"score": annotation.score} if annotation.score is not None else {}),
        **extra,
    }
    return [
        {
            "label": label,
            "points": shape["points"],
            "group_id": number,
            "description": annotation.note,
            "shape_type": shape["shape_type"],
            "flags": flags,
            "mask": shape["mask"],
            **common,
            **({KEY: extended} if extended and index == 0 else {}),
        }
        for index, shape in enumerate(shapes)
    ]


def _recognises(path: Path) -> bool:
    return any((head := json_head(p)).has("shapes") and not head.is_list for p in first_files(path, ".json"))


def _recognises_xanylabeling(path: Path) -> bool:
    heads = map(json_head, first_files(path, ".json"))
    return any(head.has("shapes") and (head.names("kie_linking") or head.names("checked")) for head in heads)


read_xanylabeling = functools.partial(read_labelme, name="xanylabeling")

register(
    Format(
        name="xanylabeling",
        title="X-AnyLabeling (JSON)",
        is_folder=True,
        suffix=".json",
        read=read_xanylabeling,
        write=None,
        recognises=_recognises_xanylabeling,
        extends="labelme",
    )
)
register(
    Format(
        name="labelme",
        title="labelme (JSON)",
        is_folder=True,
        suffix=".json",
        by_stem=ByStem.PART,
        read=read_labelme,
        write=write_labelme,
        recognises=_recognises,
        pictures=Placement.LIST,
    )
)
