"""What an error is about: a message about it goes when that is over."""

from __future__ import annotations

import enum
from collections.abc import Callable

from slimsam_core.errors import (
    CheckpointError,
    DeviceUnavailable,
    DownloadError,
    FormatError,
    ModelNotFound,
    OutOfMemory,
    OutputError,
    ProjectError,
    RecipeError,
    SlimSamError,
)


class Cause(enum.Enum):
    """What an error is about; it goes when that is over."""

    PICTURE = "picture"
    """What was tried on the picture: over when another try succeeds, or with the picture."""
    MODEL = "model"
    """Loading or running a model: over when a model is ready."""
    JOB = "job"
    """A file that was read or written: over when it is read."""


class AnotherJob(ProjectError):
    """A job is wanted while another one runs. Nothing went wrong: it is told quietly, with a way out."""

    def __init__(self, message: str, hint: str, stop: Callable[[], object]) -> None:
        """``stop`` ends the job that runs."""
        super().__init__(message, hint)
        self.stop = stop


def cause_of(error: SlimSamError) -> Cause:
    """What an error is about, by its kind."""
    if isinstance(error, CheckpointError | DeviceUnavailable | ModelNotFound | OutOfMemory):
        return Cause.MODEL
    if isinstance(error, DownloadError | FormatError | OutputError | RecipeError):
        return Cause.JOB
    return Cause.PICTURE
