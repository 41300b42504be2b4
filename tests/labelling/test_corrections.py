"""A click that only takes away is asked together with the place of the object that it takes away from."""

from __future__ import annotations

import numpy as np
import pytest

from slimsam_core.labelling.corrections import with_its_place
from slimsam_core.pixels.geometry import BoxXYXY, PointPrompt, PromptSet, Size
from slimsam_core.pixels.mask import Rle, empty, encode


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
    [
        PromptSet((PointPrompt(5, 5), PointPrompt(9, 9, positive=False))),
        PromptSet((PointPrompt(9, 9, positive=False),), BoxXYXY(1, 1, 20, 20)),
        PromptSet(),
    ],
    ids=["a click on it", "a box", "nothing"],
)
def test_what_says_where_the_object_is_stays_as_it_is(prompts: PromptSet) -> None:
    assert with_its_place(prompts, rectangle(20, 40, 120, 70)) is prompts


def test_of_an_empty_mask_there_is_no_place() -> None:
    assert with_its_place(beside(3, 3), empty(Size(120, 160))) == beside(3, 3)


def test_a_huge_mask_is_looked_at_in_steps_and_the_point_lies_inside() -> None:
    mask = rectangle(1000, 500, 4000, 2600, (3000, 5000))
    inner = with_its_place(beside(1100, 600), mask).points[0]
    assert 1700 < inner.x < 3300
    assert 1200 < inner.y < 1900
