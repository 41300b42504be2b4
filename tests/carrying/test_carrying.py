"""Objects go along with the pictures of a sequence, as far as that is sure."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from slimsam_core.annotation import Annotation
from slimsam_core.carrying.motion import Motion, NoMotion, motion_between
from slimsam_core.carrying.objects import (
    CarriedMask,
    CarriedObjects,
    NextPicture,
    Trail,
    carry_objects,
    prompts_of,
)
from slimsam_core.inference.prediction import Candidate, ImageEmbedding, Prediction
from slimsam_core.inference.predictor import Predictor
from slimsam_core.inference.transforms import downsample_mask
from slimsam_core.labelling.drafts import BAR
from slimsam_core.pixels import mask
from slimsam_core.pixels.geometry import PromptSet, Size
from slimsam_core.pixels.square_fit import SquareFit
from tests.benchmarks.carrying import outcome

SIZE = Size(120, 160)


def texture(seed: int, size: Size = SIZE) -> np.ndarray:
    """Soft blobs of colour, as flow can follow."""
    rough = np.random.default_rng(seed).integers(0, 255, (size.height // 6, size.width // 6, 3), np.uint8)
    return cv2.resize(rough, (size.width, size.height), interpolation=cv2.INTER_CUBIC)


def scene(x: int, y: int, shift: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """A square of 40 pixels before a background that is moved by ``shift``: picture and pixels."""
    rgb = np.roll(texture(1), shift, axis=1)
    square, pixels = texture(2, Size(40, 40)), np.zeros(SIZE.hw, np.bool_)
    place = (slice(y, y + 40), slice(x, x + 40))
    rgb[place], pixels[place] = square, True
    return rgb, pixels


def moved(motion: Motion | NoMotion, pixels: np.ndarray) -> mask.Rle:
    assert isinstance(motion, Motion)
    return motion.moved(mask.encode(pixels))


def test_a_mask_moves_with_its_object() -> None:
    before, pixels = scene(50, 40)
    after, truth = scene(56, 37)
    found = moved(motion_between(before, after), pixels)
    assert mask.iou(found, mask.encode(truth)) > 0.8
    assert mask.iou(mask.encode(pixels), mask.encode(truth)) < 0.7  # a copy would not do


def test_a_moving_camera_takes_everything_along() -> None:
    before, pixels = scene(50, 40)
    after, truth = scene(44, 40, shift=-6)
    assert mask.iou(moved(motion_between(before, after), pixels), mask.encode(truth)) > 0.8


def test_a_cut_and_other_sizes_are_told() -> None:
    before, _ = scene(50, 40)
    assert motion_between(before, texture(7)) is NoMotion.CUT
    assert motion_between(before, np.rot90(before).copy()) is NoMotion.SIZE
    assert motion_between(before, before[:100]) is NoMotion.SIZE


def test_pictures_without_any_texture_are_one_scene() -> None:
    flat = np.full((*SIZE.hw, 3), 90, np.uint8)
    assert isinstance(motion_between(flat, flat), Motion)


def test_large_pictures_keep_their_frame() -> None:
    before, pixels = scene(50, 40)
    after, truth = scene(56, 37)

    def large(values: np.ndarray) -> np.ndarray:
        return cv2.resize(values, (1280, 960), interpolation=cv2.INTER_NEAREST)

    big = [large(values.astype(np.uint8)) > 0 for values in (pixels, truth)]
    found = moved(motion_between(large(before), large(after)), big[0])
    assert found.size == Size(960, 1280)
    assert mask.iou(found, mask.encode(big[1])) > 0.8


def test_the_model_is_asked_with_the_box_and_an_inner_point() -> None:
    pixels = np.zeros(SIZE.hw, np.bool_)
    pixels[10:50, 20:30] = pixels[40:50, 20:90] = True
    prompts = prompts_of(pixels)
    assert prompts.box is not None
    assert prompts.box.as_tuple() == (20, 10, 90, 50)
    (point,) = prompts.points
    assert pixels[int(point.y), int(point.x)]
    assert prompts_of(np.ones((1, 1), np.bool_)).points[0].x == 0.5


class Seeing(Predictor):
    """A tiny model that answers with given pixels, one after the other, the last one again and again."""

    def see(self, *pixels: np.ndarray) -> None:
        self.answers = [Prediction((self._candidate(one),), 0) for one in pixels]
        self.asked: list[PromptSet] = []

    def _candidate(self, pixels: np.ndarray) -> Candidate:
        logits = downsample_mask(pixels, self.arch.mask_size, self.arch.fit)
        return Candidate(
            low_res_logits=logits, fit=SquareFit.LETTERBOX, predicted_iou=0.9, stability_score=0.95
        )

    def predict(self, embedding, prompts, previous=None, closer=True):  # noqa: ARG002  # type: ignore[no-untyped-def]
        assert previous is not None
        self.asked.append(prompts)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture(scope="module")
def seeing() -> Seeing:
    from tests.tiny_models import tiny_sam

    return Seeing(tiny_sam())


def embedding() -> ImageEmbedding:
    features = np.zeros((1, 8, 4, 4), np.float32)
    return ImageEmbedding(
        features=features, original_size=SIZE, input_size=SIZE, fit=SquareFit.LETTERBOX, encoder_of="m"
    )


def features(pixels: np.ndarray) -> ImageEmbedding:
    """One direction where the object is, another one elsewhere."""
    cells = cv2.resize(pixels.astype(np.float32), (32, 24), interpolation=cv2.INTER_AREA)
    found = np.zeros((1, 2, 32, 32), np.float32)
    found[0, 0, :24], found[0, 1, :24] = cells, 1 - cells
    return replace(embedding(), features=found)


def labelled(pixels: np.ndarray, number: int = 1) -> Annotation:
    return Annotation(id=number, image_id=1, category_id=1, mask=mask.encode(pixels))


def into(trail: Trail, rgb: np.ndarray) -> CarriedObjects:
    found = outcome(carry_objects(trail, rgb, embedding()))
    assert isinstance(found, CarriedObjects)
    return found


def carried(seeing: Seeing, seen_before: np.ndarray, seen: np.ndarray) -> CarriedMask:
    """A square of the first scene in the second one; what the model sees of it in each."""
    before, pixels = scene(50, 40)
    after, _ = scene(56, 37)
    seeing.see(seen_before, seen)
    found = into(Trail(seeing, before, embedding(), [labelled(pixels)]), after)
    ((_, one),) = found.carried
    return one


def test_what_the_model_sees_there_is_taken_when_it_is_the_object(seeing: Seeing) -> None:
    (_, pixels), (_, truth) = scene(50, 40), scene(56, 37)
    wider = np.roll(truth, 4, axis=1) | truth
    found = carried(seeing, pixels, wider)
    assert found.agreement > 0.8
    assert mask.iou(found.mask, mask.encode(wider)) > 0.9
    assert found.sure > 0.8
    assert found.confidence > BAR
    assert seeing.asked[-1] == found.prompts


def test_a_model_that_sees_something_else_is_not_believed(seeing: Seeing) -> None:
    (_, pixels), (_, truth) = scene(50, 40), scene(56, 37)
    found = carried(seeing, pixels, ~truth)
    assert mask.iou(found.mask, mask.encode(truth)) > 0.8  # where motion alone puts it
    assert found.confidence < 0.3


def test_a_model_that_did_not_understand_the_object_at_first_does_not_change_it(seeing: Seeing) -> None:
    (_, pixels), (_, truth) = scene(50, 40), scene(56, 37)
    half, wider = pixels.copy(), np.roll(truth, 4, axis=1) | truth
    half[:, 70:] = False
    found = carried(seeing, half, wider)
    assert found.agreement > 0.8
    assert mask.iou(found.mask, mask.encode(truth)) > 0.9


def test_one_bad_motion_does_not_decide(seeing: Seeing) -> None:
    """In one picture the square jumps aside; from there alone its mask would go astray."""
    pictures = [scene(x, 40) for x in (50, 53, 56, 75, 62)]
    seeing.see(np.zeros(SIZE.hw, np.bool_))  # no help from the model
    trail = Trail(seeing, pictures[0][0], embedding(), [labelled(pictures[0][1])])
    for rgb, _ in pictures[1:4]:
        into(trail, rgb)
    ((_, last),) = into(trail, pictures[4][0]).carried
    assert mask.iou(last.mask, mask.encode(pictures[4][1])) > 0.7


def test_an_object_that_drifted_onto_its_surroundings_is_in_doubt(seeing: Seeing) -> None:
    """The features under the mask are those of the surroundings now, though motion and model agree."""
    (before, pixels), (after, truth) = scene(48, 40), scene(50, 40)
    seeing.see(pixels, truth)
    trail = Trail(seeing, before, features(pixels), [labelled(pixels)])
    ((_, same),) = outcome(carry_objects(trail, after, features(truth))).carried
    assert same.likeness > 0.9
    assert not same.drifted
    trail = Trail(seeing, before, features(pixels), [labelled(pixels)])
    seeing.see(truth)
    ((_, astray),) = outcome(carry_objects(trail, after, features(np.zeros(SIZE.hw, np.bool_)))).carried
    assert astray.agreement > 0.7
    assert astray.likeness < 0.1
    assert astray.drifted
    assert astray.confidence < BAR


def test_of_what_the_model_does_not_understand_likeness_alone_decides() -> None:
    made = CarriedMask(
        mask=mask.empty(SIZE), prompts=PromptSet(), sure=1, agreement=0.2, predicted_iou=0.3,
        stability_score=0.5, likeness=0.9, understood=False,
    )  # fmt: skip
    assert made.confidence > BAR
    assert not made.drifted
    assert replace(made, understood=True).confidence < BAR
    assert not replace(made, understood=True).drifted
    assert replace(made, likeness=0.75).confidence < BAR
    assert replace(made, likeness=0.75).drifted


def test_what_left_the_picture_is_gone(seeing: Seeing) -> None:
    before, pixels = scene(118, 40)
    seeing.see(pixels)
    other_size = Annotation(id=1, image_id=1, category_id=1, mask=mask.encode(np.ones((10, 10), np.bool_)))
    empty = Annotation(id=2, image_id=1, category_id=1, mask=mask.empty(SIZE))
    trail = Trail(seeing, before, embedding(), [other_size, empty, labelled(pixels, 3)])
    picture = trail.motions(before)
    assert isinstance(picture, NextPicture)
    ((motion, softs),) = picture.motions
    far = replace(motion, back_HW2=np.full((*SIZE.hw, 2), -200.0, np.float32))
    steps = trail.go_on(replace(picture, motions=((far, softs),)), embedding())
    told = []
    try:
        while True:
            told.append(next(steps).done)
    except StopIteration as end:
        found = end.value
    assert told == [0]
    assert found.carried == ()
    assert sorted(one.id for one in found.gone) == [1, 2, 3]
    assert trail.objects == []
