"""What is painted of a mask lies where the accepted mask will lie, for models that pad and that stretch."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QTransform

from slimsam_app.canvas.items import mask_on_screen
from slimsam_app.canvas.prompt_binding import placed
from slimsam_core.families.efficientnet_lite_sam.spec import efficientnet_lite
from slimsam_core.families.hiera_sam2.spec import hiera
from slimsam_core.inference.focus import look_at, predict_focused
from slimsam_core.inference.prediction import Candidate, candidate_pixels
from slimsam_core.inference.predictor import Predictor
from slimsam_core.inference.zoom import Window
from slimsam_core.models import build_model
from slimsam_core.pixels.geometry import PointPrompt, PromptSet, Size
from slimsam_core.pixels.square_fit import SquareFit

MODELS = {
    SquareFit.LETTERBOX: efficientnet_lite(0, image_size=64),
    SquareFit.STRETCHED: hiera("narrow", (1, 2, 7, 2), 8, image_size=64),
}


def disc(side: int, fit: SquareFit, shown: Size) -> Candidate:
    """A disc in the middle of what the logits' square covers of a picture or window."""
    across, down = (span / side for span in fit.spans(shown))
    ys, xs = np.mgrid[:side, :side] + 0.5
    near = 0.3 * min(shown.hw) - np.hypot(xs * across - shown.width / 2, ys * down - shown.height / 2)
    return Candidate(low_res_logits=near.astype(np.float32), fit=fit, predicted_iou=0.9, stability_score=0.9)


def assert_painted_where_it_lies(candidate: Candidate, size: Size, apart: float = 0.02) -> None:
    logits, area, clip = placed(candidate.finest, QRectF(0, 0, size.width, size.height))
    window = QRect(0, 0, size.width, size.height)
    painted = mask_on_screen(logits, area, clip, QTransform(), window)
    pixels = candidate_pixels(candidate, size)
    assert pixels.any()
    assert np.count_nonzero(painted ^ pixels) <= apart * np.count_nonzero(painted | pixels)


@pytest.mark.parametrize("fit", SquareFit)
@pytest.mark.parametrize("size", [Size(120, 320), Size(300, 90), Size(100, 100)])
def test_a_mask_of_the_whole_picture(fit: SquareFit, size: Size) -> None:
    candidate = disc(64, fit, size)
    assert_painted_where_it_lies(candidate, size)
    ys, xs = np.nonzero(candidate_pixels(candidate, size))
    assert abs(xs.mean() + 0.5 - size.width / 2) < 1
    assert abs(ys.mean() + 0.5 - size.height / 2) < 1
    assert abs(np.ptp(xs) - np.ptp(ys)) <= 3, "a disc"


@pytest.mark.parametrize("fit", SquareFit)
def test_a_mask_of_a_part_that_is_looked_at_alone(fit: SquareFit) -> None:
    torch.manual_seed(0)
    rgb = np.random.default_rng(0).integers(0, 256, (160, 300, 3), np.uint8)
    predictor = Predictor(build_model(MODELS[fit]), model_hash="x")
    focus = look_at(predictor, rgb, Window(40, 30, Size(60, 150)))
    found = predict_focused(predictor, focus, PromptSet((PointPrompt(80, 60),)))
    assert {candidate.fit for candidate in found.candidates} == {fit}
    seen = [one for one in found.candidates if candidate_pixels(one, Size(160, 300)).sum() > 200]
    assert seen
    for candidate in seen:
        assert_painted_where_it_lies(candidate, Size(160, 300), 0.08)  # an untrained network's ragged outline
