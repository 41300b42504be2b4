"""A stranger's detector is first read and computed in a process of its own, with little memory and time.

What reads ONNX files is written for files that are right: a changed byte may ask for any memory or time.
Run as a script it is that process.
"""

from __future__ import annotations

import sys
from pathlib import Path

from slimsam_core.detecting.detector import Detector
from slimsam_core.errors import CheckpointError, OutOfMemory, SlimSamError
from slimsam_core.files.onnx_file import open_onnx
from slimsam_core.own_process import (
    REFUSED,
    TOO_MUCH,
    TRIAL_MEMORY_BYTES,
    TRIAL_SECONDS,
    take_no_more,
    try_part,
)
from slimsam_core.progress import CancelToken


def tried_detector(path: Path, cancel: CancelToken | None = None) -> Detector:
    """A detector that came through its trial, which ends when it is cancelled.

    Raises CheckpointError, DeviceUnavailable, OutOfMemory and Cancelled.
    """
    cancel = cancel or CancelToken()
    file = open_onnx(path)
    code, _ = try_part(
        "slimsam_core.detecting.trial",
        str(path.absolute()),
        seconds=TRIAL_SECONDS,
        unwanted=lambda: cancel.cancelled,
    )
    cancel.raise_if_cancelled()
    if code not in (0, REFUSED):
        raise CheckpointError(
            "{path} cannot be computed: it took too much memory or time, or broke off.",
            "Export your detector again, with one picture at a time.",
            path=path,
        )
    return Detector(file)  # what was refused says why here


def main(path: Path) -> int:
    """Read and compute a detector; the exit code is 0 when that went well."""
    try:
        file = open_onnx(path)
        take_no_more(TRIAL_MEMORY_BYTES + 5 * len(file.content), TRIAL_SECONDS)
        Detector(file)
    except OutOfMemory:
        return TOO_MUCH
    except SlimSamError:
        return REFUSED
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
