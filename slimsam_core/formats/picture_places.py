"""Where an import finds pictures: the folders of the project, and the folder that a data set lies in."""

from __future__ import annotations

import filecmp
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from slimsam_core.annotation import Root
from slimsam_core.errors import FormatError, ImageReadError, ProjectError
from slimsam_core.files.listed_pictures import listed_pictures
from slimsam_core.files.listing import exists, is_file, is_folder
from slimsam_core.formats.finding import without_prefix
from slimsam_core.formats.layouts import dataset_root, is_dataset
from slimsam_core.formats.names import collision_key
from slimsam_core.formats.pictures import FolderPictures
from slimsam_core.pixels.image_io import file_hash, image_header
from slimsam_core.project import Project
from slimsam_core.sentences import sentence


@dataclass(frozen=True)
class PictureFolder:
    """A folder that pictures are looked for in, as part of a project's root."""

    folder: Path
    root: Root
    prefix: str
    """Path of the folder below the root, empty or ending in a slash."""


def places_of(
    project: Project, source: Path, images_root: Path | None
) -> tuple[tuple[PictureFolder, ...], Root | None]:
    """The places of an import, and the root that it adds, when it does.

    Raises ProjectError when a folder is missing, holds one of the project's, or was not agreed to.
    """
    roots = project.roots()
    if images_root is None:
        if roots:
            project.agreement.check(*roots)
            return tuple(PictureFolder(Path(root.path), root, "") for root in roots), None
        images_root = next(iter(listed_pictures(dataset_root(source)).folders), dataset_root(source))
    folder = images_root.absolute()
    if not is_folder(folder):
        raise ProjectError(
            "{folder} is not a folder.", "Choose the folder that holds the pictures.", folder=folder
        )
    waiting = project.agreement.missing(project.roots())
    places = [PictureFolder(Path(root.path), root, "") for root in roots if root not in waiting]
    for root in roots:
        if folder.is_relative_to(root.path):
            project.agreement.check(root)
            below = folder.relative_to(root.path).as_posix()
            return (PictureFolder(folder, root, "" if below == "." else f"{below}/"), *places), None
        if Path(root.path).is_relative_to(folder):
            raise ProjectError(
                "{folder} holds the folder {path} of the project.",
                "Choose that folder, or import into another project.",
                folder=folder,
                path=root.path,
            )
    project.agreement.give([str(folder)])
    new = Root(project.next_id(Root), str(folder))
    return (PictureFolder(folder, new, ""), *places), new


class BroughtPictures:
    """The pictures that a data set brings along: each is one that the project has, or joins it.

    A picture of the project is the same one when it is the same file, byte for byte; so that two pictures
    which only share a name stay two.
    """

    def __init__(self, project: Project, source: Path, places: tuple[PictureFolder, ...]) -> None:
        self._project, self._places = project, places
        folder = dataset_root(source).absolute()
        listed = listed_pictures(folder)
        alone = all(place.folder.absolute() == folder for place in places)
        looked_into = [folder] if is_dataset(source) and not alone else []
        self.pictures = (
            FolderPictures(*looked_into, listed=listed.files) if looked_into or listed.files else None
        )
        """None when there is nothing to look at besides the places."""
        self._folders = (*listed.folders, folder)
        self._theirs = FolderPictures(*(place.folder for place in places))
        self._fresh = not project.roots()
        self._joined: dict[Path, PictureFolder] = {}
        self._away: dict[str, list[tuple[PictureFolder, str]]] | None = None

    def _file(self, name: str) -> Path:
        assert self.pictures is not None
        return self.pictures.path(name).absolute()

    def has(self, name: str) -> bool:
        """Whether ``name`` is a picture of the data set's own folder."""
        try:
            return self.pictures is not None and self.pictures.has(name)
        except FormatError:
            return False

    def known_as(self, name: str) -> tuple[PictureFolder, str] | None:
        """Where the project has this picture, and its path below that place; None when it is new."""
        file = self._file(name)
        inside = list(self._inside(file))
        if inside and self._fresh:
            return inside[0]
        for place, path in inside:
            if self._project.image_by_path(place.root.id, place.prefix + path) is not None:
                return place, path
        for place, path in self._namesakes(name):
            if filecmp.cmp(file, place.folder / path, shallow=False):
                return place, path
        for place, path in self._gone(PurePosixPath(name).name):
            if self._was(place, path, file):
                return place, path
        return inside[0] if inside else None

    def _inside(self, file: Path) -> Iterator[tuple[PictureFolder, str]]:
        """The places that the file lies in, itself or what it is a link to."""
        for place in self._places:
            there = ((file, place.folder.absolute()), (file.resolve(), place.folder.resolve()))
            for own, folder in there:
                if own.is_relative_to(folder):
                    yield place, own.relative_to(folder).as_posix()

    def copy_elsewhere(self, name: str, place: PictureFolder, path: str) -> Path | None:
        """The data set's file where the project's picture is another one, which is there."""
        own, theirs = self._file(name), place.folder / path
        return own if exists(theirs) and not theirs.samefile(own) else None

    def has_namesake(self, name: str) -> bool:
        """Whether the project has another picture of this base name."""
        return next(self._namesakes(name), None) is not None

    def _namesakes(self, name: str) -> Iterator[tuple[PictureFolder, str]]:
        """Other files of this base name in the places."""
        base = PurePosixPath(name).name
        for wanted in dict.fromkeys((base, without_prefix(base))):
            for path in self._theirs.with_name(wanted):
                place = next((p for p in self._places if is_file(p.folder / path)), None)
                if place is not None and not (place.folder / path).samefile(self._file(name)):
                    yield place, path

    def _gone(self, base: str) -> list[tuple[PictureFolder, str]]:
        """Pictures of the project of this base name whose file is not there."""
        if self._away is None:
            self._away = {}
            for place in self._places:
                for path in self._project.image_paths(place.root.id):
                    if path.startswith(place.prefix):
                        inner = path.removeprefix(place.prefix)
                        key = collision_key(PurePosixPath(inner).name)
                        self._away.setdefault(key, []).append((place, inner))
        found = self._away.get(collision_key(base), [])
        return [(place, path) for place, path in found if not exists(place.folder / path)]

    def _was(self, place: PictureFolder, path: str, file: Path) -> bool:
        """Whether the file is what the project knows of a picture that is not there: its content, or size."""
        entry = self._project.image_by_path(place.root.id, place.prefix + path)
        try:
            if entry is not None and entry.content_hash:
                return file_hash(file) == entry.content_hash
            return entry is not None and (entry.size is None or image_header(file)[0] == entry.size)
        except ImageReadError:
            return False

    def join(self, name: str) -> tuple[PictureFolder, str, Root | None]:
        """Where a new picture belongs: its place, its path there, and the root when it has to be made.

        Raises FormatError when no folder can be a root: each holds one that the project has.
        """
        file = self._file(name)
        folder = next(folder for folder in self._folders if file.is_relative_to(folder))
        for part in (*file.relative_to(folder).parts[:-1], None):
            held = any(Path(root.path).is_relative_to(folder) for root in self._project.roots())
            if folder in self._joined or not held:
                break
            if part is None:
                message = sentence(
                    "{folder} holds a folder of the project, so that its own pictures cannot join",
                    folder=folder,
                )
                raise FormatError(message, "Move the picture into a folder of its own.", name)
            folder = folder / part
        below = file.relative_to(folder).as_posix()
        if folder in self._joined:
            return self._joined[folder], below, None
        self._project.agreement.give([str(folder)])
        new = Root(self._project.next_id(Root), str(folder))
        self._joined[folder] = PictureFolder(folder, new, "")
        return self._joined[folder], below, new
