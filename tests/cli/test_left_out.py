"""One bad entry stops only itself, at every command that works on a folder."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from slimsam_core.cli import main
from slimsam_core.project import Project
from tests.app_shell.conftest import write_picture
from tests.hostile.test_weights import labelled
from tests.pixels.test_folder_search import make_closed, make_unlistable

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs POSIX names and links")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two good pictures among everything that can be amiss."""
    place = tmp_path / "pictures"
    for seed, name in enumerate(("good 1.png", "sub/good 2.png", "lost+found/hidden.png")):
        write_picture(place / name, seed)
    write_picture(place / "a:b.png", 4)
    write_picture(place / "two\nlines.png", 5)
    (place / "ring.png").symlink_to("ring.png")
    (place / "broken.png").write_bytes(b"no picture")
    make_unlistable(monkeypatch, "lost+found")
    return place


def run(*args: object) -> int:
    return main([str(arg) for arg in args])


def test_a_project_takes_what_is_good_and_names_the_rest(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "p.slimsam"
    assert run("project", "create", path, folder) == 0
    out, err = capsys.readouterr()
    assert "3 new pictures" in out
    assert "left out: 5" in err
    for name in ("lost+found", "ring.png", "a:b.png", "two\\nlines.png", "broken.png"):
        assert name in err
    with Project.open(path) as project:
        assert [image.path for image in project.images()] == ["broken.png", "good 1.png", "sub/good 2.png"]
    assert run("project", "scan", path) == 0
    assert run("project", "scan", path, "--strict") == 1


def test_a_failure_leaves_no_empty_project(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "p.slimsam"
    assert run("project", "create", path, folder, folder / "sub") == 1  # one lies in the other
    assert not path.exists()
    (tmp_path / "nothing.json").write_text('{"images": 3, "annotations": 4}')
    assert run("import", path, tmp_path / "nothing.json", "--format", "coco") == 1
    assert not path.exists()
    assert [entry.name for entry in tmp_path.iterdir() if "slimsam" in entry.name] == []


@pytest.mark.usefixtures("one_thread")
def test_prepare_and_everything_go_on(
    folder: Path, tmp_path: Path, tiny_model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = ["--model", tiny_model, "--device", "cpu", "--runtime", "torch"]
    assert run("prepare", folder, *model) == 0
    out, err = capsys.readouterr()
    assert "4 encoded" in out  # names that a project cannot hold are good enough here
    assert "left out: 3" in err
    assert run("prepare", folder, *model, "--strict") == 1
    target = tmp_path / "out.json"
    few = ["--points-per-side", 2, "--pred-iou-thresh", 0, "--stability-score-thresh", 0]
    assert run("everything", folder, "--out", target, *few, *model) == 0
    _, err = capsys.readouterr()
    assert "lost+found" in err
    assert "broken.png" in err
    assert "a:b.png: the name looks like" in err
    assert len(json.loads(target.read_text())["images"]) == 2
    assert run("everything", folder, "--out", target, *few, *model, "--strict") == 1


@pytest.mark.usefixtures("one_thread")
def test_a_folder_without_one_good_picture_fails(tmp_path: Path, tiny_model: Path) -> None:
    (tmp_path / "broken.png").write_bytes(b"no picture")
    (tmp_path / "worse.png").write_bytes(b"")
    model = ["--model", tiny_model, "--device", "cpu", "--runtime", "torch"]
    assert run("prepare", tmp_path, *model) == 1
    assert run("everything", tmp_path, "--out", tmp_path / "out.json", *model) == 1


@pytest.mark.usefixtures("one_thread")
@pytest.mark.parametrize("command", ["compress", "train", "evaluate", "verdict"])
def test_models_are_made_and_judged_without_what_is_bad(
    command: str, tmp_path: Path, tiny_model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One broken picture, one that is gone and one damaged object among six good pictures."""
    labelled(tmp_path)
    (tmp_path / "pictures/1.png").write_bytes(b"no picture")
    (tmp_path / "pictures/2.png").unlink()
    data = json.loads((tmp_path / "labels.json").read_text())
    data["annotations"][2]["segmentation"] = {"size": [7, 7], "counts": "00"}
    (tmp_path / "labels.json").write_text(json.dumps(data))
    labels, pictures = tmp_path / "labels.json", tmp_path / "pictures"
    slim = ["--preset", "quick-look", "--teacher", tiny_model, "--images", pictures, "--out"]
    arguments = {
        "compress": lambda number: [*slim, tmp_path / f"slim {number}"],
        "train": lambda number: [
            "--init", tiny_model, "--data", labels, "--out", tmp_path / f"run {number}", "--steps", 1
        ],
        "evaluate": lambda _: [tiny_model, "--data", labels, "--runtime", "torch"],
        "verdict": lambda _: [tiny_model, tiny_model, "--images", pictures],
    }[command]  # fmt: skip
    assert run(command, *arguments(1)) == 0
    err = capsys.readouterr().err
    assert "left out: " in err
    assert any(name in err for name in ("1.png", "2.png"))
    assert run(command, *arguments(2), "--strict") == 1


def test_import_and_export_go_on_beside_a_closed_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "pictures"
    names = ["good.png", "closed/hidden.png", "secret.png"]
    for seed, name in enumerate(names):
        write_picture(place / name, seed, (30, 40))
    images = [{"id": n, "file_name": name, "width": 40, "height": 30} for n, name in enumerate(names, 1)]
    objects = [
        {"id": n, "image_id": n, "category_id": 1, "iscrowd": 0, "segmentation": [[3, 3, 20, 3, 20, 20]]}
        for n in range(1, 4)
    ]
    labels = tmp_path / "labels.json"
    data = {"images": images, "annotations": objects, "categories": [{"id": 1, "name": "leaf"}]}
    labels.write_text(json.dumps(data))
    make_closed(monkeypatch, place / "closed")
    path = tmp_path / "p.slimsam"
    run("import", path, labels, "--images", place)
    captured = capsys.readouterr()
    assert "closed/hidden.png is not in" in captured.err
    assert "labels.json: 3 of 3 objects imported" in captured.out + captured.err

    opened = os.open

    def refuse(path: object, *arguments: object, **named: object) -> object:
        if path == place / "secret.png":
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *arguments, **named)  # type: ignore[call-overload]

    monkeypatch.setattr(os, "open", refuse)
    assert run("export", path, tmp_path / "out", "--format", "yolo", "--pictures", "copy") == 0
    err = capsys.readouterr().err
    assert "secret.png: may not be read, so the export lacks it" in err
    assert "closed/hidden.png: is not there" in err
    assert [found.name for found in tmp_path.glob("out/**/*.png")] == ["good.png"]
