"""A data set that brings its own pictures, imported in the window: they are in the list, each once."""

from __future__ import annotations

import shutil
from pathlib import Path

from PIL import Image
from pytestqt.qtbot import QtBot

from slimsam_app.windows.main_window import MainWindow
from slimsam_core.project import scan_root


def test_new_pictures_join_the_list_and_known_ones_do_not(
    qtbot: QtBot, opened: MainWindow, tmp_path: Path
) -> None:
    workbench = opened.workbench
    project = workbench.document.project
    before = len(workbench.navigator.ids)
    known = project.image_path(project.images()[0])
    source = tmp_path / "set"
    (source / "labels").mkdir(parents=True)
    (source / "images").mkdir()
    (source / "data.yaml").write_text("names: [cat]\n")
    shutil.copyfile(known, source / "images" / known.name)
    Image.new("RGB", (60, 40), (1, 2, 3)).save(source / "images/new.png")
    for stem in (known.stem, "new"):
        (source / f"labels/{stem}.txt").write_text("0 0.1 0.1 0.6 0.1 0.6 0.6\n")
    with qtbot.waitSignal(workbench.transfer.imported, timeout=60_000) as imported:
        workbench.transfer.import_annotations(source)
    (report,) = imported.args
    assert (report.objects_imported, report.objects_reported) == (2, 0)
    qtbot.waitUntil(lambda: len(workbench.navigator.ids) == before + 1, timeout=60_000)
    for root in project.roots():
        assert scan_root(project, root.id).added == 0
    opened.actions_["edit.undo"].trigger()
    qtbot.waitUntil(lambda: len(workbench.navigator.ids) == before, timeout=60_000)
