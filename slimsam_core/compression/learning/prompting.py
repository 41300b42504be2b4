"""Prompts in the loop: the student is held to the teacher's masks, not to its embedding alone.

After EdgeSAM (arXiv 2312.06660): random clicks are answered by both models, then a click where their masks
differ is added and they are asked again. Labels are not needed, the teacher's masks take their place.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from slimsam_core.compression.learning.losses import Terms
from slimsam_core.compression.recipe import PromptSettings
from slimsam_core.judging.agreement import GRID
from slimsam_core.models import Sam
from slimsam_core.pixels.geometry import Size


class PromptLoss:
    """How far the masks of two models' decoders are apart, for pictures whose embeddings are known."""

    def __init__(self, teacher: Sam, student: Sam, settings: PromptSettings, seed: int) -> None:
        self._teacher, self._student = teacher, student
        self._settings, self._seed = settings, seed

    def terms(
        self,
        student_BChw: Tensor,
        teacher_BChw: Tensor,
        positions: Sequence[int],
        sizes: Sequence[Size],
        *,
        epoch: int,
    ) -> Terms:
        """``masks`` (cross-entropy and dice with the teacher's masks) and ``ratings`` (squared distance of
        the predicted IoU), means over pictures; the clicks depend on epoch and place of a picture alone."""
        parts = [
            self._of_one(student_BChw[i : i + 1], teacher_BChw[i : i + 1], sizes[i], [epoch, positions[i]])
            for i in range(len(positions))
        ]
        masks, ratings = (torch.stack(values).mean() for values in zip(*parts, strict=True))
        return {"masks": masks, "ratings": ratings}

    def _of_one(
        self, student_1Chw: Tensor, teacher_1Chw: Tensor, size: Size, place: Sequence[int]
    ) -> tuple[Tensor, Tensor]:
        entropy = np.random.SeedSequence([self._seed, *place]).generate_state(1, np.uint64)[0]
        generator = torch.Generator().manual_seed(int(entropy >> 1))
        span = torch.tensor([size.width - 1.0, size.height - 1.0])
        share_N12 = torch.rand(self._settings.points, 1, 2, generator=generator)
        points_NK2 = (share_N12 * span).to(student_1Chw.device)
        labels_NK = torch.ones(points_NK2.shape[:2], device=points_NK2.device)
        student, teacher = self._student.prepare(student_1Chw), self._teacher.prepare(teacher_1Chw)
        masks, ratings = [], []
        for asked in range(self._settings.corrections + 1):
            found, rated = self._student.decode(student, points_NK2, labels_NK)
            with torch.no_grad():
                wanted, their_rated = self._teacher.decode(teacher, points_NK2, labels_NK)
            side = _inside(size, found.shape[-1], self._student.arch.image_size)
            found, wanted = (x[..., : side.height, : side.width] for x in (found, wanted))
            masks.append(mask_distance(found, wanted > 0))
            ratings.append(F.mse_loss(rated, their_rated))
            if asked < self._settings.corrections:
                points_NK2, labels_NK = self._corrected(found, wanted, their_rated, points_NK2, labels_NK)
        return torch.stack(masks).mean(), torch.stack(ratings).mean()

    def _corrected(
        self, found: Tensor, wanted: Tensor, rated: Tensor, points_NK2: Tensor, labels_NK: Tensor
    ) -> tuple[Tensor, Tensor]:
        """A click more for each prompt, in the middle of the longest run of cells in which the masks that the
        teacher rates best differ; the first click again where they are equal."""
        best = rated.argmax(1)[:, None, None, None].expand(-1, 1, *found.shape[-2:])
        mine, theirs = (x.gather(1, best)[:, 0] > 0 for x in (found.detach(), wanted))
        pixels = self._student.arch.image_size / self._student.arch.mask_size
        points, labels = [], []
        for number, wrong_hw in enumerate((mine != theirs).cpu().numpy()):
            cell = deepest(wrong_hw)
            if cell is None:
                points.append(points_NK2[number, :1])
                labels.append(labels_NK[number, :1])
                continue
            row, column = cell
            points.append(
                points_NK2.new_tensor([[(column + 0.5) * pixels - 0.5, (row + 0.5) * pixels - 0.5]])
            )
            labels.append(theirs[number, row, column].to(labels_NK.dtype)[None])
        return (
            torch.cat([points_NK2, torch.stack(points)], 1),
            torch.cat([labels_NK, torch.stack(labels)], 1),
        )


def mask_distance(found_NMhw: Tensor, wanted_NMhw: Tensor) -> Tensor:
    """Mean cross-entropy plus mean dice loss of logits and boolean masks of equal shape, scalar."""
    target = wanted_NMhw.to(found_NMhw.dtype)
    entropy = F.binary_cross_entropy_with_logits(found_NMhw, target)
    share = found_NMhw.sigmoid()
    both = (share * target).sum((-2, -1))
    dice = 1 - (2 * both + 1) / (share.sum((-2, -1)) + target.sum((-2, -1)) + 1)
    return entropy + dice.mean()


def deepest(wrong_hw: np.ndarray) -> tuple[int, int] | None:
    """Row and column of a true cell, bool (h, w), in the middle of the longest run of a row, if any."""
    if not wrong_hw.any():
        return None
    edges = np.diff(np.pad(wrong_hw.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    starts, ends = np.argwhere(edges == 1), np.argwhere(edges == -1)
    longest = int((ends[:, 1] - starts[:, 1]).argmax())
    row, start = (int(x) for x in starts[longest])
    return row, (start + int(ends[longest, 1]) - 1) // 2


@torch.no_grad()
def mask_agreement(teacher: Sam, student: Sam, embeddings: tuple[Tensor, Tensor], size: Size) -> float:
    """Mean IoU of the masks that each model rates best at a grid of clicks on one picture, 0..1.

    ``embeddings``: the teacher's and the student's, ``1 C h w``.
    """
    device = embeddings[0].device
    centres = (torch.arange(GRID, device=device) + 0.5) / GRID
    x, y = torch.meshgrid(centres * size.width, centres * size.height, indexing="xy")
    points_N12 = torch.stack([x.flatten(), y.flatten()], 1)[:, None]
    labels_N1 = torch.ones(points_N12.shape[:2], device=device)
    chosen = []
    for model, embedding_1Chw in zip((teacher, student), embeddings, strict=True):
        logits, rated = model.decode(embedding_1Chw, points_N12, labels_N1, multimask=True)
        side = _inside(size, logits.shape[-1], model.arch.image_size)
        best = logits[torch.arange(len(logits)), rated.argmax(1)]
        chosen.append(best[:, : side.height, : side.width] > 0)
    a, b = chosen
    union = (a | b).sum((1, 2))
    iou = torch.where(union > 0, (a & b).sum((1, 2)) / union.clamp_min(1), 1.0)
    return float(iou.mean())


def _inside(size: Size, mask_size: int, image_size: int) -> Size:
    """The part of the low-resolution grid that lies on the picture."""
    return Size(*(max(1, -(-side * mask_size // image_size)) for side in size.hw))
