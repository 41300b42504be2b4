"""What a format's writer gets."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from slimsam_core.checkpoints import Checkpoint


@dataclass(frozen=True)
class ExportJob:
    """The checkpoint to write, the folder to write into, whether a quantised variant is wanted too, and
    whether the graphs are to take squares of any size."""

    source: Checkpoint
    folder: Path
    int8: bool
    any_size: bool = False
