"""Work of others that makes no sense, with right checksums, in the window: merged, compared, opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from slimsam_app.banner import LONGEST_LETTERS, Banner
from slimsam_app.plain_text import PlainLabel
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.errors import SlimSamError
from slimsam_core.project.checkup import examine
from tests.app_shell.conftest import make_window, open_and_wait, window
from tests.app_shell.test_plain_text import EVIL, painted
from tests.hostile.conftest import write_project
from tests.hostile.test_joined_work import ODD, put

__all__ = ["make_window", "window"]  # fixtures

HIDDEN = {"\x1b", "\u202e", "\0"}
TITLES = [
    title for title in ODD if ODD[title][0] in ("image", "variant", "part_origin") or ODD[title][2] == EVIL
]


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "title",
    [
        title if number % 20 == 0 else pytest.param(title, marks=pytest.mark.nightly)
        for number, title in enumerate(TITLES)
    ],
)
def test_the_work_of_others_in_the_window(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, title: str
) -> None:
    """Merged into a good project, compared with it, and opened and reviewed itself."""
    mine, theirs = write_project(tmp_path / "mine"), write_project(tmp_path / "theirs")
    put(theirs, title)
    open_and_wait(qtbot, window, mine)
    workbench = window.workbench
    looked: list[object] = []
    workbench.parts.look_at(theirs, looked.append)
    qtbot.waitUntil(lambda: bool(looked), timeout=60_000)
    told: list[object] = []
    for signal in (workbench.parts.merged, workbench.parts.compared, workbench.failed):
        signal.connect(told.append)
    steps: tuple[Callable[[], None], ...] = (
        lambda: workbench.parts.merge([theirs]),
        lambda: workbench.parts.compare([theirs], gold=False),
    )
    for begin in steps:
        told.clear()
        begin()
        qtbot.waitUntil(lambda: bool(told) and not workbench.pool.busy, timeout=120_000)
        assert not [
            error for error in told if isinstance(error, Exception) and not isinstance(error, SlimSamError)
        ]
        look(window)
    assert [*examine(workbench.document.project)] == []
    window.workbench.open([theirs])
    qtbot.waitUntil(lambda: not workbench.pool.busy, timeout=120_000)
    for name in ("project.differences", "review.fixed"):
        if window.actions_[name].isEnabled():
            window.actions_[name].trigger()
            qtbot.waitUntil(lambda: not workbench.pool.busy, timeout=120_000)
    look(window)


def look(window: MainWindow) -> None:
    """Nothing that is shown acts, and no message is endless."""
    for _, text in painted(window):
        assert not {*text} & HIDDEN
    for banner in window.findChildren(Banner):
        assert all(len(label.text()) <= 6 * LONGEST_LETTERS + 1 for label in banner.findChildren(PlainLabel))
    for dialog in window.findChildren(QDialog):
        dialog.close()
