"""The pictures that an annotation file speaks of: on disk below a root, or known from a dataset."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from slimsam_core.errors import ImageReadError
from slimsam_core.formats.names import resolve_inside
from slimsam_core.formats.records import ImageRecord
from slimsam_core.pixels.folder_search import find_images
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.image_io import image_header


@dataclass(frozen=True)
class PictureFacts:
    """What the header of a picture says: size as seen (after EXIF) and the EXIF orientation, 1..8."""

    size: Size
    exif_orientation: int = 1

    @property
    def stored_size(self) -> Size:
        """Size of the pixels as they lie in the file, before EXIF."""
        turned = self.exif_orientation >= 5
        return Size(self.size.width, self.size.height) if turned else self.size


class Pictures(Protocol):
    """Pictures by their POSIX path relative to the image root."""

    def facts(self, file_name: str) -> PictureFacts:
        """Size and orientation. Raises ImageReadError when there is none, FormatError when a link leaves."""

    def with_stem(self, stem: str) -> tuple[str, ...]:
        """File names that are ``stem`` and an extension, sorted."""

    def with_name(self, name: str) -> tuple[str, ...]:
        """File names that end in this base name, sorted."""


class FolderPictures:
    """The pictures below some folders; they are listed once, when a stem or a name is asked for first."""

    def __init__(self, *roots: Path) -> None:
        self.roots = roots
        self._stems: dict[str, tuple[str, ...]] | None = None
        self._names: dict[str, tuple[str, ...]] = {}

    def facts(self, file_name: str) -> PictureFacts:
        """Read from the header of the file in the first folder that has it."""
        return PictureFacts(*image_header(self.path(file_name)))

    def path(self, file_name: str) -> Path:
        """Where the picture lies. Raises ImageReadError, or FormatError when a link leads out."""
        for root in self.roots:
            path = resolve_inside(root, file_name)
            if path.is_file():
                return path
        places = ", ".join(map(str, self.roots))
        raise ImageReadError(f"{file_name} is not in {places}.", "Choose the folder that holds the pictures.")

    def with_stem(self, stem: str) -> tuple[str, ...]:
        """File names below the folders."""
        return self._listed().get(stem, ())

    def with_name(self, name: str) -> tuple[str, ...]:
        """File names below the folders."""
        self._listed()
        return self._names.get(name, ())

    def _listed(self) -> dict[str, tuple[str, ...]]:
        if self._stems is None:
            found = {p.relative_to(root).as_posix() for root in self.roots for p in find_images(root)}
            self._stems = _grouped(found, stem_of)
            self._names = _grouped(found, lambda name: PurePosixPath(name).name)
        return self._stems


class KnownPictures:
    """The pictures of a dataset, for reading back what was written of it."""

    def __init__(self, images: Iterable[ImageRecord]) -> None:
        self._facts = {i.file_name: PictureFacts(i.size, i.exif_orientation) for i in images}
        self._stems = _grouped(self._facts, stem_of)

    def facts(self, file_name: str) -> PictureFacts:
        """As the dataset says."""
        if file_name not in self._facts:
            raise ImageReadError(f"{file_name} is not a picture of the dataset.")
        return self._facts[file_name]

    def with_stem(self, stem: str) -> tuple[str, ...]:
        """File names of the dataset."""
        return self._stems.get(stem, ())

    def with_name(self, _: str) -> tuple[str, ...]:
        """None: a dataset calls its pictures by their full names."""
        return ()


def _grouped(names: Iterable[str], key: Callable[[str], str]) -> dict[str, tuple[str, ...]]:
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(key(name), []).append(name)
    return {value: tuple(sorted(found)) for value, found in groups.items()}


def stem_of(file_name: str) -> str:
    """The path without its extension."""
    return PurePosixPath(file_name).with_suffix("").as_posix()
