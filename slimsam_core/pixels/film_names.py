"""Whose frames lie in a folder: films beside each other may have names that differ in their ending alone.

Frames are named after their film without its ending, as long as no other film has its frames there: which
film they are of is seen from the pictures. Else they are named after the whole name.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterator
from itertools import chain, count, takewhile
from pathlib import Path

import cv2
import numpy as np

from slimsam_core.errors import ImageReadError, OutOfMemory
from slimsam_core.pixels.image_io import RgbImage, read_image
from slimsam_core.pixels.video import Film

__all__ = ["folder_for", "prefix_for"]

_COMPARED = 6
"""Pictures of a folder at most that are compared with frames; one that differs says enough."""
_REACH = 150
"""Frames from the first one of them on among which they are: some seconds of a film, decoded in one."""
_SIDE = 64
"""Pixels of a side to which both are shrunk."""
_OTHER = 8.0
"""Grey levels of 255 that two pictures of one frame never differ by on average: JPEG at 95 takes one."""


def prefix_for(film: Path, folder: Path) -> str:
    """What the names of a film's frames begin with in a folder, which need not be there.

    Raises ImageReadError and OutOfMemory, as ``Film``.
    """
    known = _numbered(folder)
    numbered = takewhile(known.__contains__, (f"{film.name} {number}" for number in count(2)))
    for prefix in (film.stem, film.name, *numbered):
        if prefix in known and _is_of(film, known[prefix]):
            return prefix
    whole = film.stem if folder.name != _folder_name(film.name) else film.name
    return next(prefix for prefix in chain((whole,), _names(film)) if prefix not in known)


def folder_for(film: Path) -> Path:
    """The folder beside a film that has its frames, or that they are to go to. Raises as ``prefix_for``."""
    folders = [film.with_name(_folder_name(name)) for name in (film.stem, film.name)]
    for folder in folders:
        if any(_is_of(film, pictures) for pictures in _own(film, folder).values()):
            return folder
    return next(
        folder
        for folder in (film.with_name(_folder_name(name)) for name in _names(film))
        if not _own(film, folder)
    )


def _names(film: Path) -> Iterator[str]:
    yield film.stem
    yield film.name
    yield from (f"{film.name} {number}" for number in count(2))


def _folder_name(name: str) -> str:
    return f"{name} frames"


def _own(film: Path, folder: Path) -> dict[str, dict[int, Path]]:
    """The pictures of a folder that could be frames of the film, by their names."""
    return {prefix: found for prefix, found in _numbered(folder).items() if prefix in (film.stem, film.name)}


_FRAME = re.compile(r"(.+)_(\d{7})\.(?:jpg|png)")


def _numbered(folder: Path) -> dict[str, dict[int, Path]]:
    """What has the name of a frame in a folder, which need not be there: by its beginning, and number."""
    found: dict[str, dict[int, Path]] = {}
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if named := _FRAME.fullmatch(entry.name):
                    found.setdefault(named[1], {})[int(named[2])] = Path(entry.path)
    except OSError:
        return {}
    return found


def _is_of(film: Path, pictures: dict[int, Path]) -> bool:
    """Whether these are frames of the film: some were compared, and none differs from its frame."""
    near = [number for number in sorted(pictures) if number <= min(pictures) + _REACH]
    wanted = set(near[:: max(1, math.ceil(len(near) / _COMPARED))])
    compared = False
    with Film(film) as opened:
        for frame in opened.frames(every=math.gcd(*wanted) or 1):
            if frame.number > max(wanted):
                break
            compared = compared or frame.number in wanted
            if frame.number in wanted and not _is_same(frame.rgb, pictures[frame.number]):
                return False
    return compared


def _is_same(rgb: RgbImage, path: Path) -> bool:
    """Whether a picture shows this frame; one that cannot be read says nothing."""
    try:
        other = read_image(path).rgb
    except (ImageReadError, OutOfMemory):
        return True
    return rgb.shape == other.shape and float(np.abs(_small(rgb) - _small(other)).mean()) < _OTHER


def _small(rgb: RgbImage) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.resize(grey, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA), np.float32)
