"""What a new object takes from the one in another picture that it was carried over from."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from slimsam_app.document import Document
from slimsam_app.intents.objects import NewObject
from slimsam_core.annotation import NO_EXTRA, Annotation
from slimsam_core.errors import ProjectError
from slimsam_core.project import Edit
from slimsam_core.project.tracks import TRACK_KEY, track_of


@dataclass(frozen=True, eq=False)
class Followed:
    """An object that was carried over, as it is stored now, and all objects of its picture."""

    source: Annotation
    around: tuple[Annotation, ...]

    @property
    def own_track(self) -> int:
        """Its track, when no other object of its picture has the same; else 0."""
        own = track_of(self.source)
        return own if sum(track_of(other) == own for other in self.around) == 1 else 0

    @property
    def tracks_in_front(self) -> frozenset[int]:
        """Of the things that lie over it."""
        place = (self.source.layer, self.source.id)
        return frozenset(track_of(other) for other in self.around if (other.layer, other.id) > place) - {0}


def taken_over(
    document: Document, found: Sequence[NewObject], there: Collection[Annotation]
) -> tuple[list[dict[str, Any]], list[Edit]]:
    """Values of the objects that these become besides what they say themselves, and what becomes of those
    that they follow; ``there``: the objects of their picture."""
    followed = followed_by(document, found)
    tracks = tracks_of_new(found, followed, there)
    layers = layers_of_new(found, followed, tracks, there)
    values: list[dict[str, Any]] = []
    for new, layer, track in zip(found, layers, tracks, strict=True):
        more: dict[str, Any] = {"layer": layer, "extra": {TRACK_KEY: track} if track else NO_EXTRA}
        if new.follows in followed:
            source = followed[new.follows].source
            more |= {"iscrowd": source.iscrowd, "attributes": source.attributes}
        values.append(more)
    return values, followed_edits(found, followed, tracks)


def followed_by(document: Document, found: Sequence[NewObject]) -> dict[int, Followed]:
    """Id of each object that these were carried over from -> that object; without those that are gone."""
    followed: dict[int, Followed] = {}
    for number in {new.follows for new in found if new.follows}:
        try:
            around = document.annotations(document.project.annotation(number).image_id)
        except ProjectError:
            continue
        source = next((one for one in around if one.id == number), None)
        if source is not None:
            followed[number] = Followed(source, around)
    return followed


def tracks_of_new(
    found: Sequence[NewObject], followed: dict[int, Followed], there: Collection[Annotation]
) -> list[int]:
    """The track of each, 0 = none: that of what it follows; no two things of a picture have one track."""
    taken = {track_of(one) for one in there}
    tracks = []
    for new in found:
        own = followed[new.follows].own_track if new.follows in followed else 0
        track = own or new.track
        tracks.append(0 if track in taken else track)
        taken.add(track)
    return tracks


def layers_of_new(
    found: Sequence[NewObject],
    followed: dict[int, Followed],
    tracks: Sequence[int],
    there: Collection[Annotation],
) -> list[float]:
    """The layer of each: before all others, and what was carried over lies as it did where it comes from.

    ``tracks``: of the new ones.
    """
    stack = [(one.layer, track_of(one)) for one in there]

    def place(index: int) -> tuple[float, int]:
        source = followed[found[index].follows].source
        return source.layer, source.id

    places = [i for i, new in enumerate(found) if new.follows in followed]
    turn = dict(zip(places, sorted(places, key=place), strict=True))
    layers = [0.0] * len(found)
    for index in range(len(found)):
        i = turn.get(index, index)
        over = followed[found[i].follows].tracks_in_front if i in turn else frozenset()
        above = min((layer for layer, track in stack if track in over), default=None)
        if above is None:
            layers[i] = 1.0 + max((layer for layer, _ in stack), default=-1.0)
        else:
            layers[i] = (above + max((low for low, _ in stack if low < above), default=above - 2.0)) / 2
        stack.append((layers[i], tracks[i]))
    return layers


def followed_edits(
    found: Sequence[NewObject], followed: dict[int, Followed], tracks: Sequence[int]
) -> list[Edit]:
    """The objects that these were carried over from get the tracks that they have."""
    given = {new.follows: track for new, track in zip(found, tracks, strict=True) if track}
    sources = [(one.source, given[number]) for number, one in followed.items() if number in given]
    return [
        Edit(source, replace(source, extra={**source.extra, TRACK_KEY: track}))
        for source, track in sources
        if track_of(source) != track
    ]
