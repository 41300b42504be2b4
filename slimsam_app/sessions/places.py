"""Where a person left each project: picture, part of it, tool and class, kept beside the settings."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields
from typing import Any

from slimsam_app.sessions.by_project import ByProject
from slimsam_app.settings import Settings

KEY = "state.places"


@dataclass(frozen=True, kw_only=True)
class Place:
    """One project as it was left. The ids are the project's own."""

    image_id: int
    zoom: float = 0.0
    """Screen pixels an image pixel; 0 = the whole picture in the window."""
    x: float = 0.0
    y: float = 0.0
    """The point in the middle of the window, in pixels of the picture; without meaning when ``zoom`` is 0."""
    tool: str = ""
    category_id: int = 0
    recent: tuple[int, ...] = ()
    """Classes that were used last, the last one first."""


class Places:
    """The places by the projects' uids, the one left last at the end. What cannot be read is forgotten."""

    def __init__(self, settings: Settings) -> None:
        self._kept = ByProject(settings, KEY)

    def of(self, uid: str) -> Place | None:
        """Where the project was left, None when that is not known."""
        return _place(self._kept.of(uid))

    def keep(self, uid: str, place: Place) -> None:
        """Remember where a project is left."""
        self._kept.keep(uid, asdict(place))


def _place(value: Any) -> Place | None:
    """A place as it was written; None for anything else."""
    names = {field.name for field in fields(Place)}
    if not isinstance(value, dict) or not names - {"recent"} <= value.keys() <= names:  # it came later
        return None
    recent = value.get("recent", [])
    if not isinstance(recent, list | tuple) or any(type(one) is not int for one in recent):
        return None
    kinds = {field.name: type(field.default) for field in fields(Place)} | {"image_id": int}
    for name in names - {"recent"}:
        kind = kinds[name]
        if type(value[name]) is not kind or (kind is float and not math.isfinite(value[name])):
            return None
    return Place(**value | {"recent": tuple(recent)})
