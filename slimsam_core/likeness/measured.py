"""How sure a find is, measured on labelled pictures that it was not learnt from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slimsam_core.inference.transforms import FloatArray
from slimsam_core.labelling.measured_finds import finds_from

__all__ = ["Judge", "MeasuredPrecision", "Sigmoid", "judge_of", "sigmoid_of"]

Values = NDArray[np.float64]

_PULL = 30.0
"""Ridge of the judge, in standardised values: 500 of them are learnt from some hundred finds. By eye,
of the order that keeps so many values from fitting so few finds exactly."""
_STEPS = 25
"""Of Newton's method; it stands still after some ten."""
BARS = tuple(round(0.05 * i, 2) for i in range(1, 20))
"""Confidences for which it is written down how many finds were right."""


@dataclass(frozen=True, eq=False)
class Judge:
    """A linear judgement of what a find looks like: above 0 rather the class."""

    mean: FloatArray
    scale: FloatArray
    weights: Values
    offset: float

    def scores(self, vectors_ND: FloatArray) -> Values:
        """One of each find."""
        return np.asarray(
            ((vectors_ND - self.mean) / self.scale).astype(np.float64) @ self.weights + self.offset
        )


def judge_of(vectors_ND: FloatArray, right_N: NDArray[np.bool_]) -> Judge:
    """Ridge regression to +1 and -1, both sides counted alike. There must be some of both."""
    mean, scale = vectors_ND.mean(0), vectors_ND.std(0) + 1e-3
    values = ((vectors_ND - mean) / scale).astype(np.float64)
    share = float(right_N.mean())
    weight = np.where(right_N, 0.5 / share, 0.5 / (1.0 - share))
    target = np.where(right_N, 1.0, -1.0)
    root = np.sqrt(weight)[:, None]
    rows = np.concatenate([values, np.ones((len(values), 1))], 1) * root
    gram = rows @ rows.T  # far fewer finds than values in most projects
    if len(rows) <= rows.shape[1]:
        solved = rows.T @ np.linalg.solve(gram + _PULL * np.eye(len(rows)), target * root[:, 0])
    else:
        square = rows.T @ rows
        solved = np.linalg.solve(square + _PULL * np.eye(len(square)), rows.T @ (target * root[:, 0]))
    return Judge(mean, scale, solved[:-1], float(solved[-1]))


@dataclass(frozen=True)
class Sigmoid:
    """From a score to how often such a find is right (Platt 1999)."""

    slope: float
    offset: float

    def __call__(self, scores: Values) -> Values:
        """0..1."""
        return np.asarray(1.0 / (1.0 + np.exp(-np.clip(self.slope * scores + self.offset, -30, 30))))


def sigmoid_of(scores: Values, right: NDArray[np.bool_]) -> Sigmoid:
    """Fitted to finds whose truth is known; never falling."""
    count, wrong = int(right.sum()), int((~right).sum())
    high, low = (count + 1) / (count + 2), 1 / (wrong + 2)  # Platt's own correction for few of a side
    target = np.where(right, high, low)
    a, b = 1.0, float(np.log((count + 1) / (wrong + 1)))
    for _ in range(_STEPS):
        found = Sigmoid(a, b)(scores)
        spread = found * (1 - found) + 1e-9
        gradient = np.array([((found - target) * scores).sum() + 1e-3 * (a - 1.0), (found - target).sum()])
        curve = np.array(
            [
                [(spread * scores**2).sum() + 1e-3, (spread * scores).sum()],
                [(spread * scores).sum(), spread.sum() + 1e-6],
            ]
        )
        step = np.linalg.solve(curve, gradient)
        a, b = a - float(np.clip(step[0], -2, 2)), b - float(np.clip(step[1], -2, 2))
    return Sigmoid(max(a, 1e-3), b)


@dataclass(frozen=True)
class MeasuredPrecision:
    """Of held-back labelled pictures: how many finds there were from each confidence on, and right ones."""

    rows: tuple[tuple[float, int, int], ...]
    """Least confidence, finds, right ones; the confidences rise."""
    objects: int
    """Of the class in these pictures."""

    @staticmethod
    def of(confidences: Sequence[float], right: Sequence[bool], objects: int) -> MeasuredPrecision:
        """Counted at each of ``BARS``."""
        values, truth = np.asarray(confidences, np.float64), np.asarray(right, np.bool_)
        rows = []
        for bar in BARS:
            above = values >= bar
            rows.append((bar, int(above.sum()), int((above & truth).sum())))
        return MeasuredPrecision(tuple(rows), objects)

    def at(self, bar: float) -> tuple[int, int]:
        """Finds at this confidence or more, and right ones; by the next lower written one."""
        return finds_from(self.rows, bar)

    def recall(self, bar: float) -> float:
        """Share of the objects that were found, 0..1."""
        return self.at(bar)[1] / max(1, self.objects)

    def best_bar(self, least: int) -> float:
        """The lowest confidence from which on the largest share was right, of at least ``least`` finds."""
        rows = [row for row in self.rows if row[1] >= least] or list(self.rows[:1])
        return max(rows, key=lambda row: (row[2] / max(1, row[1]), -row[0]))[0]

    def bar_for(self, precision: float, least: int) -> float | None:
        """The lowest confidence from which on so many were right, of at least ``least`` finds.

        One more wrong find is counted: the bar is chosen where it looks best, and few finds look better than
        they are.
        """
        for bar, finds, right in self.rows:
            if finds >= least and right >= precision * (finds + 1):
                return bar
        return None
