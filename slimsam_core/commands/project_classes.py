"""``slimsam project classes``: list the classes of a project, take them from a file, write them to one."""

from __future__ import annotations

import argparse
from pathlib import Path

from slimsam_core.annotation import Category
from slimsam_core.commands.console import say
from slimsam_core.errors import OutputError, ProjectReadOnly
from slimsam_core.formats.class_lists import read_class_list, write_class_list
from slimsam_core.project import Project, class_keys, project_at, take_classes


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the action takes besides the project."""
    parser.add_argument(
        "--load",
        type=Path,
        metavar="FILE",
        help="take classes from a saved list, classes.txt, data.yaml, a COCO file or another project",
    )
    parser.add_argument("--save", type=Path, metavar="FILE", help="write the list of classes (JSON)")
    parser.add_argument("--overwrite", action="store_true", help="replace the file of --save when it exists")


def run(args: argparse.Namespace) -> int:
    """Load first, then list and save."""
    if args.save is not None and args.save.exists() and not args.overwrite:
        raise OutputError(f"{args.save} exists already.", "Choose another name, or add --overwrite.")
    listed = read_class_list(args.load) if args.load is not None else ()
    with Project.open(project_at(args.project), read_only=not listed) as project:
        if listed:
            if project.read_only:
                raise ProjectReadOnly(project.read_only_reason, "Close it there, then try again.")
            edits = take_classes(project.categories(), listed, lambda: project.next_id(Category))
            if edits:
                project.apply(f"Load classes of {args.load.name}", edits)
        categories, counts = project.categories(), project.objects_by_class()
    keys = {category_id: digit for digit, category_id in class_keys(categories).items()}
    if args.save is not None:
        write_class_list(args.save, categories)
    for number, category in enumerate(categories):
        key = f"  key {keys[category.id]}" if category.id in keys else ""
        say(f"{number:>5}  {counts.get(category.id, 0):>9,}  {category.name}{key}")
    return 0
