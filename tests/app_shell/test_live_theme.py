"""A change of the colours while the window is open leaves nothing in the old ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from slimsam_app.windows.main_window import MainWindow
from tests.app_shell.conftest import open_and_wait
from tests.app_shell.test_labelling import add_object


def pixels(widget: QWidget) -> np.ndarray:
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return np.array(image.constBits(), np.uint8).reshape(image.height(), -1).copy()


def look(qtbot: QtBot, window: MainWindow, folder: Path) -> None:
    """A window with something in every panel, nothing under the pointer and no focus in a list."""
    open_and_wait(qtbot, window, folder)
    window.workbench.classes.add("cat")
    add_object(window)
    add_object(window, 6)
    window.workbench.objects.select(())
    with qtbot.waitSignal(window.workbench.review.queue_changed, timeout=60_000):
        window.toggle_queue(window.review_dock)
    qtbot.waitUntil(lambda: not window.workbench.pool.busy, timeout=120_000)
    window.messages.clear()
    window.workspace.canvas.setFocus()
    QApplication.processEvents()


def parts(window: MainWindow) -> dict[str, QWidget]:
    return {
        "menus": window.menuBar(),
        "tools": window.tool_bar,
        "images": window.images_dock,
        "details": window.details_dock,
        "classes": window.classes_dock,
        "review": window.review_dock,
        "status": window.status,
    }


@pytest.mark.parametrize("schemes", [("light", "dark"), ("dark", "light")])
def test_every_panel_looks_as_if_it_had_begun_so(
    qtbot: QtBot,
    window: MainWindow,
    folder: Path,
    schemes: tuple[str, str],
) -> None:
    """The same window, shown in the colours from the beginning, and after two changes to them."""
    before, after = schemes
    window.settings.set("look.scheme", after)
    look(qtbot, window, folder)
    wanted = {name: pixels(part) for name, part in parts(window).items()}
    window.settings.set("look.scheme", before)
    window.review_dock.check()  # rows that are made in the former colours
    qtbot.waitUntil(lambda: not window.workbench.pool.busy, timeout=120_000)
    QApplication.processEvents()
    changed = {name: pixels(part) for name, part in parts(window).items()}
    assert all((changed[name] != wanted[name]).any() for name in wanted)
    window.settings.set("look.scheme", after)
    QApplication.processEvents()
    again = {name: pixels(part) for name, part in parts(window).items()}
    assert [name for name in wanted if (again[name] != wanted[name]).any()] == []


def test_the_tools_stay_where_they_are(opened: MainWindow) -> None:
    def places() -> list[QRect]:
        QApplication.processEvents()
        buttons = (opened.tool_bar.widgetForAction(action) for action in opened.tool_bar.actions())
        return [button.geometry() for button in buttons if button is not None]

    before = places()
    opened.settings.set("look.scheme", "dark")
    assert places() == before
    opened.settings.set("look.scheme", "light")
    assert places() == before
