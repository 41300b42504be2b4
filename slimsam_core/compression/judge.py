"""Judging a student by masks that people drew, where there are some."""

from __future__ import annotations

import statistics

from slimsam_core.compression.learning.validation import Judge
from slimsam_core.datasets.labelled import Skipped
from slimsam_core.datasets.opening import open_datasets
from slimsam_core.errors import FormatError, RecipeError
from slimsam_core.inference.predictor import Predictor
from slimsam_core.judging.measure import Protocols, evaluate
from slimsam_core.models import Sam
from slimsam_core.progress import CancelToken

OBJECTS_PER_SET = 200
"""Drawn by a hash of their keys: the same ones each epoch."""


def judge_by(masks: str, *, object_mean: bool = True) -> Judge:
    """Judge by the annotated pictures at ``masks``, in any format of the import. Raises RecipeError.

    The score is the mean IoU over all objects, or over pictures of the mean of each one's objects.
    """
    where = "data.masks"
    try:
        datasets = open_datasets(masks)
    except FormatError as error:
        raise RecipeError(error.message, error.hint, where) from error
    protocols = Protocols(max_clicks=1, labelled_click=True, max_objects=OBJECTS_PER_SET)

    def judge(model: Sam, cancel: CancelToken) -> float:
        by_picture: dict[tuple[str, str], list[float]] = {}
        for score in evaluate(Predictor(model), datasets, protocols, Skipped(), cancel=cancel):
            by_picture.setdefault((score.dataset, score.image), []).append(score.iou_1click)
        if not by_picture:
            raise RecipeError("no annotated picture can be used.", "Check the folder.", where)
        if object_mean:
            return statistics.fmean(iou for ious in by_picture.values() for iou in ious)
        return statistics.fmean(map(statistics.fmean, by_picture.values()))

    return judge
