"""ISAT JSON, one file beside each picture, in and out.

Parts of one object share category and group. A hole is an object of ``__background__`` on a higher layer: it
cuts everything below it, as a painter would. ``bbox`` is ``[x0, y0, x1, y1]``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from slimsam_core.annotation import Annotation, DrawnShape, ShapeKind
from slimsam_core.errors import FormatError
from slimsam_core.files.listing import is_file, is_folder
from slimsam_core.formats.context import (
    ReadContext,
    clean_text,
    extra_keys,
    lost,
    lost_by,
    read_size,
    reason,
    warning,
)
from slimsam_core.formats.finding import Named
from slimsam_core.formats.folder_export import Rules, Staging, each_picture, export_folder
from slimsam_core.formats.groups import distinct_groups
from slimsam_core.formats.json_stream import DuplicateKeys, is_number, load_json
from slimsam_core.formats.json_text import json_text
from slimsam_core.formats.keyhole import joined_ring
from slimsam_core.formats.labelme_shapes import points_of
from slimsam_core.formats.per_image import PerImage, annotation_files, file_error, left_out_links
from slimsam_core.formats.pictures import stem_of
from slimsam_core.formats.records import Dataset, ImageRecord, Record
from slimsam_core.formats.registry import ByStem, Format, Placement, WriteOptions, register
from slimsam_core.formats.report import ExportReport
from slimsam_core.formats.shapes import even_odd_to_rle
from slimsam_core.formats.sniff import first_files, json_head
from slimsam_core.formats.text_files import read_yaml
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask import Ring, Rle, intersection, subtract, union
from slimsam_core.pixels.mask_crop import outlines

BACKGROUND = "__background__"
HOLE_ABOVE = 0.5
"""Layers from an object to the holes that are cut out of it."""
_KEYS = frozenset(("category", "group", "segmentation", "area", "layer", "bbox", "iscrowd", "note"))


@dataclass(kw_only=True)
class _Parts:
    """The entries of one object: category, group, and its polygons."""

    category: str
    layer: float
    value: dict[str, Any]
    group: int | None
    where: str
    rings: list[Ring] = field(default_factory=list)
    mask: Rle | None = None


def read_isat(source: Path, context: ReadContext) -> Iterator[Record]:
    """Yield the records of an ISAT file, or of all below a folder. Raises FormatError without any."""
    run = PerImage(source, context, "isat")
    side_file = (source if is_folder(source) else source.parent) / "isat.yaml"
    if is_file(side_file):
        try:
            yield from _classes(run, read_yaml(side_file))
        except FormatError as error:
            yield file_error(error)
    yield from left_out_links(source, ".json")
    files = annotation_files(source, ".json")
    for done, file in enumerate(files):
        context.tick("Reading files", done, len(files))
        where = run.where(file)
        try:
            data = load_json(file)
            known = isinstance(data, dict) and isinstance(data.get("info"), dict)
            if not known or not isinstance(data.get("objects"), list):
                raise FormatError("is not an ISAT file: it has no info and objects", where=where)
        except FormatError as error:
            yield file_error(error)
            continue
        yield from _file(run, file, data, where)


def _classes(run: PerImage, data: Any) -> Iterator[Record]:
    labels = data.get("label") if isinstance(data, dict) else None
    for label in labels if isinstance(labels, list) else ():
        name = label.get("name") if isinstance(label, dict) else None
        if isinstance(name, str) and name != BACKGROUND:
            color = label.get("color")
            hexadecimal = isinstance(color, str) and len(color) == 7 and color.startswith("#")
            yield from run.category(name, color=color if hexadecimal else "")


def _file(run: PerImage, file: Path, data: dict[str, Any], where: str) -> Iterator[Record]:
    info, entries = data["info"], data["objects"]
    try:
        name, issue = run.locate(file, info.get("name"), f"{where}: info.name")
        if issue:
            yield issue
        size, issue = read_size(info.get("width"), info.get("height"), f"{where}: info")
        if issue:
            yield issue
        image = ImageRecord(id=1, file_name="", size=Size(1, 1), comment=clean_text(info.get("note") or ""))
        yield from run.open(image, name, size, where, run.stem(file))
    except FormatError as error:
        for _ in entries:
            run.context.met("Reading objects")
        yield lost_by(error, "image", len(entries))
        return
    written_size = run.opened(name).size
    objects: dict[object, _Parts] = {}
    holes: list[tuple[float, Rle]] = []
    for index, entry in enumerate(entries):
        yield from _entry(run, entry, f"{where}: objects[{index}]", written_size, objects, holes=holes)
    for parts in objects.values():
        yield from _object(run, name, parts, holes)


def _entry(
    run: PerImage,
    entry: object,
    where: str,
    size: Size,
    objects: dict[object, _Parts],
    *,
    holes: list[tuple[float, Rle]],
) -> Iterator[Record]:
    """Put one entry to its object or to the holes; an object is counted with its first entry."""
    if not isinstance(entry, dict):
        run.context.met("Reading objects")
        yield lost("wrong-type", where, "is not an object")
        return
    category, layer, group = entry.get("category"), entry.get("layer"), entry.get("group")
    if not isinstance(category, str) or not category.strip():
        yield warning(
            "name",
            f"{where}.category",
            "{category!r} is not a name; it became 'unnamed'",
            category=str(category)[:40],
        )
        category = "unnamed"
    if not is_number(layer):
        yield warning(
            "wrong-type", f"{where}.layer", "{layer!r} is not a number; taken as 1", layer=str(layer)[:40]
        )
        layer = 1.0
    if not isinstance(group, int) or isinstance(group, bool) or abs(group) >= 2**63:
        group = None
    if isinstance(entry, DuplicateKeys):
        yield warning(
            "duplicate-key",
            where,
            "names {duplicates} twice; the last one counts",
            duplicates=", ".join(entry.duplicates),
        )
    parts = None
    if category != BACKGROUND:
        parts = objects.get((category, group)) if group is not None else None
        if parts is None:
            run.context.met("Reading objects")
            parts = _Parts(category=category, layer=float(layer), value=entry, group=group, where=where)  # type: ignore[arg-type]
            objects[(category, group) if group is not None else where] = parts
    try:
        ring = _ring(entry.get("segmentation"), f"{where}.segmentation")
        mask = even_odd_to_rle((ring,), size)
    except FormatError as error:
        yield warning("polygon", error.where or where, "{error}; this part was left out", error=reason(error))
        return
    if any(not (-1 <= x <= size.width + 1 and -1 <= y <= size.height + 1) for x, y in ring):
        yield warning("outside", f"{where}.segmentation", "reaches out of the picture; cut off")
    if parts is None:
        holes.append((float(layer), mask))  # type: ignore[arg-type]
        return
    parts.rings.append(ring)
    previous, parts.layer = parts.mask, max(parts.layer, float(layer))  # type: ignore[arg-type]
    parts.mask = mask if previous is None else union((previous, mask))


def _ring(value: object, where: str) -> Ring:
    if not isinstance(value, list) or len(value) < 3:
        raise FormatError("is not a list of at least 3 points", where=where)
    return points_of(value, where)


def _object(run: PerImage, name: Named, parts: _Parts, holes: list[tuple[float, Rle]]) -> Iterator[Record]:
    mask = parts.mask
    if mask is None:
        yield lost("polygon", parts.where, "has no usable part")
        return
    whole = mask.area
    for layer, hole in holes:
        if layer > parts.layer:
            mask = subtract(mask, hole)
    if not mask.area:
        yield lost("polygon", parts.where, "covers no pixel of the picture that is not cut out again")
        return
    simple = len(parts.rings) == 1 and mask.area == whole
    drawn = DrawnShape(ShapeKind.POLYGON, tuple(parts.rings)) if simple else None
    crowd = parts.value.get("iscrowd")
    if crowd not in (None, True, False, 0, 1):
        yield warning(
            "wrong-type", f"{parts.where}.iscrowd", "is {crowd!r}, not true or false", crowd=str(crowd)[:40]
        )
    yield from run.category(parts.category)
    yield run.annotation(
        run.opened(name),
        parts.category,
        mask,
        drawn,
        iscrowd=crowd in (True, 1),
        note=clean_text(parts.value.get("note") or ""),
        group_id=parts.group,
        layer=parts.layer,
        extra=extra_keys(parts.value, _KEYS),
    )


def write_isat(dataset: Dataset, target: Path, options: WriteOptions) -> ExportReport:
    """Write one JSON file a picture, and ``isat.yaml``, through the gate."""

    def fill(staging: Staging) -> None:
        names = {category.id: category.name for category in dataset.meta.categories}
        for image, objects in each_picture(dataset, options, "Writing ISAT"):
            info = {
                "description": "ISAT",
                "folder": _folder_of(image, options),
                "name": PurePosixPath(image.file_name).name,
                "width": image.size.width,
                "height": image.size.height,
                "depth": 3,
                "note": image.comment,
            }
            entries = _entries(staging.with_pixels(objects), names)
            text = json_text({"info": info, "objects": entries}, indent=1)
            staging.write(f"{stem_of(image.file_name)}.json", text.encode())
            staging.place(image.file_name, image, options, Placement.LIST)
        labels = [{"color": c.display_color, "name": c.name} for c in dataset.meta.categories]
        # JSON is YAML, and needs no care with odd names
        side_file = {"label": [{"color": "#000000", "name": BACKGROUND}, *labels]}
        staging.write("isat.yaml", json_text(side_file, indent=1).encode())

    return export_folder(dataset, target, fill, Rules(read=read_isat, exact=True), options)


def _folder_of(image: ImageRecord, options: WriteOptions) -> str:
    """Where ISAT finds the picture; empty when it lies beside the file, or nobody knows."""
    how = options.pictures or Placement.LIST
    path = options.picture_path(image) if options.picture_path and how is Placement.LIST else None
    return path.absolute().parent.as_posix() if path is not None else ""


def _entries(objects: list[Annotation], names: dict[int, str]) -> list[dict[str, Any]]:
    """All objects of a picture, layers and groups kept, a hole half a layer above what it is cut out of."""
    entries: list[dict[str, Any]] = []
    for annotation, group in zip(objects, distinct_groups(objects), strict=True):
        size, layer = annotation.mask.size, annotation.layer
        polygons = outlines(annotation.mask)
        rings = [polygon.exterior for polygon in polygons]
        holes = [hole for polygon in polygons for hole in polygon.holes]
        cut = [even_odd_to_rle((hole,), size) for hole in holes]
        # a hole would also cut an island inside it, and what lies lower and shows through
        lower = [other for other in objects if other.layer < layer + HOLE_ABOVE]
        if any(_overlap(hole, other.mask) for hole in cut for other in lower):
            rings, holes, cut = [joined_ring([polygon]) for polygon in polygons], [], []
        common = {
            **annotation.extra,
            "category": names[annotation.category_id],
            "group": group,
            "iscrowd": annotation.iscrowd,
            "note": annotation.note,
        }
        for ring in rings:
            entries.append(_entry_json(common, ring, even_odd_to_rle((ring,), size), layer))
        for hole, mask in zip(holes, cut, strict=True):
            background = {"category": BACKGROUND, "group": group, "iscrowd": False, "note": ""}
            entries.append(_entry_json(background, hole, mask, layer + HOLE_ABOVE))
    return entries


def _overlap(a: Rle, b: Rle) -> bool:
    ax, ay, aw, ah = a.bbox_xywh
    bx, by, bw, bh = b.bbox_xywh
    if ax >= bx + bw or bx >= ax + aw or ay >= by + bh or by >= ay + ah:
        return False
    return bool(intersection((a, b)).area)


def _entry_json(common: dict[str, Any], ring: Ring, mask: Rle, layer: float) -> dict[str, Any]:
    x, y, width, height = mask.bbox_xywh
    return {
        **common,
        "segmentation": [[px, py] for px, py in ring],
        "area": float(mask.area),
        "layer": layer,
        "bbox": [float(x), float(y), float(x + width), float(y + height)],
    }


def _recognises(path: Path) -> bool:
    heads = map(json_head, first_files(path, ".json"))
    return any(head.has("objects", "info") and not head.is_list for head in heads)


register(
    Format(
        name="isat",
        title="ISAT (JSON)",
        is_folder=True,
        suffix=".json",
        by_stem=ByStem.PART,
        read=read_isat,
        write=write_isat,
        recognises=_recognises,
        pictures=Placement.LIST,
    )
)
