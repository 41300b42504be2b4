"""Several people and the window: who works here, splitting, merging."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from slimsam_app.intents.objects import NewObject
from slimsam_app.windows.dialogs.annotator_dialog import AnnotatorDialog
from slimsam_app.windows.dialogs.export_dialog import ExportDialog
from slimsam_app.windows.dialogs.merge_dialog import MergeDialog
from slimsam_app.windows.dialogs.split_dialog import SplitDialog
from slimsam_app.windows.dialogs.statistics_page import StatisticsPage
from slimsam_app.windows.dialogs.transfer_report_dialog import TransferReportDialog
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.annotation import Annotation, Provenance
from slimsam_core.files.user_folders import annotator_set
from slimsam_core.pixels.mask import encode
from slimsam_core.project import Edit, ImageFilter, Project, annotator_of
from slimsam_core.teamwork import open_conflicts
from tests.app_shell.conftest import open_and_wait
from tests.app_shell.test_labelling import banner_texts

SIZE = (60, 80)


def square(x: int, y: int = 10, side: int = 20) -> NewObject:
    pixels = np.zeros(SIZE, np.bool_)
    pixels[y : y + side, x : x + side] = True
    return NewObject(mask=encode(pixels), provenance=Provenance(source="manual"))


def label(window: MainWindow, x: int) -> int:
    """Add a square to the picture that is shown."""
    workbench = window.workbench
    assert workbench.navigator.current_id is not None
    workbench.objects.add(square(x), workbench.navigator.current_id)
    return max(annotation.id for annotation in workbench.objects.objects)


def settle(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not window.workbench.pool.busy and not window.workbench.jobs.busy, timeout=60_000)


def another_person(path: Path, name: str) -> None:
    """Somebody else makes an object in the project, while it is closed here."""
    with Project.open(path) as project:
        project.annotator = name
        image = project.images()[0]
        category = project.categories()[0]
        new = Annotation(
            id=project.next_id(Annotation), image_id=image.id, category_id=category.id, mask=square(40).mask
        )
        project.apply("Add object", [Edit(None, new)])


def test_the_name_is_asked_once_where_others_have_objects(
    qtbot: QtBot, opened: MainWindow, folder: Path
) -> None:
    label(opened, 5)
    assert "Who are you" not in banner_texts(opened), "alone nobody is asked"
    path = opened.workbench.document.project.path
    opened.workbench.close()
    another_person(path, "Ana <b>María</b>")
    open_and_wait(qtbot, opened, folder)
    settle(qtbot, opened)
    assert "Ana <b>María</b>. Who are you?" in banner_texts(opened)
    opened.messages.clear()
    opened.workbench.close()
    open_and_wait(qtbot, opened, folder)
    settle(qtbot, opened)
    assert "Who are you" not in banner_texts(opened), "once, whatever the answer"


def say_name(window: MainWindow, name: str, everywhere: bool) -> None:
    window.actions_["project.name"].trigger()
    (dialog,) = (found for found in window.findChildren(AnnotatorDialog) if found.isVisible())
    dialog.line.setText(name)
    dialog.everywhere.setChecked(everywhere)
    dialog.go.click()


@pytest.mark.parametrize("everywhere", [True, False])
def test_a_name_counts_from_the_next_object_on(opened: MainWindow, everywhere: bool) -> None:
    first = label(opened, 5)
    say_name(opened, "  Ben   K. ", everywhere)
    project = opened.workbench.document.project
    second = label(opened, 30)
    assert project.annotation(first).author == ""
    assert project.annotation(second).author == "Ben K."
    assert project.history(1)[0].author == "Ben K."
    assert annotator_of("of another project") == ("Ben K." if everywhere else "")
    assert annotator_set() == ("Ben K." if everywhere else "")
    assert "Ben K." in opened.workbench.team.people


def test_a_name_that_cannot_be_is_told_in_the_dialog(opened: MainWindow) -> None:
    opened.actions_["project.name"].trigger()
    (dialog,) = (found for found in opened.findChildren(AnnotatorDialog) if found.isVisible())
    dialog.line.setText("x" * 200)
    dialog.go.click()
    assert dialog.isVisible()
    assert "100" in dialog.trouble.text()
    assert opened.workbench.team.name == ""
    dialog.close()


def test_the_list_can_show_one_persons_pictures(qtbot: QtBot, opened: MainWindow) -> None:
    say_name(opened, "Ana", False)
    label(opened, 5)
    shown = opened.workbench.navigator.current_id
    menu = opened.images_dock.filter
    menu._people["Ana"].trigger()
    assert opened.workbench.navigator.filter == ImageFilter(authors=frozenset({"Ana"}))
    qtbot.waitUntil(lambda: list(opened.workbench.navigator.ids) == [shown], timeout=60_000)
    opened.workbench.close()
    assert menu.wanted() == ImageFilter()
    settle(qtbot, opened)


def test_statistics_count_objects_and_minutes_of_each(qtbot: QtBot, opened: MainWindow) -> None:
    say_name(opened, "Ana", False)
    workbench = opened.workbench
    assert workbench.navigator.current_id is not None
    timed = replace(square(5), provenance=Provenance(source="manual", time_spent_s=120.0))
    workbench.objects.add(timed, workbench.navigator.current_id)
    opened.actions_["image.statistics"].trigger()
    (page,) = (found for found in opened.findChildren(StatisticsPage) if found.isVisible())
    told = "Ana: 1 · 2\N{NO-BREAK SPACE}min"
    qtbot.waitUntil(lambda: page.people.accessibleDescription() == told, timeout=60_000)
    page.close()


def split_dialog(window: MainWindow) -> SplitDialog:
    window.actions_["project.split"].trigger()
    (dialog,) = (found for found in window.findChildren(SplitDialog) if found.isVisible())
    return dialog


def test_a_project_is_split_labelled_and_merged(
    qtbot: QtBot, opened: MainWindow, make_window: Callable[[], MainWindow]
) -> None:
    label(opened, 5)
    dialog = split_dialog(opened)
    assert not dialog.go.isEnabled()
    dialog.names.setText("Ana, Ben")
    dialog.overlap.setValue(100)
    assert "3 images go to 2 people" in dialog.words.text()
    with qtbot.waitSignal(opened.workbench.parts.parted, timeout=60_000) as parted:
        dialog.go.click()
    parts = {part.annotator: part for part in parted.args[0]}
    assert {name: (part.pictures, part.objects) for name, part in parts.items()} == {
        "Ana": (3, 1),
        "Ben": (3, 1),
    }
    other = make_window()
    for name, x in (("Ana", 30), ("Ben", 50)):
        open_and_wait(qtbot, other, parts[name].path)
        assert other.workbench.team.name == name
        label(other, x)
        other.workbench.close()
        settle(qtbot, other)
    before = opened.workbench.document.project.last_seq()
    opened.actions_["project.merge"].trigger()
    (merging,) = (found for found in opened.findChildren(MergeDialog) if found.isVisible())
    qtbot.waitUntil(lambda: len(merging.chosen) == 2 and merging.go.isEnabled(), timeout=60_000)
    with qtbot.waitSignal(opened.workbench.parts.merged, timeout=60_000) as merged:
        merging.go.click()
    report = merged.args[0]
    assert report.is_whole
    assert report.conflicts == 0
    assert opened.workbench.document.project.last_seq() == before + 1, "one step of undo"
    assert len(opened.workbench.objects.objects) == 3
    assert "Of 4 objects: new: 2 · as before: 2" in banner_texts(opened)
    assert set(opened.workbench.team.people) <= {"Ana", "Ben"}
    opened.workbench.undo()
    assert len(opened.workbench.objects.objects) == 1
    settle(qtbot, opened)


def test_what_is_not_done_can_be_handed_out(qtbot: QtBot, opened: MainWindow) -> None:
    dialog = split_dialog(opened)
    assert dialog.images.findText("Images that are not done") < 0, "they are all"
    dialog.close()
    opened.actions_["image.done"].trigger()
    dialog = split_dialog(opened)
    dialog.names.setText("Ana, Ben")
    dialog.images.setCurrentIndex(dialog.images.findText("Images that are not done"))
    dialog.overlap.setValue(0)
    with qtbot.waitSignal(opened.workbench.parts.parted, timeout=60_000) as parted:
        dialog.go.click()
    assert sum(part.pictures for part in parted.args[0]) == 2
    settle(qtbot, opened)


def test_what_came_in_can_be_read(qtbot: QtBot, opened: MainWindow) -> None:
    first = label(opened, 5)
    project = opened.workbench.document.project
    copy = project.path.with_name("<b>copy.slimsam")
    project.save_copy(copy)
    opened.workbench.objects.select([first])
    opened.workbench.objects.reshape(first, square(50).mask)
    with Project.open(copy) as other:
        before = other.annotation(first)
        other.apply("Redraw", [Edit(before, replace(before, mask=square(30).mask))])
    with qtbot.waitSignal(opened.workbench.parts.merged, timeout=60_000):
        opened.workbench.parts.merge([copy])
    assert len(open_conflicts(project)) == 1
    assert "1 thing waits for a decision" in banner_texts(opened)
    (button,) = (b for b in opened.findChildren(QPushButton) if b.text() == "Details…" and b.isVisible())
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    (report,) = (found for found in opened.findChildren(TransferReportDialog) if found.isVisible())
    item = report.list.topLevelItem(0)
    assert item is not None
    assert item.text(1) == "<b>copy"
    assert "in conflict: 1" in item.text(0)
    report.close()
    settle(qtbot, opened)


def test_a_part_that_is_no_project_is_told_and_nothing_changes(
    qtbot: QtBot, opened: MainWindow, tmp_path: Path
) -> None:
    label(opened, 5)
    bad = tmp_path / "bad.slimsam"
    bad.write_bytes(b"no database at all" * 100)
    before = opened.workbench.document.project.last_seq()
    opened.workbench.parts.merge([bad])
    qtbot.waitUntil(lambda: "bad.slimsam" in banner_texts(opened), timeout=60_000)
    assert opened.workbench.document.project.last_seq() == before
    settle(qtbot, opened)


def test_parts_that_are_there_already_are_not_written_over(opened: MainWindow) -> None:
    dialog = split_dialog(opened)
    target = Path(dialog.target.text())
    (target / "Ana").mkdir(parents=True)
    dialog.names.setText("Ana, Ben")
    assert not dialog.go.isEnabled()
    assert str(target / "Ana") in dialog.words.text()
    dialog.names.setText("Carl, Ben")
    assert dialog.go.isEnabled()
    dialog.names.setText("Carl, carl")
    assert not dialog.go.isEnabled()
    dialog.close()


def click(qtbot: QtBot, window: MainWindow, words: str) -> None:
    """Press the button with these words."""
    (button,) = (b for b in window.findChildren(QPushButton) if b.text() == words and b.isVisible())
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_who_comes_second_works_on_a_part_and_merges_later(
    qtbot: QtBot, opened: MainWindow, folder: Path, make_window: Callable[[], MainWindow]
) -> None:
    label(opened, 5)
    second = make_window()
    open_and_wait(qtbot, second, folder)
    assert second.workbench.document.project.read_only
    with qtbot.waitSignal(second.workbench.document.opened, timeout=60_000):
        click(qtbot, second, "Work on my own part and merge later")
    settle(qtbot, second)
    qtbot.waitUntil(lambda: len(second.workbench.objects.objects) == 1, timeout=60_000)
    part = second.workbench.document.project.path
    assert not second.workbench.document.project.read_only
    assert not folder.is_relative_to(part.parent)
    label(second, 30)
    label(opened, 50)
    second.workbench.close()
    settle(qtbot, second)
    opened.actions_["project.merge"].trigger()
    (merging,) = (found for found in opened.findChildren(MergeDialog) if found.isVisible())
    qtbot.waitUntil(lambda: merging.chosen == (part,) and merging.go.isEnabled(), timeout=60_000)
    with qtbot.waitSignal(opened.workbench.parts.merged, timeout=60_000):
        merging.go.click()
    assert len(opened.workbench.objects.objects) == 3
    settle(qtbot, opened)


def test_a_project_that_another_computer_has_open_can_be_worked_on_too(
    qtbot: QtBot, opened: MainWindow, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    label(opened, 5)
    path = opened.workbench.document.project.path
    opened.workbench.close()
    settle(qtbot, opened)
    with Project.open(path):
        monkeypatch.setattr("socket.gethostname", lambda: "elsewhere")
        opened.workbench.open([folder])
        qtbot.waitUntil(lambda: "is open on another computer" in banner_texts(opened), timeout=60_000)
        with qtbot.waitSignal(opened.workbench.document.opened, timeout=60_000):
            click(qtbot, opened, "Work on my own part and merge later")
        settle(qtbot, opened)
        assert opened.workbench.document.project.part_origin is not None
        qtbot.waitUntil(lambda: len(opened.workbench.objects.objects) == 1, timeout=60_000)


def test_parts_may_be_written_to_the_home_folder_by_its_sign(
    opened: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    (home / "parts" / "Ana").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    dialog = split_dialog(opened)
    dialog.names.setText("Ana, Ben")
    assert dialog.go.isEnabled()
    dialog.target.setText("~/parts")
    assert str(home / "parts" / "Ana") in dialog.words.text(), "what is there is seen"
    dialog.target.setText("~/others")
    assert dialog.go.isEnabled()
    dialog.close()


def export_dialog(window: MainWindow) -> ExportDialog:
    window.actions_["file.export"].trigger()
    (dialog,) = (found for found in window.findChildren(ExportDialog) if found.isVisible())
    return dialog


def test_one_persons_objects_are_exported(qtbot: QtBot, opened: MainWindow, tmp_path: Path) -> None:
    label(opened, 5)
    dialog = export_dialog(opened)
    assert not dialog.people.isVisible(), "nobody is known"
    dialog.close()
    for name, x in (("Ana", 20), ("Ben <i>", 40)):
        say_name(opened, name, False)
        label(opened, x)
    dialog = export_dialog(opened)
    assert dialog.people.isVisible()
    names = [dialog.people.list.item(row).text() for row in range(dialog.people.list.count())]
    assert names == ["Ana", "Ben <i>", "not known"]
    target = tmp_path / "ben.json"
    dialog.target.setText(str(target))
    dialog.findChild(QPushButton, "exportPeopleNone").click()
    assert "Tick at least one person." in dialog.obstacle.text()
    assert not dialog.go.isEnabled()
    dialog.people.list.item(1).setCheckState(Qt.CheckState.Checked)
    qtbot.waitUntil(lambda: "Writes 1 object of" in dialog.where.text(), timeout=60_000)
    with qtbot.waitSignal(opened.workbench.transfer.exported, timeout=60_000):
        dialog.go.click()
    written = json.loads(target.read_text())["annotations"]
    assert [(one["slimsam"]["author"], one["bbox"][0]) for one in written] == [("Ben <i>", 40)]
    dialog = export_dialog(opened)
    assert dialog.people.left_out == ("Ana", "not known"), "as it was the last time"
    dialog.close()
    settle(qtbot, opened)
