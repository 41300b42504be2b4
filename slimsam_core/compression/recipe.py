"""What to slim, how far, on which pictures and with which settings: one JSON document."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from slimsam_core.compression.budget import BudgetUnit
from slimsam_core.errors import RecipeError
from slimsam_core.families.cutting import Mends
from slimsam_core.files import json_dataclass
from slimsam_core.files.atomic import atomic_write_json
from slimsam_core.files.foreign import parse_json, read_bytes
from slimsam_core.files.seeds import check_seed

__all__ = ["Recipe", "load_recipe", "save_recipe", "with_epochs", "with_ratio"]

MAX_RECIPE_BYTES = 1 << 20
"""A recipe with every field written out has 4 kB."""
RECIPE_VERSION = 1
SCRATCH = "scratch"
"""Ranks nothing: the slim shape starts from random weights."""
CRITERIA: tuple[str, ...] = (
    "disturbed_taylor", "taylor", "taylor_published", "magnitude", "random", "hessian", SCRATCH
)  # fmt: skip
"""Names; each is a module of ``cutting.criteria`` that defines ``CRITERION``."""


class Ranking(StrEnum):
    """Who competes for the channels that stay."""

    LOCAL = "local"
    """Those of one layer."""
    GLOBAL = "global"
    """All layers of a kind, each score counted by how far it is from its layer's mean."""
    ISOMORPHIC = "isomorphic"
    """Layers that are built and wired alike, by their scores as they are (arXiv 2407.04616)."""
    COST = "cost"
    """All layers of a stage, by score over what a channel costs in the target's budget, as in HALP
    (arXiv 2110.10811): as much is spent as uniform widths would spend."""


class Precision(StrEnum):
    """The number format of forward and backward passes."""

    AUTO = "auto"
    FP32 = "fp32"
    BF16 = "bf16"


class Switch(StrEnum):
    """Whether to use what may be missing here."""

    AUTO = "auto"
    ON = "on"
    OFF = "off"


class Schedule(StrEnum):
    """When the learning rate falls; see ``OptimiserSettings.schedule``."""

    PLATEAU = "plateau"
    COSINE = "cosine"


@dataclass(frozen=True)
class DataSettings:
    """Which pictures to learn from and to validate on."""

    images: tuple[str, ...] = ()
    """Folders of pictures, searched to the bottom, and projects; no labels are read from them."""
    train_images: int | None = None
    """At most so many training pictures; None takes all."""
    validation_images: int = 50
    """Held back from training by the hash of their names; at most a tenth of all, at least one."""
    masks: str | None = None
    """Annotated pictures that judge each epoch by 1-click mIoU; None judges by the alignment error."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """How small: ratios, or exactly one of ``parameters``, ``macs``, ``milliseconds`` of the encoder."""

    residual: float = 0.5
    """Share of the residual ("embedding") channels to remove; 0 < ratio < 1."""
    bottleneck: float = 0.5
    """Share of the q/k/v and hidden channels to remove; 0 < ratio < 1."""
    parameters: float | None = None
    macs: float | None = None
    """Multiply-accumulates of one picture at the model's size."""
    milliseconds: float | None = None
    """Time to encode one picture on this device with the run's precision."""

    @property
    def budget(self) -> tuple[BudgetUnit, float] | None:
        """The one budget that decides the ratios, None when the ratios are given."""
        given = ((unit, getattr(self, unit)) for unit in BudgetUnit)
        return next(((unit, value) for unit, value in given if value is not None), None)


@dataclass(frozen=True)
class CriterionSettings:
    """How channels are ranked."""

    name: str = "disturbed_taylor"
    images: int = 1000
    """Pictures whose gradients are gathered; criteria that need none ignore it."""
    noise: float = 0.01
    """Standard deviation of the disturbance of the teacher's embedding."""


@dataclass(frozen=True)
class StageSettings:
    """The distillation after one pruning step."""

    epochs: int = 20
    align_epochs: int = 10
    """Epochs that also align inner features: bottleneck features at an even half in stage 1; in stage 2
    the share of the former stage's model, fading to none."""
    patience: int | None = None
    """Epochs without a better validation before the rate falls; None = ``optimiser.patience``. The published
    scripts wait for 4 in stage 1 and 5 in stage 2."""


@dataclass(frozen=True)
class PromptSettings:
    """The stage behind all cuts that holds the encoder to the teacher's masks, through the frozen decoder."""

    epochs: int = 0
    """0 leaves the stage out."""
    points: int = 4
    """Random clicks a picture."""
    corrections: int = 1
    """Clicks that follow each, where the masks of both models differ."""
    embedding: float = 1.0
    """Weight of the embeddings' distance beside that of the masks."""


@dataclass(frozen=True)
class DecoderSettings:
    """The last stage, which makes the mask decoder smaller and tunes it to the slim encoder."""

    epochs: int = 0
    """0 leaves the stage out."""
    removed: float = 0.0
    """Share of the hidden channels of the decoder's MLPs to remove, the weakest first; 0 <= share < 1."""


@dataclass(frozen=True, kw_only=True)
class OptimiserSettings:
    """Adam and its learning rate."""

    learning_rate: float = 1e-4
    batch: int = 4
    """Pictures a step, over all processes together."""
    schedule: Schedule = Schedule.PLATEAU
    """``plateau`` lowers the rate when the validation stalls, as the published scripts do; how long it waits
    is ``patience``, here or of the stage. ``cosine`` lets it fall over each stage to a hundredth, which suits
    a run too short to wait for stalls."""
    patience: int = 3
    """Epochs without a better validation before the learning rate is multiplied by ``factor``."""
    factor: float = 0.5
    gradient_clip: float | None = None
    """Largest norm of the gradient; None leaves it alone."""


@dataclass(frozen=True, kw_only=True)
class Performance:
    """Nothing here changes what is learnt beyond rounding; it changes how fast."""

    device: str = "auto"
    precision: Precision = Precision.AUTO
    """``auto``: bf16 autocast where the processor computes in it, else fp32."""
    micro_batch: int | None = None
    """Pictures a forward pass; None takes the whole batch, and running out of memory halves it."""
    loader_threads: int = 2
    prefetch: int = 4
    """Batches decoded ahead."""
    cache_gigabytes: float = 4.0
    """Disk for the teacher's embeddings (fp16); 0 computes them anew each epoch."""
    activation_checkpointing: bool = False
    compile: Switch = Switch.OFF
    """torch.compile of the student's encoder; ``auto`` where a compiler is found."""
    checkpoint_seconds: float = 60.0


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """A complete, validated compression job."""

    version: int = RECIPE_VERSION
    name: str = "custom"
    teacher: str = ""
    """Name of an installed model or path of a checkpoint."""
    data: DataSettings = field(default_factory=DataSettings)
    target: Target = field(default_factory=Target)
    image_size: int | None = None
    """Side of the square that the slim model looks at, in pixels; the teacher is asked at that size too.
    None = the teacher's own."""
    criterion: CriterionSettings = field(default_factory=CriterionSettings)
    ranking: Ranking = Ranking.LOCAL
    rounds: int = 1
    """Times that both stages run; each round removes its share of the whole way."""
    embedding_stage: StageSettings = field(default_factory=StageSettings)
    bottleneck_stage: StageSettings = field(default_factory=lambda: StageSettings(20, 11))
    prompt_stage: PromptSettings = field(default_factory=PromptSettings)
    decoder_stage: DecoderSettings = field(default_factory=DecoderSettings)
    optimiser: OptimiserSettings = field(default_factory=OptimiserSettings)
    performance: Performance = field(default_factory=Performance)
    mends: Mends = field(default_factory=Mends)
    seed: int = 0
    """Of shuffling and noise; 0 <= seed < 2^63."""

    def __post_init__(self) -> None:
        if self.ranking in list(Ranking):  # boxes of the window hand on plain words
            object.__setattr__(self, "ranking", Ranking(self.ranking))
        _check(self)

    @property
    def fills_budget(self) -> bool:
        """Whether the last cut spends what uniform widths leave of a budget: one that can be counted, by a
        ranking that gives blocks widths of their own."""
        budget, as_scripts = self.target.budget, self.ranking is Ranking.GLOBAL and not self.mends.exact_sum
        counted = budget is not None and budget[0] is not BudgetUnit.MILLISECONDS
        chosen = self.ranking is not Ranking.LOCAL and self.criterion.name != SCRATCH
        return counted and chosen and not as_scripts

    def to_json(self) -> dict[str, Any]:
        """Decoded JSON that ``recipe_from_json`` reads back equal."""
        return dict(json_dataclass.to_json(self))


def with_ratio(recipe: Recipe, ratio: float) -> Recipe:
    """The recipe with one ratio for residual and bottleneck, and no budget. Raises RecipeError."""
    return replace(recipe, target=Target(residual=ratio, bottleneck=ratio))


def with_epochs(recipe: Recipe, epochs: int) -> Recipe:
    """The recipe with so many epochs a stage; the same share of them aligns. Raises RecipeError."""

    def changed(stage: StageSettings) -> StageSettings:
        share = min(1.0, stage.align_epochs / stage.epochs) if stage.epochs else 0.5
        return replace(stage, epochs=epochs, align_epochs=round(share * max(epochs, 0)))

    return replace(
        recipe,
        embedding_stage=changed(recipe.embedding_stage),
        bottleneck_stage=changed(recipe.bottleneck_stage),
    )


def recipe_from_json(data: object) -> Recipe:
    """A recipe from decoded JSON. Raises RecipeError that says where."""
    if isinstance(data, dict):
        version = data.get("version", RECIPE_VERSION)
        if isinstance(version, int) and version > RECIPE_VERSION:
            raise RecipeError(
                "the recipe is of version {version}, this program reads up to {recipe_version}.",
                "Update the program.",
                "version",
                version=version,
                recipe_version=RECIPE_VERSION,
            )
    return json_dataclass.from_json(Recipe, data)


def load_recipe(path: Path | str) -> Recipe:
    """A recipe from a JSON file. Raises RecipeError."""
    try:
        data = parse_json(read_bytes(path, MAX_RECIPE_BYTES))
    except OSError as error:
        raise RecipeError(
            "{path} cannot be read: {value}.", "Check the path.", path=path, value=error.strerror or error
        ) from error
    except UnicodeDecodeError as error:
        raise RecipeError(
            "{path} is not a text file.", "A recipe is a JSON file in UTF-8.", path=path
        ) from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise RecipeError("{path} is not valid JSON: {msg}.", "", where, path=path, msg=error.msg) from error
    except ValueError as error:
        raise RecipeError("{path} is not a recipe: {error}.", "", path=path, error=error) from error
    return recipe_from_json(data)


def save_recipe(recipe: Recipe, path: Path | str) -> None:
    """Write the recipe as JSON. Raises OutputError."""
    atomic_write_json(path, recipe.to_json(), indent=2)


def _check(recipe: Recipe) -> None:
    """Raise RecipeError for the first value outside its range."""
    if recipe.version != RECIPE_VERSION:
        raise RecipeError(
            "version {version} is not known.",
            "Write {recipe_version}.",
            "version",
            version=recipe.version,
            recipe_version=RECIPE_VERSION,
        )
    _check_target(recipe.target)
    if recipe.criterion.name not in CRITERIA:
        raise RecipeError(
            "there is no criterion {name!r}.",
            "Choose one of: {value}.",
            "criterion.name",
            name=recipe.criterion.name,
            value=", ".join(CRITERIA),
        )
    _check_ranges(recipe)
    check_seed(recipe.seed)


def _check_ranges(recipe: Recipe) -> None:
    minimums: tuple[tuple[str, float | None, float], ...] = (
        ("rounds", recipe.rounds, 1),
        ("image_size", recipe.image_size, 1),
        ("data.train_images", recipe.data.train_images, 1),
        ("data.validation_images", recipe.data.validation_images, 1),
        ("criterion.images", recipe.criterion.images, 1),
        ("embedding_stage.epochs", recipe.embedding_stage.epochs, 0),
        ("embedding_stage.align_epochs", recipe.embedding_stage.align_epochs, 0),
        ("embedding_stage.patience", recipe.embedding_stage.patience, 1),
        ("bottleneck_stage.patience", recipe.bottleneck_stage.patience, 1),
        ("bottleneck_stage.epochs", recipe.bottleneck_stage.epochs, 0),
        ("bottleneck_stage.align_epochs", recipe.bottleneck_stage.align_epochs, 0),
        ("prompt_stage.epochs", recipe.prompt_stage.epochs, 0),
        ("prompt_stage.points", recipe.prompt_stage.points, 1),
        ("prompt_stage.corrections", recipe.prompt_stage.corrections, 0),
        ("prompt_stage.embedding", recipe.prompt_stage.embedding, 0),
        ("decoder_stage.epochs", recipe.decoder_stage.epochs, 0),
        ("decoder_stage.removed", recipe.decoder_stage.removed, 0),
        ("optimiser.batch", recipe.optimiser.batch, 1),
        ("optimiser.patience", recipe.optimiser.patience, 1),
        ("performance.micro_batch", recipe.performance.micro_batch, 1),
        ("performance.loader_threads", recipe.performance.loader_threads, 1),
        ("performance.prefetch", recipe.performance.prefetch, 1),
        ("performance.cache_gigabytes", recipe.performance.cache_gigabytes, 0),
        ("performance.checkpoint_seconds", recipe.performance.checkpoint_seconds, 0),
    )
    for where, value, minimum in minimums:
        if value is not None and value < minimum:
            raise RecipeError(
                "{value} is too small.", "It must be at least {minimum}.", where, value=value, minimum=minimum
            )
    positives: tuple[tuple[str, float | None], ...] = (
        ("criterion.noise", recipe.criterion.noise),
        ("optimiser.learning_rate", recipe.optimiser.learning_rate),
        ("optimiser.gradient_clip", recipe.optimiser.gradient_clip),
    )
    for where, value in positives:
        if value is not None and not value > 0:
            raise RecipeError("{value} is not above 0.", "", where, value=value)
    if not recipe.decoder_stage.removed < 1:
        raise RecipeError(
            "the share {share} leaves nothing.",
            "Use 0 <= share < 1.",
            "decoder_stage.removed",
            share=recipe.decoder_stage.removed,
        )
    if not 0 < recipe.optimiser.factor < 1:
        raise RecipeError(
            "{factor} does not lower the rate.",
            "Use 0 < factor < 1.",
            "optimiser.factor",
            factor=recipe.optimiser.factor,
        )


def _check_target(target: Target) -> None:
    for where, ratio in (("target.residual", target.residual), ("target.bottleneck", target.bottleneck)):
        if not 0 < ratio < 1:
            raise RecipeError(
                "the ratio {ratio} is not the share of channels to remove.",
                "Use 0 < ratio < 1.",
                where,
                ratio=ratio,
            )
    budgets = {name: getattr(target, name) for name in BudgetUnit}
    given = [name for name, value in budgets.items() if value is not None]
    if len(given) > 1:
        raise RecipeError("{value} are both given.", "Give one of them.", "target", value=" and ".join(given))
    for name in given:
        if not budgets[name] > 0:
            raise RecipeError("{value} is not above 0.", "", f"target.{name}", value=budgets[name])
