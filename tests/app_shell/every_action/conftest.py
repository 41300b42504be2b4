"""The person before the window."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from slimsam_app.windows.main_window import MainWindow
from tests.app_shell.every_action.hands import Hands, choose_in_menu


@pytest.fixture
def hands(
    action_id: str,
    key: str,
    qtbot: QtBot,
    window: MainWindow,
    folder: Path,
    request: pytest.FixtureRequest,
) -> Hands:
    """A person who triggers the action of this test by this key, or by its menu."""

    def trigger() -> None:
        assert window.actions_[action_id].isEnabled()
        if key:
            target = window.workspace.canvas if window.workbench.document.is_open else window
            QTest.keySequence(target, QKeySequence(key))
        else:
            choose_in_menu(window, action_id)

    window.activateWindow()
    return Hands(qtbot, window, folder, trigger, lambda: request.getfixturevalue("tiny_model"))
