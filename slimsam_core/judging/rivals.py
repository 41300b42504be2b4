"""Measuring both models and comparing them: on a project's labels, and on pictures without labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from slimsam_core.datasets.labelled import MaskDataset, Skipped, iterate
from slimsam_core.datasets.names import with_own_names
from slimsam_core.errors import DeviceUnavailable
from slimsam_core.inference.predictor import Predictor
from slimsam_core.inference.runtimes.background import prepare_in_child
from slimsam_core.judging.agreement import measure_agreement
from slimsam_core.judging.judge_step import MOST_OBJECTS, JudgeStep
from slimsam_core.judging.latency import measure_latencies
from slimsam_core.judging.measure import ObjectScore, Protocols, evaluate
from slimsam_core.judging.model_facts import model_facts
from slimsam_core.judging.verdict import Comparison, Verdict, compare_scores, make_verdict
from slimsam_core.library.model_library import ModelInfo
from slimsam_core.pixels.mask import Rle
from slimsam_core.progress import CancelToken, Progress, ProgressSink, ignore_progress

_MODEL_STEPS = 12
"""Nine parts that an engine is made ready in, both timed, the memory of each."""


@dataclass(frozen=True)
class Rivals:
    """The two models: both measured and asked on ``device`` (``auto``, ``cpu``, ``cuda``)."""

    teacher: ModelInfo
    student: ModelInfo
    student_name: str = ""
    """What the verdict calls it; empty = the name of its file."""
    device: str = "auto"


def judge(
    rivals: Rivals,
    datasets: Sequence[MaskDataset],
    pictures: Sequence[Path],
    progress: ProgressSink = ignore_progress,
    cancel: CancelToken | None = None,
    *,
    held_out: bool = False,
    skipped: Skipped | None = None,
) -> Verdict:
    """Compare the student with the teacher. Raises SlimSamError, Cancelled.

    ``datasets``: labelled pictures; ``held_out``: none of them was learnt from. ``pictures``: others, where
    only the two models are compared with each other. ``skipped`` takes what cannot be used.
    """
    cancel = cancel or CancelToken()
    before, after = _loaded(rivals, progress, cancel)
    ready = _MODEL_STEPS - 3
    progress(Progress(JudgeStep.MODELS, ready, _MODEL_STEPS))
    latencies = measure_latencies((before, after))
    progress(Progress(JudgeStep.MODELS, ready + 1, _MODEL_STEPS))
    facts_before = model_facts(rivals.teacher, before, latencies[0], cancel)
    progress(Progress(JudgeStep.MODELS, ready + 2, _MODEL_STEPS))
    facts_after = model_facts(rivals.student, after, latencies[1], cancel, rivals.student_name)
    progress(Progress(JudgeStep.MODELS, _MODEL_STEPS, _MODEL_STEPS))
    labels = compare_on(datasets, before, after, progress, cancel, held_out=held_out, skipped=skipped)
    agreement = measure_agreement(
        before, after, pictures, _as_step(JudgeStep.PICTURES, progress), cancel, skipped=skipped
    )
    return make_verdict(facts_before, facts_after, labels, agreement)


def _as_step(step: JudgeStep, progress: ProgressSink) -> ProgressSink:
    """The progress of a part, told as a step of judging."""
    return lambda found: progress(Progress(step, found.done, found.total, found.message))


def _loaded(rivals: Rivals, progress: ProgressSink, cancel: CancelToken) -> tuple[Predictor, Predictor]:
    """Both models on the same kind of engine: a faster one that only one has ready, the other gets too."""
    models = rivals.teacher, rivals.student
    before, after = (Predictor.load(model, rivals.device) for model in models)
    if before.preparable == after.preparable:
        return before, after
    late = models[0] if before.preparable else models[1]

    def tell(step: Progress) -> None:
        progress(Progress(JudgeStep.MODELS, min(step.done, _MODEL_STEPS - 3), _MODEL_STEPS, step.message))

    try:
        prepare_in_child(late.path, late.model_hash, progress=tell, cancel=cancel)
    except DeviceUnavailable:
        before, after = (Predictor.load(model, rivals.device, "torch") for model in models)
    else:
        before, after = (Predictor.load(model, rivals.device) for model in models)
    return before, after


def compare_on(
    datasets: Sequence[MaskDataset],
    before: Predictor,
    after: Predictor,
    progress: ProgressSink,
    cancel: CancelToken,
    *,
    held_out: bool = False,
    skipped: Skipped | None = None,
) -> Comparison | None:
    """Both models on labelled pictures, by the prompts that a person gave; None without a usable object."""
    datasets = with_own_names(datasets)
    protocols = Protocols(max_objects=MOST_OBJECTS)
    scores: list[list[ObjectScore]] = [
        list(
            evaluate(model, datasets, protocols, taken or Skipped(), _as_step(step, progress), cancel=cancel)
        )
        for model, taken, step in (
            (before, skipped, JudgeStep.TEACHER),
            (after, None, JudgeStep.STUDENT),  # meets the same pictures
        )
    ]
    places: dict[tuple[str, str], tuple[str, Sequence[Rle]]] = {}
    for dataset in datasets:
        for key, image in iterate(dataset, Skipped()):
            places[dataset.name, key] = (str(image.path), [obj.mask for obj in image.objects])
    return compare_scores(scores[0], scores[1], places, before.model_hash, held_out)
