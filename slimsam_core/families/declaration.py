"""What a family says without torch; its other modules are found in its folder when they are wanted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from slimsam_core.arch import ArchSpec, EncoderSpec

TRANSFORMERS_FILES: Mapping[str, int] = {"config.json": 1_000_000, "model.safetensors": 1_000_000_000}
"""Of a folder of transformers; the largest published model that is named here has 112 MB."""


@dataclass(frozen=True, kw_only=True)
class Downloadable:
    """A published model: its name here, what it is, its repository, its licence."""

    name: str
    title: str
    repo: str
    """On the Hugging Face hub."""
    licence: str
    preset: str
    """Its architecture, by name: what it will cost can be told before it is here."""
    files: Mapping[str, int] = field(default_factory=lambda: TRANSFORMERS_FILES)
    """What is fetched, and the most bytes of each."""
    weights: str = ""
    """The one of ``files`` to read; without: the folder of all."""

    @property
    def url(self) -> str:
        """Its page."""
        return f"https://huggingface.co/{self.repo}"


@dataclass(frozen=True, kw_only=True)
class Backbone:
    """An encoder that has learnt ImageNet, which training can begin with; the family's module ``imagenet``
    takes its weights over."""

    package: str
    """That has its weights, as it is imported."""
    arch: Callable[[], ArchSpec]


@dataclass(frozen=True, kw_only=True)
class Family:
    """A family of models that differ in their image encoder's widths alone."""

    name: str
    """That of its folder, of ``ArchSpec.family`` and in headers of files."""
    encoder: type[EncoderSpec]
    """Describes its image encoders."""
    presets: Mapping[str, Callable[[], ArchSpec]]
    """Known architectures by name; a name belongs to one family."""
    backbones: Mapping[str, Backbone] = field(default_factory=dict)
    """By the names that ``slimsam train`` takes."""
    published: tuple[Downloadable, ...] = ()
    """What others trained and give away under a licence that lets everybody use it."""


Own = TypeVar("Own")


def own(kind: type[Own], thing: object) -> Own:
    """``thing``, which is of a family's own kind. Raises TypeError for one of another family."""
    if not isinstance(thing, kind):
        raise TypeError(f"expected a {kind.__name__}, not {type(thing).__name__}")
    return thing
