"""SAM's image encoder, a ViT with windowed attention, with free widths in every block (arXiv 2304.02643)."""

from __future__ import annotations

import torch
from torch import nn

from slimsam_core.arch import ArchSpec
from slimsam_core.families.declaration import own
from slimsam_core.families.layers import (
    KernelAttention,
    LayerNorm2d,
    Mlp,
    Patches,
    in_windows,
    relative_attention,
)
from slimsam_core.families.sam_vit.spec import VitBlock, VitEncoder


class GridAttention(KernelAttention):
    """Self-attention over a ``side`` x ``side`` grid with relative positions."""

    def __init__(self, width: int, attention: int, heads: int, side: int) -> None:
        super().__init__()
        self.heads = heads
        self.side = side
        self.kernel = relative_attention
        self.q = nn.Linear(width, attention)
        self.k = nn.Linear(width, attention)
        self.v = nn.Linear(width, attention)
        self.proj = nn.Linear(attention, width)
        self.rel_pos_h = nn.Parameter(torch.empty(2 * side - 1, attention // heads))
        self.rel_pos_w = nn.Parameter(torch.empty(2 * side - 1, attention // heads))
        nn.init.trunc_normal_(self.rel_pos_h, std=0.02)
        nn.init.trunc_normal_(self.rel_pos_w, std=0.02)

    def forward(self, x_BHWE: torch.Tensor) -> torch.Tensor:
        """Same shape as given."""
        batch, height, width, _ = x_BHWE.shape
        q, k, v = (self._split(layer(x_BHWE)) for layer in (self.q, self.k, self.v))
        x_BnNd = self.kernel(q, k, v, self._table(self.rel_pos_h), self._table(self.rel_pos_w))
        out: torch.Tensor = self.proj(x_BnNd.transpose(1, 2).reshape(batch, height, width, -1))
        return out

    def _split(self, x_BHWA: torch.Tensor) -> torch.Tensor:
        batch, height, width, channels = x_BHWA.shape
        x_BNnd = x_BHWA.reshape(batch, height * width, self.heads, channels // self.heads)
        return x_BNnd.transpose(1, 2)

    def _table(self, rel_pos_Ld: torch.Tensor) -> torch.Tensor:
        """``side side d``: entry (i, j) is the vector of distance ``i - j``."""
        index = torch.arange(self.side, device=rel_pos_Ld.device)
        table: torch.Tensor = rel_pos_Ld[index[:, None] - index[None, :] + self.side - 1]
        return table


class Block(nn.Module):
    """Attention in windows (``window`` > 0) or over everything, then an MLP, each added to the residual."""

    def __init__(self, width: int, widths: VitBlock, heads: int, window: int, grid: int) -> None:
        super().__init__()
        self.window = window
        self.norm1 = nn.LayerNorm(width, eps=1e-6)
        self.attn = GridAttention(width, widths.attention, heads, window or grid)
        self.norm2 = nn.LayerNorm(width, eps=1e-6)
        self.mlp = Mlp(width, widths.mlp, nn.GELU())

    def forward(self, x_BHWE: torch.Tensor) -> torch.Tensor:
        """Same shape as given."""
        x = self.norm1(x_BHWE)
        x = x_BHWE + (in_windows(x, self.window, self.attn) if self.window else self.attn(x))
        out: torch.Tensor = x + self.mlp(self.norm2(x))
        return out


class SamVitEncoder(nn.Module):
    """``x_B3SS`` to ``f_BChw``; every block's output, q/k/v and MLP hidden layer is a module of its own."""

    def __init__(self, arch: ArchSpec) -> None:
        super().__init__()
        spec = own(VitEncoder, arch.encoder)
        grid = arch.embedding_size
        self.patch_embed = Patches(spec.width, spec.patch, stride=spec.patch)
        self.pos_embed = nn.Parameter(torch.empty(1, grid, grid, spec.width))
        nn.init.trunc_normal_(self.pos_embed, std=0.02)
        self.blocks = nn.ModuleList(
            Block(spec.width, widths, spec.heads, 0 if i in spec.global_blocks else spec.window, grid)
            for i, widths in enumerate(spec.blocks)
        )
        self.neck = nn.Sequential(
            nn.Conv2d(spec.width, arch.embed_dim, 1, bias=False),
            LayerNorm2d(arch.embed_dim),
            nn.Conv2d(arch.embed_dim, arch.embed_dim, 3, padding=1, bias=False),
            LayerNorm2d(arch.embed_dim),
        )

    def forward(self, x_B3SS: torch.Tensor) -> torch.Tensor:
        """``f_BChw``."""
        x_BhwE = self.patch_embed(x_B3SS) + self.pos_embed
        for block in self.blocks:
            x_BhwE = block(x_BhwE)
        f_BChw: torch.Tensor = self.neck(x_BhwE.permute(0, 3, 1, 2))
        return f_BChw


def transformer_blocks(encoder: SamVitEncoder) -> list[Block]:
    """The blocks of an encoder in their order."""
    return [block for block in encoder.blocks if isinstance(block, Block)]


def image_encoder(arch: ArchSpec) -> SamVitEncoder:
    """The encoder of an architecture of this family."""
    return SamVitEncoder(arch)
