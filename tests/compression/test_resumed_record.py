"""What a run tells of itself at its end is of the whole of it, however often it was interrupted."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from slimsam_core.cli import main
from slimsam_core.compression import record
from slimsam_core.compression.events import Event, ImageSkipped, RunFinished, TrainStep
from slimsam_core.compression.recipe import Recipe, StageSettings
from slimsam_core.compression.run import run
from tests.compression.test_run import Killed, recipe_for

LEG_S = 1000.0
"""Seconds that each part of a run takes on the clock of these tests."""


@pytest.fixture
def recipe(tmp_path: Path) -> Recipe:
    """A few steps on nine pictures, of which the third and the sixth cannot be read."""
    made = recipe_for("vit", tmp_path)
    for number in (2, 5):
        (tmp_path / f"pictures/{number:03}.png").write_bytes(b"\x89PNG but not really")
    return replace(made, embedding_stage=StageSettings(1, 1), bottleneck_stage=StageSettings(1, 1))


def killed_at_step(number: int, clock: list[float]) -> Callable[[Event], None]:
    """A sink that lets the clock jump with the second step, and ends the run at step ``number``."""
    steps: list[TrainStep] = []

    def sink(event: Event) -> None:
        if isinstance(event, TrainStep):
            steps.append(event)
            if len(steps) == 2:
                clock[0] += LEG_S
            if len(steps) == number:
                raise Killed

    return sink


def metrics(out: Path) -> dict[str, Any]:
    return dict(json.loads((out / "metrics.json").read_text()))


def test_seconds_and_pictures_left_out_are_those_of_all_parts(
    recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    monkeypatch.setattr(record, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    out, events = tmp_path / "out", list[Event]()
    with pytest.raises(Killed):
        run(recipe, out, killed_at_step(4, clock))
    clock[0] += 50 * LEG_S  # the night between
    run(None, out, events.append, resume=True)
    (finished,) = (event for event in events if isinstance(event, RunFinished))
    assert LEG_S <= finished.seconds < 2 * LEG_S
    assert finished.images_skipped == 2
    assert metrics(out)["seconds"] == finished.seconds
    assert metrics(out)["images_skipped"] == 2
    told = [json.loads(line) for line in (out / "events.jsonl").read_text().splitlines()]
    skipped = [event for event in told if event["event"] == ImageSkipped.__name__]
    assert sorted(event["skipped"] for event in skipped) == [1, 2], "none is told twice"


def test_a_finished_run_that_is_resumed_stays_as_it_is(recipe: Recipe, tmp_path: Path) -> None:
    out, events = tmp_path / "out", list[Event]()
    run(recipe, out)
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    Path(recipe.teacher).unlink()  # nobody needs it any more
    assert run(None, out, events.append, resume=True) == out / "model.safetensors"
    assert main(["compress", "--resume", "--out", str(out)]) == 0
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    assert events == []


def test_a_finished_run_whose_model_was_lost_makes_it_anew_with_the_same_record(
    recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    monkeypatch.setattr(record, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    out = tmp_path / "out"
    run(recipe, out, killed_at_step(10**6, clock))
    before = metrics(out)
    assert before["seconds"] == LEG_S
    (out / "model.safetensors").unlink()
    run(None, out, resume=True)
    assert metrics(out) == before
