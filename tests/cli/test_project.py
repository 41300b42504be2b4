"""``slimsam project`` as a person types it."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from slimsam_core.annotation import Category, ImageState
from slimsam_core.cli import main
from slimsam_core.files.resources import resources_dir
from slimsam_core.project import Edit, Project, beside_path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    samples = sorted((resources_dir() / "samples").rglob("*.jpg"))[:3]
    (tmp_path / "pictures" / "sub").mkdir(parents=True)
    for number, sample in enumerate(samples):
        shutil.copy(sample, tmp_path / "pictures" / "sub" / f"{number}.jpg")
    return tmp_path / "pictures"


@pytest.fixture
def path(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert run("create", tmp_path / "p.slimsam", folder) == 0
    assert "3 new pictures" in capsys.readouterr().out
    return tmp_path / "p.slimsam"


def run(*args: object) -> int:
    return main(["project", *(str(arg) for arg in args)])


def test_info_says_what_is_in_a_project(path: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Project.open(path) as project:
        project.apply("Add class", [Edit(None, Category(id=1, name="Hündin"))])
    assert run("info", path) == 0
    out = capsys.readouterr().out
    assert "3 pictures, 0 objects" in out
    assert str(folder) in out
    assert "Hündin" in out
    assert run("info", path, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["images"], found["images_not_read"], found["classes"][0]["name"]) == (3, 0, "Hündin")


def test_commands_are_listed_taken_back_brought_back_and_forgotten(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Project.open(path) as project:
        for number, name in enumerate(("cat", "dog"), 1):
            project.apply(f"Add {name}", [Edit(None, Category(id=number, name=name))])
    assert run("undo", path, "-n", 9) == 0
    assert "Took back: Add dog\nTook back: Add cat\n" in capsys.readouterr().out
    assert run("undo", path) == 1, "pictures that were found in the folder stay"
    assert run("history", path) == 0
    assert capsys.readouterr().out.count("(undone)") == 2
    assert run("redo", path, "-n", 2) == 0
    assert run("prune", path, "--keep", 1) == 0
    assert "Forgot 3 commands" in capsys.readouterr().out
    assert run("history", path) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_a_scan_tells_what_vanished_and_relink_finds_it(
    path: Path, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("scan", path) == 0
    (folder / "sub" / "1.jpg").unlink()
    assert run("scan", path) == 1
    assert "vanished: sub/1.jpg" in capsys.readouterr().out
    folder.rename(tmp_path / "moved")
    assert run("relink", path, folder, tmp_path / "moved") == 1
    out = capsys.readouterr().out
    assert "2 pictures found by path, 0 by content, 1 missing" in out
    assert run("relink", path, "7", tmp_path / "moved") == 1
    assert "no folder 7" in capsys.readouterr().err


def test_check_lists_the_most_doubtful_pictures(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Project.open(path) as project:
        pictures = project.images()[:3]
        edits = [Edit(image, replace(image, state=ImageState.IN_PROGRESS)) for image in pictures]
        project.apply("Begin", edits)
    assert run("check", path, "-n", 2) == 0
    assert capsys.readouterr().out.count("no objects yet") == 2


def test_an_open_project_is_read_and_copied_but_not_changed(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Project.open(path):
        assert run("info", path) == 0
        assert run("copy", path, tmp_path / "copy.slimsam") == 0
        assert run("undo", path) == 1
        assert "another window" in capsys.readouterr().err
    with Project.open(tmp_path / "copy.slimsam") as copy:
        assert copy.count_images() == 3
    assert run("create", path) == 1
    assert "exists already" in capsys.readouterr().err


def test_wrong_arguments(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        run("prune", path, "--keep", "-1")
    assert caught.value.code == 2
    assert run("create", tmp_path / "new.slimsam", tmp_path / "nowhere") == 1
    assert not (tmp_path / "new.slimsam").exists()
    assert run("add", path, tmp_path / "nowhere") == 1
    assert "does not exist" in capsys.readouterr().err


def test_a_folder_means_its_project(tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = beside_path(folder)
    own.parent.mkdir()
    assert run("create", own, folder) == 0
    capsys.readouterr()
    assert run("info", folder) == 0
    assert f"{own}: 3 pictures" in capsys.readouterr().out
    assert run("prune", folder, "--keep", 0) == 0
    (tmp_path / "empty").mkdir()
    assert run("info", tmp_path / "empty") == 1
    assert "has no project of its own" in capsys.readouterr().err


def test_import_and_export_find_the_project_of_a_folder(
    tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = beside_path(folder)
    own.parent.mkdir()
    assert run("create", own, folder) == 0
    with Project.open(own) as project:
        size = project.images()[0].size
    assert size is not None
    coco = {
        "images": [{"id": 1, "file_name": "sub/0.jpg", "width": size.width, "height": size.height}],
        "categories": [{"id": 1, "name": "cat"}],
        "annotations": [
            {"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 1, 3, 3], "iscrowd": 0, "area": 9,
             "segmentation": [[1, 1, 4, 1, 4, 4, 1, 4]]}
        ],
    }  # fmt: skip
    (tmp_path / "in.json").write_text(json.dumps(coco))
    assert main(["import", str(folder), str(tmp_path / "in.json")]) == 0
    assert main(["export", str(folder), str(tmp_path / "out.json")]) == 0
    assert len(json.loads((tmp_path / "out.json").read_text())["annotations"]) == 1
    other = tmp_path / "other"
    other.mkdir()
    assert main(["import", str(other), str(tmp_path / "in.json")]) == 1
    assert "has no project of its own" in capsys.readouterr().err


def test_classes_are_loaded_listed_and_saved_for_the_next_project(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "classes.txt").write_text("cat\nbig dog\n")
    saved = tmp_path / "mine.json"
    assert run("classes", path, "--load", tmp_path / "classes.txt", "--save", saved) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split() for line in lines] == [
        ["0", "0", "cat", "key", "1"],
        ["1", "0", "big", "dog", "key", "2"],
    ]
    assert run("create", tmp_path / "next.slimsam") == 0
    assert run("classes", tmp_path / "next.slimsam", "--load", saved) == 0
    assert capsys.readouterr().out.splitlines()[-2:] == lines
    assert run("undo", tmp_path / "next.slimsam") == 0
    assert "Load classes of mine.json" in capsys.readouterr().out
    assert run("classes", path, "--save", saved) == 1
    assert "--overwrite" in capsys.readouterr().err
    assert run("classes", path, "--save", saved, "--overwrite") == 0
    assert run("classes", path, "--load", tmp_path / "next.jpg") == 1
    assert "is no list of classes" in capsys.readouterr().err


def test_pictures_are_removed_and_brought_back(
    path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("remove", path, "sub/0.jpg", folder / "sub" / "1.jpg") == 0
    assert "2 pictures with 0 objects" in capsys.readouterr().out
    assert run("scan", path) == 0
    assert "0 new pictures, 1 known" in capsys.readouterr().out
    assert run("info", path, "--json") == 0
    assert json.loads(capsys.readouterr().out)["images_removed"] == 2
    assert run("add", path, folder / "sub" / "0.jpg") == 0
    assert run("remove", path, "sub/9.jpg") == 1
    assert "no picture sub/9.jpg" in capsys.readouterr().err
    assert run("undo", path, "-n", 2) == 0
    with Project.open(path, read_only=True) as project:
        assert [image.path for image in project.images()] == ["sub/0.jpg", "sub/1.jpg", "sub/2.jpg"]
        assert project.removed_images == []
    assert (folder / "sub" / "0.jpg").is_file()
