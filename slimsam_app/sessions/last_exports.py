"""What a person chose at the last export of each project, kept beside the settings."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import Any

from slimsam_app.settings import Settings
from slimsam_core.files.foreign import parse_json

KEY = "state.exports"
MAX_EXPORTS = 40
"""Projects whose last export is remembered: as many as places."""


@dataclass(frozen=True, kw_only=True)
class LastExport:
    """The choices of one export."""

    format: str
    target: str
    pictures: int
    """Row of the choice of pictures."""
    masks: str
    placement: str
    split: bool


class LastExports:
    """By the projects' uids, the last one at the end. What cannot be read is forgotten."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def of(self, uid: str) -> LastExport | None:
        """The last export of the project, None when that is not known."""
        value = self._stored().get(uid)
        kinds = {field.name: field.type for field in fields(LastExport)}
        if not isinstance(value, dict) or value.keys() != kinds.keys():
            return None
        if any(type(value[name]).__name__ != kind for name, kind in kinds.items()):
            return None
        return LastExport(**value)

    def keep(self, uid: str, export: LastExport) -> None:
        """Remember an export."""
        kept = {other: value for other, value in self._stored().items() if other != uid}
        kept[uid] = asdict(export)
        self._settings.set(KEY, json.dumps(dict(list(kept.items())[-MAX_EXPORTS:])))

    def _stored(self) -> dict[str, Any]:
        try:
            found = parse_json(self._settings.get(KEY))
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}
