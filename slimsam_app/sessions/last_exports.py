"""What a person chose at the last export of each project, kept beside the settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from slimsam_app.sessions.by_project import ByProject
from slimsam_app.settings import Settings

KEY = "state.exports"
WHOLE = 100
"""The largest share of a split, in percent."""


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
    shares: tuple[int, ...] = ()
    """Of train, val and test in percent; empty = as they stand at first."""
    left_out: tuple[str, ...] = ()
    """Names of the classes that were not ticked: a class that came later is."""
    people_left_out: tuple[str, ...] = ()
    """The same of people."""
    targets: Mapping[str, str] = field(default_factory=dict)
    """Where each format was written the last time."""


class LastExports:
    """By the projects' uids, the last one at the end. What cannot be read is forgotten."""

    def __init__(self, settings: Settings) -> None:
        self._kept = ByProject(settings, KEY)

    def of(self, uid: str) -> LastExport | None:
        """The last export of the project, None when that is not known."""
        value = self._kept.of(uid)
        return _read(value) if isinstance(value, dict) else None

    def keep(self, uid: str, export: LastExport) -> None:
        """Remember an export."""
        self._kept.keep(uid, asdict(export))


_KINDS = {"format": str, "target": str, "pictures": int, "masks": str, "placement": str, "split": bool}


def _read(value: dict[Any, Any]) -> LastExport | None:
    """A stranger may have written it: None when a part of it is not what it should be."""
    if any(type(value.get(name)) is not kind for name, kind in _KINDS.items()):
        return None
    shares = value.get("shares", [])
    if not isinstance(shares, list) or not all(type(s) is int and 0 <= s <= WHOLE for s in shares):
        return None
    names = [value.get(key, []) for key in ("left_out", "people_left_out")]
    if not all(isinstance(listed, list) and all(isinstance(n, str) for n in listed) for listed in names):
        return None
    plain = {name: value[name] for name in _KINDS}
    left_out, people_left_out = map(tuple, names)
    targets = value.get("targets", {})
    if not isinstance(targets, dict) or not all(isinstance(target, str) for target in targets.values()):
        return None
    return LastExport(
        **plain,
        shares=tuple(shares),
        left_out=left_out,
        people_left_out=people_left_out,
        targets={plain["format"]: plain["target"], **targets},
    )
