"""``slimsam bench``: how fast models are here, beside other programs with the same weights."""

from __future__ import annotations

import argparse
from pathlib import Path


def positive(text: str) -> int:
    """A whole number of at least 1. Raises argparse.ArgumentTypeError."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least 1")
    return int(text)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``bench``."""
    parser.description = (
        "Encode and decode times of a model on every runtime, beside other programs that are "
        "installed, with the same weights and picture, taking turns."
    )
    parser.add_argument("--model", metavar="NAME|PATH", help="default: the model that the window would use")
    parser.add_argument(
        "--random-weights", action="store_true", help="--model is an architecture, such as slimsam_77"
    )
    parser.add_argument(
        "--against", action="append", metavar="NAME",
        help="peer to compare with; may be repeated (default: every one that is installed)",
    )  # fmt: skip
    parser.add_argument("--repeat", type=positive, default=5, metavar="N", help="rounds (default: 5)")
    parser.add_argument("--image", type=Path, help="picture to measure with (default: a bundled photograph)")
    parser.add_argument(
        "--brief",
        action="store_true",
        help="only encoding and decoding, not segment-everything and the window",
    )
    parser.add_argument("--out", type=Path, metavar="FILE.json", help="also save the results")
    parser.set_defaults(run=run, parser=parser)


def run(args: argparse.Namespace) -> int:
    """Measure, print a table, save."""
    from slimsam_core.commands import bench_run

    return bench_run.run(args)
