"""How many channels each group keeps, and which: local ("uniform") or ranked over several groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from slimsam_core.compression.recipe import Ranking
from slimsam_core.families.cutting import ChannelGroup, ChannelKind

Scores = NDArray[np.float64]
"""Importance of what can be kept or cut by itself, see ``ChannelGroup.places``; (places,)."""


def kept_channels(
    groups: Sequence[ChannelGroup],
    scores: Mapping[str, Scores],
    widths: Mapping[str, int],
    ranking: Ranking,
) -> dict[str, list[int]]:
    """Sorted kept places, by group.

    ``widths`` are the uniform widths to reach. ``local`` gives each group its own; ``global`` shares their
    sum among the groups of a kind, ranked by ``(score - mean) / deviation`` of their group.
    """
    kept: dict[str, list[int]] = {}
    for _, members in groupby(sorted(groups, key=lambda group: group.kind), key=lambda group: group.kind):
        kind_groups = list(members)
        counts = {group.name: widths[group.name] // (group.heads * group.unit) for group in kind_groups}
        if (
            ranking == Ranking.GLOBAL
            and len(kind_groups) > 1
            and kind_groups[0].kind is not ChannelKind.RESIDUAL
        ):
            counts = _shared_counts(kind_groups, scores, counts)
        for group in kind_groups:
            order = np.argsort(-scores[group.name], kind="stable")
            kept[group.name] = sorted(int(channel) for channel in order[: counts[group.name]])
    return kept


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
            size = max(1, group.granule // (group.heads * group.unit))
            gone = gone[: len(gone) - len(gone) % size]
            stays = np.setdiff1d(np.arange(group.places), gone if len(gone) < group.places else [])
            kept[group.name] = [int(place) for place in stays]
    return kept


def _standardised(values: Scores) -> Scores:
    deviation = float(values.std())
    result: Scores = (values - values.mean()) / (deviation if deviation > 0 else 1.0)
    return result


def _shared_counts(
    groups: Sequence[ChannelGroup], scores: Mapping[str, Scores], counts: Mapping[str, int]
) -> dict[str, int]:
    """Places a group keeps when all groups compete for ``sum(counts)`` places, in whole granules.

    The best granule of each group is kept whatever its rank. A granule's rank is the mean of its channels'.
    """
    result: dict[str, int] = {}
    offers: list[tuple[float, int, str, int]] = []
    for number, group in enumerate(groups):
        values = scores[group.name]
        size = max(1, group.granule // (group.heads * group.unit))
        ranked = np.sort(_standardised(values))[::-1]
        result[group.name] = min(size, len(ranked))
        for start in range(size, len(ranked) - size + 1, size):
            offers.append((-float(ranked[start : start + size].mean()), number, group.name, size))
    places = sum(counts.values()) - sum(result.values())
    for _, _, name, size in sorted(offers):
        if places < size:
            break
        result[name] += size
        places -= size
    return result
