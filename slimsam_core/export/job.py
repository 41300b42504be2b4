"""What a format's writer gets."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from slimsam_core.checkpoints import Checkpoint
from slimsam_core.models import Sam


@dataclass(frozen=True)
class ExportJob:
    """A model (float32, evaluation mode), the checkpoint that it was built from, the folder to write into,
    and whether a quantised variant is wanted too."""

    model: Sam
    source: Checkpoint
    folder: Path
    int8: bool
