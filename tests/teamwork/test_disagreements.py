"""Two people's objects on one picture become one object each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from slimsam_core.annotation import Annotation
from slimsam_core.errors import ProjectError
from slimsam_core.project import Edit, Project
from slimsam_core.teamwork import (
    OpenDisagreement,
    disagreements_of,
    keep_all,
    keep_drawn,
    keep_none,
    keep_one,
    keep_union,
    open_disagreements,
    settle_agreeing,
)
from slimsam_core.teamwork.compare import AGREED_KEY
from tests.teamwork.people import objects_of, square, write_base


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project.open(write_base(tmp_path / "base.slimsam", objects=0))


def signed(
    project: Project, author: str, x: int, *, image_id: int = 1, category_id: int = 1, y: int = 3
) -> int:
    project.annotator = author
    new = Annotation(
        id=project.next_id(Annotation), image_id=image_id, category_id=category_id, mask=square(x, y)
    )
    project.apply("Add object", [Edit(None, new)])
    return new.id


def decide(project: Project, edits: list[Edit]) -> None:
    project.annotator = "Chief"
    project.apply("Decide", edits)


def test_objects_of_two_people_are_paired_and_the_gravest_comes_first(project: Project) -> None:
    with project:
        ana, ben = signed(project, "Ana", 0), signed(project, "Ben", 1)  # IoU 0.6
        signed(project, "Ana", 8)  # Ben made none
        signed(project, "Ana", 0, image_id=2)
        signed(project, "Ben", 0, image_id=2, category_id=2)  # another class
        found = open_disagreements(project)
        assert [one.gravity for one in found] == pytest.approx([1.0, 1.0, 0.4])
        assert found[-1].said == (("Ana", project.annotation(ana)), ("Ben", project.annotation(ben)))
        alone = next(one for one in found if len(one.objects) == 1)
        assert dict(alone.said)["Ben"] is None
        assert [one.image_id for one in disagreements_of(project, [2])] == [2]


def test_who_mends_or_shares_the_work_does_not_disagree(project: Project) -> None:
    with project:
        signed(project, "Ana", 0)
        signed(project, "Ben", 8)
        mended = signed(project, "Ana", 4, image_id=2)
        signed(project, "Ana", 10, image_id=2)
        project.annotator = "Chief"
        before = project.annotation(mended)
        project.apply("Redraw", [Edit(before, Annotation(**{**vars(before), "mask": square(5, 3)}))])
        assert project.annotation(mended).author == "Chief"
        assert open_disagreements(project) == []


Way = Callable[[OpenDisagreement], list[Edit]]


@pytest.mark.parametrize(
    ("way", "left"),
    [
        (lambda one: keep_one(one, one.objects[1].id), [square(1, 3)]),
        (keep_union, [square(0, 3, 4), square(1, 3, 4)]),
        (lambda one: keep_drawn(one, square(2, 2)), [square(2, 2)]),
        (keep_all, [square(0, 3), square(1, 3)]),
    ],
)
def test_a_decision_is_recorded_and_not_asked_again(project: Project, way: Way, left: list[object]) -> None:
    with project:
        signed(project, "Ana", 0)
        signed(project, "Ben", 1)
        other = signed(project, "Ana", 8)
        (one,) = [one for one in open_disagreements(project) if len(one.objects) == 2]
        decide(project, way(one))
        rest = open_disagreements(project)
        assert [[o.id for o in one.objects] for one in rest] == [[other]], "the other question stays"
        kept = [o for o in objects_of(project) if o.id != other]
        if way is keep_union:
            (only,) = kept
            assert only.mask.area == 20
        else:
            assert [o.mask for o in kept] == left
        assert all(o.extra[AGREED_KEY] == ["Ana", "Ben"] for o in kept)
        decide(project, keep_none(rest[0]))
        assert open_disagreements(project) == []
        project.undo()
        project.undo()
        assert len(open_disagreements(project)) == 2


def test_what_agrees_is_settled_at_once(project: Project) -> None:
    with project:
        for author in ("Ana", "Ben", "Carl"):
            signed(project, author, 0)
        signed(project, "Ana", 8)
        found = open_disagreements(project)
        assert [one.agrees for one in found] == [False, True]
        decide(project, settle_agreeing(found))
        assert [o.author for o in objects_of(project)] == ["Ana", "Ana"]
        assert settle_agreeing(open_disagreements(project)) == []


def test_one_mask_cannot_be_united(project: Project) -> None:
    with project:
        signed(project, "Ana", 0)
        signed(project, "Ben", 0)
        signed(project, "Ana", 8)
        alone = open_disagreements(project)[0]
        with pytest.raises(ProjectError, match="no two masks"):
            keep_union(alone)
