"""The ``slimsam`` command: runs one sub-command and turns known errors into a line and an exit code.

Exit codes: 0 success, 2 wrong usage, 1 anything that failed (one line on stderr), 130 interrupted.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from slimsam_core.commands.command_line import build_parser
from slimsam_core.commands.console import say
from slimsam_core.errors import Cancelled, ModelNotFound, OutputError, SlimSamError
from slimsam_core.files.atomic import atomic_write_json
from slimsam_core.files.listing import typed_path
from slimsam_core.files.temporary import clear_left_over
from slimsam_core.torch_part import torch_at_hand

ONE_LINE = "SLIMSAM_ONE_LINE"
"""Environment variable: errors go to the process that started this one and others (``torchrun``)."""


def _with_negative_values(argv: Sequence[str]) -> list[str]:
    """``--point -5,10`` as ``--point=-5,10``: argparse takes lists that start with a minus for options."""
    joined: list[str] = []
    for argument in argv:
        if re.match(r"-[\d.]+,", argument) and joined and re.fullmatch(r"--[a-z-]+", joined[-1]):
            joined[-1] += f"={argument}"
        else:
            joined.append(argument)
    return joined


def _at_home(args: argparse.Namespace) -> argparse.Namespace:
    """``--out=~/masks`` and quoted paths, in which the shell leaves the ``~`` as it stands."""
    for name, value in vars(args).items():
        if isinstance(value, Path):
            setattr(args, name, typed_path(value))
        elif isinstance(value, list):
            setattr(args, name, [typed_path(one) if isinstance(one, Path) else one for one in value])
    return args


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``slimsam`` with ``argv`` (default: the process's arguments); returns the exit code."""
    arguments = _with_negative_values(sys.argv[1:] if argv is None else argv)
    try:
        with torch_at_hand():
            args = _at_home(build_parser(*arguments[:1]).parse_args(arguments))
            clear_left_over()
            return int(args.run(args))
    except SlimSamError as error:
        _say_error(f"slimsam: {_in_a_shell(error)}")
        return 1
    except (KeyboardInterrupt, Cancelled):
        say("slimsam: interrupted", err=True)
        return 130
    except BrokenPipeError:  # the reader of our output left, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _in_a_shell(error: SlimSamError) -> str:
    """An error with the command that mends it, which comes first where something is only to be fetched."""
    if not error.command:
        return str(error)
    if isinstance(error, ModelNotFound):
        return f"{error.message} Get it: {error.command}. {error.hint}".strip()
    return f"{error} Command: {error.command}"


def _say_error(line: str) -> None:
    """One line on stderr; one of several processes hands it to their starter, which says the first."""
    file = os.environ.get("TORCHELASTIC_ERROR_FILE")
    if file and ONE_LINE in os.environ:
        with contextlib.suppress(OutputError):
            atomic_write_json(file, {"message": line, "timestamp": str(int(time.time()))})
            return
    say(line, err=True)


if __name__ == "__main__":
    sys.exit(main())
