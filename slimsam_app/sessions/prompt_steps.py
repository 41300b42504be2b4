"""What passes between the prompts of an object and the worker that answers them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TYPE_CHECKING

from slimsam_core.annotation import Annotation, MaskSource, Provenance
from slimsam_core.inference.focus import predict_focused
from slimsam_core.inference.prediction import Candidate, candidate_rle
from slimsam_core.inference.transforms import downsample_mask
from slimsam_core.inference.zoom import PlacedLogits
from slimsam_core.labelling.corrections import corrected, exact_mask, with_its_place
from slimsam_core.labelling.drafts import PromptDraft
from slimsam_core.labelling.quality import candidate_agreement
from slimsam_core.pixels.geometry import BoxXYXY, PromptSet
from slimsam_core.pixels.mask import Rle, intersection, iou

if TYPE_CHECKING:
    from slimsam_core.inference.focus import Focus
    from slimsam_core.inference.prediction import ImageEmbedding, Prediction
    from slimsam_core.inference.predictor import Predictor

LEAST_KEPT = 0.5
"""A refined mask that covers less of its object than this is asked about: the clicks were likely wrong."""
ALIKE = 0.8
"""IoU from which on a mask is the one that was seen: two careful hands agree better about one thing.
Between 0.75 and 0.9 the bar hardly matters, as a closer look finds the same thing or quite another one."""


@dataclass(frozen=True, kw_only=True)
class FinishedMask:
    """An accepted object. ``replaces_id`` names the annotation that was refined, None for a new one."""

    image_id: int
    mask: Rle
    provenance: Provenance
    replaces_id: int | None = None
    category_id: int = 0
    """The class that it gets; 0 = none was chosen (a refined one stays what it is)."""
    kept: float = 1.0
    """Share, 0..1, of the refined object that the mask still covers; 1 for a new one."""
    draft: PromptDraft | None = None
    """What it was made of: open again when the mask cannot be taken."""
    alike: float = 1.0
    """IoU, 0..1, with the mask that was painted when it was accepted; 1 when none was."""
    last: PromptStep | None = None
    """Its last prompts with the model's answer, for a mask that is open again."""

    @property
    def doubtful(self) -> bool:
        """Whether most of the object that was refined is gone."""
        return self.replaces_id is not None and self.kept < LEAST_KEPT

    @property
    def another(self) -> bool:
        """Whether it is not the mask that was seen when it was accepted."""
        return self.alike < ALIKE


@dataclass(frozen=True, eq=False, kw_only=True)
class PromptStep:
    """Prompts, what they refine, and what the model answered once it did."""

    prompts: PromptSet
    previous: PlacedLogits | Candidate | None = None
    prediction: Prediction | None = None
    chosen: int = 0
    made_by: tuple[str, str] = ("", "")
    """Name and hash of the model that answered."""
    glimpse: Candidate | None = None
    """What is painted until the model, which looks closer, has answered; nothing else is made of it."""

    @property
    def answer(self) -> PlacedLogits | Candidate | None:
        """The chosen candidate, or what is being refined as long as there is none."""
        if self.prediction is None:
            return self.previous
        return self.prediction.candidates[self.chosen]


@dataclass(frozen=True, eq=False, kw_only=True)
class OpenedObject:
    """One object that is being made or refined."""

    steps: tuple[PromptStep, ...]
    refined: Annotation | None
    category_id: int
    """The class that was chosen for it alone; 0 = that of new objects."""
    seconds: float
    looked_at: BoxXYXY | None
    seen: Candidate | None = None
    """What is painted while the answer is still to come; None when nothing is, or it is there."""
    replays: bool = False
    """Whether its steps are still to be answered, one after another."""

    @property
    def draft(self) -> PromptDraft:
        """What is kept of it."""
        return PromptDraft(
            steps=tuple((step.prompts, step.chosen) for step in self.steps),
            refines_id=self.refined.id if self.refined else 0,
            category_id=self.category_id,
            seconds=round(self.seconds, 2),
            looked_at=self.looked_at,
        )


class MaskQuestion(Enum):
    """Why a mask that was to be accepted is open again."""

    EMPTY = auto()
    """Nothing of the object that was refined is left: that is never kept."""
    LOSES = auto()
    """Most of the object that was refined is gone."""
    ANOTHER = auto()
    """It is not the mask that was seen."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Accepting:
    """What was accepted and is not made yet."""

    image_id: int
    opened: OpenedObject
    told: bool
    """Whether the user knew that most of the refined object goes."""
    at: float
    """When, by ``time.monotonic``: the newest is taken back first."""
    painted: PlacedLogits | None
    """What was painted of it; None when the model had not answered yet."""

    @property
    def category_id(self) -> int:
        """The class that it gets; 0 when there is no class yet."""
        refined = self.opened.refined
        return self.opened.category_id or (refined.category_id if refined else 0)


@dataclass(frozen=True, eq=False)
class Replayed:
    """The answers to all steps of a draft, and the mask prompt of what it refines."""

    steps: tuple[PromptStep, ...]
    base: PlacedLogits | None


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
    candidate: Candidate


@dataclass(frozen=True, eq=False)
class Hovered:
    """The mask under the pointer."""

    found: PlacedLogits


@dataclass(frozen=True, eq=False)
class Base:
    """The mask to refine, as a mask prompt."""

    found: PlacedLogits


def finishing(
    image_id: int, opened: OpenedObject, focus: Focus | None = None
) -> Callable[[Predictor, ImageEmbedding], FinishedMask]:
    """Work that makes the full-size mask of the last step, predicting first where that is still due."""
    refined = opened.refined

    def work(predictor: Predictor, embedding: ImageEmbedding) -> FinishedMask:
        last, prediction = _last_answered(predictor, embedding, focus, opened)
        candidate = prediction.candidates[last.chosen]
        provenance = Provenance(
            source=MaskSource.MODEL,
            prompts=last.prompts,
            model_name=last.made_by[0],
            model_hash=last.made_by[1],
            predicted_iou=min(1.0, max(0.0, candidate.predicted_iou)),
            stability_score=candidate.stability_score,
            human_edits=refined.provenance.human_edits + 1 if refined else 0,
            time_spent_s=opened.seconds + (refined.provenance.time_spent_s if refined else 0.0),
            candidate_agreement=candidate_agreement(prediction.candidates, last.chosen),
        )
        mask = _mask_of(candidate, embedding, refined)
        return FinishedMask(
            image_id=image_id,
            mask=mask,
            provenance=provenance,
            replaces_id=refined.id if refined else None,
            category_id=opened.category_id,
            kept=_kept(refined.mask, mask) if refined else 1.0,
            alike=iou(_mask_of(opened.seen, embedding, refined), mask) if opened.seen else 1.0,
            last=last,
        )

    return work


def _last_answered(
    predictor: Predictor, embedding: ImageEmbedding, focus: Focus | None, opened: OpenedObject
) -> tuple[PromptStep, Prediction]:
    step = opened.steps[-1]
    if step.prediction is not None:
        return step, step.prediction
    if opened.replays:
        step = replaying(opened, focus)(predictor, embedding).steps[-1]
        if step.prediction is not None:
            return step, step.prediction
    prediction = answered(
        predictor, embedding, focus, step.prompts, previous=step.previous, refined=opened.refined
    )
    made_by = (predictor.name, predictor.model_hash)
    return replace(step, prediction=prediction, chosen=prediction.best, made_by=made_by), prediction


def replaying(
    opened: OpenedObject, focus: Focus | None = None
) -> Callable[[Predictor, ImageEmbedding], Replayed]:
    """Work that answers every step of a draft in turn, so that the last has the mask that it had."""

    def work(predictor: Predictor, embedding: ImageEmbedding) -> Replayed:
        base = _mask_prompt(opened.refined, predictor) if opened.refined else None
        previous: PlacedLogits | Candidate | None = base
        made_by, done = (predictor.name, predictor.model_hash), []
        for step in opened.steps:
            prediction = answered(
                predictor, embedding, focus, step.prompts, previous=previous, refined=opened.refined
            )
            chosen = min(step.chosen, len(prediction.candidates) - 1)
            done.append(
                PromptStep(
                    prompts=step.prompts,
                    previous=previous,
                    prediction=prediction,
                    chosen=chosen,
                    made_by=made_by,
                )
            )
            previous = prediction.candidates[chosen]
        return Replayed(tuple(done), base)

    return work


def preparing(refined: Annotation) -> Callable[[Predictor, ImageEmbedding], Base]:
    """Work that makes a mask prompt of the object that is refined."""
    return lambda predictor, _: Base(_mask_prompt(refined, predictor))


def _mask_prompt(refined: Annotation, predictor: Predictor) -> PlacedLogits:
    fit = predictor.arch.fit
    return PlacedLogits(downsample_mask(refined.mask.decode(), predictor.arch.mask_size, fit), None, fit)


def _kept(before: Rle, after: Rle) -> float:
    if before.size != after.size or not before.area:
        return 1.0
    return intersection([before, after]).area / before.area


def answered(
    predictor: Predictor,
    embedding: ImageEmbedding,
    focus: Focus | None,
    prompts: PromptSet,
    *,
    previous: PlacedLogits | Candidate | None,
    refined: Annotation | None,
    closer: bool = True,
) -> Prediction:
    """The model's answer: from the focus where it covers the prompts, else from the whole picture.

    To clicks that correct an object it is told where that is, and only what they are about is taken.
    """
    asked = with_its_place(prompts, refined.mask) if refined is not None else prompts
    if focus is not None and focus.answers(predictor, asked):
        prediction = predict_focused(predictor, focus, asked, previous)
    else:
        prediction = predictor.predict(embedding, asked, previous, closer)
    return corrected(prediction, prompts, refined.mask) if refined is not None else prediction


def first_sight(
    predictor: Predictor,
    embedding: ImageEmbedding,
    focus: Focus | None,
    prompts: PromptSet,
    *,
    previous: PlacedLogits | Candidate | None,
    refined: Annotation | None,
) -> Glimpse | None:
    """What can be shown at once where ``answered`` takes longer; None where it does not."""
    asked = with_its_place(prompts, refined.mask) if refined is not None else prompts
    focused = focus is not None and focus.answers(predictor, asked)
    if focused or not predictor.encodes_first(embedding, asked, previous):
        return None
    quick = answered(predictor, embedding, None, prompts, previous=previous, refined=refined, closer=False)
    return Glimpse(prompts, quick.preferred)


def _mask_of(candidate: Candidate, embedding: ImageEmbedding, refined: Annotation | None) -> Rle:
    return exact_mask(candidate, refined.mask) if refined is not None else candidate_rle(embedding, candidate)
