"""Our own form: safetensors whose header has the architecture under ``arch``."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open

from slimsam_core.arch import ArchSpec
from slimsam_core.checkpoints.checkpoint import Checkpoint
from slimsam_core.errors import CheckpointError


def read_safetensors(path: Path) -> tuple[dict[str, torch.Tensor], dict[str, str]]:
    """Tensors and metadata of a safetensors file. Raises CheckpointError when it is broken or unreadable."""
    try:
        with safe_open(path, framework="pt") as file:
            return {name: file.get_tensor(name) for name in file.keys()}, dict(file.metadata() or {})  # noqa: SIM118
    except (SafetensorError, OSError) as e:
        raise CheckpointError(
            "The safetensors file cannot be read; it is cut off or damaged.",
            "Download or copy it again.",
            expected="a complete safetensors file",
            found=str(e),
        ) from e


def native_checkpoint(tensors: dict[str, torch.Tensor], metadata: dict[str, str]) -> Checkpoint:
    """The checkpoint that ``save_model`` wrote. Raises CheckpointError for a broken architecture."""
    try:
        arch = ArchSpec.from_json(json.loads(metadata["arch"]))
    except json.JSONDecodeError as e:
        raise CheckpointError("The architecture in the file is not JSON.", found=str(e)) from e
    return Checkpoint(arch, tensors, "SlimSAM safetensors", metadata)
