"""From a budget in parameters, MACs or milliseconds to the ratios that meet it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import torch

from slimsam_core.arch import ArchSpec
from slimsam_core.compression.budget import BudgetFit, BudgetUnit
from slimsam_core.compression.precision import autocast
from slimsam_core.compression.recipe import Target
from slimsam_core.compression.stages import Ratios, slim_arch
from slimsam_core.devices import DeviceKind
from slimsam_core.errors import RecipeError
from slimsam_core.families.weight_shapes import count_parameters
from slimsam_core.inference.runtimes.clock import seconds_in_turn
from slimsam_core.inference.runtimes.graph_cost import encoder_macs
from slimsam_core.models import build_model
from slimsam_core.models.cost import Cost
from slimsam_core.models.placement import placed

_STEPS = {BudgetUnit.PARAMETERS: 12, BudgetUnit.MACS: 12, BudgetUnit.MILLISECONDS: 6}
_LARGEST_RATIO = 0.98
_TURNS, _ENOUGH_MS = 3, 1000.0
"""How often and how long a model is timed, at the least."""


def resolved_ratios(target: Target, arch: ArchSpec, device: torch.device, bf16: bool) -> Ratios:
    """The recipe's ratios, or the smallest equal ratios whose uniform model stays within the budget.

    Raises RecipeError when the budget is met without cutting or cannot be met.
    """
    if target.budget is None:
        return Ratios(target.residual, target.bottleneck)
    name, budget = target.budget
    where = f"target.{name}"

    def measure(slim: ArchSpec) -> float:
        return needed(name, slim, device, bf16)

    whole = measure(arch)
    if whole <= budget:
        raise RecipeError(
            "the teacher needs {whole:,.0f} already, within the budget.", "Lower it.", where, whole=whole
        )
    smallest = measure(slim_arch(arch, Ratios(_LARGEST_RATIO, _LARGEST_RATIO)))
    if smallest > budget:
        raise RecipeError(
            "even the smallest model of this family needs {smallest:,.0f}.",
            "Raise the budget.",
            where,
            smallest=smallest,
        )
    low, high = 0.0, _LARGEST_RATIO
    for _ in range(_STEPS[name]):
        middle = (low + high) / 2
        if measure(slim_arch(arch, Ratios(middle, middle))) > budget:
            low = middle
        else:
            high = middle
    return Ratios(high, high)


def cost_of(arch: ArchSpec) -> Cost:
    """Of the image encoder: the numbers of ``models.cost.encoder_cost``, which runs the network for them;
    counted on shapes it takes a tenth of the time, and a search for a budget asks dozens of times."""
    return Cost(count_parameters(arch)[0], encoder_macs(arch))


def needed(unit: BudgetUnit, arch: ArchSpec, device: torch.device, bf16: bool) -> float:
    """What a model of this architecture needs of what a budget counts; milliseconds are measured here."""
    if unit is BudgetUnit.MILLISECONDS:
        return encode_milliseconds([arch], device, bf16)[0]
    cost = cost_of(arch)
    return cost.parameters if unit is BudgetUnit.PARAMETERS else cost.macs


def budget_fit(target: Target, arch: ArchSpec, device: torch.device, bf16: bool) -> BudgetFit | None:
    """The target's budget beside what a model of this architecture needs; None without a budget."""
    if target.budget is None:
        return None
    unit, budget = target.budget
    return BudgetFit(unit, budget, needed(unit, arch, device, bf16))


def encode_milliseconds(archs: Sequence[ArchSpec], device: torch.device, bf16: bool) -> list[float]:
    """Median times to encode one picture with models of these architectures, weights random.

    They take turns, so that other load falls on all alike: at least three times, small ones for a second.
    """
    encoders = [placed(build_model(arch).image_encoder, device) for arch in archs]
    pictures = [
        torch.zeros(1, 3, arch.image_size, arch.image_size, device=device).to(
            memory_format=torch.channels_last
        )
        for arch in archs
    ]

    def encode(number: int) -> None:
        encoders[number](pictures[number])
        if device.type == DeviceKind.CUDA:
            torch.cuda.synchronize(device)

    works = [partial(encode, number) for number in range(len(archs))]
    with torch.inference_mode(), autocast(bf16, device):
        found = seconds_in_turn(works, _TURNS, least_seconds=_ENOUGH_MS / 1e3)
    return [1e3 * seconds for seconds in found]
