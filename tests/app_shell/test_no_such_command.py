"""The palette says when there is no command of a name, and why one that there is does not work now."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from slimsam_app.windows.dialogs.palette import CommandPalette
from slimsam_app.windows.main_window import MainWindow


def rows_for(window: MainWindow, typed: str) -> list[str]:
    window.actions_["help.palette"].trigger()
    (palette,) = (p for p in window.findChildren(CommandPalette) if p.isVisible())
    QTest.keyClicks(palette.line, typed)
    items = [palette.list.topLevelItem(n) for n in range(palette.list.topLevelItemCount())]
    found = [item.text(0) for item in items if item is not None]
    before = window.workbench.navigator.current_id
    QTest.keyClick(palette.line, Qt.Key.Key_Return)
    assert window.workbench.navigator.current_id == before
    return found


def test_nothing_fits(opened: MainWindow) -> None:
    assert rows_for(opened, "zzzqx") == ["No command of this name."]


def test_what_is_grey_says_why(opened: MainWindow) -> None:
    assert rows_for(opened, "split into parts") == ["Split into parts: Select an object first."]


def test_a_grey_command_whose_name_begins_so_comes_before_letters_of_others(opened: MainWindow) -> None:
    assert rows_for(opened, "simpl") == ["Simplify outline: Select an object first."]


def test_what_can_be_done_comes_first_and_is_taken(opened: MainWindow) -> None:
    opened.actions_["help.palette"].trigger()
    (palette,) = (p for p in opened.findChildren(CommandPalette) if p.isVisible())
    QTest.keyClicks(palette.line, "image")
    items = [palette.list.topLevelItem(n) for n in range(palette.list.topLevelItemCount())]
    assert any(item is not None and not item.flags() for item in items), "a grey one is among them"
    current = palette.list.currentItem()
    assert current is not None
    assert current.flags() & Qt.ItemFlag.ItemIsEnabled
