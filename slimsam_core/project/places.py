"""The project of a folder: where it lies, and which projects above or below already hold its pictures.

A folder's project lies in the folder itself, ``.slimsam/project.slimsam``, so that it moves and is copied
with the pictures. Where nothing can be written it lies in the user's own data folder, named after the path.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from slimsam_core.errors import ProjectError, SlimSamError
from slimsam_core.files.listing import entries_of, is_file, is_folder, is_link
from slimsam_core.files.user_folders import data_dir
from slimsam_core.project.agreement import PROJECT_FOLDER
from slimsam_core.project.asking import glance
from slimsam_core.project.lineage import uid_of
from slimsam_core.project.reader import Reader
from slimsam_core.project.store import PROJECT_SUFFIX, Project

FILE_NAME = f"project{PROJECT_SUFFIX}"
_MOST_FOLDERS = 2000
"""Sub-folders that are looked into for projects: a tenth of a second on a local disk."""
_MOST_FOUND = 20
"""Projects in or below a folder that are offered; a list of more helps nobody."""
_NEWEST = 200
"""Objects that tell whether labels were taken over: most of them were not deleted since."""
_NAMED_ABOVE = 2
"""Folders above one that are looked through for named projects: a part has its pictures one or two deep."""


@dataclass(frozen=True)
class FoundProject:
    """A project of another folder that may hold what is looked for."""

    path: Path
    """The project file."""
    folder: Path
    """The folder whose project it is."""
    images: int
    objects: int


def beside_path(folder: Path) -> Path:
    """Where the project of a picture folder lies when that folder can be written."""
    return folder / PROJECT_FOLDER / FILE_NAME


def user_path(folder: Path) -> Path:
    """Where the project of a folder lies that cannot be written."""
    name = "".join(c if c.isalnum() or c in "-_" else "-" for c in folder.name)[:60] or "project"
    digest = hashlib.blake2b(str(folder).encode("utf-8", "surrogateescape"), digest_size=6).hexdigest()
    return _user_projects() / f"{name}-{digest}{PROJECT_SUFFIX}"


def _user_projects() -> Path:
    return data_dir() / "projects"


def home_name(project: Reader) -> str:
    """What people call the project: its picture folder, or the project file that they gave a name."""
    if project.path.parent == _user_projects() and (roots := project.roots()):
        return Path(roots[0].path).name
    return name_of_file(project.path)


def name_of_file(project_file: Path) -> str:
    """The same of a project that is not open: the picture folder that it lies in, or its own name."""
    own = folder_of(project_file)
    return project_file.stem if own is None else own.name


def kept_elsewhere(project: Project) -> Path | None:
    """The picture folder that cannot be written, so that its project is kept in the user's data folder."""
    roots = project.roots() if project.path.parent == _user_projects() else ()
    return next((Path(root.path) for root in roots if not os.access(root.path, os.W_OK)), None)


def folder_of(project_file: Path) -> Path | None:
    """The folder whose own project this file is, None for a project that lies anywhere."""
    return project_file.parent.parent if project_file.parent.name == PROJECT_FOLDER else None


def project_of(folder: Path) -> Path | None:
    """The project of exactly this folder, None when it has none.

    A link in its place is none: a folder of a stranger would lead to a project of the user, to which its
    pictures were added.
    """
    folder = folder.absolute()
    near, far = beside_path(folder), user_path(folder)
    if _link(folder) is None and is_file(near):
        return near
    return far if is_file(far) else None


def _link(folder: Path) -> Path | None:
    near = beside_path(folder)
    return next((path for path in (near.parent, near) if is_link(path)), None)


def linked_elsewhere(folder: Path) -> ProjectError | None:
    """Why the project that a folder seems to have is not its own: a link lies in its place."""
    link = _link(folder.absolute())
    if link is None:
        return None
    return ProjectError(
        "{path} is a link: a folder does not lead to the project of another one.",
        "Open that project itself if you mean it: {target}",
        path=link,
        target=_target_of(link),
    )


def _target_of(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:
        return "?"


def named_projects(folder: Path) -> tuple[Path, ...]:
    """The project files that people put into a folder under names of their own, such as the part of one; no
    links to such of other folders."""
    return tuple(
        Path(entry.path)
        for entry in entries_of(folder)
        if entry.name.endswith(PROJECT_SUFFIX)
        and not entry.name.startswith(".")
        and not is_link(entry.path)
        and is_file(entry.path)
    )


def project_at(path: Path) -> Path:
    """The project file that is meant by a path: the file itself, or the project of a folder: its own, or the
    only one that lies in it.

    Raises ProjectError for a folder without one, and says which project above or below holds its pictures.
    """
    if not is_folder(path):
        return path
    found = project_of(path)
    if found is not None:
        return found
    if (linked := linked_elsewhere(path)) is not None:
        raise linked
    named = named_projects(path)
    if len(named) == 1:
        return named[0]
    if named:
        raise ProjectError(
            "The folder {path} has several projects.",
            "Name one of them: {names}",
            path=path,
            names=", ".join(one.name for one in named[:_MOST_FOUND]),
        )
    others = related_projects(path)
    if others:
        raise ProjectError(
            "The folder {path} has no project of its own.",
            "Its pictures are in: {where}",
            path=path,
            where=", ".join(str(other.path) for other in others),
        )
    raise ProjectError(
        "The folder {path} has no project of its own.",
        "Opened in the window it gets one.",
        command=("slimsam", "project", "create", beside_path(path), path),
        path=path,
    )


def related_projects(folder: Path) -> tuple[FoundProject, ...]:
    """Projects that hold pictures of a folder without one of its own: those that people put into it or just
    above it, else the nearest above with work in it, or else such of its sub-folders."""
    folder = folder.absolute()
    for near in (folder, *folder.parents[:_NAMED_ABOVE]):
        named = (_look_into(path, near, of=folder) for path in named_projects(near)[:_MOST_FOUND])
        if near_ones := tuple(found for found in named if found is not None):
            return near_ones
    for above in folder.parents:
        path = project_of(above)
        found = _look_into(path, above) if path is not None else None
        if found is not None:
            return (found,)
    below = (_look_into(path, home) for path, home in _projects_below(folder))
    return tuple(found for found in below if found is not None)


def labels_below(project: Reader, folder: Path) -> tuple[FoundProject, ...]:
    """Projects of folders inside ``folder`` with objects of which ``project`` has none of the newest."""
    below = (_look_into(path, home) for path, home in _projects_below(folder.absolute()))
    found = [one for one in below if one is not None and one.path != project.path]
    return tuple(one for one in found if not _has_any(project, _newest(one.path)))


def _newest(path: Path) -> list[str]:
    """Uids of the newest objects of a project; none of an older version, which is not converted for this."""
    try:
        with contextlib.closing(Reader(path)) as other:
            uid = other.uid
            rows = other.ask("SELECT uid, id FROM annotation ORDER BY id DESC LIMIT ?", (_NEWEST,))
    except SlimSamError:
        return []
    return [uid_of(uid, own or "", number) for own, number in rows]


def _has_any(project: Reader, uids: list[str]) -> bool:
    marks = ", ".join("?" * len(uids))
    return bool(project.ask(f"SELECT 1 FROM annotation WHERE uid IN ({marks}) LIMIT 1", uids))


def _projects_below(folder: Path) -> Iterator[tuple[Path, Path]]:
    waiting, looked, found = [folder], 0, 0
    while waiting and looked < _MOST_FOLDERS and found < _MOST_FOUND:
        current, looked = waiting.pop(0), looked + 1
        if looked > 1 and (path := project_of(current)) is not None:
            found += 1
            yield path, current
            continue
        with contextlib.suppress(OSError), os.scandir(current) as entries:
            names = [e.path for e in entries if not e.name.startswith(".") and _is_folder(e)]
            waiting += [Path(name) for name in sorted(names)]


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _look_into(path: Path, folder: Path, *, of: Path | None = None) -> FoundProject | None:
    """What a project holds, which is not changed; None for one that nobody worked on, or that cannot be read.

    With ``of``, a project that somebody gave a name: it counts before anybody worked on it, but only when its
    pictures lie in that folder, around it, or nowhere here: then they came along and are found again.
    """
    try:
        seen = glance(path)
    except SlimSamError:
        return None
    found = FoundProject(path, folder, seen.images, seen.objects)
    if of is None:
        return found if seen.objects else None
    near = any(
        place.is_relative_to(of) or of.is_relative_to(place) or not is_folder(place) for place in seen.folders
    )
    return found if seen.images and near else None
