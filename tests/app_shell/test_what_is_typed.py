"""One rule for all dialogs: with a Close button everything is applied at once, with OK nothing until OK."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QDialogButtonBox, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from slimsam_app.windows.dialogs.class_editor import ClassEditor
from slimsam_app.windows.dialogs.object_editor import ObjectEditor
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.annotation import Category, ImageState
from tests.app_shell.test_connections import OPENERS, _windows
from tests.app_shell.test_labelling import add_object, banner_texts

Box = QDialogButtonBox.StandardButton


@pytest.mark.parametrize("name", OPENERS)
def test_a_dialog_closes_or_accepts_and_never_applies_by_a_button(
    name: str, qtbot: QtBot, opened: MainWindow
) -> None:
    add_object(opened)
    opened.workbench.objects.select(a.id for a in opened.workbench.objects.objects[:1])
    OPENERS[name](opened)
    for dialog in _windows(opened):
        for box in dialog.findChildren(QDialogButtonBox):
            assert not (box.button(Box.Close) and (box.button(Box.Ok) or box.button(Box.Cancel)))
            assert not box.button(Box.Apply)
        words = [button.text().replace("&", "") for button in dialog.findChildren(QAbstractButton)]
        assert not [text for text in words if text.startswith("Apply")]
    qtbot.waitUntil(lambda: not opened.workbench.pool.busy, timeout=120_000)
    for dialog in _windows(opened):
        dialog.close()


@pytest.mark.parametrize("name", OPENERS)
def test_enter_in_a_field_ends_the_field_and_not_a_dialog_with_close(
    name: str, qtbot: QtBot, opened: MainWindow
) -> None:
    add_object(opened)
    opened.workbench.objects.select(a.id for a in opened.workbench.objects.objects[:1])
    OPENERS[name](opened)
    qtbot.waitUntil(lambda: not opened.workbench.pool.busy, timeout=120_000)
    for dialog in _windows(opened):
        if not any(box.button(Box.Close) for box in dialog.findChildren(QDialogButtonBox)):
            continue
        for field in [*dialog.findChildren(QLineEdit), *dialog.findChildren(QAbstractSpinBox)]:
            QTest.keyClick(field, Qt.Key.Key_Return)
            assert dialog.isVisible(), field.objectName()
    for dialog in _windows(opened):
        dialog.close()


@pytest.fixture
def editor(opened: MainWindow) -> ClassEditor:
    """The editor of two classes, the first of which is chosen."""
    opened.workbench.classes.add("cat")
    opened.workbench.classes.add("dog")
    opened.actions_["class.edit"].trigger()
    (found,) = opened.findChildren(ClassEditor)
    found.view.setCurrentIndex(found.view.model().index(0, 0))
    return found


def _press_close(editor: ClassEditor) -> None:
    (box,) = editor.findChildren(QDialogButtonBox)
    button = box.button(Box.Close)
    assert isinstance(button, QPushButton)
    button.click()


def _choose_other(editor: ClassEditor) -> None:
    editor.view.setCurrentIndex(editor.view.model().index(1, 0))


WAYS: dict[str, Callable[[ClassEditor], object]] = {
    "Close": _press_close,
    "Esc": lambda editor: QTest.keyClick(editor, Qt.Key.Key_Escape),
    "the window's own button": lambda editor: editor.close(),
    "another class": _choose_other,
}


def _first(window: MainWindow) -> Category:
    return window.workbench.document.categories()[0]


@pytest.mark.parametrize("way", WAYS)
def test_attributes_name_and_super_category_are_kept_whatever_way_a_class_is_left(
    way: str, opened: MainWindow, editor: ClassEditor
) -> None:
    editor.attributes.setPlainText("fur: long, short")
    editor.name.setText("kitten")
    editor.supercategory.setText("animal")
    WAYS[way](editor)
    first = _first(opened)
    assert dict(first.attributes) == {"fur": ["long", "short"]}
    assert (first.name, first.supercategory) == ("kitten", "animal")
    assert editor.isVisible() is (way == "another class")
    editor.close()
    assert dict(opened.workbench.document.categories()[1].attributes) == {}


def test_attributes_are_kept_when_another_field_is_chosen(opened: MainWindow, editor: ClassEditor) -> None:
    editor.activateWindow()
    editor.attributes.setFocus()
    QTest.keyClicks(editor.attributes, "age: number")
    editor.name.setFocus()
    assert dict(_first(opened).attributes) == {"age": "number"}
    editor.close()


@pytest.mark.parametrize("way", WAYS)
def test_attributes_that_cannot_be_read_are_told_before_they_are_lost(
    way: str, qtbot: QtBot, opened: MainWindow, editor: ClassEditor
) -> None:
    editor.attributes.setPlainText("nonsense")
    editor.name.setText("kitten")
    WAYS[way](editor)
    assert editor.isVisible()
    assert "line 1" in banner_texts(opened)
    assert editor.attributes.toPlainText() == "nonsense", "it can still be mended"
    assert _first(opened).name == "kitten", "what can be applied is"
    qtbot.waitUntil(lambda: editor.view.currentIndex().row() == 0)
    WAYS[way](editor)  # once more: leave it as it was
    assert dict(_first(opened).attributes) == {}
    assert editor.isVisible() is (way == "another class")
    editor.close()


def test_a_name_of_another_class_is_told_before_the_dialog_closes(
    opened: MainWindow, editor: ClassEditor
) -> None:
    before = _first(opened)
    editor.name.setText(opened.workbench.document.categories()[1].name)
    editor.close()
    assert editor.isVisible()
    assert "There is a class" in banner_texts(opened)
    editor.close()
    assert _first(opened) == before


@pytest.mark.parametrize("way", ["Cancel", "Esc", "the window's own button"])
def test_a_dialog_with_ok_applies_nothing_without_it(way: str, opened: MainWindow) -> None:
    add_object(opened)
    opened.workbench.objects.select(a.id for a in opened.workbench.objects.objects[:1])
    opened.actions_["object.edit"].trigger()
    (dialog,) = opened.findChildren(ObjectEditor)
    dialog.note.setPlainText("sleeps")
    dialog.crowd.setChecked(True)
    if way == "Cancel":
        (box,) = dialog.findChildren(QDialogButtonBox)
        button = box.button(Box.Cancel)
        assert isinstance(button, QPushButton)
        button.click()
    elif way == "Esc":
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
    else:
        dialog.close()
    (annotation,) = opened.workbench.objects.objects
    assert (annotation.note, annotation.iscrowd) == ("", False)


def test_a_comment_that_is_being_typed_stays_with_its_picture(opened: MainWindow) -> None:
    dock, workbench = opened.details_dock, opened.workbench
    first = workbench.navigator.current_id
    assert first is not None
    QTest.keyClicks(dock.comment, "backlit")
    QTest.keyClicks(dock.flags, "night")
    workbench.set_state(ImageState.NEEDS_REVIEW)
    assert dock.comment.text() == "backlit", "another change of the picture takes nothing away"
    workbench.navigator.step(+1)
    entry = workbench.document.project.image(first)
    assert (entry.comment, entry.flags) == ("backlit", {"night"})
    assert dock.comment.text() == ""
