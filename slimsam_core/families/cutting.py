"""What a family declares so that its models can be compressed."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from slimsam_core.arch import ArchSpec
from slimsam_core.errors import RecipeError
from slimsam_core.families import families

if TYPE_CHECKING:
    from torch import Tensor, nn


GRANULE = 8
"""Of all widths but attention's: one vector of float32 on the narrowest CPUs in use (AVX2)."""


class ChannelKind(StrEnum):
    """Where channels flow: along the residual stream, inside attention, or inside a hidden layer."""

    RESIDUAL = "residual"
    ATTENTION = "attention"
    HIDDEN = "hidden"


class TapSide(StrEnum):
    """What of a module is looked at."""

    INPUT = "input"
    OUTPUT = "output"


@dataclass(frozen=True, kw_only=True)
class ChannelGroup:
    """Channels that can only be cut together; ``roots`` are the modules (dotted paths) that put them out."""

    name: str
    kind: ChannelKind
    roots: tuple[str, ...]
    width: int
    granule: int
    """Widths stay a multiple of this, and at least this."""
    heads: int = 1
    """Every head loses the same channels."""
    unit: int = 1
    """So many neighbours go together, such as those of a whole head."""

    @property
    def places(self) -> int:
        """What can be kept or cut by itself: units within a head."""
        return self.width // (self.heads * self.unit)

    def channels(self, places: Iterable[int]) -> list[int]:
        """The channels of some places, in all heads."""
        return [
            (head * self.places + place) * self.unit + neighbour
            for head in range(self.heads)
            for place in places
            for neighbour in range(self.unit)
        ]


def one_root(name: str, kind: ChannelKind, root: str, width: int) -> ChannelGroup:
    """The group of the channels that one module puts out, of any width that vectors fill."""
    return ChannelGroup(name=name, kind=kind, roots=(root,), width=width, granule=GRANULE)


@dataclass(frozen=True)
class Tap:
    """One inner feature: what flows into or out of the module at ``path`` (dotted, in the image encoder)."""

    path: str
    side: TapSide = TapSide.OUTPUT


@dataclass(frozen=True)
class TapGroup:
    """Features whose mean errors are averaged into one term of a loss."""

    name: str
    taps: tuple[Tap, ...]


@dataclass(frozen=True, kw_only=True)
class Mends:
    """What is done differently from the published scripts, each to be switched off for measuring."""

    free_residual: bool = True
    """Rank every residual channel by itself; off: channels c, c + width/heads, c + 2 width/heads, ... go
    together, because the scripts hand the heads of q, k and v on to the residual stream that feeds them."""
    exact_sum: bool = True
    """Global ranking keeps the sum of the uniform widths, the best in whole granules; off: a threshold over
    all blocks decides, and the number *cut* from a block is rounded down, the last by index staying."""

    global_block_loss: bool = True
    """Compare the global blocks' q, k, v with the teacher's; off: that term is 0, as published."""
    keep_relative_positions: bool = True
    """Keep the relative position tables in stage 1, cut them in stage 2; off: zeros after each pruning."""
    recompute_scale: bool = True
    """Attention scale from the pruned head width while distilling, as the scripts do today; off: the
    teacher's scale, folded into the keys so that any program computes the same."""
    any_gain: bool = True
    """Any better validation counts; off: for the learning rate only one that is better by a ten-thousandth,
    and of two equally good epochs the later one is kept."""
    object_mean: bool = True
    """The judge's mIoU is the mean over objects; off: over pictures, each the mean of its objects."""
    area_resize: bool = True
    """Pictures are shrunk by the mean over each pixel's area, as the program does when it labels; off: by
    Pillow's bilinear filter, from which a fifth of the values differ by one level."""


class PrunableFamily(Protocol):
    """A family's answers: its module ``cutting`` is such an object."""

    def channel_groups(self, arch: ArchSpec) -> tuple[ChannelGroup, ...]:
        """Everything that may be cut: residual streams, q/k/v by block, hidden layers."""

    def with_widths(self, arch: ArchSpec, widths: Mapping[str, int]) -> ArchSpec:
        """The architecture with the widths of some groups replaced."""

    def skeleton(self, encoder: nn.Module) -> Tensor:
        """Run the layers once on a tiny input so that channels that belong together meet.

        The dependency graph is read from it; neither values nor the shapes of feature maps matter.
        """

    def bottleneck_taps(self, arch: ArchSpec, mends: Mends) -> tuple[TapGroup, ...]:
        """Features whose width stage 1 leaves alone."""

    def embedding_taps(self, arch: ArchSpec) -> tuple[TapGroup, ...]:
        """Features on the residual stream, whose width stage 2 leaves alone."""

    def checkpointed(self, encoder: nn.Module) -> Sequence[nn.Module]:
        """Modules whose inner activations may be computed twice to save memory."""

    def after_cut(
        self, encoder: nn.Module, kept: Mapping[str, Sequence[int]], former: ArchSpec, mends: Mends
    ) -> None:
        """Bring along what the dependency graph cannot see. ``kept``: places by group."""


def prunable_family(name: str) -> PrunableFamily:
    """The declarations of family ``name``. Raises RecipeError when it cannot be compressed."""
    if name not in families():
        raise RecipeError(
            "models of the family {name!r} cannot be compressed yet.",
            "Choose another teacher.",
            "teacher",
            name=name,
        )
    module: PrunableFamily = importlib.import_module(f"{__package__}.{name}.cutting")
    return module
