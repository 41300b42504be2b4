"""What choosing a runtime needs torch for: running a model in it, and its masks as the reference."""

from __future__ import annotations

from pathlib import Path

import torch

from slimsam_core.checkpoints import Checkpoint
from slimsam_core.checkpoints.loading import load_model, model_from
from slimsam_core.devices import AUTO
from slimsam_core.errors import DeviceUnavailable
from slimsam_core.inference.runtimes.agreement import REQUIRED, AgreementCheck, model_inputs
from slimsam_core.inference.runtimes.protocol import Choice, Runtime
from slimsam_core.inference.runtimes.torch_runtime import TorchRuntime
from slimsam_core.sentences import sentence


def choice(path: Path, device: str, note: str, preparable: bool) -> Choice:
    """The model run by torch on ``device`` (``auto``: the first GPU, else the CPU), on a GPU in bfloat16
    where its masks agree. Raises CheckpointError, DeviceUnavailable."""
    model, device = load_model(path), choose_device(device)
    reference = TorchRuntime(model.to(device))
    if not device.startswith("cuda"):
        return Choice(reference, model.arch, note, preparable)
    fast = TorchRuntime(model, half=True)
    agreement = AgreementCheck(reference, model_inputs(model.arch)).measure(fast)
    if agreement >= REQUIRED:
        return Choice(fast, model.arch, note)
    return Choice(
        reference, model.arch, sentence("In bfloat16 the masks agree only to {iou:.3f}.", iou=agreement)
    )


def reference(checkpoint: Checkpoint) -> Runtime:
    """What the masks of other runtimes are held against: float32 on the CPU. Raises CheckpointError."""
    return TorchRuntime(model_from(checkpoint))


def choose_device(wanted: str) -> str:
    """``auto`` -> the first GPU, else the CPU. Raises DeviceUnavailable when the wanted one is not there."""
    if wanted == AUTO:
        return "cuda:0" if torch.cuda.is_available() else "cpu"
    try:
        torch.empty(1, device=wanted)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise DeviceUnavailable(
            "The device {wanted!r} cannot be used: {reason}.",
            "Choose the device cpu or auto.",
            wanted=wanted,
            reason=reason,
        ) from error
    return wanted
