"""What a slim model gains and loses against its teacher, on a person's own labels and pictures, as values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from slimsam_core.judging.intervals import mean_interval
from slimsam_core.judging.measure import ObjectScore
from slimsam_core.judging.summary import MAX_CLICKS
from slimsam_core.pixels.mask import Rle


class Advice(StrEnum):
    """Whether to switch to the model that is judged."""

    FOR = "for"
    AGAINST = "against"
    UNCLEAR = "unclear"


class SpeaksFor(StrEnum):
    """What a reason speaks for; a note speaks for nothing."""

    FOR = "for"
    AGAINST = "against"
    UNCLEAR = "unclear"
    NOTE = "note"


WORST = 20
"""Objects that are shown: as many as a person looks through."""
GOOD_IOU = 0.85
"""Clicks are counted until the mask is this good: NoC@85 of papers on interactive segmentation."""
TOLERATED_LOSS = 0.02
"""A mean IoU that may be lost for a faster model; by eye: nobody sees a hundredth in a mask."""
TOLERATED_CLASS_LOSS = 0.05
"""The same of one class: with fewer objects a mean moves more by chance."""
TOLERATED_AGREEMENT = 0.7
"""Mean IoU with the masks of the model before, where there are no labels: below it they are other masks."""
FEW_OBJECTS, FEW_PICTURES = 20, 5
"""With fewer the verdict says that it rests on little, and with fewer pictures it advises against nothing; by
eye."""
WORTHWHILE_SHRINKING = 0.1
"""Share of the file that is saved: from here on it speaks for a model that is no faster."""
WORTHWHILE_SPEED = 1.1
"""Times as fast: less is nothing that a person notices."""


@dataclass(frozen=True, kw_only=True)
class ModelFacts:
    """One of the two models, measured on this machine."""

    name: str
    model_hash: str
    file_bytes: int
    parameters: int
    """Of the whole model; ``macs`` are those of the encoder for one picture."""
    macs: int
    encode_ms: float
    decode_ms: float
    memory_bytes: int
    """The most that a process held which loaded the model and answered a click; 0 = not measured here."""
    runtime: str


@dataclass(frozen=True)
class PairedChange:
    """A mean before and after, and the 95 % interval of the paired difference: of no width where it is not
    known, since one picture alone tells nothing about how others vary."""

    before: float
    after: float
    low: float
    high: float

    @property
    def difference(self) -> float:
        """After minus before."""
        return self.after - self.before

    @property
    def margin(self) -> float:
        """Half of the interval's width."""
        return (self.high - self.low) / 2


@dataclass(frozen=True)
class ClassChange:
    """The objects of one class; IoU."""

    name: str
    objects: int
    iou: PairedChange
    pictures: int = 0
    """That have such objects."""


@dataclass(frozen=True, kw_only=True)
class ComparedObject:
    """A labelled object with both models' masks after the same prompts."""

    picture: str
    """Path of the picture file."""
    key: str
    """The picture's name in reports."""
    category: str
    iou_before: float
    iou_after: float
    target: Rle
    before: Rle
    after: Rle


@dataclass(frozen=True, kw_only=True)
class ComparedPicture:
    """A held-out picture at one point: the teacher's mask and the student's."""

    picture: str
    x: float
    y: float
    iou: float
    """Of the two masks."""
    before: Rle
    after: Rle


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """How alike the two models answer on held-out pictures that need no labels; IoU, 95 % interval as
    in ``PairedChange``."""

    pictures: int
    points: int
    iou: float
    low: float
    high: float
    worst: tuple[ComparedPicture, ...]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Both models on a project's own labels."""

    objects: int
    pictures: int
    replayed: int
    """Objects asked for by the prompts that a person gave; the others by one click at their centre."""
    teacher_made: int
    """Objects whose label is the teacher's own unchanged mask: on them the IoU is agreement with it."""
    held_out: bool
    """Only pictures that the adaptation never saw."""
    iou: PairedChange
    clicks: PairedChange
    """Clicks to an IoU of ``GOOD_IOU``, at most ten."""
    classes: tuple[ClassChange, ...]
    """The largest loss first."""
    worst: tuple[ComparedObject, ...]
    """The largest loss first."""


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One reason of the advice; ``kind`` is a key of ``words.REASONS``, the rest fills its blanks."""

    kind: str
    advice: SpeaksFor
    name: str = ""
    first: float = 0.0
    second: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Everything on the page that decides whether to switch."""

    before: ModelFacts
    after: ModelFacts
    labels: Comparison | None
    """None without labelled objects."""
    agreement: Agreement | None
    """None when no held-out picture could be read."""
    advice: Advice
    reasons: tuple[Reason, ...]

    @property
    def speedup(self) -> float:
        """How many times faster a picture is encoded."""
        return self.before.encode_ms / max(self.after.encode_ms, 1e-9)

    @property
    def size_change(self) -> float:
        """Relative change of the file size: -0.48 is 48 % smaller."""
        return self.after.file_bytes / max(self.before.file_bytes, 1) - 1


def make_verdict(
    before: ModelFacts, after: ModelFacts, labels: Comparison | None, agreement: Agreement | None
) -> Verdict:
    """The verdict with its advice, from what was measured."""
    reasons = (*_gain_reasons(before, after), *_label_reasons(labels), *_agreement_reasons(agreement))
    kinds = {reason.advice for reason in reasons}
    if SpeaksFor.AGAINST in kinds:
        advice = Advice.AGAINST
    else:
        advice = Advice.UNCLEAR if SpeaksFor.UNCLEAR in kinds else Advice.FOR
    return Verdict(
        before=before, after=after, labels=labels, agreement=agreement, advice=advice, reasons=reasons
    )


def compare_scores(
    before: Sequence[ObjectScore],
    after: Sequence[ObjectScore],
    places: dict[tuple[str, str], tuple[str, Sequence[Rle]]],
    teacher_hash: str,
    held_out: bool,
) -> Comparison | None:
    """Pair the scores of both models by object; None when they share none.

    ``places``: data set and picture key -> path of the file and the labelled masks by number.
    """
    known = {(s.dataset, s.image, s.number): s for s in before}
    pairs = [
        (known[s.dataset, s.image, s.number], s) for s in after if (s.dataset, s.image, s.number) in known
    ]
    if not pairs:
        return None
    classes = []
    for name in sorted({s.category for _, s in pairs if s.category}):
        members = [pair for pair in pairs if pair[1].category == name]
        shown = len({(s.dataset, s.image) for _, s in members})
        classes.append(ClassChange(name, len(members), _change(members, _iou, 1.0), shown))
    lost = sorted(pairs, key=lambda pair: _iou(pair[1]) - _iou(pair[0]))
    return Comparison(
        objects=len(pairs),
        pictures=len({(s.dataset, s.image) for _, s in pairs}),
        replayed=sum(s.replayed for _, s in pairs),
        teacher_made=sum(s.made_by == teacher_hash for _, s in pairs),
        held_out=held_out,
        iou=_change(pairs, _iou, 1.0),
        clicks=_change(pairs, lambda s: float(s.clicks_to(GOOD_IOU, MAX_CLICKS)), MAX_CLICKS - 1.0),
        classes=tuple(sorted(classes, key=lambda c: c.iou.difference)),
        worst=tuple(_compared(a, b, places) for a, b in lost[:WORST]),
    )


def _iou(score: ObjectScore) -> float:
    return score.iou_replayed


def _change(
    pairs: Sequence[tuple[ObjectScore, ObjectScore]], value: Callable[[ObjectScore], float], most: float
) -> PairedChange:
    """``most``: the largest possible change."""
    first: NDArray[np.float64] = np.array([value(a) for a, _ in pairs])
    second: NDArray[np.float64] = np.array([value(b) for _, b in pairs])
    low, high = mean_interval(second - first, [(b.dataset, b.image) for _, b in pairs], (-most, most))
    return PairedChange(float(first.mean()), float(second.mean()), low, high)


def _compared(
    before: ObjectScore, after: ObjectScore, places: dict[tuple[str, str], tuple[str, Sequence[Rle]]]
) -> ComparedObject:
    picture, masks = places[after.dataset, after.image]
    return ComparedObject(
        picture=picture,
        key=after.image,
        category=after.category,
        iou_before=before.iou_replayed,
        iou_after=after.iou_replayed,
        target=masks[after.number],
        before=before.mask_replayed,
        after=after.mask_replayed,
    )


def _gain_reasons(before: ModelFacts, after: ModelFacts) -> list[Reason]:
    speed = before.encode_ms / max(after.encode_ms, 1e-9)
    smaller = 1 - after.file_bytes / max(before.file_bytes, 1)
    reasons = [
        Reason(kind="faster", advice=SpeaksFor.FOR, first=speed)
        if speed >= WORTHWHILE_SPEED
        else Reason(
            kind="not_faster",
            advice=SpeaksFor.UNCLEAR if smaller > WORTHWHILE_SHRINKING else SpeaksFor.AGAINST,
            first=speed,
        )
    ]
    if before.runtime != after.runtime:
        reasons.append(
            Reason(kind="engines_differ", advice=SpeaksFor.NOTE, name=f"{before.runtime} → {after.runtime}")
        )
    return reasons


def _label_reasons(labels: Comparison | None) -> list[Reason]:
    if labels is None:
        return [Reason(kind="no_labels", advice=SpeaksFor.UNCLEAR)]
    reasons = []
    change = labels.iou
    if labels.pictures >= FEW_PICTURES and change.high < -TOLERATED_LOSS:
        reasons.append(
            Reason(kind="loses", advice=SpeaksFor.AGAINST, first=change.difference, second=change.margin)
        )
    elif labels.objects < FEW_OBJECTS or labels.pictures < FEW_PICTURES:
        reasons.append(
            Reason(kind="few_objects", advice=SpeaksFor.UNCLEAR, first=labels.objects, second=labels.pictures)
        )
    elif change.low < -TOLERATED_LOSS:
        reasons.append(Reason(kind="may_lose", advice=SpeaksFor.UNCLEAR, first=change.low))
    else:
        reasons.append(
            Reason(kind="keeps", advice=SpeaksFor.FOR, first=change.difference, second=change.margin)
        )
    for item in labels.classes:
        enough = item.objects >= FEW_OBJECTS and item.pictures >= FEW_PICTURES
        if enough and item.iou.high < -TOLERATED_CLASS_LOSS:
            reasons.append(
                Reason(
                    kind="class_loses", advice=SpeaksFor.AGAINST, name=item.name, first=item.iou.difference
                )
            )
    if labels.teacher_made > labels.objects / 2:
        reasons.append(
            Reason(
                kind="teacher_made", advice=SpeaksFor.NOTE, first=labels.teacher_made, second=labels.objects
            )
        )
    return reasons


def _agreement_reasons(agreement: Agreement | None) -> list[Reason]:
    if agreement is None:
        return []
    if agreement.pictures < FEW_PICTURES:
        bad = agreement.iou < TOLERATED_AGREEMENT
        advice = SpeaksFor.UNCLEAR if bad else SpeaksFor.NOTE
        return [Reason(kind="few_pictures", advice=advice, first=agreement.pictures, second=agreement.iou)]
    if agreement.high < TOLERATED_AGREEMENT:
        return [Reason(kind="disagrees", advice=SpeaksFor.AGAINST, first=agreement.iou)]
    return [Reason(kind="agrees", advice=SpeaksFor.FOR, first=agreement.iou)]
