"""The keys belong to the picture unless somebody brought them elsewhere."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolBar, QToolButton
from pytestqt.qtbot import QtBot

from slimsam_app.windows.main_window import MainWindow
from tests.app_shell.test_labelling import add_object


def button_of(window: MainWindow, action_id: str) -> QToolButton:
    """Its button in the bar above the picture."""
    bar = window.findChild(QToolBar, "topBar")
    assert bar is not None
    button = bar.widgetForAction(window.actions_[action_id])
    assert isinstance(button, QToolButton)
    return button


def test_a_project_that_opens_gives_the_keys_to_its_picture(opened: MainWindow) -> None:
    opened.activateWindow()
    assert opened.focusWidget() is opened.workspace.canvas


def test_a_button_that_becomes_grey_gives_the_keys_to_the_picture(qtbot: QtBot, opened: MainWindow) -> None:
    opened.activateWindow()
    add_object(opened)
    undo = button_of(opened, "edit.undo")
    undo.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(undo.hasFocus, timeout=60_000)
    while undo.isEnabled():
        QTest.keyClick(undo, Qt.Key.Key_Space)
    assert opened.focusWidget() is opened.workspace.canvas


def test_a_line_that_is_put_away_gives_the_keys_to_the_picture(qtbot: QtBot, opened: MainWindow) -> None:
    opened.activateWindow()
    opened.actions_["class.new"].trigger()
    line = opened.classes_dock.new_name
    qtbot.waitUntil(line.hasFocus, timeout=60_000)
    QTest.keyClick(line, Qt.Key.Key_Escape)
    assert opened.focusWidget() is opened.workspace.canvas
