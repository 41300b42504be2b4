"""SAM's mask decoder: prompt tokens and an image become mask logits and predicted IoU (arXiv 2304.02643).

That of SAM 2 (arXiv 2408.00714) has one more token, looks at finer features, and ends with a sigmoid.
"""

from __future__ import annotations

import itertools
from dataclasses import replace

import torch
from torch import nn

from slimsam_core.arch import ArchSpec
from slimsam_core.families.fine_features import apart, unpacked
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
        self.of_sam2 = arch.encoder.of_sam2
        if self.of_sam2:
            self.obj_score_token = nn.Embedding(1, dim)
            self.pred_obj_score_head = Head(dim, dim, 1, 3)

    def prepare(
        self, f_BChw: torch.Tensor, dense_BDhw: torch.Tensor, positions_1Dhw: torch.Tensor
    ) -> ImageTokens:
        """The prompt-independent part: what the encoder gave, the dense prompt, the cells' positions."""
        if not self.of_sam2:
            return self.transformer.prepare(f_BChw + dense_BDhw, positions_1Dhw)
        f_BDhw, *fine = unpacked(f_BChw, positions_1Dhw.shape[1])
        image = self.transformer.prepare(f_BDhw + dense_BDhw, positions_1Dhw)
        return replace(image, fine=(fine[0], fine[1]))

    def own_tokens(self) -> torch.Tensor:
        """``T C``: for whether there is an object (in SAM 2), for the predicted IoU, for each mask."""
        tokens = [self.iou_token.weight, self.mask_tokens.weight]
        return torch.cat([self.obj_score_token.weight, *tokens] if self.of_sam2 else tokens)

    def from_tokens(self, tokens_BTC: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """A vector for each mask ``B M c`` and its predicted IoU ``B M``, of what the transformer gave."""
        first = int(self.of_sam2)
        hyper_BMc = torch.stack(
            [head(tokens_BTC[:, first + 1 + i]) for i, head in enumerate(self.output_hypernetworks_mlps)],
            dim=1,
        )
        iou_BM: torch.Tensor = self.iou_prediction_head(tokens_BTC[:, first])
        return hyper_BMc, iou_BM.sigmoid() if self.of_sam2 else iou_BM

    def forward(
        self, image: ImageTokens, sparse_BNC: torch.Tensor, cells: int | None = None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits ``B M 4h 4w`` of all masks and their predicted IoU ``B M``; ``cells``: along a side of
        the embedding, where there are others than the model's own."""
        own_BTC = self.own_tokens()[None].expand(sparse_BNC.shape[0], -1, -1)
        tokens_BTC, keys_BNC = self.transformer(torch.cat([own_BTC, sparse_BNC], dim=1), image)
        side = self.embedding_size if cells is None else cells
        first, norm, act1, second, act2 = self.output_upscaling
        x = first(keys_BNC.mT.unflatten(2, (side, side)))
        if image.fine is not None:
            x = x + apart(image.fine[0], side)
        x = second(act1(norm(x)))
        if image.fine is not None:
            x = x + apart(image.fine[1], side)
        upscaled = act2(x)
        hyper_BMc, iou_BM = self.from_tokens(tokens_BTC)
        logits = (hyper_BMc @ upscaled.flatten(2)).unflatten(2, upscaled.shape[2:])
        return logits, iou_BM
