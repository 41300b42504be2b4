"""What choosing a runtime needs torch for: running a model in it, and its masks as the reference."""

from __future__ import annotations

from pathlib import Path

from slimsam_core.checkpoints import Checkpoint
from slimsam_core.checkpoints.loading import load_model, model_from
from slimsam_core.inference.chosen_device import chosen_device
from slimsam_core.inference.runtimes.agreement import REQUIRED, AgreementCheck, model_inputs
from slimsam_core.inference.runtimes.protocol import Choice, Runtime
from slimsam_core.inference.runtimes.torch_runtime import TorchRuntime
from slimsam_core.sentences import sentence


def choice(path: Path, device: str, note: str, preparable: bool) -> Choice:
    """The model run by torch on ``device`` (``auto``: the first GPU, else the CPU), on a GPU in bfloat16
    where its masks agree. Raises CheckpointError, DeviceUnavailable."""
    model, device = load_model(path), str(chosen_device(device))
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
