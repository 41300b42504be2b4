"""Pictures that were taken out of a project stay out of it, until somebody brings them back."""

from __future__ import annotations

from pathlib import Path

import pytest

from slimsam_core.annotation import Annotation, Category, ImageEntry, ImageState, Root
from slimsam_core.pixels import mask
from slimsam_core.pixels.geometry import Size
from slimsam_core.project import (
    Edit,
    Project,
    add_image,
    add_root,
    fill_facts,
    relink,
    remove_images,
    remove_root,
    scan_root,
)
from slimsam_core.project.checkup import examine
from slimsam_core.project.repair import repair
from tests.project.older import as_version
from tests.project.test_folders import picture

SIZE = Size(8, 6)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for seed, name in enumerate(("a.jpg", "b.jpg", "sub/c.jpg")):
        picture(tmp_path / "pictures" / name, seed, SIZE.hw)
    return tmp_path / "pictures"


@pytest.fixture
def project(tmp_path: Path, folder: Path):
    with Project.create(tmp_path / "p.slimsam", [folder]) as opened:
        scan_root(opened, 1)
        opened.apply("Add class", [Edit(None, Category(id=1, name="cat"))])
        label(opened, "a.jpg")
        yield opened


def label(project: Project, name: str) -> None:
    image = entry(project, name)
    full = mask.from_runs([0, SIZE.area], SIZE)
    annotation = Annotation(id=project.next_id(Annotation), image_id=image.id, category_id=1, mask=full)
    project.apply("Add object", [Edit(None, annotation)])


def entry(project: Project, name: str) -> ImageEntry:
    found = project.image_by_path(1, name)
    assert found is not None, name
    return found


def names(project: Project) -> list[str]:
    return [image.path for image in project.images()]


def remove(project: Project, *wanted: str) -> None:
    project.apply("Remove", remove_images(project, [entry(project, name).id for name in wanted]))


def bring_back(project: Project, name: str) -> None:
    image = ImageEntry(id=project.next_id(ImageEntry), root_id=1, path=name)
    project.apply("Add", add_image(image, project.removed_images))


def test_a_look_into_the_folder_leaves_removed_pictures_out(project: Project, folder: Path) -> None:
    remove(project, "a.jpg", "sub/c.jpg")
    assert scan_root(project, 1).added == 0
    assert names(project) == ["b.jpg"]
    assert project.count_annotations() == 0
    assert (folder / "a.jpg").is_file()
    assert list(examine(project)) == []


def test_undo_brings_pictures_back_with_their_objects_and_the_next_look_knows_them(project: Project) -> None:
    before, objects = project.images(), project.annotations(entry(project, "a.jpg").id)
    remove(project, "a.jpg")
    project.undo()
    assert (project.images(), project.removed_images) == (before, [])
    assert project.annotations(entry(project, "a.jpg").id) == objects
    assert scan_root(project, 1).added == 0
    project.redo()
    assert names(project) == ["b.jpg", "sub/c.jpg"]
    assert scan_root(project, 1).added == 0


def test_a_picture_that_is_added_on_purpose_is_there_again_and_can_be_removed_again(project: Project) -> None:
    remove(project, "a.jpg")
    bring_back(project, "a.jpg")
    assert names(project) == ["a.jpg", "b.jpg", "sub/c.jpg"]
    assert project.removed_images == []
    remove(project, "a.jpg")
    assert scan_root(project, 1).added == 0
    for _ in range(3):
        project.undo()
    assert project.count_annotations(entry(project, "a.jpg").id) == 1


def test_a_removed_file_is_nobodys_new_place(project: Project, folder: Path) -> None:
    """A copy of a picture's file was removed; when its own file goes, it does not move there."""
    (folder / "copy.jpg").write_bytes((folder / "b.jpg").read_bytes())
    scan_root(project, 1)
    fill_facts(project)
    remove(project, "copy.jpg")
    lost = entry(project, "b.jpg").id
    (folder / "b.jpg").unlink()
    assert scan_root(project, 1).vanished == (lost,)
    assert relink(project, 1, folder).missing == (lost,)


def test_a_removed_picture_whose_file_is_gone(project: Project, folder: Path) -> None:
    (folder / "a.jpg").unlink()
    remove(project, "a.jpg")
    assert scan_root(project, 1).vanished == ()
    project.undo()
    assert len(scan_root(project, 1).vanished) == 1


def test_a_folder_goes_with_what_was_removed_of_it(project: Project) -> None:
    remove(project, "a.jpg")
    project.apply("Remove folder", remove_root(project, project.roots()[0]))
    assert (project.roots(), project.removed_images) == ([], [])
    project.undo()
    assert [found.path for found in project.removed_images] == ["a.jpg"]


def test_a_repaired_project_remembers_them(project: Project, tmp_path: Path) -> None:
    remove(project, "a.jpg")
    project.close()
    assert repair(project.path, tmp_path / "new.slimsam") == []
    with Project.open(tmp_path / "new.slimsam") as repaired:
        assert scan_root(repaired, 1).added == 0
        assert names(repaired) == ["b.jpg", "sub/c.jpg"]


def test_what_the_program_found_in_a_folder_is_no_step_of_undo(project: Project, folder: Path) -> None:
    picture(folder / "d.jpg", 4)
    scan_root(project, 1)
    while project.undo():
        pass
    assert names(project) == ["a.jpg", "b.jpg", "d.jpg", "sub/c.jpg"]
    assert project.count_annotations() == 0


def test_undo_goes_on_behind_pictures_that_were_moved_or_found_since(
    project: Project, tmp_path: Path
) -> None:
    """A step that added pictures and their folder: its own pictures go, wherever they are, others stay."""
    more = tmp_path / "more"
    picture(more / "1.jpg", 11)
    root = Root(project.next_id(Root), str(more))
    project.agreement.give([str(more)])
    image = ImageEntry(id=project.next_id(ImageEntry), root_id=root.id, path="1.jpg")
    project.apply("Import", [Edit(None, root), Edit(None, image)])
    fill_facts(project)
    (more / "1.jpg").rename(more / "moved.jpg")
    picture(more / "2.jpg", 12)
    assert (scan_root(project, root.id).moved, project.image(image.id).path) == (1, "moved.jpg")
    assert project.undo() is not None
    assert names(project) == ["a.jpg", "b.jpg", "sub/c.jpg", "2.jpg"]
    assert project.redo() is not None
    assert names(project) == ["a.jpg", "b.jpg", "sub/c.jpg", "1.jpg", "2.jpg"]
    while project.undo():
        pass
    assert project.count_annotations() == 0


def test_undo_steps_over_the_looks_of_earlier_versions(tmp_path: Path, folder: Path) -> None:
    """As version 5 wrote it: each look into a folder was a step of its own."""
    path = tmp_path / "old.slimsam"
    with Project.create(path, [folder]) as project:
        first = ImageEntry(id=1, root_id=1, path="a.jpg")
        project.apply("Add pictures of pictures", [Edit(None, first)])
        project.apply("State", [Edit(first, done(first))])
        second = ImageEntry(id=2, root_id=1, path="b.jpg")
        project.apply("Add pictures of pictures", [Edit(None, second)])
        project.apply("State", [Edit(second, done(second))])
        project.apply("Add pictures of pictures", [Edit(None, ImageEntry(id=3, root_id=1, path="sub/c.jpg"))])
    as_version(path, 5)
    with Project.open(path) as project:
        assert project.stack_labels(10) == (["State", "State"], [])
        while project.undo():
            pass
        assert [image.state for image in project.images()] == [ImageState.NEW] * 3
        assert (names(project), list(examine(project))) == (["a.jpg", "b.jpg", "sub/c.jpg"], [])
        assert project.redo() is not None
        assert project.redo() is not None
        assert project.redo() is None


def done(image: ImageEntry) -> ImageEntry:
    return ImageEntry(id=image.id, root_id=image.root_id, path=image.path, state=ImageState.DONE)


def test_add_root_is_no_step_of_undo(project: Project, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    add_root(project, tmp_path / "other")
    change = project.undo()
    assert change is not None
    assert change.label == "Add object"
    assert len(project.roots()) == 2
