"""Starting where no window can be, and names of projects that lie elsewhere."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from slimsam_app.sessions import opening
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.project import Project, places, scan_root
from tests.app_shell.conftest import open_and_wait, write_picture

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="displays of Linux")
@pytest.mark.parametrize(
    "given", [{}, {"DISPLAY": ":7654"}, {"QT_QPA_PLATFORM": "nonsense"}], ids=["none", "gone", "unknown"]
)
def test_without_a_display_there_is_one_line_and_no_abort(given: dict[str, str]) -> None:
    kept = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    ended = subprocess.run(
        [sys.executable, "-m", "slimsam_app"], cwd=ROOT, env={**kept, **given}, check=False,
        capture_output=True, text=True, timeout=100,
    )  # fmt: skip
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert line.startswith("slimsam-app: no window can be opened here (")
    assert given.get("DISPLAY", "") in line
    assert "desktop session" in line


def test_a_folder_that_cannot_be_written_names_itself_and_where_its_labels_are(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_picture(tmp_path / "holiday" / "a.png")
    create = Project.create

    def refuse(path: Path, roots: tuple[Path, ...] = ()) -> Project:
        if path.is_relative_to(tmp_path):
            raise PermissionError(13, "Permission denied")
        return create(path, roots)

    monkeypatch.setattr(opening.Project, "create", refuse)  # the super-user may write anywhere
    monkeypatch.setattr(places.os, "access", lambda path, _: not str(path).endswith("holiday"))
    told: list[tuple[str, str]] = []
    window.session.told.connect(lambda *words: told.append(words))
    open_and_wait(qtbot, window, tmp_path / "holiday")
    assert window.windowTitle() == "a.png — holiday — SlimSAM"
    path = str(window.session.document.project.path)
    assert ("holiday cannot be written: its labels are kept in your data folder.", path) in told


def test_a_project_file_of_its_own_names_itself(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    write_picture(tmp_path / "pictures" / "a.png")
    with Project.create(tmp_path / "Birds of prey.slimsam", (tmp_path / "pictures",)) as project:
        scan_root(project, 1)
    open_and_wait(qtbot, window, tmp_path / "Birds of prey.slimsam")
    qtbot.waitUntil(lambda: window.session.navigator.picture is not None, timeout=60_000)
    assert window.windowTitle() == "a.png — Birds of prey — SlimSAM"
