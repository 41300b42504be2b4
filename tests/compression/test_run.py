"""Whole runs on tiny models: to the end, killed, resumed, cancelled, paused, and out of luck."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from slimsam_core.checkpoints import save_model
from slimsam_core.checkpoints.loading import load_model
from slimsam_core.compression import stage_runner
from slimsam_core.compression.cutting import importance
from slimsam_core.compression.events import (
    BatchHalved,
    CheckpointSaved,
    Event,
    ImageSkipped,
    Paused,
    Pruned,
    Resumed,
    RunFailed,
    RunFinished,
    TrainStep,
    Validated,
)
from slimsam_core.compression.learning import distillation
from slimsam_core.compression.pause import PauseToken
from slimsam_core.compression.presets import preset
from slimsam_core.compression.recipe import (
    CriterionSettings,
    DataSettings,
    OptimiserSettings,
    Performance,
    Ranking,
    Recipe,
    Schedule,
    StageSettings,
    Target,
    save_recipe,
)
from slimsam_core.compression.run import dry_run, run
from slimsam_core.compression.supply.loader import PictureBatch
from slimsam_core.errors import (
    Cancelled,
    CheckpointError,
    ImageReadError,
    OutOfMemory,
    OutputError,
    RecipeError,
    SlimSamError,
)
from slimsam_core.files.runs import RunFolder
from slimsam_core.models.cost import encoder_cost
from slimsam_core.progress import CancelToken
from tests.compression.models import ARCHS, model, pictures
from tests.full_disk import files_up_to


@pytest.fixture
def recipe(tmp_path: Path) -> Recipe:
    return recipe_for("vit", tmp_path)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the recipe of the other fixture makes when nothing happens; its folder holds the record."""
    folder = tmp_path_factory.mktemp("whole")
    return run(recipe_for("vit", folder), folder / "out")


def learnt(folder: Path) -> list[float]:
    """The losses that a run wrote down."""
    return [event["loss"] for event in RunFolder(folder).events() if event["event"] == "TrainStep"]


def recipe_for(kind: str, folder: Path) -> Recipe:
    teacher = folder / f"{kind}.safetensors"
    save_model(model(kind), teacher)
    return Recipe(
        name="tiny",
        teacher=str(teacher),
        data=DataSettings((str(pictures(folder / "pictures", 9)),), None, 1),
        criterion=CriterionSettings(images=3),
        embedding_stage=StageSettings(2, 1),
        bottleneck_stage=StageSettings(2, 2),
        optimiser=OptimiserSettings(learning_rate=1e-3, batch=2),
        performance=Performance(precision="fp32", checkpoint_seconds=0.0),
    )


def weights(path: Path) -> dict[str, torch.Tensor]:
    return load_model(path).state_dict()


def equal(first: Path, second: Path) -> bool:
    a, b = weights(first), weights(second)
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


class Killed(BaseException):
    """What a sink raises to stop a run where it stands, without any of the run's own tidying."""


def killing_at(number: int) -> Callable[[Event], None]:
    seen = 0

    def sink(_: Event) -> None:
        nonlocal seen
        seen += 1
        if seen == number:
            raise Killed

    return sink


@pytest.mark.parametrize("kind", ARCHS)
def test_a_run_leaves_a_smaller_model_and_the_record(kind: str, tmp_path: Path) -> None:
    recipe = recipe_for(kind, tmp_path)
    events: list[Event] = []
    target = run(recipe, tmp_path / "out", events.append)
    slim, teacher = load_model(target), load_model(recipe.teacher)
    assert encoder_cost(slim.arch).parameters < encoder_cost(teacher.arch).parameters
    x = torch.randn(1, 3, slim.arch.image_size, slim.arch.image_size)
    with torch.no_grad():
        assert slim.image_encoder(x).shape == teacher.image_encoder(x).shape
    assert isinstance(events[-1], RunFinished)
    files = {path.name for path in (tmp_path / "out").iterdir()}
    assert files == {
        "recipe.json",
        "events.jsonl",
        "metrics.json",
        "checkpoints",
        "model.safetensors",
        "report.html",
    }
    lines = (tmp_path / "out/events.jsonl").read_text().splitlines()
    assert [json.loads(line)["event"] for line in lines] == [event.kind for event in events]
    metrics = json.loads((tmp_path / "out/metrics.json").read_text())
    assert metrics["encoder_params"] == encoder_cost(slim.arch).parameters
    page = (tmp_path / "out/report.html").read_text()
    assert page.count("<polyline") == 2
    assert f"{metrics['encoder_params']:,}" in page


@pytest.mark.parametrize(
    ("last_stage", "expected"),
    [
        (StageSettings(2, 1), (0.3, 0)),  # the first epoch of the last stage is its best
        (StageSettings(0, 0), (None, None)),  # nobody judged what was delivered
    ],
)
def test_metrics_tell_the_weights_that_are_delivered(
    last_stage: StageSettings,
    expected: tuple[float | None, int | None],
    recipe: Recipe,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    errors = iter([0.1, 0.2, 0.3, 0.4])
    monkeypatch.setattr(stage_runner, "nearness", lambda *_, **__: (next(errors), None))
    students: list[dict[str, torch.Tensor]] = []
    target = run(
        replace(recipe, bottleneck_stage=last_stage),
        tmp_path / "out",
        look=lambda student: students.append({k: v.clone() for k, v in student.state_dict().items()}),
    )
    metrics = json.loads((tmp_path / "out/metrics.json").read_text())
    assert (metrics["alignment_error"], metrics["epoch"]) == expected
    if last_stage.epochs:
        delivered = weights(target)
        assert [all(torch.equal(s[name], delivered[name]) for name in delivered) for s in students[2:]] == [
            True,
            False,
        ]


def test_each_stage_waits_as_long_as_it_is_told_before_the_rate_falls(
    recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        stage_runner, "nearness", lambda *_, **__: (1.0, None)
    )  # only the first epoch is a best one
    stages = replace(recipe, embedding_stage=StageSettings(3, 1, 1), bottleneck_stage=StageSettings(4, 1, 2))
    events: list[Event] = []
    run(stages, tmp_path / "out", events.append)
    rates = {(e.stage, e.epoch): e.learning_rate for e in events if isinstance(e, TrainStep)}
    assert [rates[0, epoch] for epoch in range(3)] == [1e-3, 1e-3, 5e-4]
    assert [rates[1, epoch] for epoch in range(4)] == [1e-3, 1e-3, 1e-3, 5e-4]


@pytest.mark.parametrize("kind", ARCHS)
def test_learning_brings_the_student_nearer(kind: str, tmp_path: Path) -> None:
    recipe = replace(recipe_for(kind, tmp_path), embedding_stage=StageSettings(6, 3))
    events: list[Event] = []
    run(recipe, tmp_path / "out", events.append)
    errors = [e.alignment_error for e in events if isinstance(e, Validated) and e.stage == 0]
    assert errors[-1] < errors[0]


@pytest.mark.parametrize("at", [1, 6, 9, 13, 23, 30])
def test_a_run_killed_anywhere_goes_on_to_the_same_bits(
    at: int, recipe: Recipe, whole: Path, tmp_path: Path
) -> None:
    with pytest.raises(Killed):
        run(recipe, tmp_path / "killed", killing_at(at))
    events: list[Event] = []
    resumed = run(None, tmp_path / "killed", events.append, resume=True)
    assert equal(whole, resumed)
    iterations = [
        (event["stage"], event["iteration"])
        for event in RunFolder.open(tmp_path / "killed").events()
        if event["event"] == "TrainStep"
    ]
    assert iterations == [(stage, number) for stage in range(2) for number in range(1, 9)]


def test_a_run_killed_twice_and_without_recent_checkpoint_ends_the_same(
    recipe: Recipe, whole: Path, tmp_path: Path
) -> None:
    rare = replace(recipe, performance=replace(recipe.performance, checkpoint_seconds=1e9))
    with pytest.raises(Killed):
        run(rare, tmp_path / "killed", killing_at(12))
    with pytest.raises(Killed):
        run(None, tmp_path / "killed", killing_at(15), resume=True)
    assert equal(whole, run(None, tmp_path / "killed", resume=True))


def test_a_cosine_falls_over_each_stage_and_goes_on_bit_by_bit(recipe: Recipe, tmp_path: Path) -> None:
    recipe = replace(recipe, optimiser=replace(recipe.optimiser, schedule=Schedule.COSINE))
    whole = run(recipe, tmp_path / "out")
    steps = [event for event in RunFolder(tmp_path / "out").events() if event["event"] == "TrainStep"]
    for stage in (0, 1):
        rates = [step["learning_rate"] for step in steps if step["stage"] == stage]
        assert rates[0] == 1e-3
        assert rates == sorted(rates, reverse=True)
        assert rates[-1] < 2e-4
    with pytest.raises(Killed):
        run(recipe, tmp_path / "killed", killing_at(17))
    assert equal(whole, run(None, tmp_path / "killed", resume=True))


def test_kill_9_and_resume_from_the_shell(recipe: Recipe, tmp_path: Path) -> None:
    slow = replace(recipe, embedding_stage=StageSettings(20, 10))
    save_recipe(slow, tmp_path / "recipe.json")
    out = tmp_path / "killed"
    command = [sys.executable, "-m", "slimsam_core.cli", "compress", "--out", str(out)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(
        [*command, str(tmp_path / "recipe.json")], stderr=subprocess.DEVNULL, env=environment
    )
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and process.poll() is None:
            if out.exists() and sum(e["event"] == "TrainStep" for e in RunFolder(out).events()) > 5:
                break
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
    finally:
        process.kill()
        process.wait()
    assert not (out / "model.safetensors").exists()
    subprocess.run([*command, "--resume"], check=True, capture_output=True, env=environment, timeout=100)
    assert equal(run(slow, tmp_path / "uninterrupted"), out / "model.safetensors")


def test_cancel_stops_within_a_batch_and_can_be_resumed(recipe: Recipe, whole: Path, tmp_path: Path) -> None:
    cancel, events = CancelToken(), []
    slow = replace(recipe, performance=replace(recipe.performance, checkpoint_seconds=1e9))

    def sink(event: Event) -> None:
        events.append(event)
        if isinstance(event, TrainStep) and event.iteration == 3:
            cancel.cancel()

    with pytest.raises(Cancelled):
        run(slow, tmp_path / "out", sink, cancel)
    after = events[[isinstance(e, TrainStep) for e in events].index(True) + 3 :]
    assert [type(event).__name__ for event in after if isinstance(event, TrainStep)] == []
    saved = [event for event in events if isinstance(event, CheckpointSaved)][-1]
    assert (saved.stage, saved.epoch, saved.batches) == (0, 0, 3)
    assert events[-1].kind == "RunCancelled"
    assert equal(whole, run(None, tmp_path / "out", resume=True))


def test_cancel_in_the_middle_of_a_batch_leaves_the_weights_as_before_it(
    recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    single = replace(recipe, performance=replace(recipe.performance, micro_batch=1))
    whole = run(single, tmp_path / "whole")
    cancel, original, passes = CancelToken(), distillation.Distillation._terms, []

    def terms(self: distillation.Distillation, *arguments: object) -> object:
        passes.append(arguments)
        if len(passes) == 3:  # the first of two pictures of the second batch
            cancel.cancel()
        return original(self, *arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(distillation.Distillation, "_terms", terms)
        with pytest.raises(Cancelled):
            run(single, tmp_path / "out", cancel=cancel)
    assert len(passes) == 3
    assert equal(whole, run(None, tmp_path / "out", resume=True))


def test_cancel_during_the_ranking_of_channels_can_be_resumed(
    recipe: Recipe, whole: Path, tmp_path: Path
) -> None:
    cancel = CancelToken()

    def sink(event: Event) -> None:
        if event.kind == "ImportanceStep":
            cancel.cancel()

    with pytest.raises(Cancelled):
        run(recipe, tmp_path / "out", sink, cancel)
    assert equal(whole, run(None, tmp_path / "out", resume=True))


def test_a_paused_run_waits_and_goes_on(recipe: Recipe, whole: Path, tmp_path: Path) -> None:
    pause, events = PauseToken(), []

    def sink(event: Event) -> None:
        events.append(event)
        if isinstance(event, TrainStep) and event.iteration == 1 and event.stage == 0:
            pause.pause()
        if isinstance(event, Paused):
            threading.Timer(0.3, pause.resume).start()

    assert equal(whole, run(recipe, tmp_path / "out", sink, pause=pause))
    kinds = [type(event) for event in events]
    place = kinds.index(Paused)
    assert kinds[place + 1] is Resumed
    assert kinds.count(Paused) == 1


def test_a_paused_run_can_be_cancelled(recipe: Recipe, tmp_path: Path) -> None:
    pause, cancel = PauseToken(), CancelToken()

    def sink(event: Event) -> None:
        if isinstance(event, TrainStep):
            pause.pause()
        if isinstance(event, Paused):
            threading.Timer(0.2, cancel.cancel).start()

    with pytest.raises(Cancelled):
        run(recipe, tmp_path / "out", sink, cancel, pause)


def test_two_rounds_and_global_ranking_reach_the_same_size(recipe: Recipe, tmp_path: Path) -> None:
    events: list[Event] = []
    run(replace(recipe, rounds=2, ranking=Ranking.GLOBAL), tmp_path / "out", events.append)
    cuts = [event for event in events if isinstance(event, Pruned)]
    assert len(cuts) == 4
    assert [cut.parameters for cut in cuts] == sorted((c.parameters for c in cuts), reverse=True)
    assert cuts[-1].widths["residual"] == 8


@pytest.mark.parametrize("ranking", [Ranking.COST, Ranking.ISOMORPHIC])
def test_widths_are_chosen_for_each_block_within_the_budget(
    ranking: Ranking, recipe: Recipe, tmp_path: Path
) -> None:
    budget = 0.7 * encoder_cost(ARCHS["vit"]()).macs
    unlearnt = replace(recipe, embedding_stage=StageSettings(0, 0), bottleneck_stage=StageSettings(0, 0))
    chosen = replace(unlearnt, ranking=ranking, target=Target(macs=budget))
    slim = load_model(run(chosen, tmp_path / "out")).arch
    uniform = load_model(run(replace(chosen, ranking=Ranking.LOCAL), tmp_path / "uniform")).arch
    assert slim.encoder != uniform.encoder
    assert encoder_cost(uniform).macs <= encoder_cost(slim).macs <= budget


@pytest.mark.parametrize("kind", ["vit", "lite"])
def test_a_slim_model_may_look_at_smaller_pictures(kind: str, tmp_path: Path) -> None:
    recipe, cache = recipe_for(kind, tmp_path), tmp_path / "cache"
    run(recipe, tmp_path / "own", cache=cache)
    with pytest.raises(Killed):
        run(replace(recipe, image_size=32), tmp_path / "small", killing_at(14), cache=cache)
    slim = load_model(run(None, tmp_path / "small", resume=True, cache=cache))
    assert slim.arch.image_size == 32
    assert slim.image_encoder(torch.randn(1, 3, 32, 32)).shape[-1] == slim.arch.embedding_size
    whole = load_model(tmp_path / "own" / "model.safetensors")
    assert encoder_cost(slim.arch).macs < encoder_cost(whole.arch).macs / 3
    assert len(list(cache.iterdir())) == 2


@pytest.mark.parametrize(
    "criterion", ["taylor", "taylor_published", "magnitude", "random", "hessian", "scratch"]
)
def test_every_criterion_runs_under_the_same_budget(criterion: str, recipe: Recipe, tmp_path: Path) -> None:
    events: list[Event] = []
    chosen = replace(recipe, criterion=CriterionSettings(criterion, 2))
    run(chosen, tmp_path / "out", events.append)
    assert sum(isinstance(event, TrainStep) for event in events) == 16
    assert [event for event in events if isinstance(event, Pruned)][-1].widths["residual"] == 8


@pytest.mark.parametrize(
    "change",
    [
        {"mends": replace(preset("published-50").mends, recompute_scale=False)},
        {"mends": preset("published-50").mends, "ranking": Ranking.GLOBAL},
        {"performance": Performance(precision="bf16")},
        {"performance": Performance(precision="fp32", cache_gigabytes=0)},
        {"optimiser": OptimiserSettings(batch=16, gradient_clip=0.1)},
    ],
)
def test_switches_run_to_the_end(change: dict, recipe: Recipe, tmp_path: Path) -> None:
    events: list[Event] = []
    run(replace(recipe, **change), tmp_path / "out", events.append)
    assert isinstance(events[-1], RunFinished)


def losses(recipe: Recipe, out: Path) -> list[float]:
    events: list[Event] = []
    run(recipe, out, events.append)
    return [event.loss for event in events if isinstance(event, TrainStep)]


@pytest.mark.parametrize("kind", ARCHS)
@pytest.mark.parametrize("change", [{"micro_batch": 1}, {"activation_checkpointing": True}])
def test_saving_memory_changes_nothing_but_rounding(kind: str, change: dict, tmp_path: Path) -> None:
    recipe = recipe_for(kind, tmp_path)
    frugal = replace(recipe, performance=replace(recipe.performance, **change))
    assert losses(frugal, tmp_path / "b") == pytest.approx(losses(recipe, tmp_path / "a"), rel=2e-3)


def test_running_out_of_memory_halves_the_batch_and_says_so(
    recipe: Recipe, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = learnt(whole.parent)
    original = distillation.Distillation._terms

    def greedy(self: distillation.Distillation, batch: PictureBatch, part: slice, epoch: int) -> object:
        if len(batch.keys[part]) > 1:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 7 GiB")
        return original(self, batch, part, epoch)

    monkeypatch.setattr(distillation.Distillation, "_terms", greedy)
    events: list[Event] = []
    run(recipe, tmp_path / "b", events.append)
    assert [e.micro_batch for e in events if isinstance(e, BatchHalved)] == [1, 1]
    found = [event.loss for event in events if isinstance(event, TrainStep)]
    assert found == pytest.approx(expected, rel=2e-3)


def test_memory_for_not_even_one_picture_is_an_error_with_advice(
    recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> object:
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory")

    monkeypatch.setattr(distillation.Distillation, "_terms", never)
    with pytest.raises(OutOfMemory, match="activation_checkpointing"):
        run(recipe, tmp_path / "out")


def test_a_loss_that_is_not_a_number_stops_before_the_weights_are_spoiled(
    recipe: Recipe, tmp_path: Path
) -> None:
    hot = replace(recipe, optimiser=OptimiserSettings(learning_rate=1e30, batch=2))
    events: list[Event] = []
    with pytest.raises(RecipeError, match="learning rate") as caught:
        run(hot, tmp_path / "out", events.append)
    assert caught.value.where == "optimiser.learning_rate"
    assert isinstance(events[-1], RunFailed)
    assert not (tmp_path / "out/model.safetensors").exists()


def test_a_full_disk_in_the_middle_of_a_checkpoint_leaves_a_run_that_can_be_resumed(
    recipe: Recipe, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save, calls = RunFolder.save_checkpoint, 0
    events: list[Event] = []

    def full(self: RunFolder, step: int, state: object, keep: int = 2) -> Path:
        nonlocal calls
        calls += 1
        with files_up_to(10_000 if calls == 4 else None):
            return save(self, step, state, keep)

    monkeypatch.setattr(RunFolder, "save_checkpoint", full)
    with pytest.raises(
        OutputError, match=r"Cannot write .*step-\d+\.safetensors: File too large\."
    ) as caught:
        run(recipe, tmp_path / "out", events.append)
    assert "\n" not in str(caught.value)
    assert events[-1] == RunFailed(str(caught.value))
    assert [event["event"] for event in RunFolder(tmp_path / "out").events()][-1] == "RunFailed"
    assert equal(whole, run(None, tmp_path / "out", resume=True))


def test_a_full_disk_that_takes_no_event_either_is_told_all_the_same(
    recipe: Recipe, whole: Path, tmp_path: Path
) -> None:
    events: list[Event] = []
    with files_up_to(None) as limit:

        def sink(event: Event) -> None:
            events.append(event)
            if isinstance(event, TrainStep) and event.iteration == 3:
                limit(1)

        with pytest.raises(OutputError, match=r"events\.jsonl: File too large") as caught:
            run(recipe, tmp_path / "out", sink)
    assert events[-1] == RunFailed(str(caught.value))
    assert equal(whole, run(None, tmp_path / "out", resume=True))


def test_corrupt_pictures_are_counted_and_not_fatal(recipe: Recipe, tmp_path: Path) -> None:
    for number in (2, 5):
        (tmp_path / f"pictures/{number:03}.png").write_bytes(b"\x89PNG but not really")
    events: list[Event] = []
    run(recipe, tmp_path / "out", events.append)
    skipped = {Path(event.path).name for event in events if isinstance(event, ImageSkipped)}
    assert skipped == {"002.png", "005.png"}
    assert json.loads((tmp_path / "out/metrics.json").read_text())["images_skipped"] == 2


def test_only_corrupt_pictures_are_an_error(recipe: Recipe, tmp_path: Path) -> None:
    for path in (tmp_path / "pictures").iterdir():
        path.write_bytes(b"")
    with pytest.raises(ImageReadError):
        run(recipe, tmp_path / "out")


def test_three_pictures_are_enough(recipe: Recipe, tmp_path: Path) -> None:
    few = replace(recipe, data=DataSettings((str(pictures(tmp_path / "few", 3)),)))
    run(few, tmp_path / "out")


@pytest.mark.parametrize("count", [0, 1])
def test_fewer_than_two_pictures_are_refused(count: int, recipe: Recipe, tmp_path: Path) -> None:
    few = replace(recipe, data=DataSettings((str(pictures(tmp_path / "few", count)),)))
    with pytest.raises(RecipeError) as caught:
        run(few, tmp_path / "out")
    assert caught.value.where == "data.images"
    assert not (tmp_path / "out").exists()


def test_a_folder_with_a_run_is_not_overwritten(recipe: Recipe, tmp_path: Path) -> None:
    run(recipe, tmp_path / "out")
    before = (tmp_path / "out/events.jsonl").read_bytes()
    with pytest.raises(OutputError, match="already holds a run"):
        run(recipe, tmp_path / "out")
    assert (tmp_path / "out/events.jsonl").read_bytes() == before


def test_a_finished_run_can_be_resumed_to_the_same_model(recipe: Recipe, tmp_path: Path) -> None:
    target = run(recipe, tmp_path / "out")
    before = weights(target)
    target.unlink()
    run(None, tmp_path / "out", resume=True)
    assert all(torch.equal(before[name], value) for name, value in weights(target).items())


def test_resuming_with_another_teacher_or_other_pictures_is_refused(recipe: Recipe, tmp_path: Path) -> None:
    with pytest.raises(Killed):
        run(recipe, tmp_path / "out", killing_at(10))
    extra = tmp_path / "pictures/new.png"
    extra.write_bytes((tmp_path / "pictures/000.png").read_bytes())
    with pytest.raises(RecipeError) as caught:
        run(None, tmp_path / "out", resume=True)
    assert caught.value.where == "data.images"
    extra.unlink()
    save_model(model("vit", seed=5), recipe.teacher)
    with pytest.raises(CheckpointError, match="not the teacher"):
        run(None, tmp_path / "out", resume=True)
    changed = bytearray(Path(recipe.teacher).read_bytes())
    changed[-1] ^= 1  # under the header of a model that was whole
    Path(recipe.teacher).write_bytes(changed)
    with pytest.raises(CheckpointError, match="changed after it was saved"):
        run(None, tmp_path / "out", resume=True)


def test_nothing_to_resume_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="no run to resume"):
        run(None, tmp_path, resume=True)


def test_a_budget_is_kept(recipe: Recipe) -> None:
    whole = encoder_cost(load_model(recipe.teacher).arch)
    plan = dry_run(replace(recipe, target=Target(parameters=0.6 * whole.parameters)))
    assert 0.4 * whole.parameters < plan.after.parameters <= 0.6 * whole.parameters
    assert dry_run(replace(recipe, target=Target(macs=0.7 * whole.macs))).after.macs <= 0.7 * whole.macs
    with pytest.raises(RecipeError, match="already"):
        dry_run(replace(recipe, target=Target(parameters=2 * whole.parameters)))
    with pytest.raises(RecipeError, match="even the smallest"):
        dry_run(replace(recipe, target=Target(macs=10)))


def test_a_dry_run_says_what_the_run_then_does(recipe: Recipe, tmp_path: Path) -> None:
    plan = dry_run(recipe)
    events: list[Event] = []
    run(recipe, tmp_path / "out", events.append)
    cuts = [event for event in events if isinstance(event, Pruned)]
    assert [stage.widths for stage in plan.stages] == [cut.widths for cut in cuts]
    assert [stage.parameters for stage in plan.stages] == [cut.parameters for cut in cuts]
    assert plan.seconds > 0
    assert plan.memory_bytes > 0


def test_an_unknown_teacher_is_named(recipe: Recipe, tmp_path: Path) -> None:
    with pytest.raises(SlimSamError, match=r"gone\.pth"):
        run(replace(recipe, teacher=str(tmp_path / "gone.pth")), tmp_path / "out")


@pytest.mark.parametrize("processes", [2])
def test_two_processes_learn_the_same_as_one(
    processes: int, recipe: Recipe, whole: Path, tmp_path: Path
) -> None:
    expected = learnt(whole.parent)
    save_recipe(recipe, tmp_path / "recipe.json")
    out = tmp_path / "two"
    command = [
        *(sys.executable, "-m", "torch.distributed.run", "--nproc_per_node", str(processes)),
        *("--master_port", str(20000 + os.getpid() % 20000), "-m", "slimsam_core.cli"),
        *("compress", str(tmp_path / "recipe.json"), "--out", str(out)),
    ]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    subprocess.run(command, check=True, capture_output=True, env=environment, timeout=110)
    assert learnt(out) == pytest.approx(expected, rel=2e-3)
    assert weights(out / "model.safetensors").keys() == weights(whole).keys()


def annotated(folder: Path, masks: bool = True) -> Path:
    """Two pictures in SA-1B's layout: a bright square each."""
    pictures(folder, 2)
    for path in sorted(folder.iterdir()):
        rle = {"size": [48, 72], "counts": [48 * 20, 480, 48 * 72 - 48 * 20 - 480]}
        found = [{"segmentation": rle, "point_coords": [[24.0, 10.0]], "id": 1}] if masks else []
        data = {"image": {"file_name": path.name, "height": 48, "width": 72}, "annotations": found}
        path.with_suffix(".json").write_text(json.dumps(data))
    return folder


def test_masks_judge_each_epoch_and_choose_the_best(recipe: Recipe, tmp_path: Path) -> None:
    judged = replace(recipe, data=replace(recipe.data, masks=str(annotated(tmp_path / "masks"))))
    events: list[Event] = []
    run(judged, tmp_path / "out", events.append)
    found = [event for event in events if isinstance(event, Validated)]
    assert len(found) == 4
    assert all(event.miou is not None and 0 <= event.miou <= 1 for event in found)
    assert json.loads((tmp_path / "out/metrics.json").read_text())["miou"] == found[-1].miou
    assert "1-click mIoU" in (tmp_path / "out/report.html").read_text()


@pytest.mark.parametrize("made", ["nothing", "pictures without masks", "no folder"])
def test_validation_without_masks_is_an_error_that_names_the_key(
    made: str, recipe: Recipe, tmp_path: Path
) -> None:
    folder = tmp_path / "masks"
    if made != "no folder":
        pictures(folder, 2)
    if made == "pictures without masks":
        annotated(folder, masks=False)
    judged = replace(recipe, data=replace(recipe.data, masks=str(folder)))
    with pytest.raises(RecipeError) as caught:
        run(judged, tmp_path / "out")
    assert caught.value.where == "data.masks"


def test_ranking_halves_a_batch_that_memory_does_not_hold(
    recipe: Recipe, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = importance.Gatherer.add

    def greedy(self: importance.Gatherer, batch: PictureBatch) -> float:
        if len(batch.keys) > 1:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return original(self, batch)

    monkeypatch.setattr(importance.Gatherer, "add", greedy)
    events: list[Event] = []
    run(recipe, tmp_path / "out", events.append)
    assert [e.micro_batch for e in events if isinstance(e, BatchHalved)] == [1, 1]
    assert [e.widths for e in events if isinstance(e, Pruned)] == [
        event["widths"] for event in RunFolder(whole.parent).events() if event["event"] == "Pruned"
    ]


def test_ranking_one_picture_without_memory_for_it_is_an_error_with_advice(
    recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> float:
        raise MemoryError

    monkeypatch.setattr(importance.Gatherer, "add", never)
    with pytest.raises(OutOfMemory, match="magnitude"):
        run(recipe, tmp_path / "out")
