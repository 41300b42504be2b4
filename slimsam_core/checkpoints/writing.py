"""Saving a model as safetensors with its architecture in the header."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import torch

from slimsam_core.checkpoints.checkpoint import content_hash
from slimsam_core.errors import CheckpointError
from slimsam_core.files.safetensors_header import weights_header
from slimsam_core.files.safetensors_writing import write_tensors
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


def model_state(model: Sam, dtype: torch.dtype = torch.float32) -> dict[str, torch.Tensor]:
    """The weights on the CPU in ``dtype``, without the counters that batch norms keep for training."""
    return {
        name: tensor.detach().to("cpu", dtype).contiguous()
        for name, tensor in model.state_dict().items()
        if not name.endswith(".num_batches_tracked")
    }


def save_model(
    model: Sam,
    path: Path | str,
    *,
    dtype: Dtype = "float32",
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Write ``path`` whole or not at all. Raises OutputError.

    The header's metadata holds the ArchSpec as JSON under ``arch``, the content hash under ``model_hash``,
    and ``metadata`` (such as ``licence`` and ``source``) as given.
    """
    tensors = model_state(model, getattr(torch, dtype))
    header = {
        **(metadata or {}),
        "format": "pt",
        "slimsam_format": FORMAT_VERSION,
        "arch": json.dumps(model.arch.to_json()),
        "model_hash": content_hash(model.arch, tensors),
    }
    write_tensors(path, tensors, header)
