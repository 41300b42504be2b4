"""The families of models by name. A family is a file in ``families`` that registers itself when imported."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache

from torch import nn

from slimsam_core.arch import ArchSpec
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

    Honours ``with torch.device("meta"):`` for counting without memory. Raises ValueError for a family that is
    not registered.
    """
    if arch.family not in family_names():
        raise ValueError(f"unknown model family {arch.family!r}; known: {', '.join(family_names())}")
    return Sam(arch, _BUILDERS[arch.family](arch)).eval()
