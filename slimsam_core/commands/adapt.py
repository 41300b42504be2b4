"""``slimsam adapt``: adapt a model to the accepted objects of a project, if that saves clicks."""

from __future__ import annotations

import argparse
from pathlib import Path

from slimsam_core import figures
from slimsam_core.adapting.choice import LEAST_HELD_PICTURES, LEAST_OBJECTS
from slimsam_core.adapting.in_child import adapt_in_child
from slimsam_core.adapting.outcome import AdaptingOutcome, Result
from slimsam_core.commands.console import end_progress, say, say_text, show_step
from slimsam_core.files.atomic import check_place
from slimsam_core.files.temporary import temporary_folder
from slimsam_core.judging.verdict import GOOD_IOU, PairedChange
from slimsam_core.library.model_library import ModelLibrary
from slimsam_core.project import project_at

NOT_BETTER = 1
"""Exit code when the adapted model is no better, or there is too little to adapt to."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``adapt``."""
    parser.description = (
        "Train the mask decoder of a model on the accepted objects of a project, and judge it on the newest "
        "ones, which are held back with their pictures. The model is written only if it needs fewer clicks "
        "there, more clearly than by chance (the 95 % interval of the difference lies below none); else the "
        f"exit code is {NOT_BETTER}. Needs {LEAST_OBJECTS} objects in more than {LEAST_HELD_PICTURES} "
        "pictures, and some minutes. The window does the same in spare time when its settings ask for it."
    )
    parser.add_argument(
        "project", type=Path, metavar="PROJECT", help="the project file (*.slimsam), or its folder"
    )
    parser.add_argument(
        "--model", metavar="NAME|PATH",
        help="installed model or weights file to begin with (default: see `slimsam models list`)",
    )  # fmt: skip
    parser.add_argument(
        "--out", type=Path, metavar="FILE.safetensors",
        help="where to write the adapted model (default: it is judged alone); `slimsam models import` "
        "installs it",
    )  # fmt: skip
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Adapt, judge, print a table. Raises SlimSamError."""
    if args.out:
        check_place(args.out)
    model = ModelLibrary().resolve(args.model)
    project = project_at(args.project)
    with temporary_folder() as folder:
        out = args.out or folder / "adapted.safetensors"
        outcome = adapt_in_child(project, model.path, out, background=False, progress=show_step)
    end_progress()
    say_text(outcome_text(outcome, model.name, project.stem))
    if outcome.result is not Result.BETTER:
        return NOT_BETTER
    if args.out:
        say(f"written: {args.out}")
    return 0


def outcome_text(outcome: AdaptingOutcome, model: str, project: str) -> str:
    """What came of it, for people: a table where something was judged."""
    there = f"{figures.objects(outcome.objects)} in {figures.pictures(outcome.pictures)}"
    if outcome.result is Result.TOO_FEW:
        return (
            f"There is too little to adapt to: {there} that a person made or confirmed. Needed are "
            f"{LEAST_OBJECTS} objects in more than {LEAST_HELD_PICTURES} pictures.\n"
        )
    held = f"{figures.objects(outcome.held_objects)} in {figures.pictures(outcome.held_pictures)}"
    lines = [
        f"{model} adapted to {there} of {project}, judged on {held} that were held back:",
        "",
        "| | before | after | difference (95 %) |",
        "|---|---|---|---|",
        _row(f"clicks to IoU {GOOD_IOU}", outcome.clicks, 2),
        _row("IoU after 1 click", outcome.iou, 3),
        "",
        "It is better." if outcome.result is Result.BETTER else "It is not clearly better: keep the former.",
    ]
    return "\n".join(lines) + "\n"


def _row(name: str, change: PairedChange | None, digits: int) -> str:
    if change is None:
        return f"| {name} | | | not known |"
    before, after = (f"{value:.{digits}f}" for value in (change.before, change.after))
    difference, low, high = (f"{value:+.{digits}f}" for value in (change.difference, change.low, change.high))
    return f"| {name} | {before} | {after} | {difference} ({low} to {high}) |"
