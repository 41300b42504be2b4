"""What passes between the prompts of an object and the worker that answers them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from slimsam_core.annotation import Annotation, Provenance
from slimsam_core.pixels.geometry import PromptSet
from slimsam_core.pixels.mask import Rle

if TYPE_CHECKING:
    from slimsam_core.inference.focus import Focus
    from slimsam_core.inference.prediction import ImageEmbedding, Prediction, Previous
    from slimsam_core.inference.predictor import Predictor

Logits = NDArray[np.float32]


@dataclass(frozen=True)
class FinishedMask:
    """An accepted object. ``replaces_id`` names the annotation that was refined, None for a new one."""

    image_id: int
    mask: Rle
    provenance: Provenance
    replaces_id: int | None = None


@dataclass(frozen=True, eq=False)
class Step:
    """Prompts, what they refine, and what the model answered once it did."""

    prompts: PromptSet
    previous: Previous | None = None
    prediction: Prediction | None = None
    chosen: int = 0
    made_by: tuple[str, str] = ("", "")
    """Name and hash of the model that answered."""
    glimpse: Logits | None = None
    """What is painted until the model, which looks closer, has answered; nothing else is made of it."""

    @property
    def answer(self) -> Previous | None:
        """The chosen candidate, or what is being refined as long as there is none."""
        if self.prediction is None:
            return self.previous
        return self.prediction.candidates[self.chosen]


@dataclass(frozen=True, eq=False)
class Preview:
    """The answer to a step."""

    prompts: PromptSet
    prediction: Prediction
    made_by: tuple[str, str]


@dataclass(frozen=True, eq=False)
class Glimpse:
    """What a model sees in the whole picture before it looks closer."""

    prompts: PromptSet
    logits: Logits


@dataclass(frozen=True, eq=False)
class Hovered:
    """The mask under the pointer."""

    logits: Logits


@dataclass(frozen=True, eq=False)
class Base:
    """The mask to refine, as a mask prompt."""

    logits: Logits


def finishing(
    image_id: int, step: Step, refined: Annotation | None, seconds: float, focus: Focus | None = None
) -> Callable[[Predictor, ImageEmbedding], FinishedMask]:
    """Work that makes the full-size mask of a step, predicting first where that is still due."""

    def work(predictor: Predictor, embedding: ImageEmbedding) -> FinishedMask:
        from slimsam_core.inference.prediction import candidate_rle
        from slimsam_core.labelling.quality import candidate_agreement

        prediction, chosen, made_by = step.prediction, step.chosen, step.made_by
        if prediction is None:
            prediction = answered(predictor, embedding, focus, step.prompts, step.previous)
            chosen, made_by = prediction.best, (predictor.name, predictor.model_hash)
        candidate = prediction.candidates[chosen]
        provenance = Provenance(
            "model",
            step.prompts,
            *made_by,
            candidate.predicted_iou,
            candidate.stability_score,
            refined.provenance.human_edits + 1 if refined else 0,
            seconds + (refined.provenance.time_spent_s if refined else 0.0),
            candidate_agreement(prediction.candidates, chosen),
        )
        mask = candidate_rle(embedding, candidate)
        return FinishedMask(image_id, mask, provenance, refined.id if refined else None)

    return work


def answered(
    predictor: Predictor,
    embedding: ImageEmbedding,
    focus: Focus | None,
    prompts: PromptSet,
    previous: Previous | None,
) -> Prediction:
    """The model's answer: from the focus where it covers the prompts, else from the whole picture."""
    if focus is not None and focus.covers(prompts):
        from slimsam_core.inference.focus import predict_focused

        return predict_focused(predictor, focus, prompts, previous)
    return predictor.predict(embedding, prompts, previous)


def first_sight(
    predictor: Predictor,
    embedding: ImageEmbedding,
    focus: Focus | None,
    prompts: PromptSet,
    previous: Previous | None,
) -> Glimpse | None:
    """What can be shown at once where ``answered`` takes longer; None where it does not."""
    focused = focus is not None and focus.covers(prompts)
    if focused or not predictor.encodes_first(embedding, prompts, previous):
        return None
    quick = predictor.predict(embedding, prompts, previous, closer=False)
    return Glimpse(prompts, quick.preferred.low_res_logits)
