"""The list of models: what a download weighs, and one clock for a click here and in ``slimsam evaluate``."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from slimsam_app import figures
from slimsam_app.sessions.model_listing import Speed
from slimsam_app.sessions.model_numbers import RUNS, measure
from slimsam_app.windows.dialogs.model_manager import MACS, NAME, PARAMETERS, SIZE, ModelManager
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.errors import Cancelled
from slimsam_core.families import preset
from slimsam_core.families.weight_shapes import count_parameters
from slimsam_core.inference.predictor import Predictor
from slimsam_core.library.hub import CATALOGUE
from slimsam_core.progress import CancelToken, ignore_progress


def test_what_can_be_downloaded_tells_its_size_and_cost(qtbot: QtBot, window: MainWindow) -> None:
    window.actions_["model.manage"].trigger()
    manager = window.findChild(ModelManager)
    assert manager is not None
    table = manager.table

    def rows() -> dict[str, list[str]]:
        items = (table.topLevelItem(n) for n in range(table.topLevelItemCount()))
        return {item.text(NAME): [item.text(c) for c in (SIZE, PARAMETERS, MACS)] for item in items if item}

    titles = {model.title: model for model in CATALOGUE}
    qtbot.waitUntil(lambda: all(rows().get(t, ["…"])[0] != "…" for t in titles), timeout=60_000)
    for title, model in titles.items():
        weights = sum(count_parameters(preset(model.preset)))
        assert rows()[title][0] == f"about {figures.file_size(4 * weights)}"
        assert rows()[title][2].endswith(f"{figures.SPACE}G")
    manager.close()


def test_a_click_is_timed_on_a_picture_that_was_not_clicked_before(
    tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clicked: list[int] = []
    predict = Predictor.predict_many

    def counting(self: Predictor, embedding: object, prompts: object) -> object:
        clicked.append(id(embedding))
        return predict(self, embedding, prompts)  # type: ignore[arg-type]

    monkeypatch.setattr(Predictor, "predict_many", counting)
    speed = measure(str(tiny_model), "cpu", "torch", ignore_progress, CancelToken())
    assert isinstance(speed, Speed)
    assert len(clicked) == RUNS + 1, "each run is a first click, as when a person comes to a picture"


def test_timing_a_model_can_be_cancelled(tiny_model: Path) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        measure(str(tiny_model), "cpu", "torch", ignore_progress, token)
