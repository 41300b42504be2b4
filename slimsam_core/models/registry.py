"""The families of models by name. A family is a file in ``families`` that registers itself when imported."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from slimsam_core.arch import ArchSpec
from slimsam_core.arch_limits import told
from slimsam_core.errors import CheckpointError
from slimsam_core.models.sam import Sam

EncoderBuilder = Callable[[ArchSpec], nn.Module]
_BUILDERS: dict[str, EncoderBuilder] = {}


def register_family(name: str) -> Callable[[EncoderBuilder], EncoderBuilder]:
    """Decorator: this function (or module class) builds the image encoders of family ``name``."""

    def register(builder: EncoderBuilder) -> EncoderBuilder:
        _BUILDERS[name] = builder
        return builder

    return register


@cache
def _import_families() -> None:
    from slimsam_core.models import families

    for module in pkgutil.iter_modules(families.__path__):
        importlib.import_module(f"{families.__name__}.{module.name}")


def family_names() -> tuple[str, ...]:
    """Every family that can be built."""
    _import_families()
    return tuple(sorted(_BUILDERS))


def build_model(arch: ArchSpec) -> Sam:
    """A model with freshly initialised float32 weights, in evaluation mode.

    Raises ValueError for a family that is not registered.
    """
    if arch.family not in family_names():
        raise ValueError(f"unknown model family {arch.family!r}; known: {', '.join(family_names())}")
    return Sam(arch, _BUILDERS[arch.family](arch)).eval()


def meta_model(arch: ArchSpec) -> Sam:
    """The same without weights, on torch's meta device: takes no memory and little time.

    Raises CheckpointError for an architecture that cannot be built: it comes from a file.
    """
    try:
        return _built_on_meta(arch)
    except (RuntimeError, TypeError, ValueError, ArithmeticError) as e:
        raise CheckpointError(f"The architecture in the file cannot be built: {told(e)}.") from e


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
