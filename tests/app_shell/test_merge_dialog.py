"""What is told before parts are merged: what cannot be, and what becomes of classes that are not known."""

from __future__ import annotations

import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from slimsam_app.windows.dialogs import unknown_classes
from slimsam_app.windows.dialogs.merge_dialog import MergeDialog
from slimsam_app.windows.dialogs.unknown_classes import BECOMES, UnknownClasses
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.annotation import Annotation, Category
from slimsam_core.project import Edit, Project
from slimsam_core.teamwork import UnknownClass
from tests.app_shell.test_labelling import banner_texts
from tests.app_shell.test_teamwork import label, settle, square


@pytest.fixture
def copy(opened: MainWindow, tmp_path: Path) -> Path:
    """A copy of the project with objects of two classes that the project does not have, and one alike."""
    label(opened, 5)
    opened.workbench.classes.add("cat")
    path = tmp_path / "Ben.slimsam"
    opened.workbench.document.project.save_copy(path)
    with Project.open(path) as project:
        image = project.images()[0]
        for x, name in ((10, "Cat"), (20, "<b>bird</b>"), (30, "tree")):
            made = Category(id=project.next_id(Category), name=name)
            new = Annotation(
                id=project.next_id(Annotation),
                image_id=image.id,
                category_id=made.id,
                mask=square(x).mask,
            )
            project.apply("Add", [Edit(None, made), Edit(None, new)])
    return path


@pytest.fixture
def merging(opened: MainWindow) -> MergeDialog:
    opened.actions_["project.merge"].trigger()
    (dialog,) = (found for found in opened.findChildren(MergeDialog) if found.isVisible())
    return dialog


def choices(dialog: MergeDialog) -> dict[str, QComboBox]:
    table, found = dialog.classes.table, {}
    for row in range(table.topLevelItemCount()):
        item = table.topLevelItem(row)
        box = table.itemWidget(item, BECOMES)
        assert item is not None
        assert isinstance(box, QComboBox)
        found[item.text(0)] = box
    return found


def choose(box: QComboBox, words: str) -> None:
    """By keys, as a person does without a mouse."""
    box.setFocus()
    while box.currentText() != words:
        row = box.currentIndex()
        QTest.keyClick(box, Qt.Key.Key_Down if row < box.findText(words) else Qt.Key.Key_Up)
        assert box.currentIndex() != row


def test_an_empty_list_says_what_to_do(merging: MergeDialog, copy: Path) -> None:
    words = merging.projects.empty
    assert words.isVisible()
    assert "Add…" in words.text()
    assert words.parent() is merging.projects.list.viewport()
    merging.projects.add([copy])
    assert not words.isVisible()


def test_classes_that_are_not_known_are_told_and_chosen_before(
    qtbot: QtBot, opened: MainWindow, copy: Path, merging: MergeDialog
) -> None:
    merging.projects.add([copy])
    assert not merging.go.isEnabled(), "nothing is merged before it was looked at"
    qtbot.waitUntil(merging.go.isEnabled, timeout=60_000)
    assert merging.classes.isVisible()
    assert "3 classes of what comes in are not in this project" in merging.classes.words.text()
    boxes = choices(merging)
    assert {name: box.currentText() for name, box in boxes.items()} == {
        "<b>bird</b>": "a new class",
        "Cat": "cat",
        "tree": "a new class",
    }
    choose(boxes["<b>bird</b>"], "left out")
    before = opened.workbench.document.project.last_seq()
    with qtbot.waitSignal(opened.workbench.parts.merged, timeout=60_000) as merged:
        qtbot.mouseClick(merging.go, Qt.MouseButton.LeftButton)
    assert merged.args[0].left_out == 1
    project = opened.workbench.document.project
    names = {category.id: category.name for category in project.categories()}
    assert project.last_seq() == before + 1
    assert sorted(names.values()) == ["cat", "object", "tree"]
    assert sorted(names[o.category_id] for o in opened.workbench.objects.objects) == ["cat", "object", "tree"]
    settle(qtbot, opened)


def test_the_next_part_of_the_same_person_is_taken_as_the_last(
    qtbot: QtBot, opened: MainWindow, copy: Path, merging: MergeDialog
) -> None:
    """Else a second delivery would make a new class, and differ in all that was mapped."""
    merging.projects.add([copy])
    qtbot.waitUntil(merging.go.isEnabled, timeout=60_000)
    choose(choices(merging)["tree"], "cat")
    choose(choices(merging)["<b>bird</b>"], "left out")
    with qtbot.waitSignal(opened.workbench.parts.merged, timeout=60_000):
        qtbot.mouseClick(merging.go, Qt.MouseButton.LeftButton)
    opened.actions_["project.merge"].trigger()
    (again,) = (found for found in opened.findChildren(MergeDialog) if found.isVisible())
    again.projects.add([copy])
    qtbot.waitUntil(again.go.isEnabled, timeout=60_000)
    assert again.classes.mapping == {"Cat": "cat", "tree": "cat", "<b>bird</b>": None}
    with qtbot.waitSignal(opened.workbench.parts.merged, timeout=60_000) as merged:
        qtbot.mouseClick(again.go, Qt.MouseButton.LeftButton)
    assert (merged.args[0].seq, merged.args[0].conflicts) == (0, 0)
    settle(qtbot, opened)


def test_a_choice_stays_while_other_parts_are_ticked(
    qtbot: QtBot, opened: MainWindow, copy: Path, merging: MergeDialog
) -> None:
    merging.projects.add([copy])
    qtbot.waitUntil(merging.go.isEnabled, timeout=60_000)
    choose(choices(merging)["tree"], "cat")
    item = merging.projects.list.item(0)
    item.setCheckState(Qt.CheckState.Unchecked)
    assert not merging.classes.isVisible()
    assert merging.classes.mapping == {}
    item.setCheckState(Qt.CheckState.Checked)
    assert merging.classes.mapping == {"Cat": "cat", "tree": "cat"}
    merging.close()
    settle(qtbot, opened)


def test_a_zip_file_comes_in_as_the_part_in_it(
    qtbot: QtBot, opened: MainWindow, copy: Path, merging: MergeDialog
) -> None:
    path = copy.with_suffix(".zip")
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(copy, "Ben/Ben.slimsam")
    merging.projects.add([path])
    qtbot.waitUntil(merging.go.isEnabled, timeout=60_000)
    with qtbot.waitSignal(opened.workbench.parts.merged, timeout=60_000):
        qtbot.mouseClick(merging.go, Qt.MouseButton.LeftButton)
    assert len(opened.workbench.objects.objects) == 4
    settle(qtbot, opened)


def _counts(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE annotation SET counts = 'xx'")


def _structure(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE image SET objects = 900")


def _trigger(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TRIGGER t AFTER INSERT ON image BEGIN SELECT 1; END")


def _newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA user_version = 99")


def _no_database(path: Path) -> None:
    path.write_bytes(b"no database at all" * 100)


def _bad_zip(path: Path) -> None:
    path.write_bytes(b"PK\x03\x04" + bytes(100))


def _gone(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("harm", [_structure, _trigger, _newer, _no_database, _bad_zip, _gone])
def test_a_hostile_part_is_told_before_and_the_others_come_in(
    qtbot: QtBot, opened: MainWindow, copy: Path, merging: MergeDialog, harm: object
) -> None:
    bad = copy.with_name("<i>bad.slimsam")
    bad.write_bytes(copy.read_bytes())
    harm(bad)  # type: ignore[operator]
    merging.projects.add([bad, copy])
    qtbot.waitUntil(merging.go.isEnabled, timeout=60_000)
    assert "<i>bad.slimsam cannot be merged and is left out: " in merging.words.text()
    assert "1 project comes in. Objects in: 4" in merging.words.text()
    assert merging.chosen == (copy,)
    assert not merging.projects.list.item(0).flags() & Qt.ItemFlag.ItemIsEnabled
    with qtbot.waitSignal(opened.workbench.parts.merged, timeout=60_000):
        qtbot.mouseClick(merging.go, Qt.MouseButton.LeftButton)
    assert len(opened.workbench.objects.objects) == 4
    settle(qtbot, opened)


def test_a_mask_that_cannot_be_read_is_found_by_the_merge_and_nothing_changes(
    qtbot: QtBot, opened: MainWindow, copy: Path, merging: MergeDialog
) -> None:
    """The look reads no masks; the merge does, and says which object it is."""
    _counts(copy)
    merging.projects.add([copy])
    qtbot.waitUntil(merging.go.isEnabled, timeout=60_000)
    before = opened.workbench.document.project.last_seq()
    qtbot.mouseClick(merging.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Ben.slimsam" in banner_texts(opened), timeout=60_000)
    assert opened.workbench.document.project.last_seq() == before
    settle(qtbot, opened)


def test_only_bad_parts_leave_nothing_to_merge(
    qtbot: QtBot, opened: MainWindow, copy: Path, merging: MergeDialog
) -> None:
    _no_database(copy)
    merging.projects.add([copy])
    qtbot.waitUntil(lambda: "left out" in merging.words.text(), timeout=60_000)
    assert not merging.go.isEnabled()
    merging.close()
    settle(qtbot, opened)


def test_closing_while_it_looks_is_no_trouble(
    qtbot: QtBot, opened: MainWindow, copy: Path, merging: MergeDialog
) -> None:
    merging.projects.add([copy])
    merging.close()
    settle(qtbot, opened)


def test_very_many_classes_are_said_and_not_all_listed(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unknown_classes, "MOST_ROWS", 3)
    choice = UnknownClasses(["cat"], {}, None)  # type: ignore[arg-type]
    qtbot.addWidget(choice)
    choice.show_classes([UnknownClass(name=f"{n}", objects=n, parts=("Ben",), alike="") for n in range(5)])
    assert "2 more become new classes" in choice.words.text()
    assert choice.table.topLevelItemCount() == 3
    assert choice.mapping == {}
