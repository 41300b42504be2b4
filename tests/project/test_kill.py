"""SIGKILL at any moment of a session: what was acknowledged is there, and all of it can be undone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

from slimsam_core.project import Project
from tests.project.model import Model, random_command, values_of
from tests.project.test_model import check_summaries

REPOSITORY = Path(__file__).parents[2]
COMMANDS = 500


def kill_a_session(path: Path, seed: int) -> None:
    with Project.create(path, [path.parent]) as project:
        start = values_of(project)
        model = Model(project.roots()[0])
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.project.session", str(path), str(seed), str(COMMANDS)],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
    )
    assert child.stdout is not None
    with child.stdout as lines:
        first = lines.readline()
        assert first == b"1\n", "the session did not begin"
        time.sleep(Random(seed).uniform(0, 1.0))
        os.kill(child.pid, signal.SIGKILL)
        acknowledged = len(lines.read().splitlines()) + 1
    assert child.wait() in (-signal.SIGKILL, 0)

    rng = Random(seed)
    for _ in range(acknowledged):
        model.run(random_command(rng, model))
    with Project.open(path) as project:
        assert not project.read_only
        found = values_of(project)
        if found != model.values and acknowledged < COMMANDS:
            model.run(random_command(rng, model))  # committed, and killed before it could say so
        assert found == model.values
        check_summaries(path)
        undone = 0
        while project.undo():
            undone += 1
        assert undone == len(model.done)
        assert values_of(project) == start


@pytest.mark.parametrize("seed", range(20))
def test_killed_at_a_random_time(tmp_path: Path, seed: int) -> None:
    kill_a_session(tmp_path / "p.slimsam", seed)


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(1000, 1200))
def test_killed_at_a_random_time_nightly(tmp_path: Path, seed: int) -> None:
    kill_a_session(tmp_path / "p.slimsam", seed)
