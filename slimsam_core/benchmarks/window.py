"""The window as ``slimsam bench`` measures it: started afresh, off screen, on the bundled photographs."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

from slimsam_core.errors import DeviceUnavailable
from slimsam_core.files.resources import resources_dir
from slimsam_core.files.temporary import temporary_folder
from slimsam_core.installation import how_to_add
from slimsam_core.own_process import NO_WINDOW, part_command, part_environment
from slimsam_core.pixels.image_io import read_small
from slimsam_core.pixels.overlay import save_picture

_TIMEOUT_SECONDS = 600


_MANY = 95
"""Pictures to go through: more than the steps, the held keys and those with polygons."""
_SIDE = 640


def _write_many(folder: Path) -> None:
    """Small photographs of which no two are alike, so that no cache knows them."""
    folder.mkdir()
    samples = [read_small(path, _SIDE) for path in sorted((resources_dir() / "samples").glob("*.jpg"))]
    for number in range(_MANY):
        rgb = samples[number % len(samples)].copy()
        rgb[:8] = number
        save_picture(rgb, folder / f"{number:03}.jpg")


def measure_window(weights: Path) -> dict[str, Any]:
    """Seconds from a cold start to the painted window and to the first mask, from a click to its first
    painted mask and to the painted full answer (after a closer look), to the painted next picture when it
    was prepared ahead and when nothing was (``step``), to one with all of its thirty polygons drawn
    (``polygons``), and how many pictures are painted of a held key's.

    Raises DeviceUnavailable with the reason when the window cannot be measured.
    """
    if any(importlib.util.find_spec(name) is None for name in ("PySide6", "slimsam_app")):
        raise DeviceUnavailable("The window is not installed.", how_to_add("PySide6-Essentials"))
    environment = {**part_environment(), "QT_QPA_PLATFORM": "offscreen"}
    with temporary_folder() as folder:
        shutil.copytree(resources_dir() / "samples", folder / "pictures")
        _write_many(folder / "many")
        command = part_command("slimsam_app.stopwatch", repr(time.time()), str(weights), str(folder))
        try:
            done = subprocess.run(
                command,
                capture_output=True,
                text=True,
                env=environment,
                creationflags=NO_WINDOW,
                timeout=_TIMEOUT_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise DeviceUnavailable("The window did not get ready.") from error
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        raise DeviceUnavailable(
            "The window could not be measured: {value}.", value=lines[-1] if lines else done.returncode
        )
    result: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return result
