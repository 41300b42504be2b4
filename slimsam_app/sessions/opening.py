"""Which project belongs to the paths that a user opens, and bringing its list of pictures up to date.

A folder's project lies in the folder itself, ``.slimsam/project.slimsam``, so that it moves and is copied
with the pictures. Where nothing can be written it lies in the user's own data folder, named after the path.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from slimsam_app.i18n import tr
from slimsam_core.annotation import ImageEntry, Root
from slimsam_core.errors import ImageReadError, ProjectError
from slimsam_core.image_io import IMAGE_SUFFIXES, find_images
from slimsam_core.progress import CancelToken
from slimsam_core.project import PROJECT_SUFFIX, Edit, Project

FOLDER_NAME = ".slimsam"
FILE_NAME = f"project{PROJECT_SUFFIX}"


@dataclass(frozen=True)
class Opened:
    """A project ready to be shown."""

    project: Project
    first_image: int | None
    """The picture that the user asked for."""
    remember: Path
    """What stands in the list of recent things: the folder, or the project file."""
    added: int
    skipped: tuple[Path, ...]
    """Paths that are neither pictures nor folders nor projects."""


def open_paths(paths: Sequence[Path], token: CancelToken, *, beside: bool = True) -> Opened:
    """Open or make the project for these paths and add the pictures that it does not have yet.

    One project file opens as it is. Folders are searched with their sub-folders; single pictures come
    alone. ``beside`` False keeps the project out of the picture folder. Raises ProjectError and
    ImageReadError; Cancelled when the token was cancelled.
    """
    wanted = [path.absolute() for path in paths]
    projects = [path for path in wanted if path.suffix == PROJECT_SUFFIX and path.is_file()]
    if projects:
        return _open_project(projects[0], token)
    folders = [path for path in wanted if path.is_dir()]
    pictures = [path for path in wanted if path.is_file() and path.suffix.lower() in IMAGE_SUFFIXES]
    skipped = tuple(path for path in wanted if path not in folders and path not in pictures)
    if not folders and not pictures:
        raise _nothing_to_open(skipped)
    home = folders[0] if folders else pictures[0].parent
    project = _project_for(home, beside)
    try:
        found = [picture for folder in folders for picture in _search(folder, token)] + pictures
        if not found and not project.count_images():
            raise ImageReadError(
                tr("There are no pictures in {folder}.").format(folder=home),
                tr("Pictures may be JPEG, PNG, TIFF, BMP, WebP or GIF, also in sub-folders."),
            )
        added = 0 if project.read_only else add_pictures(project, found, token)
        return Opened(project, _entry_id(project, pictures[0]) if pictures else None, home, added, skipped)
    except BaseException:
        project.close()
        raise


def _open_project(path: Path, token: CancelToken) -> Opened:
    project = Project.open(path)
    try:
        found: list[Path] = []
        for root in project.roots():
            if Path(root.path).is_dir():
                found.extend(_search(Path(root.path), token))
        added = 0 if project.read_only else add_pictures(project, found, token)
    except BaseException:
        project.close()
        raise
    folder = path.parent.parent if path.parent.name == FOLDER_NAME else path
    return Opened(project, None, folder, added, ())


def project_path(folder: Path) -> Path:
    """Where the project of a picture folder lies when that folder can be written."""
    return folder / FOLDER_NAME / FILE_NAME


def user_project_path(folder: Path) -> Path:
    """Where the project of a folder lies that cannot be written."""
    name = "".join(c if c.isalnum() or c in "-_" else "-" for c in folder.name)[:60] or "project"
    digest = hashlib.blake2b(str(folder).encode("utf-8", "surrogateescape"), digest_size=6).hexdigest()
    data = Path(platformdirs.user_data_dir("slimsam", appauthor=False))
    return data / "projects" / f"{name}-{digest}{PROJECT_SUFFIX}"


def _project_for(folder: Path, beside: bool) -> Project:
    near, far = project_path(folder), user_project_path(folder)
    for path in (near, far):
        if path.is_file() and (beside or path == far):
            return Project.open(path)
    if beside:
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


def add_pictures(project: Project, pictures: Sequence[Path], token: CancelToken) -> int:
    """Add the pictures that the project does not have yet, in one command; returns how many.

    A picture outside all roots brings its folder as a new root.
    """
    roots = {Path(root.path): root.id for root in project.roots()}
    known = {(image.root_id, image.path) for image in project.images()}
    fresh = not known
    edits: list[Edit] = []
    new_entries: list[tuple[int, str]] = []
    for picture in dict.fromkeys(pictures):
        token.raise_if_cancelled()
        root = next((parent for parent in picture.parents if parent in roots), None)
        if root is None:
            root = picture.parent
            roots[root] = project.next_id(Root)
            edits.append(Edit(None, Root(roots[root], str(root))))
        key = (roots[root], picture.relative_to(root).as_posix())
        if key not in known:
            known.add(key)
            new_entries.append(key)
    if not new_entries:
        return 0
    first = project.next_id(ImageEntry)
    edits.extend(
        Edit(None, ImageEntry(first + index, root_id, path)) for index, (root_id, path) in enumerate(new_entries)
    )
    project.apply(tr("Add images"), edits)
    if fresh:
        project.prune(0)  # taking back the making of the project would leave nothing to look at
    return len(new_entries)


def _search(folder: Path, token: CancelToken) -> list[Path]:
    found: list[Path] = []
    for picture in find_images(folder):
        token.raise_if_cancelled()
        found.append(picture)
    return found


def _entry_id(project: Project, picture: Path) -> int | None:
    for root in project.roots():
        if picture.is_relative_to(root.path):
            entry = project.image_by_path(root.id, picture.relative_to(root.path).as_posix())
            if entry is not None:
                return entry.id
    return None


def _nothing_to_open(skipped: Sequence[Path]) -> ImageReadError:
    missing = [path for path in skipped if not path.exists()]
    if missing:
        return ImageReadError(
            tr("{path} does not exist.").format(path=missing[0]), tr("It may have been moved or deleted.")
        )
    path = skipped[0] if skipped else Path()
    return ImageReadError(
        tr("{path} is not a picture.").format(path=path),
        tr("Open JPEG, PNG, TIFF, BMP, WebP or GIF files, a folder of them, or a project."),
    )
