"""What is known of the models of this machine, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from slimsam_core.errors import SlimSamError

if TYPE_CHECKING:
    from slimsam_core.families.declaration import Downloadable
    from slimsam_core.library.model_library import ModelInfo


@dataclass(frozen=True)
class AddedTorch:
    """PyTorch of the stand-alone program; both 0 where it is not one."""

    download_bytes: int = 0
    added_bytes: int = 0
    """On the disk."""


@dataclass(frozen=True, kw_only=True)
class Listing:
    """What there is, with costs where they could be counted."""

    installed: tuple[ModelInfo, ...]
    downloadable: tuple[Downloadable, ...]
    problems: tuple[SlimSamError, ...]
    costs: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Model name -> parameters of the whole model, and MACs of its image encoder; of all that are listed."""
    sha256: dict[str, str] = field(default_factory=dict)
    devices: str = ""
    """Which device is used, and why not the GPU when it is not."""


@dataclass(frozen=True)
class Speed:
    """Medians measured on this machine."""

    encode_ms: float
    decode_ms: float
    runtime: str
