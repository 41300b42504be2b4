"""The records that every annotation format is read into and written from, one at a time.

A reader yields ``DatasetMeta``, ``Category``, ``ImageRecord``, ``Annotation`` and ``Issue`` values; a
category and an image come before the first annotation that names them. A writer consumes a ``Dataset``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from slimsam_core.annotation import NO_EXTRA, Annotation, Category, ImageState
from slimsam_core.pixels.geometry import Size
from slimsam_core.sentences import mark

BOX_ONLY = "box-only"
"""Code of the finding that an object came as a box alone."""


class Severity(StrEnum):
    """How bad an issue is."""

    ERROR = "error"
    """Something was not taken over."""
    WARNING = "warning"
    """Taken over, but not as it stood in the file."""


STORED_ROTATED = mark(
    "the file is stored rotated; the labels fit the upright picture, so a reader must apply EXIF"
)
"""What every export says of a picture that has an EXIF orientation."""


@dataclass(frozen=True, kw_only=True)
class Issue:
    """One finding about a file. ``where`` leads to the culprit, e.g. ``annotations[3].bbox``."""

    severity: Severity
    code: str
    """Stable word for one kind of finding, e.g. ``duplicate-id``."""
    where: str
    message: str
    lost_objects: int = 0
    """Objects that are not taken over because of it."""

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


@dataclass(frozen=True)
class DatasetMeta:
    """What a dataset says about itself. ``licences`` are COCO's mappings with at least an ``id``."""

    info: Mapping[str, Any] = field(default_factory=lambda: NO_EXTRA)
    licences: tuple[Mapping[str, Any], ...] = ()
    categories: tuple[Category, ...] = ()
    """All classes, those without objects too. A reader leaves this empty and yields them one by one."""
    extra: Mapping[str, Any] = field(default_factory=lambda: NO_EXTRA)
    """Other keys at the top of the file, given back at export."""


@dataclass(frozen=True, kw_only=True)
class ImageRecord:
    """A picture of a dataset: ``file_name`` is POSIX, relative to the image root, with sub-folder."""

    id: int
    file_name: str
    size: Size
    """Size as labelled, after EXIF."""
    licence: int | None = None
    exif_orientation: int = 1
    """1..8; other than 1: see ``STORED_ROTATED``."""
    split: str = ""
    """``train``, ``val``, ``test``, or empty when the dataset is not split."""
    flags: frozenset[str] = frozenset()
    comment: str = ""
    state: ImageState | None = None
    """How far the work on it is; None = nothing is known of it."""
    extra: Mapping[str, Any] = field(default_factory=lambda: NO_EXTRA)


Record = DatasetMeta | Category | ImageRecord | Annotation | Issue


class Dataset(Protocol):
    """Something to export. Every call of a method starts a fresh iteration."""

    @property
    def meta(self) -> DatasetMeta:
        """Info, licences and classes."""

    def images(self) -> Iterator[ImageRecord]:
        """Every picture, those without objects too."""

    def annotations(self) -> Iterator[Annotation]:
        """Every object, in the order of ``images``, those of one picture together."""

    def count_annotations(self) -> int:
        """Number of objects."""

    def count_images(self) -> int:
        """Number of pictures."""


def by_image(dataset: Dataset) -> Iterator[tuple[ImageRecord, tuple[Annotation, ...]]]:
    """Each picture with its objects, one picture in memory at a time."""
    annotations = dataset.annotations()
    waiting = next(annotations, None)
    for image in dataset.images():
        own: list[Annotation] = []
        while waiting is not None and waiting.image_id == image.id:
            own.append(waiting)
            waiting = next(annotations, None)
        yield image, tuple(own)
    if waiting is not None:
        raise ValueError(f"annotation {waiting.id} comes out of the order of the images")
