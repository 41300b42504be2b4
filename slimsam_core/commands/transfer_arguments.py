"""What ``slimsam import``, ``export`` and ``convert`` share: arguments, progress on stderr, reports."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from slimsam_core.commands.console import pass_progress, say
from slimsam_core.formats.coco_write import CocoMasks
from slimsam_core.formats.registry import Placement, WriteOptions, get_format, recognise
from slimsam_core.formats.subset import Split

if TYPE_CHECKING:
    from slimsam_core.formats.registry import Format
    from slimsam_core.formats.report import ExportReport, ImportReport, IssueLog


def add_write_arguments(parser: argparse.ArgumentParser) -> None:
    """``--masks``, ``--pictures``, ``--split``, ``--seed`` and ``--overwrite``."""
    parser.add_argument(
        "--masks", choices=("mixed", "rle", "polygons", "drawn"), default="mixed",
        help="how masks are written where a format has several ways: polygons where they are exact and "
        "run-length codes for the rest (default), run-length codes, polygons always (holes are lost), or "
        "polygons only where they were drawn",
    )  # fmt: skip
    parser.add_argument(
        "--pictures", choices=("copy", "link", "list", "none"),
        help="how pictures come along: as copies, as links, as paths to where they lie, or not at all "
        "(default: as the readers of the format need them)",
    )  # fmt: skip
    parser.add_argument(
        "--split", type=shares, metavar="TRAIN/VAL[/TEST]", help="split by picture, e.g. 80/10/10"
    )
    parser.add_argument("--seed", type=int, default=0, help="of the split; the same seed, the same split")
    parser.add_argument(
        "--overwrite", action="store_true",
        help="replace the target file when it exists; in a folder remove the files "
        "of an earlier export that are not written again and that nobody changed",
    )  # fmt: skip


def shares(text: str) -> tuple[float, float, float]:
    """``80/20`` or ``80/10/10``. Raises argparse.ArgumentTypeError."""
    try:
        values = [float(part) for part in text.split("/")]
        train, val, test = values if len(values) == 3 else (*values, 0.0)
        if min(train, val, test) < 0 or not 0 < train + val + test < float("inf"):
            raise ValueError
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not TRAIN/VAL or TRAIN/VAL/TEST") from None
    return train, val, test


def split_of(args: argparse.Namespace) -> Split | None:
    """The split that was asked for."""
    return Split(args.split[0], args.split[1], args.split[2], args.seed) if args.split else None


def write_options(args: argparse.Namespace) -> WriteOptions:
    """The choices of ``add_write_arguments``."""
    return WriteOptions(
        overwrite=args.overwrite,
        masks=CocoMasks(args.masks),
        pictures=Placement(args.pictures) if args.pictures else None,
        progress=pass_progress,
    )


def format_of(name: str | None, path: Path) -> Format:
    """The named format, or the one that the path seems to hold. Raises FormatError."""
    return get_format(name) if name else recognise(path)


def print_issues(issues: IssueLog) -> None:
    """Findings on stderr, a few of each kind."""
    for line in issues.lines():
        say(line, err=True)


def print_import(report: ImportReport) -> None:
    """The report of an import."""
    print_issues(report.issues)
    say(f"{report.source}: {report.summary}")


def print_exports(reports: Iterable[ExportReport]) -> None:
    """The reports of an export."""
    for report in reports:
        for issue in report.warnings[:10]:
            say(f"warning: {issue}", err=True)
        if report.warning_count > 10:
            say(f"warning: ... {report.warning_count:,} in all", err=True)
        say(f"{report.target}: {report.summary}")
