"""In which number format a run computes, and whether it compiles."""

from __future__ import annotations

import shutil
from contextlib import AbstractContextManager, nullcontext

import torch

from slimsam_core.compression.recipe import Precision, Switch
from slimsam_core.devices import DeviceKind
from slimsam_core.files.machine_memory import total_memory


def memory_of(device: torch.device) -> int | None:
    """Bytes of memory of a GPU, of the machine for the CPU; None where that is not told."""
    if device.type == DeviceKind.CUDA:
        return int(torch.cuda.get_device_properties(device).total_memory)
    return total_memory()


def uses_bf16(precision: Precision, device: torch.device) -> bool:
    """Whether to compute in bf16: asked for, or ``auto`` on a processor that multiplies matrices in it."""
    if precision != Precision.AUTO:
        return precision == Precision.BF16
    if device.type == DeviceKind.CUDA:
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    if device.type == DeviceKind.CPU:
        return _cpu_has("_is_amx_tile_supported") or _cpu_has("_is_avx512_bf16_supported")
    return False


def autocast(bf16: bool, device: torch.device) -> AbstractContextManager[object]:
    """The context of forward passes."""
    return torch.autocast(device.type, torch.bfloat16) if bf16 else nullcontext()


def compiles(switch: Switch, device: torch.device) -> bool:
    """Whether to compile: asked for, or ``auto`` where the compiler's tools are there."""
    if switch != Switch.AUTO:
        return switch == Switch.ON
    if device.type == DeviceKind.CUDA:
        return bool(torch.utils._triton.has_triton())
    return any(shutil.which(name) for name in ("c++", "g++", "clang++"))


def _cpu_has(test: str) -> bool:
    found = getattr(torch.cpu, test, None)
    return bool(found()) if found is not None else False
