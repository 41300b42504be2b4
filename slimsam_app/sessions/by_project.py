"""Small things remembered of each project, as JSON in one setting."""

from __future__ import annotations

import json
from typing import Any

from slimsam_app.settings import Settings
from slimsam_core.files.foreign import parse_json

MAX_PROJECTS = 40
"""More than the list of recent projects offers, still a small text."""


class ByProject:
    """Values by the projects' uids, the one kept last at the end. What cannot be read is forgotten."""

    def __init__(self, settings: Settings, key: str) -> None:
        self._settings, self._key = settings, key

    def of(self, uid: str) -> Any:
        """What is remembered of a project, None when nothing is. A stranger may have written it: check it."""
        return self._stored().get(uid)

    def keep(self, uid: str, value: dict[str, Any]) -> None:
        """Remember a value; the projects that were not kept for longest are forgotten."""
        kept = {other: known for other, known in self._stored().items() if other != uid}
        kept[uid] = value
        self._settings.set(self._key, json.dumps(dict(list(kept.items())[-MAX_PROJECTS:])))

    def _stored(self) -> dict[str, Any]:
        try:
            found = parse_json(self._settings.get(self._key))
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}
