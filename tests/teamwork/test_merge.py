"""Merging as a person sees it: what is taken, what is a conflict, and every kind of bad part."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from slimsam_core.annotation import Annotation, Category, ImageEntry, ImageState
from slimsam_core.errors import Cancelled, ProjectError
from slimsam_core.formats.project_records import Selection
from slimsam_core.formats.registry import get_format
from slimsam_core.formats.transfer import export_project
from slimsam_core.pixels.geometry import Size
from slimsam_core.progress import CancelToken
from slimsam_core.project import Edit, Project, Stamps, remove_category, remove_images
from slimsam_core.project.checkup import examine
from slimsam_core.teamwork import (
    NoteKind,
    Outcome,
    keep_mine,
    merge,
    open_conflicts,
    take_other,
    take_union,
)
from tests.project.older import as_version
from tests.teamwork.people import add, copy_of, delete, objects_of, redraw, square, write_base


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return write_base(tmp_path / "base.slimsam")


@pytest.fixture
def ana(base: Path) -> Path:
    return copy_of(base, "ana")


@pytest.fixture
def ben(base: Path) -> Path:
    return copy_of(base, "ben")


def test_what_one_side_changed_is_taken(ana: Path, ben: Path) -> None:
    with Project.open(ana) as project:
        redraw(project, 1, 7)
    with Project.open(ben) as project:
        project.annotator = "ben"
        delete(project, 2)
        added = add(project, 3, 9)
    with Project.open(ana) as project:
        report = merge(project, [ben])
        assert report.total(Outcome.ADDED) == 1
        assert report.total(Outcome.SAME) == 1
        assert report.total(Outcome.OLDER) == 1
        assert (report.deleted, report.conflicts, report.is_whole) == (1, 0, True)
        found = {o.uid: o for o in objects_of(project)}
        assert found[added.uid].author == "ben"
        assert project.annotation(1).mask == square(7, 5)
        assert 2 not in {o.id for o in found.values()}
        assert project.history(1)[0].label == "Merge projects: ben"


def test_what_both_changed_keeps_both_masks(ana: Path, ben: Path) -> None:
    for path, x in ((ana, 1), (ben, 8)):
        with Project.open(path) as project:
            redraw(project, 1, x)
    with Project.open(ana) as project:
        report = merge(project, [ben])
        assert (report.total(Outcome.CONFLICT), report.conflicts) == (1, 1)
        (conflict,) = open_conflicts(project)
        other = conflict.other_object(0)
        assert isinstance(conflict.mine, Annotation)
        assert other is not None
        assert (conflict.mine.mask, other.mask) == (square(1, 5), square(8, 5))
        assert conflict.others[0].source == "ben"


@pytest.mark.parametrize("decide", [keep_mine, take_other, take_union])
def test_a_decision_holds_for_every_later_merge(ana: Path, ben: Path, decide: object) -> None:
    for path, x in ((ana, 1), (ben, 8)):
        with Project.open(path) as project:
            redraw(project, 1, x)
    with Project.open(ana) as project:
        merge(project, [ben])
        edits = decide(project, open_conflicts(project)[0])  # type: ignore[operator]
        project.apply("Decide", edits)
        decided = project.annotation(1).mask
        expected = {keep_mine: square(1, 5), take_other: square(8, 5)}.get(decide)  # type: ignore[call-overload]
        assert decided == expected or (expected is None and decided.area > square(1, 5).area)
        assert open_conflicts(project) == []
        assert merge(project, [ben]).seq == 0, "the same part again asks nothing"
    with Project.open(ben) as project:
        merge(project, [ana])
        assert open_conflicts(project) == []
        assert project.annotation(1).mask == decided


@pytest.mark.parametrize("keep", [True, False])
def test_deleted_here_and_edited_there_comes_back_as_a_conflict(ana: Path, ben: Path, keep: bool) -> None:
    with Project.open(ana) as project:
        delete(project, 1)
    with Project.open(ben) as project:
        redraw(project, 1, 8)
        uid = project.annotation(1).uid
    with Project.open(ana) as project:
        report = merge(project, [ben])
        assert (report.total(Outcome.CONFLICT), report.is_whole) == (1, True)
        (conflict,) = open_conflicts(project)
        assert isinstance(conflict.mine, Annotation)
        assert (conflict.mine.mask, conflict.other_object(0)) == (square(8, 5), None)
        project.apply("Decide", keep_mine(project, conflict) if keep else take_other(project, conflict))
        assert [o.mask for o in objects_of(project) if o.uid == uid] == ([square(8, 5)] if keep else [])
        assert open_conflicts(project) == []
        assert merge(project, [ben]).seq == 0
    with Project.open(ben) as project:
        merge(project, [ana])
        assert (1 in {o.id for o in objects_of(project)}) is keep
        assert open_conflicts(project) == []


def test_a_merge_is_one_step_of_undo_and_can_be_done_again(ana: Path, ben: Path) -> None:
    with Project.open(ben) as project:
        add(project, 1, 9)
        redraw(project, 1, 9)
    with Project.open(ana) as project:
        before = objects_of(project)
        merge(project, [ben])
        after = [o.mask for o in objects_of(project)]
        project.undo()
        assert objects_of(project) == before
        assert merge(project, [ben]).seq > 0
        assert [o.mask for o in objects_of(project)] == after


def test_a_part_twice_and_by_two_names_counts_once(ana: Path, ben: Path) -> None:
    with Project.open(ben) as project:
        add(project, 1, 9)
    again = copy_of(ben, "again")
    with Project.open(ana) as project:
        report = merge(project, [ben, ben])
        assert len(report.sources) == 1
        assert merge(project, [again, ben]).seq == 0
        assert len(objects_of(project)) == 4


def test_clocks_are_not_asked(ana: Path, ben: Path) -> None:
    with Project.open(ben) as project:
        redraw(project, 1, 9)
    with closing(sqlite3.connect(ben)) as connection, connection:
        connection.execute("UPDATE journal SET time = '1970-01-01T00:00:00.000+00:00'")
    with closing(sqlite3.connect(ana)) as connection, connection:
        connection.execute("UPDATE journal SET time = '2999-01-01T00:00:00.000+00:00'")
    with Project.open(ana) as project:
        assert merge(project, [ben]).total(Outcome.TAKEN) == 1
        assert project.annotation(1).mask == square(9, 5)


def test_classes_by_name_by_mapping_and_renamed(tmp_path: Path, ana: Path, ben: Path) -> None:
    with Project.open(ben) as project:
        cat = project.categories()[0]
        project.apply("Rename", [Edit(cat, replace(cat, name="Katze"))])
        project.apply("Add class", [Edit(None, Category(id=3, name="bird"))])
        add(project, 1, 9, category_id=3)
    with Project.open(ana) as project:
        project.apply("Add class", [Edit(None, Category(id=3, name="horse"))])
        report = merge(project, [ben])
        assert sorted(c.name for c in project.categories()) == ["Katze", "bird", "dog", "horse"]
        assert report.classes_added == 1
    with Project.create(tmp_path / "other.slimsam", [tmp_path / "pictures"]) as project:
        values = [
            Category(id=1, name="felis"),
            ImageEntry(id=1, root_id=1, path="1.jpg", content_hash=f"{1:064x}"),
        ]
        project.apply("Begin", [Edit(None, value) for value in values])
        add(project, 1, 2)
    with Project.open(ana) as project:
        with pytest.raises(ProjectError, match="has the class 'cat'"):
            merge(project, [tmp_path / "other.slimsam"], {"cat": "dog"})
        merge(project, [tmp_path / "other.slimsam"], {"felis": "dog"})
        assert "felis" not in {c.name for c in project.categories()}
        assert project.count_annotations(category_id=2) == 1


def test_a_class_renamed_on_both_sides_keeps_its_name_and_is_told(ana: Path, ben: Path) -> None:
    for path, name in ((ana, "Katze"), (ben, "chat")):
        with Project.open(path) as project:
            cat = project.categories()[0]
            project.apply("Rename", [Edit(cat, replace(cat, name=name))])
    with Project.open(ana) as project:
        report = merge(project, [ben])
        assert [note.kind for note in report.notes] == [NoteKind.CLASS_NAME]
        assert [c.name for c in project.categories()] == ["Katze", "dog"]
        (conflict,) = open_conflicts(project)
        project.apply("Decide", take_other(project, conflict))
        assert [c.name for c in project.categories()] == ["chat", "dog"]
        assert merge(project, [ben]).seq == 0


def test_a_class_that_takes_the_name_of_another_does_not(ana: Path, ben: Path) -> None:
    with Project.open(ben) as project:
        cat = project.categories()[0]
        project.apply("Rename", [Edit(cat, replace(cat, name="lynx"))])
    with Project.open(ana) as project:
        project.apply("Add class", [Edit(None, Category(id=3, name="lynx"))])
        report = merge(project, [ben])
        assert [note.kind for note in report.notes] == [NoteKind.CLASS_NAME]
        assert [c.name for c in project.categories()] == ["cat", "dog", "lynx"]
        assert report.is_whole


def test_a_class_that_was_deleted_there_goes_where_nothing_has_it(ana: Path, ben: Path) -> None:
    with Project.open(ben) as project:
        project.apply("Delete class", remove_category(project, 1))
    with Project.open(ana) as project:
        merge(project, [ben])
        assert [c.name for c in project.categories()] == ["dog"]
        assert objects_of(project) == []
    with Project.open(ben) as project:
        project.undo()
        project.apply("Delete class", remove_category(project, 1))
    other = copy_of(ana, "other")
    with Project.open(ana) as project:
        project.undo()
        added = add(project, 1, 9)
        report = merge(project, [other])
        assert [note.kind for note in report.notes] == [NoteKind.CLASS_STAYS]
        assert objects_of(project) == [added]


def test_a_renamed_picture_is_known_by_its_content(tmp_path: Path, base: Path) -> None:
    path = tmp_path / "stranger.slimsam"
    with Project.create(path, [tmp_path / "elsewhere"]) as project:
        values = [
            Category(id=1, name="cat"),
            ImageEntry(id=7, root_id=1, path="sub/IMG_0001.JPG", content_hash=f"{2:064x}"),
            ImageEntry(id=8, root_id=1, path="3.jpg"),
            ImageEntry(id=9, root_id=1, path="1.jpg", content_hash="ff"),
        ]
        project.apply("Begin", [Edit(None, value) for value in values])
        for number, x in ((7, 1), (8, 2), (9, 3)):
            add(project, number, x)
    with Project.open(base) as project:
        report = merge(project, [path])
        found = {project.image(o.image_id).path: o.mask for o in objects_of(project)[-3:]}
        assert project.count_images() == 4, "the one with other bytes is a new picture"
        assert len(project.roots()) == 2
        assert [note.kind for note in report.notes] == [NoteKind.NEW_FOLDER]
        assert {project.image(o.image_id).root_id for o in objects_of(project) if o.mask == square(3, 3)} == {
            2
        }
        assert square(1, 3) in {o.mask for o in project.annotations(2)}
        assert square(2, 3) in {o.mask for o in project.annotations(3)}
        assert found
        assert merge(project, [path]).seq == 0


def test_a_picture_whose_file_changed_is_reported(ana: Path, ben: Path) -> None:
    with Project.open(ben) as project:
        project.record_facts([replace(project.image(2), content_hash="ee", size=Size(12, 16))])
        same = list(project.annotations(2))
        added = add(project, 2, 9)
    with Project.open(ana) as project:
        report = merge(project, [ben])
        assert report.total(Outcome.REPORTED) == 1
        assert report.is_whole
        assert [(n.kind, n.where, n.objects) for n in report.notes] == [
            (NoteKind.PICTURE_CHANGED, "2.jpg", 1)
        ]
        assert list(project.annotations(2)) == same
        assert added.mask not in {o.mask for o in objects_of(project)}


def test_masks_of_another_size_are_reported(tmp_path: Path, base: Path) -> None:
    path = tmp_path / "stranger.slimsam"
    with Project.create(path, [tmp_path / "pictures"]) as project:
        values = [
            Category(id=1, name="cat"),
            ImageEntry(id=1, root_id=1, path="1.jpg"),
            Annotation(id=1, image_id=1, category_id=1, mask=square(0, 0, 4, Size(9, 9))),
        ]
        project.apply("Begin", [Edit(None, value) for value in values])
    with Project.open(base) as project:
        report = merge(project, [path])
        assert [(n.kind, n.objects) for n in report.notes] == [(NoteKind.OTHER_SIZE, 1)]
        assert not list(examine(project))


def test_a_picture_removed_here_comes_back_with_new_work(ana: Path, ben: Path) -> None:
    with Project.open(ana) as project:
        project.apply("Remove", remove_images(project, [1, 2]))
    with Project.open(ben) as project:
        added = add(project, 1, 9)
    with Project.open(ana) as project:
        report = merge(project, [ben])
        assert [(n.kind, n.where) for n in report.notes] == [(NoteKind.PICTURE_CAME_BACK, "1.jpg")]
        assert [image.path for image in project.images()] == ["1.jpg", "3.jpg"]
        assert [gone.path for gone in project.removed_images] == ["2.jpg"]
        assert added.mask in {o.mask for o in objects_of(project)}
        assert merge(project, [ben]).seq == 0
        assert not list(examine(project))
    with Project.open(ben) as project:
        report = merge(project, [ana])
        assert [image.path for image in project.images()] == ["1.jpg", "3.jpg"]
        assert report.pictures_removed == 1


def test_what_is_said_of_a_picture(ana: Path, ben: Path) -> None:
    for path, states in ((ana, {1: ImageState.DONE}), (ben, {1: ImageState.DONE, 2: ImageState.DONE})):
        with Project.open(path) as project:
            for number, state in states.items():
                image = project.image(number)
                project.apply("State", [Edit(image, replace(image, state=state))])
    with Project.open(ana) as project:
        report = merge(project, [ben])
        assert [image.state for image in project.images()] == [
            ImageState.DONE,
            ImageState.DONE,
            ImageState.NEW,
        ]
        assert (report.conflicts, open_conflicts(project)) == (0, []), "both said the same"
        image = project.image(3)
        project.apply("Comment", [Edit(image, replace(image, comment="a"))])
    with Project.open(ben) as project:
        image = project.image(3)
        project.apply("Comment", [Edit(image, replace(image, comment="b"))])
    with Project.open(ana) as project:
        assert merge(project, [ben]).picture_conflicts == 1
        (conflict,) = open_conflicts(project)
        project.apply("Decide", take_other(project, conflict))
        assert project.image(3).comment == "b"


def test_groups_that_two_people_made_stay_apart(ana: Path, ben: Path) -> None:
    for path, x in ((ana, 1), (ben, 9)):
        with Project.open(path) as project:
            made = [add(project, 3, x), add(project, 3, x + 1)]
            project.apply("Group", [Edit(o, replace(o, group_id=1)) for o in made])
    with Project.open(ana) as project:
        merge(project, [ben])
        groups = [o.group_id for o in project.annotations(3) if o.group_id]
        assert sorted(groups) == [1, 1, 2, 2]
        assert merge(project, [ben]).seq == 0


def test_parts_of_an_older_version(tmp_path: Path) -> None:
    path = tmp_path / "old.slimsam"
    write_base(path)
    with Project.open(path) as project:
        add(project, 3, 9)
    as_version(path, 6)
    old = copy_of(path, "old copy")
    with Project.open(old) as project:
        redraw(project, 1, 9)
    with Project.open(path) as project:
        report = merge(project, [old])
        assert (report.total(Outcome.TAKEN), report.total(Outcome.SAME)) == (1, 3)
        assert merge(project, [old]).seq == 0


def test_a_newer_version_is_refused(ana: Path, ben: Path) -> None:
    with closing(sqlite3.connect(ben)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with Project.open(ana) as project:
        before = project.last_seq()
        with pytest.raises(ProjectError, match="newer version"):
            merge(project, [ben])
        assert project.last_seq() == before


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE annotation SET counts = 'xx' WHERE id = 1",
        "UPDATE annotation SET writes = 'a:1 a:2' WHERE id = 1",
        "UPDATE image SET objects = 9 WHERE id = 1",
        "INSERT INTO retired VALUES ('annotation', 99, 'x', 'nonsense')",
        "INSERT INTO retired VALUES ('annotation', 99, X'00', 'a:1')",
        "INSERT INTO variant VALUES (1, 'annotation', 'x', 1, '{}', 'a:1', '', '', 0)",
        "CREATE TRIGGER t AFTER INSERT ON image BEGIN SELECT 1; END",
        "INSERT INTO part_origin VALUES (X'00', 'a', 'b', 'c', 1, 'd')",
    ],
)
def test_a_harmed_part_changes_nothing(ana: Path, ben: Path, harm: str) -> None:
    with Project.open(ben) as project:
        add(project, 1, 9)
    with closing(sqlite3.connect(ben)) as connection, connection:
        connection.execute(harm)
    with Project.open(ana) as project:
        before, objects = project.last_seq(), objects_of(project)
        with pytest.raises(ProjectError):
            merge(project, [ben])
        assert (project.last_seq(), objects_of(project)) == (before, objects)


def test_an_object_that_is_in_a_part_twice_is_reported(ana: Path, ben: Path) -> None:
    with Project.open(ben) as project:
        first = add(project, 1, 9)
        twin = replace(first, id=project.next_id(Annotation), mask=square(2, 3))
        project.apply("Twin", [Edit(None, twin)], stamps=Stamps.AS_GIVEN)
    with Project.open(ana) as project:
        report = merge(project, [ben])
        assert (report.total(Outcome.REPORTED), report.is_whole) == (1, True)
        assert [note.kind for note in report.notes] == [NoteKind.TWICE]


def test_a_merge_that_is_cancelled_changes_nothing(ana: Path, ben: Path) -> None:
    with Project.open(ben) as project:
        add(project, 1, 9)
    cancel = CancelToken()
    cancel.cancel()
    with Project.open(ana) as project:
        before = project.last_seq()
        with pytest.raises(Cancelled):
            merge(project, [ben], cancel=cancel)
        assert project.last_seq() == before


def test_a_project_is_not_merged_into_itself(ana: Path) -> None:
    with Project.open(ana) as project, pytest.raises(ProjectError, match="into itself"):
        merge(project, [ana])


def test_authors_and_exports_survive(ana: Path, ben: Path, tmp_path: Path) -> None:
    for path, name, x in ((ana, "ana", 1), (ben, "ben", 9)):
        with Project.open(path) as project:
            project.annotator = name
            add(project, 1, x)
    with Project.open(ana) as project:
        report = merge(project, [ben])
        assert report.shared_pictures == 1
        assert [entry.name for entry in project.statistics().annotators] == ["ana", "ben", ""]
        export_project(project, get_format("coco"), tmp_path / "all.json", Selection())
    assert len(json.loads((tmp_path / "all.json").read_text("utf-8"))["annotations"]) == 5


def test_classes_that_come_anew_are_no_other_ones_the_second_time(tmp_path: Path) -> None:
    base = write_base(tmp_path / "base.slimsam")
    here = copy_of(base, "here")
    with Project.open(here) as project:
        project.undo()
        project.undo()  # nothing is left; numbers of classes are not given again, so they get other ones
        assert merge(project, [base]).classes_added == 2
        assert merge(project, [base]).seq == 0, "twice is once"
        assert project.variants == []


def test_a_name_that_waits_in_a_part_waits_after_the_merge_too(tmp_path: Path) -> None:
    base = write_base(tmp_path / "base.slimsam")
    here, ana, ben = (copy_of(base, name) for name in ("here", "ana", "ben"))
    for path, name in ((ana, "kitten"), (ben, "tomcat")):
        with Project.open(path) as project:
            cat = project.categories()[0]
            project.apply("Rename", [Edit(cat, replace(cat, name=name))])
    with Project.open(ana) as project:
        merge(project, [ben])
        assert len(open_conflicts(project)) == 1
    with Project.open(here) as project:
        merge(project, [ana])
        assert next(c.name for c in project.categories()) in ("kitten", "tomcat")  # one of them is shown
        assert len(open_conflicts(project)) == 1
