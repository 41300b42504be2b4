"""The device that a wish leads to: of a prepared runtime, a training run and a compression alike."""

from __future__ import annotations

import torch

from slimsam_core.devices import AUTO, DeviceKind
from slimsam_core.errors import DeviceUnavailable
from slimsam_core.inference.gpu import look_for_gpu

__all__ = ["chosen_device"]


def chosen_device(wanted: str, local_rank: int = 0) -> torch.device:
    """The device of ``auto`` (a GPU, else the CPU), ``cpu``, ``cuda``, ``cuda:1`` or another word of torch.

    ``local_rank``: the number of this process on its machine; of several GPUs without a number it gets its
    own. Raises DeviceUnavailable when there is none such, or it cannot compute.
    """
    if wanted == AUTO:
        wanted = DeviceKind.CUDA if torch.cuda.is_available() else DeviceKind.CPU
    try:
        device = torch.device(wanted)
    except RuntimeError as error:
        raise DeviceUnavailable(
            "{name!r} is not a device.", "Use auto, cpu or cuda.", name=str(wanted)
        ) from error
    if device.type == DeviceKind.CUDA:
        return _gpu(local_rank if device.index is None else device.index)
    try:
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise DeviceUnavailable(
            "The device {wanted!r} cannot be used: {reason}.",
            "Choose the device cpu or auto.",
            wanted=wanted,
            reason=reason,
        ) from error
    return device


def _gpu(index: int) -> torch.device:
    why_not = look_for_gpu().why_not
    if why_not:
        raise DeviceUnavailable(why_not, "Use the device auto or cpu.")
    if index >= torch.cuda.device_count():
        raise DeviceUnavailable(
            "There is no GPU {index}.", "There are {cuda}.", index=index, cuda=torch.cuda.device_count()
        )
    return torch.device(DeviceKind.CUDA.value, index)
