"""Colours and clicks: what they correct in a light network's logits, and what they leave alone."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from slimsam_core.inference.evidence import (
    ISLAND,
    SMOOTHED,
    Palette,
    with_clicks,
    with_colours,
    without_islands,
)
from slimsam_core.inference.transforms import upsample_mask
from slimsam_core.pixels.geometry import BoxXYXY, PointPrompt, Size
from slimsam_core.pixels.image_io import RgbImage
from slimsam_core.pixels.square_fit import SquareFit

GRID = 48
SIZE = Size(90, 120)


def noise(seed: int, size: Size = SIZE) -> RgbImage:
    return np.random.default_rng(seed).integers(0, 256, (*size.hw, 3)).astype(np.uint8)


def flat(value: float) -> NDArray[np.float32]:
    return np.full((1, GRID, GRID), value, np.float32)


def red_square_on_green() -> tuple[RgbImage, NDArray[np.bool_]]:
    rgb = np.zeros((*SIZE.hw, 3), np.uint8)
    rgb[...] = (40, 160, 60)
    inside = np.zeros(SIZE.hw, np.bool_)
    inside[30:66, 40:88] = True
    rgb[inside] = (190, 40, 50)
    return rgb, inside


def iou(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> float:
    return float((a & b).sum() / (a | b).sum())


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    cells=st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 7), st.booleans()),
        min_size=1, max_size=8, unique_by=lambda c: c[:2],
    ),
)  # fmt: skip
def test_every_click_lies_on_its_side_in_the_mask_of_the_picture(
    seed: int, cells: list[tuple[int, int, bool]]
) -> None:
    logits = np.random.default_rng(seed).normal(0, 6, (2, GRID, GRID)).astype(np.float32)
    points = [PointPrompt(6.5 + 12 * x, 6.5 + 11 * y, positive) for x, y, positive in cells]
    palette = Palette.of(noise(seed), GRID, SquareFit.LETTERBOX)
    held = with_clicks(logits, palette, points)
    for one in (*held, *without_islands(held, palette, points)):
        shown = upsample_mask(one, SIZE, SquareFit.LETTERBOX)
        assert [bool(shown[int(p.y), int(p.x)]) for p in points] == [p.positive for p in points]


def test_logits_in_which_the_clicks_hold_are_left_alone() -> None:
    logits = flat(5.0)
    points = [PointPrompt(20.0, 20.0), PointPrompt(100.0, 70.0)]
    assert with_clicks(logits, Palette.of(noise(0), GRID, SquareFit.LETTERBOX), points) is logits
    assert with_clicks(logits, Palette.of(noise(0), GRID, SquareFit.LETTERBOX), []) is logits


def test_a_background_click_takes_what_is_near_and_alike_and_nothing_else() -> None:
    rgb, square = red_square_on_green()
    held = with_clicks(
        flat(2.0), Palette.of(rgb, GRID, SquareFit.LETTERBOX), [PointPrompt(64.0, 48.0, positive=False)]
    )
    shown = upsample_mask(held[0], SIZE, SquareFit.LETTERBOX)
    assert not shown[48, 64]
    assert shown[~square].mean() > 0.99, "green was not clicked"
    assert shown[square].mean() < 0.8


def test_clicks_that_contradict_each_other_cancel_out() -> None:
    here = [PointPrompt(60.0, 45.0), PointPrompt(60.0, 45.0, positive=False)]
    held = with_clicks(flat(0.5), Palette.of(noise(1), GRID, SquareFit.LETTERBOX), here)
    assert np.isfinite(held).all()
    assert np.abs(held - 0.5).max() < 60


@pytest.mark.parametrize("place", [(0.0, 0.0), (120.0, 90.0), (119.9, 0.1)])
def test_clicks_at_the_corners_hold(place: tuple[float, float]) -> None:
    held = with_clicks(flat(-4.0), Palette.of(noise(2), GRID, SquareFit.LETTERBOX), [PointPrompt(*place)])
    x, y = min(int(place[0]), 119), min(int(place[1]), 89)
    assert upsample_mask(held[0], SIZE, SquareFit.LETTERBOX)[y, x]


def test_colours_complete_a_mask_that_found_half_of_the_object() -> None:
    rgb, square = red_square_on_green()
    logits = flat(-4.0)
    logits[:, 12:26, 16:35] = -0.5  # the network is unsure of the square
    logits[:, 12:26, 16:25] = 4.0  # but for its left half
    before = iou(upsample_mask(logits[0], SIZE, SquareFit.LETTERBOX), square)
    palette = Palette.of(rgb, GRID, SquareFit.LETTERBOX)
    after = iou(upsample_mask(with_colours(logits, palette)[0], SIZE, SquareFit.LETTERBOX), square)
    boxed = iou(
        upsample_mask(with_colours(logits, palette, BoxXYXY(40, 30, 88, 66))[0], SIZE, SquareFit.LETTERBOX),
        square,
    )
    assert before < 0.6
    assert after > 0.85
    assert boxed > 0.85


def test_colours_raise_nothing_outside_of_the_box() -> None:
    rgb, _ = red_square_on_green()
    logits = np.random.default_rng(3).normal(0, 2, (3, GRID, GRID)).astype(np.float32)
    box = BoxXYXY(10, 10, 50, 50)
    palette = Palette.of(rgb, GRID, SquareFit.LETTERBOX)
    found = with_colours(logits, palette, box)
    height, width = palette.bins_HW.shape
    outside = ~palette.inside(box)
    smooth = [
        cv2.GaussianBlur(one[:height, :width], (0, 0), SMOOTHED, borderType=cv2.BORDER_REPLICATE)
        for one in logits
    ]
    far = cv2.erode(outside.view(np.uint8), np.ones((5, 5), np.uint8)).astype(np.bool_)
    assert far.any()
    assert (found[:, :height, :width][:, far] <= np.stack(smooth)[:, far] + 1e-4).all()
    assert (found[:, height:] == logits[:, height:]).all(), "padding is no part of the picture"


def test_a_picture_of_one_colour_says_nothing() -> None:
    rgb = np.full((*SIZE.hw, 3), 128, np.uint8)
    logits = np.random.default_rng(4).normal(0, 2, (1, GRID, GRID)).astype(np.float32)
    smooth = cv2.GaussianBlur(logits[0, :36], (0, 0), SMOOTHED, borderType=cv2.BORDER_REPLICATE)
    found = with_colours(logits, Palette.of(rgb, GRID, SquareFit.LETTERBOX))
    assert np.allclose(found[0, :36], smooth, atol=1e-5)
    assert np.array_equal(found[0, 36:], logits[0, 36:])


def parts(logits: NDArray[np.float32]) -> tuple[int, int]:
    """How many islands and holes a mask has on the part of the grid that shows the picture."""
    inside = logits[0, :36] > 0
    islands = cv2.connectedComponents(inside.view(np.uint8), connectivity=8)[0] - 1
    return islands, cv2.connectedComponents((~inside).view(np.uint8), connectivity=4)[0] - 2


def test_small_islands_and_holes_go_unless_they_were_clicked() -> None:
    logits = flat(-3.0)
    logits[:, 4:24, 4:24] = 3.0
    logits[:, 10:12, 10:12] = logits[:, 18, 18] = -3.0
    logits[:, 30:32, 30:33] = logits[:, 5, 40] = 3.0
    palette = Palette.of(noise(7), GRID, SquareFit.LETTERBOX)
    assert parts(logits) == (3, 2)
    assert parts(without_islands(logits, palette, [])) == (1, 0)
    cell = 120 / GRID
    island, hole = (
        PointPrompt(31.0 * cell, 31.0 * cell),
        PointPrompt(11.0 * cell, 11.0 * cell, positive=False),
    )
    assert parts(without_islands(logits, palette, [island, hole])) == (2, 1)
    assert parts(without_islands(logits, palette, [PointPrompt(11.0 * cell, 11.0 * cell)])) == (1, 0)


def test_a_second_part_of_some_size_stays_and_so_does_a_mask_without_specks() -> None:
    logits = flat(-3.0)
    logits[:, 4:24, 4:24] = 3.0
    palette = Palette.of(noise(8), GRID, SquareFit.LETTERBOX)
    assert without_islands(logits, palette, []) is logits
    side = int(np.ceil((ISLAND * 400) ** 0.5))
    logits[:, 28 : 28 + side, 28 : 28 + side] = 3.0
    assert without_islands(logits, palette, []) is logits
    assert without_islands(flat(-1.0), palette, [])[0].max() == -1.0
    assert without_islands(flat(1.0), palette, [])[0].min() == 1.0


def test_what_lies_round_a_disc_that_fills_the_picture_is_background_and_no_hole() -> None:
    palette = Palette.of(noise(9), GRID, SquareFit.LETTERBOX)
    ys, xs = np.mgrid[:36, :48]
    dish = np.hypot((xs - 23.5) / 24, (ys - 17.5) / 18) < 1
    logits = flat(-3.0)
    logits[0, :36][dish] = 3.0
    corners = cv2.connectedComponents((~dish).view(np.uint8), connectivity=4)[0] - 1
    assert corners == 4
    assert without_islands(logits, palette, []) is logits, "an inscribed disc keeps its corners"
    logits[0, 16:18, 20:22] = -3.0
    filled = without_islands(logits, palette, [])
    assert np.array_equal(filled[0, :36] > 0, dish), "a hole inside of it is filled"


@pytest.mark.parametrize("rows", [slice(33, 36), slice(8, 11)], ids=["at the border", "inside"])
def test_the_only_hole_of_a_full_mask_goes(rows: slice) -> None:
    palette = Palette.of(noise(10), GRID, SquareFit.LETTERBOX)
    logits = flat(3.0)
    logits[0, rows, 10:14] = -3.0
    assert (without_islands(logits, palette, [])[0, :36] > 0).all()


def test_neither_changes_what_it_was_given() -> None:
    logits = flat(-1.0)
    palette = Palette.of(noise(5), GRID, SquareFit.LETTERBOX)
    with_colours(logits, palette)
    with_clicks(logits, palette, [PointPrompt(5.0, 5.0)])
    assert (logits == -1.0).all()
    logits[0, 3, 3], logits[0, 9:20, 9:20] = 1.0, 1.0
    assert without_islands(logits, palette, [])[0, 3, 3] < 0 < logits[0, 3, 3]


@pytest.mark.parametrize("size", [Size(1, 1), Size(1, 300), Size(500, 2)])
def test_pictures_of_any_shape(size: Size) -> None:
    palette = Palette.of(noise(6, size), GRID, SquareFit.LETTERBOX)
    point = PointPrompt(size.width / 2, size.height / 2)
    held = with_clicks(with_colours(flat(-1.0), palette, BoxXYXY(0, 0, *size.hw[::-1])), palette, [point])
    assert np.isfinite(held).all()
    assert upsample_mask(held[0], size, SquareFit.LETTERBOX)[int(point.y), int(point.x)]
