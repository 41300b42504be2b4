"""Training: it learns, it resumes bit by bit, several processes agree with one, it refuses what is wrong."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from slimsam_core.checkpoints.loading import load_model
from slimsam_core.cli import main
from slimsam_core.datasets.opening import open_datasets
from slimsam_core.errors import Cancelled, OutOfMemory, RecipeError
from slimsam_core.files.runs import RunFolder
from slimsam_core.models.processes import Processes
from slimsam_core.progress import CancelToken, Progress
from slimsam_core.training import run as training_run
from slimsam_core.training.loop import Trainer
from slimsam_core.training.recipe import Stage, TrainingRecipe
from slimsam_core.training.run import TrainingJob, train
from tests.synthetic import write_sa1b
from tests.tiny_models import save_tiny

ROOT = Path(__file__).parents[2]
TINY = TrainingRecipe(
    stages=(Stage(steps=4, size=128, crops=4, masks=2),), precision="fp32", checkpoint_every=2, log_every=1,
    warmup=2,
)  # fmt: skip


@pytest.fixture(scope="module")
def shapes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sa1b(tmp_path_factory.mktemp("data") / "shapes", 12)


@pytest.fixture(scope="module")
def init(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny(tmp_path_factory.mktemp("init") / "init.safetensors")


def job(init: Path, shapes: Path, **more: object) -> TrainingJob:
    return replace(TrainingJob(init=init, datasets=open_datasets(shapes), held_out=0.0), **more)  # type: ignore[arg-type]


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return dict(load_model(folder / "model.safetensors").state_dict())


def test_it_learns(init: Path, tmp_path: Path) -> None:
    data = write_sa1b(tmp_path / "shapes", 12, count=1)
    stage = Stage(steps=60, size=128, crops=6, masks=1, clicks=0, whole_share=1.0)
    recipe = replace(TINY, stages=(stage,), learning_rate=3e-3, ema=0.9, jitter=0.0)
    metrics = train(recipe, job(init, data, held_out=0.25), tmp_path / "run")
    losses = [e["loss"] for e in RunFolder.open(tmp_path / "run").events() if e["event"] == "step"]
    assert sum(losses[-10:]) < 0.3 * sum(losses[:10])
    assert metrics["after"]["miou_1click"] > metrics["before"]["miou_1click"] + 0.2
    assert metrics["after"]["miou_box"] > metrics["before"]["miou_box"] + 0.2
    assert metrics["before"]["n_objects"] == metrics["after"]["n_objects"] > 0
    report = (tmp_path / "run" / "report.html").read_text()
    assert report.count("<polyline") == 5
    assert f"{metrics['after']['miou_box']:.3f}" in report
    assert f"{metrics['after']['n_objects']} objects of held-out pictures" in report


def test_a_cancelled_run_resumes_to_the_same_weights(init: Path, shapes: Path, tmp_path: Path) -> None:
    train(TINY, job(init, shapes), tmp_path / "whole")
    token = CancelToken()

    def stop_at_three(step: Progress) -> None:
        if step.done == 3:
            token.cancel()

    with pytest.raises(Cancelled):
        train(TINY, job(init, shapes), tmp_path / "cut", stop_at_three, token)
    train(TINY, job(init, shapes, resume=True), tmp_path / "cut")
    whole, cut = weights(tmp_path / "whole"), weights(tmp_path / "cut")
    assert all(torch.equal(whole[name], cut[name]) for name in whole)
    losses = [
        [e["loss"] for e in RunFolder.open(tmp_path / name).events() if e["event"] == "step"]
        for name in ("whole", "cut")
    ]
    assert losses[0] == losses[1]


def test_a_resumed_run_counts_what_all_its_parts_left_out_and_a_finished_one_stays(
    init: Path, tmp_path: Path
) -> None:
    data = write_sa1b(tmp_path / "shapes", 6)
    for path in sorted(data.glob("*.png"))[:3]:
        path.write_bytes(b"no picture")
    whole = train(TINY, job(init, data), tmp_path / "whole")
    assert 1 <= whole["n_skipped_images"] <= 3
    token = CancelToken()
    with pytest.raises(Cancelled):
        train(TINY, job(init, data), tmp_path / "cut", lambda _: token.cancel(), token)
    assert train(TINY, job(init, data, resume=True), tmp_path / "cut") == whole
    before = {path: path.read_bytes() for path in (tmp_path / "cut").rglob("*") if path.is_file()}
    assert train(TINY, job(init, data, resume=True), tmp_path / "cut") == whole
    assert {path: path.read_bytes() for path in (tmp_path / "cut").rglob("*") if path.is_file()} == before


def test_frozen_parts_stay_as_they_were(init: Path, shapes: Path, tmp_path: Path) -> None:
    train(replace(TINY, frozen=("image_encoder",)), job(init, shapes), tmp_path / "run")
    before, after = dict(load_model(init).state_dict()), weights(tmp_path / "run")
    changed = {name.split(".")[0] for name in before if not torch.equal(before[name], after[name])}
    assert changed == {"prompt_encoder", "mask_decoder"}


def test_two_processes_follow_the_curve_of_one(init: Path, shapes: Path, tmp_path: Path) -> None:
    recipe = tmp_path / "recipe.json"
    recipe.write_text(json.dumps(TINY.to_json()))
    arguments = ["train", str(recipe), "--init", str(init), "--data", str(shapes), "--held-out", "0", "--out"]
    assert main([*arguments, str(tmp_path / "one")]) == 0
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    launcher = ["-m", "torch.distributed.run", "--nproc-per-node", "2", "--master-port", str(port)]
    command = [sys.executable, *launcher, "-m", "slimsam_core.cli", *arguments, str(tmp_path / "two")]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(  # on the CPU, also where a GPU is
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=100
    )
    assert done.returncode == 0, done.stderr
    one, two = weights(tmp_path / "one"), weights(tmp_path / "two")
    for name in one:
        torch.testing.assert_close(one[name], two[name], rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"learning_rate": -1}, "learning_rate"),
        ({"stages": []}, "stages"),
        ({"stages": [{"steps": 0}]}, "stages[0].steps"),
        ({"stages": [{}, {"size": 1.5}]}, "stages[1].size"),
        ({"stages": [{"whole_share": 2}]}, "stages[0].whole_share"),
        ({"stages": [{"whole_share": 0.5, "zoom_share": 0.4, "click_share": 0.3}]}, "stages[0].whole_share"),
        ({"box_share": 0.9, "both_share": 0.2}, "box_share"),
        ({"ema": 1.5}, "ema"),
        ({"weights": {"a": -1}}, "weights"),
        ({"seed": -1}, "seed"),
        ({"seed": 1 << 64}, "seed"),
        ({"precision": "fp8"}, "precision"),
        ({"version": 99}, "version"),
        ({"lerning_rate": 1}, "lerning_rate"),
    ],
)
def test_a_wrong_recipe_says_where(change: dict[str, object], where: str) -> None:
    with pytest.raises(RecipeError) as caught:
        TrainingRecipe.from_json(change)
    assert caught.value.where == where


def test_shares_may_be_all_of_it_and_published_recipes_are_read() -> None:
    TrainingRecipe.from_json({"stages": [{"whole_share": 0.7, "zoom_share": 0.2, "click_share": 0.1}]})
    published = sorted((ROOT / "resources/models/training").glob("*.json"))
    assert published
    for path in published:
        TrainingRecipe.from_json({"stages": json.loads(path.read_text()).get("stages", [{}])})


def test_the_last_good_state_is_saved_whatever_ends_the_training(
    init: Path, shapes: Path, tmp_path: Path
) -> None:
    recipe, cancel = replace(TINY, checkpoint_every=100), CancelToken()

    def stop(step: Progress) -> None:
        if step.done == 3:
            cancel.cancel()

    with pytest.raises(Cancelled):
        train(recipe, job(init, shapes), tmp_path, stop, cancel)
    state = RunFolder(tmp_path).load_checkpoint()
    assert state is not None
    assert state.step == 3


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory"),
        RuntimeError("DefaultCPUAllocator: can't allocate memory"),
    ],
)
def test_a_step_for_which_there_is_no_memory_says_what_helps(
    init: Path, shapes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def full(*_: object) -> dict[str, float]:
        raise error

    monkeypatch.setattr(Trainer, "_one_step", full)
    with pytest.raises(OutOfMemory, match="a step of 4 crops of 128 pixels") as caught:
        train(TINY, job(init, shapes), tmp_path)
    assert "fewer crops" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("what", "said"),
    [("loss", "the loss at step 2 is inf"), ("norm", "the gradients at step 2 are no numbers")],
)
def test_weights_that_are_no_numbers_are_not_saved(
    init: Path, shapes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str, said: str
) -> None:
    real = Trainer._one_step

    def spoilt(self: Trainer, batches: object) -> dict[str, float]:
        values = real(self, batches)  # type: ignore[arg-type]
        return values | {what: float("inf")} if self.step == 1 else values

    monkeypatch.setattr(Trainer, "_one_step", spoilt)
    with pytest.raises(RecipeError, match=said):
        train(TINY, job(init, shapes), tmp_path)
    assert RunFolder(tmp_path).load_checkpoint() is None


def test_a_recipe_survives_json() -> None:
    recipe = replace(TINY, weights={"a": 2.0}, frozen=("image_encoder.neck",))
    assert TrainingRecipe.from_json(json.loads(json.dumps(recipe.to_json()))) == recipe


def test_what_does_not_fit_the_model_is_said(init: Path, shapes: Path, tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="fits no parameter"):
        train(replace(TINY, frozen=("no.such",)), job(init, shapes), tmp_path / "a")
    with pytest.raises(RecipeError, match="takes 128 only"):
        train(replace(TINY, stages=(Stage(steps=1, size=64),)), job(init, shapes), tmp_path / "b")
    later = (Stage(steps=50, size=128), Stage(steps=1, size=64))
    with pytest.raises(RecipeError, match="takes 128 only"):
        train(replace(TINY, stages=later), job(init, shapes), tmp_path / "later")
    assert not RunFolder(tmp_path / "later").events_path.exists(), "told before the first step"
    train(replace(TINY, stages=(Stage(steps=1, size=128, crops=1),)), job(init, shapes), tmp_path / "c")
    with pytest.raises(RecipeError, match="another recipe"):
        train(TINY, job(init, shapes, resume=True), tmp_path / "c")


def test_each_process_asks_for_the_device_of_its_number(
    init: Path, shapes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, int]] = []

    def chosen(wanted: str, local_rank: int = 0) -> torch.device:
        asked.append((wanted, local_rank))
        return torch.device("cpu")

    @contextmanager
    def two(device_type: str) -> Iterator[Processes]:
        assert device_type == "cpu"
        yield Processes(local_rank=3)

    monkeypatch.setattr(training_run, "chosen_device", chosen)
    monkeypatch.setattr(training_run, "joined", two)
    train(
        replace(TINY, stages=(Stage(steps=1, size=128, crops=1),)), job(init, shapes, device="cuda"), tmp_path
    )
    assert asked == [("cuda", 0), ("cuda", 3)]
