"""Sizes, boxes and prompts are values that cannot be wrong."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slimsam_core.pixels.geometry import BoxXYXY, PointPrompt, PromptSet, Size

coordinates = st.floats(-1e6, 1e6)
points = st.builds(PointPrompt, coordinates, coordinates, st.booleans())


@st.composite
def boxes(draw: st.DrawFn) -> BoxXYXY:
    x, y = draw(coordinates), draw(coordinates)
    return BoxXYXY(x, y, x + draw(st.floats(1, 1e5)), y + draw(st.floats(1, 1e5)))


prompt_sets = st.builds(PromptSet, st.lists(points, max_size=5).map(tuple), st.none() | boxes())


@given(prompt_sets)
def test_prompts_survive_json(prompts: PromptSet) -> None:
    assert PromptSet.from_json(json.loads(json.dumps(prompts.to_json()))) == prompts


@given(prompt_sets, points)
def test_a_point_added_and_taken_away(prompts: PromptSet, point: PointPrompt) -> None:
    longer = prompts.with_point(point)
    assert longer.points[-1] == point
    assert not longer.empty
    assert longer.without_point(len(prompts.points)) == prompts


@given(boxes(), st.integers(1, 5000), st.integers(1, 5000))
def test_a_clipped_box_lies_inside(box: BoxXYXY, height: int, width: int) -> None:
    clipped = box.clipped(Size(height, width))
    if clipped is None:
        assert box.x1 <= 0 or box.y1 <= 0 or box.x0 >= width or box.y0 >= height
    else:
        assert 0 <= clipped.x0 < clipped.x1 <= width
        assert 0 <= clipped.y0 < clipped.y1 <= height


def test_a_box_from_any_two_corners() -> None:
    assert BoxXYXY.from_corners(9, 2, 1, 8) == BoxXYXY(1, 2, 9, 8)


@pytest.mark.parametrize("values", [(0, 0, 0, 5), (5, 0, 1, 5), (0, math.nan, 1, 2), (0, 0, math.inf, 1)])
def test_impossible_boxes_are_refused(values: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError):
        BoxXYXY(*values)


@pytest.mark.parametrize(("height", "width"), [(0, 5), (5, 0), (-1, 5)])
def test_impossible_sizes_are_refused(height: int, width: int) -> None:
    with pytest.raises(ValueError):
        Size(height, width)


def test_impossible_points_are_refused() -> None:
    with pytest.raises(ValueError):
        PointPrompt(math.nan, 1)
