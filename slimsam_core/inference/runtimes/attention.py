"""Attention with relative positions, equal to ``families.layers.relative_attention`` without its N x N bias.

The plain form writes a bias of cells x cells for every head (800 MB at 4096 cells and 12 heads); touching
that memory costs more than the arithmetic.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import torch
from torch import nn
from torch.nn import functional as F

from slimsam_core.families.layers import (
    KernelAttention,
    RelativeAttention,
    relative_attention,
    relative_bias,
)

_QUERY_CELLS = 256
"""Queries at a time: their bias of all heads stays within a few tens of MB."""


def chunked_attention(
    q_BnNd: torch.Tensor,
    k_BnNd: torch.Tensor,
    v_BnNd: torch.Tensor,
    rel_h_HHd: torch.Tensor,
    rel_w_WWd: torch.Tensor,
) -> torch.Tensor:
    """For CPUs: whole rows of queries in chunks, so that only a slice of the bias exists at a time."""
    height, width = rel_h_HHd.shape[0], rel_w_WWd.shape[0]
    rows = max(1, _QUERY_CELLS // width)
    if rows >= height:
        return relative_attention(q_BnNd, k_BnNd, v_BnNd, rel_h_HHd, rel_w_WWd)
    parts = []
    for row in range(0, height, rows):
        part = slice(row * width, (row + rows) * width)
        parts.append(
            relative_attention(q_BnNd[:, :, part], k_BnNd, v_BnNd, rel_h_HHd[row : row + rows], rel_w_WWd)
        )
    return torch.cat(parts, dim=2)


def augmented_attention(
    q_BnNd: torch.Tensor,
    k_BnNd: torch.Tensor,
    v_BnNd: torch.Tensor,
    rel_h_HHd: torch.Tensor,
    rel_w_WWd: torch.Tensor,
) -> torch.Tensor:
    """For GPUs: the bias becomes part of the dot product, so that a fused kernel without a bias applies.

    ``q.rel_h[y_q, y_k]`` is entry ``y_k`` of a vector of the query, picked by a one-hot vector of the key;
    the same for columns. Heads grow from d to d + H + W, rounded up to a multiple of 8 for the kernel.
    """
    batch, heads, _, d = q_BnNd.shape
    height, width = rel_h_HHd.shape[0], rel_w_WWd.shape[0]
    bias_h, bias_w = (bias.flatten(2, 3) for bias in relative_bias(q_BnNd, rel_h_HHd, rel_w_WWd))
    eye_h = torch.eye(height, device=q_BnNd.device, dtype=q_BnNd.dtype)
    eye_w = torch.eye(width, device=q_BnNd.device, dtype=q_BnNd.dtype)
    place_NP = torch.cat([eye_h.repeat_interleave(width, 0), eye_w.repeat(height, 1)], dim=1)
    q = torch.cat([q_BnNd * d**-0.5, bias_h, bias_w], dim=-1)
    k = torch.cat([k_BnNd, place_NP.expand(batch, heads, -1, -1)], dim=-1)
    spare = -q.shape[-1] % 8
    q, k = F.pad(q, (0, spare)), F.pad(k, (0, spare))
    v = F.pad(v_BnNd, (0, q.shape[-1] - d))
    return F.scaled_dot_product_attention(q, k, v, scale=1.0)[..., :d]


@contextlib.contextmanager
def attention_kernel(module: nn.Module, kernel: RelativeAttention) -> Iterator[None]:
    """Within the block, every ``KernelAttention`` below ``module`` is computed by ``kernel``."""
    layers = [layer for layer in module.modules() if isinstance(layer, KernelAttention)]
    before = [layer.kernel for layer in layers]
    try:
        for layer in layers:
            layer.kernel = kernel
        yield
    finally:
        for layer, old in zip(layers, before, strict=True):
            layer.kernel = old
