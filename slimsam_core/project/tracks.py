"""The same thing in several pictures: its objects have one track, which files of sequences say too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from slimsam_core.annotation import NO_EXTRA, Annotation
from slimsam_core.files.foreign import parse_json
from slimsam_core.project.reader import Reader

TRACK_KEY = "track_id"
"""In ``extra`` of an object, as in COCO files of sequences."""


def track_of(annotation: Annotation) -> int:
    """The track of an object, 0 when it has none."""
    return _number(annotation.extra)


def used_tracks(project: Reader) -> frozenset[int]:
    """All tracks of a project. Raises ProjectError."""
    rows = project.ask("SELECT extra FROM annotation WHERE instr(extra, ?) > 0", (f'"{TRACK_KEY}"',))
    return frozenset(number for (text,) in rows if (number := _number_in(text)))


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


def without_track(annotation: Annotation) -> Annotation:
    """The same object as a thing of its own."""
    if TRACK_KEY not in annotation.extra:
        return annotation
    rest = {key: value for key, value in annotation.extra.items() if key != TRACK_KEY}
    return replace(annotation, extra=rest or NO_EXTRA)


def _number(extra: Mapping[str, object]) -> int:
    value = extra.get(TRACK_KEY)
    return value if type(value) is int and value > 0 else 0


def _number_in(text: str) -> int:
    """Of an object whose row may be damaged."""
    try:
        value = parse_json(text)
    except ValueError:
        return 0
    return _number(value) if isinstance(value, dict) else 0
