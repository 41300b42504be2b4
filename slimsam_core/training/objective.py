"""What promptable training asks for: masks by focal and dice loss, honest predicted IoU, better by clicks.

The weights 20 : 1 : 1 of focal, dice and IoU loss and the minimum over the candidates of an ambiguous prompt
are those of SAM (arXiv 2304.02643, appendix A).
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.attention import SDPBackend, sdpa_kernel

from slimsam_core.models.sam import Sam
from slimsam_core.training.batches import Batch
from slimsam_core.training.prompts import (
    CLICK_CHANCES,
    FIRST_CHANCES,
    FirstPrompts,
    PromptPolicy,
    corrective_clicks,
    first_prompts,
)

FOCAL_WEIGHT, DICE_WEIGHT, IOU_WEIGHT = 20.0, 1.0, 1.0
OTHER_WEIGHT = 0.3
"""Of the masks that the prompt does not ask for: candidates after a box, the single mask after a point."""


@dataclass(frozen=True)
class MaskLosses:
    """Per prompt and candidate, ``P M``: ``mask`` = weighted focal + dice, ``iou`` = the true IoU."""

    mask: torch.Tensor
    iou: torch.Tensor


def mask_losses(logits_PMhw: torch.Tensor, target_Phw: torch.Tensor, scored_Phw: torch.Tensor) -> MaskLosses:
    """Focal loss (gamma 2, alpha 0.25), dice loss and IoU over the scored pixels; targets in 0..1."""
    target, scored = target_Phw[:, None], scored_Phw[:, None].float()
    count = scored.sum((-2, -1)).clamp(min=1)
    probability = logits_PMhw.sigmoid()
    cross = F.binary_cross_entropy_with_logits(logits_PMhw, target.expand_as(logits_PMhw), reduction="none")
    miss = probability + target - 2 * probability * target
    focal = ((0.75 - 0.5 * target) * miss.square() * cross * scored).sum((-2, -1)) / count
    overlap = (probability * target * scored).sum((-2, -1))
    total = ((probability + target) * scored).sum((-2, -1))
    dice = 1 - (2 * overlap + 1) / (total + 1)
    with torch.no_grad():
        found, wanted = (logits_PMhw > 0) & (scored > 0), (target > 0.5) & (scored > 0)
        union = (found | wanted).sum((-2, -1))
        iou = (found & wanted).sum((-2, -1)) / union.clamp(min=1)
    return MaskLosses(FOCAL_WEIGHT * focal + DICE_WEIGHT * dice, iou)


class PromptObjective(nn.Module):
    """The loss of a batch, as a module so that it can be wrapped for distributed training."""

    mean: torch.Tensor
    std: torch.Tensor

    def __init__(self, model: Sam) -> None:
        super().__init__()
        self.model = model
        self.register_buffer("mean", torch.tensor(model.arch.pixel_mean), persistent=False)
        self.register_buffer("std", torch.tensor(model.arch.pixel_std), persistent=False)

    def forward(self, batch: Batch, clicks: int, policy: PromptPolicy) -> dict[str, torch.Tensor]:
        """Sums over the batch's prompts: ``loss``, and detached ``iou_error``, ``iou_first``, ``iou_last``,
        ``count``. After each first prompt ``clicks`` corrective clicks follow, each with the logits of the
        mask before fed back.
        """
        prompts = first_prompts(batch.masks_PSS, batch.inside_B2[batch.image_P], policy, batch.chances_PK)
        kernels = sdpa_kernel(SDPBackend.MATH) if batch.masks_PSS.is_cpu else nullcontext()
        totals: dict[str, torch.Tensor] = {}
        with kernels:  # over the few tokens of a prompt the flash kernel's way back takes five times as long
            f_BChw = self.features(batch)
            for members in prompts.forms():
                for name, value in self._dialogue(f_BChw, batch, prompts, members, clicks).items():
                    totals[name] = totals[name] + value if name in totals else value
        return totals

    def features(self, batch: Batch) -> torch.Tensor:
        """What the image encoder makes of the crops, or made of them before, ``B C h w``."""
        if batch.f_BChw is not None:
            return batch.f_BChw
        inside_BSS = _inside(batch.inside_B2, batch.x_BSS3.shape[1])
        x_BSS3 = (batch.x_BSS3 - self.mean) / self.std * inside_BSS[..., None]
        found: torch.Tensor = self.model.image_encoder(x_BSS3.permute(0, 3, 1, 2))
        return found

    def _dialogue(
        self,
        f_BChw: torch.Tensor,
        batch: Batch,
        prompts: FirstPrompts,
        members_P: torch.Tensor,
        clicks: int,
    ) -> dict[str, torch.Tensor]:
        """First prompts of one form and the clicks that follow; the loss is the mean over the rounds."""
        f_PChw = f_BChw[batch.image_P[members_P]]
        target_Phw = F.avg_pool2d(batch.masks_PSS[members_P].float(), 2)
        scored_Phw = ~F.max_pool2d((~batch.scored_PSS[members_P]).float(), 2).bool()
        one = members_P[0]
        boxes_P4 = prompts.boxes_P4[members_P] if prompts.has_box_P[one] else None
        points_PN2 = prompts.points_P2[members_P][:, None]
        labels_PN = torch.ones_like(points_PN2[..., 0], dtype=torch.long)
        if not prompts.has_point_P[one]:
            points_PN2, labels_PN = points_PN2[:, :0], labels_PN[:, :0]
        previous: torch.Tensor | None = None
        totals = {"loss": f_BChw.new_zeros((), dtype=torch.float32)}
        for number in range(clicks + 1):
            clicked = points_PN2.shape[1] > 0
            logits, predicted_iou = self.model.decode(
                f_PChw,
                points_PN2 if clicked else None,
                labels_PN if clicked else None,
                boxes_P4,
                previous,
            )
            logits, predicted_iou = logits.float(), predicted_iou.float()
            fine = F.interpolate(logits, scale_factor=2.0, mode="bilinear", align_corners=False)
            losses = mask_losses(fine, target_Phw, scored_Phw)
            ambiguous = number == 0 and boxes_P4 is None
            loss_P, chosen_P = _judge(losses, predicted_iou, ambiguous)
            iou_P = losses.iou.gather(1, chosen_P[:, None])[:, 0]
            totals["loss"] = totals["loss"] + loss_P.sum() / (clicks + 1)
            if number == 0:
                said_P = predicted_iou.gather(1, chosen_P[:, None])[:, 0]
                totals |= {"iou_first": iou_P.sum(), "iou_error": (said_P - iou_P).detach().sum()}
            if number < clicks:
                rows = torch.arange(len(members_P), device=f_BChw.device)
                previous = logits[rows, chosen_P].detach()[:, None]
                start = FIRST_CHANCES + CLICK_CHANCES * number
                chances_PK = batch.chances_PK[members_P, start : start + CLICK_CHANCES]
                shown_Phw = fine[rows, chosen_P] > 0
                with torch.no_grad():
                    xy_P2, positive_P = corrective_clicks(target_Phw > 0.5, shown_Phw, scored_Phw, chances_PK)
                # found on the half-size grid: the model's pixels are twice as fine
                points_PN2 = torch.cat([points_PN2, 2 * xy_P2[:, None] + 0.5], 1)
                labels_PN = torch.cat([labels_PN, positive_P[:, None].long()], 1)
        count = torch.tensor(float(len(members_P)), device=f_BChw.device)
        return totals | {"iou_last": iou_P.sum(), "count": count}


def _inside(inside_B2: torch.Tensor, size: int) -> torch.Tensor:
    """The pixels of squares that show their pictures, bool (B, S, S)."""
    along_S = torch.arange(size, device=inside_B2.device)
    return (along_S < inside_B2[:, :1])[:, :, None] & (along_S < inside_B2[:, 1:])[:, None, :]


def _judge(
    losses: MaskLosses, predicted_iou_PM: torch.Tensor, ambiguous: bool
) -> tuple[torch.Tensor, torch.Tensor]:
    """Loss per prompt, and the candidate that the user is shown (mask 0 is the single-mask output)."""
    single, candidates = losses.mask[:, 0], losses.mask[:, 1:].min(1).values
    wanted, other = (candidates, single) if ambiguous else (single, candidates)
    iou_loss = F.mse_loss(predicted_iou_PM, losses.iou, reduction="none").mean(1)
    loss_P = wanted + OTHER_WEIGHT * other + IOU_WEIGHT * iou_loss
    if ambiguous:
        return loss_P, 1 + predicted_iou_PM[:, 1:].detach().argmax(1)
    return loss_P, torch.zeros(len(loss_P), dtype=torch.long, device=loss_P.device)
