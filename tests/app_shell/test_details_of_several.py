"""Ctrl+E with several objects: what is entered goes to all of them, what is left alone stays different."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialogButtonBox,
    QDoubleSpinBox,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from slimsam_app.windows.dialogs.object_editor import ObjectEditor
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.annotation import Annotation
from tests.app_shell.test_labelling import add_object

W = TypeVar("W", QComboBox, QDoubleSpinBox, QLineEdit, QCheckBox)
SCHEMA = {"colour": ["red", "blue"], "age": "number", "owner": "text", "broken": "bool"}


@pytest.fixture
def three(opened: MainWindow) -> MainWindow:
    """Three objects of one class with attributes; the first has some and a note, all are chosen."""
    classes = opened.workbench.classes
    made = classes.add("car")
    assert made is not None
    classes.change(replace(made, attributes=SCHEMA))
    first, second, third = (add_object(opened, x) for x in (5, 25, 45))
    objects = opened.workbench.objects
    objects.describe((first,), note="scratched", iscrowd=True, attributes={"colour": "red", "age": 3.0})
    objects.describe((second, third), attributes={"colour": "red", "owner": "me"})
    objects.select((first, second, third))
    return opened


def editor_of(window: MainWindow) -> ObjectEditor:
    window.actions_["object.edit"].trigger()
    (editor,) = (e for e in window.findChildren(ObjectEditor) if e.isVisible())
    return editor


def accept(editor: ObjectEditor) -> None:
    box = editor.findChild(QDialogButtonBox)
    assert box is not None
    QTest.mouseClick(box.button(QDialogButtonBox.StandardButton.Ok), Qt.MouseButton.LeftButton)


def field(editor: ObjectEditor, kind: type[W], name: str) -> W:
    found = editor.findChild(kind, f"attribute_{name}")
    assert found is not None
    return found


def objects(window: MainWindow) -> tuple[Annotation, ...]:
    return window.workbench.objects.objects


def test_what_nobody_touched_changes_nothing(three: MainWindow) -> None:
    before, seq = objects(three), three.workbench.document.project.last_seq()
    editor = editor_of(three)
    assert editor.windowTitle() == "3 objects"
    assert field(editor, QComboBox, "colour").currentText() == "red"
    assert field(editor, QDoubleSpinBox, "age").text() == "different"
    assert field(editor, QLineEdit, "owner").placeholderText() == "different"
    accept(editor)
    assert objects(three) == before
    assert three.workbench.document.project.last_seq() == seq


def test_what_is_entered_goes_to_all_in_one_step(three: MainWindow) -> None:
    before = objects(three)
    editor = editor_of(three)
    note = editor.findChild(QPlainTextEdit, "objectNote")
    assert note is not None
    assert note.placeholderText()
    QTest.keyClicks(note, "seen")
    field(editor, QComboBox, "colour").setCurrentText("blue")
    field(editor, QCheckBox, "broken").click()
    accept(editor)
    after = objects(three)
    assert [a.note for a in after] == ["seen"] * 3
    assert [a.attributes["colour"] for a in after] == ["blue"] * 3
    assert [a.attributes["broken"] for a in after] == [True] * 3
    assert [a.attributes.get("age") for a in after] == [3.0, None, None]
    assert [a.attributes.get("owner") for a in after] == [None, "me", "me"]
    assert [a.iscrowd for a in after] == [True, False, False]
    three.actions_["edit.undo"].trigger()
    assert objects(three) == before


def test_objects_of_different_classes_keep_them(three: MainWindow) -> None:
    three.workbench.classes.add("dog")
    last = objects(three)[2]
    three.workbench.objects.set_category_of((last.id,), three.workbench.objects.category_id)
    before = [a.category_id for a in objects(three)]
    editor = editor_of(three)
    classes = editor.findChild(QComboBox, "objectClass")
    assert classes is not None
    assert classes.currentText() == "different"
    assert editor.findChild(QLineEdit, "attribute_owner") is None
    crowd = editor.findChild(QCheckBox, "objectCrowd")
    assert crowd is not None
    assert crowd.checkState() == Qt.CheckState.PartiallyChecked
    crowd.click()
    accept(editor)
    assert [a.category_id for a in objects(three)] == before
    assert [a.iscrowd for a in objects(three)] == [True] * 3


@pytest.fixture
def blank(three: MainWindow) -> MainWindow:
    """One object is chosen that has no number and no yes or no."""
    three.workbench.objects.select((objects(three)[2].id,))
    return three


def test_what_was_never_filled_in_reads_as_not_set_and_stays_so(blank: MainWindow) -> None:
    before, seq = objects(blank), blank.workbench.document.project.last_seq()
    editor = editor_of(blank)
    assert field(editor, QDoubleSpinBox, "age").text() == "not set"
    broken = field(editor, QCheckBox, "broken")
    assert (broken.checkState(), broken.text()) == (Qt.CheckState.PartiallyChecked, "not set")
    accept(editor)
    assert objects(blank) == before
    assert blank.workbench.document.project.last_seq() == seq


def test_a_number_is_typed_over_the_words_zero_is_a_number_and_an_empty_field_is_none(
    blank: MainWindow,
) -> None:
    for typed, stored in (("0", 0.0), ("7.5", 7.5), ("", None)):
        editor = editor_of(blank)
        age = field(editor, QDoubleSpinBox, "age")
        age.setFocus()
        if age.text() != "not set":
            age.selectAll()
            QTest.keyClick(age, Qt.Key.Key_Delete)
        QTest.keyClicks(age, typed)
        accept(editor)
        assert objects(blank)[2].attributes.get("age") == stored
    editor = editor_of(blank)
    QTest.keyClick(field(editor, QDoubleSpinBox, "age"), Qt.Key.Key_Up)
    assert field(editor, QDoubleSpinBox, "age").value() == 0.0
    editor.reject()


def test_a_yes_or_no_can_be_taken_back(blank: MainWindow) -> None:
    for words, stored in (("yes", True), ("no", False), ("not set", None)):
        editor = editor_of(blank)
        broken = field(editor, QCheckBox, "broken")
        QTest.keyClick(broken, Qt.Key.Key_Space)
        assert broken.text() == words
        accept(editor)
        assert objects(blank)[2].attributes.get("broken") is stored


def test_what_an_import_brought_is_seen_and_can_be_changed(opened: MainWindow) -> None:
    """Difficult, truncated and the pose of Pascal VOC were kept and nowhere to be seen."""
    (one,) = (add_object(opened, 5),)
    opened.workbench.objects.describe(
        (one,), attributes={"difficult": True, "pose": "Left", "weight": 2.5, "parts": [1, 2]}
    )
    opened.workbench.objects.select((one,))
    editor = editor_of(opened)
    assert field(editor, QCheckBox, "difficult").isChecked()
    assert field(editor, QLineEdit, "pose").text() == "Left"
    assert field(editor, QDoubleSpinBox, "weight").value() == 2.5
    assert editor.findChild(QWidget, "attribute_parts") is None
    field(editor, QLineEdit, "pose").setText("Right")
    accept(editor)
    (after,) = objects(opened)
    assert after.attributes == {"difficult": True, "pose": "Right", "weight": 2.5, "parts": [1, 2]}


def test_dozens_of_attributes_scroll(opened: MainWindow) -> None:
    (one,) = (add_object(opened, 5),)
    opened.workbench.objects.describe((one,), attributes={f"key {n}": n for n in range(80)})
    opened.workbench.objects.select((one,))
    editor = editor_of(opened)
    assert editor.height() <= opened.screen().availableSize().height()
    assert editor.minimumSizeHint().height() < 400
    editor.reject()
