"""Curves for TensorBoard and MLflow: which numbers, and that neither can end a run."""

from __future__ import annotations

import sys
import types
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import pytest

from slimsam_core.cli import main
from slimsam_core.compression.events import Event, Paused, TrainStep, Validated
from slimsam_core.compression.recipe import save_recipe
from slimsam_core.compression.trackers import numbers_of, tracked, tracker
from slimsam_core.errors import RecipeError
from tests.compression.test_sweep import quick

STEP = TrainStep(
    stage=1, epoch=0, iteration=7, iterations=9, loss=0.5, terms={"q, k, v": 0.25}, learning_rate=1e-3,
    images_per_second=4.0,
)  # fmt: skip


class Writer:
    """As ``torch.utils.tensorboard.SummaryWriter`` is called."""

    made: ClassVar[list[Writer]] = []

    def __init__(self, folder: str) -> None:
        self.folder, self.scalars, self.closed = folder, [], False
        Writer.made.append(self)

    def add_scalar(self, name: str, value: float, step: int) -> None:
        self.scalars.append((name, value, step))

    def close(self) -> None:
        self.closed = True


def test_what_is_a_curve() -> None:
    assert numbers_of(STEP) == (
        {
            "stage 2/loss": 0.5, "stage 2/learning rate": 1e-3, "stage 2/q k v": 0.25,
            "stage 2/pictures per second": 4.0,
        },
        7,
    )  # fmt: skip
    judged = Validated(stage=0, epoch=2, epochs=3, alignment_error=0.1, miou=None, best=True)
    assert numbers_of(judged) == ({"stage 1/alignment error": 0.1}, 3)
    assert numbers_of(Paused()) == ({}, 0)


def test_one_that_fails_hears_no_more_and_the_run_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    heard: list[Event] = []
    taken: list[int] = []

    class Lost:
        def log(self, values: Mapping[str, float], step: int) -> None:
            assert values["stage 2/loss"] == 0.5
            taken.append(step)
            raise ConnectionError("the server is gone")

        def close(self) -> None:
            """Nothing to do."""

    sink = tracked(heard.append, [Lost()])
    sink(STEP)
    sink(STEP)
    assert heard == [STEP, STEP]
    assert taken == [7]
    assert "the server is gone" in caplog.text


@pytest.mark.parametrize("wanted", ["tensorboard", "tensorboard=", "wandb=x", ""])
def test_what_is_not_known_is_refused(wanted: str) -> None:
    with pytest.raises(RecipeError, match="is not known"):
        tracker(wanted, "run")


def test_a_missing_package_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mlflow", None)
    with pytest.raises(RecipeError, match="mlflow is not installed") as caught:
        tracker("mlflow=http://localhost:5000", "run")
    assert "pip install mlflow" in (caught.value.hint or "")


def test_the_command_feeds_tensorboard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    module = types.ModuleType("torch.utils.tensorboard")
    module.SummaryWriter = Writer  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", module)
    save_recipe(quick(tmp_path), tmp_path / "recipe.json")
    arguments = ["compress", str(tmp_path / "recipe.json"), "--out", str(tmp_path / "out")]
    assert main([*arguments, "--track", f"tensorboard={tmp_path / 'tb'}"]) == 0, capsys.readouterr().err
    (writer,) = Writer.made
    assert (writer.folder, writer.closed) == (str(tmp_path / "tb"), True)
    names = {name for name, _, _ in writer.scalars}
    assert {"stage 1/loss", "stage 2/loss", "stage 1/alignment error", "encoder parameters"} <= names
    losses = [step for name, _, step in writer.scalars if name == "stage 1/loss"]
    assert losses == list(range(1, len(losses) + 1))
