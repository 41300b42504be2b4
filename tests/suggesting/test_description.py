"""What an object looks like: features under its mask and around it, form and colours."""

from __future__ import annotations

import numpy as np
import pytest

from slimsam_core.inference.prediction import Candidate, ImageEmbedding
from slimsam_core.pixels import mask
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.square_fit import SquareFit
from slimsam_core.suggesting.description import RIM_WEIGHT, Describer

SIDE = 8
CHANNELS = 3


def embedding(size: Size, model: str = "m") -> ImageEmbedding:
    """The left half of the picture has the feature (1, 0, 0), the right half (0, 2, 0)."""
    features = np.zeros((1, CHANNELS, SIDE, SIDE), np.float32)
    features[0, 0, :, : SIDE // 2] = 1.0
    features[0, 1, :, SIDE // 2 :] = 2.0
    return ImageEmbedding(
        features=features, original_size=size, input_size=size, fit=SquareFit.LETTERBOX, encoder_of=model
    )


def picture(size: Size) -> np.ndarray:
    """Red on the left, blue on the right."""
    rgb = np.zeros((*size.hw, 3), np.uint8)
    rgb[:, : size.width // 2, 0] = 255
    rgb[:, size.width // 2 :, 2] = 255
    return rgb


def filled(size: Size, x0: float, y0: float, x1: float, y1: float) -> np.ndarray:
    """A rectangle given in shares of the picture."""
    pixels = np.zeros(size.hw, np.bool_)
    pixels[
        round(y0 * size.height) : round(y1 * size.height), round(x0 * size.width) : round(x1 * size.width)
    ] = 1
    return pixels


@pytest.fixture
def describer() -> Describer:
    size = Size(64, 64)
    return Describer(embedding(size), picture(size))


def test_the_features_under_the_mask_and_around_it(describer: Describer) -> None:
    left = describer.mask(mask.encode(filled(Size(64, 64), 0.1, 0.1, 0.3, 0.9)))
    assert left is not None
    assert left.encoder_of == "m"
    np.testing.assert_allclose(left.vector[:CHANNELS], (1, 0, 0), atol=1e-6)
    np.testing.assert_allclose(left.vector[CHANNELS : 2 * CHANNELS], (RIM_WEIGHT, 0, 0), atol=1e-6)
    at_the_edge = describer.mask(mask.encode(filled(Size(64, 64), 0.25, 0.1, 0.5, 0.9)))
    assert at_the_edge is not None
    np.testing.assert_allclose(at_the_edge.vector[:CHANNELS], (1, 0, 0), atol=1e-6)
    assert at_the_edge.vector[CHANNELS + 1] > 0.1  # what is beside it has the other feature


def test_form_and_place(describer: Describer) -> None:
    wide = describer.mask(mask.encode(filled(Size(64, 64), 0.0, 0.25, 1.0, 0.5)))
    assert wide is not None
    form = wide.vector[2 * CHANNELS : 2 * CHANNELS + 9] / 0.5
    np.testing.assert_allclose(form[0], np.log(0.25) / 4, atol=1e-5)
    np.testing.assert_allclose(form[1], np.log(4) / 2, atol=1e-5)
    np.testing.assert_allclose(form[2:], (1.0, 0.5, 0.375, 1, 1, 0, 0), atol=1e-5)


def test_colours_tell_objects_of_one_form_apart(describer: Describer) -> None:
    red = describer.mask(mask.encode(filled(Size(64, 64), 0.1, 0.2, 0.4, 0.8)))
    blue = describer.mask(mask.encode(filled(Size(64, 64), 0.6, 0.2, 0.9, 0.8)))
    assert red is not None
    assert blue is not None
    assert np.abs(red.vector[-9:] - blue.vector[-9:]).max() > 0.1


def test_an_offered_mask_looks_like_the_object_that_it_becomes(describer: Describer) -> None:
    pixels = filled(Size(64, 64), 0.1, 0.1, 0.5, 0.9)
    logits = np.where(filled(Size(32, 32), 0.1, 0.1, 0.5, 0.9), 5.0, -5.0).astype(np.float32)
    offered = describer.candidate(
        Candidate(low_res_logits=logits, fit=SquareFit.LETTERBOX, predicted_iou=0.9, stability_score=0.9)
    )
    made = describer.mask(mask.encode(pixels))
    assert offered is not None
    assert made is not None
    np.testing.assert_allclose(offered.vector, made.vector, atol=0.05)


def test_masks_of_large_pictures_are_sampled_and_small_ones_are_not_lost() -> None:
    size = Size(1500, 2000)
    large = Describer(embedding(size), picture(size))
    pixels = filled(size, 0.1, 0.1, 0.4, 0.8)
    sampled, whole = large.mask(mask.encode(pixels)), large.pixels(pixels)
    assert sampled is not None
    assert whole is not None
    np.testing.assert_allclose(sampled.vector, whole.vector, atol=0.01)
    dot = np.zeros(size.hw, np.bool_)
    dot[700, 300] = True
    assert large.mask(mask.encode(dot)) is not None


def test_what_fits_no_picture_is_not_described(describer: Describer) -> None:
    assert describer.mask(mask.empty(Size(64, 64))) is None
    assert describer.mask(mask.encode(filled(Size(32, 64), 0, 0, 1, 1))) is None
    assert (
        describer.candidate(
            Candidate(
                low_res_logits=np.full((32, 32), -5.0, np.float32),
                fit=SquareFit.LETTERBOX,
                predicted_iou=0.9,
                stability_score=0.9,
            )
        )
        is None
    )
    with pytest.raises(ValueError, match="picture"):
        Describer(embedding(Size(64, 64)), picture(Size(32, 64)))
