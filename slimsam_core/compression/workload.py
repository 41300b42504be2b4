"""The work of a job in its parts, and how far it is; without torch, for those who show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from slimsam_core.judging.judge_step import JudgeStep

PROCESSES_S = 12.0
"""Two processes of their own measure the memory: each begins by importing torch, six seconds on two cores."""


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """Work in encodings of one picture by the teacher, as learning computes them."""

    stages: tuple[float, ...]
    judging: Mapping[JudgeStep, float] = field(default_factory=dict)
    """In the order that the steps are done."""

    @property
    def parts(self) -> tuple[float, ...]:
        """All in order: stages, then the steps of judging."""
        return (*self.stages, *self.judging.values())

    @property
    def encodings(self) -> float:
        """The whole."""
        return sum(self.parts)

    def seconds(self, encode_s: float) -> float:
        """How long it takes, about, where one encoding takes so long."""
        return self.encodings * encode_s + (PROCESSES_S if self.judging else 0.0)

    def place(self, part: int, share: float) -> float:
        """How far the whole is, 0..1, with ``share`` of a part done and all parts before it."""
        parts = self.parts
        return (sum(parts[:part]) + share * parts[part]) / max(self.encodings, 1e-9)
