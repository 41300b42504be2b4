"""SAM's mask decoder: prompt tokens and an image become mask logits and predicted IoU (arXiv 2304.02643)."""

from __future__ import annotations

import itertools

import torch
from torch import nn

from slimsam_core.arch import ArchSpec
from slimsam_core.families.layers import LayerNorm2d
from slimsam_core.models.transformer import ImageTokens, TwoWayTransformer


class Head(nn.Module):
    """``depth`` linear layers with ReLU between them."""

    def __init__(self, dim: int, hidden: int, out: int, depth: int) -> None:
        super().__init__()
        widths = [dim, *[hidden] * (depth - 1), out]
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in itertools.pairwise(widths))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``[..., dim]`` to ``[..., out]``."""
        *inner, last = self.layers
        for layer in inner:
            x = torch.relu(layer(x))
        out: torch.Tensor = last(x)
        return out


class MaskDecoder(nn.Module):
    """Mask 0 is the single-mask output, the others are the candidates for an ambiguous prompt."""

    def __init__(self, arch: ArchSpec) -> None:
        super().__init__()
        dim, spec = arch.embed_dim, arch.decoder
        masks = spec.multimask_outputs + 1
        self.embedding_size = arch.embedding_size
        self.transformer = TwoWayTransformer(dim, spec)
        self.iou_token = nn.Embedding(1, dim)
        self.mask_tokens = nn.Embedding(masks, dim)
        self.output_upscaling = nn.Sequential(
            nn.ConvTranspose2d(dim, dim // 4, 2, stride=2),
            LayerNorm2d(dim // 4),
            nn.GELU(),
            nn.ConvTranspose2d(dim // 4, dim // 8, 2, stride=2),
            nn.GELU(),
        )
        self.output_hypernetworks_mlps = nn.ModuleList(Head(dim, dim, dim // 8, 3) for _ in range(masks))
        self.iou_prediction_head = Head(dim, spec.iou_hidden, masks, spec.iou_depth)

    def forward(self, image: ImageTokens, sparse_BNC: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits ``B M 4h 4w`` of all masks and their predicted IoU ``B M``."""
        own_TC = torch.cat([self.iou_token.weight, self.mask_tokens.weight])
        own_BTC = own_TC[None].expand(sparse_BNC.shape[0], -1, -1)
        tokens_BTC, keys_BNC = self.transformer(torch.cat([own_BTC, sparse_BNC], dim=1), image)
        side = self.embedding_size
        upscaled = self.output_upscaling(keys_BNC.mT.unflatten(2, (side, side)))
        hyper_BMc = torch.stack(
            [head(tokens_BTC[:, 1 + i]) for i, head in enumerate(self.output_hypernetworks_mlps)], dim=1
        )
        logits = (hyper_BMc @ upscaled.flatten(2)).unflatten(2, upscaled.shape[2:])
        return logits, self.iou_prediction_head(tokens_BTC[:, 0])
