"""Adapting in a child process that stands still while somebody works, as a window calls it."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Callable
from pathlib import Path

from slimsam_core.adapting.outcome import AdaptingOutcome
from slimsam_core.errors import SlimSamError
from slimsam_core.files.temporary import temporary_folder
from slimsam_core.inference.runtimes.background import relay, running
from slimsam_core.own_process import BELOW_NORMAL, NO_WINDOW, part_command, part_environment
from slimsam_core.progress import CancelToken, ProgressSink, ignore_progress
from slimsam_core.sentences import sentence
from slimsam_core.torch_part import require_torch

CHILD = "slimsam_core.adapting.child"
WAIT, GO = b"wait\n", b"go\n"
"""What the child hears on its standard input."""
_THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS")


def adapt_in_child(
    project: Path,
    model: Path,
    out: Path,
    *,
    background: bool = True,
    someone_works: Callable[[], bool] = lambda: False,
    progress: ProgressSink = ignore_progress,
    cancel: CancelToken | None = None,
) -> AdaptingOutcome:
    """``run.adapt`` in another process. In the ``background`` it has one thread and a low priority, and it
    waits while ``someone_works``, which is asked often from the calling thread.

    Blocks (call it in a worker thread). Raises SlimSamError with the child's reason, TorchMissing, Cancelled.
    """
    require_torch()
    more = ["in the background"] if background else []
    with temporary_folder() as folder:
        report, outcome = folder / "report", folder / "outcome.json"
        with report.open("wb") as told:
            child = subprocess.Popen(
                part_command(CHILD, *map(str, (project, model, out, outcome)), *more),
                stdin=subprocess.PIPE, stdout=told, stderr=subprocess.STDOUT, env=_environment(background),
                creationflags=NO_WINDOW | (BELOW_NORMAL if background else 0),
            )  # fmt: skip
        try:
            _watch(child, report, someone_works, progress, cancel)
        finally:
            child.kill()  # nothing where it ended
            child.wait()
            if child.stdin is not None:
                with contextlib.suppress(OSError):
                    child.stdin.close()
        if child.returncode:
            lines = report.read_text("utf-8", "replace").strip().splitlines()
            reason = lines[-1] if lines else sentence("exit code {code}", code=child.returncode)
            raise SlimSamError("The model could not be adapted: {reason}", reason=reason)
        return AdaptingOutcome.read(outcome)


def _environment(background: bool) -> dict[str, str]:
    """In the background one thread for every library that counts processors by itself."""
    return {**part_environment(), **(dict.fromkeys(_THREADS, "1") if background else {})}


def _watch(
    child: subprocess.Popen[bytes],
    report: Path,
    someone_works: Callable[[], bool],
    progress: ProgressSink,
    cancel: CancelToken | None,
) -> None:
    """Until the child ends: pass on its progress, and tell it when to stand still."""
    seen, waits = 0, False
    while running(child):
        if cancel is not None:
            cancel.raise_if_cancelled()
        wanted = someone_works()
        if wanted != waits and child.stdin is not None:
            waits = wanted
            with contextlib.suppress(OSError):  # it has just ended
                child.stdin.write(WAIT if waits else GO)
                child.stdin.flush()
        seen = relay(report, seen, progress)
    relay(report, seen, progress)
