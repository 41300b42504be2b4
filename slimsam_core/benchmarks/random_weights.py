"""A model with random weights in a file, to measure an architecture without having a model of it."""

from __future__ import annotations

from pathlib import Path

import torch

from slimsam_core.checkpoints import save_model
from slimsam_core.families import preset
from slimsam_core.models import build_model


def write_random(architecture: str, path: Path) -> None:
    """Write weights of a known architecture, the same ones each time. Raises OutputError."""
    torch.manual_seed(0)
    save_model(build_model(preset(architecture)), path)
