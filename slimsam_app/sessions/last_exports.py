"""What a person chose at the last export of each project, kept beside the settings."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields

from slimsam_app.sessions.by_project import ByProject
from slimsam_app.settings import Settings

KEY = "state.exports"


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
        self._kept = ByProject(settings, KEY)

    def of(self, uid: str) -> LastExport | None:
        """The last export of the project, None when that is not known."""
        value = self._kept.of(uid)
        kinds = {field.name: field.type for field in fields(LastExport)}
        if not isinstance(value, dict) or value.keys() != kinds.keys():
            return None
        if any(type(value[name]).__name__ != kind for name, kind in kinds.items()):
            return None
        return LastExport(**value)

    def keep(self, uid: str, export: LastExport) -> None:
        """Remember an export."""
        self._kept.keep(uid, asdict(export))
