"""The way into a model's square and back agrees with torch, at every size."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from slimsam_core.families import preset
from slimsam_core.families.efficientnet_lite_sam.spec import efficientnet_lite
from slimsam_core.inference import transforms
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.square_fit import SquareFit, resized_size

SIDES = st.integers(1, 300)
FITS = st.sampled_from(SquareFit)
LETTERBOX, STRETCHED = SquareFit.LETTERBOX, SquareFit.STRETCHED
ARCHS = {
    fit: replace(arch, image_size=64, pixel_mean=(10.0, 20.0, 30.0), pixel_std=(2.0, 4.0, 5.0))
    for fit, arch in ((LETTERBOX, efficientnet_lite(0)), (STRETCHED, preset("sam2_hiera_tiny")))
}


def reference_upsampling(
    low_res: np.ndarray, original: Size, target: Size, fit: SquareFit = LETTERBOX
) -> np.ndarray:
    """By torch: SAM's own two steps (logits -> square, padding cut, -> target) or the one of SAM 2."""
    x = torch.from_numpy(low_res)[None, None]
    if fit is LETTERBOX:
        square = 4 * low_res.shape[-1]
        inside = resized_size(original, square)
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
    resized = resized_size(Size(height, width), image_size)
    assert max(resized.hw) == image_size
    assert min(resized.hw) >= 1


@pytest.mark.parametrize("hw", [(1, 1), (3, 700), (64, 64), (100, 40), (480, 640), (1, 2000)])
def test_model_input_is_normalised_inside_and_zero_outside(hw: tuple[int, int]) -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (*hw, 3), np.uint8)
    x = transforms.model_input(rgb, ARCHS[LETTERBOX])
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
@given(SIDES, SIDES, st.integers(0, 10**6), st.sampled_from([16, 32]), FITS)
def test_masks_are_those_of_the_public_codes(
    height: int, width: int, seed: int, side: int, fit: SquareFit
) -> None:
    original = Size(height, width)
    low_res = blob(seed, side)
    expected = reference_upsampling(low_res, original, original, fit)
    pixels = transforms.upsample_mask(low_res, original, fit)
    assert pixels.shape == original.hw
    clear = np.abs(expected) > 1e-4  # rounding may decide the others
    np.testing.assert_array_equal(pixels[clear], expected[clear] > 0)


@settings(max_examples=40, deadline=None)
@given(SIDES, SIDES, st.integers(0, 10**6), st.sampled_from([-1.0, 0.0, 1.0]), FITS)
def test_a_region_holds_every_logit_above_its_level(
    height: int, width: int, seed: int, level: float, fit: SquareFit
) -> None:
    original = Size(height, width)
    low_res = blob(seed, 16)
    expected = reference_upsampling(low_res, original, original, fit)
    (y, x), logits = transforms.upsample_region(low_res, original, fit, level=level)
    outside = np.ones(original.hw, np.bool_)
    outside[y : y + logits.shape[0], x : x + logits.shape[1]] = False
    assert not (expected[outside] > level + 1e-4).any()
    if logits.size:
        part = expected[y : y + logits.shape[0], x : x + logits.shape[1]]
        np.testing.assert_allclose(logits, part, atol=1e-3)


@pytest.mark.parametrize("fit", SquareFit)
def test_a_preview_has_the_size_that_was_asked_for(fit: SquareFit) -> None:
    low_res = blob(1, 64)
    original, target = Size(300, 400), Size(75, 100)
    expected = reference_upsampling(low_res, original, target, fit)
    clear = np.abs(expected) > 1e-4
    preview = transforms.upsample_mask(low_res, original, fit, target)
    np.testing.assert_array_equal(preview[clear], (expected > 0)[clear])


def test_logits_below_the_threshold_give_an_empty_mask() -> None:
    assert not transforms.upsample_mask(
        np.full((16, 16), -1.0, np.float32), Size(30, 50), SquareFit.LETTERBOX
    ).any()


@pytest.mark.parametrize("fit", SquareFit)
@pytest.mark.parametrize("hw", [(1, 1), (40, 100), (200, 200)])
def test_a_mask_as_logits_comes_back(hw: tuple[int, int], fit: SquareFit) -> None:
    pixels = np.zeros(hw, np.bool_)
    pixels[: max(1, hw[0] // 2), : max(1, hw[1] // 2)] = True
    back = transforms.upsample_mask(transforms.downsample_mask(pixels, 64, fit), Size(*hw), fit)
    union = (pixels | back).sum()
    assert (pixels & back).sum() / union > 0.9


def test_stability_counts_only_cells_on_the_picture() -> None:
    low_res = np.full((2, 8, 8), -5.0, np.float32)
    low_res[0, :4, :4] = 5.0  # clear everywhere
    low_res[1, :4, :4] = 0.5  # between the thresholds
    low_res[:, 4:, :] = 0.5  # padding of a picture twice as wide as high
    np.testing.assert_allclose(
        transforms.stability_score(low_res, Size(50, 100), SquareFit.LETTERBOX), [1.0, 0.0]
    )
    assert (
        transforms.stability_score(np.full((8, 8), -5.0, np.float32), Size(9, 9), SquareFit.LETTERBOX) == 0.0
    )


def test_a_letterboxed_picture_is_to_the_bit_the_resized_one_and_nothing_beside_it() -> None:
    """What was stored, trained and measured with such models stays as it is."""
    rgb = np.random.default_rng(1).integers(0, 256, (90, 200, 3), np.uint8)
    shrunk = cv2.resize(rgb, (64, 29), interpolation=cv2.INTER_AREA)
    expected = np.zeros((64, 64, 3), np.float32)
    mean, std = np.array([10, 20, 30], np.float32), np.array([2, 4, 5], np.float32)
    expected[:29] = (shrunk - mean) / std
    x = transforms.model_input(rgb, ARCHS[LETTERBOX])
    assert (x[0].transpose(1, 2, 0) == expected).all()
    assert LETTERBOX.inside(Size(90, 200), 64) == Size(29, 64)


@pytest.mark.parametrize("hw", [(90, 200), (200, 90), (30, 300), (7, 9), (64, 64), (1, 500)])
def test_a_stretched_picture_fills_the_square(hw: tuple[int, int]) -> None:
    y, x = (np.mgrid[: hw[0], : hw[1]] + 0.5) / np.array(hw).reshape(2, 1, 1)
    rgb = np.stack([250 * x, 250 * y, 0 * x], -1).astype(np.uint8)
    made = transforms.model_input(rgb, ARCHS[STRETCHED])[0].transpose(1, 2, 0)
    levels = made * np.array([2, 4, 5]) + np.array([10, 20, 30])
    cells = 250 * (np.arange(64) + 0.5) / 64
    slack = 6 + 125 / np.array(hw)  # a pixel of the picture is so coarse
    assert np.abs(levels[..., 0] - cells[None]).max() < slack[1]
    assert np.abs(levels[..., 1] - cells[:, None]).max() < slack[0]


@given(st.integers(1, 300), st.integers(1, 300), FITS)
def test_a_clicks_place_is_the_cell_that_its_mask_comes_from(height: int, width: int, fit: SquareFit) -> None:
    """Prompts go in as masks come out: the middle of the picture is the middle of what it covers."""
    original = Size(height, width)
    inside = fit.inside(original, 64)
    middle = transforms.to_model_points(np.array([[width / 2, height / 2]]), original, inside)[0] + 0.5
    scale = np.array([inside.width / width, inside.height / height])
    np.testing.assert_allclose(
        middle - 0.5 + 0.5 * scale, np.array([inside.width, inside.height]) / 2, rtol=1e-5
    )
