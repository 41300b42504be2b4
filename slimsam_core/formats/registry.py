"""The formats by name. A new format is a new file that names itself here through ``register``."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from slimsam_core.errors import FormatError
from slimsam_core.files.listing import exists, is_folder, suffixes_below
from slimsam_core.formats.coco_write import CocoMasks
from slimsam_core.formats.context import ReadContext
from slimsam_core.formats.foreign import foreign_name
from slimsam_core.formats.records import Dataset, ImageRecord, Record
from slimsam_core.formats.report import ExportReport
from slimsam_core.formats.sniff import first_files
from slimsam_core.formats.whole_file import check_whole
from slimsam_core.pixels.picture_file import IMAGE_SUFFIXES
from slimsam_core.progress import CancelToken, ProgressSink, ignore_progress
from slimsam_core.sentences import sentence

__all__ = [
    "Format",
    "FormatGuess",
    "Placement",
    "SeveralFormats",
    "WriteOptions",
    "candidates",
    "formats",
    "get_format",
    "recognise",
    "register",
]

MODULES = (
    "coco_format", "coco_panoptic", "cvat", "cvat_video", "mots", "label_studio", "datumaro", "labelme",
    "isat", "yolo", "yolo_boxes", "dota", "voc", "masks_png", "masks_single", "via", "sa1b", "geojson",
)  # fmt: skip
"""Modules of this package that register formats."""
ORDER = (
    "coco", "yolo", "yolo-detect", "yolo-obb", "voc", "cvat", "cvat-video", "mots", "label-studio",
    "labelme", "xanylabeling", "isat", "datumaro", "coco-panoptic", "png", "png-objects", "png-classes",
    "png-colours", "png-labels", "png-numbers", "dota", "via", "sa1b", "geojson",
)  # fmt: skip
"""The names of the formats as people see them; those that are not named follow."""


class Placement(StrEnum):
    """How the pictures come to an export, for formats whose readers look for them beside the annotations."""

    COPY = "copy"
    """Copies: the folder is complete and can be moved anywhere."""
    LINK = "link"
    """Links to where they lie: no space is taken, works on this machine."""
    LIST = "list"
    """No pictures: the files say by paths where they lie."""
    NONE = "none"
    """No pictures and no paths."""


class ByStem(StrEnum):
    """Where a format names files after pictures without their ending, so that ``a.jpg`` and ``a.png`` would
    share one."""

    NO = "no"
    PART = "part"
    """In each part of a split."""
    WHOLE = "whole"
    """In all parts together."""


@dataclass(frozen=True, kw_only=True)
class WriteOptions:
    """Choices of an export that concern how files are written."""

    overwrite: bool = False
    """Replace the one target file when it exists; in a folder remove what is left of an earlier export.

    Of folders only files are replaced or removed that are as an earlier export left them.
    """
    masks: CocoMasks = CocoMasks.MIXED
    """For formats that can say a mask in several ways: exact, as polygons, or polygons where exact."""
    pictures: Placement | None = None
    """How pictures come along; None = as the format's readers need it."""
    picture_folders: tuple[Path, ...] = ()
    """The folders that these lie in; noted where pictures do not come along, so that they are found again."""
    picture_path: Callable[[ImageRecord], Path | None] | None = None
    """Where a picture lies, None when it is not there; without this function no format gets pictures."""
    all_pictures: frozenset[str] = frozenset()
    """Names of all pictures that there are, for formats that number frames: those that are left out count."""
    progress: ProgressSink = ignore_progress
    cancel: CancelToken = field(default_factory=CancelToken)


FormatReader = Callable[[Path, ReadContext], Iterator[Record]]


class FormatWriter(Protocol):
    """Writes a dataset to a file or folder through the gate."""

    def __call__(self, dataset: Dataset, target: Path, options: WriteOptions) -> ExportReport:
        """Raises OutputError when nothing could be written or reading back found a difference."""


@dataclass(frozen=True, kw_only=True)
class Format:
    """One annotation format."""

    name: str
    title: str
    is_folder: bool
    """Whether a dataset is a folder of files, or one file."""
    suffix: str
    """Of its annotation files, e.g. ``.json``."""
    read: FormatReader | None
    write: FormatWriter | None
    recognises: Callable[[Path], bool]
    """A quick look: could this path hold the format?"""
    extends: str = ""
    """The format whose files these are too, with more in them: where both fit, this one is meant."""
    knows_splits: bool = False
    """Whether one dataset says by itself which pictures are for training and which are not."""
    numbers_classes: bool = False
    """Whether classes are told by their place in a list, so that leaving some out numbers the others anew."""
    numbers_pictures: bool = False
    """Whether its files give pictures ids of their own, which a project keeps."""
    numbers_frames: bool = False
    """Whether pictures are told by their place in their folder, see ``WriteOptions.all_pictures``."""
    by_stem: ByStem = ByStem.NO
    """Whether two pictures cannot have one name and different endings."""
    spells_masks: bool = False
    """Whether masks can be written in several ways, see ``WriteOptions.masks``."""
    pictures: Placement = Placement.NONE
    """What its readers need of the pictures; ``NONE`` also where it has no place for them."""
    last: bool = False
    """Whether it is thought of only where no other format fits."""
    reads_as: str = ""
    """A sentence: what becomes of files that could be of another format too."""


@dataclass(frozen=True)
class FormatGuess:
    """A format that a path can be, and a sentence about what comes in when it is read so."""

    format: Format
    sentence: str


class SeveralFormats(FormatError):
    """More than one format fits; the person has to say which of ``candidates`` is meant."""

    def __init__(self, path: Path, candidates: tuple[FormatGuess, ...]) -> None:
        titles = " or ".join(f"{c.format.title} ({c.format.name})" for c in candidates)
        told = " ".join(f"{c.format.name}: {c.sentence}" for c in candidates)
        super().__init__(
            "{path} can be {titles}.", "Name the format. {told}", path=path, titles=titles, told=told
        )
        self.path, self.candidates = path, candidates


class UnknownFormat(FormatError):
    """No format fits; the person may know better."""


_FORMATS: dict[str, Format] = {}


def register(format_: Format) -> Format:
    """Make a format known; returns it."""
    _FORMATS[format_.name] = format_
    return format_


def formats() -> tuple[Format, ...]:
    """All formats."""
    for module in MODULES:
        importlib.import_module(f"slimsam_core.formats.{module}")
    places = {name: place for place, name in enumerate(ORDER)}
    return tuple(sorted(_FORMATS.values(), key=lambda format_: places.get(format_.name, len(places))))


def get_format(name: str) -> Format:
    """The format of this name. Raises FormatError."""
    for format_ in formats():
        if format_.name == name:
            return format_
    known = ", ".join(f.name for f in formats())
    raise FormatError("There is no format {name!r}.", "Choose one of: {known}.", name=name, known=known)


def candidates(path: Path) -> tuple[FormatGuess, ...]:
    """The formats that a file or folder can be, in the order of ``ORDER``; empty when none fits.

    Of two that have one file in common only the one that says more is named. Reads the first files of a
    folder; raises FormatError when the path does not exist.
    """
    if not exists(path):
        raise FormatError("{path} does not exist.", "Check the path.", path=path)
    readable = [format_ for format_ in formats() if format_.read is not None]
    found = [format_ for format_ in readable if not format_.last and format_.recognises(path)]
    found = [format_ for format_ in found if not any(other.extends == format_.name for other in found)]
    found = found or [format_ for format_ in readable if format_.last and format_.recognises(path)]
    return tuple(FormatGuess(format_, _sentence(format_, path)) for format_ in found)


def readable(path: Path) -> tuple[FormatGuess, ...]:
    """Every format that can be read, for a path that none of them seems to fit."""
    found = (format_ for format_ in formats() if format_.read is not None)
    return tuple(FormatGuess(format_, _sentence(format_, path)) for format_ in found)


def beside_pictures(folder: Path) -> tuple[FormatGuess, ...]:
    """The formats of what lies in a folder of pictures, as ``candidates``.

    They are looked for where the ending of one of their files is: a folder of 100,000 pictures alone is
    listed once. Formats of pictures are not among them: masks look as any picture does.
    """
    meant = {
        format_.name for format_ in formats() if format_.suffix not in IMAGE_SUFFIXES and not format_.last
    }
    suffixes = {format_.suffix for format_ in formats() if format_.name in meant and format_.read is not None}
    if suffixes.isdisjoint(suffixes_below(folder)):
        return ()
    return tuple(guess for guess in candidates(folder) if guess.format.name in meant)


def _sentence(format_: Format, path: Path) -> str:
    """What is read when this format is chosen."""
    files = first_files(path, format_.suffix) if is_folder(path) else iter(())
    example = next((file for file in files if format_.recognises(file)), None)
    if format_.reads_as:
        return sentence(format_.reads_as)
    if example is None:
        return sentence("Objects come from its {suffix} files.", suffix=format_.suffix)
    return sentence(
        "Objects come from its {suffix} files, such as {example}.",
        suffix=format_.suffix,
        example=example.relative_to(path).as_posix(),
    )


def recognise(path: Path) -> Format:
    """The format that a file or folder seems to hold.

    Raises SeveralFormats when more than one fits, UnknownFormat when none does, FormatError for a broken file
    and for one of a program that is not read here.
    """
    found = candidates(path)
    if len(found) == 1:
        return found[0].format
    check_whole(path)
    if found:
        raise SeveralFormats(path, found)
    foreign = foreign_name(path)
    if foreign is not None:
        raise FormatError(
            sentence("{path} is {foreign}, which is not read here.", path=path, foreign=sentence(foreign[0])),
            foreign[1],
        )
    known = ", ".join(format_.name for format_ in formats() if format_.read is not None)
    raise UnknownFormat(
        "The format of {path} is not known.", "Name it, if it is one of {known}.", path=path, known=known
    )
