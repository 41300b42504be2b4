"""The border between Classes and Objects stays where it was dragged, and is there again after a restart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from slimsam_app.windows.main_window import MainWindow
from tests.app_shell.conftest import open_and_wait

LEFT = Qt.MouseButton.LeftButton


def drag_border(window: MainWindow, by: int) -> None:
    """With the mouse, from between the two panels."""
    upper = window.classes_dock.geometry()
    start = QPoint(upper.center().x(), upper.bottom() + 1)
    QTest.mousePress(window, LEFT, pos=start)
    for part in (1, 2, 3):
        QTest.mouseMove(window, start + QPoint(0, by * part // 3))
        QApplication.processEvents()
    QTest.mouseRelease(window, LEFT, pos=start + QPoint(0, by))


def height(window: MainWindow) -> int:
    return window.classes_dock.height()


@pytest.mark.parametrize("by", [45, -60])
def test_masks_come_and_go_and_the_border_stays(
    qtbot: QtBot, opened: MainWindow, folder: Path, make_window: Callable[[], MainWindow], by: int
) -> None:
    qtbot.waitUntil(lambda: height(opened) > 0)
    before = height(opened)
    drag_border(opened, by)
    qtbot.waitUntil(lambda: abs(height(opened) - before - by) <= 2, timeout=60_000)
    dragged = height(opened)
    masks = opened.prompting.dock
    for shown in (True, False, True, False):
        masks.setVisible(shown)
        qtbot.waitUntil(
            lambda wanted=shown: masks.isVisible() is wanted and height(opened) == dragged, timeout=60_000
        )
    opened.panels.go_on()
    for _ in (1, 2):
        opened.panels.go_on()
    qtbot.waitUntil(lambda: height(opened) == dragged, timeout=60_000)
    masks.setVisible(True)
    opened.close()
    again = make_window()
    open_and_wait(qtbot, again, folder)
    qtbot.waitUntil(lambda: height(again) == dragged, timeout=60_000)


def test_putting_the_panels_back_forgets_it(qtbot: QtBot, opened: MainWindow) -> None:
    qtbot.waitUntil(lambda: height(opened) > 0)
    first = height(opened)
    drag_border(opened, 90)
    qtbot.waitUntil(lambda: height(opened) != first, timeout=60_000)
    opened.reset_panels()
    qtbot.waitUntil(lambda: height(opened) == first, timeout=60_000)
    opened.prompting.dock.setVisible(True)
    qtbot.waitUntil(opened.prompting.dock.isVisible, timeout=60_000)
    assert opened.settings.get("state.classes_height") == 0
