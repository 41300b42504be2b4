"""A budget, and what a model needs of it; no torch here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class BudgetUnit(StrEnum):
    """What a budget counts, all of the encoder for one picture; the keys of ``recipe.Target``."""

    PARAMETERS = "parameters"
    MACS = "macs"
    MILLISECONDS = "milliseconds"


@dataclass(frozen=True)
class BudgetFit:
    """So much is allowed, so much is needed."""

    unit: BudgetUnit
    budget: float
    needed: float

    @property
    def off(self) -> float:
        """How far it is off, as a share of the budget: 0.1 is a tenth too much, -0.1 leaves a tenth."""
        return self.needed / self.budget - 1.0

    @property
    def is_missed(self) -> bool:
        """Whether more is needed than is allowed."""
        return self.needed > self.budget
