"""A project opens where it was left; a picture is reached by its number or its name."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from slimsam_app.sessions.by_project import MAX_PROJECTS
from slimsam_app.sessions.going_to import meant_picture
from slimsam_app.sessions.places import KEY, Place, Places
from slimsam_app.settings import Settings
from slimsam_app.windows.dialogs.go_to_dialog import GoToDialog
from slimsam_app.windows.main_window import MainWindow
from slimsam_app.windows.resuming import OPEN
from slimsam_core.files.user_folders import settings_path
from slimsam_core.project import ImageFilter
from tests.app_shell.conftest import open_and_wait, write_picture
from tests.app_shell.test_labelling import add_object


def middle(window: MainWindow) -> QPointF:
    canvas = window.workspace.canvas
    return canvas.to_image(QPointF(canvas.viewport().rect().center()))


def leave_somewhere(qtbot: QtBot, window: MainWindow, folder: Path) -> int:
    """Zoom into the second picture with another tool and the second class; returns its id."""
    open_and_wait(qtbot, window, folder)
    for name in ("cat", "dog", "fox"):
        window.workbench.classes.add(name)
    window.workbench.objects.choose_category(window.workbench.document.categories()[1].id)
    second = window.workbench.navigator.ids[1]
    window.workbench.navigator.go(second)
    qtbot.waitUntil(lambda: window.workspace.canvas.image_id == second, timeout=60_000)
    window.workspace.canvas.set_tool("polygon")
    window.workspace.canvas.set_zoom(12.0)
    window.workspace.canvas.center_at(60, 20)
    qtbot.waitUntil(lambda: not window.workbench.pool.busy, timeout=120_000)
    return second


def assert_there(window: MainWindow, image_id: int) -> None:
    canvas = window.workspace.canvas
    assert canvas.image_id == image_id
    assert canvas.zoom == pytest.approx(12.0)
    assert (middle(window) - QPointF(60, 20)).manhattanLength() < 1
    assert canvas.tool.id == "polygon"
    category = window.workbench.document.category(window.workbench.objects.category_id)
    assert category is not None
    assert category.name == "dog"
    recent = [window.workbench.document.category(i) for i in window.workbench.class_choice.recent]
    assert [one.name for one in recent if one is not None][:2] == ["dog", "fox"]


def test_a_place_of_an_older_version_is_read(tmp_path: Path) -> None:
    """It says nothing of the classes that were used last."""
    settings = Settings(tmp_path / "settings.json")
    places = Places(settings)
    places.keep("a", Place(image_id=3, tool="box", category_id=2, recent=(2, 1)))
    assert places.of("a") == Place(image_id=3, tool="box", category_id=2, recent=(2, 1))
    stored = json.loads(settings.get(KEY))
    del stored["a"]["recent"]
    settings.set(KEY, json.dumps(stored))
    assert places.of("a") == Place(image_id=3, tool="box", category_id=2)
    stored["a"]["recent"] = ["x"]
    settings.set(KEY, json.dumps(stored))
    assert places.of("a") is None


def test_a_restart_goes_on_where_the_project_was_left(
    qtbot: QtBot, make_window: Callable[[], MainWindow], folder: Path
) -> None:
    first = make_window()
    left = leave_somewhere(qtbot, first, folder)
    first.close()
    again = make_window()
    open_and_wait(qtbot, again, folder)
    assert_there(again, left)


def test_another_project_in_between_changes_nothing(
    qtbot: QtBot, window: MainWindow, folder: Path, tmp_path: Path
) -> None:
    left = leave_somewhere(qtbot, window, folder)
    open_and_wait(qtbot, window, write_picture(tmp_path / "other" / "a.png").parent)
    window.workspace.canvas.set_tool("box")
    open_and_wait(qtbot, window, folder)
    assert_there(window, left)


def test_a_picture_that_was_asked_for_comes_first(qtbot: QtBot, window: MainWindow, folder: Path) -> None:
    leave_somewhere(qtbot, window, folder)
    window.workbench.close()
    open_and_wait(qtbot, window, folder / "photo 2.png")
    entry = window.workbench.navigator.entry
    assert entry is not None
    assert entry.path == "photo 2.png"
    assert window.workspace.canvas.fitting


def test_a_picture_that_fits_the_window_fits_it_again(qtbot: QtBot, window: MainWindow, folder: Path) -> None:
    left = leave_somewhere(qtbot, window, folder)
    window.workspace.canvas.fit()
    window.workbench.close()
    window.resize(1000, 640)
    open_and_wait(qtbot, window, folder)
    assert window.workspace.canvas.image_id == left
    assert window.workspace.canvas.fitting


def test_the_place_is_kept_without_closing_too(qtbot: QtBot, window: MainWindow, folder: Path) -> None:
    open_and_wait(qtbot, window, folder)
    uid, last = window.workbench.document.project.uid, window.workbench.navigator.ids[-1]
    window.workbench.navigator.go(last)

    def kept() -> int | None:
        place = Places(Settings(settings_path())).of(uid)
        return place.image_id if place else None

    qtbot.waitUntil(lambda: kept() == last, timeout=60_000)
    qtbot.waitUntil(lambda: not window.workbench.pool.busy, timeout=120_000)


@pytest.mark.parametrize(
    "stored",
    [
        "[", "[]", '{"u": 3}', '{"u": {}}', '{"u": {"image_id": "1"}}',
        '{"u": {"image_id": 1, "zoom": NaN, "x": 0.0, "y": 0.0, "tool": "", "category_id": 0}}',
        '{"u": {"image_id": true, "zoom": 1.0, "x": 0.0, "y": 0.0, "tool": "", "category_id": 0}}',
    ],
)  # fmt: skip
def test_places_that_cannot_be_read_are_forgotten(tmp_path: Path, stored: str) -> None:
    settings = Settings(tmp_path / "settings.json")
    settings.set(KEY, stored)
    assert Places(settings).of("u") is None
    Places(settings).keep("u", Place(image_id=7))
    assert Places(settings).of("u") == Place(image_id=7)


def test_only_the_last_places_are_kept(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.json")
    for number in range(MAX_PROJECTS + 1):
        Places(settings).keep(f"u{number}", Place(image_id=number + 1))
    assert Places(settings).of("u0") is None
    assert len(json.loads(settings.get(KEY))) == MAX_PROJECTS


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("1", "000003.png"), ("4", "b 20.png"), ("5", "sub/b 2 last.png"), ("000003", "000003.png"),
        ("B 2", "b 2.png"), ("b 20", "b 20.png"), ("sub/b", "sub/b 2 last.png"), ("last", "sub/b 2 last.png"),
        ("99", None), ("no such", None), ("  ", None),
    ],
)  # fmt: skip
def test_a_number_or_a_name_means_a_picture(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, text: str, name: str | None
) -> None:
    for seed, picture in enumerate(("000003.png", "b 2.png", "b 3.png", "b 20.png", "sub/b 2 last.png")):
        write_picture(tmp_path / "many" / picture, seed)
    open_and_wait(qtbot, window, tmp_path / "many")
    found = meant_picture(window.workbench.document, window.workbench.navigator, text)
    assert (window.workbench.document.image(found).path if found else None) == name


def test_the_dialog_names_the_picture_and_goes_there(qtbot: QtBot, window: MainWindow, folder: Path) -> None:
    open_and_wait(qtbot, window, folder)
    window.actions_["image.go_to"].trigger()
    dialog = window.findChild(GoToDialog)
    assert dialog is not None
    assert not dialog.go.isEnabled()
    QTest.keyClicks(dialog.line, "photo 10")
    assert "2" in dialog.words.text()
    assert "photo 10.png" in dialog.words.text()
    QTest.keyClick(dialog.line, Qt.Key.Key_Return)
    entry = window.workbench.navigator.entry
    assert entry is not None
    assert entry.path == "photo 10.png"
    qtbot.waitUntil(lambda: not window.workbench.pool.busy, timeout=120_000)


def test_a_picture_that_the_filter_leaves_out_is_not_said_to_be_missing(
    qtbot: QtBot, window: MainWindow, folder: Path
) -> None:
    open_and_wait(qtbot, window, folder)
    window.workbench.navigator.set_filter(ImageFilter(text="photo 10"))
    qtbot.waitUntil(lambda: len(window.workbench.navigator.ids) == 1, timeout=60_000)
    window.actions_["image.go_to"].trigger()
    dialog = window.findChild(GoToDialog)
    for text, hidden in (("3", True), ("photo 2", True), ("99", False), ("no such", False)):
        dialog.line.setText(text)
        assert ("filter leaves" in dialog.words.text()) is hidden
        assert not dialog.go.isEnabled()
    dialog.close()


def test_what_was_open_at_a_crash_is_open_again(
    qtbot: QtBot, make_window: Callable[[], MainWindow], folder: Path
) -> None:
    first = make_window()
    left = leave_somewhere(qtbot, first, folder)
    qtbot.waitUntil(lambda: first.settings.get(OPEN) == str(folder), timeout=60_000)
    at_the_crash = settings_path().read_bytes()
    first.close()
    assert first.settings.get(OPEN) == "", "who closes the window has ended"
    settings_path().write_bytes(at_the_crash)
    again = make_window()
    with qtbot.waitSignal(again.workbench.navigator.picture_ready, timeout=60_000):
        assert again.resuming.go_on()
    qtbot.waitUntil(lambda: not again.workbench.pool.busy, timeout=120_000)
    assert_there(again, left)


def test_what_crashes_at_once_is_not_opened_by_itself_again(
    make_window: Callable[[], MainWindow], folder: Path
) -> None:
    Settings(settings_path()).set(OPEN, str(folder))
    window = make_window()
    assert window.resuming.go_on()
    assert Settings(settings_path()).get(OPEN) == ""
    window.close()
    third = make_window()
    assert not third.resuming.go_on()
    Settings(settings_path()).set(OPEN, str(folder / "gone"))
    assert not make_window().resuming.go_on()


def test_the_same_folder_once_more_moves_nothing(qtbot: QtBot, opened: MainWindow, folder: Path) -> None:
    workbench, canvas = opened.workbench, opened.workspace.canvas
    with qtbot.waitSignal(workbench.navigator.picture_ready, timeout=60_000):
        workbench.navigator.step(+1)
    chosen = add_object(opened)
    workbench.objects.select((chosen,))
    canvas.set_zoom(7.0)
    shown = workbench.navigator.current_id
    with qtbot.waitSignal(workbench.opener.left_out_changed, timeout=60_000):
        workbench.open([folder])  # as a second start does
    qtbot.waitUntil(lambda: not workbench.pool.busy, timeout=120_000)
    assert workbench.navigator.current_id == shown
    assert workbench.objects.selection == (chosen,)
    assert canvas.zoom == 7.0


def test_a_number_of_thousands_of_digits_is_no_picture(opened: MainWindow) -> None:
    workbench = opened.workbench
    assert meant_picture(workbench.document, workbench.navigator, "9" * 5000) is None
    assert meant_picture(workbench.document, workbench.navigator, "1") == workbench.navigator.ids[0]
