"""``slimsam frames``: the frames of a film as a folder of pictures to label."""

from __future__ import annotations

import argparse
from pathlib import Path

from slimsam_core import figures
from slimsam_core.commands.console import end_progress, print_progress, say
from slimsam_core.errors import SlimSamError
from slimsam_core.pixels.film_frames import MOST, FrameChoice, write_frames
from slimsam_core.pixels.folder_search import shown
from slimsam_core.pixels.video import Film


def positive(text: str) -> int:
    """A whole number from 1. Raises argparse.ArgumentTypeError."""
    if not text.isdecimal() or not 0 < int(text) < 10**9:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return int(text)


def rate(text: str) -> float:
    """A positive number. Raises argparse.ArgumentTypeError."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= 1e4:
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive number")
    return value


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``frames``."""
    parser.description = (
        "Write frames of a film as pictures, upright, named by their number in the film: the same frame has "
        "the same name whatever step is chosen, and what is there already is not written again. Open the "
        "folder in the window then; 'Carry through images' takes objects from frame to frame."
    )
    parser.add_argument("film", type=Path, metavar="FILM")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FOLDER", help="made when it does not exist"
    )
    parser.add_argument(
        "--every", type=positive, default=1, metavar="N", help="every N-th frame (default: 1)"
    )
    parser.add_argument(
        "--per-second", type=rate, metavar="F", help="at most F frames a second, by the times of the frames"
    )
    parser.add_argument(
        "--most", type=positive, default=MOST, metavar="N", help=f"pictures at most (default: {MOST:,})"
    )
    parser.add_argument("--png", action="store_true", help="PNG, exact and large, in place of JPEG")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write; 1 when the film ended long before its end."""
    choice = FrameChoice(every=args.every, per_second=args.per_second or 0.0, most=args.most, png=args.png)
    with Film(args.film) as film:
        _refuse_too_many(choice.expected(film.facts), args.most)
        try:
            found = write_frames(film, args.out, choice, print_progress)
        finally:
            end_progress()
    say(f"{shown(args.out)}: {figures.pictures(found.written)} written, {found.there:,} there before")
    if not found.whole:
        say(f"slimsam: stopped at --most {figures.pictures(args.most)}", err=True)
    elif found.cut_off:
        ended = f"{args.film} ended after {found.passed:,} of {found.frames:,} frames"
        say(f"slimsam: {ended}: it may be cut off", err=True)
        return 1
    return 0


def _refuse_too_many(expected: float, most: int) -> None:
    """Told now, not when the disk is full. Raises SlimSamError."""
    if expected > most:
        raise SlimSamError(
            f"That would be about {figures.pictures(round(expected))}.",
            f"Choose a larger --every or fewer --per-second, or allow it: --most {expected + 1:.0f}.",
        )
