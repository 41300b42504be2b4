"""How alike two models answer on pictures without labels: the same points asked of both."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from slimsam_core.datasets.labelled import Skipped
from slimsam_core.errors import ImageReadError
from slimsam_core.inference.prediction import candidate_mask
from slimsam_core.judging.intervals import mean_interval
from slimsam_core.judging.measure import iou
from slimsam_core.judging.segmenter import Segmenter
from slimsam_core.judging.verdict import Agreement, ComparedPicture
from slimsam_core.pixels.geometry import PointPrompt, PromptSet
from slimsam_core.pixels.image_io import read_image
from slimsam_core.pixels.mask import encode
from slimsam_core.progress import CancelToken, Progress, ProgressSink

GRID = 3
"""Clicks in each row and column of a picture, where the masks of two models are compared."""
SHOWN = 12


def measure_agreement(
    teacher: Segmenter,
    student: Segmenter,
    pictures: Sequence[Path],
    progress: ProgressSink,
    cancel: CancelToken,
    *,
    skipped: Skipped | None = None,
) -> Agreement | None:
    """Ask both models at a grid of points; pictures that cannot be read go to ``skipped``. Raises Cancelled.

    The answer to a point is the candidate with the highest predicted IoU.
    """
    found: list[ComparedPicture] = []
    for number, path in enumerate(pictures):
        cancel.raise_if_cancelled()
        try:
            found += _compare(teacher, student, path)
        except ImageReadError as error:
            if skipped is not None:
                skipped.add(error)
            continue
        progress(Progress("judge", number + 1, len(pictures), path.name))
    if not found:
        return None
    values = np.array([item.iou for item in found])
    low, high = mean_interval(values, [item.picture for item in found], (0.0, 1.0))
    worst: dict[str, ComparedPicture] = {}
    for item in sorted(found, key=lambda item: item.iou):
        worst.setdefault(item.picture, item)
    names = {item.picture for item in found}
    return Agreement(
        pictures=len(names),
        points=len(found),
        iou=float(values.mean()),
        low=low,
        high=high,
        worst=tuple(worst.values())[:SHOWN],
    )


def _compare(teacher: Segmenter, student: Segmenter, path: Path) -> list[ComparedPicture]:
    rgb = read_image(path).rgb
    height, width = rgb.shape[:2]
    places = [(np.array([column, row]) + 0.5) / GRID for row in range(GRID) for column in range(GRID)]
    points = [PointPrompt(float(x * width), float(y * height)) for x, y in places]
    prompts = [PromptSet((point,)) for point in points]
    everywhere = np.ones((height, width), np.bool_)
    before, after = teacher.embed(rgb), student.embed(rgb)
    found = []
    for point, first, second in zip(
        points, teacher.predict_many(before, prompts), student.predict_many(after, prompts), strict=True
    ):
        a, b = candidate_mask(before, first.preferred), candidate_mask(after, second.preferred)
        found.append(
            ComparedPicture(
                picture=str(path),
                x=point.x,
                y=point.y,
                iou=iou(b, a, everywhere),
                before=encode(a),
                after=encode(b),
            )
        )
    return found
