"""Adapting a model to a project: choose, learn, judge, and write the model only if it is better."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import torch

from slimsam_core import figures
from slimsam_core.adapting.choice import AcceptedObjects, Parted, TooFew, parted
from slimsam_core.adapting.encoded_crops import EncodedCrops
from slimsam_core.adapting.outcome import AdaptingOutcome, Result, is_better
from slimsam_core.adapting.shared_encoder import Encoded, SharedEncoder
from slimsam_core.checkpoints import dtype_of_file, encoder_of, save_model
from slimsam_core.checkpoints.loading import load_model
from slimsam_core.checkpoints.writing import model_state
from slimsam_core.datasets.labelled import Skipped, Subset
from slimsam_core.files.runs import RunFolder
from slimsam_core.files.temporary import temporary_folder
from slimsam_core.inference.predictor import Predictor
from slimsam_core.inference.runtimes.torch_runtime import TorchRuntime
from slimsam_core.judging.measure import ObjectScore, Protocols, evaluate
from slimsam_core.judging.summary import compare, summarise
from slimsam_core.judging.verdict import PairedChange
from slimsam_core.library.model_library import ModelInfo, check_weights
from slimsam_core.models.sam import Sam
from slimsam_core.progress import CancelToken, Progress, ProgressSink, ignore_progress
from slimsam_core.training.crops import CropPolicy
from slimsam_core.training.loop import Trainer
from slimsam_core.training.recipe import AdaptedParts, Stage, TrainingPrecision, TrainingRecipe

__all__ = ["USUAL", "Effort", "adapt", "adapted_decoder", "judged", "paired"]

JUDGE = "judge"
"""``Progress.stage`` while the held-back objects are asked for."""
CROPS_AN_OBJECT, FEWEST_CROPS, MOST_CROPS = 4, 96, 256
"""Crops that are encoded: every object at several scales, a quarter of a minute to a minute of one core."""


@dataclass(frozen=True, kw_only=True)
class Effort:
    """How much is done."""

    steps: int = 100
    """Some minutes of one slow core; on clothes the first click was no better with them than with half."""
    learning_rate: float = 1e-4
    crops: int = 6
    """In a step; by eye."""


USUAL = Effort()


def adapt(
    project: Path,
    model: ModelInfo,
    out: Path,
    progress: ProgressSink = ignore_progress,
    cancel: CancelToken | None = None,
    *,
    effort: Effort = USUAL,
) -> AdaptingOutcome:
    """Adapt the decoder of a model to a project's accepted objects; written to ``out`` if it is better.

    Raises ProjectError, CheckpointError for a model that is not what its header says, OutputError,
    FormatError when no picture can be read, OutOfMemory, Cancelled.
    """
    began = time.monotonic()
    sides = parted(project)
    if isinstance(sides, TooFew):
        return AdaptingOutcome(
            result=Result.TOO_FEW, model_hash=model.model_hash, objects=sides.objects, pictures=sides.pictures
        )
    check_weights(model.path, model.model_hash)
    before = load_model(model.path)
    after = adapted_decoder(sides.learnt, load_model(model.path), effort, progress, cancel)
    scores = judged(before, after, sides.held, progress, cancel)
    outcome = _outcome(sides, model.model_hash, *scores, seconds=time.monotonic() - began)
    if outcome.result is Result.BETTER:
        _write(after, before, model, _origin(model, sides.learnt.name, outcome), out)
    return outcome


def adapted_decoder(
    learnt: AcceptedObjects,
    model: Sam,
    effort: Effort,
    progress: ProgressSink = ignore_progress,
    cancel: CancelToken | None = None,
) -> Sam:
    """The model with a decoder that has learnt these objects; its encoder stays as it is. Raises
    FormatError, OutOfMemory, Cancelled."""
    stage = Stage(
        steps=effort.steps, size=model.arch.image_size, crops=effort.crops, masks=2, clicks=1,
        whole_share=0.2, zoom_share=0.35, click_share=0.45,  # the closer looks of a light model
    )  # fmt: skip
    recipe = TrainingRecipe(
        stages=(stage,), learning_rate=effort.learning_rate, warmup=min(10, effort.steps), ema=0.97,
        frozen=AdaptedParts.DECODER.frozen, precision=TrainingPrecision.FP32,
        box_share=0.3, both_share=0.1, checkpoint_every=effort.steps,
    )  # fmt: skip
    policy = CropPolicy(
        size=stage.size, masks=stage.masks, whole_share=stage.whole_share, zoom_share=stage.zoom_share,
        click_share=stage.click_share, jitter=recipe.jitter, fit=model.arch.fit,
    )  # fmt: skip
    count = min(MOST_CROPS, max(FEWEST_CROPS, CROPS_AN_OBJECT * learnt.objects))
    source = EncodedCrops([learnt], model, policy, count, progress=progress, cancel=cancel)
    with temporary_folder() as folder:
        trainer = Trainer(model, recipe, source, RunFolder.create(folder / "run", {}))
        trainer.fit(progress, cancel)
    return trainer.averaged()


def judged(
    before: Sam,
    after: Sam,
    held: AcceptedObjects,
    progress: ProgressSink = ignore_progress,
    cancel: CancelToken | None = None,
) -> tuple[list[ObjectScore], list[ObjectScore]]:
    """Both models, of one encoder, asked for every object as the window asks, picture by picture. Raises
    Cancelled."""
    encoded = Encoded()
    models = [
        Predictor(model, SharedEncoder(TorchRuntime(model), encoded), name=name)
        for model, name in ((before, "before"), (after, "after"))
    ]
    scores: tuple[list[ObjectScore], list[ObjectScore]] = ([], [])
    for index in range(len(held)):
        for of_model, one in zip(scores, models, strict=True):
            of_model += evaluate(one, [Subset(held, [index])], Protocols(), Skipped(), cancel=cancel)
        encoded.forget()
        progress(Progress(JUDGE, index + 1, len(held)))
    return scores


def paired(
    before: list[ObjectScore], after: list[ObjectScore]
) -> tuple[PairedChange | None, PairedChange | None]:
    """Clicks to ``GOOD_IOU`` and the IoU after one click; None where nothing tells how pictures vary."""
    old, new, gain = summarise(before), summarise(after), compare(after, before)

    def change(name: str) -> PairedChange | None:
        interval = gain[name]["interval"]
        return PairedChange(old[name], new[name], *interval) if interval is not None else None

    return change("noc85"), change("miou_1click")


def _outcome(
    sides: Parted, model_hash: str, before: list[ObjectScore], after: list[ObjectScore], *, seconds: float
) -> AdaptingOutcome:
    clicks, iou = paired(before, after)
    return AdaptingOutcome(
        result=Result.BETTER if is_better(clicks, iou) else Result.NOT_BETTER,
        model_hash=model_hash,
        objects=sides.learnt.objects,
        pictures=len(sides.learnt),
        held_objects=len(after),
        held_pictures=len({score.image for score in after}),
        clicks=clicks,
        iou=iou,
        seconds=seconds,
    )


def _origin(model: ModelInfo, project: str, outcome: AdaptingOutcome) -> str:
    """What the model says of itself wherever it is listed."""
    clicks = outcome.clicks
    assert clicks is not None
    return (
        f"{model.name} adapted to {figures.objects(outcome.objects)} of {project}: on "
        f"{figures.objects(outcome.held_objects)} held back {clicks.after:.1f} clicks instead of "
        f"{clicks.before:.1f}"
    )


def _write(after: Sam, before: Sam, model: ModelInfo, origin: str, out: Path) -> None:
    """As a model of its own: in the number format of the one before, with its licence and its encoder.
    Raises OutputError."""
    shared = encoder_of(model.path, model.model_hash) if _same_encoder(before, after) else ""
    save_model(
        after, out, dtype=dtype_of_file(model.path), encoder_of=shared,
        metadata={"licence": model.licence, "source": origin},
    )  # fmt: skip


def _same_encoder(before: Sam, after: Sam) -> bool:
    """Whether every weight of the encoders is the same; nothing else would make embeddings fit both."""
    if before.arch != after.arch:
        return False
    mine, theirs = model_state(before), model_state(after)
    return all(torch.equal(mine[name], theirs[name]) for name in mine if name.startswith("image_encoder."))
