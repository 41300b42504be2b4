"""Layers that several parts of the models share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, Self

import torch
from torch import nn
from torch.nn import functional as F


class LayerNorm2d(nn.LayerNorm):
    """Layer norm over the channels of ``x_BCHW``, each pixel by itself; eps 1e-6."""

    def __init__(self, channels: int) -> None:
        super().__init__(channels, eps=1e-6)

    def forward(self, x_BCHW: torch.Tensor) -> torch.Tensor:
        """Same shape as given."""
        return super().forward(x_BCHW.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class Patches(nn.Module):
    """Patches of ``side`` pixels, ``stride`` apart, become vectors."""

    def __init__(self, width: int, side: int, stride: int, padding: int = 0) -> None:
        super().__init__()
        self.proj = nn.Conv2d(3, width, side, stride=stride, padding=padding)

    def forward(self, x_B3HW: torch.Tensor) -> torch.Tensor:
        """``B h w C``, channels last."""
        x_BChw: torch.Tensor = self.proj(x_B3HW)
        return x_BChw.permute(0, 2, 3, 1)


class FrozenNorms(nn.Module):
    """Its batch norms keep their statistics in training mode too: few pictures at a time spoil them."""

    def train(self, mode: bool = True) -> Self:
        """Training mode for everything but the batch norms."""
        super().train(mode)
        for module in self.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.training = False
        return self


class Mlp(nn.Module):
    """Two linear layers with an activation between them: ``lin1``, ``act``, ``lin2``."""

    def __init__(self, width: int, hidden: int, act: nn.Module) -> None:
        super().__init__()
        self.lin1 = nn.Linear(width, hidden)
        self.act = act
        self.lin2 = nn.Linear(hidden, width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``[..., width]`` to the same shape."""
        out: torch.Tensor = self.lin2(self.act(self.lin1(x)))
        return out


Windows = Callable[[torch.Tensor], torch.Tensor]
"""A computation on windows of cells, ``n side side C`` to ``n S S D``, where S divides ``side``."""


def in_windows(x_BHWC: torch.Tensor, side: int, attend: Windows) -> torch.Tensor:
    """``attend`` on all windows of ``side`` x ``side`` cells at once: ``B H W D``, or fewer cells where
    ``attend`` gives fewer.

    Cells that fill up a window over the edge are zero, and are attended to like all others.
    """
    batch, height, width, channels = x_BHWC.shape
    x = F.pad(x_BHWC, (0, 0, 0, -width % side, 0, -height % side))
    rows, columns = x.shape[1] // side, x.shape[2] // side
    x = x.reshape(batch, rows, side, columns, side, channels).transpose(2, 3)
    x = attend(x.reshape(-1, side, side, channels))
    left, channels = x.shape[1], x.shape[3]
    x = x.reshape(batch, rows, columns, left, left, channels).transpose(2, 3)
    x = x.reshape(batch, rows * left, columns * left, channels)
    return x[:, : height * left // side, : width * left // side]


class RelativeAttention(Protocol):
    """Attention over a grid with a bias that depends on row and column distance."""

    def __call__(
        self,
        q_BnNd: torch.Tensor,
        k_BnNd: torch.Tensor,
        v_BnNd: torch.Tensor,
        rel_h_HHd: torch.Tensor,
        rel_w_WWd: torch.Tensor,
    ) -> torch.Tensor:
        """Returns ``B n N d``."""


class KernelAttention(nn.Module):
    """Attention with relative positions that ``kernel`` computes, which may be replaced by an equal, faster
    one."""

    kernel: RelativeAttention


def relative_attention(
    q_BnNd: torch.Tensor,
    k_BnNd: torch.Tensor,
    v_BnNd: torch.Tensor,
    rel_h_HHd: torch.Tensor,
    rel_w_WWd: torch.Tensor,
) -> torch.Tensor:
    """Scaled dot-product attention over an H x W grid (N = H * W) with decomposed relative positions (MViTv2,
    arXiv 2112.01526): ``softmax(q.k / sqrt(d) + q.rel_h[row_q, row_k] + q.rel_w[col_q, col_k]) v``.

    The bias uses the unscaled query, as SAM does.
    """
    bias_h, bias_w = relative_bias(q_BnNd, rel_h_HHd, rel_w_WWd)
    bias = (bias_h[..., :, None] + bias_w[..., None, :]).flatten(2, 3).flatten(3)
    return F.scaled_dot_product_attention(q_BnNd, k_BnNd, v_BnNd, attn_mask=bias)


def relative_bias(
    q_BnNd: torch.Tensor, rel_h_RHd: torch.Tensor, rel_w_WWd: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """What the rows and the columns of the keys add to the scores of queries in R whole rows of W columns:
    ``B n R W H`` and ``B n R W W``."""
    q_BnRWd = torch.unflatten(q_BnNd, 2, (rel_h_RHd.shape[0], rel_w_WWd.shape[0]))
    return q_BnRWd @ rel_h_RHd.mT, (q_BnRWd.transpose(2, 3) @ rel_w_WWd.mT).transpose(2, 3)
