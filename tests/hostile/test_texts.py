"""Text files that are made to hurt: each command that takes one answers in words, in time, in bounds.

In each run of the tests every file goes through two commands, in turns, so that every command has its share;
all commands for all files nightly.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.hostile.conftest import write_project
from tests.hostile.forks import Plan, in_bounds, in_turn, try_plan
from tests.hostile.test_weights import labelled
from tests.hostile.text_doors import DOORS
from tests.hostile.texts import TEXTS
from tests.tiny_models import save_tiny

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks, and limits of Linux")


def go_through(base: Path, plan: Plan) -> None:
    folder = base / "stranger"
    (folder / "files").mkdir(parents=True)
    base.joinpath("labels").mkdir()
    labelled(base / "labels")
    (folder / "labels.json").write_bytes((base / "labels/labels.json").read_bytes())
    write_project(folder / "pictures")
    save_tiny(folder / "model.safetensors")
    (folder / "files/1.png").write_bytes((folder / "pictures/1.png").read_bytes())  # which the labels name
    for name in plan:
        (folder / "files" / name).write_bytes(TEXTS[name]())
    for found in try_plan(base, "tests.hostile.text_doors", plan):
        in_bounds(found)


@pytest.mark.timeout(600)
def test_every_text_through_some_doors(tmp_path: Path) -> None:
    go_through(tmp_path, in_turn([*TEXTS], [*DOORS], each=2))


@pytest.mark.nightly
@pytest.mark.timeout(3600)
def test_every_text_through_every_door(tmp_path: Path) -> None:
    go_through(tmp_path, {name: [*DOORS] for name in TEXTS})
