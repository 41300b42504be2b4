"""What a light network says of its masks, put right for a click and for a box, and nothing else changed."""

from __future__ import annotations

import numpy as np
import pytest

from slimsam_core.inference.calibration import BOX, CLICK, honest
from slimsam_core.inference.prediction import Candidate, Prediction
from slimsam_core.pixels.geometry import BoxXYXY, PointPrompt, PromptSet
from slimsam_core.pixels.square_fit import SquareFit

POINT, OTHER = PointPrompt(3.0, 4.0), PointPrompt(8.0, 4.0, positive=False)
SQUARE = BoxXYXY(1.0, 1.0, 9.0, 9.0)


def answer(*said: tuple[float, float]) -> Prediction:
    logits = np.zeros((4, 4), np.float32)
    return Prediction(
        tuple(
            Candidate(
                low_res_logits=logits, fit=SquareFit.LETTERBOX, predicted_iou=iou, stability_score=stability
            )
            for iou, stability in said
        ),
        1,
    )


def test_a_click_is_called_worse_and_a_box_better() -> None:
    given = answer((0.5, 0.8), (0.7, 0.7), (0.4, 0.9))
    clicked, boxed = honest(given, PromptSet((POINT,))), honest(given, PromptSet(box=SQUARE))
    assert clicked.best == boxed.best == 1
    assert clicked.preferred.predicted_iou == pytest.approx(0.062 + 0.527 * 0.7 + 0.344 * 0.7)
    assert clicked.preferred.predicted_iou < 0.7 < boxed.preferred.predicted_iou
    assert [c.low_res_logits for c in boxed.candidates] == [c.low_res_logits for c in given.candidates]


def test_the_surer_and_the_more_stable_mask_is_called_better_and_never_beyond_one() -> None:
    for kind in (CLICK, BOX):
        low, high, stable = kind.of(answer((0.3, 0.5), (0.6, 0.5), (0.3, 0.9)).candidates)
        assert low.predicted_iou < min(high.predicted_iou, stable.predicted_iou)
        (most,) = kind.of(answer((2.0, 1.0)).candidates)
        assert most.predicted_iou == 1.0


def test_an_empty_mask_keeps_what_was_said() -> None:
    assert honest(answer((0.1, 0.0), (0.2, 0.0)), PromptSet(box=SQUARE)).preferred.predicted_iou == 0.2


@pytest.mark.parametrize("prompts", [PromptSet((POINT, OTHER)), PromptSet((POINT,), SQUARE)])
def test_corrected_answers_stay_as_they_are(prompts: PromptSet) -> None:
    given = answer((0.5, 0.8), (0.7, 0.7))
    assert honest(given, prompts) is given
