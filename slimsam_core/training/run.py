"""A training run from recipe to model: data split, evaluation before and after, resume, several processes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from slimsam_core.checkpoints import dtype_of_file, save_model
from slimsam_core.checkpoints.loading import load_model
from slimsam_core.datasets.labelled import MOST_REASONS, MaskDataset, Skipped
from slimsam_core.devices import DeviceKind
from slimsam_core.errors import RecipeError
from slimsam_core.files import json_dataclass
from slimsam_core.files.runs import MODEL_FILE, REPORT_FILE, RunFolder
from slimsam_core.inference.chosen_device import chosen_device
from slimsam_core.inference.predictor import Predictor
from slimsam_core.judging.measure import ObjectScore, Protocols, evaluate
from slimsam_core.judging.summary import compare, summarise
from slimsam_core.library.model_library import ModelInfo
from slimsam_core.models.memory import ran_out_of_memory
from slimsam_core.models.processes import Processes, joined
from slimsam_core.models.sam import Sam
from slimsam_core.progress import CancelToken, ProgressSink, ignore_progress
from slimsam_core.training.backbone import from_backbone
from slimsam_core.training.batches import BatchSource, CropSource
from slimsam_core.training.loop import Trainer, set_image_size
from slimsam_core.training.origin import check_weights, origin_of
from slimsam_core.training.recipe import TrainingRecipe
from slimsam_core.training.report import write_report
from slimsam_core.training.resident import ResidentSource, fits

__all__ = ["TrainingJob", "save_adapted", "train"]

HELD_OUT_OBJECTS = 200
"""At most so many objects of each data set are judged before and after."""


@dataclass(frozen=True, kw_only=True)
class TrainingJob:
    """What a run needs besides its recipe."""

    init: Path | str | None
    """Weights to start from, or the name of a backbone: its encoder with a new neck and decoder. None = what
    a run that goes on began with."""
    datasets: Sequence[MaskDataset]
    held_out: float | None = None
    """Share of the pictures that are judged and never trained on; 0 = all are trained on, none judged. None =
    that of a run that goes on, else ``origin.HELD_OUT``."""
    device: str = "cpu"
    """``auto``, ``cpu``, ``cuda`` or ``cuda:1``; of ``cuda`` every process of a machine takes its own."""
    resume: bool = False
    may_grow: bool = False
    """Whether a run goes on although pictures of its data sets came or went; else it is refused."""
    left_out: list[str] = field(default_factory=list)
    """Takes the reasons of pictures that could not be used, each once."""


def train(
    recipe: TrainingRecipe,
    job: TrainingJob,
    out: Path,
    progress: ProgressSink = ignore_progress,
    cancel: CancelToken | None = None,
) -> dict[str, Any]:
    """Train, write ``model.safetensors``, ``metrics.json`` and a report into ``out``; return the metrics.

    The metrics hold ``before`` and ``after`` on the held-out pictures and their paired ``gain``, where these
    have objects. Under ``torchrun`` every process trains its share of each batch and the first one writes.
    Raises SlimSamError, Cancelled; a run that was cut off goes on with ``resume`` to the same result.
    """
    with joined(chosen_device(job.device).type) as processes:
        return _train(recipe, job, out, processes, progress=progress, cancel=cancel)


def _train(
    recipe: TrainingRecipe,
    job: TrainingJob,
    out: Path,
    processes: Processes,
    *,
    progress: ProgressSink,
    cancel: CancelToken | None,
) -> dict[str, Any]:
    device = chosen_device(job.device, processes.local_rank)
    check_weights(recipe, job.datasets)
    goes_on = job.resume and RunFolder(out).recipe_path.is_file()
    origin = origin_of(
        RunFolder(out), job.init, job.datasets, job.held_out, goes_on=goes_on, may_grow=job.may_grow
    )
    kept, held = origin.kept, origin.held
    model = _initial(origin.init, device, recipe)
    record = {"training": recipe.to_json(), **origin.record}
    run = _folder(out, record, job.resume, processes)
    if processes.is_first and not goes_on:
        origin.write(run)
    known = _finished(run, recipe) if job.resume else None
    if known is not None:
        processes.wait()
        return known
    unjudged = Skipped(most=MOST_REASONS)
    before = _judge(model, held, cancel, unjudged) if processes.is_first else []
    source = _source(kept, recipe, device)
    trainer = Trainer(model, recipe, source, run, processes)
    if job.resume:
        trainer.resume()
    trainer.fit(progress, cancel)
    averaged = trainer.averaged()
    # once each, though a picture is met by each part of the run
    skipped = dict.fromkeys((*unjudged.examples, *source.skipped.examples))
    metrics: dict[str, Any] = {"steps": trainer.step, "n_skipped_images": len(skipped)}
    job.left_out.extend(skipped)
    if processes.is_first:
        metadata = {"source": f"trained from {Path(origin.init).name}"}
        save_model(averaged, out / MODEL_FILE, metadata=metadata)
        metrics["n_held_out_images"] = sum(len(part) for part in held)
        if before:
            after = _judge(averaged, held, cancel, Skipped())
            metrics |= {
                "before": summarise(before), "after": summarise(after), "gain": compare(after, before),
            }  # fmt: skip
        run.write_metrics(metrics)
        write_report(run, metrics)
    processes.wait()
    return metrics


def save_adapted(run: Path, teacher: ModelInfo, labels: str, target: Path) -> None:
    """Write what a run in folder ``run`` made of ``teacher`` as a model in its place: in its number format
    and with its licence; ``labels`` says whose it was adapted to. Raises CheckpointError, OutputError."""
    about = {"licence": teacher.licence, "source": f"{teacher.name} adapted to {labels}"}
    save_model(load_model(run / MODEL_FILE), target, dtype=dtype_of_file(teacher.path), metadata=about)


def _finished(run: RunFolder, recipe: TrainingRecipe) -> dict[str, Any] | None:
    """The metrics of a run that has left everything that it leaves; None before. Raises RecipeError."""
    files = (run.path / MODEL_FILE, run.metrics_path, run.path / REPORT_FILE)
    if not all(path.is_file() for path in files):
        return None
    metrics = json_dataclass.read(run.metrics_path)
    is_whole = isinstance(metrics, dict) and metrics.get("steps") == recipe.steps
    return metrics if is_whole else None


def _initial(init: Path | str, device: torch.device, recipe: TrainingRecipe) -> Sam:
    """The model before the first step; a backbone's new parts are drawn with the recipe's seed."""
    if isinstance(init, Path):
        return load_model(init, str(device))
    model = from_backbone(init, recipe.seed).to(device)
    set_image_size(model, recipe.stages[-1].size)
    return model


def _source(datasets: Sequence[MaskDataset], recipe: TrainingRecipe, device: torch.device) -> BatchSource:
    """Crops made by a GPU where all pictures fit into its memory, else by the processor, which is quicker at
    it than a device that is the processor."""
    if device.type != DeviceKind.CPU and fits(datasets, device):
        try:
            return ResidentSource(datasets, recipe.weights, recipe.seed, device)
        except (MemoryError, RuntimeError) as error:  # what fits is judged by some of the pictures
            if not ran_out_of_memory(error):
                raise
    return CropSource(datasets, recipe.weights, recipe.seed, device)


def _folder(out: Path, record: dict[str, Any], resume: bool, processes: Processes) -> RunFolder:
    """The run folder, made by the first process. Raises RecipeError when another recipe is resumed."""
    if resume and RunFolder(out).recipe_path.is_file():
        run = RunFolder.open(out)
        if run.recipe().get("training") != json.loads(json.dumps(record["training"])):
            raise RecipeError(
                "{out} was started with another recipe.",
                "Resume with the recipe.json in that folder.",
                out=out,
            )
    elif processes.is_first:
        run = RunFolder.create(out, record)
    processes.wait()
    return RunFolder(out)


def _judge(
    model: Sam, held: Sequence[MaskDataset], cancel: CancelToken | None, skipped: Skipped
) -> list[ObjectScore]:
    protocols = Protocols(max_objects=HELD_OUT_OBJECTS)
    return list(evaluate(Predictor(model.eval()), held, protocols, skipped, cancel=cancel))
