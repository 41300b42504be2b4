"""Frames of a film written as a folder of pictures to label, each under a name that stays its own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import cv2

from slimsam_core.errors import ImageReadError, OutputError
from slimsam_core.files.atomic import atomic_write_bytes, make_folder
from slimsam_core.pixels.film_names import prefix_for
from slimsam_core.pixels.video import Film, FilmFacts, VideoFrame
from slimsam_core.progress import CancelToken, Progress, ProgressSink, ignore_progress

__all__ = ["FrameChoice", "FramesWritten", "are_frames", "write_frames"]

MOST = 20_000
"""Pictures without another word: 10 GB of full HD, and more than anybody labels."""
_QUALITY = 95
"""Of JPEG: at 95 nobody sees a difference, at half the space of 100."""
_NEARLY_ALL = 0.9
"""Of the frames that a film says it has; containers count a few too many."""
_NAME = re.compile(r"_\d{7}\.(jpg|png)$")


@dataclass(frozen=True, kw_only=True)
class FrameChoice:
    """Which frames of a film are taken."""

    every: int = 1
    """Every so many-th frame."""
    per_second: float = 0.0
    """At most so many a second by the times of the frames; 0 = all."""
    most: int = MOST
    """Pictures at most."""
    png: bool = False
    """PNG, exact and large, in place of JPEG."""

    def expected(self, facts: FilmFacts) -> float:
        """About how many pictures that would be, not counting ``most``; 0 where the film does not say."""
        found = facts.frames / self.every
        if self.per_second and facts.per_second:
            found = min(found, facts.frames / facts.per_second * self.per_second)
        return found


@dataclass(frozen=True, kw_only=True)
class FramesWritten:
    """What became of a film."""

    folder: Path
    written: int
    there: int
    """Pictures that were there before."""
    whole: bool
    """Whether the film was read to its end; else ``most`` pictures were reached."""
    passed: int
    """Frames that could be decoded."""
    frames: int
    """Frames that the film says it has, 0 = it does not say."""

    @property
    def cut_off(self) -> bool:
        """Whether it ended long before its end."""
        return self.whole and self.passed < _NEARLY_ALL * self.frames


def write_frames(
    film: Film,
    folder: Path,
    choice: FrameChoice,
    progress: ProgressSink = ignore_progress,
    cancel: CancelToken | None = None,
) -> FramesWritten:
    """Write frames, upright, named by their number in the film; what is there already is not written again.

    The same frame has the same name whatever is chosen, and no other film's (``prefix_for``). The folder is
    made when it is missing. Raises OutputError, Cancelled, and ImageReadError when no frame can be decoded.
    """
    make_folder(folder)
    prefix = prefix_for(film.path, folder)
    written = there = 0
    whole = True
    for frame in film.frames(every=choice.every, apart_s=1 / choice.per_second if choice.per_second else 0.0):
        if cancel:
            cancel.raise_if_cancelled()
        if written + there >= choice.most:
            whole = False
            break
        target = folder / f"{prefix}_{frame.number:07d}.{'png' if choice.png else 'jpg'}"
        progress(Progress("Frames", frame.number, film.facts.frames or None, target.name))
        if target.exists():
            there += 1
        else:
            _write(target, frame)
            written += 1
    if not written + there:
        raise ImageReadError("{path} has no frame that can be decoded.", "It may be cut off.", path=film.path)
    return FramesWritten(
        folder=folder,
        written=written,
        there=there,
        whole=whole,
        passed=film.passed,
        frames=film.facts.frames,
    )


def are_frames(names: Iterable[str]) -> bool:
    """Whether pictures with these names, one at least, are frames of a film by ``write_frames``."""
    found = [_NAME.search(name) is not None for name in names]
    return bool(found) and all(found)


def _write(target: Path, frame: VideoFrame) -> None:
    done, data = cv2.imencode(target.suffix, frame.rgb[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    if not done:
        raise OutputError(
            "{path} cannot be written: it has {count} pixels a row.", path=target, count=frame.rgb.shape[1]
        )
    atomic_write_bytes(target, data.tobytes())
