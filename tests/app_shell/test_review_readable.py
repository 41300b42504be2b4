"""Every reason of the review queue is read whole in the narrow panel, and its buttons, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QRect, Qt, QTranslator
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QStyleOptionViewItem, QToolTip
from pytestqt.qtbot import QtBot

from slimsam_app import i18n
from slimsam_app.windows.docks.queue_panel import WrappedRows
from slimsam_app.windows.main_window import MainWindow
from tests.app_shell.conftest import open_and_wait
from tests.app_shell.test_grey_actions import press
from tests.app_shell.test_review_queue import CTRL, SHIFT, add, click_row


@pytest.fixture(params=["en", "de"])
def reviewed(
    request: pytest.FixtureRequest,
    qtbot: QtBot,
    qapp: QApplication,
    make_window: Callable[[], MainWindow],
    folder: Path,
) -> Iterator[MainWindow]:
    """A window of this language with a queue of long reasons, as narrow as it is at first."""
    i18n.install(request.param)
    window = make_window()
    open_and_wait(qtbot, window, folder)
    add(window, 3, 3, predicted_iou=0.3, stability_score=0.4)
    add(window, 20, 20, predicted_iou=0.3, stability_score=0.4, candidate_agreement=0.99)
    add(window, 20, 20, predicted_iou=0.3, stability_score=0.4)
    with qtbot.waitSignal(window.workbench.review.queue_changed, timeout=60_000):
        press(window, Qt.Key.Key_R, CTRL | SHIFT)
    qtbot.waitUntil(lambda: not window.workbench.pool.busy, timeout=120_000)
    yield window
    for translator in qapp.findChildren(QTranslator):
        QCoreApplication.removeTranslator(translator)


def test_rows_are_as_high_as_their_words_need(reviewed: MainWindow) -> None:
    tree = reviewed.review_dock.tree
    top = tree.topLevelItem(0)
    assert top is not None
    assert top.childCount() == 3
    lines = 0
    for entry in (top.child(n) for n in range(3)):
        tree.scrollToItem(entry)
        place = tree.visualItemRect(entry)
        assert place.right() <= tree.viewport().width()
        metrics = QFontMetrics(tree.font())
        room = QRect(0, 0, place.width(), 10_000)
        needed = metrics.boundingRect(room, Qt.TextFlag.TextWordWrap.value, entry.text(0))
        assert place.height() >= needed.height()
        assert needed.width() <= place.width(), "no word is wider than the panel"
        lines += needed.height() // metrics.height()
    assert lines > 3


def test_lines_are_painted_as_lines_and_not_as_the_code_of_their_end(reviewed: MainWindow) -> None:
    tree = reviewed.review_dock.tree
    top = tree.topLevelItem(0)
    assert top is not None
    delegate = tree.itemDelegate()
    assert isinstance(delegate, WrappedRows)
    painted = [delegate.words(tree.indexFromItem(top.child(n))) for n in range(3)]
    assert any("\n" in words for words in painted)
    assert not any("\\u2028" in words or "\u2028" in words for words in painted)


def test_the_buttons_have_room_for_their_words(reviewed: MainWindow) -> None:
    for button in reviewed.review_dock.buttons:
        assert button.isVisible()
        assert button.width() >= button.sizeHint().width()


def test_the_tip_of_an_entry_goes_when_the_queue_goes_on(qtbot: QtBot, reviewed: MainWindow) -> None:
    dock = reviewed.review_dock
    click_row(reviewed, 0, 0)
    QToolTip.showText(dock.tree.mapToGlobal(dock.tree.rect().center()), "the words of an entry", dock.tree)
    qtbot.waitUntil(QToolTip.isVisible, timeout=60_000)
    reviewed.workspace.canvas.setFocus()
    press(reviewed, Qt.Key.Key_Y)
    qtbot.waitUntil(lambda: not QToolTip.isVisible(), timeout=60_000)


def test_rows_are_as_high_as_their_words_need_beside_the_scroll_bar(
    qtbot: QtBot, reviewed: MainWindow
) -> None:
    tree = reviewed.review_dock.tree
    delegate = tree.itemDelegate()
    tree.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    QApplication.processEvents()
    tree.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
    tree.setFixedWidth(110)

    def fits() -> bool:
        top = tree.topLevelItem(0)
        rows = [tree.indexFromItem(top.child(n)) for n in range(top.childCount())] if top else []
        option = QStyleOptionViewItem()
        option.initFrom(tree)
        return bool(rows) and all(
            tree.visualRect(row).height() >= delegate.sizeHint(option, row).height() for row in rows
        )

    qtbot.waitUntil(fits, timeout=60_000)
