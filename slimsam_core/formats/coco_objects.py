"""One COCO annotation as an object: its mask from polygons or run-length codes, its numbers checked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from slimsam_core.annotation import (
    MAX_COORDINATE,
    Annotation,
    DrawnShape,
    Provenance,
    ShapeKind,
    imported_from,
)
from slimsam_core.errors import FormatError
from slimsam_core.formats.context import clean_json, extra_keys, lost_by, reason, warning
from slimsam_core.formats.extended import KEY, take_extended
from slimsam_core.formats.json_stream import DuplicateKeys, is_number
from slimsam_core.formats.outlines import coco_areas, coco_raster
from slimsam_core.formats.records import BOX_ONLY, Issue
from slimsam_core.formats.shapes import bounds, rectangle_ring
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask import Ring, Rle, from_compressed, from_runs

_KNOWN = frozenset(
    ("id", "image_id", "category_id", "iscrowd", "area", "bbox", "segmentation", "attributes", "score", KEY)
)
OUTSIDE_TOLERANCE = 1.0
"""Pixels that an outline may pass the edge: several tools count the last pixel's far side."""


@dataclass(frozen=True)
class Owner:
    """The ids that an object gets, and the size of its picture."""

    annotation_id: int
    image_id: int
    category_id: int
    size: Size


def read_object(value: dict[str, Any], owner: Owner, where: str) -> Iterator[Annotation | Issue]:
    """The object and warnings about it, or an issue that says why it is not taken over."""
    issues: list[Issue] = []
    try:
        mask, drawn = _mask(value, owner.size, where, issues)
    except FormatError as error:
        yield from issues
        yield lost_by(error, "segmentation")
        return
    iscrowd = value.get("iscrowd", 0)
    if isinstance(iscrowd, bool) or iscrowd not in (0, 1):
        issues.append(
            warning("wrong-type", f"{where}.iscrowd", "is {iscrowd!r}; it must be 0 or 1", iscrowd=iscrowd)
        )
    annotation = Annotation(
        id=owner.annotation_id,
        image_id=owner.image_id,
        category_id=owner.category_id,
        mask=mask,
        drawn=drawn,
        iscrowd=bool(iscrowd) if iscrowd in (0, 1) else False,
        provenance=Provenance(source=imported_from("coco")),
        extra=extra_keys(value, _KNOWN),
    )
    annotation = _with_details(annotation, value, where, issues)
    if isinstance(value, DuplicateKeys):
        names = ", ".join(value.duplicates)
        issues.append(
            warning("duplicate-key", where, "names {names} twice; the last one counts", names=names)
        )
    _check_numbers(value, mask, where, issues)
    yield from issues
    yield annotation


def mask_of(segmentation: dict[str, Any] | list[Any], size: Size, where: str) -> Rle:
    """The pixels that a run-length code or polygons say. Raises FormatError."""
    if isinstance(segmentation, dict):
        return _run_lengths(segmentation, {}, size, where, [])
    return _polygons(segmentation, size, where, [])[0]


def _with_details(
    annotation: Annotation, value: dict[str, Any], where: str, issues: list[Issue]
) -> Annotation:
    changes: dict[str, Any] = {}
    attributes, score = value.get("attributes"), value.get("score")
    if isinstance(attributes, dict):
        changes["attributes"] = clean_json(attributes)
    elif attributes is not None:
        issues.append(warning("wrong-type", f"{where}.attributes", "is not a mapping and was left out"))
    if is_number(score):
        changes["score"] = float(score)  # type: ignore[arg-type]
    elif score is not None:
        issues.append(warning("wrong-type", f"{where}.score", "is not a number and was left out"))
    found: Annotation
    found, issue = take_extended(replace(annotation, **changes), value, where)
    if issue:
        issues.append(issue)
    return found


def _mask(
    value: dict[str, Any], size: Size, where: str, issues: list[Issue]
) -> tuple[Rle, DrawnShape | None]:
    segmentation = value.get("segmentation")
    place = f"{where}.segmentation"
    if isinstance(segmentation, dict):
        return _run_lengths(segmentation, value, size, place, issues), None
    if segmentation in (None, [], ""):
        return _box_only(value, size, place, issues)
    if not isinstance(segmentation, list):
        raise FormatError(
            "is {name}, not polygons or a run-length code", where=place, name=type(segmentation).__name__
        )
    return _polygons(segmentation, size, place, issues)


def _run_lengths(
    code: dict[str, Any], value: dict[str, Any], size: Size, where: str, issues: list[Issue]
) -> Rle:
    named = code.get("size")
    if named == [size.width, size.height] != [size.height, size.width]:
        # written as [width, height]: believe it only where the box agrees
        mask = _decoded(code.get("counts"), size, where)
        if not _box_agrees(value.get("bbox"), mask):
            raise FormatError(
                "size is [width, height] and the box does not tell how it is meant", where=where
            )
        issues.append(warning("swapped-size", where, "size was [width, height]; COCO says [height, width]"))
        return mask
    if named != [size.height, size.width]:
        raise FormatError(
            "size is {named}, the picture has {size}", where=where, named=str(named)[:60], size=size
        )
    return _decoded(code.get("counts"), size, where)


def _decoded(counts: object, size: Size, where: str) -> Rle:
    if isinstance(counts, str):
        return from_compressed(counts, size, where)
    if isinstance(counts, list):
        return from_runs(counts, size, where)
    raise FormatError("counts is neither a text nor a list of numbers", where=where)


def _polygons(parts: list[Any], size: Size, where: str, issues: list[Issue]) -> tuple[Rle, DrawnShape | None]:
    if parts and not any(isinstance(part, list) for part in parts):
        parts = [parts]
        issues.append(warning("wrong-type", where, "is a single list; COCO says a list of lists"))
    rings: list[Ring] = []
    for index, part in enumerate(parts):
        place = f"{where}[{index}]"
        try:
            rings.append(_ring(part, place))
        except FormatError as error:
            issues.append(
                warning("polygon", error.where, "{error}; this part was left out", error=reason(error))
            )
    if not rings:
        raise FormatError("no part is a polygon of at least 3 points", where=where)
    x0, y0, x1, y1 = bounds(point for ring in rings for point in ring)
    beyond = max(-x0, -y0, x1 - size.width, y1 - size.height)
    if beyond > OUTSIDE_TOLERANCE:
        issues.append(
            warning(
                "outside", where, "reaches {beyond:.1f} pixels out of the picture; cut off", beyond=beyond
            )
        )
    try:
        mask = coco_raster(rings, size)
    except FormatError as error:
        raise FormatError(error.message, where=where) from error
    if not mask.area:
        raise FormatError("covers no pixel", where=where)
    # overlapping parts are one area in COCO, and a hole to those who count crossings: keep the mask alone
    plain = beyond <= OUTSIDE_TOLERANCE and coco_areas(rings, size) == mask.area
    return mask, DrawnShape(ShapeKind.POLYGON, tuple(rings)) if plain else None


def _ring(part: object, where: str) -> Ring:
    if not isinstance(part, list) or not all(is_number(c) and abs(c) <= MAX_COORDINATE for c in part):
        raise FormatError("has something that is not a number of a coordinate's size", where=where)
    if len(part) < 6 or len(part) % 2:
        raise FormatError("has {part} numbers; a polygon has pairs, at least 3", where=where, part=len(part))
    return tuple((float(x), float(y)) for x, y in zip(part[::2], part[1::2], strict=True))


def _box_only(
    value: dict[str, Any], size: Size, where: str, issues: list[Issue]
) -> tuple[Rle, DrawnShape | None]:
    box = value.get("bbox")
    if not isinstance(box, list) or len(box) != 4 or not all(map(is_number, box)):
        raise FormatError("is missing", where=where)
    x, y, width, height = map(float, box)
    x0, x1 = (min(max(edge, 0.0), size.width) for edge in (x, x + width))
    y0, y1 = (min(max(edge, 0.0), size.height) for edge in (y, y + height))
    if x1 <= x0 or y1 <= y0:
        raise FormatError("is missing, and the box has no area in the picture", where=where)
    ring = rectangle_ring((x0, y0), (x1, y1))
    mask = coco_raster((ring,), size)
    if not mask.area:
        raise FormatError("is missing, and the box covers no pixel", where=where)
    issues.append(warning(BOX_ONLY, where, "is missing; the box was taken as a rectangle"))
    return mask, DrawnShape(ShapeKind.RECTANGLE, ((ring[0], ring[2]),))


_EXACT_AREA = 0.5
"""Pixels that the area of a run-length code may be off: it is a whole number."""
_AREA, _AREA_SHARE = 10, 0.1
"""Pixels, and share of the mask, that the area of an outline may be off: programs count half pixels of edges
in or out, which is much of a small object."""
_BOX_EDGE = 1.5
"""Pixels that an edge of the box may be off: rounded outwards, and by half a pixel of the frame."""


def _check_numbers(value: dict[str, Any], mask: Rle, where: str, issues: list[Issue]) -> None:
    """Compare ``area`` and ``bbox`` with the mask, which is the truth."""
    area, exact = value.get("area"), isinstance(value.get("segmentation"), dict)
    if area is None:
        issues.append(warning("missing-key", where, "has no area, which evaluation needs"))
    elif not is_number(area):
        issues.append(
            warning("wrong-type", f"{where}.area", "is {area!r}, not a number", area=str(area)[:40])
        )
    elif abs(float(area) - mask.area) > (_EXACT_AREA if exact else _AREA + _AREA_SHARE * mask.area):
        issues.append(
            warning(
                "area",
                f"{where}.area",
                "is {area:g}; the mask has {area2} pixels",
                area=area,
                area2=mask.area,
            )
        )
    box = value.get("bbox")
    if box is None:
        issues.append(warning("missing-key", where, "has no bbox"))
    elif not isinstance(box, list) or len(box) != 4 or not all(map(is_number, box)):
        issues.append(warning("wrong-type", f"{where}.bbox", "is {box}, not four numbers", box=str(box)[:60]))
    elif not _box_agrees(box, mask):
        issues.append(
            warning(
                "bbox",
                f"{where}.bbox",
                "is {box}; the mask fills {bbox_xywh}",
                box=box,
                bbox_xywh=list(mask.bbox_xywh),
            )
        )


def _box_agrees(box: object, mask: Rle) -> bool:
    if not isinstance(box, list) or len(box) != 4 or not all(map(is_number, box)):
        return False
    x, y, width, height = map(float, box)
    tight = mask.bbox_xywh
    edges = (
        (x, tight[0]),
        (y, tight[1]),
        (x + width, tight[0] + tight[2]),
        (y + height, tight[1] + tight[3]),
    )
    return all(abs(found - right) <= _BOX_EDGE for found, right in edges)
