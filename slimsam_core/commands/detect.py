"""``slimsam detect``: your own detector through a project; what it finds waits as proposals."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from slimsam_core import figures
from slimsam_core.annotation import Category, color_for_new, colors_of
from slimsam_core.commands.console import print_progress, say
from slimsam_core.commands.labelling import load_predictor, model_on_nodes, model_words
from slimsam_core.commands.left_out import LeftOutList, add_strict_argument
from slimsam_core.commands.model_arguments import add_ray_argument, class_name
from slimsam_core.detecting.class_names import mapped_by_name
from slimsam_core.detecting.detector import Detector
from slimsam_core.detecting.folder import (
    LEAST_SCORE,
    OVERLAP,
    DetectedAs,
    DetectedIn,
    DetectionPlan,
    DetectionTally,
    DetectorRun,
    detect_pictures,
    pictures_to_detect,
)
from slimsam_core.detecting.on_cluster import detect_on_cluster
from slimsam_core.detecting.trial import tried_detector
from slimsam_core.errors import ProjectReadOnly, SlimSamError
from slimsam_core.files.user_folders import embeddings_dir
from slimsam_core.inference.embedding_store import EmbeddingStore, stored_embedding
from slimsam_core.labelling.drafts import ProposalsDraft, with_proposals
from slimsam_core.progress import Progress
from slimsam_core.project import Edit, Project, project_at

_NAMED = 20
"""Classes of a detector that a message lists."""


def share(text: str) -> float:
    """A number from 0 to 1. Raises argparse.ArgumentTypeError."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0.0 <= value <= 1.0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to 1")
    return value


def class_pair(text: str) -> tuple[str, str]:
    """``DETECTOR'S=PROJECT'S`` as two names. Raises argparse.ArgumentTypeError."""
    theirs, mark, ours = text.partition("=")
    if not mark or not theirs.strip():
        raise argparse.ArgumentTypeError(f"{text!r} is not a pair as in car=vehicle")
    return theirs.strip(), class_name(ours)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``detect``."""
    parser.description = (
        "Look through the pictures of a project with a detector of your own (YOLOv5, 8, 10, 11, 12, 26, "
        "YOLOX, RT-DETR, RF-DETR as ONNX). What it finds waits in the window's list of proposals until "
        "somebody accepts it; nothing of it is labelled yet. Pictures that are done, or have proposals "
        "already, are left out, so that an interrupted run goes on where it stopped."
    )
    parser.add_argument(
        "project", type=Path, metavar="PROJECT", help="the project file (*.slimsam), or its folder"
    )
    parser.add_argument(
        "--model", type=Path, required=True, metavar="FILE.onnx", dest="detector", help="the detector"
    )
    parser.add_argument(
        "--class", action="append", default=[], type=class_pair, metavar="THEIRS=OURS", dest="pairs",
        help="a class of the detector, by name or number, and the project's class that it is; "
        "may be given more than once (default: classes of the same name)",
    )  # fmt: skip
    parser.add_argument(
        "--add-classes", action="store_true", help="give the project the classes that it does not have"
    )
    parser.add_argument(
        "--as", type=DetectedAs, choices=list(DetectedAs), default=DetectedAs.MASKS, dest="outcome",
        help="masks: what the labelling model sees in each box (default); own: the detector's own masks; "
        "boxes: the boxes themselves",
    )  # fmt: skip
    parser.add_argument(
        "--score", type=share, default=LEAST_SCORE, help=f"least score, 0..1 (default: {LEAST_SCORE})"
    )
    parser.add_argument(
        "--overlap", type=share, default=OVERLAP, metavar="IOU",
        help=f"of boxes of a class that overlap more, the best stays (default: {OVERLAP})",
    )  # fmt: skip
    parser.add_argument("--all", action="store_true", help="also the pictures that are done")
    parser.add_argument(
        "--labelling-model",
        metavar="NAME|PATH",
        dest="model",
        help="installed model or weights file for the masks",
    )
    parser.add_argument(
        "--device", default="auto", help="of the labelling model: auto, cpu, cuda or cuda:N (default: auto)"
    )
    parser.add_argument(
        "--runtime", default="auto", help="of the labelling model: auto, torch or openvino (default: auto)"
    )
    add_ray_argument(parser)
    add_strict_argument(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Look for objects, picture by picture; what cannot be read is left out and named at the end."""
    detector = tried_detector(args.detector)
    size = detector.input_size
    say(
        f"{detector.path.name}: {detector.title}, "
        + (f"{figures.classes(len(detector.names))}, {size}" if detector.names_classes else str(size)),
        err=True,
    )
    if args.outcome is DetectedAs.OWN and not detector.has_masks:
        raise SlimSamError(f"{args.detector} gives boxes and no masks.", "Leave --as out, or say --as boxes.")
    with Project.open(project_at(args.project), progress=print_progress) as project:
        if project.read_only:
            raise ProjectReadOnly(project.read_only_reason, "Close it there, then try again.")
        plan = DetectionPlan(
            classes=_classes(project, detector, args),
            least=args.score,
            overlap=args.overlap,
            outcome=args.outcome,
        )
        return _detect(project, detector, plan, args)


def _detect(project: Project, detector: Detector, plan: DetectionPlan, args: argparse.Namespace) -> int:
    waiting = pictures_to_detect(project, finished=args.all)
    tally, left_out = DetectionTally(), LeftOutList()
    for step in _found(project, detector, plan, waiting, args):
        if not isinstance(step, DetectedIn):
            print_progress(step)
            continue
        tally.note(step)
        if step.trouble:
            left_out.add(step.trouble)
        elif step.proposals:
            kept = project.drafts().get(step.image_id, "")
            project.keep_draft(
                step.image_id, with_proposals(kept, ProposalsDraft(step.proposals, plan.least))
            )
    say(_summary(tally, len(waiting)))
    return left_out.close(args.strict)


def _found(
    project: Project,
    detector: Detector,
    plan: DetectionPlan,
    waiting: Sequence[int],
    args: argparse.Namespace,
) -> Iterator[Progress | DetectedIn]:
    """Here, or on a cluster."""
    if args.ray:
        yield from detect_on_cluster(project, args.detector, plan, model_on_nodes(args), waiting)
        return
    predictor = None
    store = EmbeddingStore(0, embeddings_dir())
    if plan.outcome is DetectedAs.MASKS:
        predictor = load_predictor(args)
        say(f"masks by {model_words(predictor)}", err=True)
    loaded = predictor
    run = DetectorRun(
        detector, plan, predictor, (lambda rgb: stored_embedding(rgb, loaded, store)) if loaded else None
    )
    yield from detect_pictures(project, run, waiting)


def _summary(tally: DetectionTally, waiting: int) -> str:
    if not waiting:
        return "There is no picture to look at: all are done, or have proposals already."
    line = f"{figures.proposals(tally.offered)} in {tally.offered_in:,} of {figures.pictures(tally.pictures)}"
    for count, what in ((tally.known, "labelled already"), (tally.empty, "without a mask")):
        line += f"; {count:,} {what}" if count else ""
    return line


def _classes(project: Project, detector: Detector, args: argparse.Namespace) -> dict[int, int]:
    """Index of a detector's class -> id of the project's. Raises SlimSamError when there is none."""
    if not args.pairs and not detector.names_classes:
        raise SlimSamError(
            f"{detector.path.name} does not say what its classes are called.",
            "Say for each number which class it is: --class 0=NAME --class 1=NAME.",
        )
    pairs = {_index(detector, theirs): ours for theirs, ours in args.pairs}
    wanted = pairs or dict(enumerate(detector.names))
    found = _known(wanted, project)
    missing = {index: name for index, name in wanted.items() if index not in found}
    if missing and args.add_classes:
        _add(project, list(dict.fromkeys(missing.values())))
        found = _known(wanted, project)
    elif missing and pairs:
        raise SlimSamError(
            f"The project has no class {next(iter(missing.values()))!r}.",
            "Add it with --add-classes, or name another one.",
        )
    if not found:
        raise SlimSamError(
            f"None of the classes of {detector.path.name} is one of the project.",
            "Say which is which with --class THEIRS=OURS, or add them with --add-classes.",
        )
    rest = f", left out: {len(detector.names) - len(found):,}" if detector.names_classes else ""
    say(f"classes looked for: {len(found):,}{rest}", err=True)
    return found


def _known(wanted: Mapping[int, str], project: Project) -> dict[int, int]:
    places = mapped_by_name(wanted.values(), project.categories())
    return {index: places[place] for place, index in enumerate(wanted) if place in places}


def _add(project: Project, names: Sequence[str]) -> None:
    """New classes, as one command."""
    colors, made = colors_of(project.categories()), []
    for name in names:
        number = project.next_id(Category)
        made.append(Category(id=number, name=name, color=color_for_new(number, colors)))
        colors.add(made[-1].display_color)
    project.apply("Add classes", [Edit(None, one) for one in made])


def _index(detector: Detector, theirs: str) -> int:
    """A class of the detector by its name, or its number from 0. Raises SlimSamError."""
    names = [name.casefold() for name in detector.names]
    if theirs.casefold() in names:
        return names.index(theirs.casefold())
    if theirs.isdecimal() and int(theirs) < len(names):
        return int(theirs)
    if not detector.names_classes:
        raise SlimSamError(
            f"{detector.path.name} does not name its classes: {theirs!r} is none.",
            f"Name them by number, from 0 to {len(detector.names) - 1}.",
        )
    some = ", ".join(detector.names[:_NAMED])
    raise SlimSamError(
        f"{detector.path.name} has no class {theirs!r}.",
        f"It has {len(names):,}: {some}{', …' if len(names) > _NAMED else ''}.",
    )
