"""Keys of one's own on top of a preset: chosen by pressing them, moved when taken, kept as data."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from slimsam_app import keys
from slimsam_app.actions import ACTIONS, BY_ID, PRESETS, conflicts, keys_of
from slimsam_app.settings import Settings
from slimsam_app.windows.dialogs.keys_dialog import KeysDialog
from slimsam_app.windows.dialogs.settings_dialog import SettingsDialog
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.files.user_folders import settings_path
from tests.app_shell.test_actions import agree, restore


@pytest.fixture
def dialog(opened: MainWindow) -> KeysDialog:
    """The dialog as the settings open it."""
    SettingsDialog(opened.settings, opened).open()
    button = opened.findChild(QPushButton, "setting_keys.own")
    assert button is not None
    button.click()
    found = opened.findChild(KeysDialog)
    assert found is not None
    return found


def press(qtbot: QtBot, dialog: KeysDialog, key: Qt.Key, held: Qt.KeyboardModifier | None = None) -> None:
    qtbot.keyClick(dialog.recorder, key, held or Qt.KeyboardModifier.NoModifier)


def close_all(window: MainWindow) -> None:
    for kind in (KeysDialog, SettingsDialog):
        for found in window.findChildren(kind):
            found.close()


def test_a_free_key_is_in_force_at_once_and_after_a_restart(
    qtbot: QtBot, opened: MainWindow, dialog: KeysDialog
) -> None:
    dialog.choose("image.next")
    press(qtbot, dialog, Qt.Key.Key_J)
    assert dialog.verdict.text() == ""
    dialog.use.click()
    close_all(opened)
    first = opened.workbench.navigator.current_id
    opened.activateWindow()
    qtbot.waitUntil(opened.isActiveWindow)
    opened.workspace.canvas.setFocus()
    qtbot.keyClick(opened.workspace.canvas, Qt.Key.Key_D)
    assert opened.workbench.navigator.current_id == first
    qtbot.keyClick(opened.workspace.canvas, Qt.Key.Key_J)
    assert opened.workbench.navigator.current_id != first
    again = Settings(settings_path())
    assert keys.keys_in_force(again)["image.next"] == ("J",)
    assert "J" in opened.actions_["image.next"].toolTip()


def test_a_taken_key_is_told_and_moved_never_doubled(
    qtbot: QtBot, opened: MainWindow, dialog: KeysDialog
) -> None:
    dialog.choose("image.next")
    press(qtbot, dialog, Qt.Key.Key_B)
    assert "Brush" in dialog.verdict.text()
    dialog.add.click()
    in_force = keys.keys_in_force(opened.settings)
    assert in_force["image.next"] == ("D", "PgDown", "B")
    assert in_force["tool.brush"] == ()
    assert conflicts(in_force) == ()
    assert opened.actions_["tool.brush"].shortcuts() == []
    dialog.reset.click()
    assert keys.keys_in_force(opened.settings)["image.next"] == ("D", "PgDown")
    press(qtbot, dialog, Qt.Key.Key_J)
    dialog.add.click()
    assert "1 own key goes back" in agree(qtbot, dialog, dialog.reset_all, "Reset all")
    assert keys.keys_in_force(opened.settings) == {a.id: a.keys for a in ACTIONS}
    close_all(opened)


def test_a_key_that_was_taken_goes_back_when_one_changes_ones_mind(
    qtbot: QtBot, opened: MainWindow, dialog: KeysDialog
) -> None:
    dialog.choose("mask.fill_holes")
    press(qtbot, dialog, Qt.Key.Key_B)
    assert "Brush then has no key." in dialog.verdict.text()
    dialog.use.click()
    assert keys.keys_in_force(opened.settings)["tool.brush"] == ()
    press(qtbot, dialog, Qt.Key.Key_F8)
    dialog.use.click()
    assert keys.keys_in_force(opened.settings)["tool.brush"] == ("B",)
    assert dialog.verdict.text() == "Given back to: Brush."
    assert conflicts(keys.keys_in_force(opened.settings)) == ()
    press(qtbot, dialog, Qt.Key.Key_B)
    dialog.add.click()
    dialog.none.click()
    assert keys.keys_in_force(opened.settings)["tool.brush"] == ("B",)
    close_all(opened)


def test_after_a_key_is_taken_no_button_waits_to_take_it_away(qtbot: QtBot, dialog: KeysDialog) -> None:
    dialog.activateWindow()
    dialog.choose("image.next")
    press(qtbot, dialog, Qt.Key.Key_J)
    dialog.use.setFocus()
    qtbot.waitUntil(dialog.use.hasFocus)
    qtbot.keyClick(dialog.use, Qt.Key.Key_Space)
    assert not dialog.use.isEnabled()
    qtbot.waitUntil(lambda: dialog.focusWidget() is dialog.recorder)


def test_a_key_may_serve_two_situations_that_exclude_each_other(
    qtbot: QtBot, opened: MainWindow, dialog: KeysDialog
) -> None:
    dialog.choose("prompt.cycle")
    press(qtbot, dialog, Qt.Key.Key_H)
    assert dialog.verdict.text() == "", "hiding needs a selection, cycling an open prompt"
    dialog.choose("object.hide")
    assert not dialog.use.isEnabled(), "nothing was pressed for this one"
    close_all(opened)


def test_space_stays_with_the_canvas_and_no_key_is_possible(
    qtbot: QtBot, opened: MainWindow, dialog: KeysDialog
) -> None:
    dialog.choose("tool.point")
    press(qtbot, dialog, Qt.Key.Key_Space)
    assert "canvas" in dialog.verdict.text()
    assert not dialog.use.isEnabled()
    dialog.none.click()
    assert opened.actions_["tool.point"].shortcuts() == []
    dialog.search.setText("points")
    shown = [item.text(0) for item in dialog._items() if not item.isHidden()]
    assert "Points" in shown
    assert "Brush" not in shown
    close_all(opened)


def test_own_keys_lie_on_top_of_whatever_preset(opened: MainWindow) -> None:
    keys.set_keys(opened.settings, {"image.next": ("J",)})
    for preset in PRESETS:
        opened.settings.set("keys.preset", preset)
        assert opened.actions_["image.next"].shortcut() == QKeySequence("J")
        assert opened.actions_["image.previous"].shortcut() == QKeySequence(
            keys_of(BY_ID["image.previous"], preset)[0]
        )
    keys.set_keys(opened.settings, {"image.next": keys_of(BY_ID["image.next"], preset)})
    assert opened.settings.get("keys.own") == "{}", "what the preset has is not kept"


def test_restoring_the_settings_restores_the_keys_and_says_so(qtbot: QtBot, opened: MainWindow) -> None:
    keys.set_keys(opened.settings, {"image.next": ("J",)})
    dialog = SettingsDialog(opened.settings, opened)
    dialog.show()
    assert "Your own key goes too: 1." in restore(qtbot, dialog)
    assert opened.actions_["image.next"].shortcut() == QKeySequence("D")
    dialog.close()


def test_what_cannot_be_a_key_is_refused(opened: MainWindow) -> None:
    for wrong in ("Space", "", "Bogus", "Ctrl+K, Ctrl+C"):
        with pytest.raises(ValueError, match="cannot be a key"):
            keys.set_keys(opened.settings, {"image.next": (wrong,)})
    with pytest.raises(KeyError):
        keys.set_keys(opened.settings, {"no.such": ("J",)})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["image.next", "tool.brush", "x"]), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(kept=JSON.map(json.dumps) | st.text(max_size=20))
def test_whatever_the_file_says_every_action_has_usable_keys(
    tmp_path_factory: pytest.TempPathFactory, qapp: object, kept: str
) -> None:
    assert qapp is not None
    settings = Settings(tmp_path_factory.mktemp("settings") / "settings.json")
    settings.set("keys.own", kept)
    found = keys.keys_in_force(settings)
    assert set(found) == set(BY_ID)
    assert all(QKeySequence(key).count() == 1 for chosen in found.values() for key in chosen)
