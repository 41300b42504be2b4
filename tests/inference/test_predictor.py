"""The predictor on a tiny real model: candidates, prompts, history and full-size masks."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from slimsam_core.errors import PromptError
from slimsam_core.families import preset
from slimsam_core.inference import transforms
from slimsam_core.inference.prediction import candidate_mask, candidate_rle
from slimsam_core.inference.predictor import Predictor
from slimsam_core.models import Sam, build_model
from slimsam_core.pixels import mask
from slimsam_core.pixels.geometry import BoxXYXY, PointPrompt, PromptSet, Size

CLICK = PromptSet((PointPrompt(30.0, 40.0),))
TWO = CLICK.with_point(PointPrompt(60.0, 20.0, positive=False))
BOX = PromptSet((), BoxXYXY(10, 10, 70, 60))
BOX_AND_CLICK = BOX.with_point(PointPrompt(30.0, 40.0))


@pytest.fixture(scope="module")
def model() -> Sam:
    torch.manual_seed(0)
    return build_model(preset("tiny_test"))


@pytest.fixture(scope="module")
def predictor(model: Sam) -> Predictor:
    return Predictor(model, model_hash="abc")


@pytest.fixture(scope="module")
def picture() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (90, 120, 3), np.uint8)


def test_an_embedding_is_a_read_only_value(predictor: Predictor, picture: np.ndarray) -> None:
    embedding = predictor.embed(picture)
    side = predictor.arch.embedding_size
    assert embedding.features.shape == (1, predictor.arch.embed_dim, side, side)
    assert embedding.features.dtype == np.float32
    assert embedding.original_size == Size(90, 120)
    assert embedding.input_size == Size(96, 128)
    assert embedding.encoder_of == "abc"
    with pytest.raises(ValueError, match="read-only"):
        embedding.features[0] = 0


def test_one_click_gives_three_candidates_and_the_best_by_predicted_iou(
    predictor: Predictor, picture: np.ndarray
) -> None:
    prediction = predictor.predict(predictor.embed(picture), CLICK)
    scores = [c.predicted_iou for c in prediction.candidates]
    assert len(scores) == 3
    assert scores[prediction.best] == max(scores)
    assert prediction.preferred is prediction.candidates[prediction.best]


@pytest.mark.parametrize("prompts", [TWO, BOX, BOX_AND_CLICK])
def test_clear_prompts_prefer_the_single_mask_and_offer_three_more(
    predictor: Predictor, picture: np.ndarray, prompts: PromptSet
) -> None:
    prediction = predictor.predict(predictor.embed(picture), prompts)
    assert len(prediction.candidates) == 4
    assert prediction.best == 0


@pytest.mark.parametrize("prompts", [CLICK, TWO, BOX, BOX_AND_CLICK])
@pytest.mark.parametrize("with_history", [False, True])
def test_logits_are_those_of_the_model(
    predictor: Predictor, model: Sam, picture: np.ndarray, prompts: PromptSet, with_history: bool
) -> None:
    side = predictor.arch.mask_size
    history = np.random.default_rng(1).normal(size=(side, side)).astype(np.float32) if with_history else None
    prediction = predictor.predict(predictor.embed(picture), prompts, history)

    x = transforms.model_input(picture, predictor.arch)
    scale = 128 / 120
    points = torch.tensor([[[(p.x - 0.5) * scale, (p.y - 0.5) * scale] for p in prompts.points]])
    labels = torch.tensor([[int(p.positive) for p in prompts.points]])
    box = prompts.box
    boxes = torch.tensor([[(v - 0.5) * scale for v in box.as_tuple()]]) if box else None
    with torch.inference_mode():
        logits, iou = model.decode(
            model.image_encoder(torch.from_numpy(x)),
            points if prompts.points else None,
            labels if prompts.points else None,
            boxes,
            torch.from_numpy(history)[None, None] if history is not None else None,
        )
    ambiguous = prompts is CLICK and history is None
    assert len(prediction.candidates) == (3 if ambiguous else 4)
    for index, candidate in enumerate(prediction.candidates, start=int(ambiguous)):
        np.testing.assert_allclose(candidate.low_res_logits, logits[0, index].numpy(), atol=1e-4)
        assert candidate.predicted_iou == pytest.approx(iou[0, index].item(), abs=1e-4)


def test_many_prompts_at_a_time_give_what_each_gives_alone(predictor: Predictor, picture: np.ndarray) -> None:
    embedding = predictor.embed(picture)
    side = predictor.arch.mask_size
    history = np.full((side, side), 2.0, np.float32)
    prompts = [CLICK, TWO, BOX, CLICK, BOX_AND_CLICK, PromptSet((PointPrompt(5, 5),)), TWO] * 4
    previous = [None, history, None, history, None, None, None] * 4
    together = predictor.predict_many(embedding, prompts, previous)
    for one, logits, prediction in zip(prompts, previous, together, strict=True):
        alone = predictor.predict(embedding, one, logits)
        assert alone.best == prediction.best
        for a, b in zip(alone.candidates, prediction.candidates, strict=True):
            np.testing.assert_allclose(a.low_res_logits, b.low_res_logits, atol=1e-4)


def test_masks_have_the_size_of_the_picture(predictor: Predictor, picture: np.ndarray) -> None:
    embedding = predictor.embed(picture)
    candidate = predictor.predict(embedding, CLICK).preferred
    pixels = candidate_mask(embedding, candidate)
    assert pixels.shape == (90, 120)
    assert candidate_rle(embedding, candidate) == mask.encode(pixels)
    assert candidate_mask(embedding, candidate, Size(45, 60)).shape == (45, 60)


@pytest.mark.parametrize("hw", [(1, 1), (2000, 10), (7, 300)])
def test_pictures_of_any_shape(predictor: Predictor, hw: tuple[int, int]) -> None:
    picture = np.full((*hw, 3), 90, np.uint8)
    embedding = predictor.embed(picture)
    prediction = predictor.predict(embedding, PromptSet((PointPrompt(0.5, 0.5),)))
    assert candidate_mask(embedding, prediction.preferred).shape == hw


@pytest.mark.parametrize(
    ("prompts", "message"),
    [
        (PromptSet(), "no point and no box"),
        (PromptSet((PointPrompt(121, 5),)), "outside the picture of 120x90"),
        (PromptSet((PointPrompt(5, -1),)), "outside the picture"),
        (PromptSet((), BoxXYXY(130, 10, 140, 20)), "outside the picture"),
    ],
)
def test_prompts_that_cannot_mean_anything(
    predictor: Predictor, picture: np.ndarray, prompts: PromptSet, message: str
) -> None:
    with pytest.raises(PromptError, match=message):
        predictor.predict(predictor.embed(picture), prompts)


def test_a_box_that_reaches_outside_is_clipped(predictor: Predictor, picture: np.ndarray) -> None:
    embedding = predictor.embed(picture)
    wide = predictor.predict(embedding, PromptSet((), BoxXYXY(-50, 20, 500, 60)))
    clipped = predictor.predict(embedding, PromptSet((), BoxXYXY(0, 20, 120, 60)))
    np.testing.assert_array_equal(wide.preferred.low_res_logits, clipped.preferred.low_res_logits)


def test_an_embedding_of_another_model_is_refused(predictor: Predictor, picture: np.ndarray) -> None:
    torch.manual_seed(1)
    other = Predictor(build_model(preset("tiny_test")), model_hash="def")
    with pytest.raises(ValueError, match="another model"):
        predictor.predict(other.embed(picture), CLICK)


def test_going_back_to_a_former_picture_uses_its_own_features(
    predictor: Predictor, picture: np.ndarray
) -> None:
    first, second = predictor.embed(picture), predictor.embed(255 - picture)
    before = predictor.predict(first, CLICK).preferred.low_res_logits
    other = predictor.predict(second, CLICK).preferred.low_res_logits
    again = predictor.predict(first, CLICK).preferred.low_res_logits
    np.testing.assert_array_equal(before, again)
    assert not np.array_equal(before, other)
