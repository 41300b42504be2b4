"""The wheel changes nothing that was not chosen; devices and models that are gone leave a model in use."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDoubleSpinBox,
    QScrollArea,
    QSlider,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

import slimsam_core
from slimsam_app.settings import BY_KEY
from slimsam_app.windows.dialogs import settings_dialog
from slimsam_app.windows.dialogs.settings_dialog import SettingsDialog, offered
from slimsam_app.windows.guard import FIELDS
from slimsam_app.windows.main_window import MainWindow
from slimsam_app.workers.loading import load
from slimsam_app.workers.wanted import Wanted
from slimsam_core.commands.command_line import COMMANDS
from slimsam_core.errors import DeviceUnavailable, ModelNotFound
from tests.app_shell.test_connections import OPENERS, _windows
from tests.app_shell.test_labelling import add_object, banner_texts


def turn(field: QWidget, notches: int = -1) -> None:
    """Turn the wheel over a widget."""
    middle = QPointF(field.rect().center())
    event = QWheelEvent(
        middle,
        QPointF(field.mapToGlobal(middle.toPoint())),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(field, event)


def value_of(field: QWidget) -> object:
    if isinstance(field, QComboBox):
        return field.currentIndex()
    return field.value() if isinstance(field, QSpinBox | QDoubleSpinBox | QSlider) else None


def fields_of(window: QWidget) -> list[QWidget]:
    return [field for kind in FIELDS for field in window.findChildren(kind)]


@pytest.mark.parametrize("name", OPENERS)
def test_the_wheel_changes_no_field_of_a_dialog_without_focus(
    name: str, qtbot: QtBot, opened: MainWindow
) -> None:
    add_object(opened)
    opened.workbench.objects.select(a.id for a in opened.workbench.objects.objects[:1])
    OPENERS[name](opened)
    qtbot.waitUntil(lambda: not opened.workbench.pool.busy, timeout=120_000)
    for window in [opened, *_windows(opened)]:
        for field in fields_of(window):
            if QApplication.focusWidget() in (field, *field.findChildren(QWidget)):
                continue
            before = value_of(field)
            for notches in (-3, 3, 3):
                turn(field, notches)
                assert value_of(field) == before, field.objectName()
            if field.isVisible():
                assert field.focusPolicy() != Qt.FocusPolicy.WheelFocus, field.objectName()
    for window in _windows(opened):
        window.close()


def test_a_field_that_was_chosen_takes_the_wheel_and_another_scrolls_the_page(
    qtbot: QtBot, opened: MainWindow
) -> None:
    opened.actions_["edit.settings"].trigger()
    dialog = opened.findChild(SettingsDialog)
    assert dialog is not None
    dialog.resize(560, 300)
    area = dialog.findChild(QScrollArea)
    size = dialog.findChild(QSpinBox, "setting_look.thumbnail_size")
    device = dialog.findChild(QComboBox, "setting_model.device")
    assert area is not None
    assert size is not None
    assert device is not None
    qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() > 0)
    assert device.isVisible()
    area.ensureWidgetVisible(device)
    area.verticalScrollBar().setValue(area.verticalScrollBar().value() - 40)
    before = area.verticalScrollBar().value()
    place = device.mapTo(dialog, device.rect().center())
    QTest.wheelEvent(dialog.windowHandle(), place, QPoint(0, -120))
    assert area.verticalScrollBar().value() > before
    assert opened.settings.get("model.device") == "auto"
    dialog.activateWindow()
    size.setFocus()
    before = size.value()
    turn(size, 1)
    assert isinstance(size, QAbstractSpinBox)
    assert size.value() > before
    dialog.close()


def test_only_devices_that_exist_are_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    setting = BY_KEY["model.device"]
    monkeypatch.setattr(settings_dialog, "usable_devices", lambda: ("cpu",))
    assert offered(setting, "auto") == [("auto", "Automatic"), ("cpu", "CPU")]
    assert offered(setting, "cuda")[-1] == ("cuda", "CUDA (not found here)")
    monkeypatch.setattr(settings_dialog, "usable_devices", lambda: ("cpu", "cuda"))
    assert [choice for choice, _ in offered(setting, "auto")] == ["auto", "cpu", "cuda"]
    assert offered(BY_KEY["look.scheme"], "auto")[1] == ("light", "Light")


def _load_at_start(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.prompting.client.model_ready, timeout=60_000):
        window.workbench.model_in_use.start()


def test_a_stored_device_that_is_gone_leaves_a_model_and_is_told(qtbot: QtBot, window: MainWindow) -> None:
    window.settings.set("model.device", "cuda")
    with pytest.raises(DeviceUnavailable):
        load(Wanted(None, "cuda", "auto"))  # else this machine has the device, and there is nothing to show
    _load_at_start(qtbot, window)
    status = window.prompting.client.status
    assert status is not None
    assert status.device == "cpu"
    assert window.status.model_button.text().startswith(status.name)
    assert "cannot be used here" in banner_texts(window)
    assert window.settings.get("model.device") == "cuda", "the choice stays for the day the device is back"


def test_a_stored_model_that_is_gone_leaves_a_model_and_is_told(qtbot: QtBot, window: MainWindow) -> None:
    window.settings.set("model.name", "a-model-that-was-deleted")
    with pytest.raises(ModelNotFound):
        load(Wanted("a-model-that-was-deleted", "auto", "auto"))
    _load_at_start(qtbot, window)
    assert window.prompting.client.status is not None
    assert "not installed any more" in banner_texts(window)


SHELL = re.compile(rf"(^|[\s(\"'`])--[a-z]|\bslimsam ({'|'.join(COMMANDS)})\b")
WRITTEN = {"export/safetensors_file.py"}
"""Modules that write a page beside a file, with commands to copy."""
ERRORS = re.compile(r"(Error|Unavailable|NotFound|ReadOnly|OutOfMemory)$")
CORE = Path(slimsam_core.__file__).parent
SHELL_MODULES = [
    path
    for path in sorted(CORE.rglob("*.py"))
    if path.relative_to(CORE).parts[0] not in ("commands", "cli.py", "__main__.py")
]


def test_no_error_that_a_window_may_show_speaks_of_the_shell() -> None:
    found = []
    for path in SHELL_MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ERRORS.search(ast.unparse(node.func)):
                values = [*node.args, *(word.value for word in node.keywords if word.arg != "command")]
                found += [f"{path}:{text}" for value in values for text in shell_words(value)]
    assert not found, "say it in words that fit the window and the shell, and give command="


def test_no_sentence_that_stands_elsewhere_names_a_command() -> None:
    """Hints may be made far from their errors: a command is only what an error's ``command`` is made of."""
    found = []
    for path in SHELL_MODULES:
        if path.relative_to(CORE).as_posix() in WRITTEN:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            said = isinstance(node, ast.Call) and ast.unparse(node.func) in ("sentence", "mark", "counted")
            if said or (isinstance(node, ast.Assign) and "HINT" in ast.unparse(node.targets[0])):
                found += [f"{path}:{text}" for text in shell_words(node)]
    assert not found


def shell_words(node: ast.AST) -> list[str]:
    """Texts within it that are to be typed in a shell, with their lines."""
    return [
        f"{part.lineno}: {part.value}"
        for part in ast.walk(node)
        if isinstance(part, ast.Constant)
        and isinstance(part.value, str)
        and SHELL.search(part.value)
        and "pip install" not in part.value  # how another package comes to this Python, the window cannot do
    ]
