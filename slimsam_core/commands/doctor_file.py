"""``slimsam doctor FILE``: what is wrong with annotations, and a repaired copy of a COCO file."""

from __future__ import annotations

import argparse
from pathlib import Path

from slimsam_core.commands.transfer_arguments import progress_line


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
        help="show what a repair of a COCO file changes and write the repaired copy to OUT",
    )  # fmt: skip
    parser.add_argument("--dry-run", action="store_true", help="with --repair: only show the changes")


def run(args: argparse.Namespace) -> int:
    """Print findings, diff and result; 1 when something is wrong and was not repaired."""
    from slimsam_core.errors import FormatError
    from slimsam_core.formats.doctor import apply_repair, check, plan_repair

    progress = progress_line()
    checked = check(args.file, args.format, images_root=args.images, progress=progress)
    report = checked.report
    for line in report.issues.lines():
        print(line)
    print(
        f"{report.source}: {checked.format_.title}, {report.images:,} images, {report.categories:,} classes, "
        f"{report.objects_in:,} objects, {report.objects_imported:,} usable, "
        f"{report.issues.count():,} findings"
    )
    if args.repair is None:
        return 0 if checked.healthy else 1
    if checked.format_.name != "coco":
        raise FormatError(
            f"Only COCO files are repaired, this is {checked.format_.title}.",
            "Convert it: the copy has all that is usable.",
        )
    plan = plan_repair(args.file, images_root=args.images, progress=progress)
    print(plan.diff() or "nothing to change")
    print(f"{plan.change_count:,} changes")
    if args.dry_run:
        return 0 if checked.healthy else 1
    print(f"{args.repair}: {apply_repair(plan, args.repair, progress=progress).summary}")
    return 0
