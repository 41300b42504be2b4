"""What is open on a picture stays with it: other pictures, other folders, restarts and kills."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from slimsam_app.app import create_window
from slimsam_app.banner import Banner
from slimsam_app.item_models.images_model import ImageRole
from slimsam_app.settings import Settings
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.annotation import Annotation, ImageState
from slimsam_core.files.user_folders import settings_path
from slimsam_core.pixels.mask import Rle, iou_between
from slimsam_core.project import Project
from tests.app_canvas.canvas_hands import LEFT, NO_KEYS, RIGHT, click, drag, move, place
from tests.app_shell.conftest import open_and_wait, write_picture

CTRL = Qt.KeyboardModifier.ControlModifier


def press(qtbot: QtBot, window: MainWindow, key: Qt.Key, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
    qtbot.keyClick(window.workspace.canvas, key, keys)


def marked(window: MainWindow) -> list[bool]:
    """Which rows of the list of pictures are marked as having a draft."""
    model = window.images_model
    return [model.index(row).data(ImageRole.DRAFT) for row in range(model.rowCount())]


def objects(window: MainWindow, row: int = 0) -> tuple[Annotation, ...]:
    return window.workbench.document.annotations(window.workbench.navigator.ids[row])


def answered(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: bool(window.prompting.prompts.candidates), timeout=60_000)


def accepted_mask(qtbot: QtBot, window: MainWindow) -> Rle:
    answered(qtbot, window)
    with qtbot.waitSignal(window.prompting.prompts.accepted, timeout=60_000):
        press(qtbot, window, Qt.Key.Key_Return)
    return objects(window)[-1].mask


def click_twice(qtbot: QtBot, window: MainWindow) -> None:
    """Two clicks, another candidate, so that the mask depends on every step."""
    click(window.workspace.canvas, 60, 60)
    answered(qtbot, window)
    press(qtbot, window, Qt.Key.Key_Tab)
    click(window.workspace.canvas, 90, 70, RIGHT)
    answered(qtbot, window)


def come_back(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.workbench.navigator.picture_ready, timeout=60_000):
        window.workbench.navigator.go(window.workbench.navigator.ids[0])


@pytest.mark.parametrize("way", ["D", "PgDown", "list", "unfinished", "A"])
def test_a_mask_that_is_left_open_is_there_again_and_the_same(
    qtbot: QtBot, labelling: MainWindow, way: str
) -> None:
    click_twice(qtbot, labelling)
    direct = accepted_mask(qtbot, labelling)
    labelling.workbench.undo()
    click_twice(qtbot, labelling)
    prompts = labelling.prompting.prompts.prompts
    if way == "list":
        view, model = labelling.images_dock.view, labelling.images_model
        qtbot.mouseClick(view.viewport(), LEFT, NO_KEYS, view.visualRect(model.index(1)).center())
    elif way == "unfinished":
        labelling.actions_["image.next_unfinished"].trigger()
    elif way == "A":
        labelling.workbench.navigator.go(labelling.workbench.navigator.ids[1])
        come_back(qtbot, labelling)
        press(qtbot, labelling, Qt.Key.Key_D)
    else:
        press(qtbot, labelling, Qt.Key.Key_D if way == "D" else Qt.Key.Key_PageDown)
    assert labelling.workbench.navigator.current_id == labelling.workbench.navigator.ids[1]
    assert not labelling.prompting.prompts.active
    assert marked(labelling) == [True, False]
    assert not objects(labelling)
    come_back(qtbot, labelling)
    assert labelling.prompting.prompts.prompts == prompts
    assert accepted_mask(qtbot, labelling) == direct
    labelling.prompting.drafting.keep()
    assert marked(labelling) == [False, False]


def restarted(qtbot: QtBot, qapp: QApplication, before: MainWindow, folder: Path) -> MainWindow:
    before.close()
    window = create_window(qapp, Settings(settings_path()))
    window.resize(1280, 720)
    window.show()
    window.workbench.model_in_use.start()
    open_and_wait(qtbot, window, folder)
    return window


def test_a_restart_brings_the_open_mask_back_and_esc_ends_it_with_a_way_back(
    qtbot: QtBot, qapp: QApplication, labelling: MainWindow, pictures: Path
) -> None:
    labelling.workbench.classes.add("car")
    labelling.workbench.classes.add("person")
    press(qtbot, labelling, Qt.Key.Key_2)
    click_twice(qtbot, labelling)
    direct = accepted_mask(qtbot, labelling)
    labelling.workbench.undo()
    click_twice(qtbot, labelling)
    window = restarted(qtbot, qapp, labelling, pictures)
    try:
        assert marked(window) == [True, False]
        qtbot.waitUntil(lambda: window.prompting.prompts.active, timeout=60_000)
        press(qtbot, window, Qt.Key.Key_Escape)
        window.prompting.drafting.keep()
        assert marked(window) == [False, False]
        banner = next(b for b in window.findChildren(Banner) if "dropped" in b.key[1])
        qtbot.mouseClick(banner.findChild(object, "bannerOffer"), LEFT)
        again = accepted_mask(qtbot, window)
        assert iou_between([again], [direct])[0, 0] > 0.999  # embeddings on the disk have half precision
        (made,) = objects(window)
        category = window.workbench.document.category(made.category_id)
        assert category is not None
        assert category.name == "person"
    finally:
        window.close()
        window.deleteLater()


def test_another_folder_and_back(qtbot: QtBot, labelling: MainWindow, pictures: Path, tmp_path: Path) -> None:
    click(labelling.workspace.canvas, 60, 60)
    answered(qtbot, labelling)
    write_picture(tmp_path / "other" / "0.png", 7, (120, 160))
    open_and_wait(qtbot, labelling, tmp_path / "other")
    assert not labelling.prompting.prompts.active
    assert marked(labelling) == [False]
    open_and_wait(qtbot, labelling, pictures)
    assert labelling.prompting.prompts.active
    assert marked(labelling) == [True, False]


def test_a_mask_on_its_way_when_the_folder_changes_goes_to_no_other_project(
    qtbot: QtBot, labelling: MainWindow, pictures: Path, tmp_path: Path
) -> None:
    click(labelling.workspace.canvas, 60, 60)
    press(qtbot, labelling, Qt.Key.Key_Return)
    write_picture(tmp_path / "other" / "0.png", 7, (120, 160))
    with qtbot.waitSignal(labelling.prompting.client.encoded, timeout=60_000):
        open_and_wait(qtbot, labelling, tmp_path / "other")
    click(labelling.workspace.canvas, 60, 60)
    answered(qtbot, labelling)  # the worker is past what came before
    assert not objects(labelling)
    labelling.prompting.prompts.clear()
    open_and_wait(qtbot, labelling, pictures)
    found = len(objects(labelling)) + labelling.prompting.prompts.active
    assert found == 1  # accepted in time, or open again


def test_ctrl_enter_accepts_what_is_open_and_says_so(qtbot: QtBot, labelling: MainWindow) -> None:
    ids = labelling.workbench.navigator.ids
    click(labelling.workspace.canvas, 60, 60)
    with qtbot.waitSignal(labelling.prompting.prompts.accepted, timeout=60_000):
        press(qtbot, labelling, Qt.Key.Key_Return, CTRL)
    assert labelling.workbench.navigator.current_id == ids[1]
    assert len(objects(labelling)) == 1
    assert labelling.workbench.document.image(ids[0]).state is ImageState.DONE
    assert any("accepted: 1 object" in banner.key[1] for banner in labelling.findChildren(Banner))
    assert marked(labelling) == [False, False]


def test_ctrl_enter_accepts_boxes_and_outlines_too(qtbot: QtBot, labelling: MainWindow) -> None:
    canvas = labelling.workspace.canvas
    labelling.actions_["tool.polygon"].trigger()
    for at in ((20, 20), (50, 20), (50, 60)):
        click(canvas, *at)
    labelling.actions_["tool.boxes"].trigger()
    drag(canvas, [(60, 60), (80, 80), (100, 100)])
    drag(canvas, [(100, 20), (120, 30), (150, 50)])
    press(qtbot, labelling, Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: len(objects(labelling)) == 3, timeout=60_000)
    assert marked(labelling) == [False, False]


def test_esc_takes_an_outline_away_with_a_way_back_and_the_mark_in_the_list(
    qtbot: QtBot, labelling: MainWindow
) -> None:
    canvas, said = labelling.workspace.canvas, []
    labelling.workbench.noted.connect(lambda words, way_back: said.append((words, way_back)))
    labelling.actions_["tool.polygon"].trigger()
    for at in ((20, 20), (50, 20), (50, 60)):
        click(canvas, *at)
    begun = canvas.tool.outline()
    qtbot.waitUntil(lambda: marked(labelling) == [True, False], timeout=60_000)
    press(qtbot, labelling, Qt.Key.Key_Escape)
    assert not canvas.tool.outline()
    ((words, way_back),) = said
    assert words == "What was open was dropped."
    qtbot.waitUntil(lambda: marked(labelling) == [False, False], timeout=60_000)
    way_back()
    assert canvas.tool.outline() == begun


def test_undo_takes_the_corners_of_an_outline_back_before_it_goes_elsewhere(
    qtbot: QtBot, labelling: MainWindow
) -> None:
    click(labelling.workspace.canvas, 60, 60)
    accepted_mask(qtbot, labelling)
    navigator, canvas = labelling.workbench.navigator, labelling.workspace.canvas
    first, second = navigator.ids[:2]
    navigator.go(second)
    labelling.actions_["tool.polygon"].trigger()
    for at in ((20, 20), (50, 20), (50, 60)):
        click(canvas, *at)
    begun = canvas.tool.outline()
    assert len(begun) == 3
    for left in (2, 1, 0):
        press(qtbot, labelling, Qt.Key.Key_Z, CTRL)
        assert canvas.tool.outline() == begun[:left]
        assert navigator.current_id == second
        assert len(objects(labelling)) == 1
    press(qtbot, labelling, Qt.Key.Key_Z, CTRL)
    assert navigator.current_id == first
    assert objects(labelling) == ()


def test_a_first_corner_goes_without_a_word(qtbot: QtBot, labelling: MainWindow) -> None:
    said: list[str] = []
    labelling.workbench.noted.connect(lambda words, _: said.append(words))
    labelling.actions_["tool.polygon"].trigger()
    click(labelling.workspace.canvas, 20, 20)
    press(qtbot, labelling, Qt.Key.Key_Escape)
    assert said == []


def test_the_only_click_is_taken_back_without_a_word(qtbot: QtBot, labelling: MainWindow) -> None:
    click(labelling.workspace.canvas, 60, 60)
    answered(qtbot, labelling)
    assert labelling.workspace.canvas.step_back(), "something was open, and was taken back"
    assert not labelling.prompting.prompts.active


@pytest.mark.parametrize("tool", ["polygon", "rectangle", "ellipse", "lasso"])
def test_an_outline_that_is_begun_is_kept(
    qtbot: QtBot, qapp: QApplication, labelling: MainWindow, pictures: Path, tool: str
) -> None:
    canvas = labelling.workspace.canvas
    labelling.actions_[f"tool.{tool}"].trigger()
    if tool == "lasso":
        from PySide6.QtTest import QTest

        QTest.mousePress(canvas.viewport(), LEFT, NO_KEYS, place(canvas, 20, 20))
        for at in ((60, 20), (60, 60), (30, 80)):
            move(canvas, *at, held=LEFT)
    else:
        for at in ((20, 20), (60, 20)) if tool == "polygon" else ((20, 20),):
            click(canvas, *at)
    press(qtbot, labelling, Qt.Key.Key_D)
    assert marked(labelling) == [True, False]
    window = restarted(qtbot, qapp, labelling, pictures)
    window.workbench.navigator.go(window.workbench.navigator.ids[0])  # it opened where it was left
    try:
        qtbot.waitUntil(lambda: bool(window.workspace.canvas.tool.outline()), timeout=60_000)
        kept = window.workspace.canvas.tool
        assert kept.id == ("polygon" if tool == "lasso" else tool)
        assert kept.outline()[0] == pytest.approx((20, 20), abs=0.6)
        assert not window.workspace.canvas.layers.draft.path().isEmpty()
    finally:
        window.close()
        window.deleteLater()


def test_boxes_are_kept(qtbot: QtBot, qapp: QApplication, labelling: MainWindow, pictures: Path) -> None:
    labelling.actions_["tool.boxes"].trigger()
    drag(labelling.workspace.canvas, [(60, 60), (80, 80), (100, 100)])
    before = labelling.prompting.boxes.boxes
    window = restarted(qtbot, qapp, labelling, pictures)
    try:
        assert window.prompting.boxes.boxes == before
        assert len(before) == 1
    finally:
        window.close()
        window.deleteLater()


def test_a_stroke_under_way_is_painted_when_the_picture_is_left(qtbot: QtBot, labelling: MainWindow) -> None:
    from PySide6.QtTest import QTest

    canvas = labelling.workspace.canvas
    labelling.actions_["tool.brush"].trigger()
    QTest.mousePress(canvas.viewport(), LEFT, NO_KEYS, place(canvas, 40, 40))
    move(canvas, 80, 40, held=LEFT)
    press(qtbot, labelling, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: len(objects(labelling)) == 1, timeout=60_000)
    assert objects(labelling)[0].mask.bbox_xywh[2] > 40


def test_a_tool_in_between_leaves_the_open_mask_open(qtbot: QtBot, labelling: MainWindow) -> None:
    click(labelling.workspace.canvas, 60, 60)
    answered(qtbot, labelling)
    for key in (Qt.Key.Key_M, Qt.Key.Key_V, Qt.Key.Key_B):
        press(qtbot, labelling, key)
        assert labelling.prompting.prompts.active
    with qtbot.waitSignal(labelling.prompting.prompts.accepted, timeout=60_000):
        press(qtbot, labelling, Qt.Key.Key_Return)
    assert len(objects(labelling)) == 1


def test_a_draft_is_exported_by_nobody(qtbot: QtBot, labelling: MainWindow, tmp_path: Path) -> None:
    from slimsam_core.cli import main

    click(labelling.workspace.canvas, 60, 60)
    answered(qtbot, labelling)
    press(qtbot, labelling, Qt.Key.Key_D)
    path = labelling.workbench.document.project.path
    target = tmp_path / "out.json"
    assert main(["export", str(path), str(target)]) == 0
    assert json.loads(target.read_text("utf-8"))["annotations"] == []
    with Project.open(path, read_only=True) as project:
        assert len(project.drafts()) == 1
        assert project.statistics().objects == 0


_KILLED = """
import os, sys, threading
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from slimsam_app.app import create_window
from slimsam_app.settings import Settings
from slimsam_core.files.user_folders import settings_path
from slimsam_core.pixels.geometry import PointPrompt
folder, model = map(Path, sys.argv[1:])
app = QApplication([])
settings = Settings(settings_path())
settings.set("model.name", str(model))
settings.set("model.runtime", "torch")
window = create_window(app, settings)
window.show()
def begin(image_id, picture):
    window.workspace.canvas.point_added.emit(PointPrompt(60.5, 60.5), False)
def look():
    if window.workbench.document.is_open and window.workbench.document.project.drafts():
        print("kept", flush=True)
        threading.Event().wait()
window.workbench.navigator.picture_ready.connect(begin)
window.workbench.open([folder])
timer = QTimer(); timer.timeout.connect(look); timer.start(20)
app.exec()
"""


def test_a_kill_costs_no_open_mask(
    qtbot: QtBot, labelling: MainWindow, tmp_path: Path, tiny_model: Path
) -> None:
    folder = tmp_path / "killed"
    write_picture(folder / "0.png", 3, (120, 160))
    process = subprocess.Popen(
        [sys.executable, "-c", _KILLED, str(folder), str(tiny_model)], stdout=subprocess.PIPE, env=os.environ
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"kept\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    open_and_wait(qtbot, labelling, folder)
    assert labelling.prompting.prompts.prompts.points
    assert len(accepted_mask(qtbot, labelling).counts) > 0


def test_the_mask_of_a_picture_that_was_left_while_the_model_was_busy_is_accepted_there(
    qtbot: QtBot, labelling: MainWindow, gate: Callable[[], None]
) -> None:
    labelling.prompting.client._worker.forget()
    click(labelling.workspace.canvas, 60, 60)
    press(qtbot, labelling, Qt.Key.Key_Return)
    press(qtbot, labelling, Qt.Key.Key_D)
    assert marked(labelling) == [True, False]  # nobody knows yet whether it will come
    for _ in range(4):
        gate()
    qtbot.waitUntil(lambda: len(objects(labelling)) == 1, timeout=60_000)
    assert marked(labelling) == [False, False]


def test_what_is_open_again_and_what_was_noted_never_lie_on_one_another(
    qtbot: QtBot, labelling: MainWindow
) -> None:
    def rects() -> tuple[QRect, QRect]:
        (line,) = [b for b in labelling.findChildren(Banner) if b.key[0] == "note" and b.isVisible()]
        bar = labelling.prompting.bar
        return QRect(line.mapToGlobal(QPoint()), line.size()), QRect(bar.mapToGlobal(QPoint()), bar.size())

    category = labelling.workbench.classes.add("thing")
    assert category is not None
    click(labelling.workspace.canvas, 60, 60)
    answered(qtbot, labelling)
    labelling.prompting.prompts.give_class(category.id)
    press(qtbot, labelling, Qt.Key.Key_D)
    press(qtbot, labelling, Qt.Key.Key_A)
    qtbot.waitUntil(lambda: labelling.prompting.bar.isVisible(), timeout=60_000)
    line, bar = rects()
    assert not line.intersects(bar)
    assert line.top() > bar.bottom(), "in the status bar, below the picture"
    labelling.resize(900, 600)
    qtbot.waitUntil(lambda: not rects()[0].intersects(rects()[1]), timeout=60_000)
    _, bar = rects()
    press(qtbot, labelling, Qt.Key.Key_Escape)
    assert not labelling.prompting.bar.isVisible()
    assert rects()[0].bottom() >= bar.top(), "the room is free again"
