"""Opening a file of weights: its form is found from the content, then one reader makes a Checkpoint of it."""

from __future__ import annotations

from pathlib import Path

import torch

from slimsam_core.checkpoints.checkpoint import Checkpoint, content_hash
from slimsam_core.checkpoints.native import read_native
from slimsam_core.errors import CheckpointError
from slimsam_core.models import Sam, build_model


def read_checkpoint(path: Path | str) -> Checkpoint:
    """Read any known form. Raises CheckpointError that says what was expected and found."""
    return read_native(Path(path))


def model_from(checkpoint: Checkpoint, device: str | torch.device = "cpu") -> Sam:
    """The model in float32 and evaluation mode. Raises CheckpointError when weights do not fit."""
    with torch.device("meta"):
        model = build_model(checkpoint.arch)
    wanted = {k: v for k, v in model.state_dict().items() if not k.endswith(".num_batches_tracked")}
    check_tensors(wanted, checkpoint)
    model.to_empty(device=device)
    model.load_state_dict({k: v.float() for k, v in checkpoint.state_dict.items()}, strict=False)
    return model.eval()


def check_tensors(wanted: dict[str, torch.Tensor], checkpoint: Checkpoint) -> None:
    """Raise CheckpointError unless names and shapes are exactly those of the architecture."""
    given = checkpoint.state_dict
    missing = sorted(wanted.keys() - given.keys())
    surplus = sorted(given.keys() - wanted.keys())
    name = checkpoint.arch.name
    if missing:
        raise CheckpointError(
            f"Weights of {name} are missing.", expected=_listed(missing), found=f"{len(given)} other tensors"
        )
    if surplus:
        raise CheckpointError(
            f"The file has weights that {name} does not use.",
            expected=f"the {len(wanted)} tensors of {name}",
            found=f"also {_listed(surplus)}",
        )
    for key, tensor in wanted.items():
        if given[key].shape != tensor.shape:
            raise CheckpointError(
                f"{key} does not fit {name}.",
                expected=f"shape {tuple(tensor.shape)}",
                found=f"shape {tuple(given[key].shape)}",
            )


def load_model(path: Path | str, device: str | torch.device = "cpu") -> Sam:
    """The model of a file in any known form, float32, in evaluation mode. Raises CheckpointError."""
    try:
        return model_from(read_checkpoint(path), device)
    except CheckpointError as e:
        raise CheckpointError(f"{path}: {e.message}", e.hint) from e


def model_hash(path: Path | str) -> str:
    """Content hash (hex) of the weights in a file of any known form. Raises CheckpointError."""
    checkpoint = read_checkpoint(path)
    return content_hash(checkpoint.arch, checkpoint.state_dict)


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:4])
    return shown if len(names) <= 4 else f"{shown} and {len(names) - 4} more"
