"""Objects go along with the pictures of a sequence, as far as that is sure."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from slimsam_core.annotation import Annotation
from slimsam_core.carrying.motion import Motion, NoMotion, motion_between
from slimsam_core.carrying.objects import CarriedMask, carry_mask, carry_objects, prompts_of
from slimsam_core.inference.prediction import Candidate, ImageEmbedding, Prediction
from slimsam_core.inference.predictor import Predictor
from slimsam_core.inference.transforms import downsample_mask
from slimsam_core.pixels import mask
from slimsam_core.pixels.geometry import PromptSet, Size
from slimsam_core.pixels.square_fit import SquareFit

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


def moved(motion: Motion | NoMotion, pixels: np.ndarray) -> tuple[mask.Rle, float]:
    assert isinstance(motion, Motion)
    return motion.moved(mask.encode(pixels))


def test_a_mask_moves_with_its_object() -> None:
    before, pixels = scene(50, 40)
    after, truth = scene(56, 37)
    found, sure = moved(motion_between(before, after), pixels)
    assert mask.iou(found, mask.encode(truth)) > 0.8
    assert mask.iou(mask.encode(pixels), mask.encode(truth)) < 0.7  # a copy would not do
    assert sure > 0.8


def test_a_moving_camera_takes_everything_along() -> None:
    before, pixels = scene(50, 40)
    after, truth = scene(44, 40, shift=-6)
    assert mask.iou(moved(motion_between(before, after), pixels)[0], mask.encode(truth)) > 0.8


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
    found, _ = moved(motion_between(large(before), large(after)), big[0])
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
    """A tiny model that answers with given pixels."""

    def see(self, pixels: np.ndarray) -> None:
        logits = downsample_mask(pixels, self.arch.mask_size, self.arch.fit)
        self.answer = Prediction(
            (
                Candidate(
                    low_res_logits=logits, fit=SquareFit.LETTERBOX, predicted_iou=0.9, stability_score=0.95
                ),
            ),
            0,
        )
        self.asked: list[PromptSet] = []

    def predict(self, embedding, prompts, previous=None, closer=True):  # noqa: ARG002  # type: ignore[no-untyped-def]
        assert previous is not None
        self.asked.append(prompts)
        return self.answer


@pytest.fixture(scope="module")
def seeing() -> Seeing:
    from tests.tiny_models import tiny_sam

    return Seeing(tiny_sam())


def embedding() -> ImageEmbedding:
    features = np.zeros((1, 8, 4, 4), np.float32)
    return ImageEmbedding(
        features=features, original_size=SIZE, input_size=SIZE, fit=SquareFit.LETTERBOX, model_hash="m"
    )


def carried(seeing: Seeing, pixels: np.ndarray, seen: np.ndarray) -> CarriedMask | None:
    before, _ = scene(50, 40)
    after, _ = scene(56, 37)
    motion = motion_between(before, after)
    assert isinstance(motion, Motion)
    seeing.see(seen)
    return carry_mask(seeing, embedding(), motion, mask.encode(pixels))


def test_what_the_model_sees_there_is_taken_when_it_is_the_object(seeing: Seeing) -> None:
    _, pixels = scene(50, 40)
    _, truth = scene(56, 37)
    found = carried(seeing, pixels, truth)
    assert found is not None
    assert found.agreement > 0.8
    assert mask.iou(found.mask, mask.encode(truth)) > 0.8
    assert found.confidence > 0.65
    (asked,) = seeing.asked
    assert asked == found.prompts


def test_a_model_that_sees_something_else_is_not_believed(seeing: Seeing) -> None:
    _, pixels = scene(50, 40)
    _, truth = scene(56, 37)
    found = carried(seeing, pixels, ~truth)
    assert found is not None
    assert mask.iou(found.mask, mask.encode(truth)) > 0.8  # where motion alone puts it
    assert found.confidence < 0.3


def test_what_left_the_picture_is_gone(seeing: Seeing) -> None:
    before, pixels = scene(118, 40)
    after = np.roll(before, 44, axis=1)
    after[:, :44] = texture(9)[:, :44]
    seeing.see(pixels)
    size = mask.encode(np.ones((10, 10), np.bool_))
    objects = [
        Annotation(id=1, image_id=1, category_id=1, mask=size),
        Annotation(id=2, image_id=1, category_id=1, mask=mask.empty(SIZE)),
    ]
    motion = Motion(np.full((*SIZE.hw, 2), -200.0, np.float32), np.ones(SIZE.hw, np.bool_), SIZE)
    objects.append(Annotation(id=3, image_id=1, category_id=1, mask=mask.encode(pixels)))
    steps = carry_objects(seeing, embedding(), motion, objects)
    told = []
    try:
        while True:
            told.append(next(steps).done)
    except StopIteration as end:
        found = end.value
    assert told == [0, 1, 2]
    assert found.carried == ()
    assert [one.id for one in found.gone] == [1, 2, 3]
