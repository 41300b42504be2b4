"""What a job tells while it works, beside the events of its compression run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from slimsam_core.compression.events import Event
from slimsam_core.compression.job_folder import Phase
from slimsam_core.pixels.image_io import RgbImage
from slimsam_core.pixels.mask import BoolMask


@dataclass(frozen=True)
class PhaseStarted(Event):
    """The job turns to something else."""

    phase: Phase


@dataclass(frozen=True, kw_only=True)
class PhaseProgress(Event):
    """``done`` of ``total`` steps of adapting, or pictures of judging."""

    phase: Phase
    done: int
    total: int
    message: str = ""
    step: str = ""
    """Of judging: a ``JudgeStep``."""


@dataclass(frozen=True, eq=False, kw_only=True)
class PreviewPicture:
    """One of the user's pictures, made small: uint8 HxWx3, bool HxW masks, the point that was asked for."""

    path: str
    rgb: RgbImage
    x: float
    y: float
    teacher: BoolMask
    student: BoolMask
    iou: float
    """Of the two masks."""


@dataclass(frozen=True, eq=False)
class PreviewMade(Event):
    """How the student of the last judged epoch sees some pictures, beside the teacher."""

    pictures: tuple[PreviewPicture, ...]


JobSink = Callable[[Event], None]
