"""The tracks of a file as those of a project: a number that both give means two things."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count

from slimsam_core.annotation import Annotation
from slimsam_core.project import Edit, Project
from slimsam_core.project.stored_drafts import tracks_that_wait
from slimsam_core.project.tracks import track_in, used_tracks, with_track


@dataclass
class _Track:
    """A track of the file: what it is in the project, and which objects were taken with it."""

    number: int
    taken: list[Annotation] = field(default_factory=list)
    """As they were taken; kept only while one of them may turn out to be something that the project has."""
    same: int = 0
    """The track of the first object of it that the project had already; 0 = of none so far."""


class ImportTracks:
    """Of one import. A track has its number in the project too unless something else has it there; one with
    an object that the project has already, pixel for pixel, is that object's track."""

    def __init__(self, project: Project) -> None:
        self._used = set(used_tracks(project)).union(*map(tracks_that_wait, project.drafts().values()))
        self._may_be_known = bool(self._used)
        self._fresh = count(1 + max(self._used, default=0))
        self._tracks: dict[int, _Track] = {}
        self._joined: set[int] = set()
        """Tracks of the project that one of the file is."""

    def note_same(self, track: int, here: int) -> None:
        """An object of this track is in the project already, with the track ``here``; 0 = none."""
        if not track or not here or here in self._joined:  # two tracks of a file never become one
            return
        found = self._tracks.setdefault(track, _Track(here))
        if not found.same:
            found.same = here
            self._joined.add(here)

    def taken(self, annotation: Annotation) -> Annotation:
        """An object that joins the project, with its track there."""
        track = track_in(annotation.extra)
        if not track:
            return annotation
        found = self._tracks.get(track)
        if found is None:
            found = self._tracks[track] = _Track(self._number_for(track))
        now = with_track(annotation.extra, {track: found.same or found.number})
        made = annotation if now is annotation.extra else replace(annotation, extra=now)
        if self._may_be_known and not found.same:
            found.taken.append(made)
        return made

    def joined(self) -> Iterator[Edit]:
        """At the end: the objects that were taken before one of their track was found in the project."""
        for found in self._tracks.values():
            if found.same and found.same != found.number:
                for one in found.taken:
                    extra = with_track(one.extra, {found.number: found.same})
                    yield Edit(one, replace(one, extra=extra))

    def _number_for(self, track: int) -> int:
        number = track
        while number in self._used:
            number = next(self._fresh)
        self._used.add(number)
        return number
