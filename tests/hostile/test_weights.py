"""Files of weights that are made to hurt: every door says no in time, with little memory, and stays whole.

In each run of the tests every file goes through the import and one other door, in turns; all doors for all
files nightly. The good file goes through all of them, so that a door which opens for nobody is seen.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.hostile import weights
from tests.hostile.forks import Plan, in_bounds, in_turn, try_plan
from tests.hostile.weight_doors import DOORS
from tests.tiny_models import save_tiny

GOOD = "good.safetensors"
Tried = dict[str, dict[str, dict[str, Any]]]
"""What is wrong with a file -> door -> what happened there."""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks, and limits of Linux")


def labelled(folder: Path) -> None:
    """Six pictures, and one object in each."""
    (folder / "pictures").mkdir()
    data: dict[str, Any] = {"images": [], "annotations": [], "categories": [{"id": 1, "name": "thing"}]}
    for i in range(1, 7):
        pixels = np.full((48, 64, 3), 40 * i, np.uint8)
        pixels[10:30, 10:40] = 255 - 40 * i
        Image.fromarray(pixels).save(folder / f"pictures/{i}.png")
        data["images"].append({"id": i, "file_name": f"pictures/{i}.png", "width": 64, "height": 48})
        ring = [10, 10, 40, 10, 40, 30, 10, 30]
        data["annotations"].append(
            {"id": i, "image_id": i, "category_id": 1, "segmentation": [ring], "bbox": [10, 10, 30, 20],
             "area": 600, "iscrowd": 0}
        )  # fmt: skip
    (folder / "labels.json").write_text(json.dumps(data))


TITLES = [
    *weights.NATIVE, *weights.PICKLED, *weights.SPOILED, *weights.HOLLOW, "four terabytes of nothing",
    "a pipe", "a device",
]  # fmt: skip
KNOWS_NO_WEIGHTS = {"info"}
"""What reads a header alone."""
NOT_SEEN_THERE = {*weights.SPOILED, "the same with a hash"}
"""What is wrong with these files is not in what it reads."""


def try_files(base: Path, each: int) -> Tried:
    """Every file through the import and ``each`` other doors."""
    folder = base / "stranger"
    (folder / "files").mkdir(parents=True)
    labelled(folder)
    titles = {path.name: title for title, path in weights.write_all(folder / "files").items()}
    os.mkfifo(folder / "files/pipe.safetensors")
    (folder / "files/endless.safetensors").symlink_to("/dev/zero")
    titles |= {"pipe.safetensors": "a pipe", "endless.safetensors": "a device"}
    plan: Plan = {
        **in_turn([*titles], [*DOORS], each, always=["import"]),
        save_tiny(folder / "files" / GOOD).name: [*DOORS],
    }
    titles[GOOD] = "a good one"
    found: Tried = {}
    for line in try_plan(base, "tests.hostile.weight_doors", plan):
        found.setdefault(titles[line["file"]], {})[line["door"]] = line
    installed = base / "user/data/slimsam/models"
    assert [path.name for path in installed.iterdir()] == ["from-a-stranger.safetensors"]
    return found


def refused_in_words(title: str, door: str, found: dict[str, Any]) -> None:
    said = in_bounds(found)
    if not (title in NOT_SEEN_THERE and door in KNOWS_NO_WEIGHTS):
        assert found["code"] == 1, said
        assert found["text"].startswith("slimsam: "), said
    assert len(found["text"]) < 3000, said


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Tried:
    return try_files(tmp_path_factory.mktemp("weights"), each=1)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("title", TITLES)
def test_doors_refuse_in_words(title: str, tried: Tried) -> None:
    assert len(tried[title]) == 2
    for door, found in tried[title].items():
        refused_in_words(title, door, found)


def test_every_door_was_tried_with_its_share(tried: Tried) -> None:
    counted = [door for title in TITLES for door in tried[title]]
    assert all(counted.count(door) > 6 for door in DOORS)


def test_the_doors_let_a_good_file_through(tried: Tried) -> None:
    codes = {door: (found["code"], found["text"][-800:]) for door, found in tried["a good one"].items()}
    assert {door for door, (code, _) in codes.items() if code == 0} == DOORS.keys(), codes


@pytest.mark.nightly
@pytest.mark.timeout(3600)
def test_every_door_refuses_every_file_in_words(tmp_path: Path) -> None:
    tried = try_files(tmp_path, each=len(DOORS) - 1)
    for title in TITLES:
        assert tried[title].keys() == DOORS.keys()
        for door, found in tried[title].items():
            refused_in_words(title, door, found)
