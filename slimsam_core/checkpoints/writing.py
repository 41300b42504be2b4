"""Saving a model as safetensors with its architecture in the header."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from slimsam_core.arch import ArchSpec
from slimsam_core.checkpoints.checkpoint import ENCODER_OF, content_hash
from slimsam_core.errors import CheckpointError
from slimsam_core.files.safetensors_header import weights_header
from slimsam_core.files.safetensors_writing import write_arrays
from slimsam_core.files.stored_array import Numbers, StoredArray

if TYPE_CHECKING:
    import torch

    from slimsam_core.models import Sam

FORMAT_VERSION = "1"


Dtype = Literal["float32", "float16"]


def dtype_of_file(path: Path) -> Dtype:
    """In which precision a safetensors file holds its weights; other forms count as float32."""
    try:
        header = weights_header(path)
    except CheckpointError:
        return "float32"
    kinds = {tensor.dtype for tensor in header.tensors.values()} if header else set()
    return "float16" if kinds == {"F16"} else "float32"


def model_state(model: Sam) -> dict[str, torch.Tensor]:
    """The weights on the CPU in float32, without the counters that batch norms keep for training."""
    return {
        name: tensor.detach().cpu().float().contiguous()
        for name, tensor in model.state_dict().items()
        if not name.endswith(".num_batches_tracked")
    }


def save_model(
    model: Sam,
    path: Path | str,
    *,
    dtype: Dtype = "float32",
    metadata: Mapping[str, str] | None = None,
    encoder_of: str = "",
) -> None:
    """Write ``path`` whole or not at all; see ``save_weights``. Raises OutputError."""
    weights = {name: tensor.numpy() for name, tensor in model_state(model).items()}
    save_weights(model.arch, weights, path, dtype=dtype, metadata=metadata, encoder_of=encoder_of)


def save_weights(
    arch: ArchSpec,
    weights: Mapping[str, Numbers],
    path: Path | str,
    *,
    dtype: Dtype = "float32",
    metadata: Mapping[str, str] | None = None,
    encoder_of: str = "",
) -> None:
    """Write ``path`` whole or not at all. Raises OutputError.

    The header's metadata holds the ArchSpec as JSON under ``arch``, the content hash under ``model_hash``,
    and ``metadata`` (such as ``licence`` and ``source``) as given. ``encoder_of``: hash of the model whose
    image encoder this one has, unchanged; see ``reading.encoder_of``.
    """
    with np.errstate(over="ignore"):  # as torch does
        arrays = {name: np.ascontiguousarray(values, dtype) for name, values in weights.items()}
    digest = content_hash(arch, {n: StoredArray(dtype, values) for n, values in arrays.items()})
    shared = {ENCODER_OF: f"{digest}/{encoder_of}"} if encoder_of else {}
    header = {
        **(metadata or {}),
        "format": "pt",
        "slimsam_format": FORMAT_VERSION,
        "arch": json.dumps(arch.to_json()),
        "model_hash": digest,
        **shared,
    }
    write_arrays(path, arrays, header)
