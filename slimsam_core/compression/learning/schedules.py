"""How loss weights and the learning rate change from epoch to epoch."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace


def aligning_share(epoch: int, align_epochs: int) -> float:
    """Stage 2's weight of the former stage's model: ``(N - epoch - 1) / N`` for epoch < N, then 0."""
    return (align_epochs - epoch - 1) / align_epochs if epoch < align_epochs else 0.0


def removed_after(ratio: float, rounds: int, done: int) -> float:
    """Share of the first width that is gone after ``done`` of ``rounds``, equal factors each round."""
    return ratio if done == rounds else 1.0 - (1.0 - ratio) ** (done / rounds)


def cosine_share(done: float) -> float:
    """Share of the learning rate when ``done``, 0..1, of a stage is behind: from 1 down to 0.01."""
    return 0.01 + 0.99 * 0.5 * (1.0 + math.cos(math.pi * done))


@dataclass(frozen=True)
class Plateau:
    """Lowers the learning rate when the score stalls, and remembers the best; a higher score is better."""

    learning_rate: float
    best: float = float("-inf")
    best_epoch: int = -1
    stalled: int = 0

    def after(self, epoch: int, score: float, patience: int, factor: float) -> Plateau:
        """The state after an epoch with this score; NaN counts as no improvement."""
        if score > self.best:
            return replace(self, best=score, best_epoch=epoch, stalled=0)
        if self.stalled + 1 >= patience:
            return replace(self, learning_rate=self.learning_rate * factor, stalled=0)
        return replace(self, stalled=self.stalled + 1)
