"""Panels share the height of a small screen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from slimsam_app.windows.docks.classes_dock import LEAST_ROWS
from slimsam_app.windows.main_window import MainWindow
from tests.app_canvas.canvas_hands import click
from tests.app_canvas.conftest import labelling, pictures

__all__ = ["labelling", "pictures"]

SMALL_SCREEN_PX = 680
"""Of 720 pixels of height, what a title bar and a task bar leave at least."""


def test_proposals_and_the_review_queue_do_not_push_the_window_off_a_small_screen(
    opened: MainWindow,
) -> None:
    opened.resize(1280, SMALL_SCREEN_PX)
    opened.toggle_queue(opened.review_dock)
    opened.proposals_dock.show()
    opened.proposals_dock.raise_()
    QApplication.processEvents()
    assert opened.minimumSizeHint().height() <= SMALL_SCREEN_PX
    assert opened.height() == SMALL_SCREEN_PX


def test_a_long_name_of_the_model_does_not_widen_the_window(opened: MainWindow) -> None:
    opened.resize(1280, SMALL_SCREEN_PX)
    name, engine = (
        "a model with a long name",
        "a long name of an engine, and what is being prepared meanwhile" * 3,
    )
    opened.status.show_model(name, engine, "why it is slow")
    opened.status.show_encode(12345.0, False)
    QApplication.processEvents()
    assert opened.width() == 1280
    assert opened.status.model_button.text().startswith(name)
    assert engine in opened.status.model_button.toolTip()
    assert "why it is slow" in opened.status.model_button.toolTip()


@pytest.mark.parametrize("height", [SMALL_SCREEN_PX, 760])
def test_an_empty_panel_of_masks_takes_no_room_and_five_classes_are_seen(
    labelling: MainWindow, qtbot: QtBot, height: int
) -> None:
    """At 720 and at 800 pixels of screen."""
    labelling.resize(1280, height)
    for number in range(8):
        labelling.workbench.classes.add(f"class {number}")
    QApplication.processEvents()
    assert not labelling.prompting.dock.isVisible()
    view = labelling.classes_dock.view
    before = view.mapTo(labelling, QPoint()), view.height()

    def rows() -> int:
        return sum(
            view.viewport().rect().contains(view.visualRect(labelling.classes_model.index(row, 0)))
            for row in range(8)
        )

    assert rows() >= LEAST_ROWS
    assert labelling.objects_dock.height() >= 2 * labelling.classes_dock.minimumSizeHint().height() / 3
    click(labelling.workspace.canvas, 60, 60)
    qtbot.waitUntil(lambda: bool(labelling.prompting.prompts.candidates), timeout=60_000)
    QApplication.processEvents()
    assert labelling.prompting.dock.isVisible()
    assert labelling.height() == height
    assert rows() >= LEAST_ROWS
    assert (view.mapTo(labelling, QPoint()), view.height()) == before, "nothing above it jumps"
    QTest.keyClick(labelling.workspace.canvas, Qt.Key.Key_Escape)
    QApplication.processEvents()
    assert not labelling.prompting.dock.isVisible()


def test_the_heading_of_the_review_queue_stays_while_masks_come_and_go(
    labelling: MainWindow, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(labelling.workbench.review.queue_changed, timeout=60_000):
        labelling.actions_["image.queue"].trigger()
    QApplication.processEvents()
    heading, prompts = labelling.review_dock.titleBarWidget(), labelling.prompting.prompts
    places = [heading.mapTo(labelling, QPoint())]
    for _ in range(3):
        click(labelling.workspace.canvas, 60, 60)
        qtbot.waitUntil(lambda: bool(prompts.candidates), timeout=60_000)
        QApplication.processEvents()
        assert labelling.prompting.dock.isVisible()
        places.append(heading.mapTo(labelling, QPoint()))
        QTest.keyClick(labelling.workspace.canvas, Qt.Key.Key_Escape)
        QApplication.processEvents()
        assert not labelling.prompting.dock.isVisible()
        places.append(heading.mapTo(labelling, QPoint()))
    assert len(set(map(QPoint.toTuple, places))) == 1


def test_with_all_panels_hidden_the_masks_are_too(labelling: MainWindow) -> None:
    for _ in range(2):  # those on the right are still there after the first
        labelling.actions_["view.panels"].trigger()
    click(labelling.workspace.canvas, 60, 60)
    assert labelling.prompting.prompts.active
    assert not labelling.prompting.dock.isVisible()
    labelling.actions_["view.panels"].trigger()
    assert labelling.prompting.dock.isVisible()
