"""The sub-commands of ``slimsam`` and the parser of its command line."""

from __future__ import annotations

import argparse
import importlib
import keyword
from collections.abc import Sequence

from slimsam_core import __version__

COMMANDS: dict[str, str] = {
    "segment": "segment one object of a picture by points and a box",
    "everything": "segment everything in a picture or folder",
    "frames": "the frames of a film as pictures",
    "prepare": "encode a folder ahead of time",
    "bench": "measure models and runtimes on this machine",
    "project": "create, scan, inspect, undo, prune, re-link and check projects",
    "import": "import annotations into a project",
    "boxes-to-masks": "give the imported boxes of a project their masks",
    "detect": "look through a project with your own detector: proposals for the window",
    "label-rest": "look for more of what a project's labels show: proposals for the window",
    "export": "export a project",
    "convert": "convert annotations from one format to another",
    "models": "list, download, import, export",
    "compress": "prune and distil a model",
    "adapt": "adapt a model to a project, if that saves clicks",
    "train": "train a promptable model on pictures with masks, or on a project's own",
    "evaluate": "measure models on pictures with masks: clicks, boxes, boundaries, speed",
    "verdict": "what a slim model gains and loses on your own labels",
    "doctor": "what is installed and what is missing; or what is wrong with an annotation file",
    "completion": "a script by which the Tab key of a shell knows all of this",
}
"""Name of each sub-command and its line in ``--help``. Its module in ``slimsam_core.commands`` is imported
only when it is asked for; it has ``add_arguments(parser)``, which sets ``run``."""


class CommandParser(argparse.ArgumentParser):
    """Takes options anywhere among names, and what it does not know is an error of that very sub-command.

    ``argparse`` alone refuses ``compare OURS --gold THEIRS``, as all names would have to stand together.
    """

    _mixing = False

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """As in argparse; a sub-command leaves nothing over."""
        if self._mixing or self._subparsers is not None:
            return super().parse_known_args(args, namespace)
        self._mixing = True  # the call below comes back to this one
        try:
            found, unknown = self.parse_known_intermixed_args(args, namespace)
        finally:
            self._mixing = False
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}")
        return found, unknown


def build_parser(*wanted: str) -> argparse.ArgumentParser:
    """The parser of the command line; only the sub-commands ``wanted`` have their arguments."""
    parser = CommandParser(
        prog="slimsam", description="Label images with Segment Anything, and make the model small."
    )
    parser.add_argument("--version", action="version", version=f"slimsam {__version__}")
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, text in COMMANDS.items():
        command = subparsers.add_parser(name, help=text)
        if name in wanted:
            importlib.import_module(f"slimsam_core.commands.{_module_name(name)}").add_arguments(command)
    return parser


def full_parser() -> argparse.ArgumentParser:
    """The parser with the arguments of all sub-commands, for manual pages and completion; takes a second."""
    return build_parser(*COMMANDS)


def _module_name(command: str) -> str:
    """``boxes-to-masks`` -> ``boxes_to_masks``, ``import`` -> ``import_``."""
    name = command.replace("-", "_")
    return f"{name}_" if keyword.iskeyword(name) else name
