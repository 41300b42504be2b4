"""Measuring both models and comparing them: on a project's labels, and on pictures without labels."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from slimsam_core.datasets import MaskDataset, Skipped, iterate
from slimsam_core.evaluation.measure import ObjectScore, Protocols, evaluate
from slimsam_core.inference.predictor import Predictor
from slimsam_core.mask import Rle
from slimsam_core.model_library import ModelInfo, describe
from slimsam_core.progress import CancelToken, ProgressSink
from slimsam_core.slimming.agreement import measure_agreement
from slimsam_core.slimming.facts import model_facts
from slimsam_core.slimming.job import SlimmingJob
from slimsam_core.slimming.verdict import Comparison, Verdict, compare_scores, make_verdict

MOST_OBJECTS = 300
"""At most so many labelled objects are asked for, drawn by a hash of their keys."""


def judge(
    job: SlimmingJob,
    teacher: ModelInfo,
    student: Path,
    datasets: Sequence[MaskDataset],
    pictures: Sequence[Path],
    progress: ProgressSink,
    cancel: CancelToken,
) -> Verdict:
    """Compare the student with the teacher. Raises SlimSamError, Cancelled."""
    found = describe(student)
    device = job.recipe.performance.device
    before, after = Predictor.load(teacher, device), Predictor.load(found, device)
    facts = model_facts(teacher, before), model_facts(found, after, job.title)
    cancel.raise_if_cancelled()
    labels = compare_on(datasets, before, after, progress, cancel, held_out=job.adaptation is not None)
    agreement = measure_agreement(before, after, pictures, progress, cancel)
    return make_verdict(*facts, labels, agreement)


def compare_on(
    datasets: Sequence[MaskDataset],
    before: Predictor,
    after: Predictor,
    progress: ProgressSink,
    cancel: CancelToken,
    *,
    held_out: bool = False,
) -> Comparison | None:
    """Both models on labelled pictures, by the prompts that a person gave; None without a usable object."""
    protocols = Protocols(max_objects=MOST_OBJECTS)
    scores: list[list[ObjectScore]] = [
        list(evaluate(model, datasets, protocols, Skipped(), progress, cancel)) for model in (before, after)
    ]
    places: dict[tuple[str, str], tuple[str, Sequence[Rle]]] = {}
    for dataset in datasets:
        for key, image in iterate(dataset, Skipped()):
            places[dataset.name, key] = (str(image.path), [obj.mask for obj in image.objects])
    return compare_scores(scores[0], scores[1], places, before.model_hash, held_out)
