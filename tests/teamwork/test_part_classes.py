"""Classes of a part that the project does not have: told before, and mapped, added or left out as chosen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from slimsam_core.annotation import Category, ImageEntry
from slimsam_core.cli import main
from slimsam_core.errors import ProjectError
from slimsam_core.project import Edit, Project
from slimsam_core.project.checkup import examine
from slimsam_core.teamwork import NoteKind, Outcome, look_at_part, merge, open_conflicts, unknown_classes
from tests.teamwork.people import add, copy_of, objects_of, redraw, write_base


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return write_base(tmp_path / "base.slimsam")


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """A project of another origin with the same pictures: three classes, one of them known."""
    path = tmp_path / "other.slimsam"
    with Project.create(path, [tmp_path / "pictures"]) as project:
        values = [
            *(Category(id=n, name=name) for n, name in enumerate(("Cat", "dog", "bird"), 1)),
            *(ImageEntry(id=n, root_id=1, path=f"{n}.jpg", content_hash=f"{n:064x}") for n in (1, 2)),
        ]
        project.apply("Begin", [Edit(None, value) for value in values])
        for image_id, category_id in ((1, 1), (1, 2), (2, 3), (2, 3)):
            add(project, image_id, 3 * category_id, category_id)
    return path


def names_of(project: Project) -> list[str]:
    names = {category.id: category.name for category in project.categories()}
    return sorted(names[annotation.category_id] for annotation in objects_of(project))


def test_what_the_project_does_not_have_is_told(base: Path, other: Path) -> None:
    look = look_at_part(other)
    assert (look.name, look.objects) == ("other", 4)
    with Project.open(base) as project:
        found = unknown_classes(project.uid, project.categories(), [look, look_at_part(base)])
        before = project.last_seq()
    assert [(one.name, one.objects, one.parts, one.alike) for one in found] == [
        ("Cat", 1, ("other",), "cat"),
        ("bird", 2, ("other",), ""),
    ]
    with Project.open(base) as project:
        assert project.last_seq() == before


def test_a_class_renamed_on_one_side_is_known(base: Path) -> None:
    copy = copy_of(base, "copy")
    with Project.open(copy) as project:
        cat = project.categories()[0]
        project.apply("Rename", [Edit(cat, replace(cat, name="Katze"))])
    with Project.open(base) as project:
        assert unknown_classes(project.uid, project.categories(), [look_at_part(copy)]) == []


def test_mapped_added_and_left_out(base: Path, other: Path) -> None:
    with Project.open(base) as project:
        report = merge(project, [other], {"Cat": "cat", "bird": None})
        assert report.is_whole
        assert (report.total(Outcome.ADDED), report.total(Outcome.REPORTED), report.left_out) == (2, 2, 2)
        notes = [(note.kind, note.where, note.source, note.objects) for note in report.notes]
        assert notes == [(NoteKind.CLASS_LEFT_OUT, "bird", "other", 2)]
        assert names_of(project) == ["cat"] * 4 + ["dog"]
        assert sorted(category.name for category in project.categories()) == ["cat", "dog"]
        assert merge(project, [other], {"Cat": "cat", "bird": None}).seq == 0, "twice is once"
        assert not list(examine(project))
        later = merge(project, [other], {"Cat": "cat"})
        assert later.total(Outcome.ADDED) == 2, "what was left out can be taken later"
        assert names_of(project) == ["bird", "bird"] + ["cat"] * 4 + ["dog"]


def test_an_object_that_went_into_a_class_that_is_left_out_stays_as_it_is_here(base: Path) -> None:
    copy = copy_of(base, "copy")
    with Project.open(copy) as project:
        project.apply("Add class", [Edit(None, Category(id=3, name="bird"))])
        before = project.annotation(1)
        project.apply("Class", [Edit(before, replace(before, category_id=3))])
    with Project.open(base) as project:
        shown = objects_of(project)
        report = merge(project, [copy], {"bird": None})
        assert (report.is_whole, report.total(Outcome.REPORTED)) == (True, 1)
        assert objects_of(project) == shown
        assert open_conflicts(project) == []


def test_what_waits_in_a_part_in_a_class_that_is_left_out_does_not_come(base: Path) -> None:
    ana, ben = copy_of(base, "ana"), copy_of(base, "ben")
    with Project.open(ben) as project:
        project.apply("Add class", [Edit(None, Category(id=3, name="bird"))])
        before = project.annotation(1)
        project.apply("Class", [Edit(before, replace(before, category_id=3))])
    with Project.open(ana) as project:
        redraw(project, 1, 9)
        assert merge(project, [ben]).conflicts == 1
    with Project.open(base) as project:
        report = merge(project, [ana], {"bird": None})
        assert report.is_whole
        assert (report.conflicts, project.annotation(1).category_id) == (0, 1)


def test_the_shell_leaves_out_and_ends_well(
    base: Path, other: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["project", "merge", str(base), str(other), "--class", "Cat=cat"]
    assert main([*command, "--leave-out", "bird"]) == 0
    assert "class bird: left out as wanted: 2 objects of other" in capsys.readouterr().out
    assert main([*command, "--leave-out", "horse"]) == 1
    assert "has the class 'horse'" in capsys.readouterr().err
    assert main([*command, "--leave-out", "Cat"]) == 1
    assert "left out and taken" in capsys.readouterr().err


def test_a_part_that_cannot_be_merged_says_why(tmp_path: Path) -> None:
    for name, data in (("bad.slimsam", b"no database at all" * 100), ("empty.slimsam", b"")):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(ProjectError, match=name):
            look_at_part(tmp_path / name)
    with pytest.raises(ProjectError):
        look_at_part(tmp_path / "is not there.slimsam")


def test_an_empty_part_adds_nothing(base: Path, tmp_path: Path) -> None:
    path = tmp_path / "empty.slimsam"
    with Project.create(path, [tmp_path / "pictures"]):
        pass
    assert look_at_part(path).classes == ()
    with Project.open(base) as project:
        assert merge(project, [path]).seq == 0
