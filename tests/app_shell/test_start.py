"""What is done before the window is painted, and what only after it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from slimsam_app.app import WhenPainted, build_window
from slimsam_app.settings import Settings

ROOT = Path(__file__).parents[2]
LATER = (
    "torch", "openvino", "pyqtgraph", "qtawesome", "qtpy", "importlib.metadata", "yaml",
    "slimsam_app.windows.bindings", "slimsam_app.windows.dialogs.export_dialog",
    "slimsam_app.windows.wizards", "slimsam_core.formats.registry", "slimsam_core.formats.transfer",
    "slimsam_core.compression.monitor", "slimsam_core.judging", "slimsam_core.training",
    "slimsam_core.models",
)  # fmt: skip
"""What the painted window does not need."""


def test_what_is_not_seen_is_imported_after_the_window_is_painted() -> None:
    code = "import json, sys; import slimsam_app.app; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = json.loads(done.stdout)
    early = [name for name in loaded if any(name == one or name.startswith(f"{one}.") for one in LATER)]
    assert not early


class Order(QObject):
    """Notes when the window is painted."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and "painted" not in self.seen:
            self.seen.append("painted")
        return False


def test_the_window_is_painted_before_it_is_completed(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    window = build_window(qapp, Settings(tmp_path / "settings.json"))
    qtbot.addWidget(window)
    order = Order()
    window.installEventFilter(order)
    WhenPainted(window, lambda: order.seen.append("completed"))
    window.show()
    qtbot.waitUntil(lambda: "completed" in order.seen, timeout=60_000)
    qapp.processEvents()
    window.repaint()
    assert order.seen == ["painted", "completed"]


def test_a_window_that_nobody_sees_is_completed_too(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    window = build_window(qapp, Settings(tmp_path / "settings.json"))
    qtbot.addWidget(window)
    called: list[bool] = []
    WhenPainted(window, lambda: called.append(True))
    qtbot.waitUntil(lambda: called == [True], timeout=60_000)
