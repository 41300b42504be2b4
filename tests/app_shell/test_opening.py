"""Opening pictures, folders and projects in the window."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QDir, Qt
from PySide6.QtWidgets import QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from slimsam_app.banner import Banner
from slimsam_app.sessions.opening import Searched, look_for_pictures, open_paths
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.annotation import ImageState
from slimsam_core.progress import CancelToken
from slimsam_core.project import Edit, beside_path, user_path
from tests.app_shell.conftest import open_and_wait, write_picture
from tests.app_shell.test_grey_actions import told


def names(window: MainWindow) -> list[str]:
    model = window.images_model
    return [model.index(row).data() for row in range(model.rowCount())]


def banners(window: MainWindow) -> list[str]:
    return [" ".join(banner.key[1:]) for banner in window.findChildren(Banner)]


def test_a_folder_is_listed_in_natural_order_and_its_first_picture_shown(opened: MainWindow) -> None:
    assert names(opened) == ["photo 2.png", "photo 10.png", "ünïcode 1.png"]
    entry = opened.workbench.navigator.entry
    assert entry is not None
    assert entry.path == "photo 2.png"
    assert opened.centre.currentWidget() is opened.workspace
    assert "photo 2.png" in opened.windowTitle()


def test_the_project_lies_in_the_folder(opened: MainWindow, folder: Path) -> None:
    assert opened.workbench.document.project.path == beside_path(folder)
    assert beside_path(folder).is_file()


def test_a_read_only_folder_gets_its_project_in_the_user_data(
    qtbot: QtBot, window: MainWindow, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.mkdir

    def refuse(self: Path, *args: object, **options: object) -> None:
        if self.parent == folder:
            raise PermissionError(13, "Permission denied", str(self))
        real(self, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Path, "mkdir", refuse)
    open_and_wait(qtbot, window, folder)
    assert window.workbench.document.project.path == user_path(folder)
    assert len(names(window)) == 3


def test_opening_again_finds_new_pictures_and_keeps_the_old(
    qtbot: QtBot, opened: MainWindow, folder: Path
) -> None:
    write_picture(folder / "photo 3.png", 9)
    open_and_wait(qtbot, opened, folder)
    assert names(opened) == ["photo 2.png", "photo 3.png", "photo 10.png", "ünïcode 1.png"]


def test_single_pictures_come_alone_and_the_first_one_is_shown(
    qtbot: QtBot, window: MainWindow, folder: Path
) -> None:
    open_and_wait(qtbot, window, folder / "photo 10.png", folder / "photo 2.png")
    assert names(window) == ["photo 2.png", "photo 10.png"]
    qtbot.waitUntil(lambda: "photo 10.png" in window.windowTitle())


def test_a_moved_folder_is_found_again_by_the_project_inside_it(
    qtbot: QtBot, opened: MainWindow, folder: Path
) -> None:
    opened.workbench.close()
    moved = folder.rename(folder.with_name("moved"))
    open_and_wait(qtbot, opened, moved)
    assert names(opened) == ["photo 2.png", "photo 10.png", "ünïcode 1.png"]
    assert opened.workbench.document.project.count_images() == 3


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("notes.txt", b"hello", "not a picture"),
        ("empty", None, "no pictures"),
        ("missing.png", b"", "does not exist"),
    ],
)
def test_what_cannot_be_opened_is_said_in_a_banner(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, name: str, content: bytes | None, words: str
) -> None:
    path = tmp_path / name
    if content is None:
        path.mkdir()
    elif content:
        path.write_bytes(content)
    with qtbot.waitSignal(window.workbench.failed):
        window.workbench.open([path])
    assert any(words in text for text in banners(window))
    assert window.centre.currentWidget() is window.welcome
    assert not (path / ".slimsam").exists(), "no empty project is left behind"


def test_a_broken_picture_is_said_and_the_next_one_can_be_shown(
    qtbot: QtBot, window: MainWindow, folder: Path
) -> None:
    (folder / "photo 1.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    with qtbot.waitSignal(window.workbench.navigator.picture_failed, timeout=60_000):
        window.workbench.open([folder])
    with qtbot.waitSignal(window.workbench.navigator.picture_ready, timeout=60_000):
        window.actions_["image.next"].trigger()
    assert "photo 2.png" in window.windowTitle()


def test_a_project_open_elsewhere_is_shown_read_only(
    qtbot: QtBot, window: MainWindow, folder: Path, make_window: Callable[[], MainWindow]
) -> None:
    open_and_wait(qtbot, window, folder)
    second = make_window()
    open_and_wait(qtbot, second, folder)
    assert second.workbench.document.project.read_only
    assert any("not changed" in text for text in banners(second))


def test_closing_shows_the_welcome_page_with_the_folder_among_the_recent(
    opened: MainWindow, folder: Path
) -> None:
    opened.actions_["file.close"].trigger()
    assert opened.centre.currentWidget() is opened.welcome
    assert opened.settings.recent() == (str(folder),)
    assert not opened.images_dock.isVisible()


def test_enter_on_the_welcome_page_asks_for_a_folder_or_goes_on_with_the_newest(
    qtbot: QtBot, window: MainWindow, folder: Path
) -> None:
    window.show()
    field = window.focusWidget()
    assert field is not None
    assert field.objectName() == "welcome_file.open_folder"
    qtbot.keyClick(field, Qt.Key.Key_Return)
    (dialog,) = (found for found in window.findChildren(QFileDialog) if found.isVisible())
    dialog.reject()
    assert told(window)[0] == []
    open_and_wait(qtbot, window, folder)
    window.actions_["file.close"].trigger()
    field = window.focusWidget()
    assert field is not None
    assert field.objectName() == "recent_0"
    with qtbot.waitSignal(window.workbench.navigator.picture_ready, timeout=60_000):
        qtbot.keyClick(field, Qt.Key.Key_Enter)


def test_a_click_on_the_place_of_a_recent_folder_opens_it(
    qtbot: QtBot, window: MainWindow, folder: Path
) -> None:
    open_and_wait(qtbot, window, folder)
    window.actions_["file.close"].trigger()
    place = window.findChild(QLabel, "recent_place_0")
    assert place is not None
    with qtbot.waitSignal(window.workbench.navigator.picture_ready, timeout=60_000):
        qtbot.mouseClick(place, Qt.MouseButton.LeftButton)


def test_the_folder_in_which_projects_lie_can_be_chosen(window: MainWindow) -> None:
    window.actions_["file.open_project"].trigger()
    (dialog,) = (found for found in window.findChildren(QFileDialog) if found.isVisible())
    assert dialog.filter() & QDir.Filter.Hidden
    dialog.reject()


def test_the_window_is_painted_without_torch() -> None:
    code = (
        "import sys\n"
        "from PySide6.QtWidgets import QApplication\n"
        "from slimsam_app.app import create_window\n"
        "from slimsam_app.settings import Settings\n"
        "from slimsam_core.files.user_folders import settings_path\n"
        "application = QApplication([])\n"
        "window = create_window(application, Settings(settings_path()))\n"
        "window.show()\n"
        "window.grab()\n"
        "heavy = {'torch', 'openvino', 'transformers', 'pyqtgraph'} & set(sys.modules)\n"
        "window.close()\n"
        "sys.exit(f'imported: {heavy}' if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("busy_user", [False, True])
def test_what_is_done_before_the_first_search_ends_can_be_taken_back(folder: Path, busy_user: bool) -> None:
    opened = open_paths([folder], CancelToken())
    project = opened.project
    write_picture(folder / "found later.png")
    if busy_user:
        entry = project.images()[0]
        project.apply("Mark as done", [Edit(entry, replace(entry, state=ImageState.DONE))])
    assert look_for_pictures(opened, CancelToken()) == Searched()
    assert project.count_images() == 4
    undoable = [label for label in project.stack_labels(10)[0] if label]
    assert (undoable[:1] == ["Mark as done"]) is busy_user
    if not busy_user:
        assert undoable == [], "the making of a project is not taken back"
    project.close()


def test_hidden_colours_below_transparent_parts_are_told(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    pixels = np.full((40, 60, 4), 255, np.uint8)
    pixels[:20, :, 3] = 0
    for name in ("a.png", "b.png"):
        (tmp_path / "img").mkdir(exist_ok=True)
        Image.fromarray(pixels).save(tmp_path / "img" / name)
    write_picture(tmp_path / "img" / "c.png")
    open_and_wait(qtbot, window, tmp_path / "img")
    words = "This picture has transparent parts: they are shown as stored, as the model sees them."
    assert told(window)[0] == [words]
    assert window.status._size.text().endswith("transparent parts as stored")
    window.messages.note("else")
    for expected in (True, False):
        with qtbot.waitSignal(window.workbench.navigator.picture_ready, timeout=60_000):
            window.workbench.navigator.step(+1)
        assert ("transparent" in window.status._size.text()) == expected
        assert told(window)[0] == ["else"], "told once"
    qtbot.waitUntil(lambda: not window.workbench.pool.busy, timeout=120_000)
