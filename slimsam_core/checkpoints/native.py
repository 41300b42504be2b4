"""Our own form: safetensors whose header has the architecture under ``arch``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from slimsam_core.arch import ArchSpec
from slimsam_core.arch_limits import short
from slimsam_core.checkpoints.checkpoint import Checkpoint
from slimsam_core.errors import CheckpointError, OutOfMemory
from slimsam_core.families import read_arch
from slimsam_core.families.efficientnet_lite_sam.spec import efficientnet_lite
from slimsam_core.files.foreign import parse_json
from slimsam_core.files.safetensors_header import hollow_arrays, read_arrays, weights_header
from slimsam_core.files.stored_array import StoredArray
from slimsam_core.sentences import sentence


def shapes_in(path: Path) -> tuple[dict[str, StoredArray], dict[str, str]]:
    """As ``read_safetensors``, by the header alone: the arrays have no values and take no memory. Raises
    CheckpointError."""
    header = weights_header(path)
    if header is None:
        raise _cut_off(sentence("no header"))
    return hollow_arrays(path, header), dict(header.metadata)


def read_safetensors(path: Path) -> tuple[dict[str, StoredArray], dict[str, str]]:
    """Arrays and metadata of a safetensors file. Raises CheckpointError when it is broken or unreadable,
    OutOfMemory."""
    try:
        found = read_arrays(path)
    except MemoryError as e:
        raise OutOfMemory("There is not enough memory to read the file.", "Close other programs.") from e
    if found is None:
        raise _cut_off(sentence("no header"))
    return found


def _cut_off(found: str) -> CheckpointError:
    return CheckpointError(
        "The safetensors file cannot be read; it is cut off or damaged.",
        "Download or copy it again.",
        expected=sentence("a complete safetensors file"),
        found=found,
    )


def native_checkpoint(tensors: dict[str, StoredArray], metadata: dict[str, str]) -> Checkpoint:
    """The checkpoint that ``save_model`` wrote. Raises CheckpointError for a broken architecture."""
    try:
        data = parse_json(metadata["arch"])
    except ValueError as e:
        raise CheckpointError("The architecture in the file is not JSON.", found=str(e)[:200]) from e
    arch = _architecture(data)
    return Checkpoint(arch, tensors, "SlimSAM safetensors", metadata)


def _architecture(data: Any) -> ArchSpec:
    """The architecture in a header: spelled out, or by the name of its EfficientNet-Lite ``backbone`` alone.

    The second form has ``backbone`` (such as ``efficientnet_lite2``), ``image_size`` and a ``version``, which
    names the model. Raises CheckpointError.
    """
    if not isinstance(data, dict) or "backbone" not in data:
        return read_arch(data)
    known = {f"efficientnet_lite{variant}": variant for variant in (0, 1, 2)}
    backbone, size = data["backbone"], data.get("image_size")
    if not isinstance(backbone, str) or backbone not in known or not isinstance(size, int):
        raise CheckpointError(
            "The architecture of the model cannot be read.",
            "It may come from a newer version of this program.",
            expected=sentence("a backbone of {names} and an image_size", names=", ".join(known)),
            found=sentence("{name} at {size}", name=short(backbone), size=short(size)),
        )
    name = data.get("version", "")
    try:
        return efficientnet_lite(known[backbone], name=name if type(name) is str else "", image_size=size)
    except ValueError as e:
        raise CheckpointError("The architecture of the model cannot be read ({e}).", e=e) from e
