"""Whoever hears the window instead of seeing it: everything that takes the focus has a name."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QMenuBar, QWidget
from pytestqt.qtbot import QtBot

from slimsam_app.actions import ACTIONS
from slimsam_app.windows.main_window import MainWindow
from tests.app_shell.test_labelling import add_object

OPENS = tuple(
    action.id
    for action in ACTIONS
    if action.id.split(".")[0] in {"help", "model"}
    or action.id
    in {
        "image.statistics", "edit.settings", "class.edit", "file.export", "object.edit", "mask.simplify",
        "view.adjust",
    }
)  # fmt: skip


def nameless(root: QWidget) -> list[str]:
    """Widgets of ``root`` that take the focus and tell no name."""
    return [
        f"{type(widget).__name__} {widget.objectName()!r}"
        for widget in (root, *root.findChildren(QWidget))
        if widget.isVisible()
        and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not isinstance(widget, QMenu | QMenuBar)
        and widget.objectName() != "qt_spinbox_lineedit"  # the box around it has the name
        and not QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
    ]


def test_the_welcome_page(window: MainWindow) -> None:
    assert nameless(window) == []


def test_the_window_with_a_picture(opened: MainWindow) -> None:
    add_object(opened)
    assert nameless(opened) == []


@pytest.mark.parametrize("action_id", OPENS)
def test_what_an_action_opens(qtbot: QtBot, opened: MainWindow, action_id: str) -> None:
    add_object(opened)
    before = set(QApplication.topLevelWidgets())
    opened.actions_[action_id].trigger()
    qtbot.waitUntil(lambda: not opened.session.pool.busy, timeout=20_000)
    shown = [w for w in QApplication.topLevelWidgets() if w not in before and w.isVisible()]
    shown += [dialog for dialog in opened.findChildren(QDialog) if dialog.isVisible()]
    assert shown, "nothing was opened"
    try:
        assert [name for widget in shown for name in nameless(widget)] == []
    finally:
        for widget in shown:
            widget.close()
