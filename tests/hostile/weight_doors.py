"""Every door for weights, each tried in a child of its own with little memory and little time.

Run as a script (``python -m tests.hostile.weight_doors FOLDER``): takes every file of ``FOLDER/files``
through the doors and prints one JSON line for each. The children are forks, so that torch is loaded once.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import time
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

MEMORY_BYTES = 4 << 30
"""Address space of a child beside what Python and torch have reserved."""
SECONDS = 20
"""Processor time that a door may take."""

DOORS: Mapping[str, Sequence[str]] = {
    "info": ("models", "info", "{file}"),
    "verify": ("models", "verify", "{file}"),
    "import": ("models", "import", "{file}", "--name", "from-a-stranger"),
    "export": ("models", "export", "{file}", "--format", "safetensors", "--out", "{out}/export"),
    "segment": ("segment", "{picture}", "--point", "20,20", "--model", "{file}", "--out", "{out}/a.json"),
    "evaluate": ("evaluate", "{file}", "--data", "{labels}", "--runtime", "torch"),
    "train --init": ("train", "--init", "{file}", "--data", "{labels}", "--out", "{out}/run", "--steps", "1"),
    "compress --teacher": (
        "compress", "--preset", "quick-look", "--teacher", "{file}", "--images", "{pictures}",
        "--out", "{out}/slim",
    ),
}  # fmt: skip
"""Name -> arguments of ``slimsam``. The window imports by the function of ``import``."""


def try_door(arguments: Sequence[str], printed: Path) -> dict[str, Any]:
    """Run ``slimsam`` in a fork; exit code, what it printed, seconds and the most memory it held."""
    start = time.monotonic()
    child = os.fork()
    if child == 0:
        _child(arguments, printed)
    _, status, used = os.wait4(child, 0)
    return {
        "code": os.waitstatus_to_exitcode(status),
        "text": printed.read_text(errors="replace"),
        "seconds": used.ru_utime + used.ru_stime,
        "wall": time.monotonic() - start,
        "peak": used.ru_maxrss * 1024,
    }


def _child(arguments: Sequence[str], printed: Path) -> None:
    from slimsam_core.cli import main

    handle = os.open(printed, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(handle, 1)
    os.dup2(handle, 2)
    reserved = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (reserved + MEMORY_BYTES,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    signal.alarm(6 * SECONDS)  # for what waits instead of computing
    code = 99
    try:
        code = main(arguments)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(code)


def run(folder: Path, doors: Mapping[str, Sequence[str]]) -> None:
    """All files through all doors, whose arguments name places in braces."""
    import slimsam_core.library.model_library
    import slimsam_core.training.run  # noqa: F401 - torch is loaded once, here

    for file in sorted((folder / "files").iterdir()):
        for door, arguments in doors.items():
            out = folder / "out" / f"{file.name} {door}".replace(" ", "-")
            out.mkdir(parents=True)
            places = {
                "file": str(file), "out": str(out), "picture": str(folder / "pictures/1.png"),
                "pictures": str(folder / "pictures"), "labels": str(folder / "labels.json"),
                "project": str(folder / "pictures/p.slimsam"),
            }  # fmt: skip
            found = try_door([argument.format(**places) for argument in arguments], out / "printed")
            print(json.dumps({"file": file.name, "door": door, **found}), flush=True)


if __name__ == "__main__":
    run(Path(sys.argv[1]), DOORS)
