"""What waits for a decision while its picture or its class goes: nothing of it is lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from slimsam_core.project import Edit, Project, remove_category, remove_images
from slimsam_core.project.checkup import examine
from slimsam_core.teamwork import merge, open_conflicts, take_other
from tests.teamwork.people import add, copy_of, objects_of, redraw, square, write_base

PICTURE, OBJECT = 3, 2
"""The object that lies in the picture."""


@pytest.fixture
def people(tmp_path: Path) -> tuple[Path, Path, Path]:
    base = write_base(tmp_path / "base.slimsam")
    ana, ben, carl = (copy_of(base, name) for name in ("ana", "ben", "carl"))
    with Project.open(ana) as project:
        redraw(project, OBJECT, 1)
    with Project.open(ben) as project:
        redraw(project, OBJECT, 8)
        mine = project.annotation(OBJECT)
        project.apply("Class", [Edit(mine, replace(mine, category_id=2))])
    with Project.open(carl) as project:
        add(project, PICTURE, 11)
    return ana, ben, carl


@pytest.mark.parametrize("class_goes_too", [False, True])
def test_a_picture_that_is_back_brings_what_waited(
    people: tuple[Path, Path, Path], class_goes_too: bool
) -> None:
    ana, ben, carl = people
    with Project.open(ana) as project:
        assert merge(project, [ben]).conflicts == 1
        project.apply("Remove picture", remove_images(project, [PICTURE]))
        assert open_conflicts(project) == []
        if class_goes_too:
            dog = next(c for c in project.categories() if c.name == "dog")
            project.apply("Remove class", remove_category(project, dog.id))
        report = merge(project, [carl])
        assert (report.is_whole, report.pictures_added) == (True, 1)
        back = max(image.id for image in project.images())
        assert {o.mask for o in project.annotations(back)} == {square(8, 5), square(11, 3)}
        assert {o.category_id for o in objects_of(project)} == ({1} if class_goes_too else {1, 2})
        conflicts = [one for one in open_conflicts(project) if one.kind == "annotation"]
        assert [one.image_id for one in conflicts] == [back], "what waited can be decided"
        assert not list(examine(project))
        again = [carl] if class_goes_too else [carl, ben]  # the class that ben still has comes back with him
        assert merge(project, again).seq == 0, "twice is once"
        project.apply("Decide", take_other(project, conflicts[0]))
        assert {o.mask for o in project.annotations(back)} == {square(11, 3)}


def test_a_deletion_that_waited_can_be_decided_when_its_picture_is_back(
    people: tuple[Path, Path, Path],
) -> None:
    ana, ben, _ = people
    with Project.open(ana) as project:
        project.apply("Delete", [Edit(project.annotation(OBJECT), None)])
    with Project.open(ana) as project:
        assert merge(project, [ben]).conflicts == 1
    dora = copy_of(ana, "dora")
    with Project.open(ana) as project:
        project.apply("Remove picture", remove_images(project, [PICTURE]))
    with Project.open(dora) as project:
        shown = next(o for o in objects_of(project) if o.image_id == PICTURE)
        redraw(project, shown.id, 4)
    with Project.open(ana) as project:
        merge(project, [dora])
        back = max(image.id for image in project.images())
        found = [one for one in open_conflicts(project) if one.kind == "annotation"]
        assert [one.image_id for one in found] == [back]
        assert {v.image_id for v in found[0].others} == {back}
