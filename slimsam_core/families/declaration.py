"""What a family says without torch; its other modules are found in its folder when they are wanted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from slimsam_core.arch import ArchSpec, EncoderSpec


@dataclass(frozen=True, kw_only=True)
class Family:
    """A family of models that differ in their image encoder's widths alone."""

    name: str
    """That of its folder, of ``ArchSpec.family`` and in headers of files."""
    encoder: type[EncoderSpec]
    """Describes its image encoders."""
    presets: Mapping[str, Callable[[], ArchSpec]]
    """Known architectures by name; a name belongs to one family."""
