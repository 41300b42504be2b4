"""``slimsam completion``: the Tab key of a shell knows commands, options and which words are files."""

from __future__ import annotations

import argparse

import shtab

from slimsam_core.commands.command_line import full_parser
from slimsam_core.commands.console import say_text

SHELLS = tuple(shtab.SUPPORTED_SHELLS)
_FILES = ("FILE", "PATH", "IMAGE", "SRC", "DST", "PROJECT", "MODEL", "TARGET", "RECIPE", ".json", ".html")
"""Parts of the placeholders of arguments that take a file."""
_FOLDERS = ("DIR", "FOLDER")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``completion``."""
    parser.add_argument("shell", choices=SHELLS, help="the shell that is to read it")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the script for one shell."""
    say_text(script(args.shell))
    return 0


def script(shell: str) -> str:
    """What ``shell`` (one of ``SHELLS``) has to read: all sub-commands with their options and values."""
    parser = full_parser()
    _mark_files(parser)
    return str(shtab.complete(parser, shell=shell))


def _mark_files(parser: argparse.ArgumentParser) -> None:
    """Tell shtab by the placeholder of each argument where names of files or folders are wanted."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                _mark_files(command)
            continue
        placeholder = action.metavar if isinstance(action.metavar, str) else ""
        if any(word in placeholder for word in _FILES):
            action.complete = shtab.FILE  # type: ignore[attr-defined]
        elif any(word in placeholder for word in _FOLDERS):
            action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
