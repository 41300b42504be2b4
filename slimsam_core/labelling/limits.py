"""From where on the rules of the review queue doubt, and what is usual in a project."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from slimsam_core.annotation import Annotation
from slimsam_core.project import ImageFilter, Reader

DOUBTED_SHARE = 0.25
"""Of a project's masks, by each of the model's own signs: a small model is less sure of all that it makes,
and a queue with nearly every object tells nobody where to look."""
SAMPLED_PICTURES = 300
"""Read for what is usual: with some objects each, a quarter is known to a few per cent."""
LEAST_SAMPLE = 20
"""Objects; what is usual among fewer is not known."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """From where on a rule doubts."""

    tiny_area: int = 64
    """Pixels; a smaller object is rather a slip than an object."""
    overlap: float = 0.5
    """Share of the smaller of two objects of one class that the other covers."""
    duplicate_iou: float = 0.85
    predicted_iou: float = 0.8
    stability: float = 0.85
    agreement: float = 0.6


def usual_limits(project: Reader, wanted: ImageFilter | None = None) -> Limits:
    """The limits, those of the model's own signs lowered to the least sure ``DOUBTED_SHARE`` of the project's
    masks where these are less sure than usual."""
    ids = project.image_ids(wanted or ImageFilter())
    sampled = ids[:: max(1, math.ceil(len(ids) / SAMPLED_PICTURES))]
    objects = [a for image_id in sampled for a in untouched(project.annotations(image_id))]
    made, usual = [a.provenance for a in objects], Limits()
    return replace(
        usual,
        predicted_iou=_lowered(usual.predicted_iou, [guess_of(a) for a in objects]),
        stability=_lowered(usual.stability, [one.stability_score for one in made]),
        agreement=_lowered(usual.agreement, [one.candidate_agreement for one in made]),
    )


def guess_of(annotation: Annotation) -> float | None:
    """What a model gives the mask, 0..1: its predicted IoU, else the score that came with the object."""
    guess = annotation.provenance.predicted_iou
    return annotation.score if guess is None else guess


def _lowered(limit: float, signs: Sequence[float | None]) -> float:
    known = [sign for sign in signs if sign is not None]
    return min(limit, float(np.quantile(known, DOUBTED_SHARE))) if len(known) >= LEAST_SAMPLE else limit


def untouched(annotations: Sequence[Annotation]) -> Iterator[Annotation]:
    """The objects whose mask no person has corrected since a model made it."""
    return (annotation for annotation in annotations if annotation.provenance.human_edits == 0)
