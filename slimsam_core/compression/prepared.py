"""The parts of a recipe, found on this machine and checked, before anything is done with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from slimsam_core.checkpoints.loading import load_model
from slimsam_core.compression.judge import judge_by
from slimsam_core.compression.learning.validation import Judge
from slimsam_core.compression.precision import uses_bf16
from slimsam_core.compression.recipe import Precision, Recipe
from slimsam_core.compression.supply.data import ImageList, ImageSplit, list_images, split_readable
from slimsam_core.families.cutting import prunable_family
from slimsam_core.inference.chosen_device import chosen_device
from slimsam_core.library.model_library import ModelInfo, ModelLibrary, check_weights
from slimsam_core.models import Sam
from slimsam_core.models.placement import placed
from slimsam_core.models.processes import Processes
from slimsam_core.models.resizing import resized
from slimsam_core.pixels.folder_search import LeftOut
from slimsam_core.progress import CancelToken


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A recipe's parts, found and checked."""

    info: ModelInfo
    original: Sam
    device: torch.device
    bf16: bool
    images: ImageList
    split: ImageSplit
    judge: Judge | None
    left_out: tuple[LeftOut, ...]
    """What lay in the folders and could not be used."""

    @property
    def cache_name(self) -> str:
        """Of the folder of embeddings: the teacher's weights, precision, and size where it is not its own."""
        precision, size = Precision.BF16 if self.bf16 else Precision.FP32, self.original.arch.image_size
        own = size == self.info.arch.image_size
        return f"{self.info.model_hash[:16]}-{precision}" + ("" if own else f"-{size}")

    @property
    def identity(self) -> dict[str, Any]:
        """What must not change between a run and its resumption."""
        return {
            "teacher": self.info.model_hash,
            "pictures": len(self.images),
            "names": self.images.digest(),
        }


def prepare(recipe: Recipe, cancel: CancelToken, processes: Processes) -> Prepared:
    """Find and check them. Raises SlimSamError, Cancelled."""
    info = ModelLibrary().resolve(recipe.teacher)
    prunable_family(info.arch.family)
    check_weights(info.path, info.model_hash)  # a run goes on only with the teacher that it began with
    device = chosen_device(recipe.performance.device, processes.local_rank)
    left_out: list[LeftOut] = []
    images = list_images(recipe.data.images, cancel, left_out.append)
    original = load_model(info.path)
    return Prepared(
        info=info,
        original=placed(resized(original, recipe.image_size or original.arch.image_size), device),
        device=device,
        bf16=uses_bf16(recipe.performance.precision, device),
        images=images,
        split=split_readable(images, recipe.data.train_images, recipe.data.validation_images),
        judge=judge_by(recipe.data.masks, object_mean=recipe.mends.object_mean)
        if recipe.data.masks
        else None,
        left_out=tuple(left_out),
    )
