"""Our own form: safetensors whose header has the architecture under ``arch``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open

from slimsam_core.arch import ArchSpec, efficientnet_lite
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
        arch = _architecture(json.loads(metadata["arch"]))
    except json.JSONDecodeError as e:
        raise CheckpointError("The architecture in the file is not JSON.", found=str(e)) from e
    return Checkpoint(arch, tensors, "SlimSAM safetensors", metadata)


def _architecture(data: Any) -> ArchSpec:
    """The architecture in a header: spelled out, or by the name of its EfficientNet-Lite ``backbone`` alone.

    The second form has ``backbone`` (such as ``efficientnet_lite2``), ``image_size`` and a ``version``, which
    names the model. Raises CheckpointError.
    """
    if not isinstance(data, dict) or "backbone" not in data:
        return ArchSpec.from_json(data)
    known = {f"efficientnet_lite{variant}": variant for variant in (0, 1, 2)}
    backbone, size = data["backbone"], data.get("image_size")
    if backbone not in known or not isinstance(size, int):
        raise CheckpointError(
            "The architecture of the model cannot be read.",
            "It may come from a newer version of this program.",
            expected=f"a backbone of {', '.join(known)} and an image_size",
            found=f"{backbone} at {size}",
        )
    return efficientnet_lite(known[backbone], name=str(data.get("version", "")), image_size=size)
