"""A file or folder of a stranger in every place of the window that takes one."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.hostile.forks import Places

SECONDS = 300.0
"""Of waiting, on a busy machine; the processor time is bounded by the fork."""
DIALOGS = ("model.manage", "model.compress", "file.export", "class.edit", "file.go_back", "image.statistics")


def in_the_window(places: Places) -> int:
    """Open pictures, then give the file to all that take one, and look at the dialogs.

    Returns 0; an error that is no ``SlimSamError`` is raised.
    """
    file, out = Path(places["file"]), Path(places["out"])
    _furnish(file, out)
    from PySide6.QtWidgets import QApplication, QDialog

    from slimsam_app.app import create_window
    from slimsam_app.settings import Settings
    from slimsam_core.errors import SlimSamError
    from slimsam_core.files.user_folders import settings_path
    from slimsam_core.formats.registry import get_format

    application = QApplication([])
    bugs: list[BaseException] = []

    def hook(_: object, error: BaseException, __: object) -> None:
        if not isinstance(error, SlimSamError):
            bugs.append(error)

    sys.excepthook = hook
    window = create_window(application, Settings(settings_path()))
    workbench = window.workbench

    def settle(until: Callable[[], bool] = lambda: not workbench.pool.busy) -> None:
        end = time.monotonic() + SECONDS
        for _ in range(3):
            application.processEvents()
        while time.monotonic() < end and not until():
            application.processEvents()
            time.sleep(0.002)
        assert until(), "the window did not come to rest"
        if bugs:
            raise bugs[0]

    def attempt(call: Callable[[], Any]) -> None:
        try:
            call()
        except SlimSamError as error:
            print(error)
        settle()

    window.show()
    workbench.open([out / "pictures"])
    settle(lambda: workbench.document.is_open and not workbench.pool.busy)
    attempt(lambda: workbench.transfer.import_annotations(file))
    attempt(lambda: workbench.transfer.import_annotations(file, format_=get_format("coco")))
    attempt(lambda: workbench.classes.load(file))
    attempt(lambda: workbench.models.import_file(file))
    attempt(lambda: window.check_wanted.emit(file))
    for action in DIALOGS:
        attempt(window.actions_[action].trigger)
    attempt(workbench.models.refresh)
    for dialog in window.findChildren(QDialog):
        dialog.close()
    attempt(lambda: workbench.open([file]))
    attempt(lambda: workbench.open([file.parent]))
    window.close()
    settle()
    return 0


def _furnish(file: Path, out: Path) -> None:
    """Pictures to label; the file as a model, as settings and as what was agreed; a folder as a job."""
    shutil.copytree(out.parent.parent / "pictures", out / "pictures")
    for name in ("DATA", "CACHE", "CONFIG"):
        os.environ[f"XDG_{name}_HOME"] = str(out / name)
    data = out / "DATA/slimsam"
    (data / "models").mkdir(parents=True)
    (data / "runs").mkdir()
    (out / "CONFIG/slimsam").mkdir(parents=True)
    mode = file.stat().st_mode if file.exists() else 0
    if stat.S_ISREG(mode) and file.stat().st_size < 1 << 28:
        shutil.copyfile(file, data / "models/from a stranger.safetensors")
        shutil.copyfile(file, out / "CONFIG/slimsam/settings.json")
        shutil.copyfile(file, data / "agreed-folders.json")
    elif stat.S_ISDIR(mode):
        shutil.copytree(file, data / "runs/a job", symlinks=True, ignore=_no_pipes)


def _no_pipes(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if Path(folder, name).is_fifo()]
