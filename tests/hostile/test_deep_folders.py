"""Folders deeper than a path may be long, or than Python can call itself: what lies higher is used."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from slimsam_core.cli import main
from slimsam_core.datasets.opening import open_datasets
from slimsam_core.files.listing import entries_of, files_below, is_file, is_folder
from slimsam_core.pixels.folder_search import LeftOut, find_images
from slimsam_core.project.places import related_projects
from tests.pixels.picture_writers import png_bytes

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="paths of Windows are short")

ROW = "0 0.1 0.1 0.9 0.1 0.9 0.9\n"


@pytest.fixture(params=[("d" * 200, 40), ("d", 1100)], ids=["longer than a path", "1,100 deep"])
def deep(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A YOLO folder; beside its labels lie folders in folders."""
    name, count = request.param
    folder = tmp_path / "deep"
    for below in ("images", "labels"):
        (folder / below).mkdir(parents=True)
    make_deep(folder / "labels", name, count)
    (folder / "images/1.png").write_bytes(png_bytes(np.full((48, 64, 3), 127, np.uint8), 1))
    (folder / "labels/1.txt").write_text(ROW)
    (folder / "data.yaml").write_text("names: [a]\n")
    yield folder
    subprocess.run(["rm", "-rf", str(folder)], check=True)  # Python's own way calls itself


def make_deep(folder: Path, name: str, count: int) -> None:
    """Folders in each other; only from within can they be made."""
    here = Path.cwd()
    os.chdir(folder)
    try:
        for _ in range(count):
            os.mkdir(name)  # noqa: PTH102 - a Path would be the same word
            os.chdir(name)
    finally:
        os.chdir(here)


def test_pictures_are_found_and_the_rest_is_told(deep: Path) -> None:
    left: list[LeftOut] = []
    assert [path.name for path in find_images(deep, left.append)] == ["1.png"]
    assert all("too long" in one.detail for one in left)
    assert [path.name for path in files_below(deep, ".txt")] == ["1.txt"]


def test_labels_are_imported(deep: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(tmp_path / "p.slimsam"), str(deep)]) == 0, capsys.readouterr().err
    assert "1 of 1 object imported" in capsys.readouterr().out
    assert main(["doctor", str(deep)]) == 0, capsys.readouterr().err
    assert len(open_datasets(deep)) == 1


def test_a_project_is_made_and_looked_for(deep: Path, tmp_path: Path) -> None:
    assert main(["project", "create", str(tmp_path / "p.slimsam"), str(deep)]) == 0
    assert [found.path for found in related_projects(deep)] == [tmp_path / "p.slimsam"]
    (tmp_path / "p.slimsam").unlink()
    assert related_projects(deep) == ()


@pytest.mark.parametrize("name", ["n" * 5000, "a\0b", "1.png/x", "n" * 256])
def test_names_that_no_file_can_have_are_no_files(tmp_path: Path, name: str) -> None:
    (tmp_path / "1.png").touch()
    assert not is_file(tmp_path / name)
    assert not is_folder(tmp_path / name)


def test_what_is_in_a_folder_is_sorted_and_errors_are_told(tmp_path: Path) -> None:
    for name in ("b", "a", "c"):
        (tmp_path / name).touch()
    assert [entry.name for entry in entries_of(tmp_path)] == ["a", "b", "c"]
    told: list[str] = []
    assert entries_of(tmp_path / "gone", lambda folder, _: told.append(folder)) == []
    assert told == [str(tmp_path / "gone")]
