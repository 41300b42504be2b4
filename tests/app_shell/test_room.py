"""What finds no room: tools and buttons, panels in a narrow window, words in their first widths."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTranslator
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QPushButton,
    QStyle,
    QStyleOptionComboBox,
    QStyleOptionViewItem,
    QTabBar,
    QToolBar,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from slimsam_app import i18n
from slimsam_app.actions import ACTIONS
from slimsam_app.banner import Banner
from slimsam_app.item_models.images_model import ImageRole
from slimsam_app.plain_text import PlainElidingLabel
from slimsam_app.windows.delegates import ImageDelegate, fitting
from slimsam_app.windows.dialogs.class_editor import ClassEditor
from slimsam_app.windows.dialogs.transfer_report_dialog import TransferReportDialog
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.annotation import ImageState
from tests.app_shell.conftest import open_and_wait

SMALL = QSize(585, 440)
"""A window that somebody made as small as it goes."""
LEAST_PICTURE_PX = 250
"""Of the width: less is a stamp."""


@pytest.fixture(params=["en", "de"])
def spoken(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[str]:
    """The language of the program."""
    before = qapp.findChildren(QTranslator)
    i18n.install(request.param)
    yield request.param
    for translator in qapp.findChildren(QTranslator):
        if translator not in before:
            qapp.removeTranslator(translator)
            translator.deleteLater()


@pytest.fixture
def shown(qtbot: QtBot, spoken: str, make_window: Callable[[], MainWindow], folder: Path) -> MainWindow:
    """A window over pictures, in the language, with a class and a picture in every state."""
    assert spoken
    window = make_window()
    open_and_wait(qtbot, window, folder)
    window.workbench.classes.add("car")
    return window


def unreachable(bar: QToolBar) -> list[str]:
    """Actions of a bar that have no whole button in it, while nothing leads to them."""
    more = bar.findChild(QToolButton, "qt_toolbar_ext_button")
    assert more is not None
    hidden = []
    for action in bar.actions():
        button = bar.widgetForAction(action)
        if isinstance(button, QToolButton) and not (
            button.isVisible() and bar.rect().contains(button.geometry())
        ):
            hidden.append(action.text())
    opens = more.isVisible() and bar.rect().contains(more.geometry()) and not more.icon().isNull()
    return [] if opens else hidden


@pytest.mark.parametrize("size", [QSize(1280, 720), QSize(900, 500), SMALL])
def test_every_tool_and_main_action_is_reached_with_words_under_the_tools(
    qtbot: QtBot, shown: MainWindow, size: QSize
) -> None:
    shown.settings.set("look.tool_words", True)
    shown.resize(size)
    bars = shown.findChildren(QToolBar)
    assert len(bars) == 2
    qtbot.waitUntil(lambda: not [name for bar in bars for name in unreachable(bar)], timeout=60_000)
    for bar in bars:  # what opens the rest is seen: it has a frame and a sign of its own
        more = bar.findChild(QToolButton, "qt_toolbar_ext_button")
        assert more is not None
        if more.isVisible():
            image = more.grab().toImage()
            places = [(x, y) for x in range(image.width()) for y in range(image.height())]
            assert len({image.pixelColor(x, y).name() for x, y in places}) > 2
    assert shown.tool_bar.width() <= 0.1 * 1280, "the words take little of the picture's room"


@pytest.mark.usefixtures("spoken")
def test_the_words_under_the_tools_are_short() -> None:
    """The bar is as wide as its widest word, whatever the letters are."""
    tools = [one for one in ACTIONS if one.id.startswith("tool.") and one.checkable]
    letters = sorted(len(i18n.tr(one.short or one.text)) for one in tools)
    assert len(letters) > 10
    assert letters[-1] <= 1.5 * letters[len(letters) // 2]


def test_the_tabs_of_panels_are_not_cut(qtbot: QtBot, shown: MainWindow) -> None:
    shown.resize(1280, 720)
    queues = (shown.agree_dock, shown.review_dock)
    for dock in queues:
        for other in queues:  # one at a time, as the actions see to it
            other.setVisible(other is dock)
        dock.raise_()

        def tabs() -> list[QTabBar]:
            return [bar for bar in shown.findChildren(QTabBar) if bar.isVisible() and bar.count() > 1]

        qtbot.waitUntil(lambda: bool(tabs()), timeout=60_000)
        QApplication.processEvents()
        for bar in tabs():
            words = [bar.fontMetrics().horizontalAdvance(bar.tabText(n)) for n in range(bar.count())]
            cut = [bar.tabText(n) for n, width in enumerate(words) if bar.tabRect(n).width() <= width]
            assert not cut, (words, [bar.tabRect(n).width() for n in range(bar.count())])
            assert bar.tabRect(bar.count() - 1).right() <= bar.width()


def test_in_a_small_window_the_panels_give_way_and_all_is_back_in_a_large_one(
    qtbot: QtBot, opened: MainWindow, folder: Path, make_window: Callable[[], MainWindow]
) -> None:
    opened.workbench.classes.add("car")
    panels = (opened.images_dock, opened.details_dock, opened.classes_dock, opened.objects_dock)

    def sizes(window: MainWindow) -> list[QSize]:
        docks = (window.images_dock, window.details_dock, window.classes_dock, window.objects_dock)
        return [dock.size() if dock.isVisible() else QSize() for dock in docks]

    qtbot.waitUntil(lambda: all(panel.isVisible() for panel in panels), timeout=60_000)
    QApplication.processEvents()
    before = sizes(opened)
    for _ in (1, 2):  # the second time it can be smaller: panels have gone
        opened.resize(SMALL)
        QApplication.processEvents()
    assert not opened.images_dock.isVisible()
    assert opened.workspace.canvas.width() >= LEAST_PICTURE_PX
    opened.resize(1280, 720)
    qtbot.waitUntil(lambda: sizes(opened) == before, timeout=60_000)
    opened.resize(SMALL)
    opened.close()
    again = make_window()
    open_and_wait(qtbot, again, folder)
    again.resize(1280, 720)
    qtbot.waitUntil(lambda: sizes(again) == before, timeout=60_000)


def test_who_asks_for_panels_in_a_small_window_gets_them(qtbot: QtBot, opened: MainWindow) -> None:
    opened.resize(SMALL)
    QApplication.processEvents()
    opened.actions_["view.panels"].trigger()
    assert not opened.classes_dock.isVisible()
    opened.actions_["view.panels"].trigger()
    qtbot.waitUntil(opened.images_dock.isVisible, timeout=60_000)
    opened.resize(1280, 720)
    QApplication.processEvents()
    opened.resize(SMALL)
    qtbot.waitUntil(lambda: not opened.images_dock.isVisible(), timeout=60_000)


def has_words(widget: QWidget) -> bool:
    """Whether it is a button that shows its text."""
    return isinstance(widget, QPushButton) or (
        isinstance(widget, QToolButton) and widget.toolButtonStyle() != Qt.ToolButtonStyle.ToolButtonIconOnly
    )


def cut(root: QWidget) -> list[str]:
    """Words that find no room in their widget, by its own letters."""
    found = []
    for widget in root.findChildren(QWidget):
        if not widget.isVisible():
            continue
        metrics = widget.fontMetrics()
        if isinstance(widget, QComboBox):
            option = QStyleOptionComboBox()
            widget.initStyleOption(option)
            part = QStyle.SubControl.SC_ComboBoxEditField
            room = widget.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, widget)
            words = [widget.itemText(row) for row in range(widget.count())]
            found += [text for text in words if metrics.horizontalAdvance(text) > room.width()]
        elif isinstance(widget, QLabel) and not isinstance(widget, PlainElidingLabel):
            if not widget.wordWrap() and metrics.size(0, widget.text()).width() > widget.width():
                found.append(widget.text())
        elif has_words(widget) and widget.sizeHint().width() > widget.width():
            found.append(widget.accessibleName())
    return found


def test_no_word_of_the_window_is_cut_in_its_first_widths(qtbot: QtBot, shown: MainWindow) -> None:
    QApplication.processEvents()
    qtbot.waitUntil(lambda: shown.width() == 1280, timeout=60_000)
    assert shown.details_dock.state.count() == len(ImageState)
    assert cut(shown) == []
    shown.actions_["image.queue"].trigger()
    shown.proposals_dock.show()
    shown.proposals_dock.raise_()
    QApplication.processEvents()
    assert cut(shown) == []


class Watched(ImageDelegate):
    """Keeps the words of the rows that it paints, with the room that they had."""

    def text(self, painter: QPainter, rect: QRect, text: str, *args: object, **named: object) -> int:
        self.painted.append((text, rect.width(), painter.fontMetrics().horizontalAdvance(text)))
        return super().text(painter, rect, text, *args, **named)  # type: ignore[arg-type]

    painted: list[tuple[str, int, int]]


class Row:
    """A row of the list of pictures: so many objects, with a draft."""

    def __init__(self, real: object, objects: int) -> None:
        self._real, self._objects = real, objects

    def data(self, role: int = 0) -> object:
        """As the model has it, but for the objects and the draft."""
        known = {ImageRole.OBJECTS: self._objects, ImageRole.DRAFT: True}
        return known[role] if role in known else self._real.data(role)  # type: ignore[attr-defined, index]

    def __getattr__(self, name: str) -> object:
        return getattr(self._real, name)


@pytest.mark.parametrize("objects", [0, 1, 20, 98_765])
def test_the_number_of_objects_is_whole_beside_state_and_draft(shown: MainWindow, objects: int) -> None:
    view = shown.images_dock.view
    delegate = Watched(shown.theme, view, 48)
    delegate.painted = []
    option = QStyleOptionViewItem()
    option.initFrom(view)
    option.rect = QRect(0, 0, view.viewport().width(), delegate.row_height)
    canvas = QPixmap(option.rect.size())
    painter = QPainter(canvas)
    delegate.paint(painter, option, Row(shown.images_model.index(0, 0), objects))  # type: ignore[arg-type]
    painter.end()
    words, room, needed = delegate.painted[-1]
    assert needed <= room, words
    assert any(letter.isdigit() for letter in words) == bool(objects), "a bare 0 says nothing"


def test_of_several_forms_the_longest_that_fits_is_taken(shown: MainWindow) -> None:
    metrics = shown.fontMetrics()
    forms = ("20 objects", "20")
    assert fitting(forms, metrics, 1000) == "20 objects"
    assert fitting(forms, metrics, metrics.horizontalAdvance("20 objects") - 1) == "20"
    assert fitting(forms, metrics, 0) == "20"


def test_what_is_wrong_with_a_class_stands_in_the_dialog_and_goes_when_it_is_mended(
    qtbot: QtBot, opened: MainWindow
) -> None:
    for name in ("car", "bus"):
        opened.workbench.classes.add(name)
    opened.actions_["class.edit"].trigger()
    editor = next(d for d in opened.findChildren(ClassEditor) if d.isVisible())

    def told() -> list[Banner]:
        return [b for b in editor.findChildren(Banner) if b.isVisible()]

    editor.attributes.setPlainText("size: small\nnonsense")
    editor.name.setText("bus")
    editor.name.editingFinished.emit()  # refused: the name is taken
    editor.name.editingFinished.emit()  # refused: a line that is no attribute
    QApplication.processEvents()
    (banner,) = told()
    place = QRect(banner.mapTo(editor, QPoint()), banner.size())
    under = [
        button
        for button in editor.findChildren(QAbstractButton)
        if button.isVisible()
        and not banner.isAncestorOf(button)
        and place.intersects(QRect(button.mapTo(editor, QPoint()), button.size()))
    ]
    assert under == []
    editor.attributes.setPlainText("size: small")
    editor.name.editingFinished.emit()
    assert told() == []
    editor.close()
    qtbot.waitUntil(lambda: not [b for b in opened.findChildren(Banner) if b.isVisible()], timeout=60_000)


def test_places_in_a_report_leave_the_words_their_room(opened: MainWindow) -> None:
    words, place = "what is the matter with this picture", "a/very/long/way/to/a/picture/" * 6 + "name.jpg"
    report = TransferReportDialog("Exported", "1 object", [(words, place)], opened)
    report.open()
    for width in (400, 900):
        report.resize(width, 300)
        QApplication.processEvents()
        header = report.list.header()
        assert header.sectionSize(0) >= header.sectionSize(1)
        assert header.length() <= report.list.viewport().width()
    report.close()


def test_a_place_is_read_at_once_in_the_report_of_a_merge(opened: MainWindow) -> None:
    place = "/home/ana/ana.slimsam"
    report = TransferReportDialog("Parts", "2 parts", [("1 image, 0 objects", place)], opened)
    report.show()
    assert report.list.columnWidth(1) >= report.list.fontMetrics().horizontalAdvance(place)
    report.close()
