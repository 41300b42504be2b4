"""What to train, on what, for how long: a frozen value, read from and written to JSON."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any

from slimsam_core.errors import RecipeError
from slimsam_core.files import json_dataclass
from slimsam_core.files.seeds import check_seed

__all__ = ["Stage", "TrainingRecipe"]

RECIPE_VERSION = 1
"""Of the JSON; one of another version is refused."""


class AdaptedParts(StrEnum):
    """What of a model is trained to adapt it."""

    DECODER = "decoder"
    ALL = "all"

    @property
    def frozen(self) -> tuple[str, ...]:
        """``TrainingRecipe.frozen``: what stays as it is."""
        return ("image_encoder",) if self is AdaptedParts.DECODER else ()


_LIGHT_SIDE = 512
"""Input of a model up to which eight crops fit into the memory of one step; larger ones take two, and gather
the gradients of four steps to the same eight."""
_CAREFUL_RATE = 5e-5
"""Learning rate: a sixth of what a recipe has when it says nothing, so that what is known stays."""
_CAREFUL_WARMUP = 20
"""Steps until that rate is reached: Adam knows the size of the gradients by then."""
_CAREFUL_EMA = 0.99
"""Of the weights that are kept: the mean of about the last hundred steps, and there are few hundred."""


class TrainingPrecision(StrEnum):
    """The number format of forward and backward passes."""

    BF16 = "bf16"
    """By autocast."""
    FP32 = "fp32"


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A part of the run with its own crop size. One step = ``crops`` x ``accumulate`` crops."""

    steps: int = 1000  # by eye
    size: int = 256
    """Side of the crops in pixels: that of the bundled model."""
    crops: int = 16  # by eye
    masks: int = 5
    """Objects asked for in a crop, at most; by eye: the encoder's work is shared by them."""
    clicks: int = 1
    """Corrective clicks after the first prompt."""
    accumulate: int = 1
    whole_share: float = 0.35
    """Share of the crops that show a whole picture; by eye, a third each with those fitted and those
    between."""
    zoom_share: float = 0.3
    """Share of the crops that are fitted to one object; by eye, see above."""
    click_share: float = 0.0
    """Share of the crops that lie around a click, whatever the size of the object."""


@dataclass(frozen=True, kw_only=True)
class TrainingRecipe:
    """Everything that decides the result but the pictures themselves."""

    version: int = RECIPE_VERSION
    stages: tuple[Stage, ...] = (Stage(),)
    weights: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    """Data set name -> relative share of the crops; default: the square root of its number of pictures."""
    seed: int = 0
    learning_rate: float = 3e-4  # by eye: usual for AdamW
    encoder_rate: float = 0.5
    """Factor on the learning rate of the image encoder; by eye, so that it keeps what it has learnt
    before."""
    warmup: int = 50  # by eye: until the averages of AdamW mean something
    weight_decay: float = 0.02  # by eye
    max_gradient_norm: float = 1.0
    ema: float = 0.999  # the mean of some 1,000 steps, a run of the default length
    frozen: tuple[str, ...] = ()
    """Prefixes of parameter names that stay as they are. Statistics of batch norms always do."""
    precision: TrainingPrecision = TrainingPrecision.BF16
    box_share: float = 0.4  # by eye
    both_share: float = 0.1  # by eye
    jitter: float = 0.25  # by eye
    checkpoint_every: int = 100  # by eye
    log_every: int = 10  # by eye: a curve of a hundred points a default run

    @property
    def steps(self) -> int:
        """Optimizer steps of all stages."""
        return sum(stage.steps for stage in self.stages)

    def stage_at(self, step: int) -> Stage:
        """The stage that step number ``step`` (from 0) belongs to."""
        for stage in self.stages:
            if step < stage.steps:
                return stage
            step -= stage.steps
        return self.stages[-1]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values, the inverse of ``from_json``."""
        return dict(json_dataclass.to_json(self))

    @staticmethod
    def from_json(data: Any) -> TrainingRecipe:
        """Read and check what ``to_json`` wrote or a person did. Raises RecipeError that says where."""
        version = data.get("version", RECIPE_VERSION) if isinstance(data, dict) else RECIPE_VERSION
        if version != RECIPE_VERSION:
            raise RecipeError(
                "is {version!r}, this program knows {recipe_version}.",
                "Update the program.",
                "version",
                version=version,
                recipe_version=RECIPE_VERSION,
            )
        recipe = json_dataclass.from_json(TrainingRecipe, data)
        _check(recipe)
        return recipe

    @staticmethod
    def load(path: Path | str) -> TrainingRecipe:
        """Read a recipe file. Raises RecipeError."""
        return TrainingRecipe.from_json(json_dataclass.read(path))


_AT_LEAST_ONE = {"steps", "size", "crops", "masks", "accumulate", "checkpoint_every", "log_every"}
_SHARES = {"whole_share", "zoom_share", "click_share", "box_share", "both_share", "jitter", "ema"}
_PARTS_OF_ONE = (("whole_share", "zoom_share", "click_share"), ("box_share", "both_share"))
"""Shares of one thing: together they are at most all of it."""
_FLOAT_SLACK = 1e-9
"""0.7 + 0.2 + 0.1 is a little more than 1 in floating point."""


def _check(recipe: TrainingRecipe) -> None:
    """Raise RecipeError for the first value outside its range."""
    if not recipe.stages:
        raise RecipeError("needs a list of at least one stage.", where="stages")
    _check_ranges(recipe, "")
    for number, stage in enumerate(recipe.stages):
        _check_ranges(stage, f"stages[{number}].")
    if any(weight < 0 for weight in recipe.weights.values()):
        raise RecipeError("maps names of data sets to numbers >= 0.", where="weights")
    if not all(recipe.frozen):
        raise RecipeError("is a list of parameter name prefixes.", where="frozen")
    check_seed(recipe.seed)


def _check_ranges(part: TrainingRecipe | Stage, where: str) -> None:
    for field_ in dataclasses.fields(part):
        name, value = field_.name, getattr(part, field_.name)
        if not isinstance(value, int | float):
            continue
        if value < 0:
            raise RecipeError("is {value!r}, not a number >= 0.", where=where + name, value=value)
        if name in _AT_LEAST_ONE and value < 1:
            raise RecipeError("is {value!r}, but at least 1 is needed.", where=where + name, value=value)
        if name in _SHARES and value > 1:
            raise RecipeError("is {value!r}, not within 0..1.", where=where + name, value=value)
    for names in _PARTS_OF_ONE:
        given = {f.name: f.default for f in dataclasses.fields(part)}
        # a share that is left at its default gives way to those that were chosen
        shares = [getattr(part, n) for n in names if n in given and getattr(part, n) != given[n]]
        if sum(shares) > 1 + _FLOAT_SLACK:
            raise RecipeError(
                "{together} are {total:g} together, more than 1.",
                where=where + names[0],
                together=", ".join(names),
                total=sum(shares),
            )


def adapting_recipe(image_size: int, steps: int, parts: AdaptedParts, **more: Any) -> TrainingRecipe:
    """A short, careful training that keeps what a model with inputs of ``image_size`` pixels knows.

    ``more``: other fields of the recipe. Raises RecipeError.
    """
    light = image_size <= _LIGHT_SIDE
    stage = Stage(
        steps=steps, size=image_size, crops=8 if light else 2, masks=4, accumulate=1 if light else 4
    )
    return TrainingRecipe(
        stages=(stage,),
        learning_rate=_CAREFUL_RATE,
        warmup=min(_CAREFUL_WARMUP, steps),
        ema=_CAREFUL_EMA,
        frozen=parts.frozen,
        **more,
    )
