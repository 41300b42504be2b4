"""Two people label one picture, and a third looks at it: nobody is asked what nobody said differently."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from slimsam_core.annotation import ImageState, ReviewState
from slimsam_core.project import Edit, Project, Stamps, remove_images
from slimsam_core.project.checkup import examine
from slimsam_core.teamwork import approve_pictures, merge, open_conflicts, take_other
from tests.teamwork.people import add, copy_of, write_base

NEW, BEGUN, DONE, CHECKED = (
    ImageState.NEW,
    ImageState.IN_PROGRESS,
    ImageState.DONE,
    ImageState.EMPTY_CHECKED,
)


def say(path: Path, state: ImageState, comment: str = "", x: int = 3) -> None:
    """Somebody adds an object to the first picture and says how far it is."""
    with Project.open(path) as project:
        add(project, 1, x)
        image = project.image(1)
        project.apply("State", [Edit(image, replace(image, state=state, comment=comment))])


@pytest.fixture
def team(tmp_path: Path) -> tuple[Path, Path, Path]:
    base = write_base(tmp_path / "base.slimsam")
    return base, copy_of(base, "ana"), copy_of(base, "ben")


@pytest.mark.parametrize("states", [(BEGUN, BEGUN), (DONE, DONE), (BEGUN, DONE), (DONE, NEW)])
def test_a_second_look_after_the_merge_is_no_conflict(
    team: tuple[Path, Path, Path], states: tuple[ImageState, ImageState]
) -> None:
    base, *others = team
    for place, (path, state) in enumerate(zip(others, states, strict=True)):
        say(path, state, x=2 + 5 * place)
    with Project.open(base) as project:
        assert merge(project, others).conflicts == 0
        expected = DONE if DONE in states else BEGUN
        assert project.image(1).state is expected
        project.apply("Approve", approve_pictures([project.image(1)], "olga"))
        assert open_conflicts(project) == []
        assert merge(project, others).seq == 0, "the same parts again say nothing new"
        assert project.image(1).review.state is ReviewState.APPROVED
        assert not list(examine(project))


def test_who_goes_on_after_the_merge_is_heard(team: tuple[Path, Path, Path]) -> None:
    """Ana sends her part again: what she says later than the merge knew is taken."""
    base, ana, ben = team
    say(ana, BEGUN)
    say(ben, BEGUN, x=8)
    with Project.open(base) as project:
        assert merge(project, [ana, ben]).conflicts == 0
    say(ana, DONE, x=11)
    with Project.open(base) as project:
        assert merge(project, [ana, ben]).conflicts == 0
        assert project.image(1).state is DONE
    with Project.open(ben) as project:
        assert merge(project, [base]).conflicts == 0
        assert project.image(1).state is DONE


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_what_people_do_say_differently_is_asked(
    team: tuple[Path, Path, Path], order: tuple[int, int]
) -> None:
    base, *others = team
    say(others[0], DONE, "blurred")
    say(others[1], CHECKED, x=8)
    with Project.open(base) as project:
        assert merge(project, [others[place] for place in order]).conflicts == 1
        (conflict,) = open_conflicts(project)
        project.apply("Decide", take_other(project, conflict), stamps=Stamps.AUTHORS)
        assert open_conflicts(project) == []
        assert merge(project, others).seq == 0


def test_a_picture_that_several_removed_stays_removed_and_is_remembered_once(
    team: tuple[Path, Path, Path],
) -> None:
    base, *others = team
    for path in (base, *others):
        with Project.open(path) as project:
            project.apply("Remove picture", remove_images(project, [3]))
    third = copy_of(base, "third")
    with Project.open(third) as project:
        for path in others:
            merge(project, [path])
        assert [image.id for image in project.images()] == [1, 2]
        assert merge(project, [base, *others]).seq == 0, "twice is once"


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("works", [False, True])
def test_a_removal_holds_where_the_other_only_began(
    team: tuple[Path, Path, Path], order: tuple[int, int], works: bool
) -> None:
    """With an object in it the picture stays, and the removal is a question."""
    base, ana, ben = team
    with Project.open(ana) as project:
        project.apply("Remove objects", [Edit(one, None) for one in project.annotations(3)])
        project.apply("Remove picture", remove_images(project, [3]))
    with Project.open(ben) as project:
        if works:
            add(project, 3, 8)
        image = project.image(3)
        project.apply("State", [Edit(image, replace(image, state=BEGUN))])
    first, second = (ana, ben)[order[0]], (ana, ben)[order[1]]
    with Project.open(first) as project:
        report = merge(project, [second])
        assert any(image.path == "3.jpg" for image in project.images()) is works
        assert report.conflicts == works
        assert merge(project, [ana if first is ben else ben, base]).seq == 0, "twice is once"
