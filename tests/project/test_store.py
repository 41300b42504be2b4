"""What a project promises: atomic commands, undo and redo across restarts, one writer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from slimsam_core.annotation import (
    Annotation,
    Category,
    DrawnShape,
    ImageEntry,
    ImageState,
    Provenance,
    Root,
    ShapeKind,
)
from slimsam_core.errors import ProjectError, ProjectReadOnly, ProjectUnavailable
from slimsam_core.pixels import mask
from slimsam_core.pixels.geometry import BoxXYXY, PointPrompt, PromptSet, Size
from slimsam_core.project import Edit, ImageFilter, Project, remove_category, remove_images

SIZE = Size(40, 50)


def square(x: int, y: int, side: int, size: Size = SIZE) -> mask.Rle:
    pixels = np.zeros(size.hw, bool)
    pixels[y : y + side, x : x + side] = True
    return mask.encode(pixels)


CAT = Category(
    id=1, name="cat", hotkey="1", attributes={"fur": ["long", "short"]}, extra={"from": [1, {"a": None}]}
)
DOG = Category(id=2, name="dog")
IMAGE = ImageEntry(
    id=1, root_id=1, path="a/x.jpg", size=Size(40, 50), flags=frozenset({"blurred", "night"}), comment="hello"
)
OBJECT = Annotation(
    id=1,
    image_id=1,
    category_id=1,
    mask=square(2, 3, 5),
    drawn=DrawnShape(ShapeKind.POLYGON, (((0.5, 1.25), (3.0, 4.0), (1.0, 7.0)),)),
    attributes={"fur": "long"},
    note="ä\n'\"",
    group_id=3,
    layer=1.5,
    score=0.1 + 0.2,
    provenance=Provenance(
        source="model",
        prompts=PromptSet((PointPrompt(1.5, 2.5),), BoxXYXY(0, 0, 4, 5)),
        model_name="SlimSAM",
        model_hash="abc",
        predicted_iou=0.9,
        stability_score=0.8,
        human_edits=2,
        time_spent_s=3.5,
    ),
    extra={"big": 2**70},
)


@pytest.fixture
def project(tmp_path: Path):
    with Project.create(tmp_path / "p.slimsam", [tmp_path]) as opened:
        yield opened


def add(*values):
    return [Edit(None, value) for value in values]


def test_values_come_back_as_they_were(project: Project) -> None:
    change = project.apply("Add", add(CAT, IMAGE, OBJECT))
    assert [edit.after for edit in change.edits] == [CAT, IMAGE, OBJECT]
    assert project.categories() == [CAT]
    assert project.image(1) == IMAGE
    assert project.annotation(1) == OBJECT
    assert project.annotations(1) == (OBJECT,)
    assert project.image_by_path(1, "a/x.jpg") == IMAGE
    assert project.count_annotations(category_id=1) == 1


def test_undo_and_redo_survive_reopening(tmp_path: Path) -> None:
    path = tmp_path / "p.slimsam"
    moved = replace(OBJECT, mask=square(9, 9, 3), category_id=2)
    with Project.create(path, [tmp_path]) as project:
        project.apply("Add", add(CAT, DOG, IMAGE, OBJECT))
        project.apply("Move", [Edit(OBJECT, moved)])
    with Project.open(path) as project:
        assert project.annotation(1) == moved
        assert project.objects_by_class() == {1: 0, 2: 1}
        change = project.undo()
        assert change is not None
        assert change.edits == (Edit(moved, OBJECT),)
    with Project.open(path) as project:
        assert project.stack_labels(1)[1][0] == "Move"
        project.undo()
        assert project.count_annotations() == 0
        assert project.undo() is None
    with Project.open(path) as project:
        project.redo()
        project.redo()
        assert project.redo() is None
        assert project.annotation(1) == moved
        assert [(entry.label, entry.undone) for entry in project.history()] == [
            ("Move", False),
            ("Add", False),
        ]


def test_a_failed_command_changes_nothing(project: Project) -> None:
    project.apply("Add", add(CAT))
    before = project.last_seq()
    for edits in (
        [Edit(None, DOG), Edit(replace(CAT, name="other"), replace(CAT, name="new"))],
        [Edit(None, DOG), Edit(None, CAT)],
        [Edit(None, DOG), Edit(None, OBJECT)],
        [Edit(None, DOG), Edit(None, Category(id=3, name="dog"))],
    ):
        with pytest.raises(ProjectError):
            project.apply("Wrong", edits)
        assert project.categories() == [CAT]
        assert project.last_seq() == before


def test_a_removed_id_is_never_given_again(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p.slimsam") as project:
        project.apply("Add", add(CAT))
        project.apply("Delete", [Edit(CAT, None)])
    with Project.open(tmp_path / "p.slimsam") as project:
        assert project.next_id(Category) == 2
        with pytest.raises(ProjectError, match="id 1"):
            project.apply("Again", add(replace(CAT, name="other")))
        project.undo()
        assert project.categories() == [CAT]


def test_the_second_window_is_read_only_and_sees_the_first_ones_changes(project: Project) -> None:
    with Project.open(project.path) as second:
        assert second.read_only
        assert "another window" in second.read_only_reason
        with pytest.raises(ProjectReadOnly):
            second.apply("Add", add(CAT))
        project.apply("Add", add(CAT))
        assert second.categories() == [CAT]
    project.apply("Add", add(DOG))


def test_filters_combine(project: Project, tmp_path: Path) -> None:
    other = Root(2, str(tmp_path / "other"))
    done = replace(IMAGE, id=2, path="a/x10.jpg", state=ImageState.DONE, flags=frozenset(), comment="Übung")
    second = replace(IMAGE, id=3, path="a/x9.jpg")
    elsewhere = ImageEntry(id=4, root_id=2, path="a/x.jpg")
    unlike = replace(OBJECT, id=2, image_id=2, category_id=2, mask=square(0, 0, 20), score=0.95)
    project.apply("Add", add(other, CAT, DOG, IMAGE, done, second, elsewhere, OBJECT, unlike))

    def paths(**criteria):
        wanted = ImageFilter(**criteria)
        found = project.images(wanted)
        assert project.count_images(wanted) == len(found)
        assert project.image_ids(wanted) == [image.id for image in found]
        return [image.id for image in found]

    assert paths() == [1, 3, 2, 4]
    assert paths(root_id=2) == [4]
    assert paths(states=frozenset({ImageState.DONE})) == [2]
    assert paths(unlabelled=True) == [3, 4]
    assert paths(unlabelled=False, text="NIGHT x.j") == [1]
    assert paths(text="übung") == [2]
    assert paths(category_ids=frozenset({1, 2})) == [1, 2]
    assert paths(category_ids=frozenset({1}), area_min=100) == []
    assert paths(area_min=100, area_max=400, score_min=0.95) == [2]
    assert [image.id for image in project.images(offset=1, limit=2)] == [3, 2]


def test_facts_are_kept_out_of_the_history(project: Project) -> None:
    bare = ImageEntry(id=1, root_id=1, path="x.jpg")
    project.apply("Add", add(bare))
    project.apply("Finish", [Edit(bare, replace(bare, state=ImageState.DONE))])
    project.record_facts([replace(bare, size=Size(3, 4), content_hash="abc", exif_orientation=6)])
    assert project.image(1) == ImageEntry(
        id=1,
        root_id=1,
        path="x.jpg",
        size=Size(3, 4),
        content_hash="abc",
        exif_orientation=6,
        state=ImageState.DONE,
    )
    project.undo()
    assert project.image(1) == ImageEntry(
        id=1, root_id=1, path="x.jpg", size=Size(3, 4), content_hash="abc", exif_orientation=6
    )
    project.undo()
    assert project.count_images() == 0


def test_values_that_cannot_be_stored_are_refused(project: Project) -> None:
    project.apply("Add", add(CAT, IMAGE))
    for wrong in (
        replace(OBJECT, group_id=2**64),
        replace(OBJECT, note="\ud800"),
        replace(OBJECT, score=float("nan")),
    ):
        with pytest.raises(ProjectError):
            project.apply("Add", add(wrong))
        assert project.count_annotations() == 0
    with pytest.raises(ProjectError):
        project.images(ImageFilter(text="\ud800"))
    kept = replace(OBJECT, extra={"\ud800": ["\udcff", 2**80, 1e300]})
    project.apply("Add", add(kept))
    assert project.annotation(1) == kept


def test_an_edit_keeps_type_and_id() -> None:
    for before, after in ((None, None), (CAT, DOG), (CAT, IMAGE)):
        with pytest.raises(ValueError):
            Edit(before, after)


def test_a_command_that_changes_nothing_is_not_in_the_history(project: Project) -> None:
    project.apply("Add", add(CAT))
    assert project.apply("Same", [Edit(CAT, replace(CAT))]).seq == 0
    assert project.apply("Nothing", []).edits == ()
    assert [entry.label for entry in project.history()] == ["Add"]
    assert project.undo() is not None
    assert project.stack_labels(1)[1][0] == "Add"


def test_a_new_command_ends_redo(project: Project) -> None:
    project.apply("Cat", add(CAT))
    project.apply("Dog", add(DOG))
    project.undo()
    project.apply("Picture", add(IMAGE))
    assert project.redo() is None
    assert [(entry.label, entry.undone) for entry in project.history()] == [
        ("Picture", False),
        ("Dog", True),
        ("Cat", False),
    ]
    project.undo()
    assert project.stack_labels(1)[0][-1] == "Cat"


def test_pruning_keeps_what_it_is_asked_to_keep(project: Project) -> None:
    for number in range(1, 7):
        project.apply(f"Add {number}", add(Category(id=number, name=f"class {number}")))
    project.undo()
    project.undo()
    before = project.categories()
    assert project.prune(2) == 2
    assert project.categories() == before
    assert [entry.label for entry in project.history()] == ["Add 6", "Add 5", "Add 4", "Add 3"]
    assert project.redo() is not None
    assert project.redo() is not None
    assert project.redo() is None
    undone = 0
    while project.undo():
        undone += 1
    assert undone == 4
    assert [category.id for category in project.categories()] == [1, 2]
    assert project.prune(0) == 0
    assert project.stack_labels(1)[1][0] == "Add 3"
    project.apply("Other", add(Category(id=7, name="class 7")))
    assert project.prune(0) == 5
    assert project.history() == []
    assert project.undo() is None
    assert project.next_id(Category) == 8


def test_pruning_stops_for_a_command_given_meanwhile(project: Project) -> None:
    project.apply("Mine", add(Category(id=1, name="one")))
    seen = project.last_seq()
    project.apply("Yours", add(Category(id=2, name="two")))
    assert project.prune(0, newest=seen) == 0
    assert [entry.label for entry in project.history()] == ["Yours", "Mine"]
    assert project.prune(0, newest=project.last_seq()) == 2


def test_a_long_stream_is_one_command_that_does_not_list_its_edits(project: Project, monkeypatch) -> None:
    monkeypatch.setattr("slimsam_core.project.store.LISTED_EDITS", 50)
    monkeypatch.setattr("slimsam_core.project.journal.PART_RECORDS", 7)
    images = [ImageEntry(id=number, root_id=1, path=f"{number}.jpg") for number in range(1, 101)]
    change = project.apply("Import", (Edit(None, image) for image in images))
    assert change.bulk
    assert change.edits == ()
    assert project.images() == images
    assert project.undo() is not None
    assert project.images() == []
    assert project.redo() is not None
    assert project.images() == images


def test_a_stream_that_raises_changes_nothing(project: Project) -> None:
    def edits():
        yield Edit(None, CAT)
        assert project.categories() == []  # reading sees the last commit
        raise KeyError("the stream broke")

    with pytest.raises(KeyError):
        project.apply("Import", edits())
    assert project.categories() == []
    assert project.history() == []


def test_a_class_is_removed_with_its_objects_or_hands_them_over(project: Project) -> None:
    project.apply("Add", add(CAT, DOG, IMAGE, OBJECT))
    project.apply("Remove", remove_category(project, 1, reassign_to=2))
    assert project.categories() == [replace(DOG, hotkey="2")], "it keeps the key that it had"
    assert project.annotations(1) == (replace(OBJECT, category_id=2),)
    project.apply("Remove", remove_category(project, 2))
    assert project.annotations(1) == ()
    project.undo()
    project.undo()
    assert project.annotations(1) == (OBJECT,)
    with pytest.raises(ProjectError, match="does not fit"):
        project.apply("Remove", [Edit(CAT, None)])
    with pytest.raises(ValueError):
        project.apply("Remove", remove_category(project, 1, reassign_to=1))
    project.apply("Remove picture", remove_images(project, [1]))
    assert project.count_images() == 0
    project.undo()
    assert project.annotations(1) == (OBJECT,)


def test_statistics_count_what_is_there(project: Project) -> None:
    assert project.statistics().progress == 1.0
    large = replace(OBJECT, id=2, category_id=2, mask=square(0, 0, 40))
    finished = ImageEntry(id=2, root_id=1, path="b.jpg", state=ImageState.EMPTY_CHECKED)
    project.apply("Add", add(CAT, DOG, IMAGE, finished, OBJECT, large))
    found = project.statistics()
    assert (found.images, found.objects, found.progress, found.time_per_object_s) == (2, 2, 0.5, 3.5)
    assert found.images_by_state[ImageState.NEW] == 1
    assert [(c.category_id, c.objects, c.images, c.small, c.medium, c.large) for c in found.classes] == [
        (1, 1, 1, 1, 0, 0),
        (2, 1, 1, 0, 1, 0),
    ]


def test_threads_share_a_project(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("slimsam_core.project.writer.PATIENCE_S", 60.0)

    def add_many(first: int) -> None:
        for _ in range(20):
            number = project.next_id(Category)
            project.apply(f"Add {number}", add(Category(id=number, name=f"class {number} of {first}")))
            project.categories()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add_many, range(4)))
    assert [category.id for category in project.categories()] == list(range(1, 81))
    undone = 0
    while project.undo():
        undone += 1
    assert undone == 80


def test_one_command_may_touch_a_value_many_times(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("slimsam_core.project.journal.PART_RECORDS", 2)
    project.apply("Add", add(CAT, DOG, IMAGE, OBJECT))
    steps = [OBJECT, *(replace(OBJECT, note=note) for note in "abcd"), None]
    project.apply("Touch", [Edit(a, b) for a, b in pairwise(steps)])
    assert project.annotations(1) == ()
    change = project.undo()
    assert change is not None
    assert [edit.before for edit in change.edits] == [None, *reversed(steps[1:-1])]
    assert project.annotations(1) == (OBJECT,)
    project.redo()
    assert project.annotations(1) == ()


def test_an_id_is_not_given_again_within_a_command(project: Project) -> None:
    project.apply("Add", add(CAT))
    with pytest.raises(ProjectError, match="id 1"):
        project.apply("Replace", [Edit(CAT, None), Edit(None, replace(CAT, name="other"))])
    assert project.categories() == [CAT]


def test_edits_cannot_change_the_project_they_are_applied_to(project: Project) -> None:
    def edits():
        yield Edit(None, CAT)
        project.apply("Inner", add(DOG))

    with pytest.raises(RuntimeError):
        project.apply("Outer", edits())
    assert project.categories() == []
    project.apply("Outer", add(DOG))


def test_a_snapshot_does_not_see_what_comes_after(project: Project) -> None:
    project.apply("Add", add(CAT, IMAGE))
    with project.snapshot() as frozen:
        project.apply("Add", add(OBJECT))
        assert project.count_annotations() == 1
        assert frozen.count_annotations() == 0
        assert [objects for _, objects in frozen.labelled_images()] == [()]
    with pytest.raises(ProjectError, match="closed"):
        frozen.categories()


def test_a_long_command_lets_others_read_and_does_not_make_them_wait_to_write(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("slimsam_core.project.writer.PATIENCE_S", 0.05)
    started, finish = Event(), Event()

    def edits():
        yield Edit(None, CAT)
        started.set()
        assert finish.wait(30)
        yield Edit(None, DOG)

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(project.apply, "Import", edits())
        try:
            assert started.wait(30)
            assert project.categories() == []
            assert project.next_id(ImageEntry) == 1
            with pytest.raises(ProjectUnavailable, match="still being saved"):
                project.apply("Add", add(IMAGE))
        finally:
            finish.set()
        running.result()
    project.apply("Add", add(IMAGE))
    assert project.categories() == [CAT, DOG]
