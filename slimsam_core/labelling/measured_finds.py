"""How often finds of a class were right, as it stands beside the proposals that were found with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["LEAST_FINDS", "MeasuredFinds", "finds_from"]

LEAST_FINDS = 5
"""Of fewer nothing can be said about how often such are right. By eye: of five all right the interval of 95 %
begins at about a half."""


def finds_from(rows: Sequence[tuple[float, int, int]], least: float) -> tuple[int, int]:
    """Finds with this confidence or more, and right ones, of rows as ``MeasuredFinds`` has them."""
    known = [row for row in rows if row[0] <= least + 1e-9] or list(rows[:1])
    return known[-1][1:] if known else (0, 0)


@dataclass(frozen=True)
class MeasuredFinds:
    """Of held-back labelled pictures: finds of a class from each confidence on, and right ones of them."""

    category_id: int
    """0 = of several classes together, as versions before noted it."""
    rows: tuple[tuple[float, int, int], ...]
    """Least confidence, finds, right ones; the confidences rise."""

    def at(self, least: float) -> tuple[int, int]:
        """Finds with this confidence or more, and right ones; by the next lower one that is noted."""
        return finds_from(self.rows, least)

    @property
    def best(self) -> float:
        """The largest share of right ones from a confidence on that has enough finds, 0..1; 1 = none has."""
        return max((right / finds for _, finds, right in self.rows if finds >= LEAST_FINDS), default=1.0)

    def to_json(self) -> list[Any]:
        """The class, then the rows."""
        return [self.category_id, self.rows]

    @staticmethod
    def from_json(category_id: int, rows: Iterable[Sequence[float]]) -> MeasuredFinds:
        """Raises ValueError and TypeError for anything else."""
        found = tuple((float(least), int(finds), int(right)) for least, finds, right in rows)
        return MeasuredFinds(int(category_id), found)
