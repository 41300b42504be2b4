"""Text files that are made to hurt: each command that takes one answers in words, in time, in bounds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hostile.conftest import write_project
from tests.hostile.test_weights import labelled
from tests.hostile.text_doors import DOORS
from tests.hostile.texts import TEXTS
from tests.hostile.weight_doors import SECONDS

ROOT = Path(__file__).parents[2]
PEAK_BYTES = 2 << 30
IN_CI = ("endless code.json", "control characters.json")

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks, and limits of Linux")


def go_through(base: Path, names: tuple[str, ...]) -> None:
    folder, home = base / "stranger", base / "user"
    (folder / "files").mkdir(parents=True)
    home.mkdir()
    labelled_at = base / "labels"
    labelled_at.mkdir()
    labelled(labelled_at)
    (folder / "labels.json").write_bytes((labelled_at / "labels.json").read_bytes())
    write_project(folder / "pictures")
    for name in names:
        (folder / "files" / name).write_bytes(TEXTS[name]())
    canary = base / "canary"
    canary.write_text("years of work")
    environment = {
        **os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "HOME": str(home),
        "XDG_DATA_HOME": str(home / "data"), "XDG_CACHE_HOME": str(home / "cache"),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile.text_doors", str(folder)],
        cwd=base, env=environment, capture_output=True, text=True, timeout=3600, check=True,
    )  # fmt: skip
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(lines) == len(names) * len(DOORS)
    for found in lines:
        said = f"{found['file']} / {found['door']}: {found['code']} after {found['seconds']:.1f} s, "
        said += f"{found['peak'] >> 20} MiB: {found['text'][-1500:]}"
        assert found["code"] in (0, 1), said
        assert "Traceback" not in found["text"], said
        assert "\x1b" not in found["text"], said
        assert len(found["text"]) < 20_000, said
        assert found["seconds"] < SECONDS, said
        assert found["peak"] < PEAK_BYTES, said
    assert canary.read_text() == "years of work"
    assert not list(base.rglob("pwned"))


def test_some_texts_through_every_door(tmp_path: Path) -> None:
    go_through(tmp_path, IN_CI)


@pytest.mark.nightly
@pytest.mark.timeout(3600)
def test_all_texts_through_every_door(tmp_path: Path) -> None:
    go_through(tmp_path, tuple(TEXTS))
