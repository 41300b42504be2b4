"""What this program knows and a format has no key for: one ``slimsam`` mapping beside the format's keys."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from dataclasses import replace
from types import NoneType
from typing import Any

from slimsam_core.annotation import (
    Annotation,
    Category,
    DrawnShape,
    ImageState,
    Provenance,
    ShapeKind,
    check_drawn,
)
from slimsam_core.errors import FormatError
from slimsam_core.formats.records import ImageRecord, Issue, Severity
from slimsam_core.pixels.geometry import PromptSet

KEY = "slimsam"


@functools.singledispatch
def to_extended(record: object) -> dict[str, Any]:
    """``{"slimsam": {...}}`` with what differs from the default, or an empty mapping."""
    raise TypeError(f"no extension for {type(record).__name__}")


@to_extended.register
def _(record: ImageRecord) -> dict[str, Any]:
    return _wrapped(
        {
            "exif_orientation": record.exif_orientation if record.exif_orientation != 1 else None,
            "flags": sorted(record.flags),
            "comment": record.comment,
            "state": str(record.state) if record.state not in (None, ImageState.NEW) else None,
        }
    )


@to_extended.register
def _(record: Category) -> dict[str, Any]:
    return _wrapped({"color": record.color, "hotkey": record.hotkey, "attributes": dict(record.attributes)})


@to_extended.register
def _(record: Annotation) -> dict[str, Any]:
    drawn = record.drawn
    values: dict[str, Any] = {
        "note": record.note,
        "author": record.author,
        "layer": record.layer,
        "hidden": record.hidden,
        "locked": record.locked,
        "provenance": provenance_to_json(record.provenance),
    }
    if record.group_id is not None:
        values["group_id"] = record.group_id
    if drawn is not None:
        values["drawn"] = {"kind": str(drawn.kind), "rings": [[list(p) for p in r] for r in drawn.rings]}
    return _wrapped(values)


def _wrapped(values: dict[str, Any]) -> dict[str, Any]:
    used = {k: v for k, v in values.items() if v or k == "group_id"}
    return {KEY: used} if used else {}


_MAX_NUMBER = 2**63
"""What a project can store."""

_PROVENANCE_DEFAULTS = vars(Provenance())


def provenance_to_json(provenance: Provenance) -> dict[str, Any]:
    """What differs from the default; that an object was imported says nothing to the next program."""
    values = {k: v for k, v in vars(provenance).items() if v != _PROVENANCE_DEFAULTS[k]}
    if provenance.is_imported:
        values.pop("source", None)
    if provenance.prompts is not None:
        values["prompts"] = provenance.prompts.to_json()
    return values


def take_extended(record: Any, value: Mapping[str, Any], where: str) -> tuple[Any, Issue | None]:
    """``record`` with what ``value`` keeps under ``slimsam``; unchanged, with a warning, when that is odd."""
    if KEY not in value:
        return record, None
    try:
        return from_extended(record, value[KEY]), None
    except FormatError as error:
        place = f"{where}.{KEY}"
        return record, Issue(
            severity=Severity.WARNING, code="wrong-type", where=place, message=f"left out: {error.message}"
        )


def from_extended(record: Any, value: object) -> Any:
    """``record`` with what ``to_extended`` kept under ``slimsam``. Raises FormatError for other content."""
    if not isinstance(value, dict):
        raise FormatError("is not a mapping", where=KEY)
    known = {name: value[name] for name in _PLAIN.get(type(record), ()) if name in value}
    for name, content in known.items():
        if not isinstance(content, _TYPES[name]) or (
            isinstance(content, int | float) and not abs(content) < _MAX_NUMBER
        ):
            raise FormatError("{name} is {content!r}", where=KEY, name=name, content=str(content)[:40])
    try:
        if "flags" in known:
            known["flags"] = frozenset(map(str, known["flags"]))
        if "state" in known:
            known["state"] = ImageState(known["state"])
        if isinstance(record, Annotation):
            if value.get("drawn") is not None:
                known["drawn"] = _drawn_from_json(value["drawn"])
            if "provenance" in value:
                known["provenance"] = provenance_from_json(value["provenance"])
    except (TypeError, ValueError, KeyError, AttributeError, OverflowError) as error:
        raise FormatError("cannot be understood ({error})", where=KEY, error=error) from error
    return replace(record, **known)


_PLAIN: dict[type, tuple[str, ...]] = {
    ImageRecord: ("exif_orientation", "flags", "comment", "state"),
    Category: ("color", "hotkey", "attributes"),
    Annotation: ("note", "author", "group_id", "layer", "hidden", "locked", "iscrowd"),
}
_TYPES: dict[str, type | tuple[type, ...]] = {
    "exif_orientation": int,
    "flags": list,
    "comment": str,
    "state": str,
    "color": str,
    "hotkey": str,
    "attributes": dict,
    "note": str,
    "author": str,
    "group_id": (int, NoneType),
    "iscrowd": bool,
    "layer": (int, float),
    "hidden": bool,
    "locked": bool,
}


def _drawn_from_json(value: dict[str, Any]) -> DrawnShape:
    kind = ShapeKind(value["kind"])
    rings = tuple(tuple((float(x), float(y)) for x, y in ring) for ring in value["rings"])
    shape = DrawnShape(kind, rings)
    check_drawn(shape)
    if not all(len(ring) >= _LEAST.get(kind, 1) for ring in rings):
        raise ValueError(f"it is no {kind}")
    return shape


_LEAST: Mapping[ShapeKind, int] = {ShapeKind.POLYGON: 3, ShapeKind.LINE: 2}
"""The least number of points of an outline."""


def provenance_from_json(value: dict[str, Any]) -> Provenance:
    """The inverse of ``provenance_to_json``. Raises TypeError, ValueError or KeyError on other content."""
    prompts = value.get("prompts")
    known: dict[str, Any] = {n: str(value[n]) for n in ("source", "model_name", "model_hash") if n in value}
    for name in ("predicted_iou", "stability_score", "time_spent_s", "candidate_agreement"):
        if name in value:
            known[name] = float(value[name])
            if not math.isfinite(known[name]):
                raise ValueError(f"{name} is not finite")
    return Provenance(
        prompts=PromptSet.from_json(prompts) if prompts else None,
        human_edits=int(value.get("human_edits", 0)),
        **known,
    )
