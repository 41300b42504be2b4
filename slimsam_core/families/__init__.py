"""The families of models, one folder each, found by being there: to add a family is to add a folder.

``spec`` (without torch) has the description of the image encoder, the known architectures and ``FAMILY``;
``network`` has ``image_encoder``, ``cutting`` what may be cut and compared (``families.cutting``). What is
imported here and in every ``spec`` never needs torch.
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from slimsam_core import arch_limits as limits
from slimsam_core.arch import ArchSpec, DecoderSpec
from slimsam_core.errors import CheckpointError
from slimsam_core.families.declaration import Backbone, Family

if TYPE_CHECKING:
    from torch import nn

__all__ = ["Family", "backbones", "families", "image_encoder", "preset", "preset_names", "read_arch"]


class _Network(Protocol):
    """The module ``network`` of a family."""

    def image_encoder(self, arch: ArchSpec) -> nn.Module:
        """``x_B3SS`` to ``f_BChw``, with freshly initialised weights. Raises TypeError for another family's
        architecture."""


@cache
def families() -> dict[str, Family]:
    """Every family by its name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if module.ispkg)
    return {name: importlib.import_module(f"{__name__}.{name}.spec").FAMILY for name in names}


def image_encoder(arch: ArchSpec) -> nn.Module:
    """The image encoder of an architecture. Raises ValueError for a family that is not known."""
    if arch.family not in families():
        raise ValueError(f"unknown model family {arch.family!r}; known: {', '.join(families())}")
    network: _Network = importlib.import_module(f"{__name__}.{arch.family}.network")
    return network.image_encoder(arch)


def preset_names() -> tuple[str, ...]:
    """The names that ``preset`` knows."""
    return tuple(name for family in families().values() for name in family.presets)


def preset(name: str, *, rename: str = "") -> ArchSpec:
    """A known architecture, under another name if ``rename`` is given. Raises ValueError for unknown ones."""
    for family in families().values():
        if name in family.presets:
            arch = family.presets[name]()
            return replace(arch, name=rename) if rename else arch
    raise ValueError(f"unknown architecture {name!r}; known: {', '.join(preset_names())}")


def backbones() -> dict[str, tuple[str, Backbone]]:
    """Every backbone by its name, with the family that it belongs to."""
    return {
        name: (family.name, backbone)
        for family in families().values()
        for name, backbone in family.backbones.items()
    }


def read_arch(data: Any) -> ArchSpec:
    """Read what ``ArchSpec.to_json`` wrote. Raises CheckpointError that says what is wrong."""
    try:
        family = limits.text(data["family"])
        if family not in families():
            raise CheckpointError(
                "The model's family is not known.",
                "It may come from a newer version of this program.",
                expected=" / ".join(families()),
                found=family,
            )
        mean, std = (limits.three_numbers(data[key]) for key in ("pixel_mean", "pixel_std"))
        return ArchSpec(
            name=limits.text(data["name"]),
            family=family,
            image_size=data["image_size"],
            encoder=families()[family].encoder.from_json(data["encoder"]),
            embed_dim=data["embed_dim"],
            decoder=DecoderSpec(**data["decoder"]),
            pixel_mean=mean,
            pixel_std=std,
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as e:
        raise CheckpointError("The architecture of the model cannot be read ({e}).", e=limits.told(e)) from e
