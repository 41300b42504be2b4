"""Tracks in a merge: what is one thing stays one, and things of two people never become one."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from pathlib import Path
from random import Random

import pytest

from slimsam_core.annotation import Annotation, MaskSource, Provenance
from slimsam_core.labelling.drafts import Proposal, ProposalsDraft, with_proposals
from slimsam_core.project import Edit, Project, Reader
from slimsam_core.project.tracks import TRACK_KEY, track_of, used_tracks
from slimsam_core.teamwork import merge, open_conflicts, take_other
from tests.teamwork.people import add, copy_of, delete, objects_of, redraw, square, write_base


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return write_base(tmp_path / "base.slimsam")


def give(project: Project, track: int, *objects: Annotation) -> list[Annotation]:
    """Objects as one thing."""
    now = [project.annotation(one.id) for one in objects]
    project.apply("Track", [Edit(one, replace(one, extra={**one.extra, TRACK_KEY: track})) for one in now])
    return [project.annotation(one.id) for one in objects]


def tracks(project: Reader) -> dict[str, int]:
    """By uid."""
    return {one.uid: track_of(one) for one in objects_of(project)}


def test_two_people_with_one_number_have_two_things(base: Path) -> None:
    ana, ben = copy_of(base, "ana"), copy_of(base, "ben")
    with Project.open(ana) as project:
        hers = [one.uid for one in give(project, 4, add(project, 1, 1), add(project, 2, 1))]
    with Project.open(ben) as project:
        his = [one.uid for one in give(project, 4, add(project, 1, 8), add(project, 2, 8))]
    with Project.open(base) as project:
        merge(project, [ana, ben])
        found = tracks(project)
        assert {found[uid] for uid in hers} == {4}
        (other,) = {found[uid] for uid in his}
        assert other not in (0, 4)
        assert merge(project, [ana, ben]).seq == 0
    with Project.open(ben) as project:
        merge(project, [base])
        mine = tracks(project)
        assert len({mine[uid] for uid in his}) == len({mine[uid] for uid in hers}) == 1
        assert {mine[uid] for uid in his}.isdisjoint({mine[uid] for uid in hers})


def test_what_both_continue_stays_one_thing(base: Path) -> None:
    with Project.open(base) as project:
        (shared,) = give(project, 2, project.annotation(1))
    ana, ben = copy_of(base, "ana"), copy_of(base, "ben")
    for path, x in ((ana, 1), (ben, 8)):
        with Project.open(path) as project:
            give(project, 2, add(project, 3, x))
    with Project.open(ana) as project:
        merge(project, [ben])
        found = tracks(project)
        assert list(found.values()).count(2) == 3, found
        assert found[shared.uid] == 2


def test_the_number_of_what_waits_here_is_not_given_to_another(base: Path) -> None:
    ben = copy_of(base, "ben")
    with Project.open(ben) as project:
        his = [one.uid for one in give(project, 9, add(project, 1, 8), add(project, 2, 8))]
    with Project.open(base) as project:
        waiting = Proposal(
            id=1,
            mask=square(3, 3),
            provenance=Provenance(source=MaskSource.CARRIED),
            category_id=1,
            confidence=0.9,
            track=9,
            follows=1,
        )
        project.keep_draft(3, with_proposals("", ProposalsDraft((waiting,), 0.5)))
        merge(project, [ben])
        (number,) = {tracks(project)[uid] for uid in his}
        assert number not in (0, 9)


def test_a_value_that_waits_for_a_decision_has_the_number_of_its_things(base: Path) -> None:
    ana, ben = copy_of(base, "ana"), copy_of(base, "ben")
    with Project.open(ana) as project:
        give(project, 5, add(project, 2, 1))
        redraw(project, 1, 1)
    with Project.open(ben) as project:
        redraw(project, 1, 8)
        his = give(project, 5, project.annotation(1), add(project, 3, 9))
    with Project.open(ana) as project:
        merge(project, [ben])
        assert merge(project, [ben]).seq == 0
        (conflict,) = open_conflicts(project)
        other = conflict.other_object(0)
        assert other is not None
        number = tracks(project)[his[1].uid]
        assert track_of(other) == number not in (0, 5)
        assert number in used_tracks(project)
        delete(project, next(one.id for one in objects_of(project) if one.uid == his[1].uid))
        assert number in used_tracks(project)  # no new thing gets the number of what waits
        project.apply("Decide", take_other(project, conflict))
        assert tracks(project)[his[0].uid] == number


def test_a_track_that_was_divided_is_not_put_together_again(base: Path) -> None:
    with Project.open(base) as project:
        give(project, 3, project.annotation(1), project.annotation(2))
    ben = copy_of(base, "ben")
    with Project.open(ben) as project:
        give(project, 7, project.annotation(2))
    with Project.open(base) as project:
        merge(project, [ben])
        assert tracks(project)[project.annotation(1).uid] != tracks(project)[project.annotation(2).uid]


@pytest.mark.parametrize("seed", range(20))
def test_one_thing_in_any_copy_is_one_and_no_other(tmp_path: Path, seed: int) -> None:
    rng = Random(seed)
    base = write_base(tmp_path / "base.slimsam", objects=4)
    with Project.open(base) as project:
        for one in objects_of(project):
            if rng.random() < 0.5:
                give(project, rng.randrange(1, 4), one)
    copies = [copy_of(base, name) for name in ("ana", "ben", "eva")]
    things: dict[str, str] = {}
    """By uid: one object of the same thing, of all copies."""

    def first_of(uid: str) -> str:
        while things.setdefault(uid, uid) != uid:
            uid = things[uid]
        return uid

    for path in copies:
        with Project.open(path) as project:
            for _ in range(rng.randrange(1, 6)):  # new things, and further pictures of old ones
                give(project, rng.randrange(1, 6), add(project, rng.randrange(1, 4), rng.randrange(12)))
            now = tracks(project)
            for one, other in combinations(now, 2):
                if now[one] == now[other] > 0:
                    things[first_of(one)] = first_of(other)
    with Project.open(copies[0]) as project:
        merge(project, copies[1:])
        found = tracks(project)
        for one, other in combinations([uid for uid in found if found[uid]], 2):
            assert (found[one] == found[other]) == (first_of(one) == first_of(other)), (one, other)
        assert merge(project, copies[1:]).seq == 0
