"""The evaluator: a perfect model scores 1, a blind one 0, ignored pixels do not count."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from slimsam_core.datasets.labelled import LabelledImage, LabelledObject, Skipped
from slimsam_core.datasets.opening import open_datasets
from slimsam_core.families import preset
from slimsam_core.inference.prediction import Candidate, ImageEmbedding, Prediction, Previous
from slimsam_core.inference.predictor import Predictor
from slimsam_core.judging.clicks import next_click
from slimsam_core.judging.form import Form, form_of
from slimsam_core.judging.measure import Protocols, boundary_f, evaluate, iou, score_image
from slimsam_core.models import build_model
from slimsam_core.pixels.geometry import PromptSet, Size
from slimsam_core.pixels.mask import encode
from slimsam_core.pixels.square_fit import SquareFit
from tests.synthetic import write_sa1b

SIZE = Size(64, 64)


class Painter:
    """Answers every prompt with masks that it was given, one for each further click."""

    name = "painter"

    def __init__(self, *answers: np.ndarray) -> None:
        self.answers = answers

    def embed(self, rgb: np.ndarray) -> ImageEmbedding:
        return ImageEmbedding(
            features=np.zeros((1, 1, 1, 1), np.float32),
            original_size=Size.of(rgb),
            input_size=SIZE,
            fit=SquareFit.LETTERBOX,
            encoder_of="",
        )

    def predict_many(
        self,
        embedding: ImageEmbedding,  # noqa: ARG002
        prompts: Sequence[PromptSet],
        previous: Sequence[Previous | None] | None = None,  # noqa: ARG002
    ) -> tuple[Prediction, ...]:
        results = []
        for one in prompts:
            answer = self.answers[min(len(self.answers), max(1, len(one.points))) - 1]
            logits = np.where(answer, 9, -9).astype(np.float32)
            results.append(
                Prediction(
                    (
                        Candidate(
                            low_res_logits=logits,
                            fit=SquareFit.LETTERBOX,
                            predicted_iou=0.5,
                            stability_score=1.0,
                        ),
                    ),
                    0,
                )
            )
        return tuple(results)


def square(x0: int, y0: int, x1: int, y1: int) -> np.ndarray:
    pixels = np.zeros((64, 64), np.bool_)
    pixels[y0:y1, x0:x1] = True
    return pixels


def judged(painter: Painter, target: np.ndarray, ignore: np.ndarray | None = None) -> list[float]:
    image = LabelledImage(
        path=Path("x"),
        size=SIZE,
        objects=(LabelledObject(mask=encode(target)),),
        ignore=encode(ignore) if ignore is not None else None,
    )
    (score,) = score_image(painter, np.zeros((64, 64, 3), np.uint8), image, "d", "k", protocols=Protocols())
    return [score.iou_1click, score.iou_box, score.boundary_f_1click, score.clicks_to(0.85, 10), *score.ious]


TARGET = square(8, 8, 40, 40)


def test_a_perfect_answer_scores_one_and_needs_one_click() -> None:
    assert judged(Painter(TARGET), TARGET) == [1.0, 1.0, 1.0, 1, 1.0]


def test_an_empty_answer_scores_nothing_and_costs_all_clicks() -> None:
    result = judged(Painter(square(0, 0, 0, 0)), TARGET)
    assert result[:4] == [0.0, 0.0, 0.0, 10]
    assert len(result) == 4 + 10


def test_clicks_are_counted_until_the_answer_is_good_enough() -> None:
    half = square(8, 8, 40, 24)
    result = judged(Painter(half, half, TARGET), TARGET)
    assert result[0] == pytest.approx(0.5)
    assert result[3] == 3
    assert result[4:] == pytest.approx([0.5, 0.5, 1.0])


def test_ignored_pixels_are_not_scored() -> None:
    assert judged(Painter(square(8, 8, 40, 60)), TARGET, ignore=square(0, 40, 64, 64))[0] == 1.0


def test_pixels_that_are_unclear_near_one_object_are_scored_for_the_others() -> None:
    unclear = square(0, 40, 64, 64)
    objects = (
        LabelledObject(mask=encode(TARGET), ignore=encode(unclear)),
        LabelledObject(mask=encode(TARGET)),
    )
    image = LabelledImage(path=Path("x"), size=SIZE, objects=objects)
    painter = Painter(square(8, 8, 40, 60))
    first, second = score_image(
        painter, np.zeros((64, 64, 3), np.uint8), image, "d", "k", protocols=Protocols()
    )
    assert first.iou_1click == first.iou_box == 1.0
    assert second.iou_1click == second.iou_box == pytest.approx(32 / 52)


def test_an_object_that_is_ignored_altogether_is_left_out() -> None:
    image = LabelledImage(
        path=Path("x"), size=SIZE, objects=(LabelledObject(mask=encode(TARGET)),), ignore=encode(TARGET)
    )
    assert (
        score_image(Painter(TARGET), np.zeros((64, 64, 3), np.uint8), image, "d", "k", protocols=Protocols())
        == []
    )


def test_specks_and_a_longer_outline_are_counted_beside_the_label() -> None:
    assert form_of(TARGET, TARGET) == Form(1.0, 1.0)
    speckled = TARGET | square(50, 50, 52, 52) | square(56, 50, 57, 51)
    assert form_of(speckled, TARGET) == Form(3.0, (128 + 8 + 4) / 128)
    assert form_of(square(0, 0, 0, 0), TARGET) == Form(0.0, 0.0)
    assert form_of(TARGET, TARGET | square(50, 50, 52, 52)).parts == 0.5
    everything = square(0, 0, 64, 64)
    assert form_of(everything, everything) == Form(1.0, 0.0)


def test_the_next_click_hits_the_middle_of_the_larger_error() -> None:
    predicted = square(8, 8, 40, 33) | square(50, 50, 53, 53)
    click = next_click(TARGET, predicted)
    assert click is not None
    y, positive = click[1:]
    assert positive
    assert 33 <= y < 40
    assert abs(y - 36) <= 1
    assert next_click(TARGET, TARGET) is None
    assert next_click(TARGET, TARGET | square(44, 0, 64, 20)) == (54, 9, False) or next_click(
        TARGET, TARGET | square(44, 0, 64, 20)
    ) == (53, 9, False)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_a_click_is_always_on_an_error_of_its_sign(seed: int) -> None:
    rng = np.random.default_rng(seed)
    target, predicted = (cv2.blur(rng.random((40, 50)), (7, 7)) > 0.5 for _ in range(2))
    click = next_click(target, predicted)
    if click is None:
        assert (target == predicted).all()
    else:
        x, y, positive = click
        assert target[y, x] == positive
        assert predicted[y, x] != positive


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_iou_and_boundary_f_are_symmetric_and_bounded(seed: int) -> None:
    rng = np.random.default_rng(seed)
    a, b = (cv2.blur(rng.random((40, 50)), (7, 7)) > 0.5 for _ in range(2))
    everywhere = np.ones_like(a)
    assert iou(a, b, everywhere) == iou(b, a, everywhere)
    assert 0 <= iou(a, b, everywhere) <= 1
    assert boundary_f(a, b, everywhere) == pytest.approx(boundary_f(b, a, everywhere))
    assert boundary_f(a, a, everywhere) == 1.0


def test_a_shift_beyond_the_tolerance_costs_boundary_but_little_area() -> None:
    everywhere = np.ones((64, 64), np.bool_)
    assert boundary_f(square(9, 8, 41, 40), TARGET, everywhere) == 1.0
    assert boundary_f(square(12, 12, 44, 44), TARGET, everywhere) < 0.5


def test_a_real_model_is_judged_the_same_every_time(tmp_path: Path) -> None:
    write_sa1b(tmp_path / "shapes", 4)
    datasets = open_datasets(tmp_path)
    torch.manual_seed(0)
    predictor = Predictor(build_model(preset("tiny_test")))
    runs = [list(evaluate(predictor, datasets, Protocols(3), Skipped())) for _ in range(2)]
    assert runs[0] == runs[1]
    assert len(runs[0]) == sum(len(datasets[0].labels(i).objects) for i in range(4))
    few = list(evaluate(predictor, datasets, Protocols(3, max_objects=5), Skipped()))
    assert len(few) == 5
    assert {(s.image, s.number) for s in few} < {(s.image, s.number) for s in runs[0]}
