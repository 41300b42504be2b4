"""What a format's writer gets."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from slimsam_core.checkpoints import Checkpoint, read_checkpoint
from slimsam_core.checkpoints.loading import model_from
from slimsam_core.models import Sam


@dataclass(frozen=True)
class ExportJob:
    """A model (float32, evaluation mode), the checkpoint that it was built from, the folder to write into,
    and whether a quantised variant is wanted too."""

    model: Sam
    source: Checkpoint
    folder: Path
    int8: bool


def read_model(source: Path) -> tuple[Checkpoint, Sam]:
    """What a file of any known form holds, and the model built from it. Raises CheckpointError."""
    checkpoint = read_checkpoint(source)
    return checkpoint, model_from(checkpoint)
