"""The pictures that an annotation file speaks of: on disk below a root, or known from a dataset."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from slimsam_core.errors import FormatError, ImageReadError
from slimsam_core.files.containment import FoldersBelow
from slimsam_core.files.label_pictures import VOC_FOLDERS
from slimsam_core.files.listing import is_file, is_folder
from slimsam_core.formats.names import collision_key
from slimsam_core.formats.records import ImageRecord
from slimsam_core.pixels.folder_search import find_images
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.image_io import image_header

LABEL_FOLDERS = VOC_FOLDERS | {"instances", "semantic"}
"""Folders whose PNGs are labels: nobody means one of these by the name of a picture that is not there."""


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

    def has(self, file_name: str) -> bool:
        """Whether there is a file of exactly this name. Raises FormatError when a link leaves the root."""

    def with_stem(self, stem: str) -> tuple[str, ...]:
        """File names that are ``stem`` and an extension, sorted; else those alike but for case or accents."""

    def with_name(self, name: str) -> tuple[str, ...]:
        """File names that end in this base name, sorted; else those alike but for case and accents."""

    def with_base_stem(self, stem: str) -> tuple[str, ...]:
        """File names that are ``stem`` and an extension in any folder, sorted; else those alike."""

    def similar(self, file_name: str) -> tuple[str, ...]:
        """File names that differ from this one only in case or in how accents are written, sorted."""

    def places(self) -> tuple[Pictures, ...]:
        """Where to look, one after the other: all that a name can mean in the first, then in the next."""

    def leave_out(self, labels: Iterable[Path]) -> None:
        """Take these files for labels: they are no pictures, though they look like some."""


class FolderPictures:
    """The pictures below some folders; they are listed once, when a stem or a name is asked for first.

    ``own`` are those that a data set brings along: a name that means one of them means no other. ``listed``
    are pictures that lie elsewhere, by their names.
    """

    def __init__(
        self, *roots: Path, own: FolderPictures | None = None, listed: Mapping[str, Path] | None = None
    ) -> None:
        self._files = dict(listed or {})
        self.roots: tuple[Path, ...] = (*own.roots, *roots) if own is not None else roots
        self._labels: set[Path] = set()
        self._below: dict[Path, FoldersBelow] = {}
        self._places = (own, FolderPictures(*roots)) if own is not None else (self,)
        self._listing: _Listing | None = None

    def places(self) -> tuple[FolderPictures, ...]:
        """Itself, or what the data set brings along and then the other folders."""
        return self._places

    def leave_out(self, labels: Iterable[Path]) -> None:
        """Take these files for no pictures from now on."""
        labels = {path.absolute() for path in labels}
        for place in self._places:
            place._labels |= labels
            place._listing = None

    def facts(self, file_name: str) -> PictureFacts:
        """Read from the header of the file in the first folder that has it."""
        return PictureFacts(*image_header(self.path(file_name)))

    def path(self, file_name: str) -> Path:
        """Where the picture lies. Raises ImageReadError, or FormatError when a link leads out."""
        path = self._found(file_name)
        if path is not None:
            return path
        places = ", ".join(map(str, self.roots))
        raise ImageReadError(
            "{file_name} is not in {places}.",
            "Choose the folder that holds the pictures.",
            file_name=file_name,
            places=places,
        )

    def has(self, file_name: str) -> bool:
        """Whether one of the folders has the file."""
        return self._found(file_name) is not None

    def _found(self, file_name: str) -> Path | None:
        for place in self._places:
            listed = place._files.get(file_name)
            if listed is not None and is_file(listed):
                return listed
            for root in place.roots:
                path = place._entry(root, file_name)
                if path is not None and is_file(path) and path.absolute() not in place._labels:
                    return path
        return None

    def _entry(self, root: Path, file_name: str) -> Path | None:
        below = self._below.setdefault(root, FoldersBelow(root))
        try:
            return below.entry(file_name)
        except PermissionError:
            raise FormatError(
                "{relative!r} leads out of {root} through a link", relative=file_name, root=root
            ) from None

    def with_stem(self, stem: str) -> tuple[str, ...]:
        """File names below the folders."""
        return self._first(lambda place: _exact_or_alike(place._listed().stems, stem, stem_of))

    def with_name(self, name: str) -> tuple[str, ...]:
        """File names below the folders."""
        return self._first(lambda place: _exact_or_alike(place._listed().names, name, _base_of))

    def with_base_stem(self, stem: str) -> tuple[str, ...]:
        """File names below the folders."""
        return self._first(lambda place: _exact_or_alike(place._listed().base_stems, stem, _base_stem_of))

    def any(self) -> bool:
        """Whether the folders hold any picture."""
        return any(place._listed().keys for place in self._places)

    def similar(self, file_name: str) -> tuple[str, ...]:
        """File names below the folders."""
        key = collision_key(file_name)
        return self._first(lambda p: tuple(n for n in p._listed().keys.get(key, ()) if n != file_name))

    def _first(self, search: Callable[[FolderPictures], tuple[str, ...]]) -> tuple[str, ...]:
        """What the first of the places has."""
        return next((found for place in self._places if (found := search(place))), ())

    def _listed(self) -> _Listing:
        if self._listing is None:
            there = [root for root in self.roots if is_folder(root)]
            files = ((root, path) for root in there for path in find_images(root))
            found = {p.relative_to(r).as_posix() for r, p in files if p.absolute() not in self._labels}
            found = {name for name in found if not LABEL_FOLDERS.intersection(name.split("/"))}
            found.update(self._files)
            self._listing = _Listing(
                _grouped(found, lambda name: collision_key(stem_of(name))),
                _grouped(found, lambda name: collision_key(_base_of(name))),
                _grouped(found, lambda name: collision_key(_base_stem_of(name))),
                _grouped(found, collision_key),
            )
        return self._listing


@dataclass(frozen=True)
class _Listing:
    """Pictures below some folders, by the ``collision_key`` of stem, base name, its stem and whole name."""

    stems: dict[str, tuple[str, ...]]
    names: dict[str, tuple[str, ...]]
    base_stems: dict[str, tuple[str, ...]]
    keys: dict[str, tuple[str, ...]]


def _exact_or_alike(
    groups: dict[str, tuple[str, ...]], wanted: str, part: Callable[[str], str]
) -> tuple[str, ...]:
    """Those whose ``part`` is as wanted; without one, all that differ only in case or accents."""
    alike = groups.get(collision_key(wanted), ())
    return tuple(name for name in alike if part(name) == wanted) or alike


class KnownPictures:
    """The pictures of a dataset, for reading back what was written of it."""

    def __init__(self, images: Iterable[ImageRecord]) -> None:
        self._facts = {i.file_name: PictureFacts(i.size, i.exif_orientation) for i in images}
        self._stems = _grouped(self._facts, stem_of)

    def facts(self, file_name: str) -> PictureFacts:
        """As the dataset says."""
        if file_name not in self._facts:
            raise ImageReadError("{file_name} is not a picture of the dataset.", file_name=file_name)
        return self._facts[file_name]

    def with_stem(self, stem: str) -> tuple[str, ...]:
        """File names of the dataset."""
        return self._stems.get(stem, ())

    def has(self, file_name: str) -> bool:
        """As the dataset says."""
        return file_name in self._facts

    def with_name(self, _: str) -> tuple[str, ...]:
        """None: a dataset calls its pictures by their full names."""
        return ()

    def with_base_stem(self, _: str) -> tuple[str, ...]:
        """None, for the same reason."""
        return ()

    def similar(self, _: str) -> tuple[str, ...]:
        """None, for the same reason."""
        return ()

    def places(self) -> tuple[Pictures, ...]:
        """The dataset alone."""
        return (self,)

    def leave_out(self, _: Iterable[Path]) -> None:
        """Nothing: a dataset knows its pictures."""


def _grouped(names: Iterable[str], key: Callable[[str], str]) -> dict[str, tuple[str, ...]]:
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(key(name), []).append(name)
    return {value: tuple(sorted(found)) for value, found in groups.items()}


def stem_of(file_name: str) -> str:
    """The path without its extension."""
    return PurePosixPath(file_name).with_suffix("").as_posix()


def _base_of(file_name: str) -> str:
    return PurePosixPath(file_name).name


def _base_stem_of(file_name: str) -> str:
    return PurePosixPath(file_name).stem
