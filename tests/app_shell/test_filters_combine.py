"""What is ticked in the filter of the pictures and what is typed beside it are asked for together."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot

from slimsam_app.windows.filter_menu import MOST_CLASSES, FilterMenu
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.annotation import ImageState
from tests.app_shell.test_context_menus import line
from tests.app_shell.test_labelling import add_object


@pytest.fixture
def sorted_out(qtbot: QtBot, opened: MainWindow) -> MainWindow:
    """First picture: a cat, done. Second: a cat, in progress. Third: nothing, done."""
    workbench = opened.workbench
    workbench.classes.add("cat")
    for row in range(3):
        with qtbot.waitSignal(workbench.navigator.picture_ready, timeout=60_000):
            workbench.navigator.current_id = None
            workbench.navigator.go(workbench.navigator.ids[row])
        if row < 2:
            add_object(opened)
    workbench.set_state_of([workbench.navigator.ids[row] for row in (0, 2)], ImageState.DONE)
    qtbot.waitUntil(lambda: not workbench.pool.busy, timeout=120_000)
    return opened


def names(window: MainWindow) -> list[str]:
    model = window.images_model
    return [model.index(row).data() for row in range(model.rowCount())]


def tick(qtbot: QtBot, window: MainWindow, *texts: str) -> None:
    """Open the menu once and click lines of it, which leaves it open."""
    menu: QMenu = window.images_dock.filter
    menu.popup(QPoint(0, 0))
    for text in texts:
        with qtbot.waitSignal(window.workbench.navigator.order_changed, timeout=60_000):
            QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=line(menu, text))
        assert menu.isVisible(), "several lines can be ticked at a time"
    menu.close()


def tick_class(qtbot: QtBot, window: MainWindow, name: str) -> None:
    menu = next(m for m in window.images_dock.filter.findChildren(QMenu) if m.title() == "With the class")
    menu.popup(QPoint(0, 0))
    with qtbot.waitSignal(window.workbench.navigator.order_changed, timeout=60_000):
        QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=line(menu, name))
    menu.close()


def test_state_class_and_text_hold_together(qtbot: QtBot, sorted_out: MainWindow) -> None:
    tick_class(qtbot, sorted_out, "cat")
    assert names(sorted_out) == ["photo 2.png", "photo 10.png"]
    tick(qtbot, sorted_out, "Done")
    assert names(sorted_out) == ["photo 2.png"]
    assert sorted_out.images_dock.filter.words() == "Done · cat"
    assert "Done · cat" in sorted_out.images_dock.filter_button.toolTip()
    with qtbot.waitSignal(sorted_out.workbench.navigator.order_changed, timeout=60_000):
        sorted_out.images_dock.search.setText("10")
    assert names(sorted_out) == []


def test_two_states_are_one_or_the_other(qtbot: QtBot, sorted_out: MainWindow) -> None:
    tick(qtbot, sorted_out, "Done", "In progress")
    assert len(names(sorted_out)) == 3
    tick(qtbot, sorted_out, "Done")
    assert names(sorted_out) == ["photo 10.png"]


def test_with_and_without_objects_exclude_each_other(qtbot: QtBot, sorted_out: MainWindow) -> None:
    tick(qtbot, sorted_out, "With objects", "Without objects")
    assert names(sorted_out) == ["ünïcode 1.png"]
    assert sorted_out.images_dock.filter.words() == "Without objects"


def test_one_line_shows_all_again(qtbot: QtBot, sorted_out: MainWindow) -> None:
    tick(qtbot, sorted_out, "New", "Without objects")
    assert names(sorted_out) == []
    menu = sorted_out.images_dock.filter
    menu.popup(QPoint(0, 0))
    with qtbot.waitSignal(sorted_out.workbench.navigator.order_changed, timeout=60_000):
        QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=line(menu, "Show all images"))
    assert len(names(sorted_out)) == 3
    assert not menu.actions()[0].isEnabled(), "there is no filter to take away"
    qtbot.waitUntil(lambda: not sorted_out.workbench.pool.busy, timeout=120_000)


def test_a_class_that_is_renamed_stays_ticked_and_one_that_is_deleted_goes(
    qtbot: QtBot, sorted_out: MainWindow
) -> None:
    tick_class(qtbot, sorted_out, "cat")
    workbench = sorted_out.workbench
    (cat,) = workbench.document.categories()
    workbench.classes.rename(cat.id, "tiger")
    assert sorted_out.images_dock.filter.words() == "tiger"
    with qtbot.waitSignal(workbench.navigator.order_changed, timeout=60_000):
        workbench.classes.remove(cat.id, None)
    qtbot.waitUntil(lambda: len(names(sorted_out)) == 3, timeout=60_000)
    qtbot.waitUntil(lambda: not workbench.pool.busy, timeout=120_000)


def test_a_picture_that_the_filter_hides_marks_no_other_row(qtbot: QtBot, sorted_out: MainWindow) -> None:
    tick(qtbot, sorted_out, "In progress")
    hidden = sorted_out.workbench.document.project.image_ids()[-1]
    with qtbot.waitSignal(sorted_out.workbench.navigator.picture_ready, timeout=60_000):
        sorted_out.workbench.navigator.go(hidden)
    assert sorted_out.images_dock.chosen_ids == ()
    assert sorted_out.workbench.navigator.current_id == hidden
    qtbot.waitUntil(lambda: not sorted_out.workbench.pool.busy, timeout=120_000)


def test_a_hundred_thousand_classes_are_offered_in_part(qtbot: QtBot) -> None:
    """A file of others can bring them; a line for each of them took minutes."""
    parent = QWidget()
    qtbot.addWidget(parent)
    menu = FilterMenu(parent)
    menu.set_classes((number, f"class {number}") for number in range(100_000))
    assert len(menu._classes) == MOST_CLASSES
    assert not menu._class_menu.actions()[-1].isEnabled()
    menu.set_classes([(1, "cat")])
    assert [action.text() for action in menu._class_menu.actions()] == ["cat"]
