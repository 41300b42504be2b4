"""What came of trying to adapt a model, as a value that a child process writes and a window reads."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from slimsam_core.files import json_dataclass
from slimsam_core.files.atomic import atomic_write_json
from slimsam_core.judging.verdict import PairedChange

__all__ = ["AdaptingOutcome", "Result", "is_better"]


class Result(StrEnum):
    """What came of it."""

    BETTER = "better"
    """The adapted model needs fewer clicks, more clearly than by chance; it was written."""
    NOT_BETTER = "not_better"
    TOO_FEW = "too_few"
    """There are not enough accepted objects, or they lie in too few pictures; nothing was tried."""


@dataclass(frozen=True, kw_only=True)
class AdaptingOutcome:
    """``objects`` and ``pictures`` are all that count of the project where there are too few, else those that
    were learnt from."""

    result: Result
    model_hash: str
    """Of the model that was to be adapted."""
    objects: int
    pictures: int
    held_objects: int = 0
    """Those that judged, never learnt from."""
    held_pictures: int = 0
    clicks: PairedChange | None = None
    """To an IoU of ``GOOD_IOU``, at most ``MAX_CLICKS`` each; None where nothing was judged."""
    iou: PairedChange | None = None
    """After one click."""
    seconds: float = 0.0

    @property
    def better(self) -> bool:
        """Whether the adapted model is worth offering."""
        return self.result is Result.BETTER

    @property
    def too_few(self) -> bool:
        """Whether nothing was tried."""
        return self.result is Result.TOO_FEW

    def write(self, path: Path) -> None:
        """Raises OutputError."""
        atomic_write_json(path, json_dataclass.to_json(self))

    @staticmethod
    def read(path: Path) -> AdaptingOutcome:
        """What ``write`` wrote. Raises RecipeError."""
        return json_dataclass.from_json(AdaptingOutcome, json_dataclass.read(path))


def is_better(clicks: PairedChange | None, iou: PairedChange | None) -> bool:
    """Whether a model is worth offering: the whole interval of the clicks lies below none, and the first
    click is on average no worse. A mean alone would offer every second model that is no better."""
    return clicks is not None and iou is not None and clicks.high < 0 <= iou.difference
