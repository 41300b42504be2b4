"""Files of weights that are made to hurt: every door says no in time, with little memory, and stays whole."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.hostile import weights
from tests.hostile.weight_doors import DOORS, SECONDS
from tests.tiny_models import save_tiny

ROOT = Path(__file__).parents[2]
PEAK_BYTES = 2 << 30
"""Python with torch has 0.5 GB; the largest file of these has 60 MB."""
GOOD = "good.safetensors"

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


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, dict[str, Any]]]:
    """What is wrong with a file -> door -> what happened there."""
    base = tmp_path_factory.mktemp("weights")
    folder, home = base / "stranger", base / "user"
    (folder / "files").mkdir(parents=True)
    home.mkdir()
    labelled(folder)
    titles = {path.name: title for title, path in weights.write_all(folder / "files").items()}
    titles[save_tiny(folder / "files" / GOOD).name] = "a good one"
    os.mkfifo(folder / "files/pipe.safetensors")
    (folder / "files/endless.safetensors").symlink_to("/dev/zero")
    titles |= {"pipe.safetensors": "a pipe", "endless.safetensors": "a device"}
    canary = base / "canary"
    canary.write_text("years of work")
    before = digests(folder / "files")
    environment = {
        **os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "HOME": str(home),
        "XDG_DATA_HOME": str(home / "data"), "XDG_CACHE_HOME": str(home / "cache"),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile.weight_doors", str(folder)],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=900, check=True,
    )  # fmt: skip
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for line in map(json.loads, done.stdout.splitlines()):
        found.setdefault(titles[line["file"]], {})[line["door"]] = line
    assert canary.read_text() == "years of work"
    assert digests(folder / "files") == before
    assert [p.name for p in (home / "data/slimsam/models").iterdir()] == ["from-a-stranger.safetensors"]
    return found


def digests(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
        if path.is_file() and not path.is_symlink() and path.stat().st_size < 1 << 30
    }


TITLES = [
    *weights.NATIVE, *weights.PICKLED, *weights.SPOILED, "four terabytes of nothing", "a pipe", "a device",
]  # fmt: skip
KNOWS_NO_WEIGHTS = {"info"}
"""What reads a header alone."""


@pytest.mark.timeout(1000)
@pytest.mark.parametrize("title", TITLES)
def test_every_door_refuses_in_words(title: str, tried: dict[str, dict[str, dict[str, Any]]]) -> None:
    assert tried[title].keys() == DOORS.keys()
    for door, found in tried[title].items():
        said = f"{door}: {found['code']} after {found['seconds']:.1f} s: {found['text'][-1500:]}"
        if not (title in weights.SPOILED and door in KNOWS_NO_WEIGHTS):
            assert found["code"] == 1, said
            assert found["text"].startswith("slimsam: "), said
        assert "Traceback" not in found["text"], said
        assert len(found["text"]) < 3000, said
        assert found["seconds"] < SECONDS, said
        assert found["peak"] < PEAK_BYTES, f"{door}: {found['peak']:,} bytes"


def test_the_doors_let_a_good_file_through(tried: dict[str, dict[str, dict[str, Any]]]) -> None:
    codes = {door: (found["code"], found["text"][-800:]) for door, found in tried["a good one"].items()}
    assert {door for door, (code, _) in codes.items() if code == 0} == DOORS.keys(), codes
