"""What an error is about: a message about it goes when that is over."""

from __future__ import annotations

import enum

from slimsam_core.errors import (
    CheckpointError,
    DeviceUnavailable,
    DownloadError,
    FormatError,
    ModelNotFound,
    OutOfMemory,
    OutputError,
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


def cause_of(error: SlimSamError) -> Cause:
    """What an error is about, by its kind."""
    if isinstance(error, CheckpointError | DeviceUnavailable | ModelNotFound | OutOfMemory):
        return Cause.MODEL
    if isinstance(error, DownloadError | FormatError | OutputError | RecipeError):
        return Cause.JOB
    return Cause.PICTURE
