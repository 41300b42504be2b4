"""Labelled pictures in a tar file: ``name.json`` beside ``name.jpg``, as SA-1B and WebDataset have them."""

from __future__ import annotations

from pathlib import Path

from slimsam_core.datasets.indexed import sa1b_labels
from slimsam_core.datasets.labelled import LabelledImage
from slimsam_core.errors import FormatError, ImageReadError
from slimsam_core.files.foreign import SMALL_BYTES, parse_json
from slimsam_core.files.shards import member_bytes, members
from slimsam_core.formats.context import ReadContext
from slimsam_core.formats.sa1b import checked
from slimsam_core.pixels.picture_file import IMAGE_SUFFIXES

__all__ = ["Sa1bShard"]

_LABELS = ".json"


class Sa1bShard:
    """A shard as a data set. Its pictures are read where they lie, in any order."""

    def __init__(self, path: Path) -> None:
        """Raises FormatError for a file that is no tar file."""
        self._path = path
        try:
            found = members(path)
        except (OSError, ValueError) as error:
            raise FormatError("cannot be read: {error}", where=str(path), error=error) from error
        self._pictures = {
            stem: name for name in found for stem, suffix in (_parts(name),) if suffix in IMAGE_SUFFIXES
        }
        self._stems = sorted(stem for stem, suffix in map(_parts, found) if suffix == _LABELS)

    @property
    def name(self) -> str:
        """The file's name without suffix."""
        return self._path.stem

    def __len__(self) -> int:
        return len(self._stems)

    def key(self, index: int) -> str:
        """Data set and name without suffix."""
        return f"{self.name}/{self._stems[index]}"

    def labels(self, index: int) -> LabelledImage:
        """Read one JSON member. Raises FormatError, or ImageReadError when its picture is missing."""
        stem = self._stems[index]
        where = f"{self._path}/{stem}{_LABELS}"
        try:
            data = parse_json(member_bytes(self._path, stem + _LABELS, SMALL_BYTES))
        except (OSError, ValueError) as error:
            raise FormatError("cannot be read: {error}", where=where, error=error) from error

        if stem not in self._pictures:
            raise ImageReadError("There is no picture beside {path}.", path=where)
        picture = self._pictures[stem]
        content = checked(data, where)
        content = {**content, "image": {**content["image"], "file_name": Path(picture).name}}
        file, context = self._path / f"{stem}{_LABELS}", ReadContext(looks_beside=False)
        return sa1b_labels(file, content, context, lambda _: self._path / picture)


def _parts(name: str) -> tuple[str, str]:
    """Name without suffix, and the suffix in lower case."""
    folder, slash, last = name.rpartition("/")
    stem, dot, suffix = last.rpartition(".")
    return (f"{folder}{slash}{stem}", f".{suffix.lower()}") if dot else (name, "")
