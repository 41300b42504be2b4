"""How loss weights and the learning rate change from epoch to epoch."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace


def aligning_share(epoch: int, align_epochs: int) -> float:
    """Stage 2's weight of the former stage's model: ``(N - epoch - 1) / N`` for epoch < N, then 0."""
    return (align_epochs - epoch - 1) / align_epochs if epoch < align_epochs else 0.0


LAST_SHARE = 0.01
"""Of the learning rate at the end: as good as none, and not zero: the last epoch would do nothing."""


def cosine_share(done: float) -> float:
    """Share of the learning rate when ``done``, 0..1, of a stage is behind: from 1 down to ``LAST_SHARE``."""
    return LAST_SHARE + (1.0 - LAST_SHARE) * 0.5 * (1.0 + math.cos(math.pi * done))


LEAST_GAIN = 1e-4
"""Relative threshold of torch's ReduceLROnPlateau, which the published scripts leave at its default."""


@dataclass(frozen=True, kw_only=True)
class Plateau:
    """Lowers the learning rate when the score stalls, and remembers the best; a higher score is better."""

    learning_rate: float
    best: float = float("-inf")
    best_epoch: int = -1
    stalled: int = 0
    mark: float = float("-inf")
    """What a score has to exceed to count as a gain for the learning rate."""

    def after(
        self, epoch: int, score: float, patience: int, factor: float, *, any_gain: bool = True
    ) -> Plateau:
        """The state after an epoch with this score; NaN counts as no improvement.

        Without ``any_gain`` as the published scripts do it: a gain for the rate is more than ``LEAST_GAIN``
        of the score, and an epoch that is as good as the best takes its place.
        """
        # a share of the mark beyond it, also of one below zero (minus an error, where there are no masks)
        share = 0.0 if any_gain else LEAST_GAIN
        gained = score > self.mark * (1.0 + share if self.mark >= 0 else 1.0 - share)
        kept = gained if any_gain else score >= self.best
        best = replace(self, best=score, best_epoch=epoch) if kept else self
        if gained:
            return replace(best, mark=score, stalled=0)
        if self.stalled + 1 >= patience:
            return replace(best, learning_rate=self.learning_rate * factor, stalled=0)
        return replace(best, stalled=self.stalled + 1)
