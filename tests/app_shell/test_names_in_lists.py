"""Names and numbers in the list of pictures, in a narrow panel."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPixmap, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from slimsam_app.theme import Theme
from slimsam_app.windows.delegates import ImageDelegate, listed_name, name_lines, short_name
from slimsam_app.windows.main_window import MainWindow
from tests.app_shell.conftest import open_and_wait, write_picture
from tests.app_shell.test_labelling import add_object


class Watched(ImageDelegate):
    """Keeps the words that it paints."""

    def __init__(self, theme: Theme, window: MainWindow) -> None:
        super().__init__(theme, window, 48)
        self.painted: list[str] = []

    def text(self, painter: QPainter, rect: QRect, text: str, *args: object, **named: object) -> int:
        self.painted.append(text)
        return super().text(painter, rect, text, *args, **named)  # type: ignore[arg-type]


@pytest.fixture
def listed() -> Callable[..., list[str]]:
    """Names of files -> what a list of them shows."""

    def names(*files: str) -> list[str]:
        model = QStandardItemModel()
        for file in files:
            model.appendRow(QStandardItem(file))
        return ["".join(listed_name(model.index(row, 0))) for row in range(model.rowCount())]

    return names


def test_no_name_has_an_ending_while_another_has_none(listed: Callable[..., list[str]]) -> None:
    assert listed("nyu_0103.jpg", "000000000471.jpg", "a.b.tiff") == ["nyu_0103", "000000000471", "a.b"]


def test_names_that_differ_by_their_ending_alone_show_it(listed: Callable[..., list[str]]) -> None:
    assert listed("a.jpg", "a.png", "b.png") == ["a.jpg", "a.png", "b"]
    assert listed(".jpg", "noending") == [".jpg", "noending"]


def test_an_ending_that_is_needed_stays_where_the_name_is_cut(window: MainWindow) -> None:
    metrics = QFontMetrics(window.font())
    shown = short_name("a long name of a photograph 17", metrics, 90, ".png")
    assert shown.endswith("7.png")
    assert "…" in shown
    assert metrics.horizontalAdvance(shown) <= 90


def painted(window: MainWindow, width: int) -> list[str]:
    delegate = Watched(window.theme, window)
    option = QStyleOptionViewItem()
    option.initFrom(window.images_dock.view)
    option.rect = QRect(0, 0, width, delegate.row_height)
    canvas = QPixmap(option.rect.size())
    painter = QPainter(canvas)
    index: QModelIndex = window.images_dock.view.model().index(0, 0)
    delegate.paint(painter, option, index)
    painter.end()
    return delegate.painted


def test_a_number_of_objects_stands_with_its_word(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    write_picture(tmp_path / "pictures" / "one.png")
    open_and_wait(qtbot, window, tmp_path / "pictures")
    add_object(window)
    assert painted(window, 400) == ["one", "1 object"]
    widths = [painted(window, width)[1] for width in range(400, 100, -1)]
    assert list(dict.fromkeys(widths))[:3] == ["1 object", "1 obj.", "1"]
    tip = window.images_dock.view.model().index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "1 object" in tip


@pytest.mark.parametrize(
    "name", ["DSC_20240611_trial_site_north_00417", "000000123456789_00417", "x" * 400 + "00417", "00417"]
)
@pytest.mark.parametrize("size", [48, 96, 160])
def test_beside_a_large_thumbnail_a_name_has_more_lines(window: MainWindow, name: str, size: int) -> None:
    """Names were cut to some letters beside a thumbnail of 96 pixels, with room for three lines."""
    metrics = QFontMetrics(window.font())
    for width in (60, 80, 120):
        for most in (1, 2, 3):
            lines = name_lines(name, metrics, width, most)
            assert len(lines) <= most
            assert all(metrics.horizontalAdvance(line) <= width for line in lines)
            assert "".join(lines).endswith("0417")
    delegate = Watched(window.theme, window)
    delegate.thumbnail_size = size
    assert delegate.row_height >= 50
    whole = "".join(name_lines("DSC_2024_00417", metrics, 70, 3))
    assert whole == "DSC_2024_00417"
