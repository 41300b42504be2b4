"""What a channel of each group costs in parameters, multiply-accumulates or milliseconds."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field

import torch

from slimsam_core.arch import ArchSpec
from slimsam_core.compression.cutting.targets import cost_of, encode_milliseconds, needed
from slimsam_core.compression.recipe import Ranking, Recipe, Target
from slimsam_core.compression.stages import CutStage, StageKind, uniform_width
from slimsam_core.families.cutting import ChannelGroup, ChannelKind, prunable_family
from slimsam_core.models import Sam
from slimsam_core.models.processes import Processes

_LEAST_SHARE = 0.1
"""Of the time that a channel's MACs would take at the model's mean speed: less is noise of the clock."""


@dataclass(frozen=True)
class Spending:
    """What widths cost in one cut; see ``ranking.Rivalry``."""

    prices: Mapping[str, float] = field(default_factory=dict)
    room: float | None = None


def agreed_spending(
    recipe: Recipe, stage: CutStage, model: Sam, processes: Processes, *, bf16: bool
) -> Spending:
    """The prices for a stage's cut of ``model``, equal in all processes; none unless the ranking asks. In the
    last cut there is room for all that is left of a budget that can be counted."""
    wanted, device = set(stage.cuts) - {ChannelKind.RESIDUAL}, next(model.parameters()).device
    groups = [g for g in prunable_family(model.arch.family).channel_groups(model.arch) if g.kind in wanted]
    fills = recipe.fills_budget and stage.kind is StageKind.BOTTLENECK and stage.round == recipe.rounds
    if not groups or (recipe.ranking is not Ranking.COST and not fills):
        return Spending()
    found = channel_prices(recipe.target, model.arch, groups, device, bf16)
    shared = torch.tensor(list(found.values()), dtype=torch.float64, device=device)
    prices = dict(zip(found, processes.mean(shared).tolist(), strict=True))
    budget = recipe.target.budget
    if not fills or budget is None:
        return Spending(prices)
    spent = needed(budget[0], model.arch, device, bf16)
    return Spending(prices, budget[1] - spent + sum(prices[group.name] * group.width for group in groups))


def channel_prices(
    target: Target, arch: ArchSpec, groups: Sequence[ChannelGroup], device: torch.device, bf16: bool
) -> dict[str, float]:
    """The price of a channel by group of ``arch``, in the unit of the target's budget; MACs without one.

    Parameters and MACs are counted. Milliseconds are measured on this device, once for all groups whose
    channels have the same parameters and MACs: such blocks take the same time.
    """
    counted = {group.name: _counted(arch, group) for group in groups}
    if target.milliseconds is not None:
        return _measured(arch, groups, counted, device, bf16)
    of_size = target.parameters is not None
    return {name: price.parameters if of_size else price.macs for name, price in counted.items()}


@dataclass(frozen=True)
class _Counted:
    """Of one channel."""

    parameters: float
    macs: float


def _counted(arch: ArchSpec, group: ChannelGroup) -> _Counted:
    """Of one granule's channels, each; costs grow evenly with a width as long as all others stay."""
    whole = cost_of(arch)
    wider = cost_of(_with_widths(arch, {group.name: group.width + group.granule}))
    return _Counted(
        (wider.parameters - whole.parameters) / group.granule, (wider.macs - whole.macs) / group.granule
    )


def _measured(
    arch: ArchSpec,
    groups: Sequence[ChannelGroup],
    counted: Mapping[str, _Counted],
    device: torch.device,
    bf16: bool,
) -> dict[str, float]:
    alike: dict[Hashable, list[ChannelGroup]] = {}
    for group in groups:
        alike.setdefault((group.kind, group.heads, counted[group.name]), []).append(group)
    prices: dict[str, float] = {}
    for members in alike.values():
        halves = {group.name: uniform_width(group.width, group.granule, 0.5) for group in members}
        if all(halves[group.name] == group.width for group in members):
            halves = {group.name: 2 * group.width for group in members}
        whole, other = encode_milliseconds([arch, _with_widths(arch, halves)], device, bf16)
        channels = sum(halves[group.name] - group.width for group in members)
        least = _LEAST_SHARE * whole * counted[members[0].name].macs / cost_of(arch).macs
        price = max((other - whole) / channels, least)
        prices |= {group.name: price for group in members}
    return prices


def _with_widths(arch: ArchSpec, widths: Mapping[str, int]) -> ArchSpec:
    return prunable_family(arch.family).with_widths(arch, widths)
