"""A part of one's own of a project that somebody else has open."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from slimsam_core.errors import ProjectError
from slimsam_core.files.user_folders import data_dir
from slimsam_core.project import Project
from slimsam_core.teamwork import merge, open_conflicts, own_part, own_parts_of, parts_below, parts_folder
from tests.teamwork.people import add, objects_of, write_base


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """A project among its pictures, as the window makes it."""
    folder = tmp_path / "share"
    (folder / "pictures").mkdir(parents=True)
    return write_base(folder / "base.slimsam")


def test_both_work_and_the_part_is_merged_later(shared: Path) -> None:
    with Project.open(shared) as held:
        add(held, 1, 3)
        path = own_part(shared, "Ben")
        assert path == parts_folder(shared) / "Ben" / "Ben.slimsam"
        with Project.open(path) as part:
            assert not part.read_only
            assert part.annotator == "Ben"
            assert part.agreement.missing(part.roots()) == [], "the pictures are looked at as in the project"
            assert objects_of(part) == objects_of(held), "what is in the other's log alone is there too"
            add(part, 2, 5)
        add(held, 2, 9)
    with Project.open(shared) as project:
        assert merge(project, [path]).is_whole
        assert open_conflicts(project) == []
        assert len(objects_of(project)) == 6


def test_the_same_part_is_taken_up_again(shared: Path) -> None:
    first = own_part(shared, "Ben")
    with Project.open(first) as part:
        add(part, 1, 3)
        objects = objects_of(part)
    assert own_part(shared, "Ben") == first
    with Project.open(first, read_only=True) as part:
        assert objects_of(part) == objects
    assert own_part(shared, "Ana") != first


def test_a_part_of_another_project_is_left_alone(shared: Path) -> None:
    place = parts_folder(shared) / "Ben"
    place.mkdir(parents=True)
    other = write_base(place / "Ben.slimsam")
    before = other.read_bytes()
    path = own_part(shared, "Ben")
    assert path == parts_folder(shared) / "2" / "Ben" / "Ben.slimsam"
    assert other.read_bytes() == before
    assert own_part(shared, "Ben") == path


def test_where_nothing_can_be_written_it_lies_in_the_users_folder(
    shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: path != shared.parent and access(path, mode))
    path = own_part(shared, "Ben")
    assert path.is_relative_to(data_dir())
    with Project.open(shared) as project:
        assert parts_below(own_parts_of(project)) == (path,)
    assert own_part(shared, "Ben") == path, "there is one already"


def test_a_file_as_large_as_the_disk_is_not_copied(shared: Path) -> None:
    with shared.open("r+b") as file:
        file.truncate(1 << 42)  # a hole: it takes no room itself
    with pytest.raises(ProjectError, match="no room"):
        own_part(shared, "Ben")
    assert not parts_folder(shared).exists()


def test_a_damaged_project_gives_no_part(shared: Path) -> None:
    shared.write_bytes(b"no database" * 1000)
    with pytest.raises(ProjectError):
        own_part(shared, "Ben")
    assert not parts_folder(shared).exists()
