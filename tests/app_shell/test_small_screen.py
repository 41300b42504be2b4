"""Every dialog fits into a small screen, as 1280x800 at a scale of 150 % is: what has no room scrolls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QRect, QSize, Qt, QTranslator
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog
from pytestqt.qtbot import QtBot

from slimsam_app import i18n
from slimsam_app.windows import on_screen
from slimsam_app.windows.main_window import MainWindow
from slimsam_app.windows.on_screen import TITLE_PX
from tests.app_shell.conftest import open_and_wait
from tests.app_shell.test_connections import OPENERS, _windows
from tests.app_shell.test_labelling import add_object

ROOM = QRect(0, 0, 850, 530)
"""What a desktop leaves of 1280x800 pixels at 150 %."""


@pytest.fixture(params=["en", "de"])
def spoken(
    request: pytest.FixtureRequest,
    qtbot: QtBot,
    qapp: QApplication,
    make_window: Callable[[], MainWindow],
    folder: Path,
) -> Iterator[MainWindow]:
    """A window in each language, with a labelled folder; it lies half outside of the screen."""
    before = set(qapp.findChildren(QTranslator))
    i18n.install(request.param)
    window = make_window()
    open_and_wait(qtbot, window, folder)
    add_object(window)
    window.move(500, 300)
    yield window
    for translator in set(qapp.findChildren(QTranslator)) - before:
        qapp.removeTranslator(translator)


def test_every_dialog_fits_into_a_small_screen(
    qtbot: QtBot, spoken: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wizard reached beyond the edge with its buttons, and so did four others."""
    monkeypatch.setattr(on_screen, "room_of", lambda _: ROOM)
    beyond = {}
    for name in OPENERS:
        before = set(_windows(spoken))
        spoken.workbench.objects.select(a.id for a in spoken.workbench.objects.objects[:1])
        OPENERS[name](spoken)
        shown = [found for found in _windows(spoken) if found not in before]
        qtbot.waitUntil(lambda: not spoken.workbench.pool.busy, timeout=120_000)
        for dialog in shown:
            title = 0 if dialog.windowType() == Qt.WindowType.Popup else TITLE_PX
            place = QRect(dialog.pos(), dialog.size() + QSize(0, title))
            if not dialog.testAttribute(Qt.WidgetAttribute.WA_Moved) and isinstance(dialog, QDialog):
                place.moveTo(ROOM.topLeft())  # Qt placed it, on a screen that is larger here
            if not isinstance(dialog, QFileDialog) and not ROOM.contains(place):
                beyond[name] = place
            dialog.close()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert beyond == {}
