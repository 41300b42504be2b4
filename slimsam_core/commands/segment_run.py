"""What ``slimsam segment`` does: embeds the picture, asks the model, writes what it says."""

from __future__ import annotations

import argparse
import time

from slimsam_core.annotation import Annotation, MaskSource, Provenance, default_color
from slimsam_core.commands.console import say
from slimsam_core.commands.labelling import load_predictor, model_words, write_result
from slimsam_core.errors import OutputError
from slimsam_core.figures import iou, measured_time
from slimsam_core.formats.records import ImageRecord
from slimsam_core.inference.prediction import candidate_mask
from slimsam_core.pixels.geometry import PromptSet
from slimsam_core.pixels.image_io import read_image
from slimsam_core.pixels.mask import encode
from slimsam_core.pixels.overlay import check_picture_path, is_saved_picture, paint_masks, save_picture


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
        source=MaskSource.MODEL,
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
        f"{args.out}: {report.summary}; {pixels.sum():,} pixels, predicted IoU {iou(chosen.predicted_iou)}; "
        f"{model_words(predictor)}, encode {measured_time(encoded - start)}, "
        f"decode {measured_time(decoded - encoded)}"
    )
    return 0
