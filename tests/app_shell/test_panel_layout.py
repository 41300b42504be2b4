"""The room that panels leave to the picture, panels that fold, and what is remembered of both."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from slimsam_app.app import create_window
from slimsam_app.canvas.names import NamedObject, ink_on, place_names
from slimsam_app.settings import Settings
from slimsam_app.windows.main_window import MainWindow
from slimsam_app.windows.panel_layout import PanelChoice

LEAST_SHARE = 0.68
"""Of the width that the picture has in a window of 1280 pixels."""


def another(qtbot: QtBot, qapp: QApplication, window: MainWindow) -> MainWindow:
    """A window with the same settings file, as after a restart."""
    again = create_window(qapp, Settings(window.settings.path))
    qtbot.addWidget(again)
    return again


def test_the_picture_has_two_thirds_of_the_window(opened: MainWindow, qapp: QApplication) -> None:
    opened.resize(QSize(1280, 720))
    qapp.processEvents()
    assert opened.width() == 1280
    assert opened.workspace.canvas.width() >= LEAST_SHARE * opened.width()


def test_a_folded_panel_takes_its_heading_and_is_folded_after_a_restart(
    opened: MainWindow, qtbot: QtBot, qapp: QApplication
) -> None:
    dock, below = opened.classes_dock, opened.objects_dock
    room = below.height()
    qtbot.mouseClick(dock.fold, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: below.height() > room)
    assert not dock.widget().isVisible()
    assert dock.isVisible()
    again = another(qtbot, qapp, opened)
    assert again.classes_dock.folded
    assert not again.objects_dock.folded
    qtbot.mouseClick(dock.fold, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(dock.widget().isVisible)
    assert not another(qtbot, qapp, opened).classes_dock.folded


def test_one_key_goes_through_the_layouts_and_the_last_is_remembered(
    opened: MainWindow, qtbot: QtBot, qapp: QApplication
) -> None:
    shares = []
    for _ in PanelChoice:
        opened.actions_["view.panels"].trigger()
        qapp.processEvents()
        shares.append(opened.workspace.canvas.width())
    right_only, none, everything = shares
    assert everything < right_only < none
    opened.actions_["view.panels"].trigger()
    again = another(qtbot, qapp, opened)
    assert again.panels.choice is PanelChoice.RIGHT
    again.panels.show(True)
    assert again.images_dock.isHidden()
    assert not again.classes_dock.isHidden()


@pytest.mark.parametrize("stored", ["nonsense", "", "[1]"])
def test_what_cannot_be_read_of_the_layout_is_the_usual_one(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, stored: str
) -> None:
    settings = Settings(tmp_path / "settings.json")
    settings.set("state.panels", stored)
    settings.set("state.folded", stored)
    window = create_window(qapp, settings)
    qtbot.addWidget(window)
    assert window.panels.choice is PanelChoice.ALL
    assert not window.classes_dock.folded


def test_tools_have_words_when_they_are_wanted(opened: MainWindow, qapp: QApplication) -> None:
    narrow = opened.tool_bar.sizeHint().width()
    opened.settings.set("look.tool_words", True)
    qapp.processEvents()
    assert opened.tool_bar.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonTextUnderIcon
    assert opened.tool_bar.sizeHint().width() > narrow
    opened.settings.set("look.tool_words", False)
    assert opened.tool_bar.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonIconOnly


RED = QColor("#ff0000")


def named(left: float, top: float, side: float, name: str, first: bool = False) -> NamedObject:
    return NamedObject(QRectF(left, top, side, side), name, RED, first)


@pytest.mark.usefixtures("qapp")
def test_names_that_would_overlap_are_left_out_small_ones_first() -> None:
    metrics, picture = QFontMetricsF(QFont()), QRectF(0, 0, 1000, 1000)
    large, small = named(10, 10, 500, "large"), named(12, 12, 50, "small")
    apart = named(700, 700, 50, "apart")
    placed = place_names([small, large, apart], picture, 1.0, metrics)
    assert {one.words for one in placed} == {"large", "apart"}
    selected = named(12, 12, 50, "small", first=True)
    assert "small" in {one.words for one in place_names([selected, large], picture, 1.0, metrics)}
    near = place_names([small, named(60, 60, 500, "large")], QRectF(0, 0, 9000, 9000), 9.0, metrics)
    assert len(near) == 2, "zoomed in there is room for both"


@pytest.mark.usefixtures("qapp")
def test_names_stay_inside_the_picture() -> None:
    picture = QRectF(100, 50, 300, 200)
    for one in place_names(
        [named(290, 190, 10, "a long name"), named(0, 0, 5, "b")], picture, 1.0, QFontMetricsF(QFont())
    ):
        assert picture.contains(one.place)


def test_the_window_comes_back_to_the_very_place(
    qtbot: QtBot, window: MainWindow, make_window: Callable[[], MainWindow]
) -> None:
    """Also where Qt takes its title bar to be higher than it is."""
    window.move(40, 3)
    qtbot.waitUntil(lambda: window.pos() == QPoint(40, 3), timeout=60_000)
    window.close()
    assert make_window().pos() == QPoint(40, 3)


@pytest.mark.parametrize(
    ("paper", "ink"), [("#f58231", "dark"), ("#3cb44b", "dark"), ("#4363d8", "white"), ("#911eb4", "white")]
)
def test_the_letters_of_a_class_have_the_ink_that_is_read_better(paper: str, ink: str) -> None:
    assert (ink_on(QColor(paper)).lightness() < 128) == (ink == "dark")
