"""Comparing people in the window: who is compared, the table, the worst, the page."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from slimsam_app.plain_text import PlainLabel
from slimsam_app.windows.dialogs.agreement_page import AgreementPage
from slimsam_app.windows.dialogs.people_dialog import PeopleDialog
from slimsam_app.windows.main_window import MainWindow
from tests.app_shell.conftest import open_and_wait
from tests.app_shell.test_differences import project_of_two
from tests.app_shell.test_teamwork import click, label, settle


@pytest.fixture
def two(qtbot: QtBot, opened: MainWindow, folder: Path) -> MainWindow:
    """A window with a project in which Ana and Ben labelled one picture."""
    opened.workbench.close()
    settle(qtbot, opened)
    project_of_two(folder)
    open_and_wait(qtbot, opened, folder)
    settle(qtbot, opened)
    opened.messages.clear()
    return opened


def ask(window: MainWindow) -> PeopleDialog:
    window.actions_["project.compare"].trigger()
    (dialog,) = (found for found in window.findChildren(PeopleDialog) if found.isVisible())
    return dialog


def test_people_are_compared_and_the_worst_is_one_click_away(
    qtbot: QtBot, two: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = ask(two)
    assert "Ana, Ben" in dialog.words.text()
    with qtbot.waitSignal(two.workbench.parts.compared, timeout=60_000):
        dialog.go.click()
    click(qtbot, two, "Show…")
    (page,) = (found for found in two.findChildren(AgreementPage) if found.isVisible())
    pair = page.pairs.topLevelItem(0)
    assert pair is not None
    assert [pair.text(column) for column in range(5)] == ["Ana / Ben", "1", "2", "1", "0"]
    classes = [pair.child(row) for row in range(pair.childCount())]
    assert [(c.text(0), c.text(2), c.text(3)) for c in classes if c] == [("cat", "2", "0"), ("dog", "0", "1")]
    worst = page.worst.topLevelItem(0)
    assert worst is not None
    assert [worst.text(column) for column in range(3)] == ["photo 10.png", "dog", "nothing"]
    qtbot.waitUntil(lambda: page.tiles.captions == ("Ana: dog", "Ben: nothing"), timeout=60_000)
    hers, his = (picture.toImage() for picture in page.tiles.pictures)
    assert hers.size() == his.size()
    middle = hers.rect().center()
    assert hers.pixel(middle) != his.pixel(middle), "Ana's mask is on hers, and nothing on his"
    assert two.workbench.navigator.entry is not None
    assert two.workbench.navigator.entry.path != "photo 10.png"
    page.worst.itemClicked.emit(worst, 0)
    assert two.workbench.navigator.entry.path == "photo 10.png"
    page.findChild(QPushButton, "agreementSave").click()  # type: ignore[union-attr]
    (where,) = (found for found in two.findChildren(QFileDialog) if found.isVisible())
    target = tmp_path / "agreement.html"
    where.selectFile(str(target))
    with qtbot.waitSignal(two.workbench.parts.page_written, timeout=60_000):
        QDialog.accept(where)
        where.fileSelected.emit(str(target))
    assert "Krippendorff" in target.read_text("utf-8")
    page.close()
    shown = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: shown.append(url.toLocalFile()))
    click(qtbot, two, "Open it")
    assert shown == [str(target)]
    settle(qtbot, two)


def test_another_project_is_measured_by_what_is_right(qtbot: QtBot, two: MainWindow) -> None:
    project = two.workbench.document.project
    copy = project.path.with_name("pupil.slimsam")
    project.save_copy(copy)
    dialog = ask(two)
    dialog.what.setCurrentIndex(dialog.what.count() - 1)
    assert not dialog.go.isEnabled()
    dialog.projects.add([copy])
    qtbot.waitUntil(dialog.go.isEnabled, timeout=60_000)
    with qtbot.waitSignal(two.workbench.parts.compared, timeout=60_000) as compared:
        qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    found = compared.args[0]
    assert found.gold == project.path.stem
    assert found.pairs[0].missed == found.pairs[0].extra == 0
    settle(qtbot, two)


def test_an_image_that_went_is_said_in_place_of_the_tiles(
    qtbot: QtBot, two: MainWindow, folder: Path
) -> None:
    with qtbot.waitSignal(two.workbench.parts.compared, timeout=60_000):
        two.workbench.parts.compare((), gold=False)
    (folder / "photo 10.png").unlink()
    click(qtbot, two, "Show…")
    (page,) = (found for found in two.findChildren(AgreementPage) if found.isVisible())
    gone = "Its image cannot be shown"
    qtbot.waitUntil(
        lambda: any(gone in found.text() for found in page.tiles.findChildren(PlainLabel)), timeout=60_000
    )
    assert page.tiles.pictures == ()
    page.close()
    settle(qtbot, two)


def test_one_person_alone_is_told_what_is_missing(qtbot: QtBot, opened: MainWindow) -> None:
    label(opened, 5)
    dialog = ask(opened)
    assert not dialog.go.isEnabled()
    assert dialog.projects.isEnabled(), "the comparison that one person can begin"
    assert dialog.words.text() == "Add the projects of the others."
    dialog.what.setCurrentIndex(0)
    assert "Only one person" in dialog.words.text()
    assert not dialog.go.isEnabled()
    dialog.close()
    settle(qtbot, opened)
