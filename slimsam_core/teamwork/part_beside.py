"""A part beside a project that another person has open: to work on meanwhile, and to merge later."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

from slimsam_core.errors import ProjectError
from slimsam_core.files.listing import is_file, is_folder
from slimsam_core.files.temporary import temporary_folder
from slimsam_core.files.user_folders import data_dir
from slimsam_core.progress import CancelToken, ProgressSink, ignore_progress
from slimsam_core.project import PROJECT_SUFFIX, Project, Reader
from slimsam_core.project.agreement import agree, is_own
from slimsam_core.project.side_files import wal_path
from slimsam_core.teamwork.dealing import Deal, folder_names
from slimsam_core.teamwork.split import PartPictures, SplitOptions, parts_folder, split

MOST_PARTS = 100
"""Parts of one name for different projects that are looked through for a free place."""


def own_part(
    path: Path, name: str, progress: ProgressSink = ignore_progress, cancel: CancelToken | None = None
) -> Path:
    """The project file of a person's own part of a project; the one that is there already, else a new one.

    All pictures are in it and stay where they lie. It is written beside the project, or in the user's data
    folder where nothing can be written there. The project is only read, from a copy: another computer may
    have it open. Raises ProjectError (damaged), OutputError and Cancelled.
    """
    with temporary_folder() as folder:
        copy = folder / path.name
        try:
            if 2 * path.stat().st_size > shutil.disk_usage(folder).free:  # a copy, and the part made of it
                raise ProjectError(
                    "There is no room for a part of {path} on the disk.", "Free some space.", path=path
                )
            shutil.copyfile(path, copy)
            if is_file(wal_path(path)):
                shutil.copyfile(wal_path(path), wal_path(copy))
        except OSError as error:
            raise ProjectError(
                "{path} cannot be read: {error}.",
                "Check the permissions of the file and of its folder.",
                path=path,
                error=error.strerror or error,
            ) from error
        with Project.open(copy, read_only=True, progress=progress) as project:
            found = _there(project, path, name)
            if found is not None:
                return found
            options = SplitOptions(deal=Deal(annotators=(name,)), pictures=PartPictures.NONE)
            made = split(project, _free_place(parts_home(project, path), name), options, progress, cancel)
            roots = [root.path for root in project.roots() if is_own(path, root.path)]
    with Project.open(made[0].path, read_only=True) as part:
        agree(part.uid, roots)
    return made[0].path


def own_parts_of(project: Reader) -> Path:
    """Where own parts of a project lie when nothing can be written beside it."""
    digest = hashlib.blake2b(project.uid.encode("utf-8", "surrogateescape"), digest_size=8).hexdigest()
    return data_dir() / "parts" / digest


def parts_home(project: Reader, path: Path) -> Path:
    """Where parts of a project file are put: beside it, or in the user's data folder where nothing can be
    written there."""
    beside = parts_folder(path)
    above = next(folder for folder in (beside, *beside.parents) if is_folder(folder))
    return beside if os.access(above, os.W_OK) else own_parts_of(project)


def _places(home: Path) -> list[Path]:
    """Folders for a person's part, the usual one first."""
    return [home, *(home / f"{number}" for number in range(2, MOST_PARTS))]


def _there(project: Reader, path: Path, name: str) -> Path | None:
    folder = folder_names((name,))[name]
    for home in (parts_folder(path), own_parts_of(project)):
        for place in _places(home):
            file = place / folder / f"{folder}{PROJECT_SUFFIX}"
            if not is_file(file):
                break
            with Project.open(file, read_only=True) as part:
                origin = part.part_origin
            if origin is not None and origin.base == project.uid:
                return file
    return None


def _free_place(home: Path, name: str) -> Path:
    folder = folder_names((name,))[name]
    return next((place for place in _places(home) if not os.path.lexists(place / folder)), home)
