"""Ready recipes, by name."""

from __future__ import annotations

from slimsam_core.compression.recipe import (
    CriterionSettings,
    DataSettings,
    OptimiserSettings,
    Ranking,
    Recipe,
    StageSettings,
    Target,
)
from slimsam_core.errors import RecipeError
from slimsam_core.families.cutting import Mends

__all__ = ["PRESETS", "preset"]

_PATIENCE = 4, 5
"""Epochs without a better validation after which the published scripts halve the rate, in each stage."""

_AS_PUBLISHED = Mends(
    free_residual=False,
    exact_sum=False,
    global_block_loss=False,
    keep_relative_positions=False,
    any_gain=False,
    object_mean=False,
    area_resize=False,
)
"""All that the scripts do; the attention scale is theirs already."""

PRESETS: dict[str, Recipe] = {
    "slimsam-50": Recipe(
        name="slimsam-50",
        data=DataSettings(train_images=10_000),
        embedding_stage=StageSettings(20, 10, _PATIENCE[0]),
        bottleneck_stage=StageSettings(20, 11, _PATIENCE[1]),
    ),
    "slimsam-77": Recipe(
        name="slimsam-77",
        data=DataSettings(train_images=10_000),
        target=Target(residual=0.77, bottleneck=0.77),
        embedding_stage=StageSettings(40, 10, _PATIENCE[0]),
        bottleneck_stage=StageSettings(40, 11, _PATIENCE[1]),
    ),
    **{
        f"published-{percent}": Recipe(
            name=f"published-{percent}",
            data=DataSettings(train_images=10_000),
            target=Target(residual=percent / 100, bottleneck=percent / 100),
            ranking=Ranking.GLOBAL,
            embedding_stage=StageSettings(epochs, 10, _PATIENCE[0]),
            bottleneck_stage=StageSettings(epochs, 11, _PATIENCE[1]),
            mends=_AS_PUBLISHED,
        )
        for percent, epochs in ((50, 20), (77, 40))
    },
    "quick-look": Recipe(
        name="quick-look",
        data=DataSettings(train_images=64, validation_images=8),
        target=Target(residual=0.25, bottleneck=0.25),
        criterion=CriterionSettings(images=16),
        embedding_stage=StageSettings(2, 1),
        bottleneck_stage=StageSettings(2, 1),
        optimiser=OptimiserSettings(learning_rate=3e-4),
    ),
}
"""Ready recipes; they lack only a teacher and pictures."""


def preset(name: str) -> Recipe:
    """A ready recipe by name. Raises RecipeError."""
    if name not in PRESETS:
        raise RecipeError(
            "there is no preset {name!r}.",
            "Choose one of: {presets}.",
            "preset",
            name=name,
            presets=", ".join(PRESETS),
        )
    return PRESETS[name]
