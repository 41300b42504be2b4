"""How many channels each group keeps, and which: local ("uniform") or ranked over several groups."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from slimsam_core.compression.recipe import Ranking
from slimsam_core.families.cutting import ChannelGroup, ChannelKind

Scores = NDArray[np.float64]
"""Importance of what can be kept or cut by itself, see ``ChannelGroup.places``; (places,)."""
_FLOOR = 0.25
"""Of its uniform width a layer keeps at least so much where scores are compared as they are: those of two
layers can be so far apart that one would be left with a thread, through which everything has to pass."""
_ROUNDING = 1e-9
"""Share of a sum that adding prices in another order may differ by."""


@dataclass(frozen=True)
class Rivalry:
    """What a ranking has to know of the groups beside their scores, by name."""

    builds: Mapping[str, Hashable] = field(default_factory=dict)
    """How a group is built and wired; groups with equal values are isomorphic."""
    prices: Mapping[str, float] = field(default_factory=dict)
    """What one channel costs, above 0, in any unit."""
    room: float | None = None
    """What all groups may cost together, in the unit of ``prices``; None = what uniform widths cost."""


def kept_channels(
    groups: Sequence[ChannelGroup],
    scores: Mapping[str, Scores],
    widths: Mapping[str, int],
    ranking: Ranking,
    rivalry: Rivalry = Rivalry(),
) -> dict[str, list[int]]:
    """Sorted kept places, by group.

    ``widths`` are the uniform widths to reach. ``local`` gives each group its own; the others share their
    sum, or what they cost together, among the groups that compete. Residual streams are never shared.
    ``scores`` are raw ones, see ``pruning.channel_scores``, where they are compared as they are.
    With ``rivalry.room`` the widths that are chosen are moved until they use it up and do not exceed it.
    """
    counts = {group.name: widths[group.name] // (group.heads * group.unit) for group in groups}
    for rivals in _rivals(groups, ranking, rivalry):
        values = {
            group.name: _standardised(scores[group.name]) if ranking is Ranking.GLOBAL else scores[group.name]
            for group in rivals
        }
        prices = rivalry.prices if ranking is Ranking.COST else {}
        floor = 0.0 if ranking is Ranking.GLOBAL else _FLOOR
        counts |= _shared_counts(rivals, values, counts, prices, floor)
    if rivalry.room is not None and ranking is not Ranking.LOCAL:
        sharing = [group for group in groups if group.kind is not ChannelKind.RESIDUAL]
        floor = 0.0 if ranking is Ranking.GLOBAL else _FLOOR
        least = {g.name: _least(floor, widths[g.name] // (g.heads * g.unit), _granule(g)) for g in sharing}
        values = {
            g.name: scores[g.name] if ranking is Ranking.COST else _standardised(scores[g.name])
            for g in sharing
        }
        counts |= _fitted(sharing, values, counts, least, rivalry, by_price=ranking is Ranking.COST)
    kept: dict[str, list[int]] = {}
    for group in groups:
        order = np.argsort(-scores[group.name], kind="stable")
        kept[group.name] = sorted(int(channel) for channel in order[: counts[group.name]])
    return kept


def _rivals(
    groups: Sequence[ChannelGroup], ranking: Ranking, rivalry: Rivalry
) -> Iterator[list[ChannelGroup]]:
    """The groups that compete with each other."""
    if ranking is Ranking.LOCAL:
        return
    sets: dict[Hashable, list[ChannelGroup]] = {}
    for group in groups:
        if group.kind is not ChannelKind.RESIDUAL:
            key: Hashable = group.kind
            if ranking is Ranking.ISOMORPHIC:
                key = rivalry.builds[group.name]
            elif ranking is Ranking.COST:
                key = None
            sets.setdefault(key, []).append(group)
    yield from (rivals for rivals in sets.values() if len(rivals) > 1)


def above_threshold(
    groups: Sequence[ChannelGroup], scores: Mapping[str, Scores], widths: Mapping[str, int], removed: float
) -> dict[str, list[int]]:
    """Sorted kept places, by group, as the published scripts rank globally; the residual streams locally.

    The share ``removed`` of all places of a kind sets a threshold of ``(score - mean) / deviation``; what is
    not above it goes. Of hidden channels whole granules go, the first by index; a group of which all would go
    stays.
    Source: torch-pruning 1.2, as it lies in the scripts' repository.
    """
    kept = kept_channels([g for g in groups if g.kind is ChannelKind.RESIDUAL], scores, widths, Ranking.LOCAL)
    for kind in sorted({group.kind for group in groups} - {ChannelKind.RESIDUAL}):
        values = {g.name: _standardised(scores[g.name]) for g in groups if g.kind == kind}
        pooled = np.sort(np.concatenate(list(values.values())))
        cut = len(pooled) - int(len(pooled) * (1.0 - removed))
        threshold = pooled[cut - 1] if cut > 0 else -np.inf
        for group in (g for g in groups if g.kind == kind):
            gone = np.flatnonzero(values[group.name] <= threshold)
            size = _granule(group)
            gone = gone[: len(gone) - len(gone) % size]
            stays = np.setdiff1d(np.arange(group.places), gone if len(gone) < group.places else [])
            kept[group.name] = [int(place) for place in stays]
    return kept


def _standardised(values: Scores) -> Scores:
    deviation = float(values.std())
    result: Scores = (values - values.mean()) / (deviation if deviation > 0 else 1.0)
    return result


def _shared_counts(
    groups: Sequence[ChannelGroup],
    values: Mapping[str, Scores],
    counts: Mapping[str, int],
    prices: Mapping[str, float],
    floor: float,
) -> dict[str, int]:
    """Places a group keeps when all groups compete for what ``counts`` cost, in whole granules.

    The best granule of each group is kept whatever its rank, and the share ``floor`` of its count. A
    granule's rank is the mean of its channels' values, over the price of a channel where there are
    ``prices``; without, every place costs 1.
    """
    result: dict[str, int] = {}
    offers: list[tuple[float, int, str, int]] = []
    for number, group in enumerate(groups):
        size = _granule(group)
        ranked = np.sort(values[group.name])[::-1]
        kept = _least(floor, counts[group.name], size)
        result[group.name] = min(kept, len(ranked))
        price = prices[group.name] if prices else 1.0
        for start in range(kept, len(ranked) - size + 1, size):
            offers.append((-float(ranked[start : start + size].mean()) / price, number, group.name, size))

    costs = {group.name: prices[group.name] * group.heads * group.unit if prices else 1.0 for group in groups}
    left = sum((counts[name] * (1.0 + _ROUNDING) - result[name]) * cost for name, cost in costs.items())
    for _, _, name, size in sorted(offers):
        if size * costs[name] <= left:
            result[name] += size
            left -= size * costs[name]
    return result


def _fitted(
    groups: Sequence[ChannelGroup],
    values: Mapping[str, Scores],
    counts: Mapping[str, int],
    least: Mapping[str, int],
    rivalry: Rivalry,
    *,
    by_price: bool,
) -> dict[str, int]:
    """Places a group keeps when all together cost no more than there is room for and no granule more fits.

    Whole granules go, the weakest first, as long as it is too much; then the best ones come that fit. Their
    rank is the mean of ``values``, over the price of a channel where that counts. No group falls below
    ``least``.
    """
    sizes = {group.name: _granule(group) for group in groups}
    costs = {group.name: rivalry.prices[group.name] * group.heads * group.unit for group in groups}
    ranked = {group.name: np.sort(values[group.name])[::-1] for group in groups}
    result = {group.name: counts[group.name] for group in groups}
    left = (rivalry.room or 0.0) * (1.0 + _ROUNDING) - sum(result[name] * costs[name] for name in costs)

    def worth(name: str, start: int) -> float:
        mean = float(ranked[name][start : start + sizes[name]].mean())
        return mean / costs[name] if by_price else mean

    while left < 0 and (low := [name for name in sizes if result[name] - sizes[name] >= least[name]]):
        weakest = min(low, key=lambda name: worth(name, result[name] - sizes[name]))
        result[weakest] -= sizes[weakest]
        left += sizes[weakest] * costs[weakest]
    while more := [
        name
        for name, size in sizes.items()
        if result[name] + size <= len(ranked[name]) and size * costs[name] <= left
    ]:
        best = max(more, key=lambda name: worth(name, result[name]))
        result[best] += sizes[best]
        left -= sizes[best] * costs[best]
    return result


def _granule(group: ChannelGroup) -> int:
    """Places that come and go together."""
    return max(1, group.granule // (group.heads * group.unit))


def _least(floor: float, count: int, size: int) -> int:
    """Places that stay whatever their rank: one granule, and the share ``floor`` of ``count``."""
    return max(1, int(floor * count / size)) * size
