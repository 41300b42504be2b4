"""Where a model can compute: the words for it, and what is here, answered without torch."""

from __future__ import annotations

import sys
from enum import StrEnum

from slimsam_core.torch_part import gpu_driver_present, torch_present

AUTO = "auto"
"""Wished for: whatever is the fastest that is here. Of devices, runtimes and number formats alike."""


class DeviceKind(StrEnum):
    """Kinds of devices, in torch's own words; one of several GPUs is ``cuda:1``."""

    CPU = "cpu"
    CUDA = "cuda"


def usable_devices() -> tuple[DeviceKind, ...]:
    """The CPU, and the GPU where it can be used; until torch is loaded: where a driver may be here."""
    torch = sys.modules.get("torch")
    ready = torch is not None and not getattr(torch.__spec__, "_initializing", False)
    cuda = torch.cuda.is_available() if torch is not None and ready else _gpu_may_compute()
    return (DeviceKind.CPU, DeviceKind.CUDA) if cuda else (DeviceKind.CPU,)


def computes_on_cpu(wanted: str) -> bool:
    """Whether a wish, ``auto``, ``cpu`` or a GPU, leads to the CPU, as far as that is known without torch."""
    return wanted == DeviceKind.CPU or (wanted == AUTO and not _gpu_may_compute())


def _gpu_may_compute() -> bool:
    return torch_present() and gpu_driver_present()
