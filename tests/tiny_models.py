"""The smallest model with random weights, which a seed makes always the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch

from slimsam_core.checkpoints import save_model
from slimsam_core.families import preset
from slimsam_core.files.stored_array import StoredArray
from slimsam_core.models import Sam, build_model


def tiny_sam(seed: int = 0) -> Sam:
    """The model."""
    torch.manual_seed(seed)
    return build_model(preset("tiny_test"))


def without_values(shapes: Mapping[str, Sequence[int]]) -> dict[str, StoredArray]:
    """Arrays of these shapes that take no memory."""
    zero = np.zeros((), np.float32)
    return {name: StoredArray("float32", np.broadcast_to(zero, shape)) for name, shape in shapes.items()}


def save_tiny(path: Path, seed: int = 0, **metadata: str) -> Path:
    """A file of its weights, at ``path``."""
    save_model(tiny_sam(seed), path, metadata=metadata)
    return path
