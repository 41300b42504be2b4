"""Classes in another order, by mouse and keys; their digits stay with them when others move or go."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from slimsam_app.banner import Banner
from slimsam_app.item_models.classes_model import ClassRole
from slimsam_app.windows.dialogs.class_editor import ClassEditor
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.formats.project_records import Selection
from slimsam_core.formats.registry import WriteOptions, get_format
from slimsam_core.formats.transfer import export_project
from tests.app_canvas.canvas_hands import LEFT, NO_KEYS
from tests.app_shell.test_labelling import add_object

NAMES = ("person", "car", "tree", "bus")


@pytest.fixture
def editor(opened: MainWindow) -> ClassEditor:
    """The class editor over four classes."""
    for name in NAMES:
        opened.workbench.classes.add(name)
    opened.actions_["class.edit"].trigger()
    (editor,) = opened.findChildren(ClassEditor)
    return editor


def order(window: MainWindow) -> list[str]:
    return [c.name for c in window.workbench.document.categories()]


def keys(window: MainWindow) -> dict[str, str]:
    model = window.classes_model
    indexes = [model.index(row) for row in range(model.rowCount())]
    return {index.data(): index.data(ClassRole.KEY) for index in indexes}


def drag(editor: ClassEditor, name: str, onto: str, below: bool) -> None:
    """Drag a row to the upper or lower half of another one, with the mouse."""
    view, model = editor.view, editor.view.model()
    rows = {model.index(row, 0).data(): view.visualRect(model.index(row, 0)) for row in range(len(NAMES))}
    start = rows[name].center()
    end = rows[onto].center() + QPoint(0, 6 if below else -6)
    QTest.mousePress(view.viewport(), LEFT, NO_KEYS, start)
    steps = 1 + QApplication.startDragDistance()
    for step in range(1, steps + 1):
        QTest.mouseMove(view.viewport(), start + (end - start) * step / steps)
    QTest.mouseRelease(view.viewport(), LEFT, NO_KEYS, end)


@pytest.mark.parametrize(
    ("name", "onto", "below", "expected"),
    [
        ("bus", "person", False, ["bus", "person", "car", "tree"]),
        ("person", "tree", True, ["car", "tree", "person", "bus"]),
        ("car", "bus", True, ["person", "tree", "bus", "car"]),
        ("car", "car", True, list(NAMES)),
    ],
)
def test_a_class_is_dragged_to_another_place_and_keeps_its_key(
    opened: MainWindow, editor: ClassEditor, name: str, onto: str, below: bool, expected: list[str]
) -> None:
    before = keys(opened)
    drag(editor, name, onto, below)
    assert order(opened) == expected
    assert keys(opened) == before == dict(zip(NAMES, "1234", strict=True))
    if expected != list(NAMES):
        assert editor.name.text() == name, "it is still the chosen one"
        opened.workbench.undo()
        assert order(opened) == list(NAMES)
    editor.close()


def test_escape_ends_a_drag_that_changes_nothing(opened: MainWindow, editor: ClassEditor) -> None:
    view, first = editor.view, editor.view.visualRect(editor.view.model().index(0, 0)).center()
    QTest.mousePress(view.viewport(), LEFT, NO_KEYS, first)
    for y in range(0, 80, 8):
        QTest.mouseMove(view.viewport(), first + QPoint(0, y))
    QTest.keyClick(view, Qt.Key.Key_Escape)
    QTest.mouseRelease(view.viewport(), LEFT, NO_KEYS, first + QPoint(0, 80))
    assert editor.isVisible()
    assert order(opened) == list(NAMES)
    editor.close()


def test_alt_and_arrow_keys_move_a_class(opened: MainWindow, editor: ClassEditor) -> None:
    for key, expected in (
        (Qt.Key.Key_Down, ["car", "person", "tree", "bus"]),
        (Qt.Key.Key_Down, ["car", "tree", "person", "bus"]),
        (Qt.Key.Key_Up, ["car", "person", "tree", "bus"]),
        (Qt.Key.Key_Up, list(NAMES)),
        (Qt.Key.Key_Up, list(NAMES)),
    ):
        QTest.keyClick(editor.view, key, Qt.KeyboardModifier.AltModifier)
        assert order(opened) == expected
    editor.close()


def test_what_is_typed_is_applied_before_a_class_moves(opened: MainWindow, editor: ClassEditor) -> None:
    editor.name.setText("pedestrian")
    drag(editor, "person", "bus", below=True)
    assert order(opened) == ["car", "tree", "bus", "pedestrian"]
    editor.close()


def test_the_order_is_what_formats_without_names_number_by(
    opened: MainWindow, editor: ClassEditor, tmp_path: Path
) -> None:
    opened.workbench.objects.choose_category(opened.workbench.document.categories()[3].id)
    add_object(opened)
    drag(editor, "bus", "person", below=False)
    editor.close()
    export_project(
        opened.workbench.document.project, get_format("yolo"), tmp_path / "y", Selection(), WriteOptions()
    )
    (label,) = [path for path in (tmp_path / "y").rglob("*.txt") if path.read_text().strip()]
    assert label.read_text().split()[0] == "0"
    coco = tmp_path / "c.json"
    export_project(opened.workbench.document.project, get_format("coco"), coco, Selection(), WriteOptions())
    assert [c["name"] for c in json.loads(coco.read_text())["categories"]] == ["bus", *NAMES[:3]]


def test_deleting_a_class_moves_no_key(qtbot: QtBot, opened: MainWindow, editor: ClassEditor) -> None:
    editor.view.setCurrentIndex(editor.view.model().index(1, 0))
    qtbot.mouseClick(editor.delete, LEFT)
    assert keys(opened) == {"person": "1", "tree": "3", "bus": "4"}
    editor.close()
    canvas = opened.workspace.canvas
    qtbot.keyClick(canvas, Qt.Key.Key_4)
    assert opened.workbench.document.category(opened.workbench.objects.category_id).name == "bus"  # type: ignore[union-attr]
    qtbot.keyClick(canvas, Qt.Key.Key_2)
    assert opened.workbench.document.category(opened.workbench.objects.category_id).name == "bus"  # type: ignore[union-attr]


def test_keys_are_numbered_in_the_order_when_that_is_wanted(
    qtbot: QtBot, opened: MainWindow, editor: ClassEditor
) -> None:
    drag(editor, "bus", "person", below=False)
    assert keys(opened)["bus"] == "4"
    qtbot.mouseClick(editor.number_keys, LEFT)
    assert keys(opened) == {"bus": "1", "person": "2", "car": "3", "tree": "4"}
    editor.close()


def test_a_key_of_another_class_is_exchanged_with_it(opened: MainWindow, editor: ClassEditor) -> None:
    editor.hotkey.setFocus()
    QTest.keyClicks(editor.hotkey, "3")
    editor.hotkey.activated.emit(editor.hotkey.currentIndex())
    assert keys(opened) == {"person": "3", "car": "2", "tree": "1", "bus": "4"}
    editor.close()


def test_attributes_that_cannot_be_read_are_there_to_be_mended(
    opened: MainWindow, editor: ClassEditor
) -> None:
    typed = "size: small, large\nnonsense line"
    editor.attributes.setPlainText(typed)
    rows = editor.view.selectionModel()
    for _ in range(2):  # told first, then left as it is
        rows.setCurrentIndex(editor.view.model().index(1, 0), rows.SelectionFlag.ClearAndSelect)
        QApplication.processEvents()
    assert editor.name.text() == "car"
    rows.setCurrentIndex(editor.view.model().index(0, 0), rows.SelectionFlag.ClearAndSelect)
    assert editor.attributes.toPlainText() == typed
    editor.attributes.setPlainText("size: small, large")
    rows.setCurrentIndex(editor.view.model().index(1, 0), rows.SelectionFlag.ClearAndSelect)
    assert list(opened.workbench.document.categories()[0].attributes) == ["size"]
    assert not [b for b in editor.findChildren(Banner) if b.isVisible()], "what was told is mended"
