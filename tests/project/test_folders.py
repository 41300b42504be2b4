"""Image folders: scanning, pictures that move or vanish, facts read in the background."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from slimsam_core.annotation import ImageEntry, ImageState
from slimsam_core.errors import Cancelled, ProjectError
from slimsam_core.pixels.geometry import Size
from slimsam_core.progress import CancelToken, Progress
from slimsam_core.project import (
    Edit,
    ImageFilter,
    Project,
    add_root,
    fill_facts,
    relink,
    remove_root,
    scan_root,
)


def picture(path: Path, seed: int, size: tuple[int, int] = (8, 6), orientation: int = 1) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).integers(0, 256, (*size, 3), np.uint8)
    exif = Image.Exif()
    exif[274] = orientation
    Image.fromarray(pixels).save(path, exif=exif)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for seed, name in enumerate(("b/1.jpg", "a/10.jpg", "a/2.jpg", "a/1.jpg", "1.png", "ä ö.jpg")):
        picture(tmp_path / "pictures" / name, seed)
    (tmp_path / "pictures" / "notes.txt").write_text("no picture")
    return tmp_path / "pictures"


@pytest.fixture
def project(tmp_path: Path, folder: Path):
    with Project.create(tmp_path / "p.slimsam", [folder]) as opened:
        yield opened


def paths(project: Project) -> list[str]:
    return [image.path for image in project.images()]


def test_a_scan_lists_sub_folders_in_natural_order(project: Project) -> None:
    report = scan_root(project, 1)
    assert (report.added, report.known, report.vanished) == (6, 0, ())
    assert paths(project) == ["1.png", "a/1.jpg", "a/2.jpg", "a/10.jpg", "b/1.jpg", "ä ö.jpg"]
    assert scan_root(project, 1).known == 6


def test_a_cancelled_scan_adds_nothing(project: Project) -> None:
    token = CancelToken()

    def cancel_while_adding(step: Progress) -> None:
        if step.stage == "Adding pictures":
            token.cancel()

    with pytest.raises(Cancelled):
        scan_root(project, 1, cancel_while_adding, token)
    assert project.count_images() == 0
    assert project.history() == []


def test_new_and_vanished_pictures_are_reported(project: Project, folder: Path) -> None:
    scan_root(project, 1)
    gone = project.image_by_path(1, "a/2.jpg")
    assert gone is not None
    (folder / "a/2.jpg").unlink()
    picture(folder / "c.jpg", 99)
    report = scan_root(project, 1)
    assert (report.added, report.known, report.moved, report.vanished) == (1, 5, 0, (gone.id,))
    assert project.image(gone.id) == gone


def test_facts_are_read_in_the_background(project: Project, folder: Path) -> None:
    picture(folder / "turned.jpg", 7, (8, 6), orientation=6)
    (folder / "broken.jpg").write_bytes(b"nothing")
    scan_root(project, 1)
    failed = fill_facts(project)
    broken = project.image_by_path(1, "broken.jpg")
    turned = project.image_by_path(1, "turned.jpg")
    assert broken is not None
    assert turned is not None
    assert list(failed) == [broken.id]
    assert project.image_ids(ImageFilter(unread=True)) == [broken.id]
    assert (turned.size, turned.exif_orientation) == (Size(6, 8), 6)
    assert len({image.content_hash for image in project.images()}) == 8


def test_a_renamed_sub_folder_keeps_its_pictures(project: Project, folder: Path) -> None:
    scan_root(project, 1)
    fill_facts(project)
    ids = project.image_paths(1)
    (folder / "a").rename(folder / "z")
    report = scan_root(project, 1)
    assert (report.added, report.known, report.moved, report.vanished) == (0, 3, 3, ())
    assert project.image_paths(1) == {path.replace("a/", "z/"): number for path, number in ids.items()}


def test_a_moved_folder_is_relinked_by_path_then_by_content(
    project: Project, folder: Path, tmp_path: Path
) -> None:
    scan_root(project, 1)
    fill_facts(project)
    before = project.images()
    shutil.move(folder, tmp_path / "moved")
    (tmp_path / "moved/b/1.jpg").rename(tmp_path / "moved/b/other.jpg")
    (tmp_path / "moved/1.png").unlink()
    missing = project.image_by_path(1, "1.png")
    assert missing is not None
    with pytest.raises(ProjectError, match="does not exist"):
        scan_root(project, 1)
    report = relink(project, 1, tmp_path / "moved")
    assert (report.by_path, report.by_content, report.missing, report.different) == (4, 1, (missing.id,), ())
    assert project.roots()[0].path == str(tmp_path / "moved")
    assert all(project.image_path(image).is_file() for image in project.images() if image.id != missing.id)
    assert project.undo() is None
    assert [image.id for image in project.images()] == [image.id for image in before]


def test_a_project_that_moves_with_its_pictures_needs_no_help(folder: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    folder.rename(home / "pictures")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with Project.create(home / "p.slimsam", [home / "pictures", elsewhere]) as project:
        scan_root(project, 1)
    home.rename(tmp_path / "new home")
    for _ in range(2):
        with Project.open(tmp_path / "new home" / "p.slimsam") as project:
            assert [root.path for root in project.roots()] == [
                str(tmp_path / "new home" / "pictures"),
                str(elsewhere),
            ]
            assert project.image_path(project.images()[0]).is_file()
            assert [entry.label for entry in project.history()][:1] == ["Follow moved folders"]
            assert len(project.history()) == 2


def test_a_wrong_folder_is_refused_and_other_pictures_are_noticed(
    project: Project, folder: Path, tmp_path: Path
) -> None:
    scan_root(project, 1)
    fill_facts(project)
    (tmp_path / "empty").mkdir()
    with pytest.raises(ProjectError, match="holds none"):
        relink(project, 1, tmp_path / "empty")
    picture(tmp_path / "same names/a/1.jpg", 1234)
    report = relink(project, 1, tmp_path / "same names")
    same_path = project.image_by_path(1, "a/1.jpg")
    assert same_path is not None
    assert report.different == (same_path.id,)
    assert str(folder) not in project.roots()[0].path


def test_overlapping_folders_are_refused(project: Project, folder: Path) -> None:
    assert add_root(project, folder).id == 1
    for other in (folder / "a", folder.parent):
        with pytest.raises(ProjectError, match="overlaps"):
            add_root(project, other)
    with pytest.raises(ProjectError, match="does not exist"):
        add_root(project, folder / "nowhere")


def test_paths_cannot_leave_their_folder(project: Project, folder: Path, tmp_path: Path) -> None:
    for path in (
        "../x.jpg",
        "/etc/passwd",
        "a/../../x",
        "a\\..\\..\\x",
        "C:/x.jpg",
        "c:x",
        "a//b",
        "",
        ".",
        "a/",
        "a\0b",
        "\\\\h\\s\\x",
    ):
        with pytest.raises(ProjectError, match="not a path inside"):
            project.apply("Add", [Edit(None, ImageEntry(id=1, root_id=1, path=path))])
    picture(tmp_path / "outside/x.jpg", 1)
    (folder / "link").symlink_to(tmp_path / "outside")
    project.apply("Add", [Edit(None, ImageEntry(id=1, root_id=1, path="link/x.jpg"))])
    with pytest.raises(ProjectError, match="leads out"):
        project.image_path(project.image(1))


def test_removing_a_folder_is_one_command(project: Project, folder: Path) -> None:
    scan_root(project, 1)
    first = project.images()[0]
    project.apply("State", [Edit(first, replace(first, state=ImageState.DONE))])
    before = (project.roots(), project.images())
    project.apply("Remove", remove_root(project, project.roots()[0]))
    assert (project.roots(), project.images()) == ([], [])
    project.undo()
    assert (project.roots(), project.images()) == before
    assert (folder / "a/1.jpg").is_file()
