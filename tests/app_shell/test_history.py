"""The history says in which image each step was, and leads there."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTreeWidget
from pytestqt.qtbot import QtBot

from slimsam_app.windows.dialogs.history_dialog import HistoryDialog
from slimsam_app.windows.main_window import MainWindow
from tests.app_shell.test_labelling import add_object


def opened_dialog(window: MainWindow) -> HistoryDialog:
    window.actions_["edit.history"].trigger()
    dialog = window.findChild(HistoryDialog)
    assert dialog is not None
    return dialog


def rows(list_: QTreeWidget) -> list[list[str]]:
    """Without the time."""
    found = []
    for row in range(list_.topLevelItemCount()):
        item = list_.topLevelItem(row)
        assert item is not None
        found.append([item.text(column) for column in range(1, list_.columnCount())])
    return found


def test_each_step_names_its_image_and_leads_there(qtbot: QtBot, opened: MainWindow) -> None:
    navigator = opened.workbench.navigator
    first = navigator.current_id
    add_object(opened)
    navigator.step(+1)
    qtbot.waitUntil(lambda: navigator.picture is not None)
    second = add_object(opened)
    opened.workbench.classes.add("cat")
    opened.workbench.undo()
    dialog = opened_dialog(opened)
    assert rows(dialog.list) == [
        ["Add class (undone)", ""],
        ["Add object", "photo 10.png"],
        ["Add object", "photo 2.png"],
    ]
    assert not dialog.show_button.isEnabled(), "a class is in no image"
    dialog.list.setCurrentIndex(dialog.list.model().index(2, 0))
    qtbot.mouseClick(dialog.show_button, Qt.MouseButton.LeftButton)
    assert navigator.current_id == first
    assert opened.findChild(HistoryDialog) is None or not dialog.isVisible()
    assert opened.workbench.document.project.annotation(second) is not None, "looking changes nothing"


def test_an_image_that_was_removed_is_not_offered(opened: MainWindow) -> None:
    add_object(opened)
    entry = opened.workbench.navigator.entry
    assert entry is not None
    opened.workbench.removal.remove((entry.id,))
    dialog = opened_dialog(opened)
    assert rows(dialog.list)[1] == ["Add object", ""]


def test_a_new_project_says_that_nothing_was_done(opened: MainWindow) -> None:
    dialog = opened_dialog(opened)
    assert dialog.list.topLevelItemCount() == 0
    assert not dialog.show_button.isEnabled()
