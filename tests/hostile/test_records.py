"""Runs, caches, kept states and exported pairs that somebody changed: each door answers in words, in bounds.

In each run of the tests a few of each, at the shell and in the window; hundreds nightly.
"""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest

from slimsam_core.cli import main
from slimsam_core.compression.job_folder import CompressionJob, JobFolder
from slimsam_core.compression.recipe import load_recipe
from slimsam_core.families import preset
from slimsam_core.project import Project
from slimsam_core.project.snapshots import take
from tests.hostile.conftest import write_project
from tests.hostile.forks import in_bounds, try_plan
from tests.hostile.records import CONFIGS, ONNX, onnx_folder, spoil
from tests.hostile.test_weights import labelled
from tests.hostile.texts import TEXTS
from tests.tiny_models import save_tiny

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks, and limits of Linux")

MODULE = "tests.hostile.record_doors"
IN_CI, NIGHTLY = 2, 100
"""Folders of each kind; the first is whole."""
WINDOW = 1
"""The one that the window opens in each run of the tests: it takes ten times as long as a command."""


@dataclass(frozen=True)
class Whole:
    """Folders that are as this program makes them, and the yard that they were made in."""

    base: Path
    folders: dict[str, Path]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    base = tmp_path_factory.mktemp("records")
    folder = base / "stranger"
    (folder / "files").mkdir(parents=True)
    (base / "labels").mkdir()
    labelled(base / "labels")
    shutil.copyfile(base / "labels/labels.json", folder / "labels.json")
    project = write_project(folder / "pictures")
    model = save_tiny(folder / "model.safetensors")
    made = base / "made"
    made.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(made / "snapshots"))
        labels = str(base / "labels/labels.json")
        run = ["--out", str(made / "training")]
        assert main(["train", "--init", str(model), "--data", labels, *run, "--steps", "2"]) == 0
        slim = [
            "--teacher",
            str(model),
            "--images",
            str(base / "labels/pictures"),
            "--out",
            str(made / "slim"),
        ]
        assert main(["compress", "--preset", "quick-look", *slim]) == 0
        cache = str(made / "cache")
        assert main(["prepare", str(folder / "pictures"), "--model", str(model), "--cache", cache]) == 0
        with Project.open(project) as opened:
            take(opened, 5)
            assert opened.undo() is not None  # so that going back changes something
    recipe = load_recipe(made / "slim/recipe.json")
    job = JobFolder.create(made / "job", CompressionJob(title="a job", recipe=recipe))
    shutil.copytree(made / "slim", job.slim_dir)
    return Whole(base, {path.name: path for path in made.iterdir()})


DOORS_OF = {
    "slim": ("compress --resume",),
    "job": ("compress --resume", "window"),
    "training": ("train --resume",),
    "cache": ("prepare --cache",),
    "user cache": ("the user's cache",),
    "snapshots": ("snapshots",),
}


@pytest.fixture
def compiled(whole: Whole) -> None:
    """Adds the cache of a user whose model was compiled, which takes half a minute."""
    target = whole.base / "made/user cache"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(target))
        model = str(whole.base / "stranger/model.safetensors")
        pictures = str(whole.base / "stranger/pictures")
        assert main(["prepare", pictures, "--model", model, "--runtime", "openvino"]) == 0
    whole.folders[target.name] = target


def try_spoilt(whole: Whole, base: Path, seeds: range) -> None:
    shutil.copytree(whole.base, base, symlinks=True, dirs_exist_ok=True)
    plan: dict[str, tuple[str, ...]] = {}
    told: dict[str, str] = {}
    for kind, seed in ((kind, seed) for kind in whole.folders for seed in seeds):
        doors = DOORS_OF[kind]
        name = f"{kind} {seed}"
        folder = base / "stranger/files" / name
        shutil.copytree(whole.folders[kind], folder, symlinks=True)
        if seed:  # the first is whole: a door that lets nothing through would show nothing
            told[name] = spoil(folder, Random(f"{kind} {seed}"), base / "canary")
        plan[name] = doors if seed == WINDOW or len(seeds) > IN_CI else doors[:1]
    for found in try_plan(base, MODULE, plan):
        _judge(found, told)


def _judge(found: dict[str, Any], told: dict[str, str]) -> None:
    said = f"{told.get(found['file'], 'as it was made')}: "
    try:
        said += in_bounds(found)
    except AssertionError as error:
        raise AssertionError(said + str(error)) from error
    if found["file"].endswith(" 0"):
        assert found["code"] == 0, said


@pytest.mark.timeout(600)
def test_spoilt_records_are_read_or_refused(whole: Whole, tmp_path: Path) -> None:
    try_spoilt(whole, tmp_path / "yard", range(IN_CI))


@pytest.mark.nightly
@pytest.mark.timeout(7200)
@pytest.mark.usefixtures("compiled")
def test_many_spoilt_records_are_read_or_refused(whole: Whole, tmp_path: Path) -> None:
    try_spoilt(whole, tmp_path / "yard", range(NIGHTLY))


@pytest.mark.timeout(600)
def test_onnx_pairs_of_others_are_refused_in_words(whole: Whole, tmp_path: Path) -> None:
    base = tmp_path / "yard"
    shutil.copytree(whole.base, base, symlinks=True)
    files = base / "stranger/files"
    config = json.dumps({"slimsam_arch": preset("tiny_test").to_json()}).encode()
    for name, make in ONNX.items():
        onnx_folder(files / name, make(), make(), config)
    for name, data in CONFIGS.items():
        onnx_folder(files / f"config {name}", b"", b"", data)
    (files / "weights from a link").mkdir()
    onnx_folder(files / "a device", b"", b"", config)
    (files / "a device/onnx/vision_encoder.onnx").unlink()
    (files / "a device/onnx/vision_encoder.onnx").symlink_to("/dev/zero")
    plan = {path.name: ("evaluate",) for path in sorted(files.iterdir())}
    for found in try_plan(base, MODULE, plan):
        said = in_bounds(found)
        assert found["code"] == 1, said
        assert len(found["text"]) < 5000, said


@pytest.mark.timeout(600)
def test_some_texts_in_the_window(whole: Whole, tmp_path: Path) -> None:
    in_window(whole, tmp_path / "yard", ("control characters.json",))


@pytest.mark.nightly
@pytest.mark.timeout(3600)
def test_all_texts_in_the_window(whole: Whole, tmp_path: Path) -> None:
    in_window(whole, tmp_path / "yard", tuple(TEXTS))


def in_window(whole: Whole, base: Path, names: tuple[str, ...]) -> None:
    shutil.copytree(whole.base, base, symlinks=True)
    for name in names:
        (base / "stranger/files" / name).write_bytes(TEXTS[name]())
    for found in try_plan(base, MODULE, dict.fromkeys(names, ("window",))):
        said = in_bounds(found)
        assert found["code"] == 0, said
