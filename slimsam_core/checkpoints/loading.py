"""A model of torch's modules with the weights of a file."""

from __future__ import annotations

from pathlib import Path

import torch

from slimsam_core.checkpoints.checkpoint import Checkpoint
from slimsam_core.checkpoints.fitting import fitting_weights
from slimsam_core.checkpoints.reading import read_checkpoint
from slimsam_core.errors import CheckpointError, OutOfMemory
from slimsam_core.models import Sam, meta_model
from slimsam_core.models.memory import ran_out_of_memory
from slimsam_core.sentences import sentence

__all__ = ["load_model", "model_from"]


def model_from(checkpoint: Checkpoint, device: str | torch.device = "cpu") -> Sam:
    """The model in float32 and evaluation mode. Raises CheckpointError when weights do not fit, or when some
    are no numbers (NaN, infinity), and OutOfMemory."""
    model = meta_model(checkpoint.arch)
    counters = [name for name in model.state_dict() if name.endswith(".num_batches_tracked")]
    weights = fitting_weights(checkpoint)
    try:
        state = {name: torch.from_numpy(values).to(device) for name, values in weights.items()}
    except (MemoryError, RuntimeError) as e:
        if not ran_out_of_memory(e):
            raise
        raise OutOfMemory(
            "There is not enough memory for the weights of {name}.",
            "Close other programs.",
            name=checkpoint.arch.name,
        ) from e
    state |= {name: torch.zeros((), dtype=torch.int64, device=device) for name in counters}
    model.load_state_dict(state, assign=True)
    return model.eval()


def load_model(path: Path | str, device: str | torch.device = "cpu") -> Sam:
    """The model of a file in any known form, float32, in evaluation mode. Raises CheckpointError."""
    try:
        return model_from(read_checkpoint(path), device)
    except CheckpointError as e:
        raise CheckpointError(sentence("{path}: {words}", path=path, words=e.message), e.hint) from e
