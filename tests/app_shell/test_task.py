"""Long work has one shape: it has a title, gets on, and ends once, in one way."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import slimsam_app
from slimsam_app.windows.status_bar import StatusBar
from slimsam_app.workers.task import OVER, Lane, Task, TaskState
from slimsam_core.errors import ProjectError
from slimsam_core.progress import Progress


class Heard:
    """Writes down what a task tells of its end."""

    def __init__(self) -> None:
        self.told: list[object] = []
        self.task = Task("Work", self.told.append, self.told.append, lambda: self.told.append("cancelled"))


ENDS: dict[TaskState, Callable[[Task], None]] = {
    TaskState.DONE: lambda task: task.finish(7),
    TaskState.FAILED: lambda task: task.fail(ProjectError("No room.")),
    TaskState.CANCELLED: lambda task: task.cancel(),
}


@pytest.mark.parametrize("first", ENDS)
@pytest.mark.parametrize("second", ENDS)
def test_a_task_ends_once(first: TaskState, second: TaskState) -> None:
    heard = Heard()
    assert heard.task.state is TaskState.RUNNING
    assert not heard.task.over
    ENDS[first](heard.task)
    ENDS[second](heard.task)
    assert heard.task.state is first
    assert heard.task.over
    assert len(heard.told) == 1


def test_every_end_is_one() -> None:
    assert frozenset(ENDS) == OVER


def test_what_a_cancelled_task_still_tells_is_not_passed_on(qapp: QApplication) -> None:
    stopped: list[bool] = []
    lane, heard = Lane(qapp, stop=lambda: stopped.append(True)), Heard()
    titles: list[str] = []
    steps: list[Progress] = []
    lane.running.connect(titles.append)
    lane.progressed.connect(steps.append)
    lane.begin(heard.task)
    lane.report(heard.task, Progress("pictures", 1, 2))
    lane.cancel()
    lane.report(heard.task, Progress("pictures", 2, 2))
    lane.finish(heard.task, "late")
    assert stopped == [True]
    assert titles == ["Work", ""]
    assert steps == [Progress("pictures", 1, 2)]
    assert heard.told == ["cancelled"]


def test_a_late_end_leaves_the_task_that_came_after_alone(qapp: QApplication) -> None:
    lane, first, second = Lane(qapp), Heard(), Heard()
    lane.begin(first.task)
    lane.cancel()
    lane.begin(second.task)
    lane.fail(first.task, ProjectError("late"))
    assert lane.task is second.task
    assert not second.task.over


def test_another_task_may_be_begun_where_the_end_of_one_is_told(qapp: QApplication) -> None:
    lane, second = Lane(qapp), Heard()
    first = Task("First", lambda _: lane.begin(second.task))
    lane.begin(first)
    lane.finish(first)
    assert lane.task is second.task


def test_a_paused_task_says_so_until_it_goes_on(qapp: QApplication) -> None:
    held: list[bool] = []
    lane, heard = Lane(qapp, hold=held.append), Heard()
    told: list[bool] = []
    lane.paused.connect(told.append)
    lane.pause(True)  # nothing runs
    lane.begin(heard.task)
    lane.pause(True)
    lane.pause(True)
    assert lane.is_paused
    assert heard.task.state is TaskState.PAUSED
    lane.pause(False)
    assert held == told == [True, False]
    assert heard.task.state is TaskState.RUNNING


def test_the_line_at_the_bottom_follows_a_lane(qtbot: QtBot, qapp: QApplication) -> None:
    lane, heard = Lane(qapp), Heard()
    bar = StatusBar(None)  # type: ignore[arg-type]
    qtbot.addWidget(bar)
    bar.show()
    bar.follow(lane)
    lane.begin(heard.task)
    lane.report(heard.task, Progress("Exporting", 3, 8))
    assert bar.progress.isVisible()
    assert (bar.progress.value(), bar.progress.maximum()) == (3, 8)
    bar.cancel.click()
    assert heard.told == ["cancelled"]
    assert not bar.progress.isVisible()


VIEWS_OF_A_JOB = {"compression.py", "compression_worker.py"}
"""A compression job tells more than how far it is: curves, previews, memory."""


def test_nobody_has_signals_of_his_own_for_how_far_work_is() -> None:
    app = Path(slimsam_app.__file__).parent
    found = {
        path.name
        for path in app.rglob("*.py")
        for line in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(line, ast.Assign)
        and ast.unparse(line.targets[0]) in ("progressed", "running", "paused")
        and ast.unparse(line.value).startswith("Signal(")
    }
    assert found == {"task.py", *VIEWS_OF_A_JOB}
