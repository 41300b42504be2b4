"""What a sweep tries and what came out, as values; no torch here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from slimsam_core.compression.events import Event
from slimsam_core.compression.recipe import Recipe, Target, with_ratio
from slimsam_core.errors import RecipeError

SWEEP_FILE = "sweep.json"
"""Marks the folder of a sweep."""
_UNITS = {"parameters": "params", "macs": "macs", "milliseconds": "ms"}
_PART_OF_A_NAME = re.compile(r"[A-Za-z0-9.+-]*")
MOST_POINTS = 200
"""At a minute each, the quickest there are, more than three hours."""


@dataclass(frozen=True)
class SweepPoint:
    """One of the compressions."""

    ratio: float
    criterion: str
    seed: int
    target: str = field(default="", compare=False)
    """What it is called by where that is not its ratio, see ``target_name``; sweeps of older versions have
    none, and so none tells two points apart."""

    @property
    def name(self) -> str:
        """Of its folder and in tables."""
        return f"{self.target or f'r{self.ratio!r}'}-{self.criterion}-s{self.seed}"

    @property
    def setting(self) -> tuple[float, str]:
        """What points that differ by their seed alone have in common."""
        return self.ratio, self.criterion


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """A recipe and the values that are tried instead of its own; an empty series keeps the recipe's.

    The ratio is that of residual and bottleneck alike. Raises RecipeError for values that no recipe may have,
    and for too many points.
    """

    recipe: Recipe
    ratios: tuple[float, ...] = ()
    criteria: tuple[str, ...] = ()
    seeds: tuple[int, ...] = ()
    early_stop: bool = True
    """Give up points that another one dominates (``sweep.dominating``)."""

    def __post_init__(self) -> None:
        if self.ratios and self.recipe.target.budget is not None:
            raise RecipeError(
                "a budget decides the ratios: a sweep cannot try others beside it.",
                "Give ratios, or a budget.",
                "sweep",
            )
        count = len(self.points)
        if count > MOST_POINTS:
            raise RecipeError(
                "{count} compressions are more than {most}.", "Try fewer values.", "sweep",
                count=count, most=MOST_POINTS,
            )  # fmt: skip
        for point in self.points:
            self.recipe_of(point)

    @property
    def points(self) -> tuple[SweepPoint, ...]:
        """Every combination once, ratio by ratio, criterion by criterion."""
        base = self.recipe
        ratios = self.ratios or (base.target.residual,)
        criteria = self.criteria or (base.criterion.name,)
        seeds = self.seeds or (base.seed,)
        target = "" if self.ratios else target_name(base.target)
        all_of_them = (SweepPoint(r, c, s, target) for r in ratios for c in criteria for s in seeds)
        return tuple(dict.fromkeys(all_of_them))

    def recipe_of(self, point: SweepPoint) -> Recipe:
        """The recipe of one point."""
        base = with_ratio(self.recipe, point.ratio) if self.ratios else self.recipe
        criterion = replace(base.criterion, name=point.criterion)
        return replace(base, criterion=criterion, seed=point.seed, name=point.name)


def target_name(target: Target) -> str:
    """``macs20G``, ``params5M``, ``ms80`` for a budget, ``r0.5-0.7`` for two ratios; empty for one ratio."""
    if target.budget is not None:
        unit, value = target.budget
        return f"{_UNITS[unit]}{_short(value)}"
    equal = target.residual == target.bottleneck
    return "" if equal else f"r{target.residual!r}-{target.bottleneck!r}"


def _short(value: float) -> str:
    """``20G`` for 20e9; as many digits as it takes to be told from every other number."""
    for factor, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        text = f"{value / factor:.12g}"
        if value >= factor and float(text) * factor == value:
            return text + letter
    return repr(value).removesuffix(".0")


class PointOutcome(StrEnum):
    """How a point ended."""

    FINISHED = "finished"
    DOMINATED = "dominated"
    FAILED = "failed"
    """With an error of its own, while others went on; a sweep that is resumed tries it again."""


@dataclass(frozen=True, kw_only=True)
class PointResult:
    """What came out of one point. Costs are the encoder's but for the file; quality is that of the delivered
    weights, and of those at the stop where the point was given up."""

    ratio: float
    criterion: str
    seed: int
    outcome: PointOutcome
    parameters: int
    macs: int
    alignment_error: float | None
    file_bytes: int = 0
    encode_ms: float | None = None
    """Median of five, measured after all compressions, one model after the other."""
    miou: float | None = None
    """One click at each object of ``data.masks``, with the interval of 95 % over pictures."""
    miou_low: float | None = None
    miou_high: float | None = None
    dominated_by: str = ""
    stopped_at: str = ""
    failed: str = ""
    """Why, of one that failed."""
    target: str = ""
    """See ``SweepPoint.target``."""

    def __post_init__(self) -> None:
        if not _PART_OF_A_NAME.fullmatch(self.target):  # it names a folder
            raise RecipeError("{target!r} is no target.", "", "target", target=self.target)

    @property
    def point(self) -> SweepPoint:
        """Which one."""
        return SweepPoint(self.ratio, self.criterion, self.seed, self.target)


@dataclass(frozen=True)
class SweepStep(Event):
    """The sweep turns to its point ``number`` (from 1) of ``total``: a run of its own follows."""

    name: str
    number: int
    total: int


@dataclass(frozen=True)
class PointEnded(Event):
    """A point is done, given up for ``dominated_by``, or ``failed``, which says why."""

    name: str
    outcome: PointOutcome
    dominated_by: str = ""
    failed: str = ""


def quality(result: PointResult) -> float | None:
    """Higher is better: the mIoU where there are masks, else minus the alignment error."""
    if result.miou is not None:
        return result.miou
    return None if result.alignment_error is None else -result.alignment_error


def cost(result: PointResult) -> float:
    """Milliseconds of a picture, or MACs where nothing was timed."""
    return result.encode_ms if result.encode_ms is not None else float(result.macs)


def pareto(results: Iterable[PointResult]) -> tuple[PointResult, ...]:
    """The finished points that none is both cheaper and better than, cheapest first."""
    judged = [r for r in results if r.outcome is PointOutcome.FINISHED and quality(r) is not None]
    front: list[PointResult] = []
    for result in sorted(judged, key=lambda r: (cost(r), -(quality(r) or 0.0))):
        if not front or (quality(result) or 0.0) > (quality(front[-1]) or 0.0):
            front.append(result)
    return tuple(front)


class Axis(StrEnum):
    """What a sweep may vary."""

    RATIOS = "ratios"
    CRITERIA = "criteria"
    SEEDS = "seeds"


def parsed_axes(given: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """``ratios=0.3,0.5`` and so on -> the values by name. Raises RecipeError."""
    axes: dict[str, tuple[str, ...]] = {}
    for text in given:
        name, _, values = text.partition("=")
        found = tuple(value.strip() for value in values.split(",") if value.strip())
        if name not in list(Axis) or not found or name in axes:
            raise RecipeError(
                "{text!r} is not a series of values.",
                "Write each once: ratios=0.3,0.5 or criteria=magnitude,hessian or seeds=0,1.",
                "sweep",
                text=text,
            )
        axes[name] = found
    return axes


def sweep_of(recipe: Recipe, given: Sequence[str], *, early_stop: bool = True) -> Sweep:
    """The sweep that the options of the command line name. Raises RecipeError."""
    axes = parsed_axes(given)
    try:
        ratios = tuple(float(value) for value in axes.get(Axis.RATIOS, ()))
        seeds = tuple(int(value) for value in axes.get(Axis.SEEDS, ()))
    except ValueError as error:
        raise RecipeError("a value is not a number: {error}.", "", "sweep", error=error) from error
    return Sweep(
        recipe=recipe, ratios=ratios, criteria=axes.get(Axis.CRITERIA, ()), seeds=seeds, early_stop=early_stop
    )
