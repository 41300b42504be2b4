"""Where the stand-alone program starts: window, shell command, or a part in a process of its own.

One program has two names: as ``slimsam`` (a link to it; on Windows a second program) it is the command of the
shell, under any other name the window.
"""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

gc.disable()  # what is imported is no garbage; the window's `main` enables it

from slimsam_core.own_process import run_part  # noqa: E402

_SEARCH_PATH = "LD_LIBRARY_PATH"
"""The starter leads the loader of this process to the libraries of the bundle. It has been read; programs of
the system that are started from here (file manager, browser) must find their own."""


def main() -> int:
    """Run what the name and the arguments ask for; returns the exit code."""
    before = os.environ.pop(f"{_SEARCH_PATH}_ORIG", None)
    if before is not None:
        os.environ[_SEARCH_PATH] = before
    else:
        os.environ.pop(_SEARCH_PATH, None)
    from slimsam_core.files.user_folders import packages_dir

    sys.path.append(str(packages_dir()))  # what was added to the program; behind what it brings
    if run_part(sys.argv):
        return 0
    if Path(sys.argv[0]).stem.lower() == "slimsam":
        gc.enable()
        from slimsam_core.cli import main as shell

        return shell()
    from slimsam_app.app import main as window

    return window()


if __name__ == "__main__":
    sys.exit(main())
