"""Two things of a class that meet on their way are in doubt, unless their looks still tell which is which."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from slimsam_core.annotation import Annotation
from slimsam_core.carrying.meetings import Meetings
from slimsam_core.carrying.through import CarriedInto, CarryEnd, CarryStop, carry_through
from slimsam_core.inference.prediction import ImageEmbedding
from slimsam_core.inference.transforms import downsample_mask
from slimsam_core.labelling.drafts import BAR
from slimsam_core.pixels import mask
from tests.carrying.test_carrying import SIZE, embedding, texture
from tests.carrying.test_through import Believing, reading
from tests.tiny_models import tiny_sam

RED, BLUE = np.array([1.0, 0.0, 0.2], np.float32), np.array([0.0, 1.0, 0.2], np.float32)


def square(x: int, side: int = 40, y: int = 40) -> mask.Rle:
    pixels = np.zeros(SIZE.hw, np.bool_)
    pixels[y : y + side, x : x + side] = True
    return mask.encode(pixels)


def one(number: int, x: int, category_id: int = 1, side: int = 40) -> Annotation:
    return Annotation(id=number, image_id=1, category_id=category_id, mask=square(x, side))


LOOKS = {1: RED, 2: BLUE}


def test_things_that_stay_apart_are_never_in_doubt() -> None:
    meetings = Meetings([one(1, 10), one(2, 100)], {1: RED, 2: RED})
    assert meetings.untold({1: square(20), 2: square(90)}, {1: RED, 2: RED}) == frozenset()


@pytest.mark.parametrize("now", [{1: BLUE, 2: RED}, {1: RED, 2: RED}, {1: None, 2: BLUE}])
def test_exchanged_merged_or_unknown_looks_are_a_doubt_once_they_met(now: dict[int, np.ndarray]) -> None:
    meetings = Meetings([one(1, 10), one(2, 100)], LOOKS)
    assert meetings.untold({1: square(50), 2: square(60)}, now) == {1, 2}
    assert meetings.untold({1: square(100), 2: square(10)}, now) == {1, 2}  # it is not forgotten


def test_two_that_look_as_they_did_are_still_told() -> None:
    meetings = Meetings([one(1, 10), one(2, 100)], LOOKS)
    assert meetings.untold({1: square(50), 2: square(60)}, LOOKS) == frozenset()
    assert meetings.untold({1: square(100), 2: square(10)}, {1: RED, 2: 0.8 * BLUE}) == frozenset()


def test_two_that_looked_alike_from_the_beginning_are_not_told_where_they_meet() -> None:
    meetings = Meetings([one(1, 10), one(2, 100)], {1: RED, 2: RED + 1e-3})
    assert meetings.untold({1: square(50), 2: square(60)}, {1: RED, 2: RED + 1e-3}) == {1, 2}


def test_other_classes_parts_and_what_is_gone_are_no_meeting() -> None:
    meetings = Meetings([one(1, 10), one(2, 100, category_id=2)], LOOKS)
    assert meetings.untold({1: square(50), 2: square(50)}, {1: BLUE, 2: BLUE}) == frozenset()
    meetings = Meetings([one(1, 10), one(2, 20, side=10)], LOOKS)  # it lies in the other from the beginning
    assert meetings.untold({1: square(50), 2: square(60, side=10)}, {1: BLUE, 2: BLUE}) == frozenset()
    meetings = Meetings([one(1, 10), one(2, 100)], LOOKS)
    assert meetings.untold({1: square(50), 2: square(50)}, {1: BLUE, 2: RED}) == {1, 2}
    assert meetings.untold({1: square(50)}, {1: BLUE}) == frozenset()


def test_one_that_the_other_hides_is_a_meeting_too() -> None:
    """Motion never gives a pixel to two masks: the one behind gets smaller."""
    begin = [one(1, 10), one(2, 100)]
    assert Meetings(begin, LOOKS).untold({1: square(60, side=20), 2: square(80)}, {1: BLUE, 2: BLUE}) == {
        1,
        2,
    }
    assert not Meetings(begin, LOOKS).untold({1: square(60, side=20), 2: square(80)}, LOOKS)
    apart = {1: square(50, side=20), 2: square(100)}
    assert not Meetings(begin, LOOKS).untold(apart, {1: BLUE, 2: BLUE})
    leaving = {1: square(0, side=20), 2: square(20)}
    assert not Meetings(begin, LOOKS).untold(leaving, {1: BLUE, 2: BLUE})


class Joining(Believing):
    """It sees each of two squares at first, then one thing, whichever it is asked about."""

    pictures = 0

    def predict(self, embedding, prompts, previous=None, closer=True):  # type: ignore[no-untyped-def]
        answer = super().predict(embedding, prompts, previous, closer)
        if self.pictures < 3:
            return answer
        both = square(40).decode() | square(66).decode()
        logits = downsample_mask(both, self.arch.mask_size, self.arch.fit)
        return replace(answer, candidates=(replace(answer.candidates[0], low_res_logits=logits),))


@pytest.mark.parametrize(("category_id", "why"), [(1, CarryStop.MET), (2, CarryStop.END)])
def test_carrying_stops_where_two_of_a_class_become_one(category_id: int, why: CarryStop) -> None:
    """What the model sees agrees with both, so that nothing else is in doubt."""
    model = Joining(tiny_sam())

    def sees(_: np.ndarray) -> ImageEmbedding:
        model.pictures += 1
        features = np.zeros((1, 2, 32, 32), np.float32)
        features[0, 0] = 1.0  # all of the picture looks alike to this model
        return replace(embedding(), features=features)

    still = reading(texture(1))
    steps = list(carry_through(model, sees, still, [one(1, 40), one(2, 66, category_id)], [still] * 4))
    end = steps[-1]
    assert isinstance(end, CarryEnd)
    assert end.why is why
    if why is CarryStop.MET:
        last = next(step for step in reversed(steps) if isinstance(step, CarriedInto))
        assert last.number == end.number == 1
        assert all(carried.confidence < BAR and not carried.told for _, carried in last.found.carried)
