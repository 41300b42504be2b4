"""The action table, its presets, and what the window makes of it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QKeySequence
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from slimsam_app.actions import ACTIONS, BY_ID, MENUS, PRESETS, Scope, conflicts, keys_of, overlap
from slimsam_app.icons import IconColors, icon, plain_icon
from slimsam_app.keys import RESERVED
from slimsam_app.settings import TABLE
from slimsam_app.theme import DARK, LIGHT
from slimsam_app.windows.dialogs.palette import CommandPalette, match
from slimsam_app.windows.dialogs.settings_dialog import SettingsDialog
from slimsam_app.windows.dialogs.shortcut_sheet import ShortcutSheet
from slimsam_app.windows.main_window import MainWindow
from tests.app_canvas.canvas_hands import LEFT

SIDE = 32
"""Of the icons that are looked at, in pixels."""


def painted(shown: QIcon, mode: QIcon.Mode = QIcon.Mode.Normal, on: bool = False) -> set[str]:
    """Colours of the pixels that are covered entirely."""
    state = QIcon.State.On if on else QIcon.State.Off
    image = shown.pixmap(QSize(SIDE, SIDE), 1.0, mode, state).toImage()
    image = image.convertToFormat(QImage.Format.Format_ARGB32)
    pixels = [image.pixelColor(x, y) for x in range(SIDE) for y in range(SIDE)]
    return {pixel.name() for pixel in pixels if pixel.alpha() == 255}


@pytest.mark.usefixtures("qapp")
def test_an_icon_has_a_colour_for_each_state() -> None:
    usual, checked, hovered, disabled = (QColor(c) for c in ("#112233", "#aa0000", "#00bb00", "#0000cc"))
    shown = icon("check-bold", IconColors(usual, checked, hovered, disabled))
    assert painted(shown) == {"#112233"}
    assert painted(shown, on=True) == {"#aa0000"}
    assert painted(shown, QIcon.Mode.Active) == {"#00bb00"}
    assert painted(shown, QIcon.Mode.Disabled) == {"#0000cc"}


@pytest.mark.usefixtures("qapp")
def test_an_icon_keeps_its_margin() -> None:
    image = plain_icon("check-bold", "#000000").pixmap(SIDE, SIDE).toImage()
    edge = [image.pixelColor(place, side) for place in range(SIDE) for side in (0, SIDE - 1)]
    assert not any(pixel.alpha() for pixel in edge)


def test_an_icon_that_the_set_does_not_have_is_an_error() -> None:
    with pytest.raises(KeyError):
        plain_icon("no-such-sign", "#000000")


@pytest.mark.parametrize("entry", ACTIONS, ids=lambda entry: entry.id)
def test_every_action_has_what_a_person_needs(entry: object, qapp: QApplication) -> None:
    action = BY_ID[entry.id]  # type: ignore[attr-defined]
    assert qapp is not None
    assert action.text
    assert not action.menu or action.menu in MENUS
    assert not action.menu or action.icon
    if action.icon:
        assert painted(plain_icon(action.icon, "#000000"))
    for key in action.keys:
        assert not QKeySequence(key).isEmpty()


def test_ids_are_unique() -> None:
    assert len(BY_ID) == len(ACTIONS)


@pytest.mark.parametrize("preset", PRESETS)
def test_no_key_is_used_twice_in_a_preset(preset: str) -> None:
    assert conflicts({action.id: keys_of(action, preset) for action in ACTIONS}) == ()
    assert set(PRESETS[preset]) <= set(BY_ID)
    taken = {key for action in ACTIONS for key in keys_of(action, preset)} & RESERVED
    assert not taken, "the canvas moves its cross by these"


def test_a_conflict_is_found_only_where_both_can_be_used() -> None:
    assert len(conflicts({"image.next": ("D",), "tool.point": ("d",)})) == 1
    assert conflicts({"prompt.cycle": ("Return",), "object.edit": ("Return",)}) == ()
    assert overlap(Scope.APP, Scope.SELECTION)
    assert not overlap(Scope.PROMPT, Scope.SELECTION)


def test_every_action_is_bound(window: MainWindow) -> None:
    assert window.actions_.unbound == set()


def test_actions_follow_what_is_open(window: MainWindow) -> None:
    assert window.actions_["file.open_folder"].isEnabled()
    assert not window.actions_["image.next"].isEnabled()
    assert not window.actions_["object.delete"].isEnabled()


def test_a_preset_is_applied_at_once(window: MainWindow) -> None:
    window.settings.set("keys.preset", "CVAT")
    assert window.actions_["image.next"].shortcut() == QKeySequence("F")
    window.settings.set("keys.preset", "SlimSAM")
    assert window.actions_["image.next"].shortcut() == QKeySequence("D")


def test_the_palette_finds_and_triggers(qtbot: QtBot, window: MainWindow) -> None:
    palette = CommandPalette(window.actions_, window.theme, window)
    qtbot.addWidget(palette)
    palette.show()
    qtbot.keyClicks(palette.line, "keyb")
    with qtbot.waitSignal(window.actions_["help.keys"].triggered):
        qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    sheet = window.findChild(ShortcutSheet)
    assert sheet is not None
    sheet.search.setText("palette xyz")
    sheet.close()


@pytest.mark.parametrize(
    ("wanted", "text", "found"),
    [("und", "Undo", True), ("nxi", "Next image", True), ("zz", "Zoom in", False), ("", "Anything", True)],
)
def test_letters_match_in_order(wanted: str, text: str, found: bool) -> None:
    assert (match(wanted, text) is not None) is found


def test_the_beginning_of_a_word_is_the_better_match() -> None:
    assert (match("im", "Next image") or 0) < (match("im", "Limit") or 0)


def test_colours_follow_the_setting(window: MainWindow) -> None:
    window.settings.set("look.scheme", "dark")
    assert window.theme.tokens is DARK
    window.settings.set("look.scheme", "light")
    assert window.theme.tokens is LIGHT


def restore_button(dialog: SettingsDialog) -> QPushButton:
    return next(b for b in dialog.findChildren(QPushButton) if b.text() == "Restore the defaults")


def agree(qtbot: QtBot, dialog: QDialog, button: QPushButton, text: str) -> str:
    """Press the button of a dialog and agree to what it asks; returns what was said."""
    dialog.show()
    qtbot.mouseClick(button, LEFT)
    question = next(b for b in dialog.findChildren(QMessageBox, "askFirst") if b.isVisible())
    words = f"{question.text()} {question.informativeText()}"
    qtbot.mouseClick(next(b for b in question.buttons() if b.text() == text), LEFT)
    return words


def restore(qtbot: QtBot, dialog: SettingsDialog) -> str:
    """Ask for the defaults and agree; returns what was said."""
    return agree(qtbot, dialog, restore_button(dialog), "Restore")


def test_settings_are_applied_at_once_and_can_be_restored(qtbot: QtBot, window: MainWindow) -> None:
    dialog = SettingsDialog(window.settings, window)
    qtbot.addWidget(dialog)
    window.settings.set("look.thumbnail_size", 96)
    assert window.images_dock.delegate.thumbnail_size == 96
    dialog.show()
    qtbot.mouseClick(restore_button(dialog), LEFT)
    question = dialog.findChild(QMessageBox, "askFirst")
    assert question is not None
    assert window.settings.get("look.thumbnail_size") == 96, "nothing before the answer"
    assert "1 setting goes back" in question.text()
    qtbot.mouseClick(question.button(QMessageBox.StandardButton.Cancel), LEFT)
    assert window.settings.get("look.thumbnail_size") == 96
    restore(qtbot, dialog)
    default = next(setting.default for setting in TABLE if setting.key == "look.thumbnail_size")
    assert window.settings.get("look.thumbnail_size") == window.images_dock.delegate.thumbnail_size == default
