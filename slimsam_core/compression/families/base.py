"""What a family declares so that its models can be slimmed."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from slimsam_core.arch import ArchSpec
from slimsam_core.compression.recipe import Mends
from slimsam_core.errors import RecipeError

if TYPE_CHECKING:
    from torch import Tensor, nn

    from slimsam_core.compression.learning.taps import TapGroup

Kind = Literal["residual", "attention", "hidden"]


@dataclass(frozen=True, kw_only=True)
class ChannelGroup:
    """Channels that can only be cut together; ``roots`` are the modules (dotted paths) that put them out."""

    name: str
    kind: Kind
    roots: tuple[str, ...]
    width: int
    granule: int
    """Widths stay a multiple of this, and at least this."""
    heads: int = 1
    """Every head loses the same channels."""


class SlimmingFamily(Protocol):
    """A family's answers; the modules of this package are such objects."""

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
        """Bring along what the dependency graph cannot see. ``kept``: channels within a head, by group."""


def slimming_family(name: str) -> SlimmingFamily:
    """The declarations of family ``name``. Raises RecipeError when it cannot be slimmed."""
    full_name = f"{__package__}.{name}"
    if not name.isidentifier() or name == "base" or importlib.util.find_spec(full_name) is None:
        raise RecipeError(
            f"models of the family {name!r} cannot be slimmed yet.", "Choose another teacher.", "teacher"
        )
    module: SlimmingFamily = importlib.import_module(full_name)
    return module
