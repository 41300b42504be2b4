"""``slimsam segment``: one picture, some prompts, a mask, a COCO file."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from slimsam_core.annotation import Annotation, Provenance, default_color
from slimsam_core.commands.console import say
from slimsam_core.commands.labelling import (
    add_model_arguments,
    add_output_arguments,
    load_predictor,
    model_words,
    write_result,
)
from slimsam_core.errors import OutputError
from slimsam_core.formats.records import ImageRecord
from slimsam_core.inference.prediction import candidate_mask
from slimsam_core.pixels.geometry import BoxXYXY, PointPrompt, PromptSet
from slimsam_core.pixels.image_io import read_image
from slimsam_core.pixels.mask import encode
from slimsam_core.pixels.overlay import check_picture_path, is_saved_picture, paint_masks, save_picture


def point(text: str) -> PointPrompt:
    """``X,Y`` or ``X,Y,0|1`` in image pixels. Raises argparse.ArgumentTypeError."""
    parts = text.split(",")
    try:
        if len(parts) == 3 and parts[2].strip() not in ("0", "1"):
            raise ValueError
        x, y = (float(part) for part in parts[:2])
        if len(parts) not in (2, 3):
            raise ValueError
        return PointPrompt(x, y, len(parts) == 2 or parts[2].strip() == "1")
    except ValueError:
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


def check_targets(args: argparse.Namespace) -> None:
    """Refuse targets that would replace the picture or each other, or leave one of two files out.

    Raises OutputError before anything is computed or written.
    """
    if args.overlay:
        check_picture_path(args.overlay)
    taken = {args.image.resolve(): "the picture itself"}
    for target in filter(None, (args.out, args.overlay)):
        if target.resolve() in taken:
            raise OutputError(
                f"{target} is {taken[target.resolve()]}.", "Choose another name for the result."
            )
        taken[target.resolve()] = "already the name of the other result"
    if args.overlay and args.overlay.exists() and not (args.overwrite or is_saved_picture(args.overlay)):
        raise OutputError(
            f"{args.overlay} exists and was not written by this program.",
            "Choose another name, or add --overwrite.",
        )


def run(args: argparse.Namespace) -> int:
    """Segment and write; usage errors exit with 2."""
    prompts = PromptSet(tuple(args.point), args.box)
    if prompts.empty:
        args.parser.error("give at least one --point or a --box")
    if prompts.box is None and not any(point.positive for point in prompts.points):
        args.parser.error("background points take away only: add a --point on the object, or a --box")

    check_targets(args)
    picture = read_image(args.image)
    if picture.several:
        say(f"slimsam: {args.image} holds several pictures; the first one is used.", err=True)
    predictor = load_predictor(args)
    start = time.perf_counter()
    embedding = predictor.embed(picture.rgb)
    encoded = time.perf_counter()
    chosen = predictor.predict(embedding, prompts).preferred
    pixels = candidate_mask(embedding, chosen)
    decoded = time.perf_counter()

    provenance = Provenance(
        source="model",
        prompts=prompts,
        model_name=predictor.name,
        model_hash=predictor.model_hash,
        predicted_iou=chosen.predicted_iou,
        stability_score=chosen.stability_score,
    )
    annotation = Annotation(
        id=1,
        image_id=1,
        category_id=1,
        mask=encode(pixels),
        score=chosen.predicted_iou,
        provenance=provenance,
    )
    image = ImageRecord(
        id=1, file_name=args.image.name, size=picture.size, exif_orientation=picture.exif_orientation
    )
    report = write_result(args.out, args.label, [image], [annotation], overwrite=args.overwrite)
    if args.overlay:
        save_picture(paint_masks(picture.rgb, [(pixels, default_color(1))]), args.overlay)
    say(
        f"{args.out}: {report.summary}; {pixels.sum():,} pixels, predicted IoU {chosen.predicted_iou:.3f}; "
        f"{model_words(predictor)}, encode {1000 * (encoded - start):.0f} ms, "
        f"decode {1000 * (decoded - encoded):.0f} ms"
    )
    return 0
