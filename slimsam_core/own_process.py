"""Parts of this program in a process of their own: how they are started, from sources and when frozen.

A frozen program has no Python beside it; it starts itself again with ``PART`` first.
"""

from __future__ import annotations

import contextlib
import os
import runpy
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

if sys.platform != "win32":
    import resource

PART = "--run-part"
PARTS = frozenset({
    "slimsam_core.adapting.child",
    "slimsam_core.inference.runtimes.background",
    "slimsam_core.detecting.trial",
    "slimsam_core.export.pair_trial",
    "slimsam_core.judging.footprint",
    "slimsam_core.pixels.film_decoder",
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


def in_processes(count: object) -> str:
    """What a shell starts a command of ``slimsam`` with to run it in ``count`` processes of one machine."""
    return f"python -m slimsam_core.torchrun --standalone --nproc_per_node {count}"


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


TRIAL_SECONDS = 120.0
"""For reading a network of others and one picture on a busy machine; the largest detectors take ten."""
TRIAL_MEMORY_BYTES = 6 << 30
"""Address space besides five times the file: a network for pictures of 1280 pixels took 3 GB of it."""
REFUSED = 3
"""Exit code of a network that is refused in words."""
TOO_MUCH = 4
"""Exit code of one that did not get the memory that it wanted."""


_LOOK_SECONDS = 0.1
"""Between two looks at whether a part is still wanted: nobody sees a shorter delay."""


def trial_code(message: str) -> int:
    """The exit code of a trial that ended with an error in these words: ``REFUSED`` or ``TOO_MUCH``."""
    words = message.lower()
    return TOO_MUCH if "alloc" in words or "memory" in words else REFUSED


def try_part(
    module: str, *arguments: str, seconds: float, unwanted: Callable[[], bool] = lambda: False
) -> tuple[int | None, str]:
    """Run a part that may break off, with nothing to read: its exit code, None where it took longer by the
    clock or was ``unwanted`` meanwhile, which is asked often, and what it printed."""
    until = time.monotonic() + seconds
    with subprocess.Popen(
        part_command(module, *arguments), env=part_environment(), creationflags=NO_WINDOW,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    ) as child:  # fmt: skip
        try:
            while time.monotonic() < until and not unwanted():
                with contextlib.suppress(subprocess.TimeoutExpired):
                    printed, _ = child.communicate(timeout=_LOOK_SECONDS)
                    return child.returncode, printed.decode("utf-8", "replace")
        finally:
            child.kill()  # nothing where it ended
    return None, ""


def take_no_more(memory: int, seconds: float) -> None:
    """Let this process take no more bytes of address space and processor time. Nothing where the system has
    no limits."""
    if sys.platform == "win32":
        return
    for what, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, int(seconds))):
        with contextlib.suppress(OSError, ValueError):  # a lower limit stands already
            resource.setrlimit(what, (most, most))


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
