"""Things carried towards each other from two labelled pictures: which of both sides are one thing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from slimsam_core.annotation import Annotation
from slimsam_core.labelling.known_objects import OVER_IOU
from slimsam_core.pixels.mask import Rle, iou_between
from slimsam_core.project.tracks import track_of

__all__ = ["Arrived", "JoinedEnds", "OneEnd", "joined_ends"]

RIVAL_IOU = 0.25
"""With another thing of the class, from which on a pair is not sure: half of what makes it a pair."""


@dataclass(frozen=True)
class Arrived:
    """A thing in the picture in which both sides meet."""

    id: int
    """Of the labelled object that it comes from."""
    category_id: int
    mask: Rle


@dataclass
class OneEnd:
    """The objects of one of the labelled pictures, and what arrived of them."""

    objects: Sequence[Annotation]
    tracks: Mapping[int, int] = field(default_factory=dict)
    """Of the objects, by id, as their proposals have them."""
    arrived: Sequence[Arrived] = ()


@dataclass(frozen=True)
class JoinedEnds:
    """What both ends say of each other."""

    tracks: Mapping[int, int]
    """Of the objects of both ends, by id: that of the other end where they are one thing."""
    crossed: frozenset[int]
    """Objects of one track of which one arrived where another thing did: something was exchanged."""
    unsure: frozenset[int]
    """Objects that may be a thing of the other end, or may not: they keep the tracks that they have."""


def joined_ends(here: OneEnd, there: OneEnd) -> JoinedEnds:
    """Objects of a class that cover each other where they meet are one thing, where nothing else can be.

    A track that an object had before stays its own.
    """
    pairs, unsure = _pairs(here.arrived, there.arrived)
    had = {one.id: track_of(one) for one in (*here.objects, *there.objects)}
    apart = _of_one_track(here.arrived, there.arrived, had) - pairs.items()
    elsewhere = {*pairs, *pairs.values()}
    crossed = frozenset(number for pair in apart if elsewhere.intersection(pair) for number in pair)
    unsure |= {number for pair in apart for number in pair}
    tracks = {**here.tracks, **there.tracks}
    for one, other in pairs.items():
        if {one, other} & crossed or had[one] == had[other] > 0:
            continue
        giver, taker, others = (other, one, here) if had[other] and not had[one] else (one, other, there)
        if had[taker] or tracks[giver] in {had[o.id] for o in others.objects}:
            unsure |= {one, other}
        else:
            tracks[taker] = tracks[giver]
    return JoinedEnds(tracks, crossed, frozenset(unsure - crossed))


def _pairs(here: Iterable[Arrived], there: Iterable[Arrived]) -> tuple[dict[int, int], set[int]]:
    """Ids from here -> from there, and those of both that could be several of the other end."""
    pairs: dict[int, int] = {}
    unsure: set[int] = set()
    groups: dict[tuple[object, ...], tuple[list[Arrived], list[Arrived]]] = {}
    for end, arrived in enumerate((here, there)):
        for one in arrived:
            groups.setdefault((one.category_id, one.mask.size), ([], []))[end].append(one)
    for rows, columns in groups.values():
        shared = iou_between([one.mask for one in rows], [one.mask for one in columns])
        for i, j in zip(*(shared >= OVER_IOU).nonzero(), strict=True):
            rivals = int((shared[i] >= RIVAL_IOU).sum() + (shared[:, j] >= RIVAL_IOU).sum()) - 2
            if rivals:
                unsure |= {rows[i].id, columns[j].id}
            else:
                pairs[rows[i].id] = columns[j].id
    return pairs, unsure


def _of_one_track(
    here: Iterable[Arrived], there: Iterable[Arrived], had: Mapping[int, int]
) -> set[tuple[int, int]]:
    """Pairs of ids, from here and from there, of objects that had one track before."""
    by_track = {had[one.id]: one.id for one in there if had[one.id]}
    return {(one.id, by_track[had[one.id]]) for one in here if had[one.id] in by_track}
