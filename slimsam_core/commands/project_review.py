"""``slimsam project review``: approve pictures, send them back with notes, list what was said."""

from __future__ import annotations

import argparse
from typing import Any

from slimsam_core import figures
from slimsam_core.annotation import ImageEntry, ReviewState
from slimsam_core.commands.console import print_progress, say
from slimsam_core.commands.project_pictures import find_picture
from slimsam_core.errors import ProjectError, ProjectReadOnly
from slimsam_core.project import Edit, ImageFilter, Project, project_at
from slimsam_core.project.annotators import person
from slimsam_core.teamwork import approve_pictures, mark_fixed, reject_picture


def add_actions(action: Any) -> None:
    """Add it; ``action(name, run, text)`` makes a parser that knows the project."""
    review = action(
        "review", run_review, "approve pictures, or send them back with a note; list what was said"
    )
    review.add_argument(
        "pictures", nargs="*", metavar="PICTURE", help="its file, or its path as the project knows it"
    )
    how = review.add_mutually_exclusive_group()
    how.add_argument("--approve", action="store_true", help="they are right")
    how.add_argument("--reject", metavar="NOTE", help="they go back to the annotator, with this note")
    how.add_argument("--fixed", action="store_true", help="the notes are done: look again")
    review.add_argument("--at", type=_place, metavar="X,Y", help="where the note is meant, in pixels")
    review.add_argument(
        "--state",
        choices=[str(state) for state in ReviewState],
        help="list only pictures of which this is said",
    )


def _place(text: str) -> tuple[float, float]:
    try:
        x, y = (float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not X,Y") from None
    return x, y


def run_review(args: argparse.Namespace) -> int:
    """``slimsam project review``."""
    path = project_at(args.project)
    if not (args.approve or args.fixed or args.reject is not None):
        with Project.open(path, read_only=True, progress=print_progress) as project:
            _list(project, args)
        return 0
    if not args.pictures:
        raise ProjectError("No picture is named.", "Name pictures behind the project.")
    with Project.open(path, progress=print_progress) as project:
        if project.read_only:
            raise ProjectReadOnly(project.read_only_reason, "Close it there, then try again.")
        found = [project.image(number) for number in {find_picture(project, n): None for n in args.pictures}]
        label, edits = _edits(args, found, project.annotator)
        change = project.apply(label, edits)
    said = "approved" if args.approve else "marked as fixed" if args.fixed else "sent back"
    say(f"{figures.pictures(len(change.edits))} {said}.")
    return 0


def _edits(args: argparse.Namespace, found: list[ImageEntry], author: str) -> tuple[str, list[Edit]]:
    if args.approve:
        return "Approve", approve_pictures(found, author)
    if args.fixed:
        return "Mark as fixed", mark_fixed(found, author)
    edits: list[Edit] = []
    for image in found:
        middle = (image.size.width / 2, image.size.height / 2) if image.size else (0.0, 0.0)
        edits += reject_picture(image, author, args.reject, args.at or middle)
    return "Reject", edits


def _list(project: Project, args: argparse.Namespace) -> None:
    wanted = frozenset({ReviewState(args.state)}) if args.state else frozenset(ReviewState)
    named = {find_picture(project, name) for name in args.pictures}
    count = 0
    for image in project.images(ImageFilter(reviews=wanted)):
        if image.review is None or (named and image.id not in named):
            continue
        count += 1
        by = f" by {person(image.review.author)}" if image.review.author else ""
        say(f"{image.review.state}{by}  {image.path}")
        for note in image.review.notes:
            by = f" ({person(note.author)})" if note.author else ""
            say(f"      at {note.x:g},{note.y:g}: {note.text}{by}")
    say(f"{figures.pictures(count)}.")
