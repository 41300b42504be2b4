"""``slimsam project annotator``: who works on a project."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from slimsam_core import figures
from slimsam_core.commands.console import say
from slimsam_core.errors import ProjectError
from slimsam_core.figures import duration
from slimsam_core.files.user_folders import set_annotator
from slimsam_core.project import Project, choose_annotator, clean_name, project_at

if TYPE_CHECKING:
    from slimsam_core.project import AnnotatorStatistics, Reader

UNKNOWN = "not known"
"""What is written in place of an annotator whom nobody named."""


def add_actions(action: Any) -> None:
    """Add the actions; ``action(name, run, text)`` makes a parser that knows the project."""
    annotator = action("annotator", run_annotator, "say who works on a project on this computer")
    annotator.add_argument("name", nargs="?", metavar="NAME", help="from now on; without: say who it is")
    annotator.add_argument(
        "--everywhere",
        action="store_true",
        help="for all projects that have no name of their own",
    )
    annotator.add_argument("--forget", action="store_true", help="it has no name of its own any more")


def run_annotator(args: argparse.Namespace) -> int:
    """``slimsam project annotator``."""
    path = project_at(args.project)
    with Project.open(path, read_only=True) as project:
        uid = project.uid
    if args.forget or (args.everywhere and args.name is not None):
        choose_annotator(uid, None)
    if args.name is not None:
        name = clean_name(args.name)
        if args.everywhere:
            set_annotator(name)
        else:
            choose_annotator(uid, name)
    with Project.open(path, read_only=True) as project:
        say(project.annotator or UNKNOWN)
    return 0


def known_annotators(project: Reader, names: Iterable[str]) -> frozenset[str]:
    """The names as annotators of the project. Raises ProjectError for one who made no object of it."""
    known = {entry.name for entry in project.statistics().annotators}
    found = frozenset("" if name == UNKNOWN else clean_name(name) for name in names)
    for name in sorted(found - known):
        raise ProjectError(
            "No object of the project is by {name!r}.",
            "There are objects by: {known}.",
            name=name or UNKNOWN,
            known=", ".join(sorted(one or UNKNOWN for one in known)) or "nobody",
        )
    return found


def say_annotators(found: Iterable[AnnotatorStatistics]) -> None:
    """Objects and minutes of each, where anybody is known."""
    listed = list(found)
    if any(entry.name for entry in listed):
        for entry in listed:
            images = f"  (in {figures.pictures(entry.images)})" if entry.name else ""
            minutes = duration(entry.time_spent_s)
            say(f"  {entry.objects:>9,}  by {entry.name or UNKNOWN}, {minutes}{images}")
