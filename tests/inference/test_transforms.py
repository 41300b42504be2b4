"""The way into a model's square and back agrees with torch, at every size."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from slimsam_core.inference import transforms
from slimsam_core.pixels.geometry import Size

SIDES = st.integers(1, 300)


def reference_upsampling(low_res: np.ndarray, original: Size, target: Size) -> np.ndarray:
    """SAM's own two steps, by torch: logits -> square, padding cut, -> target."""
    square = 4 * low_res.shape[-1]
    inside = transforms.resized_size(original, square)
    x = torch.from_numpy(low_res)[None, None]
    x = torch.nn.functional.interpolate(x, (square, square), mode="bilinear", align_corners=False)
    x = x[..., : inside.height, : inside.width]
    x = torch.nn.functional.interpolate(x, target.hw, mode="bilinear", align_corners=False)
    return x[0, 0].numpy()


def blob(seed: int, side: int) -> np.ndarray:
    """Smooth logits with a few objects, float32 (side, side)."""
    generator = torch.Generator().manual_seed(seed)
    coarse = torch.randn((1, 1, 5, 5), generator=generator) * 6 - 2
    return torch.nn.functional.interpolate(coarse, (side, side), mode="bicubic")[0, 0].numpy()


@given(SIDES, SIDES, st.sampled_from([64, 512, 1024]))
def test_the_longest_side_fills_the_square(height: int, width: int, image_size: int) -> None:
    resized = transforms.resized_size(Size(height, width), image_size)
    assert max(resized.hw) == image_size
    assert min(resized.hw) >= 1


@pytest.mark.parametrize("hw", [(1, 1), (3, 700), (64, 64), (100, 40), (480, 640), (1, 2000)])
def test_model_input_is_normalised_inside_and_zero_outside(hw: tuple[int, int]) -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (*hw, 3), np.uint8)
    x = transforms.model_input(rgb, 64, (10.0, 20.0, 30.0), (2.0, 4.0, 5.0))
    resized = transforms.resize_longest(rgb, 64)
    height, width = resized.shape[:2]
    assert x.shape == (1, 3, 64, 64)
    assert x.dtype == np.float32
    expected = (resized.astype(np.float32) - [10, 20, 30]) / [2, 4, 5]
    np.testing.assert_allclose(x[0, :, :height, :width].transpose(1, 2, 0), expected, atol=1e-5)
    assert not x[0, :, height:].any()
    assert not x[0, :, :, width:].any()


def test_shrinking_takes_the_mean_of_the_area() -> None:
    rgb = np.zeros((4, 4, 3), np.uint8)
    rgb[::2, ::2] = 200
    assert (transforms.resize_longest(rgb, 2) == 50).all()


@pytest.mark.parametrize("wrong", [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 3), np.float32)])
def test_other_arrays_are_refused(wrong: np.ndarray) -> None:
    with pytest.raises(ValueError, match="uint8 HxWx3"):
        transforms.resize_longest(wrong, 64)


def test_the_centre_of_a_pixel_becomes_its_index_times_the_scale() -> None:
    points = transforms.to_model_points(np.array([[0.5, 0.5], [10.5, 20.5]]), Size(100, 200), Size(256, 512))
    np.testing.assert_allclose(points, [[0, 0], [25.6, 51.2]], rtol=1e-6)


@settings(max_examples=40, deadline=None)
@given(SIDES, SIDES, st.integers(0, 10**6), st.sampled_from([16, 32]))
def test_masks_are_those_of_two_bilinear_steps(height: int, width: int, seed: int, side: int) -> None:
    original = Size(height, width)
    low_res = blob(seed, side)
    expected = reference_upsampling(low_res, original, original)
    pixels = transforms.upsample_mask(low_res, original)
    assert pixels.shape == original.hw
    clear = np.abs(expected) > 1e-4  # rounding may decide the others
    np.testing.assert_array_equal(pixels[clear], expected[clear] > 0)


@settings(max_examples=40, deadline=None)
@given(SIDES, SIDES, st.integers(0, 10**6), st.sampled_from([-1.0, 0.0, 1.0]))
def test_a_region_holds_every_logit_above_its_level(height: int, width: int, seed: int, level: float) -> None:
    original = Size(height, width)
    low_res = blob(seed, 16)
    expected = reference_upsampling(low_res, original, original)
    (y, x), logits = transforms.upsample_region(low_res, original, level=level)
    outside = np.ones(original.hw, np.bool_)
    outside[y : y + logits.shape[0], x : x + logits.shape[1]] = False
    assert not (expected[outside] > level + 1e-4).any()
    if logits.size:
        part = expected[y : y + logits.shape[0], x : x + logits.shape[1]]
        np.testing.assert_allclose(logits, part, atol=1e-3)


def test_a_preview_has_the_size_that_was_asked_for() -> None:
    low_res = blob(1, 64)
    original, target = Size(300, 400), Size(75, 100)
    expected = reference_upsampling(low_res, original, target)
    clear = np.abs(expected) > 1e-4
    preview = transforms.upsample_mask(low_res, original, target)
    np.testing.assert_array_equal(preview[clear], (expected > 0)[clear])


def test_logits_below_the_threshold_give_an_empty_mask() -> None:
    assert not transforms.upsample_mask(np.full((16, 16), -1.0, np.float32), Size(30, 50)).any()


@pytest.mark.parametrize("hw", [(1, 1), (40, 100), (200, 200)])
def test_a_mask_as_logits_comes_back(hw: tuple[int, int]) -> None:
    pixels = np.zeros(hw, np.bool_)
    pixels[: max(1, hw[0] // 2), : max(1, hw[1] // 2)] = True
    back = transforms.upsample_mask(transforms.downsample_mask(pixels, 64), Size(*hw))
    union = (pixels | back).sum()
    assert (pixels & back).sum() / union > 0.9


def test_stability_counts_only_cells_on_the_picture() -> None:
    low_res = np.full((2, 8, 8), -5.0, np.float32)
    low_res[0, :4, :4] = 5.0  # clear everywhere
    low_res[1, :4, :4] = 0.5  # between the thresholds
    low_res[:, 4:, :] = 0.5  # padding of a picture twice as wide as high
    np.testing.assert_allclose(transforms.stability_score(low_res, Size(50, 100)), [1.0, 0.0])
    assert transforms.stability_score(np.full((8, 8), -5.0, np.float32), Size(9, 9)) == 0.0
