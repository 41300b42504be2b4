"""The masks that a model sees in boxes of one picture: of boxes that came in, and of a detector's finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from slimsam_core.annotation import MaskSource, Provenance
from slimsam_core.inference.prediction import ImageEmbedding, candidate_rle
from slimsam_core.labelling.quality import candidate_agreement
from slimsam_core.pixels.geometry import BoxXYXY, PromptSet
from slimsam_core.pixels.image_io import RgbImage
from slimsam_core.pixels.mask import Rle

if TYPE_CHECKING:
    from slimsam_core.inference.predictor import Predictor

Embed = Callable[[RgbImage], ImageEmbedding]
"""May take the embedding from a store."""
_AT_ONCE = 8
"""Boxes decoded between two steps: a person who clicks meanwhile does not wait for all of a picture.

A light model encodes the surroundings of each box anew; it does one box a step.
"""


@dataclass(frozen=True)
class SeenInBox:
    """A mask and where it comes from."""

    mask: Rle
    provenance: Provenance


def masks_in_boxes(
    predictor: Predictor, embedding: ImageEmbedding, boxes: Sequence[BoxXYXY], source: MaskSource
) -> Iterator[list[SeenInBox | None]]:
    """What the model sees in each box, in their order, some of them with every step; None = an empty mask.

    ``boxes`` are in pixels of the picture; ``source`` is the one of the provenance.
    """
    at_once = 1 if predictor.assisted else _AT_ONCE
    for start in range(0, len(boxes), at_once):
        prompts = [PromptSet(box=box) for box in boxes[start : start + at_once]]
        found: list[SeenInBox | None] = []
        for prompt, prediction in zip(prompts, predictor.predict_many(embedding, prompts), strict=True):
            best = prediction.preferred
            mask = candidate_rle(embedding, best)
            provenance = Provenance(
                source=source,
                prompts=prompt,
                model_name=predictor.name,
                model_hash=predictor.model_hash,
                predicted_iou=best.predicted_iou,
                stability_score=best.stability_score,
                candidate_agreement=candidate_agreement(prediction.candidates, prediction.best),
            )
            found.append(SeenInBox(mask, provenance) if mask.area else None)
        yield found
