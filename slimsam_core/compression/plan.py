"""What a recipe would do on this machine, told before it is done."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import torch

from slimsam_core.arch import ArchSpec
from slimsam_core.compression.budget import BudgetFit
from slimsam_core.compression.cutting.criteria.base import criterion
from slimsam_core.compression.cutting.targets import cost_of
from slimsam_core.compression.precision import autocast, memory_of
from slimsam_core.compression.recipe import Recipe
from slimsam_core.compression.stages import CutStage, Ratios, planned_stages
from slimsam_core.compression.supply.data import ImageSplit
from slimsam_core.compression.training_memory import training_bytes
from slimsam_core.families.cutting import prunable_family
from slimsam_core.inference.runtimes.clock import seconds_in_turn
from slimsam_core.models import Sam
from slimsam_core.models.cost import Cost

TRAINING_FACTOR = 3.0
"""A step costs about three forward passes: one forward, two backward."""


@dataclass(frozen=True, kw_only=True)
class StagePlan:
    """One stage in numbers; widths are uniform ones, which global ranking spreads over the blocks."""

    title: str
    widths: dict[str, int]
    parameters: int
    macs: int
    memory_bytes: int
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The whole run in numbers; costs are the encoder's."""

    device: str
    precision: str
    image_size: int
    """Side of the square that both models look at, in pixels."""
    ratios: Ratios
    before: Cost
    after: Cost
    train_images: int
    validation_images: int
    stages: tuple[StagePlan, ...]
    device_bytes: int | None = None
    """Memory of the device; None where that is not told."""
    fit: BudgetFit | None = None
    """What uniform widths need of the recipe's budget; None without one."""
    fills: bool = False
    """Whether the last cut spends what they leave of it, block by block."""

    @property
    def seconds(self) -> float:
        """Estimate for the whole run."""
        return sum(stage.seconds for stage in self.stages)

    @property
    def memory_bytes(self) -> int:
        """Estimate of the largest need."""
        return max(stage.memory_bytes for stage in self.stages)

    @property
    def lacks_memory(self) -> bool:
        """Whether it needs more than the device has."""
        return self.device_bytes is not None and self.device_bytes < self.memory_bytes

    def to_json(self) -> dict[str, Any]:
        """Decoded JSON."""
        return {**asdict(self), "seconds": self.seconds, "memory_bytes": self.memory_bytes}


def make_plan(
    recipe: Recipe,
    original: Sam,
    stages: tuple[CutStage, ...],
    ratios: Ratios,
    split: ImageSplit,
    *,
    bf16: bool,
    forward_s: float,
    fit: BudgetFit | None,
) -> Plan:
    """``forward_s``: see ``forward_seconds``; a stage's time is that scaled by its MACs. Memory is counted,
    not tried. ``fit``: see ``Plan.fit``."""
    device = next(original.parameters()).device
    before = cost_of(original.arch)
    pictures = recipe.performance.micro_batch or recipe.optimiser.batch
    plans = []
    former = original.arch
    for stage in stages:
        cost = cost_of(stage.arch)
        groups = prunable_family(stage.arch.family).channel_groups(stage.arch)
        plans.append(
            StagePlan(
                title=stage.title,
                widths={group.name: group.width for group in groups},
                parameters=cost.parameters,
                macs=cost.macs,
                memory_bytes=training_bytes(stage.arch, pictures, recipe.performance.activation_checkpointing)
                + 4 * before.parameters,
                seconds=forward_s
                * _forward_passes(
                    recipe,
                    stage,
                    len(split.train),
                    len(split.validation),
                    before,
                    former=cost_of(former),
                ),
            )
        )
        former = stage.arch
    return Plan(
        device=str(device),
        precision="bf16" if bf16 else "fp32",
        image_size=original.arch.image_size,
        ratios=ratios,
        before=before,
        after=cost_of(stages[-1].arch),
        train_images=len(split.train),
        validation_images=len(split.validation),
        stages=tuple(plans),
        device_bytes=memory_of(device),
        fit=fit,
        fills=recipe.fills_budget,
    )


def stage_work(
    recipe: Recipe, arch: ArchSpec, ratios: Ratios, train: int, validation: int
) -> tuple[float, ...]:
    """Each stage's work in forward passes of the original model, of architecture ``arch``, on one picture.

    ``train`` and ``validation``: numbers of pictures.
    """
    before, former, found = cost_of(arch), arch, []
    for stage in planned_stages(recipe, arch, ratios):
        found.append(_forward_passes(recipe, stage, train, validation, before, former=cost_of(former)))
        former = stage.arch
    return tuple(found)


def forward_seconds(model: Sam, bf16: bool) -> float:
    """Time to encode one picture, the second of two tries."""
    device = next(model.parameters()).device
    x_13SS = torch.zeros(1, 3, model.arch.image_size, model.arch.image_size, device=device)
    with torch.inference_mode(), autocast(bf16, device):
        return seconds_in_turn([lambda: float(model.image_encoder(x_13SS).sum())], runs=1)[0]


def _forward_passes(
    recipe: Recipe, stage: CutStage, train: int, validation: int, original: Cost, *, former: Cost
) -> float:
    """The stage's work in forward passes of the original model on one picture."""
    student = cost_of(stage.arch).macs / original.macs
    before = former.macs / original.macs
    aligning = min(stage.align_epochs, stage.epochs)
    work = 0.0
    if not stage.by_masks and criterion(recipe.criterion.name).objective is not None:
        work += min(recipe.criterion.images, train) * TRAINING_FACTOR * before
    work += stage.epochs * (train * TRAINING_FACTOR + validation) * student
    if recipe.performance.cache_gigabytes > 0:
        work += train + validation if stage.index == 0 and stage.epochs else 0
        work += aligning * train * (before if stage.index else 1.0)
    else:
        work += stage.epochs * (train + validation) + (aligning * train * before if stage.index else 0.0)
    return work
