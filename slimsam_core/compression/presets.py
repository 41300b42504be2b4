"""Ready recipes, by name."""

from __future__ import annotations

from slimsam_core.compression.recipe import (
    CriterionSettings,
    DataSettings,
    OptimiserSettings,
    Recipe,
    StageSettings,
    Target,
)
from slimsam_core.errors import RecipeError

__all__ = ["PRESETS", "preset"]

_PATIENCE = 4, 5
"""Epochs without a better validation after which the published scripts halve the rate, in each stage."""

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
