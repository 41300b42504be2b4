"""A file or folder of any annotation format as a data set, read by the reader of its import."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from slimsam_core.annotation import Annotation, Category
from slimsam_core.datasets.from_records import labelled_image
from slimsam_core.datasets.labelled import LabelledImage
from slimsam_core.errors import FormatError
from slimsam_core.files.listing import is_folder
from slimsam_core.formats.context import ReadContext
from slimsam_core.formats.layouts import dataset_root
from slimsam_core.formats.pictures import FolderPictures
from slimsam_core.formats.records import ImageRecord, Issue, Severity
from slimsam_core.formats.registry import Format


@dataclass(frozen=True)
class _Unusable:
    """What the reader could not take over."""

    issue: Issue


class ImportedDataset:
    """Read once when it is opened; the masks stay in memory as run-length codes. Crowds are ignored pixels.

    What an import reports as lost is a picture that cannot be used: it is counted and named like a damaged
    one. Boxes without masks are neither learned nor scored.
    """

    def __init__(self, source: Path, format_: Format, images: Path | None = None) -> None:
        """``images``: the folder of the pictures, where they do not lie with the labels. Raises FormatError
        when the source cannot be read at all."""
        if format_.read is None:
            raise FormatError("{title} cannot be read", where=str(source), title=format_.title)
        self._name = source.name if is_folder(source) else source.stem
        self._pictures = FolderPictures(images or dataset_root(source))
        self._entries: list[ImageRecord | _Unusable] = []
        self._objects: dict[int, list[Annotation]] = {}
        self._classes: dict[int, str] = {}
        for record in format_.read(source, ReadContext(pictures=self._pictures)):
            if isinstance(record, Category):
                self._classes[record.id] = record.name
            elif isinstance(record, ImageRecord):
                self._entries.append(record)
            elif isinstance(record, Annotation):
                self._objects.setdefault(record.image_id, []).append(record)
            elif isinstance(record, Issue) and record.severity is Severity.ERROR:
                self._entries.append(_Unusable(record))

    @property
    def name(self) -> str:
        """The name of the file without suffix, or of the folder."""
        return self._name

    def __len__(self) -> int:
        return len(self._entries)

    def key(self, index: int) -> str:
        """Data set and file name."""
        entry = self._entries[index]
        return f"{self._name}/{entry.issue.where if isinstance(entry, _Unusable) else entry.file_name}"

    def labels(self, index: int) -> LabelledImage:
        """The labels of one picture. Raises FormatError or ImageReadError when they cannot be used."""
        entry = self._entries[index]
        if isinstance(entry, _Unusable):
            raise FormatError(entry.issue.message, where=entry.issue.where)
        path = self._pictures.path(entry.file_name)
        return labelled_image(path, entry, self._objects.get(entry.id, ()), self._classes)
