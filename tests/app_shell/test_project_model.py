"""A project may have a model of its own, which is in use while it is open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from slimsam_app.windows.dialogs.model_manager import NAME, ModelManager
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.library.model_library import ModelLibrary
from tests.compression_jobs.jobs import tiny_teacher

PATIENCE = 60_000
MATCH, LEFT = Qt.MatchFlag.MatchExactly, Qt.MouseButton.LeftButton


def in_use(window: MainWindow) -> str:
    status = window.prompting.client.status
    return status.name if status else ""


def test_the_model_of_a_project_is_in_use_while_it_is_open(
    make_window: Callable[[], MainWindow], folder: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    for name in ("everywhere", "here"):
        ModelLibrary().import_file(tiny_teacher(tmp_path), name)
    window = make_window()
    window.settings.set("model.name", "everywhere")
    window.workbench.model_in_use.start()
    window.workbench.open([folder])
    document, models = window.workbench.document, window.workbench.models
    qtbot.waitUntil(lambda: document.is_open and in_use(window) == "everywhere", timeout=PATIENCE)
    models.choose_for(document.project.uid, "here")
    qtbot.waitUntil(lambda: in_use(window) == "here", timeout=PATIENCE)
    assert window.workbench.model_in_use.name == "here"
    path = document.project.path
    document.close()
    qtbot.waitUntil(lambda: in_use(window) == "everywhere", timeout=PATIENCE)
    window.workbench.open([path])
    qtbot.waitUntil(lambda: in_use(window) == "here", timeout=PATIENCE)
    models.choose_for(document.project.uid, "")
    qtbot.waitUntil(lambda: in_use(window) == "everywhere", timeout=PATIENCE)


def test_an_empty_window_loads_no_engine(
    make_window: Callable[[], MainWindow], folder: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    ModelLibrary().import_file(tiny_teacher(tmp_path), "small")
    window = make_window()
    window.settings.set("model.name", "small")
    window.workbench.model_in_use.start_when_needed()
    assert not window.workbench.inference.running
    window.workbench.open([folder])
    qtbot.waitUntil(lambda: in_use(window) == "small", timeout=PATIENCE)
    document = window.workbench.document
    path = document.project.path
    document.close()
    window.workbench.open([path])
    qtbot.waitUntil(lambda: document.is_open, timeout=PATIENCE)
    assert in_use(window) == "small"  # it stays, whatever is opened next


def test_a_window_with_pictures_loads_it_at_once(
    make_window: Callable[[], MainWindow], folder: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    ModelLibrary().import_file(tiny_teacher(tmp_path), "small")
    window = make_window()
    window.settings.set("model.name", "small")
    window.workbench.open([folder])
    qtbot.waitUntil(lambda: window.workbench.document.is_open, timeout=PATIENCE)
    assert not window.workbench.inference.running
    window.workbench.model_in_use.start_when_needed()
    assert window.workbench.inference.running
    qtbot.waitUntil(lambda: in_use(window) == "small", timeout=PATIENCE)


def test_the_list_of_models_uses_another_one_also_where_a_project_has_its_own(
    make_window: Callable[[], MainWindow], folder: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    """*Use* chose it for all projects but this one, without a word."""
    for name in ("everywhere", "here"):
        ModelLibrary().import_file(tiny_teacher(tmp_path), name)
    window = make_window()
    window.settings.set("model.name", "everywhere")
    window.workbench.model_in_use.start()
    window.workbench.open([folder])
    document, models = window.workbench.document, window.workbench.models
    qtbot.waitUntil(lambda: document.is_open, timeout=PATIENCE)
    models.choose_for(document.project.uid, "here")
    models.choose_for("another", "here")
    qtbot.waitUntil(lambda: in_use(window) == "here", timeout=PATIENCE)
    window.actions_["model.manage"].trigger()
    manager = window.findChild(ModelManager)
    assert manager is not None
    qtbot.waitUntil(lambda: bool(manager.table.findItems("everywhere", MATCH, NAME)), timeout=PATIENCE)
    (row,) = manager.table.findItems("everywhere", MATCH, NAME)
    manager.table.setCurrentItem(row)
    qtbot.mouseClick(manager.use, LEFT)
    qtbot.waitUntil(lambda: in_use(window) == "everywhere", timeout=PATIENCE)
    assert not models.chosen_for(document.project.uid)
    assert models.chosen_for("another") == "here", "other projects keep theirs"
    manager.close()
