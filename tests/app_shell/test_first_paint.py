"""What is imported before the window is first painted: each package there makes every start longer.

A list and no time: a busy machine tells nothing about an import that crept in.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

START = """
import os, sys
from slimsam_app import app

def painted(window):
    print("\\n".join(sys.modules), flush=True)
    os._exit(0)

app.complete = painted  # what follows the first paint
app.main(["--new-window"])
"""

PARTS_OF_THE_CORE = frozenset({
    "annotation", "arch", "arch_limits", "class_colors", "compression.pause", "errors", "figures", "files",
    "formats.outlines", "formats.shapes", "formats.suffixes", "inference", "installation", "labelling",
    "own_process", "pixels", "progress", "project", "sentences", "suggesting", "torch_part", "visible_text",
})  # fmt: skip
"""May only shrink: ``installation`` came with the sentence about a missing decoder, ``own_process``, which
needs the standard library alone, with the decoder of films.

What runs models, reads their files or other programs' comes with the first use.
"""
LATER = frozenset({
    "slimsam_core.inference.cluster", "slimsam_core.inference.predictor",
    "slimsam_core.inference.runtimes.select",
    "slimsam_app.sessions.adoption_session", "slimsam_app.sessions.compression",
    "slimsam_app.sessions.compression_session", "slimsam_app.sessions.model_numbers",
    "slimsam_app.windows.bindings", "slimsam_app.windows.wizards", "slimsam_app.workers.compression_worker",
    "slimsam_app.workers.loading", "slimsam_app.single_instance",
    "PySide6.QtNetwork", "PySide6.QtOpenGL", "PySide6.QtPrintSupport", "PySide6.QtSvgWidgets", "asyncio",
    "huggingface_hub", "onnxruntime", "openvino", "pyqtgraph", "qtawesome", "qtpy", "safetensors", "torch",
    "torch_pruning", "urllib.request", "yaml",
})  # fmt: skip


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    """The modules of a window that was just painted for the first time, in a home of its own."""
    home = tmp_path_factory.mktemp("first-paint")
    environment = {
        **os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen", "HOME": str(home),
        "USERPROFILE": str(home),
        **{f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("CONFIG", "DATA", "CACHE", "STATE")},
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", START], cwd=home, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return frozenset(done.stdout.split())


def test_of_the_core_only_what_a_person_sees_first(imported: frozenset[str]) -> None:
    packages = {name.rpartition(".")[0] for name in imported}
    found = {
        name.removeprefix("slimsam_core.")
        for name in imported
        if name.startswith("slimsam_core.") and name not in packages
    }
    grown = sorted(name for name in found if not {name, name.split(".")[0]} & PARTS_OF_THE_CORE)
    assert not grown


def test_what_comes_with_its_first_use(imported: frozenset[str]) -> None:
    assert "slimsam_app.windows.main_window" in imported  # the list is that of a painted window
    assert not imported & LATER
