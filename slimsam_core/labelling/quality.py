"""The review queue: rules that doubt objects and pictures, and the order in which to look at them.

A rule looks at one picture and its objects and yields findings, each with a doubt in 0..1. Rules are in
``RULES``; another one is a function with ``@rule(name)`` and a word in ``RuleName``.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from slimsam_core.annotation import Annotation, ImageEntry, ImageState
from slimsam_core.labelling.limits import Limits, guess_of, untouched, usual_limits
from slimsam_core.pixels.mask import iou_matrix
from slimsam_core.progress import CancelToken, Progress, ProgressSink, ignore_progress
from slimsam_core.project import ImageFilter, Reader
from slimsam_core.sentences import sentence

REPORT_EVERY = 500
APPROVED_KEY = "approved_at_edit"
"""In ``Annotation.extra``: how often the mask had been edited when a person found it right."""


class RuleName(StrEnum):
    """What a rule is called in findings and on the command line."""

    TINY = "tiny"
    OUTSIDE = "outside"
    DUPLICATE = "duplicate"
    OVERLAPPING = "overlapping"
    UNLABELLED = "unlabelled"
    """About pictures as wholes, not about single objects."""
    LOW_IOU = "low_iou"
    UNSTABLE = "unstable"
    DISAGREEMENT = "disagreement"
    CLASS = "class"
    """A rule that learnt from the objects of other pictures."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One reason to look again."""

    rule: RuleName
    image_id: int
    annotation_ids: tuple[int, ...]
    """The objects it is about; empty = the picture itself."""
    doubt: float
    """0..1, 1 = surely wrong."""
    message: str

    @property
    def owner(self) -> int | None:
        """The object whose approval settles this: of several the last; None = the picture as a whole."""
        of_objects = self.annotation_ids and self.rule is not RuleName.UNLABELLED
        return self.annotation_ids[-1] if of_objects else None


@dataclass(frozen=True)
class Review:
    """A picture to look at again."""

    image: ImageEntry
    findings: tuple[Finding, ...]
    """At least one, the most doubtful first."""

    @property
    def doubt(self) -> float:
        """Doubt about the whole picture, 0..1: that at least one of the independent findings is right."""
        return _at_least_one(self.findings)


@dataclass(frozen=True)
class Doubt:
    """One object to look at again (or the picture as a whole), with every reason."""

    image: ImageEntry
    owner: int | None
    """Id of the object; None = the picture as a whole."""
    findings: tuple[Finding, ...]
    """At least one, the most doubtful first."""

    @property
    def doubt(self) -> float:
        """That at least one of the independent findings is right, 0..1."""
        return _at_least_one(self.findings)

    @property
    def annotation_ids(self) -> tuple[int, ...]:
        """All objects that the reasons speak of."""
        return tuple(dict.fromkeys(i for finding in self.findings for i in finding.annotation_ids))


def _at_least_one(findings: Iterable[Finding]) -> float:
    """How likely at least one of independent findings is right, 0..1."""
    return 1.0 - math.prod(1.0 - finding.doubt for finding in findings)


def doubts_of(review: Review) -> tuple[Doubt, ...]:
    """The findings of a picture by the objects that they are about, the most doubtful first."""
    owners = dict.fromkeys(finding.owner for finding in review.findings)
    found = [
        Doubt(review.image, owner, tuple(f for f in review.findings if f.owner == owner)) for owner in owners
    ]
    return tuple(sorted(found, key=lambda one: (-one.doubt, one.owner or 0)))


def approved(annotation: Annotation) -> bool:
    """Whether a person found this mask right, as it is now."""
    return annotation.extra.get(APPROVED_KEY) == annotation.provenance.human_edits


def approve(annotation: Annotation) -> Annotation:
    """The object as one that a person found right: no rule doubts it until its mask is edited."""
    extra = {**annotation.extra, APPROVED_KEY: annotation.provenance.human_edits}
    return replace(annotation, extra=extra)


Rule = Callable[[ImageEntry, Sequence[Annotation], Limits], Iterator[Finding]]
RULES: dict[RuleName, Rule] = {}
"""Name -> rule, in the order of their registration."""


def rule(name: RuleName) -> Callable[[Rule], Rule]:
    """Register a rule under a name."""

    def register(function: Rule) -> Rule:
        RULES[name] = function
        return function

    return register


def check_image(
    image: ImageEntry,
    annotations: Sequence[Annotation],
    limits: Limits | None = None,
    rules: Collection[str] | None = None,
    further: Sequence[Rule] = (),
) -> tuple[Finding, ...]:
    """What the rules (default: all) find in one picture, the most doubtful first.

    ``further``: rules that know more than the picture. Objects that a person approved are not doubted.
    """
    limits = limits or Limits()
    settled = {annotation.id for annotation in annotations if approved(annotation)}
    wanted = [check for name, check in RULES.items() if rules is None or name in rules]
    found = [
        finding
        for check in (*wanted, *further)
        for finding in check(image, annotations, limits)
        if finding.owner not in settled
    ]
    return tuple(sorted(found, key=lambda finding: (-finding.doubt, finding.rule, finding.annotation_ids)))


def reviews(
    project: Reader,
    wanted: ImageFilter | None = None,
    limits: Limits | None = None,
    rules: Collection[str] | None = None,
    progress: ProgressSink = ignore_progress,
    *,
    further: Sequence[Rule] = (),
    cancel: CancelToken | None = None,
) -> Iterator[Review]:
    """Every picture with findings, in the project's order, a page in memory at a time. Raises Cancelled.

    ``limits``: default ``usual_limits``.
    """
    wanted = wanted or ImageFilter()
    limits = limits or usual_limits(project, wanted)
    total = project.count_images(wanted)
    for done, (image, objects) in enumerate(project.labelled_images(wanted)):
        if cancel is not None:
            cancel.raise_if_cancelled()
        if done % REPORT_EVERY == 0:
            progress(Progress("Checking pictures", done, total))
        findings = check_image(image, objects, limits, rules, further)
        if findings:
            yield Review(image, findings)
    progress(Progress("Checking pictures", total, total))


def review_queue(found: Iterator[Review], length: int = 1000) -> list[Review]:
    """The ``length`` most doubtful pictures, the most doubtful first; of equal ones the lower id first."""
    return heapq.nlargest(length, found, key=lambda review: (review.doubt, -review.image.id))


class RatedLogits(Protocol):
    """What is needed of a candidate of the decoder."""

    @property
    def low_res_logits(self) -> NDArray[np.float32]:
        """HxW, above 0 = inside."""

    @property
    def predicted_iou(self) -> float:
        """The model's own guess of its quality."""


def candidate_agreement(candidates: Sequence[RatedLogits], chosen: int) -> float | None:
    """How far the model's second opinion is the first: IoU, 0..1, of the chosen candidate with the other one
    of the highest predicted IoU. None when there is no other.
    """
    others = [candidate for index, candidate in enumerate(candidates) if index != chosen]
    if not others:
        return None
    rival = max(others, key=lambda candidate: candidate.predicted_iou)
    first, second = candidates[chosen].low_res_logits > 0, rival.low_res_logits > 0
    either = int(np.count_nonzero(first | second))
    return int(np.count_nonzero(first & second)) / either if either else 1.0


@rule(RuleName.TINY)
def _tiny(image: ImageEntry, annotations: Sequence[Annotation], limits: Limits) -> Iterator[Finding]:
    for annotation in annotations:
        area = annotation.mask.area
        if area < limits.tiny_area:
            message = sentence("only {area} pixels", area=area) if area else sentence("no pixel at all")
            yield Finding(
                rule=RuleName.TINY,
                image_id=image.id,
                annotation_ids=(annotation.id,),
                doubt=1.0 - area / limits.tiny_area,
                message=message,
            )


@rule(RuleName.OUTSIDE)
def _outside(image: ImageEntry, annotations: Sequence[Annotation], limits: Limits) -> Iterator[Finding]:
    del limits
    for annotation in annotations:
        ids, size = (annotation.id,), annotation.mask.size
        if image.size is not None and size != image.size:
            message = sentence(
                "made for a picture of {size}, this one has {size2}", size=size, size2=image.size
            )
            yield Finding(
                rule=RuleName.OUTSIDE, image_id=image.id, annotation_ids=ids, doubt=1.0, message=message
            )
        elif annotation.drawn is not None and any(
            not (0 <= x <= size.width and 0 <= y <= size.height)
            for ring in annotation.drawn.rings
            for x, y in ring
        ):
            yield Finding(
                rule=RuleName.OUTSIDE,
                image_id=image.id,
                annotation_ids=(annotation.id,),
                doubt=0.5,
                message="the drawn outline leaves the picture",
            )


@rule(RuleName.DUPLICATE)
def _duplicate(image: ImageEntry, annotations: Sequence[Annotation], limits: Limits) -> Iterator[Finding]:
    for first, second, iou, _ in _touching(annotations):
        if iou >= limits.duplicate_iou:
            classes = "" if first.category_id == second.category_id else ", with two classes"
            message = sentence("the same object twice{classes} (IoU {iou:.2f})", classes=classes, iou=iou)
            yield Finding(
                rule=RuleName.DUPLICATE,
                image_id=image.id,
                annotation_ids=(first.id, second.id),
                doubt=iou,
                message=message,
            )


@rule(RuleName.OVERLAPPING)
def _overlapping(image: ImageEntry, annotations: Sequence[Annotation], limits: Limits) -> Iterator[Finding]:
    for first, second, iou, covered in _touching(annotations):
        if (
            covered >= limits.overlap
            and iou < limits.duplicate_iou
            and first.category_id == second.category_id
            and not (first.iscrowd or second.iscrowd)
            and (first.group_id is None or first.group_id != second.group_id)
        ):
            message = sentence("one covers {covered:.0%} of the other, both of one class", covered=covered)
            yield Finding(
                rule=RuleName.OVERLAPPING,
                image_id=image.id,
                annotation_ids=(first.id, second.id),
                doubt=covered / 2,
                message=message,
            )


_CONTRADICTS = 0.9
"""Doubt about a picture whose state says what its objects do not: one of both is wrong."""
_MERELY_OPEN = 0.3
"""Doubt about one that somebody began and that has no objects: most are simply not done."""


@rule(RuleName.UNLABELLED)
def _unlabelled(image: ImageEntry, annotations: Sequence[Annotation], limits: Limits) -> Iterator[Finding]:
    del limits
    if annotations and image.state is ImageState.EMPTY_CHECKED:
        ids = tuple(annotation.id for annotation in annotations)
        yield Finding(
            rule=RuleName.UNLABELLED,
            image_id=image.id,
            annotation_ids=ids,
            doubt=_CONTRADICTS,
            message="checked to be empty, and has objects",
        )
    elif not annotations and image.state is ImageState.DONE:
        yield Finding(
            rule=RuleName.UNLABELLED,
            image_id=image.id,
            annotation_ids=(),
            doubt=_CONTRADICTS,
            message="done without objects, and not checked to be empty",
        )
    elif not annotations and image.state not in (ImageState.EMPTY_CHECKED, ImageState.NEW):
        yield Finding(
            rule=RuleName.UNLABELLED,
            image_id=image.id,
            annotation_ids=(),
            doubt=_MERELY_OPEN,
            message="no objects yet",
        )


@rule(RuleName.LOW_IOU)
def _low_iou(image: ImageEntry, annotations: Sequence[Annotation], limits: Limits) -> Iterator[Finding]:
    for annotation in untouched(annotations):
        guess = guess_of(annotation)
        if guess is not None and guess < limits.predicted_iou:
            doubt = min(1.0, max(0.0, 1.0 - guess))
            message = sentence("the model gives it {guess:.2f}", guess=guess)
            yield Finding(
                rule=RuleName.LOW_IOU,
                image_id=image.id,
                annotation_ids=(annotation.id,),
                doubt=doubt,
                message=message,
            )


@rule(RuleName.UNSTABLE)
def _unstable(image: ImageEntry, annotations: Sequence[Annotation], limits: Limits) -> Iterator[Finding]:
    for annotation in untouched(annotations):
        stability = annotation.provenance.stability_score
        if stability is not None and stability < limits.stability:
            message = sentence(
                "its outline depends on the threshold (stability {stability:.2f})", stability=stability
            )
            doubt = min(1.0, max(0.0, 1.0 - stability))
            yield Finding(
                rule=RuleName.UNSTABLE,
                image_id=image.id,
                annotation_ids=(annotation.id,),
                doubt=doubt,
                message=message,
            )


@rule(RuleName.DISAGREEMENT)
def _disagreement(image: ImageEntry, annotations: Sequence[Annotation], limits: Limits) -> Iterator[Finding]:
    for annotation in untouched(annotations):
        agreement = annotation.provenance.candidate_agreement
        if agreement is not None and agreement < limits.agreement:
            message = sentence(
                "the model's second opinion is another mask (IoU {agreement:.2f})", agreement=agreement
            )
            # three nested candidates (whole, part, part of part) differ by design: half a doubt at most
            yield Finding(
                rule=RuleName.DISAGREEMENT,
                image_id=image.id,
                annotation_ids=(annotation.id,),
                doubt=(1.0 - agreement) / 2,
                message=message,
            )


def _touching(annotations: Sequence[Annotation]) -> Iterator[tuple[Annotation, Annotation, float, float]]:
    """Pairs of objects that share pixels: with their IoU, and the covered share of the smaller one."""
    by_size: dict[object, list[Annotation]] = {}
    for annotation in annotations:
        if annotation.mask.area:
            by_size.setdefault(annotation.mask.size, []).append(annotation)
    for found in by_size.values():
        ious = iou_matrix([annotation.mask for annotation in found])
        areas = [annotation.mask.area for annotation in found]
        for first, second in zip(*np.nonzero(np.triu(ious, 1)), strict=True):
            iou = float(ious[first, second])
            shared = iou * (areas[first] + areas[second]) / (1.0 + iou)
            yield found[first], found[second], iou, shared / min(areas[first], areas[second])
