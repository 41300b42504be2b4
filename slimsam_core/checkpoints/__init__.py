"""Weights in files: every known form is read, detected by its content; safetensors alone is written.

Torch is not needed here; ``loading`` makes a model of torch's modules.
"""

from slimsam_core.checkpoints.checkpoint import Checkpoint, content_hash
from slimsam_core.checkpoints.fitting import fitting_weights
from slimsam_core.checkpoints.reading import encoder_of, model_hash, read_checkpoint
from slimsam_core.checkpoints.writing import dtype_of_file, save_model, save_weights

__all__ = [
    "Checkpoint",
    "content_hash",
    "dtype_of_file",
    "encoder_of",
    "fitting_weights",
    "loading",
    "model_hash",
    "read_checkpoint",
    "save_model",
    "save_weights",
]
