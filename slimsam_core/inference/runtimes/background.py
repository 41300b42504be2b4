"""Preparing a model for OpenVINO in a child process of low priority, so that a window stays smooth.

``prepare_in_child`` is what a program calls; this module run as a script is the child.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from slimsam_core.errors import DeviceUnavailable, SlimSamError
from slimsam_core.files.temporary import temporary_folder
from slimsam_core.inference.runtimes.select import prepare_openvino
from slimsam_core.own_process import BELOW_NORMAL, NO_WINDOW, give_way, part_command, part_environment
from slimsam_core.progress import CancelToken, Progress, ProgressSink, ignore_progress
from slimsam_core.sentences import sentence

_POLL_SECONDS = 0.1


def prepare_in_child(
    path: Path,
    model_hash: str,
    cache_dir: Path | None = None,
    progress: ProgressSink = ignore_progress,
    cancel: CancelToken | None = None,
) -> None:
    """``select.prepare_openvino`` in another process; afterwards the model loads on OpenVINO at once.

    Blocks (call it in a worker thread). Raises DeviceUnavailable with the reason when nothing was prepared,
    Cancelled.
    """
    arguments = [str(path), model_hash, *([str(cache_dir)] if cache_dir else [])]
    with temporary_folder() as folder:
        report = folder / "report"
        with report.open("wb") as out:
            child = subprocess.Popen(
                part_command(__name__, *arguments), stdin=subprocess.DEVNULL, stdout=out,
                stderr=subprocess.STDOUT, env=part_environment(), creationflags=NO_WINDOW | BELOW_NORMAL,
            )  # fmt: skip
        try:
            seen = 0
            while running(child):
                if cancel:
                    cancel.raise_if_cancelled()
                seen = relay(report, seen, progress)
            relay(report, seen, progress)
        finally:
            if child.poll() is None:
                child.kill()
                child.wait()
        if child.returncode:
            lines = report.read_text("utf-8", "replace").strip().splitlines()
            reason = lines[-1] if lines else sentence("exit code {code}", code=child.returncode)
            raise DeviceUnavailable(
                "OpenVINO could not be prepared: {reason}", "PyTorch is used instead.", reason=reason
            )


def running(child: subprocess.Popen[bytes]) -> bool:
    """Whether a child goes on, after a short wait for its end."""
    try:
        child.wait(_POLL_SECONDS)
    except subprocess.TimeoutExpired:
        return True
    return False


def relay(report: Path, seen: int, progress: ProgressSink) -> int:
    """Pass on the whole lines after byte ``seen``; returns where they end."""
    data = report.read_bytes()[seen:]
    whole = data[: data.rfind(b"\n") + 1]
    for line in whole.splitlines():
        if line.startswith(b"{"):
            progress(Progress(**json.loads(line)))
    return seen + len(whole)


def _print_progress(step: Progress) -> None:
    print(json.dumps(vars(step)), flush=True)


def main(arguments: list[str]) -> int:
    """The child: ``PATH HASH [CACHE_DIR]``; progress as JSON lines on stdout, a reason as the last line."""
    give_way()
    path, model_hash, *rest = arguments
    try:
        prepare_openvino(Path(path), model_hash, Path(rest[0]) if rest else None, _print_progress)
    except SlimSamError as error:
        print(error, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
