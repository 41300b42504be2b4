"""The settings file, whole, broken, foreign and unwritable."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from slimsam_app.settings import TABLE, Settings
from slimsam_app.windows.dialogs.settings_dialog import SettingsDialog


def test_values_come_back(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "deep" / "settings.json")
    settings.set("canvas.mask_opacity", 80)
    settings.remember(tmp_path)
    again = Settings(tmp_path / "deep" / "settings.json")
    assert again.get("canvas.mask_opacity") == 80
    assert again.recent() == (str(tmp_path),)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"values": 3}', "\x00", "[" * 100_000])
def test_a_broken_file_is_set_aside_and_the_defaults_are_used(tmp_path: Path, text: str) -> None:
    path = tmp_path / "settings.json"
    path.write_text(text)
    settings = Settings(path)
    assert settings.problem
    assert settings.get("look.scheme") == "auto"
    assert (tmp_path / "settings.broken.json").read_text() == text


@pytest.mark.parametrize("text", ["[]", "3", "{}", '{"values": 3}'])
def test_a_file_of_another_shape_is_told_in_words(tmp_path: Path, text: str) -> None:
    (tmp_path / "settings.json").write_text(text)
    problem = Settings(tmp_path / "settings.json").problem
    assert problem == f"{tmp_path / 'settings.json'}: it has no object 'values'"


def test_values_of_another_version_are_kept_and_wrong_ones_ignored(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    values = {
        "future.key": [1],
        "look.scheme": "purple",
        "canvas.mask_opacity": "much",
        "canvas.keep_zoom": 1,
    }
    path.write_text(json.dumps({"version": 99, "values": values}))
    settings = Settings(path)
    assert settings.get("look.scheme") == "auto"
    assert settings.get("canvas.mask_opacity") == 25
    assert settings.get("canvas.keep_zoom") is False
    settings.set("look.scheme", "dark")
    assert json.loads(path.read_text())["values"]["future.key"] == [1]


def test_every_default_is_accepted_and_nonsense_is_refused(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.json")
    for setting in TABLE:
        assert setting.accepts(setting.default), setting.key
        assert not setting.accepts(None)
    with pytest.raises(ValueError, match="opacity"):
        settings.set("canvas.mask_opacity", 101)
    with pytest.raises(KeyError):
        settings.get("no.such.key")


def test_a_folder_that_cannot_be_written_does_not_stop_the_work(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    settings = Settings(tmp_path / "file" / "settings.json")
    settings.set("look.scheme", "dark")
    assert settings.get("look.scheme") == "dark"
    assert settings.problem


def test_each_group_has_one_heading_and_no_hint_is_cut_off(qtbot: QtBot, tmp_path: Path) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = SettingsDialog(Settings(tmp_path / "settings.json"), parent)
    with qtbot.waitExposed(dialog):
        dialog.open()
    labels = dialog.findChildren(QLabel)
    headings = [label.text() for label in labels if label.property("role") == "heading"]
    assert len(headings) == len(set(headings))
    hints = [label for label in labels if label.property("role") == "muted"]
    assert hints
    for hint in hints:
        qtbot.waitUntil(lambda hint=hint: hint.height() >= hint.heightForWidth(hint.width()))
    dialog.close()


def test_the_fields_stand_below_each_other(qtbot: QtBot, tmp_path: Path) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = SettingsDialog(Settings(tmp_path / "s.json"), parent)
    dialog.show()
    qtbot.waitExposed(dialog)
    kinds = (QAbstractSpinBox, QComboBox, QPushButton, QLineEdit)
    named = [widget for widget in dialog.findChildren(QWidget) if widget.objectName().startswith("setting_")]
    fields = [widget for widget in named if isinstance(widget, kinds)]
    assert len(fields) > 8
    assert len({(field.x(), field.width()) for field in fields}) == 1


def test_two_windows_remember_each_others_folders(tmp_path: Path) -> None:
    for name in ("one", "two", "three"):
        (tmp_path / name).mkdir()
    here, there = Settings(tmp_path / "s.json"), Settings(tmp_path / "s.json")
    here.remember(tmp_path / "one")
    there.remember(tmp_path / "two")
    here.remember(tmp_path / "three")
    again = Settings(tmp_path / "s.json")
    assert [Path(name).name for name in again.recent()] == ["three", "one", "two"]
