"""What a criterion declares: which gradients it needs, of what, and how they weigh the weights."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from slimsam_core.compression.recipe import CRITERIA
from slimsam_core.errors import RecipeError

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from slimsam_core.models.sam import Sam


@dataclass(frozen=True)
class Probe:
    """One batch of pictures at the moment their gradients are asked for."""

    model: Sam
    embedding_BChw: Tensor
    """What the model gives, with gradient."""
    noise_BChw: Tensor
    """Normal noise with the recipe's deviation, drawn for each picture from its own seed."""
    points_BN2: Tensor
    """Random positions in the model's pixel frame, drawn for each picture from its own seed."""


Objective = Callable[[Probe], "Tensor"]
"""Scalar whose gradient is gathered: a sum over the batch, so that batches add up."""

Saliency = Callable[["Tensor", "Tensor", "torch.Generator"], "Tensor"]
"""(weight, gathered, generator) -> importance of every weight, same shape, >= 0."""


class Gathers(StrEnum):
    """What a criterion wants to know of each weight, summed over pictures."""

    NOTHING = "nothing"
    GRADIENTS = "gradients"
    SQUARES = "squares"
    """Of gradients."""


class ScoredHeads(StrEnum):
    """Which heads' channels are scored where the channels of all heads go together."""

    ALL = "all"
    FIRST = "first"


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """A way to rank channels. ``gathered`` is the sum of gradients or of squared gradients, or zeros."""

    name: str
    gathers: Gathers
    objective: Objective | None
    saliency: Saliency | None
    """None: nothing is ranked, the slim shape starts from random weights."""
    heads: ScoredHeads = ScoredHeads.ALL


def criterion(name: str) -> Criterion:
    """The criterion of this name. Raises RecipeError."""
    if name not in CRITERIA:
        choices = ", ".join(CRITERIA)
        raise RecipeError(
            "there is no criterion {name!r}.",
            "Choose one of: {choices}.",
            "criterion.name",
            name=name,
            choices=choices,
        )
    found = importlib.import_module(f"{__package__}.{name}").CRITERION
    if not isinstance(found, Criterion):
        raise TypeError(f"criteria/{name}.py must define CRITERION")
    return found
