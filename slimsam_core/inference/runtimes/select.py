"""Which runtime runs a model here: chosen by device and name, with the reason when a wish cannot be met."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slimsam_core.errors import DeviceUnavailable
from slimsam_core.inference.runtimes.protocol import Runtime

if TYPE_CHECKING:
    from slimsam_core.models.sam import Sam


def make_runtime(model: Sam, model_hash: str, device: str = "auto", runtime: str = "auto") -> Runtime:
    """A runtime for ``model``. Raises DeviceUnavailable with the reason."""
    del model_hash
    if runtime not in ("auto", "torch"):
        raise DeviceUnavailable(f"There is no runtime named {runtime!r}.", "Known runtimes: auto, torch.")
    from slimsam_core.inference.runtimes.torch_runtime import TorchRuntime

    return TorchRuntime(model.to(choose_device(device)))


def choose_device(wanted: str) -> str:
    """``auto`` -> the first GPU, else the CPU. Raises DeviceUnavailable when the wanted one is not there."""
    import torch

    if wanted == "auto":
        return "cuda:0" if torch.cuda.is_available() else "cpu"
    try:
        torch.empty(1, device=wanted)
    except (RuntimeError, AssertionError) as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise DeviceUnavailable(
            f"The device {wanted!r} cannot be used: {reason}.", "Use --device cpu, or auto."
        ) from error
    return wanted
