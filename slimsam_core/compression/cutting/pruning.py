"""Surgery: scores of channel groups and cutting them, along torch-pruning's dependency graph."""

from __future__ import annotations

import copy
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
import torch_pruning
from torch import Tensor, nn

from slimsam_core.compression.cutting.criteria.base import Criterion, ScoredHeads
from slimsam_core.compression.cutting.prices import Spending
from slimsam_core.compression.cutting.ranking import Rivalry, Scores, above_threshold, kept_channels
from slimsam_core.compression.recipe import Ranking
from slimsam_core.families.cutting import ChannelGroup, ChannelKind, Mends, PrunableFamily, prunable_family
from slimsam_core.models import Sam, build_model

NO_SWITCH = Mends()
"""Nothing as the published scripts do it."""
NO_SPENDING = Spending()
"""Nobody asks what a channel costs."""


@dataclass(frozen=True, eq=False)
class Member:
    """A Conv or Linear weight in a group: ``channels`` along ``dim`` are the group's in order."""

    parameter: str
    dim: int
    channels: tuple[int, ...]


Build = tuple[Hashable, ...]
"""Compared for equality alone."""


class Surgeon:
    """A copy of a model's encoder on the table: its groups, the layers that each touches, and one cut."""

    def __init__(self, model: Sam, mends: Mends = NO_SWITCH) -> None:
        self.model = model
        self.family: PrunableFamily = prunable_family(model.arch.family)
        self._mends = mends
        groups = self.family.channel_groups(model.arch)
        self.groups: tuple[ChannelGroup, ...] = groups if mends.free_residual else tied(groups)
        self._encoder = copy.deepcopy(model.image_encoder).cpu().requires_grad_(True)
        self._graph = _graph(self._encoder, self.family)
        self._is_cut = False

    def groups_of(self, kinds: Iterable[ChannelKind]) -> tuple[ChannelGroup, ...]:
        """The groups of some kinds."""
        wanted = set(kinds)
        return tuple(group for group in self.groups if group.kind in wanted)

    def members(self, group: ChannelGroup) -> tuple[Member, ...]:
        """The Conv and Linear weights of a group. Raises ValueError when its roots are not coupled."""
        return _members(self._graph, self._encoder, group)

    def scores(
        self,
        groups: Sequence[ChannelGroup],
        criterion: Criterion,
        gathered: Mapping[str, Tensor],
        seed: int,
        *,
        raw: bool = False,
    ) -> dict[str, Scores]:
        """Importance of every channel by group, see ``channel_scores``.

        ``raw``: without dividing by the group's mean. ``gathered``: by parameter of the image encoder, what
        the criterion gathers; absent ones count as 0.
        """
        if criterion.saliency is None:
            raise ValueError(f"{criterion.name} does not rank channels")
        parameters = dict(self._encoder.named_parameters())
        generator = torch.Generator().manual_seed(seed)
        saliency: dict[str, Tensor] = {}
        result: dict[str, Scores] = {}
        for group in groups:
            members = self.members(group)
            for name in {member.parameter: None for member in members}:
                if name not in saliency:
                    weight = parameters[name].detach().float()
                    statistic = gathered[name].cpu().float() if name in gathered else torch.zeros_like(weight)
                    saliency[name] = criterion.saliency(weight, statistic, generator)
            result[group.name] = channel_scores(members, saliency, group, criterion.heads, raw=raw)
        return result

    def build(self, group: ChannelGroup) -> Build:
        """How the layers of a group are built and wired; equal for groups that are isomorphic."""
        layers = (
            (type(layer).__name__, isinstance(layer, nn.Conv2d) and layer.groups > 1, member.dim)
            for member in self.members(group)
            for layer in [self._encoder.get_submodule(member.parameter.removesuffix(".weight"))]
        )
        return group.kind, group.granule, group.heads, group.unit, *sorted(layers)

    def cut(self, kept: Mapping[str, Sequence[int]]) -> Sam:
        """A new model with only the ``kept`` places of some groups; nothing else changes.

        The result is built from the new architecture and loads the cut weights strictly, so every width is
        what the architecture says. Raises ValueError when a group would keep nothing or does not fit, and
        for a second cut.
        """
        if self._is_cut:
            raise ValueError("a surgeon cuts once; make another one for the slim model")
        chosen = [group for group in self.groups if group.name in kept]
        removals = {group.name: _removed(group, kept[group.name]) for group in chosen}
        self._is_cut = True
        for group in chosen:
            if removals[group.name]:
                root = self._encoder.get_submodule(group.roots[0])
                prune_out = _out_channels(self._graph, root)
                self._graph.get_pruning_group(root, prune_out, removals[group.name]).prune()
        self.family.after_cut(self._encoder, kept, self.model.arch, self._mends)
        return self._rebuilt({group.name: len(group.channels(kept[group.name])) for group in chosen})

    def _rebuilt(self, widths: Mapping[str, int]) -> Sam:
        slim = build_model(self.family.with_widths(self.model.arch, widths))
        state = {name: value for name, value in self.model.state_dict().items() if not _of_encoder(name)}
        state |= {f"image_encoder.{name}": value for name, value in self._encoder.state_dict().items()}
        slim.load_state_dict(state, strict=True)
        return slim.to(next(self.model.parameters()).device)


def prune(
    model: Sam,
    kinds: Sequence[ChannelKind],
    widths: Mapping[str, int],
    *,
    criterion: Criterion,
    gathered: Mapping[str, Tensor],
    ranking: Ranking,
    mends: Mends,
    removed: float,
    seed: int,
    spending: Spending = NO_SPENDING,
) -> Sam:
    """Cut the groups of some kinds down to the uniform ``widths``, or to what these come to together.

    ``removed``: the share of the channels that the scripts' own threshold would cut, see ``Mends``.
    ``spending``: what a channel of each group costs, which ranking by cost needs, and what all may cost.
    """
    surgeon = Surgeon(model, mends)
    groups = surgeon.groups_of(kinds)
    raw = ranking in (Ranking.ISOMORPHIC, Ranking.COST)
    scores = surgeon.scores(groups, criterion, gathered, seed, raw=raw)
    if ranking is Ranking.GLOBAL and not mends.exact_sum:
        return surgeon.cut(above_threshold(groups, scores, widths, removed))
    builds = {group.name: surgeon.build(group) for group in groups}
    rivalry = Rivalry(builds, spending.prices, spending.room)
    return surgeon.cut(kept_channels(groups, scores, widths, ranking, rivalry))


def channel_scores(
    members: Sequence[Member],
    saliency: Mapping[str, Tensor],
    group: ChannelGroup,
    heads: ScoredHeads = ScoredHeads.ALL,
    *,
    raw: bool = False,
) -> Scores:
    """Mean over the members of a channel's summed saliency, divided by the group's mean; (places,).

    ``raw``: the sum over the members as it is, which can be compared with those of other groups.
    Channels that go together are averaged; those of the first head stand for all with ``ScoredHeads.FIRST``.
    """
    rows = []
    for member in members:
        values = saliency[member.parameter].double().movedim(member.dim, 0).flatten(1).sum(1)
        rows.append(values[torch.tensor(member.channels)])
    score = torch.stack(rows).sum(0)
    if not raw:
        score = score / len(rows)
        score = score / score.mean().clamp_min(torch.finfo(score.dtype).tiny)
    by_head = score.reshape(group.heads, group.places, group.unit).mean(2)
    places = by_head.mean(0) if heads is ScoredHeads.ALL else by_head[0]
    result: Scores = places.numpy().astype(np.float64)
    return result


def tied(groups: Sequence[ChannelGroup]) -> tuple[ChannelGroup, ...]:
    """The residual streams with the heads of the attention that they feed."""
    heads = max((group.heads for group in groups if group.kind is ChannelKind.ATTENTION), default=1)
    return tuple(
        replace(group, heads=heads)
        if group.kind is ChannelKind.RESIDUAL and group.width % heads == 0
        else group
        for group in groups
    )


def _graph(encoder: nn.Module, family: PrunableFamily) -> torch_pruning.DependencyGraph:
    with torch.enable_grad():
        return torch_pruning.DependencyGraph().build_dependency(
            encoder,
            example_inputs=torch.ones(1),
            forward_fn=lambda module, _inputs: family.skeleton(module),
            verbose=False,
        )


def _members(
    graph: torch_pruning.DependencyGraph, encoder: nn.Module, group: ChannelGroup
) -> tuple[Member, ...]:
    """The Conv and Linear weights of a group, checked to hold every root."""
    names = {module: name for name, module in encoder.named_modules()}
    root = encoder.get_submodule(group.roots[0])
    found: list[Member] = []
    outputs: set[str] = set()
    for dependency, channels in graph.get_pruning_group(
        root, _out_channels(graph, root), list(range(group.width))
    ):
        layer = dependency.target.module
        if not isinstance(layer, (nn.Linear, nn.Conv2d)):
            continue
        is_output = graph.is_out_channel_pruning_fn(dependency.handler)
        depthwise = isinstance(layer, nn.Conv2d) and layer.groups > 1
        if is_output:
            outputs.add(names[layer])
        member = Member(
            f"{names[layer]}.weight", 0 if is_output or depthwise else 1, tuple(int(c) for c in channels)
        )
        found.append(member)
    if not outputs.issuperset(group.roots) or any(len(m.channels) != group.width for m in found):
        raise ValueError(f"the dependency graph does not couple {group.roots} in group {group.name}")
    return tuple(found)


def _removed(group: ChannelGroup, kept: Sequence[int]) -> list[int]:
    """The channels to cut in all heads."""
    if not kept or len(set(kept)) != len(kept) or not all(0 <= place < group.places for place in kept):
        raise ValueError(f"{group.name} cannot keep {list(kept)} of {group.places} channels")
    return group.channels(sorted(set(range(group.places)) - set(kept)))


def _out_channels(graph: torch_pruning.DependencyGraph, layer: nn.Module) -> object:
    return graph.get_pruner_of_module(layer).prune_out_channels


def _of_encoder(name: str) -> bool:
    return name.startswith("image_encoder.")
