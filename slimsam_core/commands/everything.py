"""``slimsam everything``: all objects of a picture or of a folder, as one COCO file."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

from slimsam_core.annotation import Annotation, MaskSource, Provenance
from slimsam_core.commands.console import print_progress, say
from slimsam_core.commands.labelling import load_predictor, model_words, pictures_of, write_result
from slimsam_core.commands.left_out import LeftOutList, add_strict_argument
from slimsam_core.commands.model_arguments import add_model_arguments, add_output_arguments, add_ray_argument
from slimsam_core.errors import ImageReadError
from slimsam_core.formats.records import ImageRecord
from slimsam_core.inference.cluster import everything_on_cluster
from slimsam_core.inference.everything import EverythingParams, segment_file, usual_params
from slimsam_core.library.model_library import ModelLibrary
from slimsam_core.pixels.folder_search import LeftOut, shown, trouble_with_name
from slimsam_core.pixels.geometry import PointPrompt, PromptSet
from slimsam_core.progress import Progress

if TYPE_CHECKING:
    from slimsam_core.inference.everything import EverythingMask, SegmentedPicture


NOTHING_FOUND = (
    "nothing was found. Try a lower --pred-iou-thresh and --stability-score-thresh, or a larger --model."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``everything``."""
    parser.add_argument("source", type=Path, metavar="IMAGE|FOLDER")
    for flag, kind, text in (
        ("--points-per-side", int, "grid points along each side"),
        ("--pred-iou-thresh", float, "least predicted IoU, 0..1"),
        ("--stability-score-thresh", float, "least stability score, 0..1"),
        ("--box-nms-thresh", float, "IoU of boxes above which the worse mask goes, 0..1"),
        ("--crop-n-layers", int, "also segment enlarged crops, this many layers deep"),
        ("--min-mask-region-area", int, "drop specks and fill holes smaller than this, in pixels"),
    ):
        parser.add_argument(
            flag,
            type=kind,
            help=f"{text} (default: that of SAM's automatic generator, softer for a light model)",
        )
    add_ray_argument(parser)
    add_strict_argument(parser)
    add_output_arguments(parser)
    add_model_arguments(parser)
    parser.set_defaults(run=run, parser=parser)


def run(args: argparse.Namespace) -> int:
    """Segment each picture, leave out unreadable ones, write one file; usage errors exit with 2."""
    arch = ModelLibrary().resolve(args.model).arch
    given = {f.name: getattr(args, f.name, None) for f in fields(EverythingParams)}
    try:
        params = replace(
            usual_params(arch), **{name: value for name, value in given.items() if value is not None}
        )
    except ValueError as error:
        args.parser.error(str(error))
    left_out = LeftOutList()
    root, paths = pictures_of(args.source, left_out.add)
    paths = _nameable(root, paths, left_out)
    images: list[ImageRecord] = []
    annotations: list[Annotation] = []
    for index, found in enumerate(_segmented(args, paths, params)):
        print_progress(Progress("Segmenting", index + 1, len(paths), paths[index].name))
        if isinstance(found, ImageReadError):
            if len(paths) == 1:
                raise found
            left_out.add(found)
            continue
        name = found.path.relative_to(root).as_posix()
        images.append(
            ImageRecord(
                id=len(images) + 1, file_name=name, size=found.size, exif_orientation=found.exif_orientation
            )
        )
        annotations += [
            _annotation(len(annotations) + number, images[-1].id, found, one)
            for number, one in enumerate(found.masks, 1)
        ]
    if not images:
        left_out.close()
        raise ImageReadError(
            f"None of the {len(paths)} pictures in {args.source} could be read.", "See above."
        )
    report = write_result(args.out, args.label, images, annotations, overwrite=args.overwrite)
    if not annotations:
        say(f"slimsam: {NOTHING_FOUND}", err=True)
    say(f"{args.out}: {report.summary}" + (f"; {len(left_out)} left out" if len(left_out) else ""))
    return left_out.close(args.strict)


def _nameable(root: Path, paths: Sequence[Path], left_out: LeftOutList) -> list[Path]:
    """The pictures whose names the written file can hold; told now, not after hours of work."""
    usable: list[Path] = []
    for path in paths:
        reason = trouble_with_name(path.relative_to(root).as_posix())
        if reason is None:
            usable.append(path)
        else:
            left_out.add(LeftOut(shown(path), reason))
    if not usable:
        left_out.close()
        raise ImageReadError(f"No picture in {shown(root)} has a name that can be written.", "See above.")
    return usable


def _segmented(
    args: argparse.Namespace, paths: Sequence[Path], params: EverythingParams
) -> Iterator[SegmentedPicture | ImageReadError]:
    """Each picture's objects, or why it cannot be read: found here, or on a cluster."""
    if args.ray:
        absolute = [path.absolute() for path in paths]
        found = everything_on_cluster(absolute, params, args.model, args.device, args.runtime)
        for path, result in zip(paths, found, strict=True):
            yield result if isinstance(result, ImageReadError) else replace(result, path=path)
        return
    predictor = load_predictor(args)
    say(model_words(predictor), err=True)
    for path in paths:
        try:
            yield segment_file(predictor, path, params)
        except ImageReadError as error:
            yield error


def _annotation(
    annotation_id: int, image_id: int, picture: SegmentedPicture, found: EverythingMask
) -> Annotation:
    provenance = Provenance(
        source=MaskSource.EVERYTHING,
        prompts=PromptSet((PointPrompt(*found.point),)),
        model_name=picture.model_name,
        model_hash=picture.model_hash,
        predicted_iou=found.predicted_iou,
        stability_score=found.stability_score,
    )
    return Annotation(
        id=annotation_id,
        image_id=image_id,
        category_id=1,
        mask=found.mask,
        score=found.predicted_iou,
        provenance=provenance,
    )
