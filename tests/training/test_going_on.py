"""A run that goes on is held to what it began with: its model, its pictures, those that are held out."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from slimsam_core.cli import main
from slimsam_core.datasets.opening import open_datasets
from slimsam_core.errors import Cancelled, RecipeError
from slimsam_core.files.runs import RunFolder
from slimsam_core.progress import CancelToken, Progress
from slimsam_core.training.origin import check_weights, held_out_of
from slimsam_core.training.recipe import Stage, TrainingRecipe
from slimsam_core.training.run import TrainingJob, train
from tests.synthetic import write_sa1b
from tests.tiny_models import save_tiny

TINY = TrainingRecipe(
    stages=(Stage(steps=2, size=128, crops=1, masks=1, clicks=0),), precision="fp32", checkpoint_every=1,
    warmup=1, frozen=("image_encoder",),
)  # fmt: skip


@pytest.fixture
def begun(tmp_path: Path) -> TrainingJob:
    """A run in ``tmp_path / run`` that was cut off after its first step."""
    init = save_tiny(tmp_path / "init.safetensors")
    job = TrainingJob(init=init, datasets=open_datasets(write_sa1b(tmp_path / "a", 8)), held_out=0.3)
    cancel = CancelToken()

    def stop(_: Progress) -> None:
        cancel.cancel()

    with pytest.raises(Cancelled):
        train(TINY, job, tmp_path / "run", stop, cancel)
    return replace(job, resume=True)


def test_another_model_and_another_share_are_refused_by_name(begun: TrainingJob, tmp_path: Path) -> None:
    other = save_tiny(tmp_path / "other.safetensors", seed=77)
    with pytest.raises(RecipeError, match="began with another model") as caught:
        train(TINY, replace(begun, init=other), tmp_path / "run")
    assert caught.value.where == "init"
    with pytest.raises(RecipeError, match=r"was 0\.3 when the run began, not 0\.5") as caught:
        train(TINY, replace(begun, held_out=0.5), tmp_path / "run")
    assert caught.value.where == "held-out"


def test_what_is_not_said_is_as_it_began(begun: TrainingJob, tmp_path: Path) -> None:
    metrics = train(TINY, replace(begun, init=None, held_out=None), tmp_path / "run")
    assert metrics["steps"] == 2
    assert metrics["n_held_out_images"] > 0
    record = RunFolder(tmp_path / "run").recipe()
    assert record["init"] == str(tmp_path / "init.safetensors")
    assert record["held_out"] == 0.3


def test_a_model_that_is_gone_is_named(begun: TrainingJob, tmp_path: Path) -> None:
    moved = (tmp_path / "init.safetensors").rename(tmp_path / "moved.safetensors")
    with pytest.raises(RecipeError, match="is gone"):
        train(TINY, replace(begun, init=None), tmp_path / "run")
    train(TINY, replace(begun, init=moved), tmp_path / "run")


def test_other_data_is_refused_and_a_job_keeps_what_it_held_out(begun: TrainingJob, tmp_path: Path) -> None:
    run = RunFolder(tmp_path / "run")
    known = json.loads((run.path / "held_out.json").read_text())["a"]
    with pytest.raises(RecipeError, match="began with the data sets a, not with b"):
        train(TINY, replace(begun, datasets=open_datasets(write_sa1b(tmp_path / "b", 3))), run.path)
    (tmp_path / "a" / f"{known[0].removeprefix('a/')}.json").unlink()
    write_sa1b(tmp_path / "more", 6, seed=3)
    for number in range(6):
        for suffix in ("json", "png"):
            shutil.copy(tmp_path / "more" / f"00{number}.{suffix}", tmp_path / "a" / f"new{number}.{suffix}")
    changed = replace(begun, datasets=open_datasets(tmp_path / "a"))
    with pytest.raises(RecipeError, match="a has other pictures than when the run"):
        train(TINY, changed, run.path)
    held = held_out_of(run, changed.datasets, 0.3)
    assert [part.key(i) for part in held for i in range(len(part))] == known[1:]
    train(TINY, replace(changed, may_grow=True), run.path)


def test_weights_of_no_data_set_are_refused(begun: TrainingJob, tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="there is no data set 'shaps'") as caught:
        train(replace(TINY, weights={"shaps": 2.0}), replace(begun, resume=False), tmp_path / "new")
    assert caught.value.where == "weights"
    assert not (tmp_path / "new").exists()


def test_a_weight_of_a_name_that_two_data_sets_have_is_refused(tmp_path: Path) -> None:
    """It would be that of the first one alone."""
    both = [d for part in "ab" for d in open_datasets(write_sa1b(tmp_path / part / "images", 2))]
    with pytest.raises(RecipeError, match="several data sets are called 'images'") as caught:
        check_weights(replace(TINY, weights={"images": 2.0}), both)
    assert "images, images (2)" in caught.value.hint
    check_weights(replace(TINY, weights={"images": 2.0, "images (2)": 1.0}), both)


def test_held_out_pictures_without_objects_give_no_numbers(tmp_path: Path) -> None:
    folder = write_sa1b(tmp_path / "a", 8)
    init = save_tiny(tmp_path / "init.safetensors")
    job = TrainingJob(init=init, datasets=open_datasets(folder), held_out=0.3)
    (held,) = held_out_of(RunFolder(tmp_path / "none"), job.datasets, 0.3)
    for index in range(len(held)):
        path = folder / f"{held.key(index).removeprefix('a/')}.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | {"annotations": []}))
    metrics = train(replace(TINY, stages=(replace(TINY.stages[0], steps=1),)), job, tmp_path / "run")
    assert not {"before", "after", "gain"} & metrics.keys()
    assert "have no object to judge" in (tmp_path / "run" / "report.html").read_text()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--resume", "--steps", "500"], "Leave --steps away"),
        (["--resume", "--parts", "all"], "Leave --parts away"),
        (["recipe.json", "--steps", "5"], "Leave --steps away"),
        (["--backbone", "efficientnet-lite0", "--parts", "all"], "--backbone trains everything"),
        (["--format", "coco"], "--format and --images are of --data"),
    ],
)
def test_options_without_effect_are_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    more: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    RunFolder.create(tmp_path / "run", {"training": TINY.to_json()})
    out = ["--out", "run" if "--resume" in more else "new"]
    assert main(["train", *more, "--on", "none.slimsam", *out]) == 1
    assert said in capsys.readouterr().err
