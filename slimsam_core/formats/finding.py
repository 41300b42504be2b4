"""Which picture a name in an annotation file means: as it stands, or the only one that it can be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote

from slimsam_core.errors import FormatError, ImageReadError
from slimsam_core.formats.names import safe_relative
from slimsam_core.formats.pictures import PictureFacts, Pictures
from slimsam_core.formats.records import Issue, Severity
from slimsam_core.pixels.picture_file import IMAGE_SUFFIXES

_URL = re.compile(r"[a-z][a-z0-9+.-]{1,20}://([^/?]*)/?([^?]*)", re.IGNORECASE)
"""Its host, and its path."""
_LOCAL_FILES = re.compile(r".*/data/local-files/\?d=(.*)")
"""How Label Studio names a file below its storage folder."""
_UPLOADED = re.compile(r"[0-9a-f]{8}-(?=.)")
"""What Label Studio puts in front of the name of an uploaded picture."""

_ROBOFLOW = re.compile(r"(.+)_(jpe?g|png|bmp|webp|tiff?)\.rf\.\w+\.\w+", re.IGNORECASE)
"""What Roboflow calls its copy of a picture; a copy of another size is another picture."""

_MOST_TAILS = 16
"""Ends of a path that are looked for, the longest first: folders of another machine come before them, and a
name of 2,000 folders has 2,000 ends."""
_LONGEST_PATH = 4096
"""Letters of a path whose ends are looked for: no system opens a longer one."""


@dataclass(frozen=True)
class Named:
    """A name made safe: ``path`` is POSIX inside the image root, ``tail`` all that it said of folders."""

    path: str
    tail: str
    issue: Issue | None = None


@dataclass(frozen=True)
class FoundPicture:
    """A picture as it was found: its file name, its header's facts (None = not seen), and a warning."""

    file_name: str
    facts: PictureFacts | None
    issue: Issue | None


def take_name(name: str, where: str, folder: str = "") -> Named:
    """The picture that ``name`` means, relative to ``folder`` below the image root.

    Absolute, Windows and network paths, and those that leave the root, are taken by their base name in
    ``folder``, with a warning. Raises FormatError for what cannot be a file name.
    """
    posix = name.replace("\\", "/")
    local, url = _LOCAL_FILES.match(posix), _URL.match(posix)
    if local:
        posix = unquote(local[1]).lstrip("/")
    elif url:
        posix = f"/{unquote(url[2] or url[1])}"
    try:
        path = safe_relative(posix, where, folder)
        return Named(path, path)
    except FormatError as error:
        below = re.sub(r"^[A-Za-z]:", "", posix)
        base = safe_relative(PurePosixPath(below).name, where, folder)
        parts = below.split("/")
        tail = "/".join(part for part in parts if part not in ("", ".", ".."))
        reason = error.message.removeprefix(f"{where}: ")
        return Named(
            base,
            tail,
            Issue(severity=Severity.WARNING, code="path", where=where, message=f"{reason}; taken as {base}"),
        )


def find(pictures: Pictures, named: Named, where: str, stem: str = "") -> FoundPicture:
    """Look for a picture: where its name says, else as the only one that the name can mean.

    ``stem`` is that of the annotation file, which often lies beside its picture. Raises FormatError when a
    path leads out of the image folder.
    """
    uncertain = None
    for place in pictures.places():
        found = _find_in(place, named, where, stem)
        if found is not None and found.facts is not None:
            return found
        uncertain = uncertain or found
    if uncertain is not None:
        return uncertain
    try:
        return FoundPicture(named.path, pictures.facts(named.path), None)
    except ImageReadError as error:
        return FoundPicture(named.path, None, _missing(where, error.message))


def _find_in(pictures: Pictures, named: Named, where: str, stem: str) -> FoundPicture | None:
    """None where nothing has such a name; without facts where several have, or it cannot be read."""
    name = named.path
    if pictures.has(name) and PurePosixPath(name).suffix.lower() in IMAGE_SUFFIXES:
        try:
            return FoundPicture(name, pictures.facts(name), None)
        except ImageReadError as error:
            return FoundPicture(name, None, _missing(where, error.message))
    for candidates in _others(pictures, named, stem):
        if len(candidates) > 1:
            shown = " and ".join(candidates[:3])
            return FoundPicture(name, None, _missing(where, f"{name} is not there, and it could be {shown}"))
        if candidates:
            (other,) = candidates
            try:
                facts = pictures.facts(other)
            except ImageReadError as error:
                return FoundPicture(name, None, _missing(where, error.message))
            moved = Issue(
                severity=Severity.WARNING,
                code="moved-image",
                where=where,
                message=f"{name} was found as {other}",
            )
            return FoundPicture(other, facts, moved)
    return None


def _others(pictures: Pictures, named: Named, stem: str) -> Iterator[tuple[str, ...]]:
    """What else a name can mean, the most certain first; of each step the only one counts."""
    name, parts = named.path, named.tail.split("/")
    deepest = len(parts) - 1 if len(named.tail) <= _LONGEST_PATH else 0
    for start in range(max(0, deepest - _MOST_TAILS), deepest):
        path = "/".join(parts[start:])
        if path != name and pictures.has(path):
            yield (path,)
    yield pictures.similar(name)
    base = PurePosixPath(name).name
    yield pictures.with_name(base)
    if without_prefix(base) != base:
        yield pictures.with_name(without_prefix(base))
    resized = _ROBOFLOW.fullmatch(base)
    if resized:
        yield pictures.with_name(f"{resized[1]}.{resized[2]}")
    # written as part of a web address, or with spaces around it
    for spelt in (unquote(base), base.partition("?")[0], base.strip()):
        if spelt not in ("", base):
            yield pictures.with_name(spelt)
    if PurePosixPath(base).suffix.lower() not in IMAGE_SUFFIXES:
        yield pictures.with_stem(name)
        yield pictures.with_base_stem(base)
    if stem:
        yield pictures.with_stem(stem)
        yield pictures.with_base_stem(PurePosixPath(stem).name)


def without_prefix(name: str) -> str:
    """A base name without what Label Studio puts in front of the pictures that it was given."""
    uploaded = _UPLOADED.match(name)
    return name[uploaded.end() :] if uploaded else name


def _missing(where: str, message: str) -> Issue:
    return Issue(severity=Severity.WARNING, code="missing-image", where=where, message=message)
