"""An image encoder cut at its global attentions, which ``FusedAttention`` computes instead of a graph."""

from __future__ import annotations

import torch
from torch import nn

from slimsam_core.families.sam_vit.network import Block, GridAttention, SamVitEncoder
from slimsam_core.inference.runtimes.fused_attention import FusedAttention, Grid
from slimsam_core.inference.runtimes.simd import supported


class Piece(nn.Module):
    """What lies between two global attentions.

    In: the picture ``1 3 S S``, or the residual ``1 h w E`` and what the attention gave, ``N A`` (N = h * w
    cells, A channels). Out: the residual and what ``FusedAttention`` is called with, or the features
    ``1 C h w``.
    """

    def __init__(self, encoder: SamVitEncoder, after: int | None, before: int | None) -> None:
        """``after`` and ``before``: the blocks with the attentions at either end; None: there is none."""
        super().__init__()
        self.encoder = encoder
        self.after, self.before = after, before

    def forward(self, x: torch.Tensor, attended_NA: torch.Tensor | None = None) -> tuple[torch.Tensor, ...]:
        """See the class."""
        blocks = _blocks(self.encoder)
        if self.after is None or attended_NA is None:
            x, start = self.encoder.embed(x), 0
        else:
            block = blocks[self.after]
            attended = block.attn.proj(attended_NA.reshape(*x.shape[:3], -1))
            x, start = block.finish(x, attended), self.after + 1
        for block in blocks[start : self.before]:
            x = block(x)
        if self.before is None:
            return (self.encoder.features(x),)
        return x, *_attention_inputs(blocks[self.before], x)

    def example(self, image_size: int) -> tuple[torch.Tensor, ...]:
        """Inputs of the right shapes."""
        if self.after is None:
            return (torch.zeros(1, 3, image_size, image_size),)
        block = _blocks(self.encoder)[self.after]
        side, attention = block.attn.side, block.attn.proj
        return torch.zeros(1, side, side, attention.out_features), torch.zeros(side**2, attention.in_features)


def split(encoder: nn.Module) -> list[Piece]:
    """The pieces of an encoder, one more than it has global attentions; none where ``FusedAttention`` does
    not suit it or this CPU. Raises RuntimeError when its code cannot be made."""
    if not isinstance(encoder, SamVitEncoder) or not supported():
        return []
    cuts = {i: _grid(block.attn) for i, block in enumerate(_blocks(encoder)) if not block.window}
    grids = set(cuts.values())
    if not cuts or not all(grid.suits for grid in grids):
        return []
    for grid in grids:
        FusedAttention(grid)
    return [Piece(encoder, *ends) for ends in zip([None, *cuts], [*cuts, None], strict=True)]


def _blocks(encoder: SamVitEncoder) -> list[Block]:
    return [block for block in encoder.blocks if isinstance(block, Block)]


def _grid(attention: GridAttention) -> Grid:
    return Grid(attention.heads, attention.rel_pos_h.shape[1], attention.side, attention.side)


def _attention_inputs(block: Block, x_BHWE: torch.Tensor) -> tuple[torch.Tensor, ...]:
    normed_NE = block.norm1(x_BHWE).flatten(0, 2)
    projected = [layer(normed_NE) for layer in (block.attn.q, block.attn.k, block.attn.v)]
    tables = [table.flip(0).mT.contiguous() for table in (block.attn.rel_pos_h, block.attn.rel_pos_w)]
    return *projected, *tables
