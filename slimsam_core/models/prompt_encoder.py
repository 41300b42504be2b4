"""SAM's prompt encoder: points, boxes and masks become tokens and a dense map (arXiv 2304.02643)."""

from __future__ import annotations

import math

import torch
from torch import nn

from slimsam_core.arch import ArchSpec
from slimsam_core.families.layers import LayerNorm2d

PADDING, NEGATIVE, POSITIVE, BOX_TOP_LEFT, BOX_BOTTOM_RIGHT = -1, 0, 1, 2, 3


class RandomPositions(nn.Module):
    """Positions as sines and cosines of random frequencies."""

    positional_encoding_gaussian_matrix: torch.Tensor

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.register_buffer("positional_encoding_gaussian_matrix", torch.randn(2, dim // 2))

    def forward(self, xy: torch.Tensor) -> torch.Tensor:
        """``[..., 2]`` with x and y in 0..1 to ``[..., dim]``."""
        phase = (2 * xy - 1) @ self.positional_encoding_gaussian_matrix * (2 * math.pi)
        return torch.cat([phase.sin(), phase.cos()], dim=-1)


class PromptEncoder(nn.Module):
    """Points carry labels: -1 padding, 0 negative, 1 positive, 2 and 3 the corners of a box."""

    def __init__(self, arch: ArchSpec) -> None:
        super().__init__()
        dim, channels = arch.embed_dim, arch.decoder.mask_channels
        self.image_size = arch.image_size
        self.embedding_size = arch.embedding_size
        self.pe_layer = RandomPositions(dim)
        self.point_embeddings = nn.ModuleList(nn.Embedding(1, dim) for _ in range(4))
        self.not_a_point_embed = nn.Embedding(1, dim)
        self.no_mask_embed = nn.Embedding(1, dim)
        self.mask_downscaling = nn.Sequential(
            nn.Conv2d(1, channels // 4, 2, stride=2),
            LayerNorm2d(channels // 4),
            nn.GELU(),
            nn.Conv2d(channels // 4, channels, 2, stride=2),
            LayerNorm2d(channels),
            nn.GELU(),
            nn.Conv2d(channels, dim, 1),
        )

    def sparse(
        self, points_BN2: torch.Tensor, labels_BN: torch.Tensor, image_size: int | None = None
    ) -> torch.Tensor:
        """Tokens ``B N C`` of labelled points; x and y in model pixels, to which 0.5 is added here.
        ``image_size``: the side of the square, where it is another than the model's own."""
        size = self.image_size if image_size is None else image_size
        position_BNC = self.pe_layer((points_BN2 + 0.5) / size)
        kinds_5C = torch.cat([self.not_a_point_embed.weight, *(e.weight for e in self._kinds())])
        padding_BN1 = (labels_BN == PADDING)[..., None]
        return torch.where(padding_BN1, 0.0, position_BNC) + kinds_5C[labels_BN.long() + 1]

    def dense(self, mask_B1hw: torch.Tensor) -> torch.Tensor:
        """The dense prompt ``B C H W`` of low-resolution mask logits (side = 4 x the embedding's)."""
        out: torch.Tensor = self.mask_downscaling(mask_B1hw)
        return out

    def no_mask(self) -> torch.Tensor:
        """The dense prompt that says "no mask given", ``1 C 1 1``."""
        return self.no_mask_embed.weight[:, :, None, None]

    def grid_positions(self, cells: int | None = None) -> torch.Tensor:
        """Positional encoding of the embedding's cells, ``1 C H W``; ``cells``: along a side, where there are
        others than the model's own."""
        side = self.embedding_size if cells is None else cells
        matrix = self.pe_layer.positional_encoding_gaussian_matrix
        centres = (torch.arange(side, device=matrix.device, dtype=matrix.dtype) + 0.5) / side
        y, x = torch.meshgrid(centres, centres, indexing="ij")
        position_HWC: torch.Tensor = self.pe_layer(torch.stack([x, y], dim=-1))
        return position_HWC.permute(2, 0, 1)[None]

    def _kinds(self) -> list[nn.Embedding]:
        return [e for e in self.point_embeddings if isinstance(e, nn.Embedding)]
