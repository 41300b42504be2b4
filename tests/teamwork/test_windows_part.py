"""Parts labelled on Windows: drive letters and backslashes in their folders, the same bytes in pictures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from slimsam_core.annotation import Annotation, Category, ImageEntry, Root
from slimsam_core.pixels.geometry import Size
from slimsam_core.project import Edit, Project, fill_facts, scan_root
from slimsam_core.teamwork import Deal, NoteKind, SplitOptions, merge, open_conflicts, split
from tests.teamwork.people import objects_of, square

SIZE = Size(12, 16)
WINDOWS = r"C:\Users\Ben Müller\Desktop\part\pictures"


def write_pictures(folder: Path, names: dict[str, int]) -> None:
    """Small pictures of noise, by seed."""
    for name, seed in names.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        pixels = np.random.default_rng(seed).integers(0, 255, (*SIZE.hw, 3), np.uint8)
        assert cv2.imwrite(str(folder / name), pixels)


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A project over three real pictures."""
    folder = tmp_path / "here" / "pictures"
    write_pictures(folder, {"1.png": 1, "2.png": 2, "sub/3.png": 3})
    path = tmp_path / "here" / "base.slimsam"
    with Project.create(path, [folder]) as project:
        project.apply("Class", [Edit(None, Category(id=1, name="cat"))])
        scan_root(project, 1)
        assert fill_facts(project) == {}
    return path


def as_on_windows(path: Path, folder: str = WINDOWS) -> None:
    """The folder of the pictures as the program wrote it there."""
    with Project.open(path) as part:
        (root,) = part.roots()
        part.apply("Re-link", [Edit(root, replace(root, path=folder))])


def label(path: Path, name: str, x: int) -> None:
    with Project.open(path) as part:
        image = next(image for image in part.images() if image.path.endswith(name))
        new = Annotation(id=part.next_id(Annotation), image_id=image.id, category_id=1, mask=square(x, 3))
        part.apply("Add object", [Edit(None, new)])


def test_a_part_from_windows_is_merged_without_more_ado(base: Path, tmp_path: Path) -> None:
    with Project.open(base, read_only=True) as project:
        (part,) = split(project, tmp_path / "parts", SplitOptions(deal=Deal(annotators=("Ben",))))
    as_on_windows(part.path)
    label(part.path, "3.png", 5)
    with Project.open(base) as project:
        report = merge(project, [part.path])
        assert report.is_whole
        assert (report.notes, report.pictures_added, report.conflicts) == ([], 0, 0)
        (made,) = objects_of(project)
        assert project.image(made.image_id).path == "sub/3.png"
        assert project.image_path(project.image(made.image_id)).is_file()
        assert [root.path for root in project.roots()] == [str(base.parent / "pictures")]
        assert merge(project, [part.path]).seq == 0


@pytest.mark.parametrize("folder", [WINDOWS, r"\\server\share\pictures", "D:/pictures"])
def test_a_project_made_on_windows_is_known_by_the_bytes_of_its_pictures(
    base: Path, tmp_path: Path, folder: str
) -> None:
    """No common origin, other names, other folders: what is in the files tells which is which."""
    there = tmp_path / "there"
    write_pictures(there / "pictures", {"IMG_0003.png": 3, "IMG_0001.png": 1})
    path = there / "ben.slimsam"
    with Project.create(path, [there / "pictures"]) as other:
        other.apply("Class", [Edit(None, Category(id=1, name="cat"))])
        scan_root(other, 1)
        assert fill_facts(other) == {}
    as_on_windows(path, folder)
    label(path, "IMG_0003.png", 7)
    with Project.open(base) as project:
        report = merge(project, [path])
        assert report.is_whole
        (made,) = objects_of(project)
        assert project.image(made.image_id).path == "sub/3.png"
        assert report.pictures_added == 0
        assert len(project.roots()) == 1
        assert open_conflicts(project) == []


def test_new_pictures_from_windows_come_with_their_folder_and_a_note(base: Path, tmp_path: Path) -> None:
    with Project.open(base, read_only=True) as project:
        (part,) = split(project, tmp_path / "parts", SplitOptions(deal=Deal(annotators=("Ben",))))
    folder = WINDOWS + r"\more"
    with Project.open(part.path) as there:
        root = Root(there.next_id(Root), folder)
        new = ImageEntry(id=there.next_id(ImageEntry), root_id=root.id, path="new.png", size=SIZE)
        there.apply("Add images", [Edit(None, root), Edit(None, replace(new, content_hash="ab" * 32))])
    label(part.path, "new.png", 5)
    with Project.open(base) as project:
        report = merge(project, [part.path])
        assert report.is_whole
        assert report.pictures_added == 1
        assert len(objects_of(project)) == 1
        assert [(note.kind, note.where) for note in report.notes] == [(NoteKind.NEW_FOLDER, folder)]
        assert [root.path for root in project.agreement.missing(project.roots())] == [folder]
