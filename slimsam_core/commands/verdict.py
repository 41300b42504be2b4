"""``slimsam verdict``: whether to switch from one model to a slimmer one, judged by one's own labels."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from slimsam_core.commands.console import end_progress, say_text, show_step
from slimsam_core.commands.left_out import add_strict_argument, left_out_of
from slimsam_core.compression.recipe import load_recipe
from slimsam_core.compression.supply.data import list_images, validation_pictures
from slimsam_core.compression.verdict_report import verdict_html
from slimsam_core.datasets.held_out import split_all
from slimsam_core.datasets.labelled import MOST_REASONS, Skipped
from slimsam_core.datasets.names import with_own_names
from slimsam_core.datasets.project_dataset import ProjectDataset
from slimsam_core.errors import FormatError, RecipeError
from slimsam_core.files import json_dataclass
from slimsam_core.files.atomic import atomic_write_bytes, atomic_write_json, check_place
from slimsam_core.judging.judge_step import MOST_HELD_OUT
from slimsam_core.judging.rivals import Rivals, judge
from slimsam_core.judging.verdict_words import verdict_text
from slimsam_core.library.model_library import ModelLibrary
from slimsam_core.visible_text import some_of

if TYPE_CHECKING:
    from slimsam_core.datasets.labelled import MaskDataset

MOST_PICTURES = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``verdict``."""
    parser.description = (
        "Compare a slim model with the one that it was made from: by the prompts that were given "
        "for the objects of a project, and by how alike both answer on other pictures."
    )
    parser.add_argument("teacher", metavar="MODEL", help="installed model or weights file")
    parser.add_argument("student", metavar="SLIM_MODEL", help="installed model or weights file")
    parser.add_argument(
        "--on", type=Path, action="append", default=[], metavar="PROJECT", help="a project; may be repeated"
    )
    parser.add_argument(
        "--images", metavar="DIR", action="append", default=[],
        help=f"pictures that need no labels; {MOST_PICTURES} of them are looked at; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--recipe", type=Path, metavar="RECIPE",
        help="recipe that made SLIM_MODEL: the pictures that it held back, which it never learnt from, are "
        f"looked at, {MOST_HELD_OUT} at the most",
    )  # fmt: skip
    parser.add_argument(
        "--held-out", type=float, default=None, metavar="SHARE",
        help="judge by those labelled pictures alone that train --held-out SHARE kept from learning",
    )  # fmt: skip
    parser.add_argument("--name", default="", help="what to call SLIM_MODEL (default: its own name)")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or cuda:N (default: auto)")
    parser.add_argument("--out", type=Path, metavar="verdict.json", help="write every number")
    parser.add_argument("--report", type=Path, metavar="FILE.html", help="write the page with pictures")
    add_strict_argument(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Judge and print; the exit code is 0 whatever the verdict is. Raises SlimSamError.

    What cannot be used is left out and named at the end.
    """
    if not args.on and not args.images and not args.recipe:
        raise FormatError("There is nothing to judge by.", "Give --on, --images or --recipe.")
    if args.held_out is not None and not 0 < args.held_out < 1:
        raise RecipeError("--held-out is {share}, not within 0..1.", share=args.held_out)
    for target in filter(None, (args.out, args.report)):
        check_place(target)
    library = ModelLibrary()
    student = library.resolve(args.student)
    name = args.name or (student.arch.name if Path(args.student).is_file() else student.name)
    rivals = Rivals(library.resolve(args.teacher), student, name, args.device)
    datasets: list[MaskDataset] = [ProjectDataset(path) for path in args.on]
    if args.held_out is not None:
        datasets = [held for _, held in split_all(with_own_names(datasets), args.held_out)]
    skipped = Skipped(most=MOST_REASONS)
    pictures = _pictures(args.images, skipped) if args.images else []
    if args.recipe:
        pictures += validation_pictures(load_recipe(args.recipe).data)[:MOST_HELD_OUT]
    held_out = args.held_out is not None
    verdict = judge(rivals, datasets, pictures, show_step, held_out=held_out, skipped=skipped)
    end_progress()
    say_text(verdict_text(verdict))
    if args.out:
        atomic_write_json(args.out, json_dataclass.to_json(verdict))
    if args.report:
        atomic_write_bytes(args.report, verdict_html(verdict))
    return left_out_of(skipped.examples).close(args.strict)


def _pictures(folders: list[str], skipped: Skipped) -> list[Path]:
    """Some of the pictures in the folders. Raises RecipeError, FormatError when there is none."""
    images = list_images(folders, leave=skipped.add, place="--images")
    if not len(images):
        raise FormatError(
            "--images: no picture was found in {folders}.",
            some_of(skipped.examples),
            folders=", ".join(folders),
        )
    return [images[i] for i in range(min(MOST_PICTURES, len(images)))]
