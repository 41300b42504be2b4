"""Running a recipe: ``run`` makes a slim model, ``dry_run`` tells what that would take.

The output folder is the record and all that a resumed run needs::

    OUT/recipe.json  events.jsonl  metrics.json  checkpoints/  model.safetensors  report.html
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import asdict, astuple, replace
from pathlib import Path
from typing import Any

import torch

from slimsam_core.arch import ArchSpec
from slimsam_core.checkpoints import dtype_of_file, save_model
from slimsam_core.compression.budget import BudgetFit
from slimsam_core.compression.cutting.targets import budget_fit, cost_of, resolved_ratios
from slimsam_core.compression.events import (
    BudgetCompared,
    EventSink,
    PlanMade,
    RunCancelled,
    RunFinished,
    RunStarted,
    Validated,
    ignore_events,
)
from slimsam_core.compression.pause import PauseToken
from slimsam_core.compression.plan import Plan, forward_seconds, make_plan
from slimsam_core.compression.prepared import Prepared, prepare
from slimsam_core.compression.recipe import Recipe, Target, recipe_from_json
from slimsam_core.compression.record import RunRecord
from slimsam_core.compression.report import write_report
from slimsam_core.compression.stage_runner import Controls, Job, Look, RunSetting
from slimsam_core.compression.stages import CutStage, Ratios, planned_stages
from slimsam_core.compression.supply.data import (
    PictureSource,
)
from slimsam_core.compression.supply.teacher_cache import TeacherCache
from slimsam_core.errors import (
    Cancelled,
    CheckpointError,
    ImageReadError,
    RecipeError,
    SlimSamError,
)
from slimsam_core.files.runs import MODEL_FILE, REPORT_FILE, RunFolder
from slimsam_core.inference.chosen_device import chosen_device
from slimsam_core.models import Sam
from slimsam_core.models.processes import Processes, joined
from slimsam_core.progress import CancelToken

__all__ = ["dry_run", "dry_runs", "run"]

_CACHE_FOLDER = "teacher-cache"


def run(
    recipe: Recipe | None,
    out_dir: Path | str,
    sink: EventSink = ignore_events,
    cancel: CancelToken | None = None,
    pause: PauseToken | None = None,
    *,
    resume: bool = False,
    look: Look | None = None,
    cache: Path | None = None,
) -> Path:
    """Slim a model and return the path of the result.

    ``resume`` goes on with the run in ``out_dir`` by its own recipe; one that is finished stays as it is.
    ``sink`` is called from this thread, and so is ``look``, with the student of each judged epoch, which it
    must leave as it is. ``cache``: where runs share their teachers' embeddings, which stay; without, they
    lie in the run's folder until its end.
    Raises SlimSamError for what the user or the machine did, Cancelled after a checkpoint was saved.
    """
    cancel, pause = cancel or CancelToken(), pause or PauseToken()
    if resume:
        begun = RunFolder.open(out_dir)
        if _is_finished(begun):
            return begun.path / MODEL_FILE
        recipe = recipe_from_json(begun.recipe())
    elif recipe is None:
        raise ValueError("a new run needs a recipe")
    with joined(chosen_device(recipe.performance.device).type) as processes:
        _check_batch(recipe, processes)
        prepared = prepare(recipe, cancel, processes)
        ratios = None if resume else _agreed_ratios(recipe, prepared, processes)
        folder = _open_folder(recipe, Path(out_dir), resume, processes)
        checkpoint = folder.load_checkpoint()
        processes.wait()  # before the first process writes a newer one
        state: dict[str, Any] | None = None if checkpoint is None else checkpoint.state
        sequence = checkpoint.step if checkpoint else 0
        if processes.is_first and resume:
            folder.rewind(sequence)
        if state is not None:
            with folder.going_on():
                ratios = _ratios_of(state, prepared)
        elif ratios is None:
            ratios = _agreed_ratios(recipe, prepared, processes)
        record = RunRecord(folder, sink, processes.is_first, sequence, state)
        try:
            controls = Controls(cancel, pause, look)
            return _run(
                recipe, prepared, ratios, record, controls, processes=processes, state=state, cache=cache
            )
        except Cancelled:
            record.emit(RunCancelled())
            raise
        except SlimSamError as error:
            record.failed(error)
            raise


def _check_batch(recipe: Recipe, processes: Processes) -> None:
    """Raise RecipeError for a batch that the processes cannot share."""
    if recipe.optimiser.batch % processes.size:
        raise RecipeError(
            "{batch} pictures cannot be shared evenly by {size} processes.",
            "Use a multiple.",
            "optimiser.batch",
            batch=recipe.optimiser.batch,
            size=processes.size,
        )


def _is_finished(folder: RunFolder) -> bool:
    """Whether all that a run leaves is there."""
    files = (folder.path / MODEL_FILE, folder.metrics_path, folder.path / REPORT_FILE)
    return all(path.is_file() for path in files) and any(
        event["event"] == RunFinished.__name__ for event in folder.events()
    )


def dry_run(recipe: Recipe, cancel: CancelToken | None = None) -> Plan:
    """The plan of a recipe on this machine. Raises SlimSamError as ``run`` would."""
    return dry_runs([recipe], cancel)[0]


def dry_runs(recipes: Sequence[Recipe], cancel: CancelToken | None = None) -> list[Plan]:
    """The plans of recipes that share teacher, pictures, size and device with the first one; each target is
    looked into once. Raises SlimSamError as ``run`` would."""
    cancel = cancel or CancelToken()
    prepared = prepare(recipes[0], cancel, Processes())
    arch, device, bf16 = prepared.original.arch, prepared.device, prepared.bf16
    forward_s = forward_seconds(prepared.original, bf16)
    found: dict[Target, Ratios] = {}
    plans = []
    for recipe in recipes:
        cancel.raise_if_cancelled()
        if recipe.target not in found:
            found[recipe.target] = resolved_ratios(recipe.target, arch, device, bf16)
        ratios = found[recipe.target]
        stages = planned_stages(recipe, arch, ratios)
        fit = budget_fit(recipe.target, stages[-1].arch, device, bf16)
        plan = make_plan(
            recipe, prepared.original, stages, ratios, prepared.split, bf16=bf16, forward_s=forward_s, fit=fit
        )
        plans.append(plan)
    return plans


def _open_folder(recipe: Recipe, path: Path, resume: bool, processes: Processes) -> RunFolder:
    if processes.is_first and not resume:
        RunFolder.create(path, recipe.to_json())
    processes.wait()
    return RunFolder.open(path)


def _run(
    recipe: Recipe,
    prepared: Prepared,
    ratios: Ratios,
    record: RunRecord,
    controls: Controls,
    *,
    processes: Processes,
    state: dict[str, Any] | None,
    cache: Path | None,
) -> Path:
    if state is None:
        for entry in prepared.left_out:
            record.skipped(Path(entry.path), ImageReadError(str(entry)))
    stages = planned_stages(recipe, prepared.original.arch, ratios)
    own_cache = record.folder.path / _CACHE_FOLDER
    shared = cache / prepared.cache_name if cache else own_cache
    setting = RunSetting(
        recipe=recipe,
        original=prepared.original,
        stages=stages,
        train=PictureSource(prepared.images, prepared.split.train, record.skipped),
        validation=PictureSource(prepared.images, prepared.split.validation, record.skipped),
        cache=TeacherCache(shared, int(recipe.performance.cache_gigabytes * 1e9)),
        judge=prepared.judge if processes.is_first else None,
        processes=processes,
        bf16=prepared.bf16,
        identity={**prepared.identity, "ratios": asdict(ratios)},
    )
    _announce(prepared, ratios, stages, record, processes, resumed=state is not None)
    if processes.is_first:
        _compare(recipe, prepared, stages[-1].arch, record, final=False)
    slim = Job(setting, record, controls).run(state)
    if processes.is_first:
        _deliver(recipe, prepared, stages, slim, record)
        shutil.rmtree(own_cache, ignore_errors=True)
    processes.wait()
    return record.folder.path / MODEL_FILE


def _agreed_ratios(recipe: Recipe, prepared: Prepared, processes: Processes) -> Ratios:
    """The recipe's ratios; those that meet a budget in milliseconds are averaged over the processes."""
    found = resolved_ratios(recipe.target, prepared.original.arch, prepared.device, prepared.bf16)
    if processes.size == 1:
        return found
    shared = torch.tensor(astuple(found), dtype=torch.float64, device=prepared.device)
    return Ratios(*processes.mean(shared).tolist())


def _ratios_of(state: dict[str, Any], prepared: Prepared) -> Ratios:
    """The ratios that the run began with. Raises when teacher or pictures are not the same any more."""
    identity = dict(state["identity"])
    ratios = Ratios(**identity.pop("ratios"))
    if identity["teacher"] != prepared.info.model_hash:
        raise CheckpointError(
            "{path} is not the teacher that this run began with.",
            "Bring it back to resume.",
            path=prepared.info.path,
        )
    if identity["pictures"] != len(prepared.images):
        raise RecipeError(
            "{images} pictures were found, the run began with {identity}.",
            "Bring the folders back to what they were, or start anew.",
            "data.images",
            images=len(prepared.images),
            identity=identity["pictures"],
        )
    names = prepared.images.digest()
    if identity.get("names", names) != names:  # runs of older versions do not say
        raise RecipeError(
            "the pictures are not those that the run began with.",
            "Bring the folders back to what they were, or start anew.",
            "data.images",
        )
    return ratios


def _announce(
    prepared: Prepared,
    ratios: Ratios,
    stages: tuple[CutStage, ...],
    record: RunRecord,
    processes: Processes,
    *,
    resumed: bool,
) -> None:
    before, after = cost_of(prepared.original.arch), cost_of(stages[-1].arch)
    record.emit(
        RunStarted(
            teacher=prepared.info.name,
            device=str(prepared.device),
            precision="bf16" if prepared.bf16 else "fp32",
            processes=processes.size,
            train_images=len(prepared.split.train),
            validation_images=len(prepared.split.validation),
            resumed=resumed,
        )
    )
    record.emit(
        PlanMade(
            residual=ratios.residual,
            bottleneck=ratios.bottleneck,
            parameters_before=before.parameters,
            parameters_after=after.parameters,
            macs_before=before.macs,
            macs_after=after.macs,
        )
    )


def _compare(
    recipe: Recipe, prepared: Prepared, arch: ArchSpec, record: RunRecord, *, final: bool
) -> BudgetFit | None:
    """Tell how far a model of this architecture is off the recipe's budget; None without one."""
    fit = budget_fit(recipe.target, arch, prepared.device, prepared.bf16)
    if fit is not None:
        record.emit(BudgetCompared(unit=fit.unit, budget=fit.budget, needed=fit.needed, final=final))
    return fit


def _deliver(
    recipe: Recipe,
    prepared: Prepared,
    stages: tuple[CutStage, ...],
    slim: Sam,
    record: RunRecord,
) -> None:
    """Write model, metrics and report. Raises OutputError."""
    target = record.folder.path / MODEL_FILE
    slim.arch = replace(slim.arch, name=f"{prepared.info.name}-{recipe.name}")
    before, after = cost_of(prepared.original.arch), cost_of(slim.arch)
    about = f"compressed from {prepared.info.name} ({prepared.info.model_hash}) by recipe {recipe.name}"
    dtype = dtype_of_file(prepared.info.path)
    save_model(slim, target, dtype=dtype, metadata={"licence": prepared.info.licence, "source": about})
    fit = _compare(recipe, prepared, slim.arch, record, final=True)
    seconds = record.seconds
    record.emit(
        RunFinished(
            model=target.name,
            parameters=after.parameters,
            macs=after.macs,
            seconds=seconds,
            images_skipped=record.skip_count,
        )
    )
    delivered = _delivered(record.folder, stages[-1].index)
    record.folder.write_metrics(
        {
            "teacher": prepared.info.name,
            "teacher_hash": prepared.info.model_hash,
            "criterion": recipe.criterion.name,
            "encoder_params_before": before.parameters,
            "encoder_params": after.parameters,
            "encoder_macs_before": before.macs,
            "encoder_macs": after.macs,
            "alignment_error": delivered.get("alignment_error"),
            "miou": delivered.get("miou"),
            "agreement": delivered.get("agreement"),
            "epoch": delivered.get("epoch"),
            "train_images": len(prepared.split.train),
            "images_skipped": record.skip_count,
            "seconds": seconds,
            "budget": None if fit is None else {**asdict(fit), "off": fit.off},
            "arch": slim.arch.to_json(),
        }
    )
    write_report(record.folder, record.folder.path / REPORT_FILE)


def _delivered(folder: RunFolder, stage: int) -> dict[str, Any]:
    """The ``Validated`` event of the weights that ``stage`` ended with: its best epoch, or its last one when
    none could be judged; empty when it had no epoch."""
    judged = [
        event
        for event in folder.events()
        if event["event"] == Validated.__name__ and event.get("stage") == stage
    ]
    best = [event for event in judged if event.get("best")] or judged
    return best[-1] if best else {}
