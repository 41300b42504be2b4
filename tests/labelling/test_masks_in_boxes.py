"""What a model sees in boxes: one mask each, in order, with all that tells a doubtful one."""

from __future__ import annotations

import numpy as np
import pytest

from slimsam_core.inference.prediction import candidate_rle
from slimsam_core.inference.predictor import Predictor
from slimsam_core.labelling.masks_in_boxes import masks_in_boxes
from slimsam_core.labelling.quality import candidate_agreement
from slimsam_core.pixels.geometry import BoxXYXY, PromptSet
from tests.tiny_models import tiny_sam


def test_each_box_has_the_answer_that_the_model_gives_to_it_alone() -> None:
    predictor = Predictor(tiny_sam(), name="tiny", model_hash="tiny")
    rgb = np.random.default_rng(0).integers(0, 255, (40, 50, 3), np.uint8)
    embedding = predictor.embed(rgb)
    boxes = [BoxXYXY(x, 2.0 + x, x + 12.0, x + 20.0) for x in map(float, range(10))]
    steps = list(masks_in_boxes(predictor, embedding, boxes, "detector"))
    assert [len(step) for step in steps] == [8, 2]
    seen = [one for step in steps for one in step]
    assert any(one is not None for one in seen)
    for box, one in zip(boxes, seen, strict=True):
        alone = predictor.predict(embedding, PromptSet(box=box))
        mask = candidate_rle(embedding, alone.preferred)
        if one is None:
            assert not mask.area
            continue
        assert one.mask == mask
        assert (one.provenance.source, one.provenance.prompts) == ("detector", PromptSet(box=box))
        agreement = candidate_agreement(alone.candidates, alone.best)
        assert one.provenance.candidate_agreement == pytest.approx(agreement, abs=0.01)


def test_no_box_is_no_step() -> None:
    predictor = Predictor(tiny_sam(), name="tiny", model_hash="tiny")
    embedding = predictor.embed(np.zeros((40, 50, 3), np.uint8))
    assert list(masks_in_boxes(predictor, embedding, [], "model")) == []
