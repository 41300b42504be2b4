"""The window labels where torch cannot be imported: a folder, a click, an object, a file; what needs torch is
grey and says why."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.lean.conftest import Run

pytestmark = pytest.mark.timeout(300)

SCRIPT = """
import sys, time
from pathlib import Path

from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from slimsam_app.app import create_window
from slimsam_app.settings import Settings
from slimsam_core.files.user_folders import settings_path
from tests.app_canvas.canvas_hands import click

bugs = []
sys.excepthook = lambda *told: bugs.append(repr(told[1]))
application = QApplication([])
settings = Settings(settings_path())
settings.set("canvas.hover_preview", False)


def until(what, condition):
    end = time.monotonic() + 120
    while not condition():
        assert not bugs, bugs
        assert time.monotonic() < end, what
        QTest.qWait(20)  # between two looks


window = create_window(application, settings)
window.resize(1280, 800)
window.show()
workbench, canvas = window.workbench, window.workspace.canvas
workbench.model_in_use.start()
workbench.open([Path(sys.argv[1])], fresh=True)
until("picture", lambda: workbench.navigator.picture is not None)
until("model", lambda: window.prompting.client.status is not None)
print("RUNTIME", window.prompting.client.status.runtime)
compress = window.actions_["model.compress"]
print("COMPRESS", compress.isEnabled(), window.actions_.why_not("model.compress"))
listings = []
workbench.models.listed.connect(listings.append)
workbench.models.refresh()
until("models", lambda: len(listings) == 2)
print("MODELS", listings[1].devices, all(parameters for parameters, _ in listings[1].costs.values()))
canvas.setFocus()
click(canvas, 300, 200)
until("answer", lambda: bool(window.prompting.prompts.candidates))
QTest.keySequence(canvas, QKeySequence("Return"))
until("object", lambda: len(workbench.objects.objects) == 1)
written = []
workbench.transfer.exported.connect(written.append)
workbench.transfer.export(Path(sys.argv[2]))
until("file", lambda: bool(written))
window.close()
assert not bugs, bugs
assert "torch" not in sys.modules
"""


def test_a_folder_a_click_an_object_a_file(python: Run, yard: Path) -> None:
    ended = python("-c", SCRIPT, str(yard / "pictures"), str(yard / "window.json"))
    assert ended.returncode == 0, ended.stderr
    said = dict(line.split(" ", 1) for line in ended.stdout.splitlines() if line.split(" ")[0].isupper())
    assert said["RUNTIME"].startswith("OpenVINO, CPU, ")
    assert said["COMPRESS"].startswith("False This needs PyTorch, which is not installed;")
    assert "pip install torch" in said["COMPRESS"]
    assert said["MODELS"] == "The GPU is not used: PyTorch is not installed. True"
    (one,) = json.loads((yard / "window.json").read_text("utf-8"))["annotations"]
    assert one["area"] > 1000
