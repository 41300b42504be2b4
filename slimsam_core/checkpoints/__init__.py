"""Weights in files: every known form is read, detected by its content; safetensors alone is written."""

from slimsam_core.checkpoints.checkpoint import Checkpoint, content_hash
from slimsam_core.checkpoints.reading import load_model, model_from, model_hash, read_checkpoint
from slimsam_core.checkpoints.writing import dtype_of_file, save_model

__all__ = [
    "Checkpoint",
    "content_hash",
    "dtype_of_file",
    "load_model",
    "model_from",
    "model_hash",
    "read_checkpoint",
    "save_model",
]
