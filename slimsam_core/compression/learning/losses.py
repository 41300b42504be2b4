"""What the student is compared with: the two losses that align it."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from slimsam_core.compression.learning.taps import Features
from slimsam_core.families.cutting import TapGroup

Terms = dict[str, Tensor]
"""Named parts of a loss, each a scalar with its weight applied; the loss is their sum."""


def embedding_loss(student_BChw: Tensor, teacher_BChw: Tensor) -> Tensor:
    """Mean squared error of two embeddings of equal shape, scalar float32."""
    return F.mse_loss(student_BChw.float(), teacher_BChw.float())


def group_loss(student: Features, teacher: Features, group: TapGroup) -> Tensor:
    """Mean over the group's taps of their mean squared error, scalar float32."""
    errors = [F.mse_loss(student[tap].float(), teacher[tap].float()) for tap in group.taps]
    return torch.stack(errors).mean()


def bottleneck_aligning(
    student_BChw: Tensor,
    teacher_BChw: Tensor,
    student: Features,
    teacher: Features,
    groups: Sequence[TapGroup],
    *,
    aligning: bool,
) -> Terms:
    """Stage 1: ``0.5 * embedding + 0.5 * sum of the groups`` while ``aligning``, then the embedding alone."""
    if not aligning:
        return {"embedding": embedding_loss(student_BChw, teacher_BChw)}
    terms = {"embedding": 0.5 * embedding_loss(student_BChw, teacher_BChw)}
    for group in groups:
        terms[group.name] = 0.5 * group_loss(student, teacher, group)
    return terms


def embedding_aligning(
    student_BChw: Tensor,
    teacher_BChw: Tensor,
    former_BChw: Tensor | None,
    student: Features,
    former: Features,
    *,
    groups: Sequence[TapGroup],
    share: float,
) -> Terms:
    """Stage 2: ``(1 - a) * original + a * block embeddings + a * former embedding`` with ``a = share``.

    ``former_BChw`` and ``former`` are of the model before this stage; they are not touched when ``a`` is 0.
    """
    terms = {"embedding": (1.0 - share) * embedding_loss(student_BChw, teacher_BChw)}
    if share > 0.0 and former_BChw is not None:
        for group in groups:
            terms[group.name] = share * group_loss(student, former, group)
        terms["former embedding"] = share * embedding_loss(student_BChw, former_BChw)
    return terms
