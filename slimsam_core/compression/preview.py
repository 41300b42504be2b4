"""A few of the user's own pictures as teacher and student see them, while the student learns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from slimsam_core.checkpoints.loading import load_model
from slimsam_core.compression.job_events import JobSink, PreviewMade, PreviewPicture
from slimsam_core.datasets.labelled import MaskDataset, Skipped, iterate
from slimsam_core.errors import ImageReadError
from slimsam_core.inference.prediction import candidate_mask
from slimsam_core.inference.predictor import Predictor
from slimsam_core.judging.clicks import centre_of
from slimsam_core.judging.measure import iou
from slimsam_core.models import Sam
from slimsam_core.pixels.geometry import PointPrompt, PromptSet
from slimsam_core.pixels.image_io import RgbImage, read_image
from slimsam_core.pixels.mask import BoolMask
from slimsam_core.progress import CancelToken

SIDE = 512
"""Longest side of a preview picture in pixels."""


@dataclass(frozen=True, eq=False)
class _Shown:
    path: Path
    rgb: RgbImage
    point: PointPrompt
    teacher: BoolMask


class StudentPreview:
    """Called with the student of each judged epoch; the teacher is asked once, at the first call."""

    def __init__(
        self, teacher: Path, places: Sequence[tuple[Path, float, float]], sink: JobSink, cancel: CancelToken
    ) -> None:
        """``places``: picture, and a point in it as shares of its width and height, 0..1."""
        self._teacher, self._places, self._sink, self._cancel = teacher, places, sink, cancel
        self._shown: list[_Shown] | None = None

    def __call__(self, student: Sam) -> None:
        """Look at the pictures with ``student`` and tell. Raises CheckpointError, Cancelled."""
        if not self._places:
            return
        if self._shown is None:
            self._shown = self._ask_teacher(next(student.parameters()).device.type)
        predictor, found = Predictor(student), []
        for shown in self._shown:
            self._cancel.raise_if_cancelled()
            mask = _mask(predictor, shown.rgb, shown.point)
            same = iou(mask, shown.teacher, np.ones(mask.shape, np.bool_))
            point = shown.point
            found.append(
                PreviewPicture(
                    path=str(shown.path),
                    rgb=shown.rgb,
                    x=point.x,
                    y=point.y,
                    teacher=shown.teacher,
                    student=mask,
                    iou=same,
                )
            )
        self._sink(PreviewMade(tuple(found)))

    def _ask_teacher(self, device: str) -> list[_Shown]:
        predictor, shown = Predictor(load_model(self._teacher, device).eval()), []
        for path, x, y in self._places:
            self._cancel.raise_if_cancelled()
            try:
                rgb = _small(read_image(path).rgb)
            except ImageReadError:
                continue
            point = PointPrompt(x * rgb.shape[1], y * rgb.shape[0])
            shown.append(_Shown(path, rgb, point, _mask(predictor, rgb, point)))
        return shown


def labelled_places(datasets: Sequence[MaskDataset], count: int) -> list[tuple[Path, float, float]]:
    """The largest object of each of the first ``count`` labelled pictures, at its deepest point."""
    found: list[tuple[Path, float, float]] = []
    for dataset in datasets:
        for _, image in iterate(dataset, Skipped()):
            mask = max((obj.mask for obj in image.objects), key=lambda rle: rle.area).decode()
            x, y, _depth = centre_of(mask)
            found.append((image.path, (x + 0.5) / image.size.width, (y + 0.5) / image.size.height))
            if len(found) == count:
                return found
    return found


def _small(rgb: RgbImage) -> RgbImage:
    scale = min(1.0, SIDE / max(rgb.shape[:2]))
    size = (max(1, round(rgb.shape[1] * scale)), max(1, round(rgb.shape[0] * scale)))
    result = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
    result.setflags(write=False)
    return result


def _mask(predictor: Predictor, rgb: RgbImage, point: PointPrompt) -> BoolMask:
    embedding = predictor.embed(rgb)
    answer = predictor.predict(embedding, PromptSet((point,)), closer=False)
    return candidate_mask(embedding, answer.preferred)
