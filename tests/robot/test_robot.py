"""The robot at work: a short while always, an hour by ``-m nightly``.

A failure prints the shortest sequence of steps that hypothesis found. To go on looking by hand::

    ROBOT_MINUTES=60 pytest -m nightly tests/robot -s

``ROBOT_SEED`` is the first seed, ``ROBOT_SHRINK=0`` prints the sequence as it was found, minutes sooner.
"""

from __future__ import annotations

import os
import time

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.robot.machine import Labeller

STEPS = 40
"""In one sitting: long enough for two restarts, short enough to be shortened when it fails."""
SITTINGS = 8
"""Of the short run: about two minutes."""
SEED = 20261128
"""Of the short run, so that it says the same every time."""


pytestmark = [pytest.mark.usefixtures("qapp"), pytest.mark.qt_no_exception_capture]
"""The robot keeps errors itself, so that it knows after which step they came."""


def run(robot: type[Labeller], sittings: int, start: int, phases: tuple[Phase, ...]) -> None:
    """Some sittings of ``STEPS`` steps."""

    @seed(start)
    def work() -> None:
        run_state_machine_as_test(  # type: ignore[no-untyped-call]
            robot,
            settings=settings(
                max_examples=sittings,
                stateful_step_count=STEPS,
                deadline=None,
                database=None,
                phases=phases,
                suppress_health_check=list(HealthCheck),
            ),
        )

    work()


@pytest.mark.timeout(600)
def test_nothing_crashes_nothing_is_lost_nothing_changes_unseen(robot: type[Labeller]) -> None:
    run(robot, SITTINGS, SEED, (Phase.generate,))


@pytest.mark.nightly
@pytest.mark.timeout(0)
def test_an_hour_of_it(robot: type[Labeller]) -> None:
    minutes = float(os.environ.get("ROBOT_MINUTES", "60"))
    start = int(os.environ.get("ROBOT_SEED", time.time()))
    end, before = time.monotonic() + 60 * minutes, Labeller.steps
    shrink = os.environ.get("ROBOT_SHRINK", "1") != "0"
    while time.monotonic() < end:
        run(robot, 10, start, (Phase.generate, Phase.shrink) if shrink else (Phase.generate,))
        print(f"seed {start}: nothing found, {Labeller.steps - before} steps so far", flush=True)
        start += 1
