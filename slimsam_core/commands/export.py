"""``slimsam export``: a project, or a part of it, to any known format."""

from __future__ import annotations

import argparse
from pathlib import Path

from slimsam_core.annotation import ImageState
from slimsam_core.commands.console import print_progress
from slimsam_core.commands.project_team import known_annotators
from slimsam_core.commands.transfer_arguments import (
    add_write_arguments,
    print_exports,
    split_of,
    write_options,
)
from slimsam_core.errors import ProjectError
from slimsam_core.formats.project_records import FileNames, Selection
from slimsam_core.formats.registry import get_format
from slimsam_core.formats.transfer import export_project
from slimsam_core.project import Project, project_at


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``export``."""
    parser.add_argument("project", type=Path, metavar="PROJECT", help="the project file, or its folder")
    parser.add_argument("target", type=Path, metavar="DST", help="file or folder to write")
    parser.add_argument("--format", metavar="FORMAT", default="coco", help="default: coco")
    parser.add_argument(
        "--class", dest="classes", action="append", default=[], metavar="NAME",
        help="only objects of this class; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--state", dest="states", action="append", default=[], choices=[str(state) for state in ImageState],
        help="only pictures in this state; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--annotator", dest="authors", action="append", default=[], metavar="NAME",
        help="only objects by this annotator, and pictures that have one; may be repeated",
    )  # fmt: skip
    parser.add_argument("--approved", action="store_true", help="only pictures that a second person approved")
    parser.add_argument(
        "--unlabelled", action="store_true", help="also pictures without objects that nobody finished"
    )
    parser.add_argument(
        "--file-names", choices=("relative", "name", "with-root"), default="relative",
        help="how pictures are named: path below the image folder (default), base name, or with the folder",
    )  # fmt: skip
    add_write_arguments(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Export and print what came back through the gate."""
    path = project_at(args.project)
    with Project.open(path, read_only=True, progress=print_progress) as project:
        ids = {category.name: category.id for category in project.categories()}
        for name in args.classes:
            if name not in ids:
                raise ProjectError(
                    f"The project has no class {name!r}.", f"It has: {', '.join(sorted(ids))}."
                )
        selection = Selection(
            category_ids=frozenset(ids[name] for name in args.classes),
            states=frozenset(map(ImageState, args.states)),
            authors=known_annotators(project, args.authors),
            approved=args.approved,
            unlabelled=args.unlabelled,
            file_names=FileNames(args.file_names),
            split=split_of(args),
        )
        options = write_options(args)
        reports = export_project(project, get_format(args.format), args.target, selection, options)
    print_exports(reports)
    return 0
