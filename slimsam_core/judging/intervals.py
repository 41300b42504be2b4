"""How far a mean over pictures can be believed: 95 % intervals, in which whole pictures vary.

Many pictures are drawn again and again (the percentile bootstrap). From few of them it comes out too narrow;
there Student's t of their sums says how far the mean may be off, and one picture says nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 1000
_CHUNK = 50
"""Resamples at a time: 100,000 pictures then take 40 MB and not 10 GB."""
_T = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
    2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101,
)  # fmt: skip
"""Student's t of 97.5 % for 1, 2, ... degrees of freedom. With as many pictures as follow from it (19) the
bootstrap is too narrow by 10 % at least."""


def mean_intervals(
    values_NC: NDArray[np.float64], groups: Sequence[object], seed: int = 0
) -> NDArray[np.float64] | None:
    """Low and high, float (2, C), of the mean of each column over N values that belong to ``groups``; None
    where fewer than two groups say nothing about others."""
    names: dict[object, int] = {}
    place_N = np.array([names.setdefault(group, len(names)) for group in groups], np.intp)
    if len(names) < 2:
        return None
    sums_GC = np.zeros((len(names), values_NC.shape[1]))
    np.add.at(sums_GC, place_N, values_NC)
    counts_G = np.bincount(place_N, minlength=len(names)).astype(np.float64)
    if len(names) <= len(_T) + 1:
        return _by_t(sums_GC, counts_G)
    random = np.random.default_rng(seed)
    means = np.empty((RESAMPLES, values_NC.shape[1]))
    for start in range(0, RESAMPLES, _CHUNK):
        drawn = random.integers(len(names), size=(_CHUNK, len(names)))
        weights = np.stack([np.bincount(one, minlength=len(names)) for one in drawn]).astype(np.float64)
        means[start : start + _CHUNK] = weights @ sums_GC / (weights @ counts_G)[:, None]
    return np.percentile(means, [2.5, 97.5], axis=0)


def mean_interval(
    values_N: NDArray[np.float64], groups: Sequence[object], bounds: tuple[float, float], seed: int = 0
) -> tuple[float, float]:
    """95 % interval of the mean of at least one value, within ``bounds``; the mean twice where one group
    tells nothing about others."""
    found = mean_intervals(values_N[:, None], groups, seed)
    if found is None:
        return float(values_N.mean()), float(values_N.mean())
    low, high = np.clip(found[:, 0], *bounds)
    return float(low), float(high)


def _by_t(sums_GC: NDArray[np.float64], counts_G: NDArray[np.float64]) -> NDArray[np.float64]:
    """By the spread of what each group's sum is more than the mean lets expect."""
    groups = len(counts_G)
    mean_C = sums_GC.sum(0) / counts_G.sum()
    off_GC = sums_GC - counts_G[:, None] * mean_C
    spread_C = np.sqrt(np.square(off_GC).sum(0) * groups / (groups - 1)) / counts_G.sum()
    return np.stack([mean_C - _T[groups - 2] * spread_C, mean_C + _T[groups - 2] * spread_C])
