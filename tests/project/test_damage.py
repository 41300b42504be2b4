"""Project files with flipped bytes: an error that says so, or an answer; never a crash, never a hang."""

from __future__ import annotations

import time
from pathlib import Path
from random import Random

import pytest

from slimsam_core.errors import ProjectError
from slimsam_core.project import Project
from tests.project.model import values_of
from tests.project.test_versions import fill


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("damage") / "p.slimsam"
    with Project.create(path, ["/pictures"]) as project:
        fill(project)
    return path.read_bytes()


def damage(data: bytes, rng: Random) -> bytes:
    broken = bytearray(data)
    used = [position for position in range(100, len(data)) if data[position]]
    for _ in range(rng.choice([1, 1, 3, 20])):
        broken[rng.choice(used)] = rng.randrange(256)
    return bytes(broken[: rng.randrange(len(broken))] if rng.random() < 0.1 else broken)


@pytest.mark.parametrize("seed", range(10))
def test_damaged_files_are_refused_or_read(whole: bytes, tmp_path: Path, seed: int) -> None:
    rng = Random(seed)
    refused = 0
    for number in range(30):
        path = tmp_path / f"{number}.slimsam"
        path.write_bytes(damage(whole, rng))
        start = time.monotonic()
        try:
            with Project.open(path) as project:
                values_of(project)
                project.statistics()
                project.history()
                while project.undo():
                    pass
                while project.redo():
                    pass
        except ProjectError:
            refused += 1
        assert time.monotonic() - start < 5
    assert refused
