"""What goes wrong between two keystrokes: files that change, windows that close, screens that go."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from slimsam_app.settings import Settings
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.files.user_folders import settings_path
from slimsam_core.pixels.geometry import PointPrompt
from tests.app_canvas.canvas_hands import LEFT, NO_KEYS, move, place
from tests.app_shell.conftest import open_and_wait, write_picture
from tests.app_shell.test_labelling import add_object, banner_texts


def at_rest(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not window.workbench.pool.busy, timeout=120_000)


def sorry(window: MainWindow) -> str:
    found = window.findChild(QLabel, "pictureError")
    assert found is not None
    return found.text() if found.isVisible() else ""


def there_and_back(qtbot: QtBot, window: MainWindow, change: Callable[[Path], object]) -> Path:
    """Look at the first picture, go on, let something happen to its file, come back."""
    navigator = window.workbench.navigator
    entry = navigator.entry
    assert entry is not None
    path = window.workbench.document.project.image_path(entry)
    navigator.step(+1)
    at_rest(qtbot, window)
    change(path)
    navigator.step(-1)
    at_rest(qtbot, window)
    return path


def test_a_picture_that_was_replaced_is_read_again(qtbot: QtBot, opened: MainWindow) -> None:
    path = there_and_back(qtbot, opened, lambda path: write_picture(path, seed=99))
    shown = opened.workbench.navigator.picture
    assert shown is not None
    assert np.array_equal(shown.rgb, np.asarray(Image.open(path)))
    assert opened.workspace.canvas.image_id == opened.workbench.navigator.current_id


def test_a_picture_that_was_deleted_says_so_although_it_was_read_ahead(
    qtbot: QtBot, opened: MainWindow
) -> None:
    there_and_back(qtbot, opened, lambda path: path.unlink())
    assert "does not exist" in sorry(opened)
    assert opened.workspace.canvas.image_id is None
    opened.workbench.navigator.step(+1)
    at_rest(qtbot, opened)
    assert sorry(opened) == ""


def test_a_picture_that_became_unreadable_says_so_and_keeps_its_objects(
    qtbot: QtBot, opened: MainWindow
) -> None:
    add_object(opened)
    there_and_back(qtbot, opened, lambda path: path.write_bytes(b"no picture"))
    assert "not a picture" in sorry(opened)
    current = opened.workbench.navigator.current_id
    assert current is not None
    assert len(opened.workbench.document.annotations(current)) == 1


def test_a_picture_that_was_rotated_does_not_get_the_objects_of_the_former(
    qtbot: QtBot, opened: MainWindow
) -> None:
    add_object(opened)

    def rotate(path: Path) -> None:
        Image.open(path).transpose(Image.Transpose.ROTATE_90).save(path)

    there_and_back(qtbot, opened, rotate)
    assert "its objects were drawn on" in sorry(opened)


def test_coming_back_from_another_program_shows_what_it_made_of_the_picture(
    qtbot: QtBot, opened: MainWindow
) -> None:
    entry = opened.workbench.navigator.entry
    assert entry is not None
    path = write_picture(opened.workbench.document.project.image_path(entry), seed=5)
    with qtbot.waitSignal(opened.workbench.navigator.picture_ready, timeout=60_000):
        opened.workbench.navigator.check_file()
    shown = opened.workbench.navigator.picture
    assert shown is not None
    assert np.array_equal(shown.rgb, np.asarray(Image.open(path)))


@pytest.mark.parametrize("tool", ["brush", "eraser", "polygon", "lasso", "rectangle", "select", "box"])
def test_the_window_closed_in_the_middle_of_a_gesture_leaves_the_project_whole(
    qtbot: QtBot, opened: MainWindow, make_window: Callable[[], MainWindow], folder: Path, tool: str
) -> None:
    object_id = add_object(opened)
    before = opened.workbench.objects.objects
    canvas = opened.workspace.canvas
    canvas.set_tool(tool)
    opened.workbench.objects.select((object_id,))
    QTest.mousePress(canvas.viewport(), LEFT, NO_KEYS, place(canvas, 10, 15))
    for x in (20, 30, 40):
        move(canvas, x, 20, LEFT)
    opened.close()
    again = make_window()
    open_and_wait(qtbot, again, folder)
    if tool in ("brush", "eraser", "select"):  # what was painted or moved by then is kept: one step of undo
        (kept,) = again.workbench.objects.objects
        assert kept.mask != before[0].mask
        again.workbench.undo()
    assert again.workbench.objects.objects == before
    assert not again.workbench.document.project.read_only


def test_a_window_from_a_screen_that_is_gone_comes_up_where_it_can_be_seen(
    make_window: Callable[[], MainWindow],
) -> None:
    first = make_window()
    first.setGeometry(QRect(90_000, 90_000, 700, 500))
    first.close()
    second = make_window()
    screen = second.screen().availableGeometry()
    assert screen.intersects(second.frameGeometry())
    assert screen.contains(second.frameGeometry().topLeft())


def test_settings_of_a_newer_program_are_kept_aside_before_they_are_written_over() -> None:
    path = settings_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    newer = '{"version": 2, "values": {"look.scheme": {"day": "light"}, "later.thing": 1}}'
    path.write_text(newer)
    settings = Settings(path)
    assert "newer" in settings.problem
    settings.set("look.scheme", "dark")
    assert path.with_suffix(".newer.json").read_text() == newer
    again = Settings(path)
    assert again.problem == ""
    assert again.get("look.scheme") == "dark"


def test_a_broken_settings_file_is_told_in_the_window(make_window: Callable[[], MainWindow]) -> None:
    path = settings_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{ broken")
    window = make_window()
    assert window.settings.get("look.scheme") == "auto"
    assert "Not all settings could be used." in banner_texts(window)


def test_a_second_window_reads_along(
    qtbot: QtBot, opened: MainWindow, make_window: Callable[[], MainWindow], folder: Path
) -> None:
    reader = make_window()
    open_and_wait(qtbot, reader, folder)
    assert reader.workbench.document.project.read_only
    assert reader.workbench.navigator.current_id == opened.workbench.navigator.current_id
    add_object(opened)
    qtbot.waitUntil(lambda: len(reader.workbench.objects.objects) == 1, timeout=60_000)
    assert reader.objects_model.rowCount() == 1
    assert [c.name for c in reader.workbench.document.categories()] == ["object"]
    opened.workbench.undo()
    qtbot.waitUntil(lambda: not reader.workbench.objects.objects, timeout=60_000)


def test_paste_of_what_another_program_copied_changes_nothing(opened: MainWindow) -> None:
    add_object(opened)
    before = opened.workbench.objects.objects
    clipboard = QApplication.clipboard()
    for put in (
        lambda: clipboard.setText('[{"segmentation": [], "category_id": 1}]'),
        lambda: clipboard.setImage(QImage(40, 40, QImage.Format.Format_RGB32)),
        lambda: clipboard.clear(),
    ):
        put()
        opened.actions_["edit.paste"].trigger()
        assert opened.workbench.objects.objects == before


@pytest.mark.parametrize("moment", ["loading", "encoding", "decoding"])
def test_the_window_closed_while_the_model_works(
    qtbot: QtBot, window: MainWindow, folder: Path, tiny_model: Path, moment: str
) -> None:
    window.settings.set("model.name", str(tiny_model))
    window.settings.set("model.runtime", "torch")
    window.workbench.model_in_use.start()
    if moment != "loading":
        qtbot.waitUntil(lambda: window.prompting.client.status is not None, timeout=30_000)
        open_and_wait(qtbot, window, folder)
    if moment == "decoding":
        window.prompting.prompts.add_point(PointPrompt(40, 30))
    window.close()
    assert not window.isVisible()
    assert not window.workbench.document.is_open
