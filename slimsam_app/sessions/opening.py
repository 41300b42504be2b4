"""Which project belongs to the paths that a user opens, and bringing its list of pictures up to date.

A folder's project lies in the folder itself, ``.slimsam/project.slimsam``, so that it moves and is copied
with the pictures. Where nothing can be written it lies in the user's own data folder, named after the path.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from slimsam_app.i18n import tr
from slimsam_core.annotation import ImageEntry
from slimsam_core.errors import ImageReadError, ProjectError, SlimSamError
from slimsam_core.files import user_folders
from slimsam_core.pixels.image_io import IMAGE_SUFFIXES, find_images
from slimsam_core.progress import CancelToken
from slimsam_core.project import PROJECT_SUFFIX, Edit, Project, add_root, relink, scan_root
from slimsam_core.project.agreement import PROJECT_FOLDER
from slimsam_core.project.side_files import true_path

FILE_NAME = f"project{PROJECT_SUFFIX}"

FIRST_SHOWN = 200
"""Pictures of a new project that are shown before its folders were searched wholly."""


@dataclass(frozen=True)
class Opened:
    """A project ready to be shown."""

    project: Project
    remember: Path
    """What stands in the list of recent things: the folder, or the project file."""
    first_image: int | None = None
    """The picture that the user asked for."""
    folders: tuple[Path, ...] | None = None
    """To be searched for new pictures with the project's own; None: no search is wanted."""
    made_seq: int | None = None
    """Of a project made just now: the last journal entry of its making."""
    notes: tuple[SlimSamError, ...] = ()
    """What could not be found or used; the project opened nevertheless."""
    to_agree: tuple[str, ...] = ()
    """Folders outside the project's own that wait for the user's word; they were not looked into."""


def open_paths(
    paths: Sequence[Path], token: CancelToken, *, beside: bool = True, current: Project | None = None
) -> Opened:
    """Open or make the project for these paths and add the pictures that it does not have yet.

    One project file opens as it is. Folders are searched with their sub-folders; single pictures come
    alone. ``beside`` False keeps the project out of the picture folder. ``current`` is the project that is
    open now: it is brought up to date when it is the one that is wanted. Raises ProjectError and
    ImageReadError; Cancelled when the token was cancelled.
    """
    wanted = [path.absolute() for path in paths]
    projects = [path for path in wanted if path.suffix == PROJECT_SUFFIX and path.is_file()]
    folders = [path for path in wanted if path.is_dir()]
    pictures = [path for path in wanted if path.is_file() and path.suffix.lower() in IMAGE_SUFFIXES]
    if projects:
        project, home = _open(projects[0], current), _home_of(projects[0])
    elif folders or pictures:
        home = folders[0] if folders else pictures[0].parent
        project = _project_for(home, beside, current)
    else:
        raise _nothing_to_open(wanted)
    try:
        # who opens a folder, or a picture in it, agrees that its project looks into it
        project.agreement.give(str(path) for path in (*folders, *(p.parent for p in pictures)))
        is_new = not project.history(1)
        notes: list[SlimSamError] = [
            _not_a_picture(path) for path in wanted if path not in (*projects, *folders, *pictures)
        ]
        if not project.read_only:
            notes += _find_moved(project, home, token)
            _add(project, pictures)
            if folders and not project.count_images():
                _add(project, islice(find_images(folders[0]), FIRST_SHOWN))
        if not project.count_images():
            raise ImageReadError(
                tr("There are no pictures in {folder}.").format(folder=home),
                tr("Pictures may be JPEG, PNG, TIFF, WebP, AVIF, HEIC and others, also in sub-folders."),
            )
        if is_new and not project.read_only:
            project.prune(0)  # taking back the making of the project would leave nothing to look at
        return Opened(
            project,
            home,
            _entry_id(project, pictures[0]) if pictures else None,
            tuple(folders) if (projects or folders) and not project.read_only else None,
            project.last_seq() if is_new else None,
            tuple(notes),
            tuple(root.path for root in project.agreement.missing(project.roots())),
        )
    except BaseException:
        if project is not current:
            project.close()
        raise


def _open(path: Path, current: Project | None) -> Project:
    return current if current is not None and current.path == true_path(path) else Project.open(path)


def _home_of(project_file: Path) -> Path:
    return project_file.parent.parent if project_file.parent.name == PROJECT_FOLDER else project_file


def home_name(project: Project) -> str:
    """What people call the project: its picture folder, or the project file that they gave a name."""
    if project.path.parent.name == PROJECT_FOLDER:
        return project.path.parent.parent.name
    if project.path.parent == _user_projects() and (roots := project.roots()):
        return Path(roots[0].path).name
    return project.path.stem


def kept_elsewhere(project: Project) -> Path | None:
    """The picture folder that cannot be written, so that its project is kept in the user's data folder."""
    roots = project.roots() if project.path.parent == _user_projects() else ()
    return next((Path(root.path) for root in roots if not os.access(root.path, os.W_OK)), None)


def look_for_pictures(opened: Opened, token: CancelToken) -> list[SlimSamError]:
    """Add what is new in the project's folders and in those that were asked for; returns what went wrong.

    Takes long for large folders. Raises Cancelled, and ProjectError when the project cannot be written.
    """
    project = opened.project
    notes: list[SlimSamError] = []
    steps = 0
    for folder in opened.folders or ():
        if not any(folder.is_relative_to(root.path) for root in project.roots()):
            add_root(project, folder)
            steps += 1
    waiting = project.agreement.missing(project.roots())
    for root in project.roots():
        if root in waiting:
            continue
        try:
            report = scan_root(project, root.id, cancel=token)
            steps += bool(report.added or report.moved)
        except (ProjectError, ImageReadError) as error:
            notes.append(error)
    if opened.made_seq is not None:
        project.prune(0, newest=opened.made_seq + steps)  # what a person did meanwhile stays
    return notes


def _find_moved(project: Project, home: Path, token: CancelToken) -> list[SlimSamError]:
    """Find the pictures again when their folder moved and the project inside it with it."""
    roots = project.roots()
    # a project that came with its pictures knows the place where they lay before
    if len(roots) == 1 and not Path(roots[0].path).is_dir() and home.is_dir():
        try:
            relink(project, roots[0].id, home, cancel=token)
        except (ProjectError, ImageReadError) as error:
            return [error]
    return []


def _add(project: Project, pictures: Iterable[Path]) -> None:
    """Add pictures that the project does not have yet, as one command."""
    edits: list[Edit] = []
    for picture in pictures:
        if _entry_id(project, picture) is None:
            root = next((r for r in project.roots() if picture.is_relative_to(r.path)), None)
            root = root or add_root(project, picture.parent)
            relative = picture.relative_to(root.path).as_posix()
            edits.append(Edit(None, ImageEntry(project.next_id(ImageEntry), root.id, relative)))
    if edits:
        project.apply(tr("Add images"), edits)


def project_path(folder: Path) -> Path:
    """Where the project of a picture folder lies when that folder can be written."""
    return folder / PROJECT_FOLDER / FILE_NAME


def user_project_path(folder: Path) -> Path:
    """Where the project of a folder lies that cannot be written."""
    name = "".join(c if c.isalnum() or c in "-_" else "-" for c in folder.name)[:60] or "project"
    digest = hashlib.blake2b(str(folder).encode("utf-8", "surrogateescape"), digest_size=6).hexdigest()
    return _user_projects() / f"{name}-{digest}{PROJECT_SUFFIX}"


def _user_projects() -> Path:
    return user_folders.data_dir() / "projects"


def _project_for(folder: Path, beside: bool, current: Project | None) -> Project:
    near, far = project_path(folder), user_project_path(folder)
    for path in (near, far):
        if path.is_file() and (beside or path == far):
            return _open(path, current)
    if beside and not near.parent.is_symlink():  # a link would put the project into another place
        try:
            near.parent.mkdir(exist_ok=True)
            return Project.create(near, (folder,))
        except (OSError, ProjectError):
            pass  # the folder cannot be written: the user's own data folder takes the project
    try:
        far.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ProjectError(
            tr("{folder} cannot be made: {reason}.").format(folder=far.parent, reason=error.strerror),
            tr("Check the permissions of your data folder."),
        ) from error
    return Project.create(far, (folder,))


def _entry_id(project: Project, picture: Path) -> int | None:
    for root in project.roots():
        if picture.is_relative_to(root.path):
            entry = project.image_by_path(root.id, picture.relative_to(root.path).as_posix())
            if entry is not None:
                return entry.id
    return None


def _not_a_picture(path: Path) -> ImageReadError:
    if not path.exists():
        return ImageReadError(
            tr("{path} does not exist.").format(path=path), tr("It may have been moved or deleted.")
        )
    return ImageReadError(
        tr("{path} is not a picture.").format(path=path),
        tr("Open pictures (JPEG, PNG, TIFF and others), a folder of them, or a project."),
    )


def _nothing_to_open(paths: Sequence[Path]) -> ImageReadError:
    missing = [path for path in paths if not path.exists()]
    return _not_a_picture((missing or list(paths))[0])
