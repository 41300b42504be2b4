"""What a format's writer gets."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from slimsam_core.checkpoints import Checkpoint


@dataclass(frozen=True)
class ExportJob:
    """The checkpoint to write, the folder to write into, and whether a quantised variant is wanted too."""

    source: Checkpoint
    folder: Path
    int8: bool
