"""Drafts and what becomes of them: both on the disk or neither, whatever fails in between."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from slimsam_app.banner import Banner
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.annotation import DrawnShape, ShapeKind
from slimsam_core.errors import ProjectError
from slimsam_core.project import Change, Project
from tests.app_canvas.canvas_hands import LEFT, NO_KEYS, click, drag, move, place
from tests.app_canvas.test_drafts import answered, come_back, marked, objects, press, restarted
from tests.app_canvas.test_everything_review import finds as finds
from tests.app_shell.conftest import open_and_wait, write_picture
from tests.tiny_models import save_tiny

WAIT_MS = 60_000
TRIANGLE = ((20, 20), (60, 20), (60, 70))


def begin(window: MainWindow, way: str) -> None:
    """Have something open, complete enough to be accepted."""
    canvas = window.workspace.canvas
    if way == "clicks":
        click(canvas, 60, 60)
    elif way == "boxes":
        window.actions_["tool.boxes"].trigger()
        drag(canvas, [(60, 60), (80, 80), (100, 100)])
    else:
        window.actions_["tool.polygon"].trigger()
        for at in TRIANGLE:
            click(canvas, *at)
    window.prompting.drafting.keep()


def stored_drafts(window: MainWindow) -> dict[int, str]:
    """What is on the disk at this moment."""
    with Project.open(window.workbench.document.project.path, read_only=True) as project:
        return project.drafts()


def told(window: MainWindow) -> str:
    return " ".join(banner.key[1] for banner in window.findChildren(Banner) if not banner.isHidden())


@pytest.mark.parametrize("left", [False, True], ids=["shown", "left"])
@pytest.mark.parametrize("way", ["clicks", "boxes", "outline"])
def test_an_object_and_the_end_of_its_draft_come_to_the_disk_together(
    qtbot: QtBot, labelling: MainWindow, way: str, left: bool
) -> None:
    begin(labelling, way)
    assert len(stored_drafts(labelling)) == 1
    at_that_moment: list[tuple[int, dict[int, str]]] = []

    def look(_: Change) -> None:
        at_that_moment.append((len(objects(labelling)), stored_drafts(labelling)))

    labelling.workbench.document.changed.connect(look)  # told as soon as the command is on the disk
    if left:
        labelling.workspace.canvas.finish()
        press(qtbot, labelling, Qt.Key.Key_D)
    else:
        press(qtbot, labelling, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(objects(labelling)) == 1, timeout=WAIT_MS)
    labelling.workbench.document.changed.disconnect(look)
    assert at_that_moment[0] == (1, {})


def test_proposals_that_are_accepted_leave_the_draft_at_once(qtbot: QtBot, labelling: MainWindow) -> None:
    with qtbot.waitSignal(labelling.prompting.everything.found, timeout=WAIT_MS):
        labelling.actions_["proposal.find"].trigger()
    labelling.prompting.drafting.keep()
    before = stored_drafts(labelling)
    click(labelling.workspace.canvas, 75, 25)
    press(qtbot, labelling, Qt.Key.Key_Return)
    after = stored_drafts(labelling)
    assert len(objects(labelling)) == 1
    assert 0 < len(after[objects(labelling)[0].image_id]) < len(before[objects(labelling)[0].image_id])


_KILLED = """
import os, signal, sys
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
window.workbench.model_in_use.start()
def begin(image_id, picture):
    window.workspace.canvas.point_added.emit(PointPrompt(60.5, 60.5), False)
def look():
    if window.workbench.document.is_open and window.workbench.document.project.drafts():
        timer.stop()
        window.prompting.prompts.accept()
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
window.workbench.navigator.picture_ready.connect(begin)
window.workbench.document.changed.connect(lambda c: die() if c.label == "Add object" else None)
window.workbench.open([folder])
timer = QTimer(); timer.timeout.connect(look); timer.start(20)
app.exec()
"""


def test_a_kill_at_the_moment_of_acceptance_leaves_one_object_and_no_draft(
    qtbot: QtBot, labelling: MainWindow, tmp_path: Path, tiny_model: Path
) -> None:
    folder = tmp_path / "killed"
    write_picture(folder / "0.png", 3, (120, 160))
    command = [sys.executable, "-c", _KILLED, str(folder), str(tiny_model)]
    done = subprocess.run(command, env=os.environ, timeout=120, check=False)
    assert done.returncode == -signal.SIGKILL
    open_and_wait(qtbot, labelling, folder)
    assert len(objects(labelling)) == 1
    assert not labelling.prompting.prompts.active
    assert marked(labelling) == [False]


@pytest.mark.parametrize("way", ["clicks", "boxes", "outline"])
def test_what_the_project_refuses_is_open_again(
    qtbot: QtBot, labelling: MainWindow, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    begin(labelling, way)
    parts = labelling.prompting.drafting.parts

    def refuse(*_: object, **__: object) -> None:
        raise ProjectError("It does not fit.", "")

    with monkeypatch.context() as patched:
        patched.setattr(Project, "apply", refuse)
        with qtbot.waitSignal(labelling.workbench.failed, timeout=WAIT_MS):
            press(qtbot, labelling, Qt.Key.Key_Return)
    assert not objects(labelling)
    assert [type(part) for part in labelling.prompting.drafting.parts] == [type(part) for part in parts]
    assert len(stored_drafts(labelling)) == 1
    press(qtbot, labelling, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(objects(labelling)) == 1, timeout=WAIT_MS)
    labelling.prompting.drafting.keep()
    assert marked(labelling) == [False, False]


def test_proposals_that_the_project_refuses_stay_proposals(
    qtbot: QtBot, labelling: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = labelling.prompting.everything
    with qtbot.waitSignal(everything.found, timeout=WAIT_MS):
        labelling.actions_["proposal.find"].trigger()
    before = everything.proposals

    def refuse(*_: object, **__: object) -> None:
        raise ProjectError("It does not fit.", "")

    with monkeypatch.context() as patched:
        patched.setattr(Project, "apply", refuse)
        everything.accept_shown()
    assert everything.proposals == before
    labelling.prompting.drafting.keep()
    assert len(stored_drafts(labelling)) == 1


def test_a_disk_that_cannot_be_written_delays_drafts_and_objects_and_loses_none(
    qtbot: QtBot, labelling: MainWindow
) -> None:
    document, drafts = labelling.workbench.document, labelling.workbench.drafts
    home = document.project.path.parent
    away = home.rename(home.with_name("away"))
    begin(labelling, "clicks")
    assert drafts.unsaved_count == 1
    assert "could not be saved yet" in told(labelling)
    press(qtbot, labelling, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: document.unsaved_count == 1, timeout=WAIT_MS)
    begin(labelling, "outline")  # the next one is only begun
    assert len(objects(labelling)) == 1
    away.rename(home)
    qtbot.waitUntil(lambda: not document.unsaved_count and not drafts.unsaved_count, timeout=WAIT_MS)
    assert len(objects(labelling)) == 1
    (text,) = stored_drafts(labelling).values()
    assert "outline" in text
    assert '"prompt"' not in text


@pytest.mark.parametrize("answer", ["Cancel", "Discard"])
def test_closing_asks_before_a_draft_that_cannot_be_written_is_lost(
    labelling: MainWindow, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    home = labelling.workbench.document.project.path.parent
    away = home.rename(home.with_name("away"))
    begin(labelling, "clicks")
    asked: list[str] = []

    def reply(box: QMessageBox) -> int:
        asked.append(box.text())
        return QMessageBox.StandardButton[answer].value

    monkeypatch.setattr(QMessageBox, "exec", reply)
    assert labelling.close() == (answer == "Discard")
    assert "lost: 1." in asked[0]
    labelling.workbench.close()  # as Close project does: not while something is in memory only
    assert labelling.workbench.document.is_open == (answer == "Cancel")
    away.rename(home)
    with Project.open(home / "project.slimsam", read_only=True) as project:
        assert project.drafts() == {}


def test_proposals_are_there_after_a_restart_and_discard_has_a_way_back(
    qtbot: QtBot, qapp: QApplication, labelling: MainWindow, pictures: Path
) -> None:
    with qtbot.waitSignal(labelling.prompting.everything.found, timeout=WAIT_MS):
        labelling.actions_["proposal.find"].trigger()
    labelling.prompting.everything.set_threshold(0.92)
    before = labelling.prompting.everything.proposals
    window = restarted(qtbot, qapp, labelling, pictures)
    try:
        everything = window.prompting.everything
        assert everything.proposals == before
        assert everything.threshold == pytest.approx(0.92)
        assert marked(window) == [True, False]
        window.workspace.canvas.set_tool("review")
        window.actions_["proposal.discard"].trigger()
        window.prompting.drafting.keep()
        assert not everything.proposals
        assert stored_drafts(window) == {}
        banner = next(b for b in window.findChildren(Banner) if "dropped" in b.key[1])
        qtbot.mouseClick(banner.findChild(object, "bannerOffer"), LEFT)
        assert everything.proposals == before
        assert len(stored_drafts(window)) == 1
    finally:
        window.close()
        window.deleteLater()


@pytest.mark.parametrize("while_away", [False, True], ids=["open", "kept"])
def test_another_model_answers_the_same_clicks(
    qtbot: QtBot, labelling: MainWindow, tmp_path: Path, while_away: bool
) -> None:
    click(labelling.workspace.canvas, 60, 60)
    answered(qtbot, labelling)
    prompts, former = labelling.prompting.prompts.prompts, labelling.prompting.client.status
    if while_away:
        press(qtbot, labelling, Qt.Key.Key_D)
    other = save_tiny(tmp_path / "other.safetensors", 5)
    with qtbot.waitSignal(labelling.prompting.client.model_ready, timeout=WAIT_MS):
        labelling.settings.set("model.name", str(other))
    if while_away:
        come_back(qtbot, labelling)
    assert labelling.prompting.prompts.prompts == prompts
    answered(qtbot, labelling)
    with qtbot.waitSignal(labelling.prompting.prompts.accepted, timeout=WAIT_MS):
        press(qtbot, labelling, Qt.Key.Key_Return)
    (made,) = objects(labelling)
    assert former is not None
    assert made.provenance.prompts == prompts
    assert made.provenance.model_hash not in ("", former.model_hash)


# --- what the hand is doing when the picture is left


def hold(window: MainWindow, *way: tuple[float, float]) -> None:
    """Press, move, and do not let go."""
    canvas = window.workspace.canvas
    QTest.mousePress(canvas.viewport(), LEFT, NO_KEYS, place(canvas, *way[0]))
    for at in way[1:]:
        move(canvas, *at, held=LEFT)


def leave_and_let_go(qtbot: QtBot, window: MainWindow) -> None:
    canvas = window.workspace.canvas
    press(qtbot, window, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: canvas.image_id == window.workbench.navigator.ids[1], timeout=WAIT_MS)
    move(canvas, 90, 90, held=LEFT)
    QTest.mouseRelease(canvas.viewport(), LEFT, NO_KEYS, place(canvas, 100, 100))
    assert not window.prompting.drafting.parts  # nothing of it comes to the next picture


@pytest.mark.parametrize("tool", ["box", "boxes"])
def test_a_box_under_the_hand_is_kept_with_the_picture_that_is_left(
    qtbot: QtBot, labelling: MainWindow, tool: str
) -> None:
    labelling.actions_[f"tool.{tool}"].trigger()
    hold(labelling, (30, 30), (50, 60), (80, 90))
    leave_and_let_go(qtbot, labelling)
    assert marked(labelling) == [True, False]
    come_back(qtbot, labelling)
    prompting = labelling.prompting
    box = prompting.prompts.prompts.box if tool == "box" else prompting.boxes.boxes[0]
    assert box is not None
    assert box.as_tuple() == pytest.approx((30, 30, 80, 90), abs=1)


def add_rectangle(qtbot: QtBot, window: MainWindow) -> int:
    """A drawn rectangle from (20, 20) to (60, 50), selected."""
    window.workbench.masks.draw(DrawnShape(ShapeKind.RECTANGLE, (((20.0, 20.0), (60.0, 50.0)),)))
    qtbot.waitUntil(lambda: len(objects(window)) == 1, timeout=WAIT_MS)
    window.actions_["tool.select"].trigger()
    window.workbench.objects.select([objects(window)[0].id])
    return objects(window)[0].id


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        pytest.param(((60, 50), (70, 60), (90, 80)), (20, 20, 70, 60), id="a corner"),
        pytest.param(((40, 35), (45, 45), (70, 55)), (50, 40, 40, 30), id="the whole"),
    ],
)
def test_an_object_under_the_hand_stays_where_the_hand_has_it(
    qtbot: QtBot,
    labelling: MainWindow,
    way: tuple[tuple[float, float], ...],
    expected: tuple[int, int, int, int],
) -> None:
    add_rectangle(qtbot, labelling)
    hold(labelling, *way)
    leave_and_let_go(qtbot, labelling)
    qtbot.waitUntil(lambda: not labelling.workbench.masks.busy, timeout=WAIT_MS)
    assert objects(labelling)[0].mask.bbox_xywh == pytest.approx(expected, abs=1)
    labelling.workbench.undo()
    assert objects(labelling)[0].mask.bbox_xywh == (20, 20, 40, 30)


def test_the_first_corner_of_a_dragged_shape_is_kept(qtbot: QtBot, labelling: MainWindow) -> None:
    labelling.actions_["tool.ellipse"].trigger()
    hold(labelling, (30, 30), (50, 60), (80, 90))
    leave_and_let_go(qtbot, labelling)
    come_back(qtbot, labelling)
    click(labelling.workspace.canvas, 80, 90)
    qtbot.waitUntil(lambda: len(objects(labelling)) == 1, timeout=WAIT_MS)
    assert objects(labelling)[0].mask.bbox_xywh == pytest.approx((30, 30, 50, 60), abs=1)
