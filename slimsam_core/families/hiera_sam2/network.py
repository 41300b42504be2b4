"""Hiera as SAM 2's image encoder, with free widths in every block (arXiv 2306.00989, 2408.00714)."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F

from slimsam_core.arch import ArchSpec
from slimsam_core.families.declaration import own
from slimsam_core.families.fine_features import packed
from slimsam_core.families.hiera_sam2.spec import PATCH, PATCH_STRIDE, HieraBlock, HieraEncoder, HieraStage
from slimsam_core.families.layers import Mlp, Patches, in_windows


def pooled(x_BHWC: torch.Tensor) -> torch.Tensor:
    """The largest value of every four cells, ``B H/2 W/2 C``."""
    return F.max_pool2d(x_BHWC.permute(0, 3, 1, 2), 2).permute(0, 2, 3, 1)


class PoolingAttention(nn.Module):
    """Self-attention over a grid; with ``pools`` each four queries become one, and so do the cells."""

    def __init__(self, before: int, attention: int, after: int, *, heads: int, pools: bool) -> None:
        super().__init__()
        self.heads, self.pools = heads, pools
        self.q = nn.Linear(before, attention)
        self.k = nn.Linear(before, attention)
        self.v = nn.Linear(before, attention)
        self.proj = nn.Linear(attention, after)

    def forward(self, x_BHWC: torch.Tensor) -> torch.Tensor:
        """``B H W after``, or half as high and wide."""
        q_BHWA: torch.Tensor = self.q(x_BHWC)
        if self.pools:
            q_BHWA = pooled(q_BHWA)
        q, k, v = (self._split(x) for x in (q_BHWA, self.k(x_BHWC), self.v(x_BHWC)))
        x_BnNd = F.scaled_dot_product_attention(q, k, v)
        out: torch.Tensor = self.proj(x_BnNd.transpose(1, 2).flatten(2))
        return torch.unflatten(out, 1, (q_BHWA.shape[1], q_BHWA.shape[2]))

    def _split(self, x_BHWA: torch.Tensor) -> torch.Tensor:
        return torch.unflatten(x_BHWA.flatten(1, 2), -1, (self.heads, -1)).transpose(1, 2)


class HieraLayer(nn.Module):
    """Attention in windows (``window`` > 0) or over everything, then an MLP, each added to the residual.

    Where the width changes the grid is halved, and what is added to is a pooled projection.
    """

    def __init__(
        self, before: int, stage: HieraStage, sizes: HieraBlock, *, window: int, pools: bool
    ) -> None:
        super().__init__()
        self.window = window
        self.norm1 = nn.LayerNorm(before, eps=1e-6)
        self.shortcut = nn.Linear(before, stage.width) if pools else None
        self.attn = PoolingAttention(before, sizes.attention, stage.width, heads=stage.heads, pools=pools)
        self.norm2 = nn.LayerNorm(stage.width, eps=1e-6)
        self.mlp = Mlp(stage.width, sizes.mlp, nn.GELU())

    def forward(self, x_BHWC: torch.Tensor) -> torch.Tensor:
        """``B H W width``, or half as high and wide."""
        y = self.norm1(x_BHWC)
        kept = x_BHWC if self.shortcut is None else pooled(self.shortcut(y))
        x = kept + (in_windows(y, self.window, self.attn) if self.window else self.attn(y))
        out: torch.Tensor = x + self.mlp(self.norm2(x))
        return out


class FeaturePyramid(nn.Module):
    """Features of four resolutions become the embedding with finer features packed into its cells."""

    def __init__(self, spec: HieraEncoder, dim: int) -> None:
        super().__init__()
        outs = (*spec.fine, dim, dim)
        self.laterals = nn.ModuleList(
            nn.Conv2d(stage.width, out, 1) for stage, out in zip(spec.stages, outs, strict=True)
        )
        self.fine = nn.ModuleList(
            nn.Conv2d(width, out, 1) for width, out in zip(spec.fine, (dim // 8, dim // 4), strict=True)
        )
        self.no_memory = nn.Parameter(torch.zeros(1, dim, 1, 1))
        nn.init.trunc_normal_(self.no_memory, std=0.02)

    def forward(self, features: list[torch.Tensor]) -> torch.Tensor:
        """``B 4C h w`` of ``B C H W`` with 4, 8, 16 and 32 pixels a cell (``families.fine_features``)."""
        first, second, third, fourth = (
            lateral(x) for lateral, x in zip(self.laterals, features, strict=True)
        )
        joined = third + F.interpolate(fourth, scale_factor=2, mode="nearest") + self.no_memory
        return packed(joined, self.fine[1](second), self.fine[0](first))


class HieraSam2Encoder(nn.Module):
    """``x_B3SS`` to ``f_BChw`` with C = 4 x ``embed_dim``."""

    def __init__(self, arch: ArchSpec) -> None:
        super().__init__()
        spec = own(HieraEncoder, arch.encoder)
        first = spec.stages[0]
        self.patch_embed = Patches(first.width, PATCH, PATCH_STRIDE, padding=PATCH // 2)
        self.pos_embed = nn.Parameter(torch.empty(1, spec.background, spec.background, first.width))
        self.pos_embed_window = nn.Parameter(torch.empty(1, first.window, first.window, first.width))
        for table in (self.pos_embed, self.pos_embed_window):
            nn.init.trunc_normal_(table, std=0.02)
        self.stages = nn.ModuleList(_stage(spec, s) for s in range(len(spec.stages)))
        self.neck = FeaturePyramid(spec, arch.embed_dim)

    def forward(self, x_B3SS: torch.Tensor) -> torch.Tensor:
        """``f_BChw``."""
        x_BHWC: torch.Tensor = self.patch_embed(x_B3SS)
        x_BHWC = x_BHWC + self.positions(x_BHWC.shape[1])
        features = []
        for stage in self.stages:
            x_BHWC = stage(x_BHWC)
            features.append(x_BHWC.permute(0, 3, 1, 2))
        f_BChw: torch.Tensor = self.neck(features)
        return f_BChw

    def positions(self, side: int) -> torch.Tensor:
        """What is added to the cells of a grid, ``1 side side C``."""
        wide = F.interpolate(self.pos_embed.permute(0, 3, 1, 2), size=(side, side), mode="bicubic")
        times = -(-side // self.pos_embed_window.shape[1])
        tiled = self.pos_embed_window.tile(1, times, times, 1)[:, :side, :side]
        return wide.permute(0, 2, 3, 1) + tiled


def _stage(spec: HieraEncoder, index: int) -> nn.Sequential:
    stage = spec.stages[index]
    layers = []
    for place, sizes in enumerate(stage.blocks):
        pools = index > 0 and place == 0
        window = 0 if place in stage.global_blocks else stage.window
        before = stage
        if pools:
            before = spec.stages[index - 1]
            window = before.window
        layers.append(HieraLayer(before.width, stage, sizes, window=window, pools=pools))
    return nn.Sequential(*layers)


def hiera_layers(encoder: HieraSam2Encoder) -> dict[str, HieraLayer]:
    """The blocks of an encoder by their dotted paths, in their order."""
    return {name: module for name, module in encoder.named_modules() if isinstance(module, HieraLayer)}


def image_encoder(arch: ArchSpec) -> HieraSam2Encoder:
    """The encoder of an architecture of this family."""
    return HieraSam2Encoder(arch)
