"""``python -m slimsam_core.torchrun OPTIONS COMMAND ...``: a command of ``slimsam`` in several processes.

It is ``torchrun OPTIONS -m slimsam_core.cli COMMAND ...``, but an error is the one line of the process that
failed first, where torchrun prints that of every process and forty lines of its own.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from slimsam_core.cli import ONE_LINE
from slimsam_core.commands.command_line import COMMANDS
from slimsam_core.commands.console import say
from slimsam_core.torch_part import torch_present, why_not


def main(argv: Sequence[str] | None = None) -> int:
    """Start the processes and wait for them; returns the exit code of the one that failed first."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    place = next((index for index, word in enumerate(arguments) if word in COMMANDS), len(arguments))
    if place == len(arguments):
        say(f"slimsam: no command is given, such as compress; known: {', '.join(COMMANDS)}", err=True)
        return 2
    if not torch_present():
        say(f"slimsam: {why_not()}", err=True)
        return 1
    from torch.distributed import run as torchrun
    from torch.distributed.elastic.multiprocessing.errors import ChildFailedError

    logging.getLogger("torch.distributed").setLevel(logging.CRITICAL)
    os.environ[ONE_LINE] = "1"
    launcher: Any = torchrun  # has no types
    try:
        launcher.run(launcher.parse_args([*arguments[:place], "-m", "slimsam_core.cli", *arguments[place:]]))
    except ChildFailedError as error:
        _, first = error.get_first_failure()
        if isinstance(first.message, str) and Path(first.error_file).is_file():
            say(first.message, err=True)
        else:  # it was killed, or said itself what was wrong
            say(f"slimsam: process {first.local_rank} ended with exit code {first.exitcode}", err=True)
        return first.exitcode if first.exitcode > 0 else 1
    finally:
        del os.environ[ONE_LINE]
    return 0


if __name__ == "__main__":
    sys.exit(main())
