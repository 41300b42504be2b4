"""Parts of this program in a process of their own: how they are started, from sources and when frozen.

A frozen program has no Python beside it; it starts itself again with ``PART`` first.
"""

from __future__ import annotations

import contextlib
import os
import runpy
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

PART = "--run-part"
PARTS = frozenset({
    "slimsam_core.inference.runtimes.background",
    "slimsam_core.detecting.trial",
    "slimsam_core.judging.footprint",
    "slimsam_core.benchmarks.child",
    "slimsam_app.stopwatch",
})  # fmt: skip
"""Modules that may be run so: a name on the command line must not run any other."""

NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)
"""For ``creationflags``: on Windows a child of a window would flash a console; elsewhere 0."""

BELOW_NORMAL = getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0)
"""For ``creationflags`` of what nobody waits for; elsewhere 0, there the child calls ``give_way``."""

_NICENESS = 10
"""A click's answer comes first; the idle 19 would stand still beside any other work."""


def part_command(module: str, *arguments: str) -> list[str]:
    """The command that runs ``module``, one of ``PARTS``, with these arguments."""
    assert module in PARTS, module
    if getattr(sys, "frozen", False):
        return [sys.executable, PART, module, *arguments]
    return [sys.executable, "-m", module, *arguments]


def part_environment() -> dict[str, str]:
    """The environment of such a process: it finds this program, wherever the current folder is."""
    if getattr(sys, "frozen", False):
        return dict(os.environ)
    root = str(Path(__file__).parents[1])
    return {**os.environ, "PYTHONPATH": os.pathsep.join([root, os.environ.get("PYTHONPATH", "")])}


def run_part(argv: Sequence[str]) -> bool:
    """In a frozen program: run the part that ``argv`` (``sys.argv``) asks for; False if it asks for none."""
    if len(argv) < 3 or argv[1] != PART or argv[2] not in PARTS:
        return False
    sys.argv = [argv[0], *argv[3:]]
    runpy.run_module(argv[2], run_name="__main__", alter_sys=True)
    return True


def give_way() -> None:
    """Lower the priority of this process, for work that nobody waits for."""
    if hasattr(os, "nice"):
        with contextlib.suppress(OSError):
            os.nice(_NICENESS)
