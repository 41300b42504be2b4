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


def judge_by(masks: str) -> Judge:
    """Judge by the annotated pictures at ``masks``, in any format of the import. Raises RecipeError."""
    where = "data.masks"
    try:
        datasets = open_datasets(masks)
    except FormatError as error:
        raise RecipeError(f"{error.message}", error.hint, where) from error
    protocols = Protocols(max_clicks=1, labelled_click=True, max_objects=OBJECTS_PER_SET)

    def judge(model: Sam, cancel: CancelToken) -> float:
        scores = [
            score.iou_1click
            for score in evaluate(Predictor(model), datasets, protocols, Skipped(), cancel=cancel)
        ]
        if not scores:
            raise RecipeError("no annotated picture can be used.", "Check the folder.", where)
        return statistics.fmean(scores)

    return judge
