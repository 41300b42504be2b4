"""Folders of annotations that are made to hurt: each command answers in words, in time, in bounds.

In each run of the tests every folder goes through the import of its format or one other door, in turns; all
doors and the window nightly. Nothing looks into the user's folder beside the stranger's.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from slimsam_core.formats.registry import formats
from tests.hostile.conftest import write_project
from tests.hostile.dataset_doors import DOORS
from tests.hostile.datasets import DATASETS
from tests.hostile.forks import PRIVATE, Plan, in_bounds, in_turn, try_plan
from tests.hostile.test_weights import labelled
from tests.tiny_models import save_tiny

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks, and limits of Linux")

OFTEN, SELDOM = "import as named", "window"
"""A door that every second folder goes through, and one that takes ten times as long as a command."""


def go_through(base: Path, plan: Plan) -> None:
    folder = base / "stranger"
    (folder / "files").mkdir(parents=True)
    (base / "labels").mkdir()
    labelled(base / "labels")
    shutil.copyfile(base / "labels/labels.json", folder / "labels.json")
    write_project(folder / "pictures")
    shutil.copytree(folder / "pictures", base / PRIVATE)
    (base / PRIVATE / "list.txt").write_text("1.png\n")
    (base / PRIVATE / "1.txt").write_text("0 .5 .5 .1 .1\n")
    save_tiny(folder / "model.safetensors")
    for name in plan:
        (folder / "files" / name).mkdir()
        DATASETS[name](folder / "files" / name)
    for found in try_plan(base, "tests.hostile.dataset_doors", plan):
        in_bounds(found)


def test_there_is_a_folder_for_every_format() -> None:
    """But for those that are another format's files: PNGs of numbers without a name."""
    assert {one.name for one in formats()} - {name.partition(":")[0] for name in DATASETS} == {
        "png-labels",
        "png-numbers",
    }


@pytest.mark.timeout(1800)
def test_every_folder_through_some_door(tmp_path: Path) -> None:
    others = [door for door in DOORS if door not in (OFTEN, SELDOM)]
    doors = [name for other in others for name in (OFTEN, other)]
    go_through(tmp_path, in_turn([*DATASETS], doors, each=1))


@pytest.mark.nightly
@pytest.mark.timeout(7200)
def test_every_folder_through_every_door(tmp_path: Path) -> None:
    go_through(tmp_path, {name: [*DOORS] for name in DATASETS})
