"""What a reader gets besides its file, and what all readers share."""

from __future__ import annotations

import contextlib
import math
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from slimsam_core.errors import FormatError
from slimsam_core.files.listed_pictures import listed_pictures
from slimsam_core.files.listing import is_folder
from slimsam_core.formats.finding import FoundPicture, Named, find, take_name
from slimsam_core.formats.pictures import FolderPictures, PictureFacts, Pictures
from slimsam_core.formats.records import Issue, Severity
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.picture_file import MAX_IMAGE_PIXELS
from slimsam_core.progress import CancelToken, Progress, ProgressSink, ignore_progress
from slimsam_core.sentences import sentence

MAX_DEPTH = 50
REPORT_EVERY = 1000


@dataclass(kw_only=True)
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
    looks_beside: bool = True
    """Whether a folder's own pictures are looked at when no others were named."""
    split: str = ""
    """The part of the dataset that the file which is read stands for."""
    folders: tuple[str, ...] = ()
    """Where below the image root the pictures of the file which is read usually lie."""
    _beside: FolderPictures | None = None

    def looking_into(self, folder: Path) -> None:
        """Take the pictures of the annotations' own folder where no others were named."""
        if self.pictures is None and self.looks_beside and is_folder(folder):
            beside = FolderPictures(folder, listed=listed_pictures(folder).files)
            if beside.any():
                self.pictures = beside

    def met(self, stage: str, total: int | None = None) -> None:
        """Count one object, report progress now and then, and stop when the user cancelled."""
        self.objects_in += 1
        if self.objects_in % REPORT_EVERY == 0:
            self.tick(stage, self.objects_in, total)

    def tick(self, stage: str, done: int, total: int | None = None) -> None:
        """Report progress, and stop when the user cancelled."""
        self.cancel.raise_if_cancelled()
        self.progress(Progress(stage, done, total))

    def named(self, name: str, where: str) -> Named:
        """``finding.take_name``, in the first of ``folders`` that has the picture."""
        named = take_name(name, where)
        for place in self.pictures.places() if self.pictures is not None and self.folders else ():
            for path in (*(f"{folder}/{named.path}" for folder in self.folders), named.path):
                with contextlib.suppress(FormatError):
                    if place.has(path):
                        return replace(named, path=path, tail=path if path != named.path else named.tail)
        return named

    def picture(self, named: Named, where: str, stem: str = "") -> FoundPicture:
        """Look for a picture, see ``finding.find``; without pictures its name is taken as it stands."""
        if self.pictures is None:
            return FoundPicture(named.path, None, None)
        return find(self.pictures, named, where, stem)

    def beside(self, folder: Path, named: Named, where: str, stem: str = "") -> FoundPicture:
        """The picture among the files of ``folder``, for a size that neither the file nor a picture says."""
        if self._beside is None or self._beside.roots != (folder,):
            self._beside = FolderPictures(folder)
        return find(self._beside, named, where, stem)


def warning(code: str, where: str, message: str, **values: object) -> Issue:
    """Something is taken over, but not as it stands; ``values`` fill the blanks of the message."""
    return Issue(severity=Severity.WARNING, code=code, where=where, message=sentence(message, **values))


def lost(code: str, where: str, message: str, objects: int = 1, **values: object) -> Issue:
    """Objects are not taken over; ``values`` fill the blanks of the message."""
    told = sentence(message, **values)
    return Issue(severity=Severity.ERROR, code=code, where=where, message=told, lost_objects=objects)


def lost_by(error: FormatError, code: str, objects: int = 1) -> Issue:
    """Objects are not taken over, for the reason and at the place that the error names."""
    return Issue(
        severity=Severity.ERROR, code=code, where=error.where, message=reason(error), lost_objects=objects
    )


def reason(error: FormatError) -> str:
    """What an error says, without the place in front."""
    return error.reason


def checked_size(width: object, height: object, where: str) -> Size:
    """The size of a picture as a file claims it. Raises FormatError for anything a picture cannot have."""
    for value in (width, height):
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
            raise FormatError("width and height must be whole numbers", where=where)
        if not 1 <= value <= MAX_IMAGE_PIXELS or value != int(value):
            raise FormatError("{value} cannot be the side of a picture", where=where, value=str(value)[:30])
    size = Size(int(height), int(width))  # type: ignore[call-overload]
    if size.area > MAX_IMAGE_PIXELS:
        raise FormatError(
            "a picture of {size} is larger than {max_image_pixels:,} pixels",
            where=where,
            size=size,
            max_image_pixels=MAX_IMAGE_PIXELS,
        )
    return size


def read_size(width: object, height: object, where: str) -> tuple[Size | None, Issue | None]:
    """The size that a file claims, None when it says none that a picture can have; and a warning.

    Numbers that stand as text count. Where there is no size the picture itself has to say it.
    """
    try:
        size = checked_size(_number(width), _number(height), where)
    except FormatError as error:
        return None, warning(
            "size", error.where, "{error}; the size is taken from the picture", error=reason(error)
        )
    if isinstance(width, str) or isinstance(height, str):
        return size, warning("wrong-type", where, "width and height are text; they must be numbers")
    return size, None


def _number(value: object) -> object:
    return int(value) if isinstance(value, str) and value.strip().isdecimal() and len(value) < 12 else value


def settled(size: Size, facts: PictureFacts, where: str) -> tuple[Size, int, Issue | None]:
    """The upright size, the turn that masks need, and a warning, from the file's words and the picture."""
    if size == facts.size:
        return size, 1, None
    if size == facts.stored_size:
        message = sentence("the labels fit the picture before its EXIF rotation; they were turned with it")
        return facts.size, facts.exif_orientation, warning("exif-clash", where, message)
    if size.hw == (facts.size.width, facts.size.height):
        message = sentence("width and height are swapped: the picture has {size}", size=facts.size)
        return facts.size, 1, warning("swapped-size", where, message)
    raise FormatError("says {size}, but the picture has {size2}", where=where, size=size, size2=facts.size)


def fitting(found: FoundPicture, named: Named, size: Size | None, where: str) -> FoundPicture:
    """``found``; but one that only its name made likely and that has another size is another picture."""
    if found.facts is None or found.file_name == named.path or size is None:
        return found
    try:
        settled(size, found.facts, where)
    except FormatError:
        message = sentence(
            "{path} is not there, and {file_name} has another size",
            path=named.path,
            file_name=found.file_name,
        )
        return FoundPicture(named.path, None, warning("missing-image", where, message))
    return found


def clean_text(value: object, limit: int = 10_000) -> str:
    """Text that can be stored and shown: no lone surrogates, no control characters but line breaks."""
    text = str(value)[:limit]
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))


def is_one_line(name: str) -> bool:
    """Whether a list with a class on each line gives the name back: it has no spaces at its ends, and nothing
    that ends a line where lines are read, such as U+2028."""
    return name.splitlines() == [clean_text(name).strip()]


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
