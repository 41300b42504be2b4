"""Objects of a picture carried into the next one: moved along the motion, then refined by the model."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from slimsam_core.annotation import Annotation
from slimsam_core.carrying.motion import Motion
from slimsam_core.inference.prediction import ImageEmbedding, candidate_mask
from slimsam_core.inference.transforms import downsample_mask
from slimsam_core.pixels.geometry import BoxXYXY, PointPrompt, PromptSet
from slimsam_core.pixels.mask import BoolMask, Rle, encode, iou
from slimsam_core.progress import Progress

if TYPE_CHECKING:
    from slimsam_core.inference.predictor import Predictor

__all__ = ["CarriedMask", "CarriedObjects", "carry_mask", "carry_objects"]

LEAST_AREA = 16
"""Pixels; less is what is left of an object that leaves the picture."""
LEAST_AGREEMENT, LEAST_WHERE_SURE, SURE = 0.7, 0.85, 0.95
"""What the model sees is taken when it is the moved object; else the moved mask stays. Where nearly all of
the motion is sure, the moved mask is good already, and the model must agree more."""


@dataclass(frozen=True, kw_only=True)
class CarriedMask:
    """An object in the next picture."""

    mask: Rle
    prompts: PromptSet
    """Box and inner point of the moved mask, which the model was asked with."""
    sure: float
    """Share of the moved mask whose motion is sure, 0..1."""
    agreement: float
    """IoU of what the model sees there with the moved mask, 0..1."""
    predicted_iou: float
    stability_score: float

    @property
    def confidence(self) -> float:
        """How far this can be believed to be the same object, 0..1."""
        return self.agreement * min(1.0, max(0.0, self.predicted_iou))


@dataclass(frozen=True)
class CarriedObjects:
    """What became of the objects of a picture in the next one."""

    carried: tuple[tuple[Annotation, CarriedMask], ...]
    """Those that are there, the most certain first."""
    gone: tuple[Annotation, ...]
    """Those that left the picture."""


def prompts_of(pixels: BoolMask) -> PromptSet:
    """The box of a mask, not empty, and its point that is farthest from its edge."""
    rows, columns = np.flatnonzero(pixels.any(1)), np.flatnonzero(pixels.any(0))
    x0, x1, y0, y1 = int(columns[0]), int(columns[-1]) + 1, int(rows[0]), int(rows[-1]) + 1
    inside = np.pad(pixels[y0:y1, x0:x1].astype(np.uint8), 1)
    depth = cv2.distanceTransform(inside, cv2.DIST_L2, 3)[1:-1, 1:-1]
    y, x = np.unravel_index(int(np.argmax(depth)), depth.shape)
    point = PointPrompt(x0 + int(x) + 0.5, y0 + int(y) + 0.5)
    return PromptSet((point,), BoxXYXY(float(x0), float(y0), float(x1), float(y1)))


def carry_mask(
    predictor: Predictor, embedding: ImageEmbedding, motion: Motion, mask: Rle
) -> CarriedMask | None:
    """A mask of the earlier picture in the later one, whose embedding this is; None when it left.

    Raises OutOfMemory.
    """
    moved, sure = motion.moved(mask)
    if moved.area < LEAST_AREA:
        return None
    pixels = moved.decode()
    prompts = prompts_of(pixels)
    logits = downsample_mask(pixels, predictor.arch.mask_size, predictor.arch.fit)
    prediction = predictor.predict(embedding, prompts, logits)
    seen = [(encode(candidate_mask(embedding, one)), one) for one in prediction.candidates]
    refined, candidate = max(seen, key=lambda pair: iou(pair[0], moved))
    agreement = iou(refined, moved)
    found = refined if agreement >= (LEAST_WHERE_SURE if sure > SURE else LEAST_AGREEMENT) else moved
    return CarriedMask(
        mask=found,
        prompts=prompts,
        sure=sure,
        agreement=agreement,
        predicted_iou=candidate.predicted_iou,
        stability_score=candidate.stability_score,
    )


def carry_objects(
    predictor: Predictor, embedding: ImageEmbedding, motion: Motion, objects: Sequence[Annotation]
) -> Generator[Progress, None, CarriedObjects]:
    """Objects of the earlier picture in the later one, one a step. Raises OutOfMemory."""
    carried: list[tuple[Annotation, CarriedMask]] = []
    gone: list[Annotation] = []
    for done, one in enumerate(objects):
        yield Progress("Carrying objects over", done, len(objects))
        fits = one.mask.size == motion.original and one.mask.area
        found = carry_mask(predictor, embedding, motion, one.mask) if fits else None
        if found is None:
            gone.append(one)
        else:
            carried.append((one, found))
    carried.sort(key=lambda pair: -pair[1].confidence)
    return CarriedObjects(tuple(carried), tuple(gone))
