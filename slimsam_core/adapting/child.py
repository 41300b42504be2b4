"""The child process that adapts a model: it ends when its standard input does, however the window ended."""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path

import torch

from slimsam_core.adapting.in_child import GO, WAIT
from slimsam_core.adapting.run import adapt
from slimsam_core.errors import SlimSamError
from slimsam_core.library.model_library import describe
from slimsam_core.own_process import give_way
from slimsam_core.progress import Progress


def _hear(may_go: threading.Event) -> None:
    """Obey what the window says; its silence for ever is the end of this process."""
    # unbuffered: the end of Python would wait for the lock of a buffer that is being read, and abort
    with os.fdopen(sys.stdin.fileno(), "rb", buffering=0, closefd=False) as told:
        for line in told:
            if line == WAIT:
                may_go.clear()
            elif line == GO:
                may_go.set()
    os._exit(1)


def main(arguments: list[str]) -> int:
    """The child: ``PROJECT MODEL OUT OUTCOME [in the background]``; on stdout progress as JSON lines, at last
    a reason."""
    places, background = arguments[:4], arguments[4:]
    if background:
        give_way()
        torch.set_num_threads(1)
    project, model, out, outcome = map(Path, places)
    may_go = threading.Event()
    may_go.set()
    threading.Thread(target=_hear, args=(may_go,), daemon=True).start()

    def tell(step: Progress) -> None:
        print(json.dumps(vars(step)), flush=True)
        may_go.wait()

    try:
        adapt(project, describe(model), out, tell).write(outcome)
    except SlimSamError as error:
        print(error, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
