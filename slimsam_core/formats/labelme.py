"""labelme JSON, one file beside each picture, in and out; X-AnyLabeling's dialect of it in."""

from __future__ import annotations

import base64
import binascii
import functools
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from slimsam_core.annotation import Annotation
from slimsam_core.errors import FormatError, ImageReadError
from slimsam_core.formats.context import (
    ReadContext,
    checked_size,
    clean_json,
    clean_text,
    extra_keys,
    lost_by,
    warning,
)
from slimsam_core.formats.extended import KEY, take_extended, to_extended
from slimsam_core.formats.folder_export import REPORT_EVERY, Rules, Staging, export_folder
from slimsam_core.formats.json_stream import DuplicateKeys, is_number, load_json
from slimsam_core.formats.json_text import json_text
from slimsam_core.formats.labelme_shapes import read_shape, shape_of
from slimsam_core.formats.per_image import PerImage, annotation_files, file_error, left_out_links
from slimsam_core.formats.pictures import stem_of
from slimsam_core.formats.records import Dataset, ImageRecord, Record, by_image
from slimsam_core.formats.registry import Format, WriteOptions, register
from slimsam_core.formats.report import ExportReport
from slimsam_core.formats.sniff import first_files, json_head
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.picture_file import embedded_picture
from slimsam_core.progress import Progress

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
            "duplicate-key", where, f"names {', '.join(data.duplicates)} twice; the last one counts"
        )
    try:
        named = data.get("imagePath")
        if not isinstance(named, str) or not named:
            raise FormatError("is not a file name", where=f"{where}: imagePath")
        name, issue = run.locate(file, named, f"{where}: imagePath")
        if issue:
            yield issue
        image, issue = take_extended(_image(data), data, where)
        if issue:
            yield issue
        yield from run.open(image, name, _size(data, where), where)
    except FormatError as error:
        for _ in shapes:
            run.context.met("Reading objects")
        yield lost_by(error, "image", len(shapes))
        return
    for index, shape in enumerate(shapes):
        run.context.met("Reading objects")
        place = f"{where}: shapes[{index}]"
        try:
            if not isinstance(shape, dict):
                raise FormatError("is not a shape", where=place)
            yield from _shape(run, name, shape, place)
        except FormatError as error:
            yield lost_by(error, "shape")


def _size(data: dict[str, Any], where: str) -> Size | None:
    width, height = data.get("imageWidth"), data.get("imageHeight")
    if width is not None and height is not None:
        return checked_size(width, height, where)
    embedded = data.get("imageData")
    if not isinstance(embedded, str):
        return None
    try:
        with embedded_picture(base64.b64decode(embedded), f"{where}.imageData") as picture:
            return checked_size(picture.width, picture.height, where)
    except (binascii.Error, ImageReadError):
        return None


def _image(data: dict[str, Any]) -> ImageRecord:
    flags = data.get("flags")
    extra = extra_keys(data, _FILE_KEYS)
    if isinstance(flags, dict) and flags:
        extra["flags"] = clean_json(flags)
    flagged = (
        frozenset(clean_text(k) for k, v in flags.items() if v is True) if isinstance(flags, dict) else ()
    )
    return ImageRecord(1, "", Size(1, 1), flags=frozenset(flagged), extra=extra)


def _shape(run: PerImage, name: str, shape: dict[str, Any], where: str) -> Iterator[Record]:
    opened = run.opened(name)
    mask, drawn = read_shape(shape, opened.size, where)
    label = shape.get("label")
    if not isinstance(label, str) or not label.strip():
        yield warning(
            "name", f"{where}.label", f"{str(label)[:40]!r} is not a class name; it became 'unnamed'"
        )
        label = "unnamed"
    fields: dict[str, Any] = {"extra": extra_keys(shape, _SHAPE_KEYS)}
    if shape.get("shape_type") in ("oriented_rectangle", "rotation", "quadrilateral"):
        fields["extra"]["shape_type"] = shape["shape_type"]
    group, flags, score = shape.get("group_id"), shape.get("flags"), shape.get("score")
    if isinstance(group, int) and not isinstance(group, bool) and abs(group) < 2**63:
        fields["group_id"] = group
    elif group is not None:
        yield warning(
            "wrong-type", f"{where}.group_id", f"{str(group)[:40]!r} is not a whole number; left out"
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
            "duplicate-key", where, f"names {', '.join(shape.duplicates)} twice; the last one counts"
        )
    yield from run.category(label)
    annotation = run.annotation(opened, label, mask, drawn, **fields)
    if opened.turn == 1:
        annotation, issue = take_extended(annotation, shape, where)
        if issue:
            yield issue
    yield annotation


def write_labelme(dataset: Dataset, target: Path, options: WriteOptions) -> ExportReport:
    """Write one JSON file a picture through the gate."""

    def fill(staging: Staging) -> None:
        names = {category.id: category.name for category in dataset.meta.categories}
        for done, (image, objects) in enumerate(by_image(dataset)):
            if done % REPORT_EVERY == 0:
                options.cancel.raise_if_cancelled()
                options.progress(Progress("Writing labelme", done, dataset.count_images()))
            shapes = [_shape_json(a, names[a.category_id]) for a in staging.with_pixels(objects)]
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

    return export_folder(dataset, target, fill, Rules(read_labelme, exact=True), options)


def _flags_of(image: ImageRecord) -> dict[str, bool]:
    kept = image.extra.get("flags")
    known = dict.fromkeys(kept, False) if isinstance(kept, dict) else {}
    return known | dict.fromkeys(sorted(image.flags), True)


def _image_path(image: ImageRecord, target: Path, options: WriteOptions) -> str:
    """Relative to the JSON file where the picture is known, else its base name: beside the JSON file."""
    if options.picture_path is not None:
        folder = (target / image.file_name).parent.absolute()
        try:
            return Path(os.path.relpath(options.picture_path(image.file_name), folder)).as_posix()
        except ValueError:  # another drive
            pass
    return PurePosixPath(image.file_name).name


def _shape_json(annotation: Annotation, label: str) -> dict[str, Any]:
    flags = {k: v for k, v in annotation.attributes.items() if isinstance(v, bool)}
    others = {k: v for k, v in annotation.attributes.items() if k not in flags}
    shape = shape_of(annotation)
    extra = dict(annotation.extra)
    if shape["shape_type"] == "polygon" and extra.get("shape_type") == "oriented_rectangle":
        shape["shape_type"] = "oriented_rectangle"
    extra.pop("shape_type", None)
    # what labelme has keys for, and what the shape says by itself, needs no extension
    rest = replace(annotation, note="", group_id=None)
    if shape["shape_type"] != "mask":
        rest = replace(rest, drawn=None)
    extended = to_extended(rest)
    return {
        "label": label,
        "points": shape["points"],
        "group_id": annotation.group_id,
        "description": annotation.note,
        "shape_type": shape["shape_type"],
        "flags": flags,
        "mask": shape["mask"],
        **({"attributes": others} if others else {}),
        **({"score": annotation.score} if annotation.score is not None else {}),
        **extra,
        **extended,
    }


def _recognises(path: Path) -> bool:
    return any(
        '"shapes"' in (head := json_head(p)) and "imagePath" in head for p in first_files(path, ".json")
    )


def _recognises_xanylabeling(path: Path) -> bool:
    heads = map(json_head, first_files(path, ".json"))
    return any('"shapes"' in head and ('"kie_linking"' in head or '"checked"' in head) for head in heads)


read_xanylabeling = functools.partial(read_labelme, name="xanylabeling")

register(
    Format(
        "xanylabeling",
        "X-AnyLabeling (JSON)",
        True,
        ".json",
        read_xanylabeling,
        None,
        _recognises_xanylabeling,
    )
)
register(Format("labelme", "labelme (JSON)", True, ".json", read_labelme, write_labelme, _recognises))
