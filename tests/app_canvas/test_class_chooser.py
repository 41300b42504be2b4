"""The chooser of classes at the pointer: by key and mouse, for what is open, selected, new, or just made."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QIcon
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from slimsam_app.banner import Banner
from slimsam_app.swatch import SWATCH_PX
from slimsam_app.windows.dialogs.class_chooser import ClassChooser, Fit, fit
from slimsam_app.windows.main_window import MainWindow
from tests.app_canvas.canvas_hands import CTRL, LEFT, NO_KEYS, click
from tests.app_canvas.test_class_of_objects import accept, lines, names, objects, press

NAMES = (
    "person", "car", "tree", "bus", "bicycle", "dog", "cat", "horse", "sheep", "cow", "traffic light",
    "caravan",
)  # fmt: skip
"""More than there are digits."""


@pytest.fixture
def classes(labelling: MainWindow) -> MainWindow:
    """Twelve classes; new objects are persons."""
    for name in NAMES:
        assert labelling.workbench.classes.add(name) is not None
    labelling.workbench.objects.choose_category(labelling.workbench.document.categories()[0].id)
    return labelling


def chooser(qtbot: QtBot, window: MainWindow) -> ClassChooser:
    """Press the key for it."""
    press(qtbot, window, Qt.Key.Key_I)
    return shown(window)


def shown(window: MainWindow) -> ClassChooser:
    (found,) = (c for c in window.findChildren(ClassChooser) if c.isVisible())
    return found


def rows(sheet: ClassChooser) -> list[str]:
    items = (sheet.list.topLevelItem(row) for row in range(sheet.list.topLevelItemCount()))
    return [item.text(0) for item in items if item is not None]


def take(sheet: ClassChooser, text: str) -> None:
    QTest.keyClicks(sheet.line, text)
    QTest.keyClick(sheet.line, Qt.Key.Key_Return)


def class_names(window: MainWindow) -> list[str]:
    return [c.name for c in window.workbench.document.categories()]


def test_a_class_without_a_digit_is_given_to_an_open_prompt_alone(qtbot: QtBot, classes: MainWindow) -> None:
    canvas = classes.workspace.canvas
    click(canvas, 40, 40)
    accept(qtbot, classes)
    qtbot.keyClick(canvas, Qt.Key.Key_A, CTRL)
    click(canvas, 110, 80)
    sheet = chooser(qtbot, classes)
    assert sheet.line.placeholderText() == "Class of what is open"
    take(sheet, "traf")
    assert classes.prompting.prompts.active, "the prompt is still open"
    accept(qtbot, classes)
    assert names(classes) == ["person", "traffic light"]


def test_selected_objects_are_relabelled_in_one_line_with_undo(qtbot: QtBot, classes: MainWindow) -> None:
    canvas = classes.workspace.canvas
    for place in ((40, 40), (110, 80)):
        click(canvas, *place)
        accept(qtbot, classes)
    qtbot.keyClick(canvas, Qt.Key.Key_A, CTRL)
    qtbot.keyClick(canvas, Qt.Key.Key_B, CTRL)
    sheet = shown(classes)
    assert sheet.line.placeholderText() == "Class of 2 selected objects"
    take(sheet, "LIGHT")
    assert names(classes) == ["traffic light"] * 2
    assert "2 objects are now “traffic light”." in lines(classes)
    banner = next(b for b in classes.findChildren(Banner) if "traffic" in b.key[1])
    qtbot.mouseClick(banner.findChild(object, "bannerOffer"), LEFT)
    assert names(classes) == ["person"] * 2


def test_the_last_used_classes_come_first_and_keys_stand_beside_them(
    qtbot: QtBot, classes: MainWindow
) -> None:
    for key in (Qt.Key.Key_3, Qt.Key.Key_7):
        press(qtbot, classes, key)
    sheet = chooser(qtbot, classes)
    assert rows(sheet)[:2] == ["cat", "tree"]
    assert sorted(rows(sheet)) == sorted(NAMES)
    item = sheet.list.topLevelItem(0)
    assert item is not None
    assert item.text(1) == "7"
    QTest.keyClick(sheet.line, Qt.Key.Key_Down)
    QTest.keyClick(sheet.line, Qt.Key.Key_Return)
    click(classes.workspace.canvas, 40, 40)
    accept(qtbot, classes)
    assert names(classes) == ["tree"]


def test_a_click_takes_a_class_and_escape_takes_none(qtbot: QtBot, classes: MainWindow) -> None:
    click(classes.workspace.canvas, 40, 40)
    sheet = chooser(qtbot, classes)
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible()
    assert classes.prompting.prompts.active
    assert classes.workbench.objects.category_id == classes.workbench.document.categories()[0].id
    sheet = chooser(qtbot, classes)
    row = sheet.list.topLevelItem(rows(sheet).index("cow"))
    assert row is not None
    QTest.mouseClick(sheet.list.viewport(), LEFT, NO_KEYS, sheet.list.visualItemRect(row).center())
    accept(qtbot, classes)
    assert names(classes) == ["cow"]


def test_a_new_name_and_enter_make_the_class_and_a_part_of_a_word_is_never_taken_for_it(
    qtbot: QtBot, classes: MainWindow
) -> None:
    click(classes.workspace.canvas, 40, 40)
    sheet = chooser(qtbot, classes)
    QTest.keyClicks(sheet.line, "van")
    assert rows(sheet) == ["New class “van”", "caravan"]
    QTest.keyClick(sheet.line, Qt.Key.Key_Return)
    accept(qtbot, classes)
    assert names(classes) == ["van"]
    assert class_names(classes) == [*NAMES, "van"]


def test_the_class_of_every_new_object_is_asked_for_and_a_new_name_makes_it(
    qtbot: QtBot, classes: MainWindow
) -> None:
    classes.settings.set("label.ask_class", True)
    click(classes.workspace.canvas, 40, 40)
    accept(qtbot, classes)
    assert shown(classes).line.placeholderText() == "Class of the new object"
    take(shown(classes), "lamp post")
    assert names(classes) == ["lamp post"]
    click(classes.workspace.canvas, 110, 80)
    accept(qtbot, classes)
    assert names(classes) == ["lamp post"] * 2, "the last one is offered for the next object"
    take(shown(classes), "bus")
    assert names(classes) == ["lamp post", "bus"]
    assert class_names(classes) == [*NAMES, "lamp post"]


def test_the_first_object_that_is_asked_for_leaves_no_class_that_nobody_named(
    qtbot: QtBot, labelling: MainWindow
) -> None:
    labelling.settings.set("label.ask_class", True)
    click(labelling.workspace.canvas, 40, 40)
    accept(qtbot, labelling)
    take(shown(labelling), "lamp post")
    assert class_names(labelling) == ["lamp post"]
    assert names(labelling) == ["lamp post"]


def test_escape_leaves_a_new_object_with_the_chosen_class(qtbot: QtBot, classes: MainWindow) -> None:
    classes.settings.set("label.ask_class", True)
    press(qtbot, classes, Qt.Key.Key_2)
    click(classes.workspace.canvas, 40, 40)
    accept(qtbot, classes)
    QTest.keyClick(shown(classes), Qt.Key.Key_Escape)
    assert names(classes) == ["car"]
    assert len(objects(classes)) == 1


def test_keys_typed_into_the_chooser_are_letters(qtbot: QtBot, classes: MainWindow) -> None:
    click(classes.workspace.canvas, 40, 40)
    sheet = chooser(qtbot, classes)
    focus = QApplication.focusWidget()
    assert focus is sheet.line
    QTest.keyClicks(focus, "d2")
    assert sheet.line.text() == "d2"
    assert classes.workbench.objects.category_id == classes.workbench.document.categories()[0].id
    sheet.close()


def test_the_chooser_stays_on_the_screen(qtbot: QtBot, classes: MainWindow) -> None:
    sheet = chooser(qtbot, classes)
    room = sheet.screen().availableGeometry()
    sheet.show_at(room.bottomRight())
    assert room.contains(sheet.geometry())
    sheet.close()


@pytest.mark.parametrize(
    ("wanted", "name", "how"),
    [
        ("Car", "car", Fit.NAME),
        ("car", "caravan", Fit.BEGINNING),
        ("light", "traffic_light", Fit.WORD),
        ("van", "caravan", Fit.INSIDE),
        ("crv", "caravan", None),
    ],
)
def test_how_a_name_fits(wanted: str, name: str, how: Fit | None) -> None:
    assert fit(wanted, name) is how


def test_after_the_chooser_the_keyboard_is_on_the_picture(qtbot: QtBot, classes: MainWindow) -> None:
    classes.images_dock.view.setFocus()
    classes.actions_["class.choose"].trigger()
    QTest.keyClick(shown(classes).line, Qt.Key.Key_Escape)
    qtbot.waitUntil(classes.workspace.canvas.hasFocus, timeout=60_000)
    classes.images_dock.view.setFocus()
    classes.actions_["class.choose"].trigger()
    take(shown(classes), "bus")
    qtbot.waitUntil(classes.workspace.canvas.hasFocus, timeout=60_000)


def test_the_square_of_the_chosen_row_has_the_colour_of_its_class(qtbot: QtBot, classes: MainWindow) -> None:
    sheet = chooser(qtbot, classes)
    row, category = sheet.list.currentItem(), classes.workbench.document.categories()[0]
    assert row.text(0) == category.name
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):
        pixels = row.icon(0).pixmap(QSize(SWATCH_PX, SWATCH_PX), mode).toImage()
        assert pixels.pixelColor(SWATCH_PX // 2, SWATCH_PX // 2) == QColor(category.display_color)
    sheet.close()
