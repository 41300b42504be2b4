"""``slimsam import``: annotations of any known format into a project."""

from __future__ import annotations

import argparse
from pathlib import Path

from slimsam_core.commands.console import pass_progress, print_progress
from slimsam_core.commands.transfer_arguments import format_of, print_import
from slimsam_core.formats.transfer import import_into
from slimsam_core.project import Project, discard, new_project, project_at


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``import``."""
    parser.add_argument(
        "project",
        type=Path,
        metavar="PROJECT",
        help="the project file, made when it does not exist, or a folder that has one",
    )
    parser.add_argument("source", type=Path, metavar="SRC", help="file or folder of annotations")
    parser.add_argument("--format", metavar="FORMAT", help="default: looked at SRC")
    parser.add_argument(
        "--images", type=Path, metavar="DIR", help="folder of the pictures (default: the project's folders)"
    )
    parser.add_argument(
        "--no-picture-check", action="store_true", help="do not look at the pictures (faster, trusts SRC)"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Import; 1 when an object or a file was not taken over. A new project stays only with content."""
    chosen = format_of(args.format, args.source)
    path = project_at(args.project)
    is_new = not path.exists()
    with new_project(path) if is_new else Project.open(path, progress=print_progress) as project:
        report = import_into(
            project,
            chosen,
            args.source,
            images_root=args.images,
            check_pictures=not args.no_picture_check,
            progress=pass_progress,
        )
        if is_new and not report.images and not report.categories:
            discard(project)
    print_import(report)
    return 0 if report.complete else 1
