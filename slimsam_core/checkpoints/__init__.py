"""Weights in files: every known form is read, detected by its content; safetensors alone is written.

What makes a model of torch's modules (``load_model``, ``model_from``) loads torch when it is first named.
"""

from typing import TYPE_CHECKING, Any

from slimsam_core.checkpoints.checkpoint import Checkpoint, content_hash
from slimsam_core.checkpoints.fitting import fitting_weights
from slimsam_core.checkpoints.reading import model_hash, read_checkpoint
from slimsam_core.checkpoints.writing import dtype_of_file, save_model, save_weights

if TYPE_CHECKING:
    from slimsam_core.checkpoints.loading import load_model, model_from

__all__ = [
    "Checkpoint",
    "content_hash",
    "dtype_of_file",
    "fitting_weights",
    "load_model",
    "model_from",
    "model_hash",
    "read_checkpoint",
    "save_model",
    "save_weights",
]


def __getattr__(name: str) -> Any:
    if name not in ("load_model", "model_from"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from slimsam_core.checkpoints import loading

    return getattr(loading, name)
