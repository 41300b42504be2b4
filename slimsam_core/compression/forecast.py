"""How much work a job is, from its first stage to its verdict, told before and while it is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from slimsam_core.arch import ArchSpec
from slimsam_core.compression.plan import stage_work
from slimsam_core.compression.recipe import Recipe
from slimsam_core.compression.stages import Ratios
from slimsam_core.judging.rivals import MOST_HELD_OUT, MOST_OBJECTS, JudgeStep

LIGHT_OBJECT, OBJECT = 6.0, 0.5
"""Encodings that asking for one object takes: a box and up to ten clicks. A light model looks closer at the
picture with each: 27 objects took 164 encodings. Of other models a click is a twentieth of an encoding."""
LIGHT_GRID, GRID = 4.0, 0.4
"""The same for the nine points that both models are asked on a picture without labels."""
TIMED_RUNS = 6
"""How often each model is timed, see ``judging.latency``."""
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


@dataclass(frozen=True, kw_only=True)
class Amounts:
    """Pictures and objects that a job works on."""

    train: int
    validation: int
    labelled: int = 0
    """Labelled pictures to judge by."""
    objects: int = 0
    """Their objects."""


def forecast(recipe: Recipe, arch: ArchSpec, ratios: Ratios, amounts: Amounts) -> Forecast:
    """The work of slimming a model of this architecture and of judging it."""
    light = arch.encoder.light
    asked = LIGHT_OBJECT if light else OBJECT
    of_labels = amounts.labelled + min(amounts.objects, MOST_OBJECTS) * asked
    grid = LIGHT_GRID if light else GRID
    return Forecast(
        stages=stage_work(recipe, arch, ratios, amounts.train, amounts.validation),
        judging={
            JudgeStep.MODELS: TIMED_RUNS * 2 * (2.0 if light else 1.0),
            JudgeStep.TEACHER: of_labels,
            JudgeStep.STUDENT: of_labels,  # cut by a quarter it was no faster in torch: better too much
            JudgeStep.PICTURES: min(amounts.validation, MOST_HELD_OUT) * (1.0 + grid) * 2,
        },
    )
