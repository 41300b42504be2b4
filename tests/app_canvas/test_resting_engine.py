"""Without work the engine gives back what it computes with, once, and answers afterwards as before."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from slimsam_app.workers import inference
from slimsam_app.workers.inference import InferenceClient
from slimsam_core.inference.predictor import Predictor
from slimsam_core.pixels.geometry import PointPrompt, PromptSet
from tests.tiny_models import save_tiny

CLICK = PromptSet((PointPrompt(30, 40),))


def test_an_engine_without_work_rests_once_and_answers_as_before(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rests: list[Predictor] = []
    rest = Predictor.rest

    def counted(model: Predictor) -> None:
        rests.append(model)
        rest(model)

    monkeypatch.setattr(inference, "REST_SECONDS", 0.01)
    monkeypatch.setattr(Predictor, "rest", counted)
    rgb = np.random.default_rng(0).integers(0, 256, (90, 120, 3), np.uint8)
    client = InferenceClient()
    try:
        with qtbot.waitSignal(client.model_ready, timeout=60_000):
            client.set_model(save_tiny(tmp_path / "tiny.safetensors"), "cpu")
        qtbot.waitUntil(lambda: len(rests) == 1, timeout=60_000)
        with qtbot.waitSignal(client.encoded, timeout=60_000):
            client.set_image(1, rgb)
        qtbot.waitUntil(lambda: len(rests) == 2, timeout=60_000)
        masks = []
        for number in (3, 4):
            with qtbot.waitSignal(client.answered, timeout=60_000) as answer:
                client.ask(1, lambda model, embedding: model.predict(embedding, CLICK), "slot")
            qtbot.waitUntil(lambda number=number: len(rests) == number, timeout=60_000)
            masks.append(answer.args[3].preferred.low_res_logits)
        np.testing.assert_array_equal(*masks)
    finally:
        client.close()
    assert len(rests) == 4
