"""A class learnt from labelled pictures, and how far its finds can be believed, measured on those held back.

Each labelled picture is searched by what the others taught; what was found there and is none of the class is
what a judge of finds learns to refuse. The judge is measured the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from slimsam_core.errors import ImageReadError
from slimsam_core.inference.prediction import ImageEmbedding
from slimsam_core.labelling.measured_finds import LEAST_FINDS
from slimsam_core.likeness.cells import CellModel, CellSums, View, views_of
from slimsam_core.likeness.finds import WORKING_SIDE, Find, finds_in, overlaps, without_doubles
from slimsam_core.likeness.measured import Judge, MeasuredPrecision, Sigmoid, judge_of, sigmoid_of
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.image_io import RgbImage
from slimsam_core.pixels.mask import BoolMask, Rle, resized
from slimsam_core.pixels.square_fit import resized_size
from slimsam_core.progress import Progress
from slimsam_core.suggesting.description import Describer

if TYPE_CHECKING:
    from slimsam_core.inference.predictor import Predictor

__all__ = [
    "LabelledExample",
    "LearntClass",
    "NotYet",
    "SearchedPicture",
    "WhyNot",
    "learn_class",
    "searched_picture",
    "truths_of",
]

LEAST_OBJECTS, LEAST_PICTURES = 5, 3
"""Of the class: of fewer nothing can be held back and measured. By eye: one
object for each fifth."""
FOLDS = 5
"""Each fifth of the pictures is searched by what the others taught."""
RIGHT_IOU = 0.5
"""With an object of the class, from which on a find is right: COCO's AP50."""
WANTED_PRECISION = 0.8
"""Where the slider stands at first: of five finds four are right. By eye: who looks through them may err
on one without tiring."""
USEFUL_PRECISION, USEFUL_RECALL = 0.5, 0.15
"""Below, at no bar every second find was right with one object of seven found: refusing costs more than
labelling. By eye: a refusal is a key, an object some clicks."""
_TAUGHT_IOU = 0.3
"""Between this and ``RIGHT_IOU`` a find is neither: it teaches the judge nothing. By eye, clearly below
it."""


@dataclass(frozen=True, eq=False)
class LabelledExample:
    """A labelled picture."""

    read: Callable[[], RgbImage]
    """Raises ImageReadError."""
    objects: tuple[tuple[int, Rle], ...]
    """Class and mask of each."""
    unclear: tuple[Rle, ...] = ()
    """Pixels of which nobody said what they are: finds there are neither right nor wrong."""


class WhyNot(StrEnum):
    """Why a class cannot be looked for."""

    FEW = "few"
    """Too few objects, or pictures with them."""
    ALIKE = "alike"
    """Nothing was found, or nothing else was."""
    POOR = "poor"
    """Too few of the finds in held-back pictures were right."""


@dataclass(frozen=True)
class NotYet:
    """A class that cannot be looked for, and why."""

    why: WhyNot
    objects: int
    """Of the class."""
    found: int = 0
    """Held-back finds at the best bar, and right ones of them."""
    right: int = 0


@dataclass(frozen=True, eq=False, kw_only=True)
class LearntClass:
    """What is needed to look for a class, and how often that was right."""

    category_id: int
    cells: CellModel
    judge: Judge
    sigmoid: Sigmoid
    measured: MeasuredPrecision
    bar: float
    """Confidence where the slider stands at first."""


@dataclass(eq=False, kw_only=True)
class SearchedPicture:
    """A labelled picture on its way: what it teaches, and what was found in it."""

    example: LabelledExample
    size: Size
    sums: CellSums
    own: list[BoolMask] = field(default_factory=list)
    unclear: BoolMask | None = None
    finds: list[Find] = field(default_factory=list)


Embed = Callable[[RgbImage], ImageEmbedding]


def learn_class(
    predictor: Predictor, embed: Embed, examples: Sequence[LabelledExample], category_id: int
) -> Generator[Progress, None, LearntClass | NotYet]:
    """Learn from labelled pictures, a small step at a time.

    Pictures without the class teach what it is not; those that cannot be read are left out.
    Raises OutOfMemory.
    """
    having = [one for one in examples if any(i == category_id for i, _ in one.objects)]
    objects = sum(i == category_id for one in having for i, _ in one.objects)
    if objects < LEAST_OBJECTS or len(having) < LEAST_PICTURES:
        return NotYet(WhyNot.FEW, objects)
    seen: list[SearchedPicture] = []
    for number, example in enumerate(examples):
        at = Progress(LEARNING, number, 2 * len(examples))
        yield at
        with suppress(ImageReadError):
            seen.append((yield from searched_picture(predictor, embed, example, category_id, at)))
    if (
        sum(bool(one.own) for one in seen) < LEAST_PICTURES
        or sum(len(one.own) for one in seen) < LEAST_OBJECTS
    ):
        return NotYet(WhyNot.FEW, objects)
    folds, searched = _folds(seen), 0
    for fold, members in enumerate(folds):
        rest = [one.sums for other, group in enumerate(folds) if other != fold for one in group]
        model = CellSums().merged(rest).model(category_id)
        for one in members:
            at = Progress(LEARNING, len(seen) + searched, 2 * len(seen))
            searched += 1
            yield at
            if model is None:
                continue
            try:
                rgb = one.example.read()
            except ImageReadError:  # it went while the others taught
                continue
            embedding = embed(rgb)
            views: list[View] = []
            for view in views_of(predictor, embedding, rgb):
                views.append(view)
                yield at
            for step in finds_in(predictor, views, model, Describer(embedding, rgb)):
                if step is None:
                    yield at
                else:
                    one.finds.append(step)
    cells = CellSums().merged([one.sums for one in seen]).model(category_id)
    return _judged(folds, cells, category_id, objects)


LEARNING = "Learning the class"


def searched_picture(
    predictor: Predictor, embed: Embed, example: LabelledExample, category_id: int, at: Progress | None = None
) -> Generator[Progress, None, SearchedPicture]:
    """A labelled picture with what it teaches of a class, without finds; ``at`` is yielded at each step."""
    rgb = example.read()
    size = Size.of(rgb)
    working = resized_size(size, min(WORKING_SIDE, max(size.hw)))
    found = SearchedPicture(example=example, size=working, sums=CellSums())
    whole: BoolMask = np.zeros(size.hw, np.bool_)
    for category, mask in example.objects:
        if category == category_id and mask.size == size:
            pixels = mask.decode()
            whole |= pixels
            found.own.append(resized(pixels, working))
    if example.unclear:
        found.unclear = np.logical_or.reduce(
            [resized(one.decode(), working) for one in example.unclear if one.size == size]
        )
    for view in views_of(predictor, embed(rgb), rgb):
        found.sums.add(view, {category_id: whole})
        yield at or Progress(LEARNING, 0)
    return found


def _folds(seen: Sequence[SearchedPicture]) -> list[list[SearchedPicture]]:
    """Those with objects and those without are dealt out evenly."""
    dealt = [one for one in seen if one.own] + [one for one in seen if not one.own]
    return [fold for start in range(min(FOLDS, len(dealt))) if (fold := dealt[start::FOLDS])]


def _judged(
    folds: list[list[SearchedPicture]], cells: CellModel | None, category_id: int, objects: int
) -> LearntClass | NotYet:
    """A judge of all finds, and what judges made without a fold said about it."""
    groups = [[(one, find) for one in fold for find in one.finds] for fold in folds]
    every = [pair for group in groups for pair in group]
    best = {id(find): _best_iou(one, find) for one, find in every}
    if cells is None or not _teachable(every, best):
        return NotYet(WhyNot.ALIKE, objects)
    scores: list[float] = []
    right: list[bool] = []
    for fold, members in enumerate(folds):
        others = [pair for other, group in enumerate(groups) if other != fold for pair in group]
        if not _teachable(others, best):
            continue
        judge = _judge(others, best)
        for one in members:
            if one.finds:
                values = judge.scores(np.stack([find.vector for find in one.finds]))
                kept = without_doubles(one.finds, values)
                for i, truth in zip(kept, truths_of(one, [one.finds[i] for i in kept]), strict=True):
                    if truth is not None:
                        scores.append(float(values[i]))
                        right.append(truth)
    if sum(right) < 2:
        return NotYet(WhyNot.POOR, objects, len(right), sum(right))
    sigmoid = sigmoid_of(np.array(scores), np.array(right))
    measured = MeasuredPrecision.of(sigmoid(np.array(scores)).tolist(), right, objects)
    bar = first_bar(measured)
    if bar is None:
        useful = measured.bar_for(USEFUL_PRECISION, LEAST_FINDS)
        finds, good = measured.at(measured.best_bar(LEAST_FINDS) if useful is None else useful)
        return NotYet(WhyNot.POOR, objects, finds, good)
    return LearntClass(
        category_id=category_id,
        cells=cells,
        judge=_judge(every, best),
        sigmoid=sigmoid,
        measured=measured,
        bar=bar,
    )


def first_bar(measured: MeasuredPrecision) -> float | None:
    """Where the slider stands at first: where enough finds were right, or most were, as long as enough of the
    objects are found there; else where finds are just useful. None = they are nowhere."""
    useful = measured.bar_for(USEFUL_PRECISION, LEAST_FINDS)
    if useful is None or measured.recall(useful) < USEFUL_RECALL:
        return None
    wanted = measured.bar_for(WANTED_PRECISION, LEAST_FINDS)
    bar = measured.best_bar(LEAST_FINDS) if wanted is None else wanted
    return bar if measured.recall(bar) >= USEFUL_RECALL else useful


def _best_iou(one: SearchedPicture, find: Find) -> float:
    """With an object of the class; between right and wrong where nobody said what is there."""
    best = max((overlaps(find.pixels, own)[0] for own in one.own), default=0.0)
    if best < _TAUGHT_IOU and one.unclear is not None and overlaps(find.pixels, one.unclear)[1] > RIGHT_IOU:
        return (RIGHT_IOU + _TAUGHT_IOU) / 2
    return best


def _teachable(pairs: Sequence[tuple[SearchedPicture, Find]], best: dict[int, float]) -> bool:
    right = sum(best[id(find)] >= RIGHT_IOU for _, find in pairs)
    wrong = sum(best[id(find)] < _TAUGHT_IOU for _, find in pairs)
    return right >= 2 and wrong >= 2


def _judge(pairs: Sequence[tuple[SearchedPicture, Find]], best: dict[int, float]) -> Judge:
    clear = [find for _, find in pairs if not _TAUGHT_IOU <= best[id(find)] < RIGHT_IOU]
    right = np.array([best[id(find)] >= RIGHT_IOU for find in clear])
    return judge_of(np.stack([find.vector for find in clear]), right)


def truths_of(one: SearchedPicture, finds: Sequence[Find]) -> list[bool | None]:
    """Whether each is an object of the class that no better one found before; None = nobody knows."""
    free = list(range(len(one.own)))
    truths: list[bool | None] = []
    for find in finds:
        ious = {i: overlaps(find.pixels, one.own[i])[0] for i in free}
        best = max(ious, key=lambda i: ious[i], default=None)
        if best is not None and ious[best] >= RIGHT_IOU:
            free.remove(best)
            truths.append(True)
        elif one.unclear is not None and overlaps(find.pixels, one.unclear)[1] > RIGHT_IOU:
            truths.append(None)
        else:
            truths.append(False)
    return truths
