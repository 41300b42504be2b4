"""What this program knows and a format has no key for: one ``slimsam`` mapping beside the format's keys."""

from __future__ import annotations

import functools
from typing import Any

from slimsam_core.annotation import Annotation, Category, Provenance
from slimsam_core.formats.records import ImageRecord

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
        }
    )


@to_extended.register
def _(record: Category) -> dict[str, Any]:
    return _wrapped({"color": record.color, "hotkey": record.hotkey, "attributes": dict(record.attributes)})


@to_extended.register
def _(record: Annotation) -> dict[str, Any]:
    drawn = record.drawn
    return _wrapped(
        {
            "note": record.note,
            "group_id": record.group_id,
            "layer": record.layer,
            "hidden": record.hidden,
            "locked": record.locked,
            "drawn": {"kind": str(drawn.kind), "rings": [[list(p) for p in r] for r in drawn.rings]}
            if drawn
            else None,
            "provenance": provenance_to_json(record.provenance),
        }
    )


def _wrapped(values: dict[str, Any]) -> dict[str, Any]:
    used = {
        k: v for k, v in values.items() if v not in (None, "", False, [], {}) and not (k == "layer" and not v)
    }
    return {KEY: used} if used else {}


def provenance_to_json(provenance: Provenance) -> dict[str, Any]:
    """What differs from the default."""
    default = Provenance()
    names = (
        "source",
        "model_name",
        "model_hash",
        "predicted_iou",
        "stability_score",
        "human_edits",
        "time_spent_s",
    )
    values = {n: getattr(provenance, n) for n in names if getattr(provenance, n) != getattr(default, n)}
    if provenance.prompts is not None:
        values["prompts"] = provenance.prompts.to_json()
    return values
