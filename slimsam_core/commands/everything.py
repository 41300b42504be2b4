"""``slimsam everything``: all objects of a picture or of a folder, as one COCO file."""

from __future__ import annotations

import argparse
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

from slimsam_core.annotation import Annotation, Provenance
from slimsam_core.commands.labelling import (
    add_model_arguments,
    add_output_arguments,
    load_predictor,
    pictures_of,
    print_progress,
    write_result,
)
from slimsam_core.errors import ImageReadError
from slimsam_core.geometry import PointPrompt, PromptSet
from slimsam_core.progress import Progress


def add_parser(subparsers: Any) -> None:
    """Add ``everything`` to the command line."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "everything", help="segment everything in a picture or folder"
    )
    parser.add_argument("source", type=Path, metavar="IMAGE|FOLDER")
    for flag, kind, text in (
        ("--points-per-side", int, "grid points along each side"),
        ("--pred-iou-thresh", float, "least predicted IoU, 0..1"),
        ("--stability-score-thresh", float, "least stability score, 0..1"),
        ("--box-nms-thresh", float, "IoU of boxes above which the worse mask goes, 0..1"),
        ("--crop-n-layers", int, "also segment enlarged crops, this many layers deep"),
        ("--min-mask-region-area", int, "drop specks and fill holes smaller than this, in pixels"),
    ):
        parser.add_argument(flag, type=kind, help=f"{text} (default: that of SAM's automatic generator)")
    add_output_arguments(parser)
    add_model_arguments(parser)
    parser.set_defaults(run=run, parser=parser)


def run(args: argparse.Namespace) -> int:
    """Segment each picture, skip unreadable ones with a word, write one file; usage errors exit with 2."""
    from slimsam_core.formats.records import ImageRecord
    from slimsam_core.image_io import read_image
    from slimsam_core.inference.everything import EverythingParams, segment_everything

    given = {f.name: getattr(args, f.name, None) for f in fields(EverythingParams)}
    try:
        params = EverythingParams(**{name: value for name, value in given.items() if value is not None})
    except ValueError as error:
        args.parser.error(str(error))
    root, paths = pictures_of(args.source)
    predictor = load_predictor(args)
    images: list[ImageRecord] = []
    annotations: list[Annotation] = []
    skipped = 0
    for index, path in enumerate(paths):
        print_progress(Progress("Segmenting", index, len(paths), path.name))
        try:
            picture = read_image(path)
        except ImageReadError as error:
            if len(paths) == 1:
                raise
            skipped += 1
            print(f"slimsam: skipped: {error}", file=sys.stderr)
            continue
        name = path.relative_to(root).as_posix()
        image = ImageRecord(len(images) + 1, name, picture.size, exif_orientation=picture.exif_orientation)
        images.append(image)
        for found in segment_everything(predictor, picture.rgb, params):
            provenance = Provenance(
                "everything",
                PromptSet((PointPrompt(*found.point),)),
                predictor.name,
                predictor.model_hash,
                found.predicted_iou,
                found.stability_score,
            )
            annotations.append(
                Annotation(
                    len(annotations) + 1,
                    image.id,
                    1,
                    found.mask,
                    score=found.predicted_iou,
                    provenance=provenance,
                )
            )
    if not images:
        raise ImageReadError(
            f"None of the {len(paths)} pictures in {args.source} could be read.", "See above."
        )
    report = write_result(args.out, args.label, images, annotations, overwrite=args.overwrite)
    print(f"{args.out}: {report.summary}" + (f"; {skipped} unreadable pictures skipped" if skipped else ""))
    return 0
