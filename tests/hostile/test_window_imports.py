"""Folders of annotations that are made to hurt, imported in one window, one after the other.

Each ends with objects that can be taken back, or with words and an unchanged project, and the window goes on
with the next one. Memory and time of each are bounded by ``test_datasets.py``, in processes of their own.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from slimsam_app.banner import LONGEST_LETTERS, Banner
from slimsam_app.plain_text import PlainLabel
from slimsam_app.windows.delegates import short_name
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.errors import SlimSamError
from slimsam_core.formats.registry import Format, formats
from slimsam_core.formats.report import ImportReport
from slimsam_core.project import Project
from slimsam_core.project.checkup import examine
from tests.app_shell.conftest import make_window, open_and_wait, window
from tests.hostile.conftest import write_project
from tests.hostile.dataset_doors import file_of
from tests.hostile.datasets import DATASETS, PRIVATE

__all__ = ["make_window", "window"]  # fixtures

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="pipes and devices of POSIX")

SLOW = (
    "yolo: a ring of a million points", "yolo: six thousand rows", "voc: six thousand boxes",
    "voc: masks that are bombs", "png: masks that are bombs", "png: objects without an end", "png: classes",
    "coco: rings", "coco: runs of ones", "via: a ring", "dota: rows", "png-colours: a map",
)  # fmt: skip
"""Those that take more than a second: nightly."""
READS = {one.name: one for one in formats() if one.read is not None}


def state(project: Project) -> tuple[object, ...]:
    """All that an import could change."""
    pictures = [replace(one, content_hash="") for one in project.images()]  # found out as they are shown
    return (project.categories(), pictures, project.annotations(1), project.imported_files)


def outcome(qtbot: QtBot, window: MainWindow, source: Path, format_: Format | None = None) -> object:
    """Import; the report, the error, or the question for the format."""
    told: list[object] = []
    transfer = window.workbench.transfer
    for signal in (transfer.imported, transfer.format_wanted, window.workbench.failed):
        signal.connect(told.append)
    transfer.import_annotations(source, format_=format_)
    qtbot.waitUntil(lambda: bool(told) and not window.workbench.pool.busy, timeout=100_000)
    for signal in (transfer.imported, transfer.format_wanted, window.workbench.failed):
        signal.disconnect(told.append)
    assert len(told) == 1
    return told[0]


def import_all(qtbot: QtBot, window: MainWindow, folder: Path, names: Iterable[str]) -> dict[str, str]:
    """Import each as a person does: what is recognised, else as the format that it is called by."""
    ended: dict[str, str] = {}
    private = (folder / "a/b/x" / PRIVATE).resolve()
    write_project(private)
    open_and_wait(qtbot, window, write_project(folder / "mine"))
    project = window.workbench.document.project
    for name in names:
        source, before = folder / "a/b" / name, state(project)
        source.mkdir(parents=True)
        DATASETS[name](source)
        file = Path(file_of(str(source)))
        found = outcome(qtbot, window, file)
        if not isinstance(found, ImportReport | SlimSamError):
            assert state(project) == before, name
            found = outcome(qtbot, window, file, READS.get(name.partition(":")[0], READS["coco"]))
        if isinstance(found, ImportReport):
            assert found.objects_in == found.objects_imported + found.issues.lost_objects, name
            assert found.objects_imported or not found.objects_in or state(project) == before, name
            assert [*examine(project)] == [], name
            if state(project) != before:
                window.workbench.undo()
        assert state(project) == before, name
        told = "".join(
            label.text() for b in window.findChildren(Banner) for label in b.findChildren(PlainLabel)
        )
        assert 0 < len(told) < 5 * LONGEST_LETTERS, name
        assert not {*told} & {"\x1b", "\u202e", "\0"}, name
        for dialog in window.findChildren(QDialog):
            dialog.close()
        ended[name] = "taken" if isinstance(found, ImportReport) else "refused"
    return ended


@pytest.mark.timeout(300)
def test_hostile_folders_in_one_window(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    ended = import_all(qtbot, window, tmp_path, [name for name in DATASETS if name not in SLOW])
    assert {*ended.values()} == {"taken", "refused"}


@pytest.mark.nightly
@pytest.mark.timeout(3600)
def test_slow_ones_in_one_window(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    import_all(qtbot, window, tmp_path, SLOW)


def test_a_name_of_a_million_letters_is_cut_at_once(qapp: QApplication) -> None:
    metrics, name = QFontMetrics(qapp.font()), "a" * 500_000 + "n" * 500_000 + " 17"
    start = time.process_time()
    shown = short_name(name, metrics, 200)
    assert time.process_time() - start < 5, "every letter was tried"
    assert shown.startswith("a")
    assert shown.endswith(" 17")
    assert metrics.horizontalAdvance(shown) <= 200
