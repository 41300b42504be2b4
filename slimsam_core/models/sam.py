"""A promptable segmentation model: image encoder, prompt encoder, mask decoder."""

from __future__ import annotations

import torch
from torch import nn

from slimsam_core.arch import ArchSpec
from slimsam_core.models.mask_decoder import MaskDecoder
from slimsam_core.models.prompt_encoder import (
    BOX_BOTTOM_RIGHT,
    BOX_TOP_LEFT,
    PADDING,
    PromptEncoder,
)
from slimsam_core.models.transformer import ImageTokens


class Sam(nn.Module):
    """The image encoder maps normalised, padded ``x_B3SS`` to ``f_BChw``; ``decode`` does the rest."""

    def __init__(self, arch: ArchSpec, image_encoder: nn.Module) -> None:
        super().__init__()
        self.arch = arch
        self.image_encoder = image_encoder
        self.prompt_encoder = PromptEncoder(arch)
        self.mask_decoder = MaskDecoder(arch)

    def prepare(
        self,
        f_BChw: torch.Tensor,
        mask_input: torch.Tensor | None = None,
        has_mask: torch.Tensor | None = None,
    ) -> ImageTokens:
        """What ``decode`` needs of the image; without a mask prompt it is the same for every prompt.

        ``mask_input`` is ``B 1 4h 4w`` low-resolution logits, ``has_mask`` ``B`` of 0 or 1 (default 1).
        """
        dense = self.prompt_encoder.no_mask()
        if mask_input is not None:
            given = self.prompt_encoder.dense(mask_input)
            dense = (
                given if has_mask is None else torch.where(has_mask[:, None, None, None] > 0, given, dense)
            )
        return self.mask_decoder.prepare(f_BChw, dense, self.prompt_encoder.grid_positions())

    def decode(
        self,
        image: torch.Tensor | ImageTokens,
        points: torch.Tensor | None = None,
        labels: torch.Tensor | None = None,
        boxes: torch.Tensor | None = None,
        mask_input: torch.Tensor | None = None,
        *,
        has_mask: torch.Tensor | None = None,
        multimask: bool | None = None,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Masks for a batch of prompts.

        ``image``: ``f_BChw``, or ``f_1Chw`` shared by all prompts, or what ``prepare`` made of either.
        ``points``: ``B N 2`` x, y in model pixels (pixel indices; 0.5 is added inside), ``labels``: ``B N``
        of 1 positive, 0 negative, -1 padding. ``boxes``: ``B 4`` x0 y0 x1 y1 in the same frame.
        ``mask_input``: ``B 1 4h 4w`` logits with an unprepared image.
        ``multimask`` selects the candidates (True), the single-mask output (False) or all masks,
        the single one first (None).
        Returns logits ``B M 4h 4w`` and predicted IoU ``B M``. Raises ValueError for contradictory arguments.
        """
        if isinstance(image, ImageTokens):
            if mask_input is not None:
                raise ValueError("a mask prompt goes into prepare() when the image is prepared")
        else:
            image = self.prepare(image, mask_input, has_mask)
        sparse_BNC = self._sparse(points, labels, boxes, image.keys_BNC)
        logits, iou = self.mask_decoder(image, sparse_BNC)
        if multimask is None:
            return logits, iou
        chosen = slice(1, None) if multimask else slice(0, 1)
        return logits[:, chosen], iou[:, chosen]

    def _sparse(
        self,
        points: torch.Tensor | None,
        labels: torch.Tensor | None,
        boxes: torch.Tensor | None,
        like: torch.Tensor,
    ) -> torch.Tensor:
        """Points, the box's corners, and a padding point when there is no box, in SAM 2 always; ``B N C``."""
        if (points is None) != (labels is None):
            raise ValueError("points and labels go together")
        if points is None and boxes is None:
            return like.new_zeros(like.shape[0], 0, self.arch.embed_dim)
        xy, kinds = [], []
        if points is not None and labels is not None:
            xy, kinds = [points], [labels]
        if boxes is not None:
            xy.append(boxes.reshape(-1, 2, 2))
            corners = torch.tensor([[BOX_TOP_LEFT, BOX_BOTTOM_RIGHT]], device=boxes.device)
            kinds.append(corners.expand(boxes.shape[0], -1))
        if boxes is None or self.arch.encoder.of_sam2:
            xy.append(torch.zeros_like(xy[0][:, :1]))
            kinds.append(torch.full_like(kinds[0][:, :1], PADDING))
        return self.prompt_encoder.sparse(torch.cat(xy, 1), torch.cat([k.long() for k in kinds], 1))
