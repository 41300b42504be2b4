"""The same thing in several pictures: its objects have one track, which files of sequences say too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from slimsam_core.annotation import NO_EXTRA, Annotation
from slimsam_core.files.foreign import parse_json
from slimsam_core.project.reader import Reader

TRACK_KEY = "track_id"
"""In ``extra`` of an object, as in COCO files of sequences."""


def track_of(annotation: Annotation) -> int:
    """The track of an object, 0 when it has none."""
    return track_in(annotation.extra)


@dataclass(frozen=True)
class TrackedRow:
    """An object that has a track, as it is stored."""

    id: int
    uid: str
    """Empty = of an older version."""
    writes: str
    track: int


def tracked_rows(project: Reader) -> Iterator[TrackedRow]:
    """The objects of a project that have a track, by id. Raises ProjectError."""
    rows = project.ask(
        "SELECT id, uid, writes, extra FROM annotation WHERE instr(extra, ?) > 0 ORDER BY id",
        (f'"{TRACK_KEY}"',),
    )
    for number, uid, writes, text in rows:
        if track := _number_in(text):
            yield TrackedRow(number, uid or "", writes or "", track)


def used_tracks(project: Reader) -> frozenset[int]:
    """All tracks of a project, those of values that wait for a decision among them. Raises ProjectError."""
    waiting = project.ask("SELECT content FROM variant WHERE instr(content, ?) > 0", (TRACK_KEY,))
    found = {one.track for one in tracked_rows(project)} | {
        _number_in(_extra_in(text)) for (text,) in waiting
    }
    return frozenset(found - {0})


def tracks_for(objects: Iterable[Annotation], used: Iterable[int]) -> dict[int, int]:
    """Id of each object -> its track, which no other of them has; one that has none, or that of one before
    it, gets its own id as number, unless that is taken."""
    found: dict[int, int] = {}
    taken, given = set(used), set[int]()
    for one in objects:
        number = track_of(one)
        if not number or number in given:
            number = one.id if one.id not in taken else max(taken) + 1
        found[one.id] = number
        taken.add(number)
        given.add(number)
    return found


def with_track(extra: Mapping[str, Any], now: Mapping[int, int]) -> Mapping[str, Any]:
    """What an object says besides, its track being that which ``now`` says that it became."""
    track = track_in(extra)
    return extra if now.get(track, track) == track else {**extra, TRACK_KEY: now[track]}


def without_track(annotation: Annotation) -> Annotation:
    """The same object as a thing of its own."""
    if TRACK_KEY not in annotation.extra:
        return annotation
    rest = {key: value for key, value in annotation.extra.items() if key != TRACK_KEY}
    return replace(annotation, extra=rest or NO_EXTRA)


def track_in(extra: Mapping[str, Any]) -> int:
    """The track of what an object says besides, 0 when it says none."""
    value = extra.get(TRACK_KEY)
    return value if type(value) is int and value > 0 else 0


def _extra_in(text: str) -> str:
    """Of a value that waits, which may be damaged."""
    try:
        value = parse_json(text)
    except ValueError:
        return ""
    found = value.get("extra") if isinstance(value, dict) else None
    return found if isinstance(found, str) else ""


def _number_in(text: str) -> int:
    """Of an object whose row may be damaged."""
    try:
        value = parse_json(text)
    except ValueError:
        return 0
    return track_in(value) if isinstance(value, dict) else 0
