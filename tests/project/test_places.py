"""The project of a folder, of the folders around it, and through links."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

import pytest

from slimsam_core.annotation import Annotation, Category, ImageEntry
from slimsam_core.errors import ProjectError
from slimsam_core.pixels import mask
from slimsam_core.pixels.geometry import Size
from slimsam_core.project import (
    Edit,
    Project,
    beside_path,
    discard,
    new_project,
    project_at,
    project_of,
    related_projects,
    user_path,
)
from tests.project.older import as_version


def label(folder: Path, objects: int = 2) -> Path:
    """A project of a folder with one picture and some objects."""
    path = beside_path(folder)
    path.parent.mkdir(parents=True)
    with Project.create(path, [folder]) as project:
        edits = [
            Edit(None, Category(id=1, name="cat")),
            Edit(None, ImageEntry(id=1, root_id=1, path="a.jpg", size=Size(4, 4))),
        ]
        edits += [
            Edit(None, Annotation(id=number, image_id=1, category_id=1, mask=mask.empty(Size(4, 4))))
            for number in range(1, objects + 1)
        ]
        project.apply("label", edits)
    return path


def test_the_project_beside_wins_over_that_in_the_user_folder(tmp_path: Path) -> None:
    assert project_of(tmp_path) is None
    far = user_path(tmp_path)
    far.parent.mkdir(parents=True)
    Project.create(far, [tmp_path]).close()
    assert project_of(tmp_path) == far
    near = label(tmp_path)
    assert project_of(tmp_path) == project_at(tmp_path) == near
    assert project_at(near) == near


def test_a_folder_above_or_below_is_found_when_it_is_labelled(tmp_path: Path) -> None:
    day = tmp_path / "photos" / "2024" / "day 1"
    day.mkdir(parents=True)
    assert related_projects(day) == ()
    label(tmp_path / "photos", objects=3)
    (found,) = related_projects(day)
    assert (found.folder, found.images, found.objects) == (tmp_path / "photos", 1, 3)
    (below,) = related_projects(tmp_path)
    assert below == found


def named(path: Path, pictures: Path, images: int = 1) -> Path:
    """A project under a name of its own, without objects."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with Project.create(path, [pictures]) as project:
        entries = [
            ImageEntry(id=number, root_id=1, path=f"{number}.jpg", size=Size(4, 4))
            for number in range(1, images + 1)
        ]
        if entries:
            project.apply("Add images", [Edit(None, entry) for entry in entries])
    return path


def test_the_only_project_that_lies_in_a_folder_is_meant(tmp_path: Path) -> None:
    path = named(tmp_path / "ben" / "ben.slimsam", tmp_path / "ben" / "pictures")
    (tmp_path / "ben" / ".hidden.slimsam").write_bytes(path.read_bytes())
    assert project_at(tmp_path / "ben") == path
    named(tmp_path / "ben" / "cem.slimsam", tmp_path / "ben" / "pictures")
    with pytest.raises(ProjectError, match="several projects") as caught:
        project_at(tmp_path / "ben")
    assert "ben.slimsam, cem.slimsam" in caught.value.hint
    own = label(tmp_path / "ben")
    assert project_at(tmp_path / "ben") == own


def test_a_part_is_found_from_its_folder_and_its_pictures_also_before_work(tmp_path: Path) -> None:
    """Whoever opens the folder of his part would else label in another project."""
    pictures = tmp_path / "ben" / "pictures"
    pictures.mkdir(parents=True)
    path = named(tmp_path / "ben" / "ben.slimsam", tmp_path / "where it was split" / "pictures")
    for place in (tmp_path / "ben", pictures):
        (found,) = related_projects(place)
        assert (found.path, found.images, found.objects) == (path, 1, 0)


def test_named_projects_of_other_pictures_are_no_reason_to_ask(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "far" / "away").mkdir(parents=True)
    named(tmp_path / "photos" / "other.slimsam", tmp_path / "far" / "away")
    named(tmp_path / "photos" / "empty.slimsam", tmp_path / "photos", images=0)
    assert related_projects(tmp_path / "photos") == ()


def test_a_project_without_work_is_no_reason_to_ask(tmp_path: Path) -> None:
    (tmp_path / "photos" / "day").mkdir(parents=True)
    label(tmp_path / "photos", objects=0)
    assert related_projects(tmp_path / "photos" / "day") == ()
    assert related_projects(tmp_path) == ()


def test_a_folder_without_a_project_says_where_its_pictures_are(tmp_path: Path) -> None:
    (tmp_path / "photos" / "my day").mkdir(parents=True)
    with pytest.raises(ProjectError, match=r"no project of its own") as caught:
        project_at(tmp_path / "photos" / "my day")
    assert caught.value.command.startswith("slimsam project create")
    assert shlex.split(caught.value.command)[-1] == str(tmp_path / "photos" / "my day")
    path = label(tmp_path / "photos")
    with pytest.raises(ProjectError, match=str(path)):
        project_at(tmp_path / "photos" / "my day")


def test_through_links_there_is_one_lock(tmp_path: Path) -> None:
    folder = tmp_path / "real"
    path = label(folder)
    (tmp_path / "linked").symlink_to(folder)
    (tmp_path / "other.slimsam").symlink_to(path)
    with Project.open(path) as first:
        assert not first.read_only
        for way in (tmp_path / "other.slimsam", beside_path(tmp_path / "linked")):
            with Project.open(way) as second:
                assert second.path.samefile(path)
                assert "another window" in second.read_only_reason
    with Project.open(tmp_path / "other.slimsam") as alone:
        assert not alone.read_only
        assert not (tmp_path / "other.slimsam.lock").exists()


def test_links_in_a_circle_are_told(tmp_path: Path) -> None:
    (tmp_path / "ring.slimsam").symlink_to("ring.slimsam")
    with pytest.raises(ProjectError):
        Project.open(tmp_path / "ring.slimsam")


def test_a_new_project_goes_when_its_making_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), new_project(tmp_path / "p.slimsam", [tmp_path]):
        _ = 1 / 0
    assert list(tmp_path.iterdir()) == []
    with new_project(tmp_path / "p.slimsam", [tmp_path]) as project:
        assert project.roots()
    assert (tmp_path / "p.slimsam").is_file()


def test_discarding_leaves_a_folder_that_holds_more(tmp_path: Path) -> None:
    path = beside_path(tmp_path)
    path.parent.mkdir()
    (path.parent / "notes.txt").write_text("mine")
    discard(Project.create(path, [tmp_path]))
    assert [entry.name for entry in path.parent.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize("version", [5, 6])
def test_a_neighbour_of_an_older_version_is_offered_and_not_converted(tmp_path: Path, version: int) -> None:
    path = label(tmp_path / "photos")
    as_version(path, version)
    named = tmp_path / "colleague.slimsam"
    shutil.copy(path, named)  # whose folder lies below, and which was at another place before
    before = {one: one.read_bytes() for one in (path, named)}
    (found,) = related_projects(tmp_path / "photos" / "day")
    assert (found.path, found.images, found.objects) == (named, 1, 2)
    named.rename(tmp_path / "aside")
    (found,) = related_projects(tmp_path / "photos" / "day")
    assert (found.path, found.objects) == (path, 2)
    assert path.read_bytes() == before[path]
    assert (tmp_path / "aside").read_bytes() == before[named]
    assert {entry.name for entry in tmp_path.iterdir()} == {"photos", "aside"}
