"""The formats by name. A new format is a new file that names itself here through ``register``."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from slimsam_core.errors import FormatError
from slimsam_core.formats.coco_write import CocoMasks
from slimsam_core.formats.context import ReadContext
from slimsam_core.formats.records import Dataset, Record
from slimsam_core.formats.report import ExportReport
from slimsam_core.progress import CancelToken, ProgressSink, ignore_progress

MODULES = ("coco_format", "sa1b", "labelme", "isat", "yolo", "voc", "masks_png")
"""Modules of this package that register formats, in the order that people see."""


@dataclass(frozen=True)
class WriteOptions:
    """Choices of an export that concern how files are written."""

    overwrite: bool = False
    """Replace the one target file when it exists. Folders: only files of an earlier export are replaced."""
    masks: CocoMasks = CocoMasks.RLE
    """For formats that can say a mask in several ways: exact, as polygons, or polygons where exact."""
    picture_path: Callable[[str], Path] | None = None
    """Where the picture with a file name lies; when given, formats that want copies get them."""
    progress: ProgressSink = ignore_progress
    cancel: CancelToken = field(default_factory=CancelToken)


Reader = Callable[[Path, ReadContext], Iterator[Record]]


class Writer(Protocol):
    """Writes a dataset to a file or folder through the gate."""

    def __call__(self, dataset: Dataset, target: Path, options: WriteOptions) -> ExportReport:
        """Raises OutputError when nothing could be written or reading back found a difference."""


@dataclass(frozen=True)
class Format:
    """One annotation format."""

    name: str
    title: str
    is_folder: bool
    """Whether a dataset is a folder of files, or one file."""
    suffix: str
    """Of its annotation files, e.g. ``.json``."""
    read: Reader | None
    write: Writer | None
    recognises: Callable[[Path], bool]
    """A quick look: could this path hold the format?"""
    knows_splits: bool = False
    """Whether one dataset says by itself which pictures are for training and which are not."""


_FORMATS: dict[str, Format] = {}


def register(format_: Format) -> Format:
    """Make a format known; returns it."""
    _FORMATS[format_.name] = format_
    return format_


def formats() -> tuple[Format, ...]:
    """All formats."""
    for module in MODULES:
        importlib.import_module(f"slimsam_core.formats.{module}")
    return tuple(_FORMATS.values())


def get_format(name: str) -> Format:
    """The format of this name. Raises FormatError."""
    for format_ in formats():
        if format_.name == name:
            return format_
    known = ", ".join(f.name for f in formats())
    raise FormatError(f"There is no format {name!r}.", f"Choose one of: {known}.")


def recognise(path: Path) -> Format:
    """The format that a file or folder seems to hold. Raises FormatError when none fits."""
    if not path.exists():
        raise FormatError(f"{path} does not exist.", "Check the path.")
    for format_ in formats():
        if format_.read is not None and format_.recognises(path):
            return format_
    raise FormatError(f"The format of {path} is not known.", "Name the format.")
