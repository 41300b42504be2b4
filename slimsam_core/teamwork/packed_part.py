"""A part that comes as a zip file: its project is read from a folder for the time of the merge, and only new
pictures are taken out to stay."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from slimsam_core.errors import ProjectError
from slimsam_core.files.atomic import output_error
from slimsam_core.files.listing import exists
from slimsam_core.files.temporary import temporary_folder
from slimsam_core.files.zip_reading import ZipFault, is_link_or_folder, is_zip, open_zip, take_out
from slimsam_core.pixels.picture_file import IMAGE_SUFFIXES
from slimsam_core.progress import CancelToken
from slimsam_core.project import PROJECT_SUFFIX
from slimsam_core.project.agreement import PROJECT_FOLDER
from slimsam_core.project.relative_path import check_relative
from slimsam_core.project.side_files import wal_path
from slimsam_core.sentences import sentence

MOST_LISTED = 64 << 20
"""Bytes of the list of members: 500,000 pictures with paths of 80 letters."""
MOST_GROWTH = 100
"""How many times larger than packed a project may be: those of this program pack to a third or a tenth."""
ALWAYS_TAKEN = 100 << 20
"""Bytes of a project that are taken whatever they were packed to: an empty one packs to nearly nothing."""
_BY_OTHERS = "__MACOSX"
"""A folder that macOS puts beside what it packs."""
_LONGEST_NAME = 50
"""Letters of the zip file's name that the project in it is called by: 200 bytes at the most."""
_KEPT_FREE = 2
"""What is taken out may fill one in so many parts of the free room."""


@dataclass(kw_only=True)
class PackedPart:
    """The zip file of a part that is being merged."""

    path: Path
    archive: zipfile.ZipFile
    project: zipfile.ZipInfo
    members: dict[str, zipfile.ZipInfo]
    """By name, with ``/``; links and folders are none."""
    home: Path | None = None
    """The folder that its new pictures are kept in, once there are any; it was not there before."""
    wanted: dict[Path, zipfile.ZipInfo] = field(default_factory=dict)
    """Where a picture goes -> what is taken out."""
    _made: bool = False

    @property
    def _above(self) -> str:
        """The folder of the project, as names of members begin; empty or with a last ``/``."""
        folder = PurePosixPath(self.project.filename).parent
        folder = folder.parent if folder.name == PROJECT_FOLDER else folder
        return "" if str(folder) == "." else f"{folder}/"

    def place_of(self, root: str, picture: str) -> zipfile.ZipInfo | None:
        """The member that is a picture of a folder of the project, wherever that folder lies elsewhere.

        None where there is none, and for what has no name of a picture.
        """
        if PurePosixPath(picture).suffix.lower() not in IMAGE_SUFFIXES:
            return None
        parts = [part for part in root.replace("\\", "/").split("/") if part]
        for count in range(1, len(parts) + 1):
            name = f"{self._above}{'/'.join(parts[-count:])}/{picture}"
            if name in self.members:
                return self.members[name]
        return self.members.get(self._above + picture)

    def keep(self, member: zipfile.ZipInfo, root: Path, picture: str) -> None:
        """Have ``take_pictures`` take a picture out, to a folder below ``home``. Raises ProjectError."""
        check_relative(picture)
        self.wanted[root / picture] = member

    def take_pictures(self, cancel: CancelToken) -> None:
        """Write what was wanted. Raises ProjectError, OutputError and Cancelled; nothing is left then."""
        home = self.home
        if home is None or not self.wanted:
            return
        _check_room(home.parent, sum(member.file_size for member in self.wanted.values()), self.path)
        try:
            home.mkdir(parents=True)
            self._made = True
            for target, member in self.wanted.items():
                cancel.raise_if_cancelled()
                target.parent.mkdir(parents=True, exist_ok=True)
                take_out(self.archive, member, target, cancel)
        except BaseException as error:
            self.forget()
            if isinstance(error, ZipFault):
                raise _fault(self.path, error) from error
            if isinstance(error, OSError):
                raise output_error(home, error) from error
            raise

    def forget(self) -> None:
        """Remove what was taken out: the merge did not come to its end."""
        if self.home is not None and self._made:
            self._made = False
            shutil.rmtree(self.home, ignore_errors=True)


@contextlib.contextmanager
def unpacked(path: Path, cancel: CancelToken) -> Iterator[tuple[Path, PackedPart | None]]:
    """The project file of a part, and its zip file where it came as one; gone after the block.

    Raises ProjectError (it is no zip file of one part, or is harmed) and Cancelled.
    """
    if not is_zip(path):
        yield path, None
        return
    with contextlib.ExitStack() as opened:
        try:
            folder = opened.enter_context(temporary_folder())
            archive = opened.enter_context(open_zip(path, MOST_LISTED))
            part = _part_in(path, archive)
            project = folder / f"{path.stem[:_LONGEST_NAME] or 'part'}{PROJECT_SUFFIX}"
            _take_project(part, project, cancel)
        except ZipFault as error:
            raise _fault(path, error) from error
        except OSError as error:
            raise ProjectError(
                "{path} cannot be unpacked: {error}.",
                "Check the permissions of the file, and the room on the disk.",
                path=path,
                error=error.strerror or error,
            ) from error
        yield project, part


def _part_in(path: Path, archive: zipfile.ZipFile) -> PackedPart:
    members = {
        member.filename.replace("\\", "/"): member
        for member in archive.infolist()
        if not is_link_or_folder(member)
    }
    projects = [member for name, member in members.items() if _is_project(name)]
    if len(projects) != 1:
        raise ProjectError(
            "{path} holds {count} projects, not one.",
            "Merge the zip file of one part, or unpack it and merge its projects.",
            path=path,
            count=len(projects),
        )
    return PackedPart(path=path, archive=archive, project=projects[0], members=members)


def _is_project(name: str) -> bool:
    parts = name.split("/")
    return name.lower().endswith(PROJECT_SUFFIX) and parts[0] != _BY_OTHERS and not parts[-1].startswith("._")


def _take_project(part: PackedPart, target: Path, cancel: CancelToken) -> None:
    """The project, and the log of one that was open when it was packed: the last work is in it."""
    log = part.members.get(wal_path(Path(part.project.filename.replace("\\", "/"))).as_posix())
    taken = [(part.project, target)] + ([(log, wal_path(target))] if log is not None else [])
    for member, _ in taken:
        if member.file_size > max(ALWAYS_TAKEN, MOST_GROWTH * member.compress_size):
            raise ZipFault(
                sentence(
                    "it says that {packed} bytes become {size}",
                    packed=f"{member.compress_size:,}",
                    size=f"{member.file_size:,}",
                )
            )
    _check_room(target.parent, sum(member.file_size for member, _ in taken), part.path)
    for member, where in taken:
        take_out(part.archive, member, where, cancel)


def _check_room(folder: Path, size: int, path: Path) -> None:
    """Raises ProjectError where there is no room for so much. ``folder`` or one above it is there."""
    there = next(above for above in (folder, *folder.parents) if exists(above))
    if size * _KEPT_FREE > shutil.disk_usage(there).free:
        raise ProjectError(
            "There is no room to unpack {path}.", "Free some space in {folder}.", path=path, folder=there
        )


def _fault(path: Path, error: ZipFault) -> ProjectError:
    return ProjectError(
        "{path} cannot be unpacked: {error}.",
        "Ask for the zip file again, or unpack it and merge the project in it.",
        path=path,
        error=error.args[0],
    )


def free_folder(home: Path, name: str, taken: Collection[Path]) -> Path:
    """A folder in ``home`` that is not there yet and not ``taken``, of this name where it can be."""
    names = itertools.chain([name], (f"{name}-{number}" for number in itertools.count(2)))
    return next(home / one for one in names if home / one not in taken and not os.path.lexists(home / one))
