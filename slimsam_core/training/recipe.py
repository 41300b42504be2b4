"""What to train, on what, for how long: a frozen value, read from and written to JSON."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from slimsam_core.errors import RecipeError
from slimsam_core.files.foreign import read_json
from slimsam_core.files.seeds import check_seed

__all__ = ["Stage", "TrainingRecipe"]

RECIPE_VERSION = 1


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A part of the run with its own crop size. One step = ``crops`` x ``accumulate`` crops."""

    steps: int = 1000
    size: int = 256
    """Side of the crops in pixels."""
    crops: int = 16
    masks: int = 5
    """Objects asked for in a crop, at most."""
    clicks: int = 1
    """Corrective clicks after the first prompt."""
    accumulate: int = 1
    whole_share: float = 0.35
    """Share of the crops that show a whole picture."""
    zoom_share: float = 0.3
    """Share of the crops that are fitted to one object."""
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
    learning_rate: float = 3e-4
    encoder_rate: float = 0.5
    """Factor on the learning rate of the image encoder."""
    warmup: int = 50
    weight_decay: float = 0.02
    max_gradient_norm: float = 1.0
    ema: float = 0.999
    frozen: tuple[str, ...] = ()
    """Prefixes of parameter names that stay as they are. Statistics of batch norms always do."""
    precision: str = "bf16"
    """``bf16`` (autocast) or ``fp32``."""
    box_share: float = 0.4
    both_share: float = 0.1
    jitter: float = 0.25
    checkpoint_every: int = 100
    log_every: int = 10

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
        values = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        return values | {
            "stages": [dataclasses.asdict(stage) for stage in self.stages],
            "weights": dict(self.weights),
            "frozen": list(self.frozen),
        }

    @staticmethod
    def from_json(data: Any) -> TrainingRecipe:
        """Read and check what ``to_json`` wrote or a person did. Raises RecipeError that says where."""
        if not isinstance(data, dict):
            raise RecipeError("a recipe is a JSON object.")
        version = data.get("version", RECIPE_VERSION)
        if version != RECIPE_VERSION:
            raise RecipeError(
                f"is {version!r}, this program knows {RECIPE_VERSION}.", "Update the program.", "version"
            )
        values = dict(data)
        stages = values.get("stages", [{}])
        if not isinstance(stages, list) or not stages:
            raise RecipeError("needs a list of at least one stage.", where="stages")
        values["stages"] = tuple(_checked(Stage, s, f"stages[{i}].") for i, s in enumerate(stages))
        weights = values.get("weights", {})
        if not isinstance(weights, dict) or not all(_is_number(v) and v >= 0 for v in weights.values()):
            raise RecipeError("maps names of data sets to numbers >= 0.", where="weights")
        values["weights"] = MappingProxyType(dict(weights))
        frozen = values.get("frozen", [])
        if not isinstance(frozen, list) or not all(isinstance(v, str) and v for v in frozen):
            raise RecipeError("is a list of parameter name prefixes.", where="frozen")
        values["frozen"] = tuple(frozen)
        recipe: TrainingRecipe = _checked(TrainingRecipe, values, "")
        if recipe.precision not in ("bf16", "fp32"):
            raise RecipeError(f"is {recipe.precision!r}, not 'bf16' or 'fp32'.", where="precision")
        check_seed(recipe.seed)
        return recipe

    @staticmethod
    def load(path: Path | str) -> TrainingRecipe:
        """Read a recipe file. Raises RecipeError."""
        try:
            data = read_json(path)
        except (OSError, ValueError) as error:
            raise RecipeError(f"{path} cannot be read: {error}.") from error
        return TrainingRecipe.from_json(data)


_AT_LEAST_ONE = {"steps", "size", "crops", "masks", "accumulate", "checkpoint_every", "log_every"}
_SHARES = {"whole_share", "zoom_share", "click_share", "box_share", "both_share", "jitter"}


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _checked(kind: type[Any], data: Any, where: str) -> Any:
    """A ``kind`` (a frozen dataclass) from JSON values with every scalar's type and range checked."""
    if not isinstance(data, dict):
        raise RecipeError("is not an object.", where=where.rstrip("."))
    hints = typing.get_type_hints(kind)
    known = {f.name for f in dataclasses.fields(kind)}
    for name, value in data.items():
        if name not in known:
            raise RecipeError("is not known.", f"Known: {', '.join(sorted(known))}.", where + str(name))
        if hints[name] is int and (not isinstance(value, int) or isinstance(value, bool)):
            raise RecipeError(f"is {value!r}, not a whole number.", where=where + name)
        if hints[name] is float and not _is_number(value):
            raise RecipeError(f"is {value!r}, not a number.", where=where + name)
        if hints[name] in (int, float) and not 0 <= value < float("inf"):
            raise RecipeError(f"is {value!r}, not a number >= 0.", where=where + name)
        if name in _AT_LEAST_ONE and value < 1:
            raise RecipeError(f"is {value!r}, but at least 1 is needed.", where=where + name)
        if name in _SHARES and value > 1:
            raise RecipeError(f"is {value!r}, not within 0..1.", where=where + name)
    return kind(**data)
