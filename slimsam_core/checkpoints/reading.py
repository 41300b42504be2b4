"""Opening a file of weights: its form is found from the content, then one reader makes a Checkpoint of it."""

from __future__ import annotations

import math
from pathlib import Path

import torch

from slimsam_core.checkpoints.checkpoint import Checkpoint, content_hash
from slimsam_core.checkpoints.native import native_checkpoint, read_safetensors
from slimsam_core.checkpoints.pickled_form import read_pickled
from slimsam_core.checkpoints.sam_state import checkpoint_from_state
from slimsam_core.checkpoints.transformers_form import read_transformers
from slimsam_core.checkpoints.transformers_names import is_transformers
from slimsam_core.errors import CheckpointError, OutOfMemory
from slimsam_core.files.foreign import open_regular
from slimsam_core.models import Sam, meta_model
from slimsam_core.sentences import sentence


def read_checkpoint(path: Path | str) -> Checkpoint:
    """Read any known form, found from the content: our safetensors, ``transformers`` folders or files, SAM's
    and SlimSAM's state dicts (pickled or safetensors), pickled SlimSAM modules.

    The one door for weights of others. Nothing in a pickled file is executed, and what reading costs is
    bounded by the file's size. Raises CheckpointError that says what was expected and found; OutOfMemory.
    """
    path = Path(path)
    if path.is_dir():
        return _read_folder(path)
    try:
        with open_regular(path) as file:
            start = file.read(9)
    except OSError as e:
        raise CheckpointError("The file cannot be opened: {strerror}.", strerror=e.strerror) from e
    if start[:2] in (b"PK", b"\x80\x02"):
        return read_pickled(path)
    if start[8:] == b"{":
        return _read_safetensors(path)
    raise CheckpointError(
        "This is not a file of weights that is known here.",
        expected="safetensors, or a file of torch.save",
        found="an empty file" if not start else f"a file that begins with {start!r}",
    )


def _read_folder(path: Path) -> Checkpoint:
    weights = path / "model.safetensors"
    if not weights.is_file():
        raise CheckpointError(
            "The folder does not hold a model.", expected="model.safetensors and config.json in it"
        )
    return _read_safetensors(weights, name=path.name)


def _read_safetensors(path: Path, name: str = "") -> Checkpoint:
    tensors, metadata = read_safetensors(path)
    if "arch" in metadata:
        return native_checkpoint(tensors, metadata)
    if is_transformers(tensors):
        return read_transformers(tensors, metadata, path.with_name("config.json"), name or path.stem)
    return checkpoint_from_state(tensors, name=name or path.stem, metadata=metadata)


def model_from(checkpoint: Checkpoint, device: str | torch.device = "cpu") -> Sam:
    """The model in float32 and evaluation mode. Raises CheckpointError when weights do not fit, or when some
    are no numbers (NaN, infinity), and OutOfMemory."""
    model = meta_model(checkpoint.arch)
    shapes = model.state_dict()
    counters = {name for name in shapes if name.endswith(".num_batches_tracked")}
    check_tensors({name: shape for name, shape in shapes.items() if name not in counters}, checkpoint)
    try:
        state = {
            name: torch.empty(weights.shape, dtype=torch.float32, device=device).copy_(weights)
            for name, weights in checkpoint.state_dict.items()
        }
    except (MemoryError, RuntimeError) as e:
        raise OutOfMemory(
            "There is not enough memory for the weights of {name}.",
            "Close other programs.",
            name=checkpoint.arch.name,
        ) from e
    _check_values(state)
    state |= {name: torch.zeros((), dtype=torch.int64, device=device) for name in counters}
    model.load_state_dict(state, assign=True)
    return model.eval()


def check_tensors(wanted: dict[str, torch.Tensor], checkpoint: Checkpoint) -> None:
    """Raise CheckpointError unless names and shapes are exactly those of the architecture."""
    given = checkpoint.state_dict
    missing = sorted(wanted.keys() - given.keys())
    surplus = sorted(given.keys() - wanted.keys())
    name = checkpoint.arch.name
    if missing:
        raise CheckpointError(
            "Weights of {name} are missing.",
            expected=_listed(missing),
            found=f"{len(given)} other tensor{'s' * (len(given) != 1)}",
            name=name,
        )
    if surplus:
        raise CheckpointError(
            "The file has weights that {name} does not use.",
            expected=f"the {len(wanted)} tensors of {name}",
            found=f"also {_listed(surplus)}",
            name=name,
        )
    for key, tensor in wanted.items():
        if given[key].shape != tensor.shape:
            raise CheckpointError(
                "{key} does not fit {name}.",
                expected=f"shape {tuple(tensor.shape)}",
                found=f"shape {tuple(given[key].shape)}",
                key=key,
                name=name,
            )
        if not given[key].is_floating_point():
            raise CheckpointError(
                "{key} does not hold weights.",
                expected="floating-point numbers",
                found=str(given[key].dtype),
                key=key,
            )


def _check_values(state: dict[str, torch.Tensor]) -> None:
    """Raise CheckpointError for values that would make every mask one of NaN."""
    for name, weights in state.items():
        low, high = weights.aminmax()  # NaN comes through; one pass, no copy
        if not (math.isfinite(low) and math.isfinite(high)):
            raise CheckpointError(
                "Weights in {name} are not finite.",
                "The training that made the file has diverged, or the file is damaged.",
                expected="numbers",
                found="NaN or infinity",
                name=name,
            )
        if name.endswith(".running_var") and low < 0:
            raise CheckpointError(
                "{name} is damaged.", expected="variances", found="a negative one", name=name
            )


def load_model(path: Path | str, device: str | torch.device = "cpu") -> Sam:
    """The model of a file in any known form, float32, in evaluation mode. Raises CheckpointError."""
    try:
        return model_from(read_checkpoint(path), device)
    except CheckpointError as e:
        raise CheckpointError(sentence("{path}: {words}", path=path, words=e.message), e.hint) from e


def model_hash(path: Path | str) -> str:
    """Content hash (hex) of the weights in a file of any known form. Raises CheckpointError."""
    try:
        checkpoint = read_checkpoint(path)
    except CheckpointError as e:
        raise CheckpointError(sentence("{path}: {words}", path=path, words=e.message), e.hint) from e
    return content_hash(checkpoint.arch, checkpoint.state_dict)


def _listed(names: list[str]) -> str:
    shown = ", ".join(name[:100] for name in names[:4])
    return shown if len(names) <= 4 else f"{shown} and {len(names) - 4} more"
