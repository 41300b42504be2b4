"""``slimsam doctor FILE``: what is wrong with annotations, and a repaired copy of it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from slimsam_core import figures
from slimsam_core.commands.console import pass_progress, say, say_text
from slimsam_core.formats.doctor import anew_format, apply_repair, check, plan_repair, write_anew
from slimsam_core.formats.report import MAX_EXAMPLES

if TYPE_CHECKING:
    from slimsam_core.formats.doctor import Checked


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments that concern a file."""
    parser.add_argument(
        "file", type=Path, nargs="?", metavar="FILE", help="check this file or folder of annotations instead"
    )
    parser.add_argument("--format", metavar="FORMAT", help="of FILE; default: looked at FILE")
    parser.add_argument(
        "--images", type=Path, metavar="DIR", help="folder of the pictures: compare sizes and EXIF too"
    )
    parser.add_argument(
        "--repair", type=Path, metavar="OUT",
        help="write a repaired copy to OUT, for a COCO file after a list of all changes; other formats "
        "are written anew, with all that is usable",
    )  # fmt: skip
    parser.add_argument("--dry-run", action="store_true", help="with --repair: only show the changes")


def run(args: argparse.Namespace) -> int:
    """Print findings, diff and result; 1 when something is wrong and was not repaired."""
    progress = pass_progress
    checked = check(args.file, args.format, images_root=args.images, progress=progress)
    report = checked.report
    for line in report.issues.lines(3 if args.repair is None else MAX_EXAMPLES):
        say(line)
    say(
        f"{report.source}: {checked.format_.title}, {figures.images(report.images)}, "
        f"{figures.classes(report.categories)}, {figures.objects(report.objects_in)}, "
        f"{report.objects_imported:,} usable, {report.issues.count():,} findings"
    )
    if args.repair is None:
        return 0 if checked.healthy else 1
    if not checked.repairable:
        return _write_anew(args, checked)
    plan = plan_repair(args.file, images_root=args.images, progress=progress)
    say_text(plan.diff() or "nothing to change")
    say(f"{plan.change_count:,} changes")
    if args.dry_run:
        return 0 if checked.healthy else 1
    say(f"{args.repair}: {apply_repair(plan, args.repair, progress=progress).summary}")
    return 0


def _write_anew(args: argparse.Namespace, checked: Checked) -> int:
    title = anew_format(checked).title
    say(f"the copy is written anew as {title}: what the findings name is changed or left out")
    if args.dry_run:
        return 0 if checked.healthy else 1
    report = write_anew(checked, args.repair, images_root=args.images, progress=pass_progress)
    say(f"{report.target}: {report.summary}")
    return 0
