"""``slimsam segment``: one picture, some prompts, a mask, a COCO file."""

from __future__ import annotations

import argparse
from pathlib import Path

from slimsam_core.commands.model_arguments import add_model_arguments, add_output_arguments
from slimsam_core.pixels.geometry import BoxXYXY, PointPrompt

_LABELS = {"1": True, "0": False}
"""Of a point: on the object or beside it."""


def point(text: str) -> PointPrompt:
    """``X,Y`` or ``X,Y,0|1`` in image pixels. Raises argparse.ArgumentTypeError."""
    parts = text.split(",")
    try:
        x, y, label = parts if len(parts) == 3 else (*parts, "1")
        return PointPrompt(float(x), float(y), _LABELS[label.strip()])
    except (ValueError, KeyError):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not X,Y or X,Y,0|1 (1 = object, 0 = background)"
        ) from None


def box(text: str) -> BoxXYXY:
    """``X0,Y0,X1,Y1`` in image pixels, corners in any order. Raises argparse.ArgumentTypeError."""
    try:
        xa, ya, xb, yb = (float(part) for part in text.split(","))
        return BoxXYXY.from_corners(xa, ya, xb, yb)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not X0,Y0,X1,Y1 with an area") from None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``segment``."""
    parser.add_argument("image", type=Path, metavar="IMAGE")
    parser.add_argument(
        "--point", type=point, action="append", default=[], metavar="X,Y[,0|1]",
        help="a click in image pixels; 1 = on the object (default), 0 = on the background; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--box", type=box, metavar="X0,Y0,X1,Y1", help="a box around the object, in image pixels"
    )
    parser.add_argument(
        "--overlay", type=Path, metavar="FILE.png", help="also write the picture with the mask"
    )
    add_output_arguments(parser)
    add_model_arguments(parser)
    parser.set_defaults(run=run, parser=parser)


def run(args: argparse.Namespace) -> int:
    """Segment and write; usage errors exit with 2."""
    from slimsam_core.commands import segment_run  # a help page needs no model

    return segment_run.run(args)
