"""What ``slimsam train`` and ``evaluate`` share: the labelled pictures that they are given."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from slimsam_core.datasets.names import with_own_names
from slimsam_core.datasets.opening import open_datasets
from slimsam_core.datasets.project_dataset import ProjectDataset
from slimsam_core.errors import FormatError

if TYPE_CHECKING:
    from slimsam_core.datasets.labelled import MaskDataset


def add_data_arguments(parser: argparse.ArgumentParser) -> None:
    """``--data``, ``--format``, ``--images`` and ``--on``."""
    parser.add_argument(
        "--data", type=Path, action="append", default=[], metavar="PATH",
        help="pictures with masks, in any format of `slimsam import`; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--format",
        default="",
        metavar="FORMAT",
        help="of --data, as `slimsam import` names it (default: looked at)",
    )
    parser.add_argument(
        "--images", type=Path, metavar="DIR",
        help="folder of the pictures of --data (default: beside or below the labels)",
    )  # fmt: skip
    parser.add_argument(
        "--on", type=Path, action="append", default=[], metavar="PROJECT",
        help="a project or its folder: its own objects, also by the prompts given for them; may be repeated",
    )  # fmt: skip


def datasets_of(args: argparse.Namespace) -> list[MaskDataset]:
    """All of them, no two of one name; none when nothing was given. Raises SlimSamError."""
    if (args.format or args.images) and not args.data:
        raise FormatError("--format and --images are of --data.", "Leave them away, or give --data.")
    found: list[MaskDataset] = [
        dataset
        for path in args.data
        for dataset in open_datasets(path, format_name=args.format, images=args.images)
    ]
    return with_own_names(found + [ProjectDataset(path) for path in args.on])
