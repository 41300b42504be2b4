"""``slimsam convert``: from one annotation format to another, without a project."""

from __future__ import annotations

import argparse
from pathlib import Path

from slimsam_core.commands.transfer_arguments import (
    add_write_arguments,
    format_of,
    print_exports,
    print_import,
    split_of,
    write_options,
)
from slimsam_core.formats.registry import get_format
from slimsam_core.formats.transfer import convert


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``convert``."""
    parser.add_argument("source", type=Path, metavar="SRC", help="file or folder of annotations")
    parser.add_argument("--from", dest="source_format", metavar="FORMAT", help="default: looked at SRC")
    parser.add_argument("--to", dest="target_format", metavar="FORMAT", required=True)
    parser.add_argument("--out", type=Path, metavar="DST", required=True, help="file or folder to write")
    parser.add_argument(
        "--images", type=Path, metavar="DIR", help="folder of the pictures: their sizes are checked there"
    )
    add_write_arguments(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Convert; 1 when an object or a file was not taken over."""
    imported, exported = convert(
        args.source,
        format_of(args.source_format, args.source),
        args.out,
        get_format(args.target_format),
        images_root=args.images,
        split=split_of(args),
        options=write_options(args),
    )
    print_import(imported)
    print_exports(exported)
    return 0 if imported.complete else 1
