"""The tracks of several projects as those of one: a number that two people gave means two things."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import count

from slimsam_core.annotation import ThingKind
from slimsam_core.project.json_columns import load_mapping
from slimsam_core.project.lineage import uid_of
from slimsam_core.project.stored_drafts import tracks_that_wait
from slimsam_core.project.tracks import track_in, tracked_rows
from slimsam_core.teamwork.merge_plan import MergePlan
from slimsam_core.teamwork.source import Source, variant_content


def map_tracks(plan: MergePlan) -> None:
    """Fill ``Source.tracks`` of each project. Raises ProjectError.

    A track there is the one here that an object of it has here or in a project before; one that no known
    object has keeps its number where nothing else has it. Two tracks of a project never become one.
    """
    known = _Known()
    for value in _values_of(plan.here):
        known.note(value, value.track)
    known.used.update(*map(tracks_that_wait, plan.into.drafts().values()))
    for source in plan.sources:
        values = list(_values_of(source))
        source.tracks = _tracks_of(values, known)
        for value in values:
            known.note(value, source.tracks[value.track])


@dataclass(frozen=True)
class _Value:
    """A value of an object that has a track, be it shown or waiting."""

    uid: str
    writes: str
    track: int


@dataclass
class _Known:
    """Tracks here of the objects of the projects that were looked at."""

    exact: dict[tuple[str, str], int] = field(default_factory=dict)
    """By uid and writes: the same value in two copies."""
    alike: dict[str, set[int]] = field(default_factory=dict)
    """By uid."""
    used: set[int] = field(default_factory=set)

    def note(self, value: _Value, track: int) -> None:
        self.exact.setdefault((value.uid, value.writes), track)
        self.alike.setdefault(value.uid, set()).add(track)
        self.used.add(track)


def _values_of(source: Source) -> Iterator[_Value]:
    for row in tracked_rows(source.project):
        yield _Value(uid_of(source.uid, row.uid, row.id), row.writes, row.track)
    for (kind, uid), variants in source.variants.items():
        if kind is not ThingKind.OBJECT:
            continue
        for variant in variants:
            content = variant_content(variant)
            track = track_in(load_mapping(content["extra"])) if content is not None else 0
            if track:
                yield _Value(uid, variant.writes, track)


def _tracks_of(values: Collection[_Value], known: _Known) -> dict[int, int]:
    """What becomes of each track of a project."""
    exact: Counter[tuple[int, int]] = Counter()
    alike: Counter[tuple[int, int]] = Counter()
    for value in values:
        if (value.uid, value.writes) in known.exact:
            exact[value.track, known.exact[value.uid, value.writes]] += 1
        alike.update((value.track, track) for track in known.alike.get(value.uid, ()))
    found: dict[int, int] = {}
    taken: set[int] = set()
    for votes in (exact, alike):  # what is the very same value says more than what was changed since
        for track, here in sorted(votes, key=lambda pair: (-votes[pair], pair)):
            if track not in found and here not in taken:
                found[track] = here
                taken.add(here)
    own, used = {value.track for value in values}, known.used | taken
    fresh = count(1 + max(used | own, default=0))
    for track in sorted(own - found.keys()):
        found[track] = track if track not in used else next(fresh)
        used.add(found[track])
    return found
