"""Clicks that correct a mask: the model is told where the object is; what they are about is taken."""

from __future__ import annotations

import numpy as np
import pytest

from slimsam_core.inference.prediction import Candidate, Prediction, candidate_pixels
from slimsam_core.inference.transforms import downsample_mask
from slimsam_core.inference.zoom import CloseUp, Window, logits_in_picture
from slimsam_core.labelling.corrections import corrected, exact_mask, with_its_place
from slimsam_core.pixels.geometry import BoxXYXY, PointPrompt, PromptSet, Size
from slimsam_core.pixels.mask import BoolMask, Rle, empty, encode
from slimsam_core.pixels.square_fit import SquareFit


def rectangle(x0: int, y0: int, x1: int, y1: int, size: tuple[int, int] = (120, 160)) -> Rle:
    pixels = np.zeros(size, np.bool_)
    pixels[y0:y1, x0:x1] = True
    return encode(pixels)


def beside(x: float, y: float) -> PromptSet:
    return PromptSet((PointPrompt(x, y, positive=False),))


def test_the_box_and_a_point_well_inside_away_from_the_click() -> None:
    mask = rectangle(20, 40, 120, 70)
    asked = with_its_place(beside(30.5, 55.5), mask)
    assert asked.box == BoxXYXY(20, 40, 120, 70)
    inner, click = asked.points
    assert inner.positive
    assert mask.decode()[int(inner.y), int(inner.x)]
    assert np.hypot(inner.x - 30.5, inner.y - 55.5) >= 14, "as far from the click as from the outline"
    assert 53 <= inner.y <= 57
    assert (click.x, click.y, click.positive) == (30.5, 55.5, False)


def test_each_further_click_moves_the_point_away() -> None:
    mask, prompts = rectangle(20, 40, 120, 70), beside(70.5, 55.5)
    for _ in range(3):
        inner = with_its_place(prompts, mask).points[0]
        assert all(np.hypot(inner.x - c.x, inner.y - c.y) > 5 for c in prompts.points)
        prompts = prompts.with_point(PointPrompt(inner.x, inner.y, positive=False))


@pytest.mark.parametrize(
    "prompts",
    [PromptSet((PointPrompt(9, 9, positive=False),), BoxXYXY(1, 1, 20, 20)), PromptSet()],
    ids=["a box", "nothing"],
)
def test_what_says_where_the_object_is_stays_as_it_is(prompts: PromptSet) -> None:
    assert with_its_place(prompts, rectangle(20, 40, 120, 70)) is prompts


def test_a_click_that_adds_has_the_box_too_as_long_as_it_lies_in_it() -> None:
    mask = rectangle(20, 40, 120, 70)
    within, beyond = PromptSet((PointPrompt(30, 50),)), PromptSet((PointPrompt(30, 90),))
    assert with_its_place(within, mask).box == BoxXYXY(20, 40, 120, 70)
    asked = with_its_place(beyond, mask)
    assert asked.box is None, "the object goes further than its mask"
    assert asked.points[1:] == beyond.points
    assert mask.decode()[int(asked.points[0].y), int(asked.points[0].x)]


def test_of_an_empty_mask_there_is_no_place() -> None:
    assert with_its_place(beside(3, 3), empty(Size(120, 160))) == beside(3, 3)


def test_a_huge_mask_is_looked_at_in_steps_and_the_point_lies_inside() -> None:
    mask = rectangle(1000, 500, 4000, 2600, (3000, 5000))
    inner = with_its_place(beside(1100, 600), mask).points[0]
    assert 1700 < inner.x < 3300
    assert 1200 < inner.y < 1900


SIZE = Size(120, 160)
CELLS = 64
"""Along a side of the logits: a cell is 2.5 pixels wide."""
THING = rectangle(21, 33, 98, 87)
FITS = pytest.mark.parametrize("fit", list(SquareFit))


def pixels(*boxes: tuple[int, int, int, int], hw: tuple[int, int] = SIZE.hw) -> BoolMask:
    found = np.zeros(hw, np.bool_)
    for x0, y0, x1, y1 in boxes:
        found[y0:y1, x0:x1] = True
    return found


def answer(mask: BoolMask, fit: SquareFit, window: Window | None = None) -> Prediction:
    """What a model would say that sees this mask, in the whole picture or in a window of it."""
    x, y, size = (window.x, window.y, window.size) if window is not None else (0, 0, SIZE)
    part = mask[y : y + size.height, x : x + size.width]
    logits = downsample_mask(part, CELLS, fit, magnitude=5.0)
    close_up = None if window is None else CloseUp(window, logits, fit)
    low = logits if close_up is None else logits_in_picture(close_up, SIZE)
    given = {"predicted_iou": 0.9, "stability_score": 0.9}
    return Prediction((Candidate(low_res_logits=low, fit=fit, close_up=close_up, **given),), 0)


def made(mask: BoolMask, prompts: PromptSet, fit: SquareFit, window: Window | None = None) -> BoolMask:
    """The new pixels of ``THING`` after such an answer."""
    found = corrected(answer(mask, fit, window), prompts, THING).preferred
    exact = exact_mask(found, THING).decode()
    painted = candidate_pixels(found, SIZE)
    assert np.count_nonzero(painted ^ exact) < 0.06 * np.count_nonzero(exact), "what is seen is what is kept"
    return exact


@FITS
@pytest.mark.parametrize("window", [None, Window(10, 20, Size(90, 120))])
def test_a_right_click_takes_its_part_away_and_nothing_else(fit: SquareFit, window: Window | None) -> None:
    seen = pixels((21, 33, 70, 60), (21, 60, 50, 87))  # lacks two corners, joined by a neck
    seen[56:64, 70:74] = seen[33:56, 70:98] = False
    seen[60:64, 50:98] = True
    after = made(seen, beside(85, 45), fit, window)
    assert not after[45, 85]
    assert after[75, 70], "the other part that the answer lacks was not clicked at"
    same = pixels((0, 0, 64, 120), (0, 66, 160, 120))
    assert (after ^ THING.decode())[same].sum() == 0, "pixel for pixel"


@FITS
@pytest.mark.parametrize("window", [None, Window(10, 20, Size(90, 120))])
def test_a_left_click_adds_its_part_and_nothing_else(fit: SquareFit, window: Window | None) -> None:
    seen = pixels((30, 40, 98, 87), (98, 50, 120, 70), (40, 92, 60, 104))  # smaller, an arm, and an island
    after = made(seen, PromptSet((PointPrompt(110, 60),)), fit, window)
    arm = pixels((98, 50, 120, 70))
    assert (after & arm).sum() > 0.9 * arm.sum()
    assert not after[98, 50]
    assert (after ^ THING.decode())[:, :90].sum() == 0, "pixel for pixel"


@FITS
@pytest.mark.parametrize(
    "click",
    [PointPrompt(150, 110, positive=False), PointPrompt(60, 60), PointPrompt(90, 60, positive=False)],
    ids=["far away", "on it", "where the answer does not follow"],
)
def test_where_the_answer_changes_nothing_at_the_click_the_mask_is_the_same(
    fit: SquareFit, click: PointPrompt
) -> None:
    found = corrected(answer(pixels((30, 40, 110, 80)), fit), PromptSet((click,)), THING).preferred
    assert exact_mask(found, THING) is THING


def test_with_a_box_the_answer_is_about_the_whole_object() -> None:
    prompts = PromptSet((PointPrompt(60, 60),), BoxXYXY(10, 10, 150, 110))
    whole = answer(pixels((30, 40, 110, 80)), SquareFit.LETTERBOX)
    assert corrected(whole, prompts, THING) is whole
    exact = exact_mask(whole.preferred, THING).decode()
    assert (exact ^ candidate_pixels(whole.preferred, SIZE)).sum() == 0


def test_a_window_that_cuts_the_mask_costs_nothing_of_it() -> None:
    window = Window(60, 20, Size(90, 90))
    seen = pixels((98, 50, 120, 70), (60, 33, 98, 87))
    after = made(seen, PromptSet((PointPrompt(110, 60),)), SquareFit.LETTERBOX, window)
    assert after[60, 110]
    assert (after ^ THING.decode())[:, :90].sum() == 0
