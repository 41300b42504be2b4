"""``slimsam project compare``: how far annotators agree, or how good one is."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from slimsam_core.commands.console import print_progress, say, say_json
from slimsam_core.errors import OutputError, ProjectError
from slimsam_core.project import Project, project_at
from slimsam_core.teamwork import compare_annotators, compare_projects
from slimsam_core.teamwork.compare_report import as_json, text_lines, write_json, write_page


def add_actions(action: Any) -> None:
    """Add it; ``action(name, run, text)`` makes a parser that knows the project."""
    compare = action("compare", run_compare, "say how far annotators agree who labelled the same pictures")
    compare.add_argument(
        "others", type=Path, nargs="*", metavar="OTHER",
        help="projects of others, each the work of one person (default: the annotators of PROJECT itself)",
    )  # fmt: skip
    compare.add_argument("--gold", action="store_true", help="PROJECT is right: measure the others by it")
    compare.add_argument("--json", action="store_true", help="print JSON")
    compare.add_argument("--json-file", type=Path, metavar="FILE", help="write JSON")
    compare.add_argument("--html", type=Path, metavar="FILE", help="write a page with pictures of the worst")
    compare.add_argument("--overwrite", action="store_true", help="replace these files when they exist")


def run_compare(args: argparse.Namespace) -> int:
    """``slimsam project compare``."""
    for path in (args.json_file, args.html):
        if path is not None and path.exists() and not args.overwrite:
            raise OutputError(f"{path} exists already.", "Choose another name, or add --overwrite.")
    if args.gold and not args.others:
        raise ProjectError("There is nobody to measure.", "Name the projects of the others behind it.")
    with Project.open(project_at(args.project), read_only=True, progress=print_progress) as project:
        if args.others:
            others = [project_at(path) for path in args.others]
            found = compare_projects(project, others, args.gold, print_progress)
        else:
            found = compare_annotators(project, print_progress)
    if args.json:
        say_json(as_json(found))
    else:
        for line in text_lines(found):
            say(line)
    if args.json_file is not None:
        write_json(found, args.json_file)
    if args.html is not None:
        write_page(found, args.html)
    return 0
