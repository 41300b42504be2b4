"""Sweeps on a tiny model: every point once, one cache, killed and resumed, dominated points given up."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from slimsam_core.cli import main
from slimsam_core.commands.compress_words import event_line
from slimsam_core.compression.events import Event, RunFinished, TrainStep
from slimsam_core.compression.learning.distillation import Teachers
from slimsam_core.compression.recipe import Recipe, StageSettings, Target, save_recipe
from slimsam_core.compression.sweeping import sweep as sweeping
from slimsam_core.compression.sweeping.choosing import read_sweep
from slimsam_core.compression.sweeping.page import write_pages
from slimsam_core.compression.sweeping.points import (
    PointEnded,
    PointOutcome,
    PointResult,
    Sweep,
    SweepPoint,
    SweepStep,
    pareto,
    sweep_of,
)
from slimsam_core.compression.sweeping.stored import load_results, load_sweep
from slimsam_core.compression.sweeping.sweep import dominating, run_sweep
from slimsam_core.errors import Cancelled, OutputError, RecipeError
from slimsam_core.files import json_dataclass
from slimsam_core.files.runs import RunFolder
from slimsam_core.pixels import mask
from slimsam_core.progress import CancelToken
from tests.compression.test_run import equal, recipe_for


def quick(folder: Path) -> Recipe:
    return replace(
        recipe_for("vit", folder), embedding_stage=StageSettings(1, 1), bottleneck_stage=StageSettings(1, 1)
    )


def result(name: str, ms: float, miou: float, outcome: PointOutcome = PointOutcome.FINISHED) -> PointResult:
    return PointResult(
        ratio=0.5, criterion=name, seed=0, outcome=outcome, parameters=1, macs=1, alignment_error=0.1,
        encode_ms=ms, miou=miou, miou_low=miou - 0.1, miou_high=miou + 0.1,
    )  # fmt: skip


def test_every_combination_is_a_point_once() -> None:
    sweep = sweep_of(Recipe(), ["ratios=0.3,0.5,0.3", "criteria=magnitude,hessian", "seeds=0,1"])
    assert len(sweep.points) == 8
    assert sweep.points[0] == SweepPoint(0.3, "magnitude", 0)
    recipe = sweep.recipe_of(SweepPoint(0.3, "hessian", 1))
    assert (recipe.target.residual, recipe.target.bottleneck) == (0.3, 0.3)
    assert (recipe.criterion.name, recipe.seed) == ("hessian", 1)
    kept = sweep_of(Recipe(seed=4), ["criteria=magnitude"])
    assert kept.points == (SweepPoint(0.5, "magnitude", 4),)


@pytest.mark.parametrize(
    "given",
    [
        ["ratio=0.5"], ["ratios"], ["ratios="], ["ratios=a"], ["ratios=1.5"], ["criteria=none"], ["seeds=-1"],
        ["seeds=0.5"], ["seeds=1", "seeds=2"], ["seeds=" + ",".join(map(str, range(201)))], ["ratios=nan"],
    ],
)  # fmt: skip
def test_values_that_no_recipe_may_have_are_refused(given: list[str]) -> None:
    with pytest.raises(RecipeError):
        sweep_of(Recipe(), given)


def test_the_curve_has_what_nothing_cheaper_beats() -> None:
    a, b, c, d = result("a", 10, 0.5), result("b", 20, 0.4), result("c", 30, 0.7), result("d", 5, 0.9)
    given_up = replace(d, outcome=PointOutcome.DOMINATED)
    assert pareto([c, b, a, given_up]) == (a, c)
    assert pareto([]) == ()


def test_a_point_is_dominated_by_a_better_one_that_is_no_larger() -> None:
    curve = {(0, 0): 0.5, (1, 0): 0.3}
    better = {(0, 0): 0.9, (1, 0): 0.2}
    assert dominating(curve, 100, {"b": (100, better)}) == "b"
    assert not dominating(curve, 99, {"b": (100, better)})
    assert not dominating(curve, 100, {"b": (100, {(1, 0): 0.28})})  # as far as two seeds may differ
    assert not dominating(curve, 100, {"b": (100, {(0, 0): 0.1})})  # not known at this epoch
    assert not dominating({}, 100, {"b": (100, better)})


def test_a_sweep_that_was_stopped_goes_on_with_one_cache(tmp_path: Path) -> None:
    sweep = Sweep(recipe=quick(tmp_path), ratios=(0.5, 0.25), criteria=("magnitude",))
    cancel = CancelToken()
    steps: list[int] = []
    kept: list[int] = []

    def stop_in_the_second(event: Event) -> None:
        if isinstance(event, SweepStep):
            steps.append(event.number)
            kept.append(len(list((tmp_path / "out" / "teacher-cache").rglob("*.teacher"))))
        if isinstance(event, TrainStep) and len(steps) == 2:
            cancel.cancel()

    with pytest.raises(Cancelled):
        run_sweep(sweep, tmp_path / "out", stop_in_the_second, cancel)
    assert [r.point.ratio for r in load_results(tmp_path / "out")] == [0.5]
    assert load_sweep(tmp_path / "out") == sweep
    assert kept == [0, 9]  # the second point finds every picture's embedding of the first
    with pytest.raises(OutputError, match="already holds a run"):
        run_sweep(sweep, tmp_path / "out")
    heard: list[Event] = []
    results = run_sweep(None, tmp_path / "out", heard.append, resume=True)
    assert [e.number for e in heard if isinstance(e, SweepStep)] == [2]
    assert sum(isinstance(e, RunFinished) for e in heard) == 1
    assert [r.point.ratio for r in results] == [0.5, 0.25]
    assert results[0].parameters < results[1].parameters
    assert all(r.encode_ms and r.encode_ms > 0 and r.file_bytes > 0 for r in results)
    assert not (tmp_path / "out" / "teacher-cache").exists()
    page, table = ((tmp_path / "out" / name).read_text() for name in ("sweep.html", "sweep.md"))
    for point in sweep.points:
        assert point.name in page
        assert f"| {point.name} |" in table
    assert "<polyline" in page


def test_a_dominated_point_is_given_up_and_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "MARGIN", -1.0)  # whatever finished first is better
    sweep = Sweep(recipe=quick(tmp_path), criteria=("magnitude", "random"), seeds=(0, 1))
    ended: list[PointEnded] = []
    results = run_sweep(
        sweep, tmp_path / "out", lambda e: ended.append(e) if isinstance(e, PointEnded) else None
    )
    outcomes = [(r.criterion, r.outcome) for r in results]
    assert outcomes[:2] == [("magnitude", PointOutcome.FINISHED)] * 2  # seeds do not give each other up
    assert outcomes[2:] == [("random", PointOutcome.DOMINATED)] * 2
    assert results[2].dominated_by.startswith("r0.5-magnitude-s")
    assert results[2].stopped_at == "stage 1, epoch 1"
    judged = [
        e
        for e in RunFolder(tmp_path / "out" / "points" / "r0.5-random-s0").events()
        if e["event"] == "Validated"
    ]
    assert (results[2].alignment_error, results[2].miou) == (judged[-1]["alignment_error"], None)
    assert [e.outcome for e in ended] == ["finished", "finished", "dominated", "dominated"]
    assert "given up at stage 1, epoch 1" in (tmp_path / "out" / "sweep.md").read_text()


def test_a_point_that_fails_is_told_and_the_others_have_their_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It broke the sweep off, and a sweep that was resumed began with it for ever."""
    sweep = Sweep(recipe=quick(tmp_path), criteria=("magnitude", "random"), early_stop=False)
    whole, asked = sweeping.compression.run, list[str]()

    def breaks(recipe: Recipe | None, path: Path, *others: Any, **more: Any) -> Path:
        asked.append(path.name)
        if "magnitude" in path.name and len(asked) < 3:
            raise RecipeError("the loss became nan.")
        return whole(recipe, path, *others, **more)

    monkeypatch.setattr(sweeping.compression, "run", breaks)
    ended: list[Event] = []
    first, second = run_sweep(sweep, tmp_path / "out", ended.append)
    assert (first.outcome, first.failed) == (PointOutcome.FAILED, "the loss became nan.")
    assert second.outcome is PointOutcome.FINISHED
    assert "failed: the loss became nan." in (tmp_path / "out" / "sweep.md").read_text()
    assert pareto([first, second]) == (second,)
    words = [event_line(e) for e in ended if isinstance(e, PointEnded)]
    assert words[0] == "r0.5-magnitude-s0 has failed: the loss became nan."
    again = run_sweep(None, tmp_path / "out", resume=True)
    assert [one.outcome for one in again] == [PointOutcome.FINISHED] * 2
    assert asked == ["r0.5-magnitude-s0", "r0.5-random-s0", "r0.5-magnitude-s0"]


def test_a_budget_and_ratios_are_refused_together() -> None:
    """The ratios were named, and the budget was dropped without a word."""
    recipe = Recipe(target=Target(macs=20e9))
    with pytest.raises(RecipeError, match="budget"):
        Sweep(recipe=recipe, ratios=(0.3,))
    assert len(Sweep(recipe=recipe, criteria=("magnitude", "random")).points) == 2


def test_points_are_named_after_what_they_aim_at() -> None:
    """Under a budget all of them were called after a ratio that nobody had asked for."""

    def name(target: Target) -> str:
        (point,) = Sweep(recipe=Recipe(target=target), criteria=("magnitude",)).points
        return point.name

    assert name(Target(macs=20e9)) == "macs20G-magnitude-s0"
    assert name(Target(parameters=5_300_000)) == "params5.3M-magnitude-s0"
    assert name(Target(milliseconds=80)) == "ms80-magnitude-s0"
    assert name(Target(macs=20e9 + 1)) == "macs20.000000001G-magnitude-s0"
    assert name(Target(residual=0.5, bottleneck=0.7)) == "r0.5-0.7-magnitude-s0"
    assert name(Target()) == "r0.5-magnitude-s0"
    close = Sweep(recipe=Recipe(), ratios=(0.5, 0.50000001)).points
    assert len({point.name for point in close}) == 2, "each in a folder of its own"


def test_a_sweep_under_a_budget_is_read_again_also_one_of_an_older_version(tmp_path: Path) -> None:
    recipe = replace(quick(tmp_path), target=Target(parameters=12_000))
    sweep = Sweep(recipe=recipe, criteria=("magnitude",), early_stop=False)
    (made,) = run_sweep(sweep, tmp_path / "out")
    assert (tmp_path / "out/points/params12k-magnitude-s0/model.safetensors").is_file()
    seen = read_sweep(tmp_path / "out")
    assert seen.model(seen.results[0]) is not None
    assert "| params12k-magnitude-s0 |" in (tmp_path / "out/sweep.md").read_text()
    (tmp_path / "out/points/params12k-magnitude-s0").rename(tmp_path / "out/points/r0.5-magnitude-s0")
    old = json_dataclass.to_json(made)
    del old["target"]
    (tmp_path / "out/results.json").write_text(json.dumps([old]))
    seen = read_sweep(tmp_path / "out")
    assert seen.model(seen.results[0]) == tmp_path / "out/points/r0.5-magnitude-s0/model.safetensors"
    assert run_sweep(None, tmp_path / "out", resume=True)[0].parameters == made.parameters
    (tmp_path / "out/results.json").write_text(json.dumps([{**old, "target": "../../elsewhere"}]))
    with pytest.raises(RecipeError):
        read_sweep(tmp_path / "out")


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_recipe(quick(tmp_path), tmp_path / "recipe.json")
    arguments = ["compress", str(tmp_path / "recipe.json"), "--sweep", "criteria=magnitude,random"]
    assert main([*arguments, "--dry-run"]) == 0
    told = capsys.readouterr().out.splitlines()
    names = [line.partition(":")[0] for line in told if "MACs" in line]
    assert names == ["r0.5-magnitude-s0", "r0.5-random-s0"]
    assert told[-1].startswith("all together: about ")
    assert main([*arguments, "--no-early-stop", "--out", str(tmp_path / "out")]) == 0
    printed = capsys.readouterr()
    assert printed.out.strip() == str(tmp_path / "out" / "sweep.html")
    assert "point 2 of 2: r0.5-random-s0" in printed.err
    assert "r0.5-random-s0 is finished" in printed.err
    assert main(["compress", "--resume", "--out", str(tmp_path / "out")]) == 0
    assert "point" not in capsys.readouterr().err
    (tmp_path / "out" / "results.json").write_text(json.dumps([{"ratio": "x"}]))
    assert main(["compress", "--resume", "--out", str(tmp_path / "out")]) != 0
    assert "results[0]" in capsys.readouterr().err


def test_masks_give_the_curve_its_intervals(tmp_path: Path) -> None:
    recipe = quick(tmp_path)
    folder = Path(recipe.data.images[0])
    pixels = np.zeros((48, 72), np.bool_)
    pixels[10:30, 20:50] = True
    for path in sorted(folder.glob("*.png"))[:2]:
        rle = mask.encode(pixels)
        note = {
            "image": {"image_id": 1, "width": 72, "height": 48, "file_name": path.name},
            "annotations": [
                {"id": 1, "segmentation": {"size": [48, 72], "counts": rle.counts}, "bbox": [20, 10, 30, 20],
                 "area": 600, "point_coords": [[35.0, 20.0]]}
            ],
        }  # fmt: skip
        path.with_suffix(".json").write_text(json.dumps(note))
    recipe = replace(recipe, data=replace(recipe.data, masks=str(folder)))
    (found,) = run_sweep(Sweep(recipe=recipe, criteria=("magnitude",)), tmp_path / "out")
    assert found.miou is not None
    assert found.miou_low is not None
    assert found.miou_high is not None
    assert 0 <= found.miou_low <= found.miou <= found.miou_high <= 1
    assert "1-click mIoU with intervals" in (tmp_path / "out" / "sweep.html").read_text()
    given_up = replace(found, outcome=PointOutcome.DOMINATED, miou_low=None, miou_high=None)
    write_pages(tmp_path, Sweep(recipe=recipe), [given_up])
    assert f"| {found.miou:.3f} |" in (tmp_path / "sweep.md").read_text()


def test_the_teachers_embeddings_outlive_a_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = replace(
        quick(tmp_path), bottleneck_stage=StageSettings(0, 0), embedding_stage=StageSettings(1, 0)
    )
    recipe = replace(recipe, criterion=replace(recipe.criterion, name="magnitude"))
    save_recipe(recipe, tmp_path / "recipe.json")

    def slim(name: str) -> Path:
        arguments = ["compress", str(tmp_path / "recipe.json"), "--cache", str(tmp_path / "kept")]
        assert main([*arguments, "--out", str(tmp_path / name)]) == 0, capsys.readouterr().err
        return tmp_path / name / "model.safetensors"

    first = slim("a")
    (folder,) = (tmp_path / "kept").iterdir()
    assert folder.name.endswith("-fp32")
    assert len(list(folder.glob("*.teacher"))) == 9
    monkeypatch.setattr(Teachers, "_run", lambda *_: pytest.fail("the teacher was asked again"))
    assert equal(slim("b"), first)
