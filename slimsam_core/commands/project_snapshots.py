"""``slimsam project snapshot``, ``snapshots`` and ``go-back``: states of a project that were kept."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from slimsam_core.commands.console import say
from slimsam_core.errors import ProjectError
from slimsam_core.figures import file_size
from slimsam_core.files.user_folders import snapshots_kept
from slimsam_core.project import Project, project_at
from slimsam_core.project.snapshots import go_back, snapshots_of, take

if TYPE_CHECKING:
    from slimsam_core.project.snapshots import Snapshot


def add_actions(action: Any) -> None:
    """Add the three; ``action(name, run, text)`` makes a parser that knows the project."""
    action("snapshot", run_take, "keep the project as it is now, in your own data folder")
    action("snapshots", run_list, "list the kept states of a project, the newest first")
    back = action("go-back", run_go_back, "put a kept state in the place of the project, which is kept too")
    back.add_argument("when", metavar="WHEN", help="the beginning of its time, as 'snapshots' shows it")


def run_take(args: argparse.Namespace) -> int:
    """``slimsam project snapshot``."""
    with Project.open(project_at(args.project), read_only=True) as project:
        found = take(project, snapshots_kept())
    say(f"{_line(found)}  {found.path}")
    return 0


def run_list(args: argparse.Namespace) -> int:
    """``slimsam project snapshots``."""
    found = snapshots_of(project_at(args.project))
    for snapshot in found:
        say(_line(snapshot))
    if not found:
        say("Nothing was kept of this project yet.", err=True)
    return 0


def run_go_back(args: argparse.Namespace) -> int:
    """``slimsam project go-back``."""
    path = project_at(args.project)
    fitting = [found for found in snapshots_of(path) if found.name.startswith(args.when)]
    if len(fitting) != 1:
        raise ProjectError(
            f"{len(fitting)} kept states of {path.name} begin with {args.when!r}.",
            f"'slimsam project snapshots {path}' lists them.",
        )
    former = go_back(path, fitting[0], snapshots_kept())
    say(f"{path} is as it was at {fitting[0].name}. What it was before is kept as {former}.")
    return 0


def _line(found: Snapshot) -> str:
    note = "  (before going back)" if found.before_going_back else ""
    note += "  (damaged)" if found.damaged else ""
    return (
        f"{found.name}  {found.pictures:>9,} pictures  {found.objects:>11,} objects"
        f"  {file_size(found.bytes):>12}{note}"
    )
