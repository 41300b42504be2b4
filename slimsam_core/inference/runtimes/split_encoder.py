"""An image encoder cut at its global attentions, which ``FusedAttention`` computes instead of a graph."""

from __future__ import annotations

from torch import nn

from slimsam_core.families.pieces import InPieces, Piece
from slimsam_core.inference.runtimes.fused_attention import FusedAttention, Grid
from slimsam_core.inference.runtimes.simd import supported


def split(encoder: nn.Module) -> list[Piece]:
    """The pieces of an encoder, one more than it has global attentions; none where ``FusedAttention`` does
    not suit it or this CPU. Raises RuntimeError when its code cannot be made."""
    if not isinstance(encoder, InPieces) or not supported():
        return []
    cuts = {i: Grid(*attention) for i, attention in encoder.global_attentions().items()}
    grids = set(cuts.values())
    if not cuts or not all(grid.suits for grid in grids):
        return []
    for grid in grids:
        FusedAttention(grid)
    return [encoder.piece(*ends) for ends in zip([None, *cuts], [*cuts, None], strict=True)]
