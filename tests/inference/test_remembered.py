"""What was made from the last pictures is not made again."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import torch

from slimsam_core.families.efficientnet_lite_sam.spec import efficientnet_lite
from slimsam_core.inference.predictor import Predictor
from slimsam_core.inference.remembered import Remembered
from slimsam_core.models import build_model
from slimsam_core.pixels.geometry import BoxXYXY, PointPrompt, PromptSet


def test_values_of_the_last_pictures_are_kept_by_array_and_key() -> None:
    made: list[str] = []
    remembered: Remembered[int] = Remembered(kept=2)
    a, b = np.zeros((2, 2, 3), np.uint8), np.zeros((2, 2, 3), np.uint8)

    def make(name: str) -> int:
        made.append(name)
        return len(made)

    assert remembered.of(a, lambda: make("a")) == 1
    assert remembered.of(a, lambda: make("a")) == 1
    assert remembered.of(b, lambda: make("b")) == 2, "equal pixels, another array"
    assert remembered.holds(a)
    assert not remembered.holds(a, "part")
    remembered.of(a, lambda: make("a"))
    assert remembered.of(a, lambda: make("a part"), "part") == 3
    assert not remembered.holds(b), "the one that was used longest ago goes"
    assert remembered.holds(a)
    assert made == ["a", "b", "a part"]


def test_a_picture_that_nobody_else_holds_is_not_kept_for_what_was_made_of_it() -> None:
    remembered: Remembered[str] = Remembered(kept=4)
    gone = np.zeros((2, 2, 3), np.uint8)
    alive = weakref.ref(gone)
    remembered.of(gone, lambda: "old")
    del gone
    gc.collect()
    assert alive() is None
    for _ in range(20):  # one of them may get the id of the one that is gone
        fresh = np.zeros((2, 2, 3), np.uint8)
        assert not remembered.holds(fresh)
        assert remembered.of(fresh, lambda: "new") == "new"


def test_a_predictor_that_looks_closer_keeps_none_of_the_pictures() -> None:
    torch.manual_seed(3)
    predictor = Predictor(build_model(efficientnet_lite(0, image_size=64)), model_hash="x")
    box = PromptSet(box=BoxXYXY(50, 40, 70, 60))
    seen: list[weakref.ref[np.ndarray]] = []
    for number in range(12):
        rgb = np.full((120, 150, 3), number, np.uint8)
        seen.append(weakref.ref(rgb))
        embedding = predictor.embed(rgb)
        first = predictor.predict(embedding, box).preferred
        predictor.predict(embedding, box.with_point(PointPrompt(60, 50)), first)
        assert not predictor.encodes_first(embedding, box), "the closer look is kept while the picture is"
    del rgb, embedding, first
    gc.collect()
    assert sum(ref() is not None for ref in seen) == 0
