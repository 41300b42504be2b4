"""The ``slimsam`` command: runs one sub-command and turns known errors into a line and an exit code.

Exit codes: 0 success, 2 wrong usage, 1 anything that failed (one line on stderr), 130 interrupted.
"""

from __future__ import annotations

import argparse
import importlib
import os
import re
import sys
from collections.abc import Sequence

from slimsam_core import __version__
from slimsam_core.commands.console import say
from slimsam_core.errors import Cancelled, ModelNotFound, SlimSamError

COMMANDS: tuple[str, ...] = (
    "segment",
    "everything",
    "prepare",
    "bench",
    "project",
    "import_",
    "boxes_to_masks",
    "export",
    "convert",
    "models",
    "compress",
    "train",
    "evaluate",
    "verdict",
    "doctor",
)
"""Modules of ``slimsam_core.commands``, each with an ``add_parser(subparsers)`` that sets ``run``."""


def build_parser() -> argparse.ArgumentParser:
    """The parser with every sub-command; importing a command module must stay cheap (no torch)."""
    parser = argparse.ArgumentParser(
        prog="slimsam", description="Label images with Segment Anything, and make the model small."
    )
    parser.add_argument("--version", action="version", version=f"slimsam {__version__}")
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    for name in COMMANDS:
        importlib.import_module(f"slimsam_core.commands.{name}").add_parser(subparsers)
    return parser


def _with_negative_values(argv: Sequence[str]) -> list[str]:
    """``--point -5,10`` as ``--point=-5,10``: argparse takes lists that start with a minus for options."""
    joined: list[str] = []
    for argument in argv:
        if re.match(r"-[\d.]+,", argument) and joined and re.fullmatch(r"--[a-z-]+", joined[-1]):
            joined[-1] += f"={argument}"
        else:
            joined.append(argument)
    return joined


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``slimsam`` with ``argv`` (default: the process's arguments); returns the exit code."""
    args = build_parser().parse_args(_with_negative_values(sys.argv[1:] if argv is None else argv))
    try:
        return int(args.run(args))
    except ModelNotFound as error:
        way = f"Get it: {error.command}." if error.command else ""
        say(f"slimsam: {' '.join(filter(None, (error.message, way, error.hint)))}", err=True)
        return 1
    except SlimSamError as error:
        say(f"slimsam: {error}", err=True)
        return 1
    except (KeyboardInterrupt, Cancelled):
        say("slimsam: interrupted", err=True)
        return 130
    except BrokenPipeError:  # the reader of our output left, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


if __name__ == "__main__":
    sys.exit(main())
