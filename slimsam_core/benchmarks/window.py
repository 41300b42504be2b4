"""The window as ``slimsam bench`` measures it: started afresh, off screen, on the bundled photographs."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from slimsam_core.errors import DeviceUnavailable
from slimsam_core.files.resources import resources_dir

_TIMEOUT_SECONDS = 600


def measure_window(weights: Path) -> dict[str, Any]:
    """Seconds from a cold start to the painted window and to the first mask, from a click to its first
    painted mask and to the painted full answer (after a closer look), and to the painted next picture when
    it was prepared ahead.

    Raises DeviceUnavailable with the reason when the window cannot be measured.
    """
    if any(importlib.util.find_spec(name) is None for name in ("PySide6", "slimsam_app")):
        raise DeviceUnavailable("The window is not installed.", "Install it with: pip install PySide6")
    root = str(Path(__file__).parents[2])
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([root, os.environ.get("PYTHONPATH", "")]),
        "QT_QPA_PLATFORM": "offscreen",
    }
    with tempfile.TemporaryDirectory(prefix="slimsam-bench-") as folder:
        shutil.copytree(resources_dir() / "samples", Path(folder) / "pictures")
        command = [sys.executable, "-m", "slimsam_app.stopwatch", repr(time.time()), str(weights), folder]
        try:
            done = subprocess.run(
                command,
                capture_output=True,
                text=True,
                env=environment,
                timeout=_TIMEOUT_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise DeviceUnavailable("The window did not get ready.") from error
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        raise DeviceUnavailable(
            f"The window could not be measured: {lines[-1] if lines else done.returncode}."
        )
    result: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return result
