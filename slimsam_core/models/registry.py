"""Models made from their architecture alone, with fresh weights or with none."""

from __future__ import annotations

from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from slimsam_core.arch import ArchSpec
from slimsam_core.arch_limits import told
from slimsam_core.errors import CheckpointError
from slimsam_core.families import image_encoder
from slimsam_core.models.sam import Sam


def build_model(arch: ArchSpec) -> Sam:
    """A model with freshly initialised float32 weights, in evaluation mode.

    Raises ValueError for a family that is not known.
    """
    return Sam(arch, image_encoder(arch)).eval()


def meta_model(arch: ArchSpec) -> Sam:
    """The same without weights, on torch's meta device: takes no memory and little time.

    Raises CheckpointError for an architecture that cannot be built: it comes from a file.
    """
    try:
        return _built_on_meta(arch)
    except (RuntimeError, TypeError, ValueError, ArithmeticError) as e:
        raise CheckpointError("The architecture in the file cannot be built: {e}.", e=told(e)) from e


def _built_on_meta(arch: ArchSpec) -> Sam:
    with torch.device("meta"), _WithoutRandomValues():
        return build_model(arch)


class _WithoutRandomValues(TorchFunctionMode):
    """Random values are not drawn for tensors that hold none: torch would load its compiler for that (over a
    second, torch 2.13)."""

    _FILLS = frozenset({"normal_", "uniform_", "kaiming_uniform_", "erfinv_"})

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        if func is torch.randn:
            return torch.empty(*args, **kwargs)
        if getattr(func, "__name__", "") in self._FILLS:
            return kwargs["tensor"] if "tensor" in kwargs else args[0]
        return func(*args, **kwargs)
