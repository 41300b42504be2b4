"""A project that cannot be written for a while: the work is shown, told of, and written later."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from slimsam_app.banner import Banner
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.project import Project
from tests.app_shell.test_labelling import add_object


def lasting(window: MainWindow) -> str:
    return " ".join(b.key[1] for b in window.findChildren(Banner) if b.lasting and not b.isHidden())


@pytest.fixture
def away(opened: MainWindow) -> Path:
    """The folder of the project file, renamed as if its share had gone."""
    home = opened.workbench.document.project.path.parent
    return home.rename(home.with_name("away"))


def bring_back(opened: MainWindow, away: Path) -> None:
    away.rename(opened.workbench.document.project.path.parent)


def test_objects_are_kept_shown_and_written_when_the_file_is_back(
    opened: MainWindow, away: Path, qtbot: QtBot
) -> None:
    document, path = opened.workbench.document, opened.workbench.document.project.path
    first = add_object(opened)
    second = add_object(opened, x=30)
    assert opened.objects_model.rowCount() == 2
    assert [category.name for category in document.categories()] == ["object"]
    assert "(2)" in lasting(opened)
    opened.actions_["edit.undo"].trigger()
    opened.workbench.objects.select([first])
    opened.workbench.objects.delete()
    assert "(3)" in lasting(opened)
    assert opened.objects_model.rowCount() == 1
    opened.workbench.save()
    opened.workbench.transfer.export(path.parents[1] / "incomplete.json")
    assert not opened.workbench.pool.busy
    assert document.unsaved_count == 3
    bring_back(opened, away)
    qtbot.waitUntil(lambda: document.unsaved_count == 0, timeout=60_000)
    assert lasting(opened) == ""
    with Project.open(path, read_only=True) as stored:
        assert stored.count_annotations() == 1
        assert stored.annotation(second).category_id == 1
        assert stored.stack_labels(1)[0][-1] == document.undo_stack.undoText()
    for _ in range(3):
        opened.actions_["edit.undo"].trigger()
    assert opened.objects_model.rowCount() == 0
    assert not document.categories()


def test_closing_with_unsaved_work_asks(
    opened: MainWindow, away: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_object(opened)
    asked: list[str] = []

    def answer(box: QMessageBox) -> QMessageBox.StandardButton:
        asked.append(box.text())
        return QMessageBox.StandardButton.Cancel

    monkeypatch.setattr(QMessageBox, "exec", answer)
    assert not opened.close()
    assert "lost: 1." in asked[0]
    opened.workbench.close()
    assert opened.workbench.document.is_open
    bring_back(opened, away)
    opened.workbench.close()
    assert not opened.workbench.document.is_open
    assert opened.close()
    assert len(asked) == 1
