"""The small masks to choose from are all in sight, however narrow their panel."""

from __future__ import annotations

import itertools
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from slimsam_app.canvas.candidate_strip import THUMBNAIL_PX, CandidateStrip


class Prompts(QObject):
    """What the strip asks of the two sessions."""

    changed = Signal()

    def __init__(self, count: int) -> None:
        super().__init__()
        self.candidates = [SimpleNamespace(predicted_iou=0.5)] * count
        self.rgb = None
        self.shown = (self.candidates, 0)


@pytest.mark.parametrize("width", [120, 172, 190, 400])
@pytest.mark.parametrize("count", [1, 3, 4])
def test_every_candidate_lies_in_the_panel(qtbot: QtBot, width: int, count: int) -> None:
    prompts = Prompts(count)
    strip = CandidateStrip(prompts, prompts)  # type: ignore[arg-type]
    qtbot.addWidget(strip)
    strip.resize(width, strip.sizeHint().height())
    cells = [strip.cell(index) for index in range(count)]
    assert all(strip.rect().contains(cell) for cell in cells)
    assert not any(a.intersects(b) for a, b in itertools.pairwise(cells))
    assert cells[0].width() == cells[0].height()
    if width == 400:
        assert cells[0].width() == THUMBNAIL_PX
