"""A class is learnt from labelled pictures, and its precision is measured on those that were held back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import pytest

from slimsam_core.commands.label_rest import why_words
from slimsam_core.likeness.cells import CellSums, View, views_of
from slimsam_core.likeness.learning import (
    LabelledExample,
    LearntClass,
    NotYet,
    WhyNot,
    first_bar,
    learn_class,
)
from slimsam_core.likeness.measured import MeasuredPrecision, judge_of, sigmoid_of
from tests.benchmarks.carrying import outcome
from tests.likeness.squares import COLOURS, SeesColours, mask, picture, places, square

RED, BLUE = 1, 2


@pytest.fixture(scope="module")
def model() -> SeesColours:
    return SeesColours()


def examples(numbers: Sequence[int]) -> list[LabelledExample]:
    ids = {colour: number for number, colour in enumerate(COLOURS, 1)}
    return [
        LabelledExample(
            partial(picture, places(number), number),
            tuple((ids[colour], mask(x, y)) for colour, x, y in places(number)),
        )
        for number in numbers
    ]


def learnt(
    model: SeesColours, found: Sequence[LabelledExample], category_id: int = RED
) -> LearntClass | NotYet:
    return outcome(learn_class(model, model.embed, found, category_id))


def test_the_peaks_of_a_class_lie_in_its_objects(model: SeesColours) -> None:
    sums = CellSums()
    for number in range(3):
        rgb = picture(places(number), number)
        red = np.logical_or.reduce([square(x, y) for colour, x, y in places(number) if colour == "red"])
        for view in views_of(model, model.embed(rgb), rgb):
            sums.add(view, {RED: red})
    cells = sums.model(RED)
    assert cells is not None
    assert sums.model(BLUE) is None
    rgb = picture(places(7), 7)
    (view,) = views_of(model, model.embed(rgb), rgb)
    peaks = cells.peaks(view)
    peaks = [peak for peak in peaks if peak.likeness > 0]
    assert peaks
    ((_, x, y),) = [one for one in places(7) if one[0] == "red"]
    assert all(square(x, y)[int(peak.point.y), int(peak.point.x)] for peak in peaks)
    assert cells.likeness(view).max() == pytest.approx(peaks[0].likeness)


def test_a_view_knows_which_cells_a_mask_covers(model: SeesColours) -> None:
    rgb = picture([], 0)
    (view,) = views_of(model, model.embed(rgb), rgb)
    assert isinstance(view, View)
    assert view.grid == (24, 32)
    covered = view.covered(square(16, 8)).reshape(view.grid)
    assert covered[2:8, 4:10].min() == 1.0
    assert covered.sum() == 36


def test_a_class_is_learnt_and_its_precision_measured(model: SeesColours) -> None:
    found = learnt(model, examples(range(9)))
    assert isinstance(found, LearntClass)
    assert found.measured.objects == 12
    finds, right = found.measured.at(found.bar)
    assert right >= 10
    assert right >= 0.8 * finds
    assert found.measured.recall(found.bar) > 0.8


def test_steps_are_told_as_parts_of_the_whole(model: SeesColours) -> None:
    steps = learn_class(model, model.embed, examples(range(5)), RED)
    told = list(steps)
    assert all(step.total == 10 for step in told if step.total)
    assert [step.done for step in told] == sorted(step.done for step in told)


def test_of_few_objects_nothing_can_be_measured(model: SeesColours) -> None:
    assert learnt(model, examples([1, 2, 4])) == NotYet(WhyNot.FEW, 3)
    assert learnt(model, examples([0, 3])) == NotYet(WhyNot.FEW, 4)
    assert learnt(model, examples(range(9)), 5) == NotYet(WhyNot.FEW, 0)


def test_a_class_that_looks_like_another_one_is_not_looked_for(model: SeesColours) -> None:
    """Every second red square has class 1, the others class 2: nothing tells them apart."""
    two = ((4, 10), (70, 60))
    mixed = [
        LabelledExample(
            partial(picture, [("red", *two[0]), ("red", *two[1])], number), ((RED, mask(*two[number % 2])),)
        )
        for number in range(12)
    ]
    found = learnt(model, mixed)
    right = found.measured.at(found.bar) if isinstance(found, LearntClass) else (found.found, found.right)
    assert isinstance(found, NotYet) or right[1] <= 0.8 * right[0]


def test_the_judge_and_its_sigmoid_tell_right_from_wrong() -> None:
    random = np.random.default_rng(0)
    right = np.arange(60) % 3 == 0
    vectors = random.normal(size=(60, 90)).astype(np.float32)
    vectors[right, 5] += 4
    scores = judge_of(vectors, right).scores(vectors)
    assert scores[right].min() > scores[~right].max()
    many = np.repeat(vectors, 3, axis=0)  # more finds than values: solved the other way, with the same answer
    weights = judge_of(many, np.repeat(right, 3)).weights
    assert np.argmax(np.abs(weights)) == 5
    sigmoid = sigmoid_of(scores, right)
    sure = sigmoid(scores)
    assert sure[right].min() > 0.5 > sure[~right].max()
    assert (np.diff(sigmoid(np.linspace(-3, 3, 20))) > 0).all()


def test_how_many_were_right_from_a_bar_on() -> None:
    found = MeasuredPrecision.of([0.9, 0.8, 0.7, 0.3, 0.2], [True, True, False, True, False], 4)
    assert found.at(0.75) == (2, 2)
    assert found.at(0.5) == (3, 2)
    assert found.at(0.0) == found.at(0.05) == (5, 3)
    assert found.recall(0.75) == 0.5
    assert found.bar_for(0.6, 2) == 0.25  # three of four right, and one wrong one that is always counted
    assert found.bar_for(0.5, 2) == 0.05
    assert found.bar_for(0.5, 6) is None
    assert found.bar_for(0.7, 2) is None
    assert found.best_bar(1) == 0.75
    assert found.best_bar(3) == 0.25


def test_the_first_bar_is_one_at_which_enough_is_found() -> None:
    """Seven of ten are right far up, where one object of ten is found: it begins where every second is."""
    few = MeasuredPrecision(((0.1, 60, 20), (0.3, 30, 16), (0.65, 10, 7)), 67)
    assert few.bar_for(0.8, 5) is None
    assert few.best_bar(5) == 0.65
    assert first_bar(few) == 0.3
    assert first_bar(MeasuredPrecision(few.rows, 40)) == 0.65
    assert first_bar(MeasuredPrecision(((0.1, 60, 20), (0.3, 40, 25), (0.6, 8, 8)), 67)) == 0.3
    assert first_bar(MeasuredPrecision(few.rows, 200)) is None
    assert first_bar(MeasuredPrecision(((0.1, 60, 20),), 67)) is None


def test_nothing_found_is_said_as_that() -> None:
    assert why_words(NotYet(WhyNot.POOR, 9)) == "nothing was found in held-back pictures"
    assert why_words(NotYet(WhyNot.POOR, 9, 4, 1)) == "1 of 4 finds in held-back pictures were right"


def test_pixels_that_nobody_named_are_neither_right_nor_wrong(model: SeesColours) -> None:
    """A second red square in each picture belongs to a crowd."""
    crowded = [
        LabelledExample(
            partial(picture, [("red", 4, 10), ("red", 70, 60), ("blue", 40, 40)], number),
            ((RED, mask(4, 10)),),
            (mask(70, 60),),
        )
        for number in range(8)
    ]
    found = learnt(model, crowded)
    if isinstance(found, LearntClass):
        assert found.measured.at(0.05)[0] <= 8 + 2
