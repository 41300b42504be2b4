"""Looking closer: windows around boxes, and masks that come back to where they belong."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from slimsam_app.sessions.prompt_steps import OpenedObject, PromptStep, finishing
from slimsam_core.families import preset
from slimsam_core.families.efficientnet_lite_sam.spec import efficientnet_lite
from slimsam_core.inference.focus import look_at, predict_focused
from slimsam_core.inference.framing import previous_in
from slimsam_core.inference.prediction import Candidate, candidate_mask
from slimsam_core.inference.predictor import Predictor
from slimsam_core.inference.runtimes.protocol import TokenBatch
from slimsam_core.inference.zoom import (
    CloseUp,
    Window,
    click_window,
    cut_share,
    extent,
    logits_in_picture,
    logits_in_window,
    whole_of,
    window_of,
)
from slimsam_core.models import build_model
from slimsam_core.pixels.geometry import BoxXYXY, PointPrompt, PromptSet, Size
from slimsam_core.pixels.square_fit import SquareFit

BOX = PromptSet(box=BoxXYXY(150, 100, 180, 125))


@pytest.fixture(scope="module")
def predictor() -> Predictor:
    torch.manual_seed(3)
    return Predictor(build_model(efficientnet_lite(0, image_size=64)), model_hash="x")


@pytest.fixture(scope="module")
def rgb() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (200, 300, 3), np.uint8)


@settings(max_examples=200)
@given(
    st.tuples(st.integers(1, 500), st.integers(1, 500)),
    st.tuples(st.floats(-20, 520), st.floats(-20, 520), st.floats(0.5, 200), st.floats(0.5, 200)),
)
def test_a_window_lies_in_the_picture_and_holds_the_box(
    hw: tuple[int, int], xywh: tuple[float, float, float, float]
) -> None:
    picture, (x, y, w, h) = Size(*hw), xywh
    box = BoxXYXY(x, y, x + w, y + h)
    window = window_of(PromptSet(box=box), picture)
    clipped = box.clipped(picture)
    if window is None or clipped is None:
        return
    assert 0 <= window.x <= picture.width - window.size.width
    assert 0 <= window.y <= picture.height - window.size.height
    assert window.x <= clipped.x0 + 0.5
    assert window.y <= clipped.y0 + 0.5
    assert clipped.x1 <= window.x + window.size.width + 0.5
    assert clipped.y1 <= window.y + window.size.height + 0.5


def test_a_small_box_is_answered_from_its_window(predictor: Predictor, rgb: np.ndarray) -> None:
    embedding = predictor.embed(rgb)
    window = window_of(BOX, embedding.original_size)
    assert window is not None
    found = predictor.predict(embedding, BOX).preferred
    assert found.close_up is not None
    assert found.close_up.window == window
    part = predictor.embed(window.cut(rgb))
    expected = predictor.predict(part, window.prompts(BOX), closer=False).preferred
    np.testing.assert_array_equal(found.close_up.logits, expected.low_res_logits)
    pixels = candidate_mask(embedding, found)
    inside = candidate_mask(part, expected)
    assert pixels.shape == (200, 300)
    assert pixels.sum() == inside.sum()
    y, x = window.y, window.x
    np.testing.assert_array_equal(pixels[y : y + window.size.height, x : x + window.size.width], inside)


def test_a_preview_of_a_window_lies_where_the_mask_lies(predictor: Predictor, rgb: np.ndarray) -> None:
    embedding = predictor.embed(rgb)
    found = predictor.predict(embedding, BOX).preferred
    full = candidate_mask(embedding, found)
    preview = candidate_mask(embedding, found, Size(400, 600))
    assert preview.shape == (400, 600)
    assert np.mean(preview[::2, ::2] != full) < 0.01


@pytest.mark.parametrize("fit", SquareFit)
def test_logits_keep_their_place_between_picture_and_window(fit: SquareFit) -> None:
    picture, window = Size(200, 300), Window(120, 60, Size(90, 120))
    ys, xs = np.mgrid[0:64, 0:64].astype(np.float32)
    high, wide = (200, 90) if fit is SquareFit.STRETCHED else (300, 120)
    image_x, image_y = (xs + 0.5) * 300 / 64, (ys + 0.5) * high / 64
    whole = (20 - np.hypot(image_x - 180, image_y - 100)).astype(np.float32)
    close = logits_in_window(whole, whole_of(picture), window, fit)
    close_x, close_y = 120 + (xs + 0.5) * 120 / 64, 60 + (ys + 0.5) * wide / 64
    expected = 20 - np.hypot(close_x - 180, close_y - 100)
    np.testing.assert_allclose(close[:48], expected[:48], atol=2.0)
    back = logits_in_picture(CloseUp(window, close, fit), picture)
    inside = (image_x > 126) & (image_x < 234) & (image_y > 66) & (image_y < 144)
    np.testing.assert_allclose(back[inside], whole[inside], atol=2.5)
    assert back[~((image_x > 115) & (image_x < 245) & (image_y > 55) & (image_y < 185))].max() < 0


def test_an_answer_of_a_model_that_pads_is_refined_by_one_that_stretches() -> None:
    picture = Size(200, 300)
    ys, xs = np.mgrid[0:64, 0:64].astype(np.float32) + 0.5
    padded, stretched = (
        (40 - np.hypot(xs * 300 / 64 - 180, ys * high / 64 - 100)).astype(np.float32) for high in (300, 200)
    )
    before = Candidate(low_res_logits=padded, fit=SquareFit.LETTERBOX, predicted_iou=0.9, stability_score=0.9)
    found = previous_in(before, None, picture, SquareFit.STRETCHED, 64)
    assert found is not None
    np.testing.assert_allclose(found[2:-2, 2:-2], stretched[2:-2, 2:-2], atol=2.0)
    assert previous_in(before, None, picture, SquareFit.LETTERBOX, 64) is padded


@pytest.mark.parametrize("cells", [32, 256])
def test_an_answer_of_a_model_with_another_grid_is_refined_as_resampled(
    predictor: Predictor, rgb: np.ndarray, cells: int
) -> None:
    picture, side = Size(200, 300), predictor.arch.mask_size
    fine, own = (
        (40 - np.hypot(xs * 300 / n - 180, ys * 300 / n - 100)).astype(np.float32)
        for n in (cells, side)
        for ys, xs in [np.mgrid[0:n, 0:n].astype(np.float32) + 0.5]
    )
    before = Candidate(low_res_logits=fine, fit=SquareFit.LETTERBOX, predicted_iou=0.9, stability_score=0.9)
    found = previous_in(before, None, picture, SquareFit.LETTERBOX, side)
    assert found is not None
    np.testing.assert_allclose(found[1:-1, 1:-1], own[1:-1, 1:-1], atol=300 / side)
    embedding, click = predictor.embed(rgb), PromptSet((PointPrompt(180, 100), PointPrompt(20, 20, False)))
    for earlier in (before, fine):
        refined = predictor.predict(embedding, click, earlier, closer=False).preferred
        same = predictor.predict(embedding, click, found, closer=False).preferred
        assert np.array_equal(refined.low_res_logits, same.low_res_logits)
    predictor.predict(embedding, click, before)  # with a closer look
    focus = look_at(predictor, rgb, Window(100, 50, Size(120, 150)))
    predict_focused(predictor, focus, PromptSet((PointPrompt(180, 100),)), before)


def test_a_part_that_another_model_looked_at_answers_nothing(predictor: Predictor, rgb: np.ndarray) -> None:
    focus, click = (
        look_at(predictor, rgb, Window(100, 50, Size(120, 150))),
        PromptSet((PointPrompt(180, 99),)),
    )
    other = Predictor(build_model(efficientnet_lite(0, image_size=96)), model_hash="y")
    assert focus.answers(predictor, click)
    assert not focus.answers(predictor, PromptSet((PointPrompt(20, 20),)))
    assert not focus.answers(other, click)
    step = PromptStep(prompts=click, previous=predictor.predict(predictor.embed(rgb), click).preferred)
    opened = OpenedObject(steps=(step,), refined=None, category_id=0, seconds=1.0, looked_at=None)
    finished = finishing(1, opened, focus)(other, other.embed(rgb))
    assert finished.provenance.model_hash == "y"
    assert finished.mask.size == Size(200, 300)


def test_clicks_refine_the_close_up_of_their_box(predictor: Predictor, rgb: np.ndarray) -> None:
    embedding = predictor.embed(rgb)
    first = predictor.predict(embedding, BOX).preferred
    more = BOX.with_point(PointPrompt(160, 110))
    exact = predictor.predict(embedding, more, first).preferred
    coarse = predictor.predict(embedding, more, first.low_res_logits).preferred
    fresh = predictor.predict(embedding, more).preferred
    assert exact.close_up is not None
    assert first.close_up is not None
    assert exact.close_up.window == first.close_up.window
    assert not np.array_equal(exact.low_res_logits, fresh.low_res_logits)
    assert not np.array_equal(exact.low_res_logits, coarse.low_res_logits)


def test_a_click_outside_the_boxs_window_widens_it(predictor: Predictor, rgb: np.ndarray) -> None:
    embedding = predictor.embed(rgb)
    first = predictor.predict(embedding, BOX).preferred
    near = BOX.with_point(PointPrompt(120, 60))
    found = predictor.predict(embedding, near, first).preferred
    assert found.close_up is not None
    assert found.close_up.window.holds(near.points[0])
    assert found.close_up.window.side > (first.close_up.window.side if first.close_up else 0)
    away = BOX.with_point(PointPrompt(10, 190))
    assert predictor.predict(embedding, away, first).preferred.close_up is None


def test_logits_move_from_one_window_to_a_wider_one_and_are_nothing_beyond() -> None:
    narrow, wide = Window(40, 40, Size(32, 32)), Window(24, 24, Size(64, 64))
    logits = np.full((16, 16), 5.0, np.float32)
    moved = logits_in_window(logits, narrow, wide, SquareFit.LETTERBOX)
    assert extent(moved, wide, SquareFit.LETTERBOX) == BoxXYXY(40, 40, 72, 72)
    assert (moved[0] <= -8).all()


def test_the_extent_of_a_mask_is_in_the_pictures_frame_and_of_nothing_none() -> None:
    logits = np.full((16, 16), -1.0, np.float32)
    window = Window(10, 20, Size(32, 32))
    assert extent(logits, window, SquareFit.LETTERBOX) is None
    logits[2:4, 5:9] = 1.0
    assert extent(logits, window, SquareFit.LETTERBOX) == BoxXYXY(20, 24, 28, 28)


def test_large_boxes_heavy_models_and_bare_embeddings_stay_with_the_whole_picture(
    predictor: Predictor, rgb: np.ndarray
) -> None:
    large = PromptSet(box=BoxXYXY(10, 10, 280, 180))
    embedding = predictor.embed(rgb)
    assert predictor.predict(embedding, large).preferred.close_up is None
    assert predictor.predict(replace(embedding, picture=None), BOX).preferred.close_up is None
    heavy = Predictor(build_model(preset("tiny_test")), model_hash="y")
    assert heavy.embed(rgb).picture is None


class Scripted:
    """A runtime whose answers are written down, one for each picture that it encodes."""

    name = description = device = "scripted"
    batch_size = 1

    def __init__(self, *answers: tuple[float, tuple[int, int, int, int]]) -> None:
        """``answers``: of the whole picture and of each further look, predicted IoU and the mask's cells
        (top, bottom, left, right) on a 16x16 grid."""
        self.answers = answers
        self.looks = 0

    def encode(self, _x_13SS: np.ndarray) -> np.ndarray:
        self.looks += 1
        return np.full((1, 1, 4, 4), self.looks, np.float32)

    def decode(self, features_1Chw: np.ndarray, tokens: TokenBatch) -> tuple[np.ndarray, np.ndarray]:
        iou, (top, bottom, left, right) = self.answers[int(features_1Chw.flat[0]) - 1]
        logits = np.full((1, 4, 16, 16), -4.0, np.float32)
        logits[..., top:bottom, left:right] = 4.0
        return logits, np.full((len(tokens.coords_BN2), 4), iou, np.float32)

    def rest(self) -> None:
        """Holds nothing."""


FULL, MIDDLE, TINY = (0, 16, 0, 16), (2, 14, 2, 14), (7, 9, 7, 9)


@pytest.mark.parametrize(
    ("answers", "looks", "side"),
    [
        ([(0.7, MIDDLE)], 1, None),
        ([(0.4, MIDDLE), (0.9, MIDDLE)], 2, 64),
        ([(0.5, TINY), (0.4, MIDDLE)], 2, None),
        ([(0.5, TINY), (0.6, TINY), (0.9, MIDDLE)], 3, 32),
        ([(0.5, TINY), (0.9, TINY), (0.6, MIDDLE)], 3, 64),
        ([(0.5, TINY), (0.9, FULL), (0.6, MIDDLE)], 3, 128),
        ([(0.5, TINY), (0.9, FULL), (0.9, FULL)], 3, None),
    ],
    ids=[
        "large and convincing", "large, not convincing", "not better closer", "narrower", "narrower is worse",
        "cut: wider", "cut in both",
    ],
)  # fmt: skip
def test_a_click_is_looked_at_as_closely_as_its_answers_ask_for(
    answers: list[tuple[float, tuple[int, int, int, int]]], looks: int, side: int | None
) -> None:
    runtime = Scripted(*answers)
    predictor = Predictor(efficientnet_lite(0, image_size=64), runtime, model_hash="x")
    embedding = predictor.embed(np.zeros((256, 256, 3), np.uint8))
    found = predictor.predict(embedding, PromptSet((PointPrompt(128, 128),))).preferred
    assert runtime.looks == looks
    assert (found.close_up.window.side if found.close_up else None) == side


def test_a_window_around_a_click_is_a_share_of_the_picture_and_not_tiny() -> None:
    point, picture = PointPrompt(150.5, 90.5), Size(200, 300)
    shares = (1 / 2, 1 / 4, 1 / 8, 1 / 16)
    windows = [click_window(point, picture, share) for share in shares]
    assert [w.side if w else None for w in windows] == [150, 75, 38, None]
    assert all(w.holds(point) for w in windows if w)


PICTURE = Size(200, 300)
BEFORE = Window(100, 60, Size(80, 80))


def clicks(*places: tuple[float, float]) -> PromptSet:
    return PromptSet(tuple(PointPrompt(x, y) for x, y in places))


@pytest.mark.parametrize(
    ("before", "found", "second", "stays"),
    [
        (BEFORE, BoxXYXY(110, 70, 150, 120), (170, 130), True),
        (BEFORE, BoxXYXY(110, 70, 150, 120), (190, 130), False),
        (BEFORE, BoxXYXY(100, 70, 150, 120), (120, 100), False),
        (BEFORE, BoxXYXY(118, 78, 122, 84), (124, 82), False),
        (None, BoxXYXY(20, 30, 200, 150), (280, 190), True),
        (None, BoxXYXY(118, 78, 150, 110), (124, 82), False),
    ],
    ids=["inside", "outside", "mask at the edge", "mask tiny", "whole picture", "mask small in the picture"],
)
def test_further_clicks_stay_until_click_or_mask_leave_the_window_or_fill_little_of_it(
    before: Window | None, found: BoxXYXY, second: tuple[float, float], stays: bool
) -> None:
    prompts = clicks((120, 80), second)
    window = window_of(prompts, PICTURE, before, found)
    if stays:
        assert window == before
        return
    assert window is not None
    assert window != before
    assert all(window.holds(point) for point in prompts.points)
    assert window.x <= found.x0
    assert found.x1 <= window.x + window.size.width


def test_the_answer_refined_decides_where_a_further_click_is_looked_at(
    predictor: Predictor, rgb: np.ndarray
) -> None:
    embedding = predictor.embed(rgb)
    logits = np.full((16, 16), -4.0, np.float32)
    logits[4:12, 4:12] = 4.0
    before = Candidate(
        low_res_logits=np.full((16, 16), -4.0, np.float32),
        fit=SquareFit.LETTERBOX,
        predicted_iou=0.5,
        stability_score=1.0,
        close_up=CloseUp(BEFORE, logits, SquareFit.LETTERBOX),
    )
    inside = predictor.predict(embedding, clicks((140, 100), (150, 110)), before).preferred
    assert inside.close_up is not None
    assert inside.close_up.window == BEFORE
    outside = predictor.predict(embedding, clicks((140, 100), (290, 10)), before).preferred
    assert outside.close_up is None


def test_a_cut_mask_is_seen_but_not_at_the_pictures_own_edge() -> None:
    picture, logits = Size(100, 100), np.full((16, 16), -1.0, np.float32)
    logits[:, :4] = 1.0
    assert cut_share(
        CloseUp(Window(10, 10, Size(50, 50)), logits, SquareFit.LETTERBOX), picture
    ) == pytest.approx(1.5)
    assert cut_share(
        CloseUp(Window(0, 0, Size(50, 50)), logits, SquareFit.LETTERBOX), picture
    ) == pytest.approx(0.25)
