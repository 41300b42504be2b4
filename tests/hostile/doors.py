"""Every door of the program as a child process with little memory and little time, and canaries beside it.

Run as a script (``python -m tests.hostile.doors PROJECT DOORS``) it is the child: it goes through the doors
one after the other, each on a fresh copy of the folder, and prints one JSON line for each.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.hostile.pace import slowness

MEMORY_BYTES = 4 << 30
"""Address space of a child: what a small computer has."""

DOOR_SECONDS = 10.0 * slowness()
"""Processor time that a door may take: 20 s on a quick machine, which is measured."""

PATIENCE = 10
"""Times that on a clock, for what waits instead of computing: the machine may be busy."""

ROOT = Path(__file__).parents[2]

SHELL_DOORS: Mapping[str, Sequence[str]] = {
    "info": ("project", "info", "{project}"),
    "info --json": ("project", "info", "{project}", "--json"),
    "check": ("project", "check", "{project}"),
    "history": ("project", "history", "{project}"),
    "undo": ("project", "undo", "{project}", "-n", "3"),
    "redo": ("project", "redo", "{project}"),
    "scan": ("project", "scan", "{project}"),
    "prune": ("project", "prune", "{project}", "--keep", "0"),
    "copy": ("project", "copy", "{project}", "{out}/copy.slimsam"),
    "add": ("project", "add", "{project}", "{folder}"),
    "relink": ("project", "relink", "{project}", "1", "{folder}"),
    "export coco": ("export", "{project}", "{out}/coco.json"),
    "export yolo": ("export", "{project}", "{out}/yolo", "--format", "yolo"),
}
"""Name -> arguments of ``slimsam``."""


@dataclass(frozen=True)
class Door:
    """What happened at one door."""

    name: str
    code: int | None
    """Exit code; None for the window, which has none."""
    text: str
    """What it printed, or what the window told."""
    trace: str
    """The traceback of an error that is no ``SlimSamError``."""
    seconds: float


def go_through(
    project: Path, canaries: Path, doors: Sequence[str] = (*SHELL_DOORS, "window")
) -> dict[str, Door]:
    """Let a child take the folder of ``project`` through the doors; fail when it dies, hangs or harms.

    ``canaries`` is a folder whose files must be the same afterwards, and no other may be there.
    """
    before = snapshot(canaries)
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "QT_QPA_PLATFORM": "offscreen",
        "OMP_NUM_THREADS": "1",
    }
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.hostile.doors", str(project), json.dumps(list(doors))],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        out, errors = child.communicate(timeout=PATIENCE * DOOR_SECONDS * (len(doors) + 1))
    except subprocess.TimeoutExpired:
        child.kill()
        out, errors = child.communicate()
    found = {door.name: door for door in (Door(**json.loads(line)) for line in out.splitlines())}
    missing = [name for name in doors if name not in found]
    assert not missing, f"the child died or hung at {missing[0]!r} ({child.returncode}): {errors[-2000:]}"
    for door in found.values():
        assert not door.trace, f"{door.name}: {door.trace}"
        assert door.seconds < DOOR_SECONDS, f"{door.name} took {door.seconds:.1f} s"
    assert snapshot(canaries) == before, "a file outside the project was changed"
    return found


def snapshot(folder: Path) -> dict[str, str]:
    """Every file below a folder -> hash of its bytes; links -> where they lead."""
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            found[str(path)] = str(path.readlink())
        elif path.is_file():
            found[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def _shell(arguments: Sequence[str], places: Mapping[str, str]) -> tuple[int, str]:
    from slimsam_core.cli import main

    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        code = main([argument.format(**places) for argument in arguments])
    return code, printed.getvalue()


def _window(places: Mapping[str, str]) -> tuple[None, str]:
    """Open the project in the window, look at some pictures, undo, redo; what it told."""
    from PySide6.QtCore import QEventLoop
    from PySide6.QtWidgets import QApplication

    from slimsam_app.app import create_window
    from slimsam_app.settings import Settings
    from slimsam_core.errors import SlimSamError
    from slimsam_core.files.user_folders import settings_path

    application = QApplication.instance() or QApplication(["slimsam-app"])
    assert isinstance(application, QApplication)
    window = create_window(application, Settings(settings_path()))
    workbench, told = window.workbench, []
    bugs: list[BaseException] = []

    def hook(_: object, error: BaseException, __: object) -> None:
        (told if isinstance(error, SlimSamError) else bugs).append(error)

    sys.excepthook = hook
    workbench.failed.connect(told.append)
    workbench.told.connect(lambda *texts: told.append(texts))
    workbench.asked.connect(lambda *texts: told.append(texts[:2]))
    workbench.navigator.picture_failed.connect(lambda _, error: told.append(error))

    def settle(until: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE * DOOR_SECONDS
        while time.monotonic() < end and not until():
            application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)

    window.show()
    workbench.open([Path(places["project"])])
    settle(lambda: workbench.document.is_open or bool(told))
    if workbench.document.is_open:
        settle(lambda: not workbench.pool.busy)
        for step in (lambda: workbench.navigator.step(1), workbench.document.undo, workbench.document.redo):
            workbench.attempt(step)
            settle(lambda: not workbench.pool.busy)
    window.close()
    workbench.shut_down()
    for _ in range(5):
        application.processEvents()
    if bugs:
        raise bugs[0]
    return None, "\n".join(map(str, told))


def _copy_with_holes(source: str, target: str) -> str:
    """Copy a file and leave its holes as they are: a terabyte of them must not fill the disk."""
    if not hasattr(os, "SEEK_DATA"):
        return shutil.copy2(source, target)
    with Path(source).open("rb") as old, Path(target).open("wb") as new:
        size = os.fstat(old.fileno()).st_size
        new.truncate(size)
        place = 0
        while place < size:
            try:
                start = os.lseek(old.fileno(), place, os.SEEK_DATA)
            except OSError:  # nothing but a hole is left
                break
            place = os.lseek(old.fileno(), start, os.SEEK_HOLE)
            old.seek(start)
            new.seek(start)
            new.write(old.read(place - start))
    shutil.copystat(source, target)
    return target


def _child(project: Path, doors: Sequence[str]) -> None:
    with contextlib.suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))

    stranger = project.parent
    for name in doors:
        folder = stranger.with_name(f"{stranger.name} {name}")  # beside it, so that links lead to the same
        shutil.copytree(stranger, folder, symlinks=True, copy_function=_copy_with_holes)
        out = folder / "out"
        out.mkdir()
        places = {"project": str(folder / project.name), "out": str(out), "folder": str(folder)}
        start, trace, text = time.process_time(), "", ""
        code: int | None = None
        try:
            code, text = _window(places) if name == "window" else _shell(SHELL_DOORS[name], places)
        except BaseException:
            trace = traceback.format_exc()
        line = {
            "name": name,
            "code": code,
            "text": text,
            "trace": trace,
            "seconds": time.process_time() - start,
        }
        print(json.dumps(line), flush=True)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    _child(Path(sys.argv[1]), json.loads(sys.argv[2]))
