"""Three people, one data set: from the split to the export of what they agreed on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from slimsam_app.windows.dialogs.export_dialog import ExportDialog
from slimsam_app.windows.dialogs.merge_dialog import MergeDialog
from slimsam_app.windows.main_window import MainWindow
from tests.app_shell.conftest import open_and_wait
from tests.app_shell.test_teamwork import label, say_name, settle, split_dialog


def test_from_split_to_agreed_export(
    qtbot: QtBot, opened: MainWindow, make_window: Callable[[], MainWindow], tmp_path: Path
) -> None:
    workbench = opened.workbench
    say_name(opened, "Clara", False)
    workbench.classes.add("cat")
    dialog = split_dialog(opened)
    dialog.names.setText("Ana, Ben")
    dialog.overlap.setValue(100)
    with qtbot.waitSignal(workbench.parts.parted, timeout=60_000) as parted:
        dialog.go.click()
    for part in parted.args[0]:
        window = make_window()
        open_and_wait(qtbot, window, part.path)
        label(window, 10)  # both alike
        label(window, 40 if part.annotator == "Ana" else 46)
        window.close()
    opened.actions_["project.merge"].trigger()
    (merging,) = (found for found in opened.findChildren(MergeDialog) if found.isVisible())
    qtbot.waitUntil(lambda: len(merging.chosen) == 2 and merging.go.isEnabled(), timeout=60_000)
    with qtbot.waitSignal(workbench.parts.merged, timeout=60_000):
        merging.go.click()
    assert len(workbench.objects.objects) == 4
    with qtbot.waitSignal(workbench.agreeing.queue_changed, timeout=60_000):
        opened.actions_["project.differences"].trigger()
    settle(qtbot, opened)
    workbench.agreeing.settle()
    workbench.agreeing.go(workbench.agreeing.queue[0])
    opened.activateWindow()
    qtbot.waitUntil(opened.isActiveWindow, timeout=60_000)
    opened.workspace.canvas.setFocus()
    qtbot.waitUntil(opened.workspace.canvas.hasFocus, timeout=60_000)
    QTest.keyClick(opened.workspace.canvas, Qt.Key.Key_B)
    assert workbench.agreeing.queue == workbench.agreeing.agreeing == ()
    assert len(workbench.objects.objects) == 2
    opened.actions_["review.approve"].trigger()
    opened.actions_["file.export"].trigger()
    (export,) = (found for found in opened.findChildren(ExportDialog) if found.isVisible())
    export.pictures.setCurrentIndex(export.pictures.count() - 1)
    target = tmp_path / "agreed.json"
    export.target.setText(str(target))
    qtbot.waitUntil(export.go.isEnabled, timeout=60_000)
    with qtbot.waitSignal(workbench.transfer.exported, timeout=60_000):
        export.go.click()
    written = json.loads(target.read_text())
    assert len(written["images"]) == 1
    assert sorted(one["bbox"][0] for one in written["annotations"]) == [10, 46]
    assert {one["slimsam"]["author"] for one in written["annotations"]} == {"Ana", "Ben"}
    settle(qtbot, opened)
