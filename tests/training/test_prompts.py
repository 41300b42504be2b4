"""Prompts drawn in batches are those that a person could give: inside the object, at the larger error."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from slimsam_core.judging.clicks import centre_of
from slimsam_core.training.prompts import (
    CLICK_CHANCES,
    FIRST_CHANCES,
    PromptPolicy,
    clicks_in,
    corrective_clicks,
    deepest,
    first_prompts,
    pixel_at,
)


def blobs(seed: int, side: int = 65) -> np.ndarray:
    """A few ellipses, bool."""
    rng = np.random.default_rng(seed)
    drawn = np.zeros((side, side), np.uint8)
    for _ in range(int(rng.integers(1, 4))):
        centre, axes = rng.integers(0, side, 2).tolist(), rng.integers(1, side // 2, 2).tolist()
        cv2.ellipse(drawn, centre, axes, float(rng.uniform(0, 180)), 0, 360, 1, -1)
    return drawn.astype(np.bool_)


def chances(count: int, numbers: int, seed: int = 0) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(seed).random((count, numbers), np.float32))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([65, 258]))
def test_the_deepest_place_is_nearly_that_of_the_euclidean_distance(seed: int, side: int) -> None:
    region, coarse = blobs(seed, side), 1 if side < 256 else 2
    place, depth = deepest(torch.from_numpy(region)[None])
    y, x = divmod(int(place[0]), region.shape[1])
    assert region[y, x]
    true = cv2.distanceTransform(np.pad(region, 1).view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[
        1:-1, 1:-1
    ]
    best = centre_of(region)[2]
    assert true[y, x] >= 0.75 * best - 2.5 * coarse
    assert float(depth[0]) == pytest.approx(best, rel=0.2, abs=3 * coarse)


def test_thin_and_empty_regions_have_a_place_too() -> None:
    line, nothing = np.zeros((20, 30), np.bool_), np.zeros((20, 30), np.bool_)
    line[7, 3:24] = True
    place, depth = deepest(torch.from_numpy(np.stack([line, nothing])))
    assert divmod(int(place[0]), 30) == (7, 13)
    assert depth.tolist() == [0.5, 0.0]
    assert int(place[1]) == 0


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_first_prompts_lie_on_the_object_and_boxes_around_it(seed: int) -> None:
    masks = torch.from_numpy(np.stack([blobs(seed + i) for i in range(6)]))
    inside = torch.tensor([[65, 50]] * 6)
    masks[:, :, 50:] = False
    masks[:, 30, 20:24] = True
    drawn = first_prompts(masks, inside, PromptPolicy(0.4, 0.2), chances(6, FIRST_CHANCES, seed))
    assert bool((drawn.has_point_P | drawn.has_box_P).all())
    assert sorted(i for group in drawn.forms() for i in group.tolist()) == list(range(6))
    for mask, (x, y), box in zip(masks, drawn.points_P2.long(), drawn.boxes_P4 + 0.5, strict=True):
        assert mask[y, x]
        ys, xs = torch.nonzero(mask, as_tuple=True)
        tight = torch.stack([xs.min(), ys.min(), xs.max() + 1, ys.max() + 1]).float()
        sides = (tight[2:] - tight[:2]).repeat(2)
        assert bool(((box - tight).abs() <= (0.2401 * sides).clamp(max=20)).all())
        assert 0 <= float(box[0]) < float(box[2]) <= 50


def test_shares_of_points_and_boxes_are_those_of_the_policy() -> None:
    masks = torch.ones(4000, 4, 4, dtype=torch.bool)
    drawn = first_prompts(masks, torch.tensor([[4, 4]] * 4000), PromptPolicy(0.4, 0.1), chances(4000, 9))
    both = drawn.has_point_P & drawn.has_box_P
    assert float(both.float().mean()) == pytest.approx(0.1, abs=0.02)
    assert float(drawn.has_box_P.float().mean()) == pytest.approx(0.5, abs=0.03)


def test_pixels_are_drawn_evenly() -> None:
    region = torch.zeros(1, 6, 6, dtype=torch.bool)
    region[0, 1, 2:5] = region[0, 4, 0] = True
    shares = torch.tensor([0.0, 0.24, 0.26, 0.51, 0.99, 1.0])
    found = [int(pixel_at(region, share[None])[0]) for share in shares]
    assert found == [8, 8, 9, 10, 24, 24]


def test_a_corrective_click_goes_to_the_deeper_error() -> None:
    target, shown = np.zeros((2, 64, 64), np.bool_), np.zeros((2, 64, 64), np.bool_)
    target[0, 8:40, 8:40] = shown[0, 8:40, 8:20] = True
    shown[0, 50:56, 50:56] = True
    target[1, 8:12, 8:12] = shown[1, 8:12, 8:12] = shown[1, 30:60, 30:60] = True
    scored = np.ones_like(target)
    numbers = torch.zeros(2, CLICK_CHANCES)
    xy, positive = corrective_clicks(*(torch.from_numpy(a) for a in (target, shown, scored)), numbers)
    assert positive.tolist() == [True, False]
    assert xy.tolist()[0][0] == pytest.approx(29.5, abs=2)
    assert 16 <= xy.tolist()[0][1] <= 31
    assert xy.tolist()[1] == pytest.approx([44.5, 44.5], abs=2)
    scored[1, 25:] = False
    xy, positive = corrective_clicks(*(torch.from_numpy(a) for a in (target, shown, scored)), numbers)
    x, y = (int(v) for v in xy[1])
    assert bool(positive[1])
    assert target[1, y, x]


def test_a_click_does_not_depend_on_what_else_is_in_the_batch() -> None:
    regions = torch.from_numpy(np.stack([blobs(i) for i in range(8)]))
    numbers = chances(8, CLICK_CHANCES)
    together = clicks_in(regions, numbers)
    alone = torch.cat([clicks_in(regions[i : i + 1], numbers[i : i + 1]) for i in range(8)])
    assert torch.equal(together, alone)
