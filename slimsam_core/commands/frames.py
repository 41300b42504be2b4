"""``slimsam frames``: the frames of a film as a folder of pictures to label."""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2

from slimsam_core.commands.console import end_progress, print_progress, say
from slimsam_core.errors import ImageReadError, OutputError, SlimSamError
from slimsam_core.files.atomic import atomic_write_bytes, make_folder
from slimsam_core.pixels.folder_search import shown
from slimsam_core.pixels.video import Film, VideoFrame
from slimsam_core.progress import Progress

MOST = 20_000
"""Pictures without another word: 10 GB of full HD, and more than anybody labels."""
_QUALITY = 95
"""Of JPEG: at 95 nobody sees a difference, at half the space of 100."""
_NEARLY_ALL = 0.9
"""Of the frames that a film says it has; containers count a few too many."""


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
        "--every", type=positive, default=1, metavar="N", help="every so many-th frame (default: 1)"
    )
    parser.add_argument(
        "--per-second", type=rate, metavar="F", help="at most so many a second, by the times of the frames"
    )
    parser.add_argument(
        "--most", type=positive, default=MOST, metavar="N", help=f"pictures at most (default: {MOST:,})"
    )
    parser.add_argument("--png", action="store_true", help="PNG, exact and large, in place of JPEG")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write; 1 when the film ended long before its end."""
    with Film(args.film) as film:
        facts = film.facts
        _refuse_too_many(args, facts.frames, facts.per_second)
        make_folder(args.out)
        written, there, whole = _write_all(film, args)
        if not written + there:
            raise ImageReadError(f"{args.film} has no frame that can be decoded.", "It may be cut off.")
        say(f"{shown(args.out)}: {written:,} pictures written, {there:,} there before")
        if not whole:
            say(f"slimsam: stopped at --most {args.most:,} pictures", err=True)
        elif film.passed < _NEARLY_ALL * facts.frames:
            ended = f"{args.film} ended after {film.passed:,} of {facts.frames:,} frames"
            say(f"slimsam: {ended}: it may be cut off", err=True)
            return 1
    return 0


def _write_all(film: Film, args: argparse.Namespace) -> tuple[int, int, bool]:
    """Pictures written and there before, and whether the film was read to its end."""
    written = there = 0
    for frame in film.frames(every=args.every, apart_s=1 / args.per_second if args.per_second else 0.0):
        if written + there >= args.most:
            end_progress()
            return written, there, False
        target = args.out / f"{args.film.stem}_{frame.number:07d}.{'png' if args.png else 'jpg'}"
        print_progress(Progress("Frames", frame.number, film.facts.frames or None, target.name))
        if target.exists():
            there += 1
        else:
            _write(target, frame)
            written += 1
    end_progress()
    return written, there, True


def _refuse_too_many(args: argparse.Namespace, frames: int, per_second: float) -> None:
    """Told now, not when the disk is full. Raises SlimSamError."""
    expected = frames / args.every
    if args.per_second and per_second:
        expected = min(expected, frames / per_second * args.per_second)
    if expected > args.most:
        raise SlimSamError(
            f"That would be about {expected:,.0f} pictures.",
            f"Choose a larger --every or fewer --per-second, or allow it: --most {expected + 1:.0f}.",
        )


def _write(target: Path, frame: VideoFrame) -> None:
    suffix = target.suffix
    done, data = cv2.imencode(suffix, frame.rgb[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    if not done:
        raise OutputError(f"{target} cannot be written: it has {frame.rgb.shape[1]} pixels a row.")
    atomic_write_bytes(target, data.tobytes())
