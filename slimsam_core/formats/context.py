"""What a reader gets besides its file, and what all readers share."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from slimsam_core.errors import FormatError, ImageReadError
from slimsam_core.formats.pictures import PictureFacts, Pictures
from slimsam_core.formats.records import Issue, Severity
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.image_io import MAX_IMAGE_PIXELS
from slimsam_core.progress import CancelToken, Progress, ProgressSink, ignore_progress

MAX_DEPTH = 50
REPORT_EVERY = 1000


@dataclass
class ReadContext:
    """One run of a reader.

    ``pictures`` are those that file names lead to; without them pictures are not looked at.
    ``objects_in`` counts the objects met so far: each is yielded as an ``Annotation`` or stands in an
    ``Issue`` with ``lost_objects``.
    """

    pictures: Pictures | None = None
    progress: ProgressSink = ignore_progress
    cancel: CancelToken = field(default_factory=CancelToken)
    objects_in: int = 0

    def met(self, stage: str, total: int | None = None) -> None:
        """Count one object, report progress now and then, and stop when the user cancelled."""
        self.objects_in += 1
        if self.objects_in % REPORT_EVERY == 0:
            self.tick(stage, self.objects_in, total)

    def tick(self, stage: str, done: int, total: int | None = None) -> None:
        """Report progress, and stop when the user cancelled."""
        self.cancel.raise_if_cancelled()
        self.progress(Progress(stage, done, total))

    def picture(self, file_name: str, where: str) -> Found:
        """Look for a picture: by its path, else by its base name where only one has it.

        Raises FormatError when the path leads out of the image folder.
        """
        if self.pictures is None:
            return Found(file_name, None, None)
        try:
            return Found(file_name, self.pictures.facts(file_name), None)
        except ImageReadError as error:
            others = self.pictures.with_name(PurePosixPath(file_name).name)
            if len(others) != 1:
                return Found(file_name, None, warning("missing-image", where, error.message))
        try:
            message = f"{file_name} was found as {others[0]}"
            return Found(others[0], self.pictures.facts(others[0]), warning("moved-image", where, message))
        except ImageReadError as error:
            return Found(file_name, None, warning("missing-image", where, error.message))


@dataclass(frozen=True)
class Found:
    """A picture as it was found: its file name, its header's facts (None = not seen), and a warning."""

    file_name: str
    facts: PictureFacts | None
    issue: Issue | None


def warning(code: str, where: str, message: str) -> Issue:
    """Something is taken over, but not as it stands."""
    return Issue(Severity.WARNING, code, where, message)


def lost(code: str, where: str, message: str, objects: int = 1) -> Issue:
    """Objects are not taken over."""
    return Issue(Severity.ERROR, code, where, message, objects)


def lost_by(error: FormatError, code: str, objects: int = 1) -> Issue:
    """Objects are not taken over, for the reason and at the place that the error names."""
    return Issue(Severity.ERROR, code, error.where, reason(error), objects)


def reason(error: FormatError) -> str:
    """What an error says, without the place in front."""
    return error.message.removeprefix(f"{error.where}: ")


def checked_size(width: object, height: object, where: str) -> Size:
    """The size of a picture as a file claims it. Raises FormatError for anything a picture cannot have."""
    for value in (width, height):
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
            raise FormatError("width and height must be whole numbers", where=where)
        if not 1 <= value <= MAX_IMAGE_PIXELS or value != int(value):
            raise FormatError(f"{str(value)[:30]} cannot be the side of a picture", where=where)
    size = Size(int(height), int(width))  # type: ignore[call-overload]
    if size.area > MAX_IMAGE_PIXELS:
        raise FormatError(f"a picture of {size} is larger than {MAX_IMAGE_PIXELS:,} pixels", where=where)
    return size


def settled(size: Size, facts: PictureFacts, where: str) -> tuple[Size, int, Issue | None]:
    """The upright size, the turn that masks need, and a warning, from the file's words and the picture."""
    if size == facts.size:
        return size, 1, None
    if size == facts.stored_size:
        message = "the labels fit the picture before its EXIF rotation; they were turned with it"
        return facts.size, facts.exif_orientation, warning("exif-clash", where, message)
    if size.hw == (facts.size.width, facts.size.height):
        message = f"width and height are swapped: the picture has {facts.size}"
        return facts.size, 1, warning("swapped-size", where, message)
    raise FormatError(f"says {size}, but the picture has {facts.size}", where=where)


def clean_text(value: object, limit: int = 10_000) -> str:
    """Text that can be stored and shown: no lone surrogates, no control characters but line breaks."""
    text = str(value)[:limit]
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))


def clean_json(value: object, depth: int = 0) -> Any:
    """A JSON value that every JSON writer takes: no NaN, no lone surrogates, not deeper than ``MAX_DEPTH``.

    What cannot be kept becomes None.
    """
    if depth > MAX_DEPTH:
        return None
    if isinstance(value, Mapping):
        return {clean_text(k): clean_json(v, depth + 1) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [clean_json(v, depth + 1) for v in value]
    if isinstance(value, str):
        return clean_text(value, len(value))
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, bool | int):
        return value
    return clean_text(value)


def extra_keys(value: Mapping[str, Any], known: frozenset[str]) -> dict[str, Any]:
    """The keys that are not ours, cleaned, to be given back at export."""
    return {clean_text(k): clean_json(v) for k, v in value.items() if k not in known}
