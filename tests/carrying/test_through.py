"""Objects go through many pictures, until one of them is in doubt."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from slimsam_core.annotation import Annotation
from slimsam_core.carrying.through import CarriedInto, CarryEnd, CarryStop, carry_through
from slimsam_core.errors import ImageReadError
from slimsam_core.inference.prediction import Candidate, ImageEmbedding, Prediction
from slimsam_core.inference.predictor import Predictor
from slimsam_core.labelling.drafts import BAR
from slimsam_core.pixels.mask import encode, iou
from slimsam_core.pixels.square_fit import SquareFit
from slimsam_core.progress import Progress
from tests.carrying.test_carrying import SIZE, embedding, features, scene, texture

PLACES = (50, 56, 62, 68, 74)


class Believing(Predictor):
    """A tiny model that believes the mask that it is asked about, for some times."""

    left = 99

    def predict(self, embedding, prompts, previous=None, closer=True):  # noqa: ARG002  # type: ignore[no-untyped-def]
        self.left -= 1
        return Prediction(
            (
                Candidate(
                    low_res_logits=previous,
                    fit=SquareFit.LETTERBOX,
                    predicted_iou=0.9 if self.left >= 0 else 0.1,
                    stability_score=0.95,
                ),
            ),
            0,
        )


@pytest.fixture(scope="module")
def model() -> Believing:
    from tests.tiny_models import tiny_sam

    return Believing(tiny_sam())


def sees(rgb: np.ndarray) -> ImageEmbedding:
    assert rgb.shape[:2] == SIZE.hw
    return embedding()


def reading(rgb: np.ndarray) -> Callable[[], np.ndarray]:
    return lambda: rgb


def frames(*places: int) -> list[Callable[[], np.ndarray]]:
    return [reading(scene(x, 40)[0]) for x in places]


def through(model: Believing, pictures: Sequence[Callable[[], np.ndarray]], times: int = 99):  # type: ignore[no-untyped-def]
    model.left = times + 1  # it is asked about the first picture too
    one = Annotation(id=1, image_id=1, category_id=3, mask=encode(scene(PLACES[0], 40)[1]))
    steps = list(carry_through(model, sees, pictures[0], [one], pictures[1:]))
    assert isinstance(steps[-1], CarryEnd)
    assert all(isinstance(step, Progress | CarriedInto) for step in steps[:-1])
    return [step for step in steps if isinstance(step, CarriedInto)], steps[-1]


def test_each_picture_goes_on_from_the_one_before(model: Believing) -> None:
    found, end = through(model, frames(*PLACES))
    assert end == CarryEnd(CarryStop.END, 4)
    assert [one.number for one in found] == [0, 1, 2, 3]
    for one, x in zip(found, PLACES[1:], strict=True):
        ((source, carried),) = one.found.carried
        assert source.category_id == 3
        assert (
            iou(carried.mask, encode(scene(x, 40)[1])) > 0.55
        )  # motion alone, without a model that mends it


def test_at_the_first_doubt_it_ends_and_says_where(model: Believing) -> None:
    found, end = through(model, frames(*PLACES), times=2)
    assert end == CarryEnd(CarryStop.DOUBT, 2)
    assert [one.number for one in found] == [0, 1, 2]  # into the doubtful one all are still carried
    assert found[-1].found.carried[0][1].confidence < BAR


def broken() -> np.ndarray:
    raise ImageReadError("b.png cannot be read.")


@pytest.mark.parametrize(
    ("after", "why"),
    [
        (reading(texture(7)), CarryStop.CUT),
        (reading(scene(56, 40)[0][:100]), CarryStop.SIZE),
        (broken, CarryStop.UNREAD),
    ],
)
def test_what_cannot_be_gone_on_with_ends_it(
    model: Believing, after: Callable[[], np.ndarray], why: CarryStop
) -> None:
    found, end = through(model, [*frames(50, 56), after, *frames(62)])
    assert end == CarryEnd(why, 1)
    assert [one.number for one in found] == [0]


def test_when_the_first_picture_cannot_be_read_nothing_is_carried(model: Believing) -> None:
    assert through(model, [broken, *frames(56)]) == ([], CarryEnd(CarryStop.UNREAD, 0))


def test_when_all_objects_left_it_ends(model: Believing) -> None:
    nothing = encode(np.zeros(SIZE.hw, np.bool_))
    one = Annotation(id=1, image_id=1, category_id=3, mask=nothing)
    first, *others = frames(*PLACES)
    steps = list(carry_through(model, sees, first, [one], others))
    assert steps[-1] == CarryEnd(CarryStop.GONE, 0)


def test_an_object_that_drifted_ends_it_with_that_word(model: Believing) -> None:
    """Its features become those of what was around it, though motion and model agree at every step."""
    pixels = [scene(x, 40)[1] for x in PLACES]
    looks = iter([features(pixels[0]), features(pixels[1]), features(~pixels[2])])
    model.left = 99
    one = Annotation(id=1, image_id=1, category_id=3, mask=encode(pixels[0]))
    pictures = frames(*PLACES)
    steps = list(carry_through(model, lambda _: next(looks), pictures[0], [one], pictures[1:]))
    assert steps[-1] == CarryEnd(CarryStop.DRIFT, 1)
