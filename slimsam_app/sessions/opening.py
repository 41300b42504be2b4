"""Which project belongs to the paths that a user opens, and bringing its list of pictures up to date."""

from __future__ import annotations

import contextlib
import heapq
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from slimsam_app.i18n import tr
from slimsam_core.annotation import ImageEntry
from slimsam_core.errors import ImageReadError, ProjectError, SlimSamError
from slimsam_core.files.export_manifest import exported
from slimsam_core.files.listing import exists, is_file, is_folder
from slimsam_core.pixels.folder_search import LeftOut, shown, trouble_with_name
from slimsam_core.pixels.picture_file import IMAGE_SUFFIXES
from slimsam_core.progress import CancelToken, ProgressSink, ignore_progress
from slimsam_core.project import (
    PROJECT_SUFFIX,
    Edit,
    FoundProject,
    Project,
    add_image,
    add_root,
    beside_path,
    discard,
    folder_of,
    linked_elsewhere,
    natural_key,
    picture_names,
    project_of,
    related_projects,
    relink,
    scan_root,
    user_path,
)

FIRST_SHOWN = 200
"""Pictures of a new project that are shown before its folders were searched wholly."""

FIRST_LOOK_S = 3.0
"""How long the names of a folder are collected before the first pictures of them are shown: a local folder
of 100,000 pictures takes a second, a slow share is shown with what came by then."""


@dataclass(frozen=True, kw_only=True)
class OpenedProject:
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


@dataclass(frozen=True)
class Searched:
    """What a look into the folders of a project found amiss."""

    notes: tuple[SlimSamError, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


class LabelledElsewhere(Exception):
    """The pictures are in the project of a folder above, or in those of sub-folders: the user must choose."""

    def __init__(self, folder: Path, found: tuple[FoundProject, ...]) -> None:
        super().__init__(str(folder))
        self.folder, self.found = folder, found


def open_paths(
    paths: Sequence[Path],
    token: CancelToken,
    *,
    beside: bool = True,
    current: Project | None = None,
    fresh: bool = False,
    at: Path | None = None,
    progress: ProgressSink = ignore_progress,
) -> OpenedProject:
    """Open or make the project for these paths and add the pictures that it does not have yet.

    One project file opens as it is. Folders are searched with their sub-folders; single pictures come alone.
    ``beside`` False keeps the project out of the picture folder. ``current`` is the project that is open now:
    it is brought up to date when it is the one that is wanted. A project is made without asking where others
    hold these pictures only when it is to be ``fresh``. ``at`` is a folder or picture to begin with;
    ``progress`` hears of the conversion of an older file. Raises ProjectError, ImageReadError,
    LabelledElsewhere and Cancelled; no new project is left then.
    """
    wanted = [path.absolute() for path in paths]
    projects = [path for path in wanted if path.suffix == PROJECT_SUFFIX and is_file(path)]
    folders = [path for path in wanted if is_folder(path)]
    pictures = [path for path in wanted if is_file(path) and path.suffix.lower() in IMAGE_SUFFIXES]
    made = False
    if projects:
        project, home = _open(projects[0], current, progress), folder_of(projects[0]) or projects[0]
    elif folders or pictures:
        home = folders[0] if folders else pictures[0].parent
        project, made = _project_for(home, beside, current, fresh, progress)
    else:
        raise _nothing_to_open(wanted)
    try:
        # who opens a folder, or a picture in it, agrees that its project looks into it
        project.agreement.give(str(path) for path in (*folders, *(p.parent for p in pictures)))
        is_new = not project.history(1)
        notes = _left_aside(wanted, (*projects, *folders, *pictures), None if projects else home)
        pictures = _usable(pictures, notes)
        if not project.read_only:
            notes += _find_moved(project, home, token)
            _add(project, pictures)
            _add_first(project, folders, token)
        _check_not_empty(project, home)
        _begin_history(project, is_new)
        return OpenedProject(
            project=project,
            remember=home,
            first_image=_first_at(project, at or pictures[0]) if at or pictures else None,
            folders=tuple(folders) if (projects or folders) and not project.read_only else None,
            made_seq=project.last_seq() if is_new else None,
            notes=tuple(notes),
            to_agree=tuple(root.path for root in project.agreement.missing(project.roots())),
        )
    except BaseException:
        if made:
            discard(project)
        elif project is not current:
            project.close()
        raise


def _left_aside(wanted: Sequence[Path], used: Sequence[Path], home: Path | None) -> list[SlimSamError]:
    """What of the paths is no picture, and the link in place of the project of the folder ``home``."""
    notes: list[SlimSamError] = [_not_a_picture(path) for path in wanted if path not in used]
    if home is not None and (linked := linked_elsewhere(home)) is not None:
        notes.append(linked)
    return notes


def _begin_history(project: Project, is_new: bool) -> None:
    """Taking back the making of a project would leave nothing to look at."""
    if is_new and not project.read_only:
        project.prune(0)


def _check_not_empty(project: Project, home: Path) -> None:
    if not project.count_images() and not project.removed_images:
        raise ImageReadError(
            tr("There are no pictures in {folder}.").format(folder=home),
            tr("Pictures may be JPEG, PNG, TIFF, WebP, AVIF, HEIC and others, also in sub-folders."),
        )


def _add_first(project: Project, folders: Sequence[Path], token: CancelToken) -> None:
    """Give a project without pictures the first ones of the folder that is opened."""
    if folders and not project.count_images() and not project.removed_images:
        _add(project, (folders[0] / name for name in first_names(folders[0], token)))


def first_names(folder: Path, token: CancelToken, seconds: float = FIRST_LOOK_S) -> list[str]:
    """The first pictures of a folder in natural order, as POSIX paths below it.

    Of a folder whose names take longer than ``seconds``, the first of those that were seen by then. Raises
    ProjectError when the folder cannot be listed, Cancelled.
    """
    end = time.monotonic() + seconds

    def in_time() -> Iterator[str]:
        for name in picture_names(folder):
            token.raise_if_cancelled()
            yield name
            if time.monotonic() > end:
                return

    names = set(in_time())
    return heapq.nsmallest(FIRST_SHOWN, names - exported(folder, names), key=natural_key)


def _usable(pictures: Sequence[Path], notes: list[SlimSamError]) -> list[Path]:
    """Single pictures whose names a project can hold; why not for the others goes to the notes."""
    troubles = [(path, trouble_with_name(path.name)) for path in pictures]
    notes += [
        ImageReadError(str(LeftOut(shown(path), reason))) for path, reason in troubles if reason is not None
    ]
    return [path for path, reason in troubles if reason is None]


def _open(path: Path, current: Project | None, progress: ProgressSink) -> Project:
    """The project of a file; ``current`` when it is that one, by whatever links it was reached."""
    if current is not None:
        with contextlib.suppress(OSError):  # its file has vanished: it is opened, which says so
            if current.path.samefile(path):
                return current
    return Project.open(path, progress=progress)


def look_for_pictures(opened: OpenedProject, token: CancelToken) -> Searched:
    """Add what is new in the project's folders and in those that were asked for; returns what was amiss.

    Takes long for large folders. Raises Cancelled, and ProjectError when the project cannot be written.
    """
    project = opened.project
    notes: list[SlimSamError] = []
    left_out: list[LeftOut] = []
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
            left_out += report.left_out
        except (ProjectError, ImageReadError) as error:
            notes.append(error)
    if opened.made_seq is not None:
        project.prune(0, newest=opened.made_seq + steps)  # what a person did meanwhile stays
    return Searched(tuple(notes), tuple(left_out))


def _find_moved(project: Project, home: Path, token: CancelToken) -> list[SlimSamError]:
    """Find the pictures again when their folder moved and the project inside it with it."""
    roots = project.roots()
    # a project that came with its pictures knows the place where they lay before
    if len(roots) == 1 and not is_folder(Path(roots[0].path)) and is_folder(home):
        try:
            relink(project, roots[0].id, home, cancel=token)
        except (ProjectError, ImageReadError) as error:
            return [error]
    return []


def _add(project: Project, pictures: Iterable[Path]) -> None:
    """Add pictures that the project does not have yet, as one command."""
    edits: list[Edit] = []
    removed = project.removed_images
    for picture in pictures:
        if _entry_id(project, picture) is None:
            root = next((r for r in project.roots() if picture.is_relative_to(r.path)), None)
            root = root or add_root(project, picture.parent)
            relative = picture.relative_to(root.path).as_posix()
            image = ImageEntry(id=project.next_id(ImageEntry), root_id=root.id, path=relative)
            edits += add_image(image, removed)
    if edits:
        project.apply("Add images", edits)


def _project_for(
    folder: Path, beside: bool, current: Project | None, fresh: bool, progress: ProgressSink
) -> tuple[Project, bool]:
    """The project of a folder, and whether it was made just now. Raises LabelledElsewhere, ProjectError."""
    near, far = beside_path(folder), user_path(folder)
    known = project_of(folder) if beside else (far if is_file(far) else None)
    if known is not None:
        return _open(known, current, progress), False
    if beside and not fresh and (others := related_projects(folder)):
        raise LabelledElsewhere(folder, others)
    if beside and linked_elsewhere(folder) is None:  # a link would put the project into another place
        made_here = not exists(near.parent)
        try:
            near.parent.mkdir(exist_ok=True)
            return Project.create(near, (folder,)), True
        except (OSError, ProjectError):  # the folder cannot be written: the user's own takes the project
            if made_here:
                with contextlib.suppress(OSError):
                    near.parent.rmdir()
    try:
        far.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ProjectError(
            tr("{folder} cannot be made: {reason}.").format(folder=far.parent, reason=error.strerror),
            tr("Check the permissions of your data folder."),
        ) from error
    return Project.create(far, (folder,)), True


def _first_at(project: Project, place: Path) -> int | None:
    """The picture at this path, or the first one below it."""
    for root in project.roots():
        if place.is_relative_to(root.path):
            relative = place.relative_to(root.path).as_posix()
            names = project.image_paths(root.id)
            below = [name for name in names if name == relative or name.startswith(f"{relative}/")]
            if below:
                return names[min(below, key=natural_key)]
    return None


def _entry_id(project: Project, picture: Path) -> int | None:
    for root in project.roots():
        if picture.is_relative_to(root.path):
            entry = project.image_by_path(root.id, picture.relative_to(root.path).as_posix())
            if entry is not None:
                return entry.id
    return None


def _not_a_picture(path: Path) -> ImageReadError:
    if not exists(path):
        return ImageReadError(
            tr("{path} does not exist.").format(path=path), tr("It may have been moved or deleted.")
        )
    return ImageReadError(
        tr("{path} is not a picture.").format(path=path),
        tr("Open pictures (JPEG, PNG, TIFF and others), a folder of them, or a project."),
    )


def _nothing_to_open(paths: Sequence[Path]) -> ImageReadError:
    missing = [path for path in paths if not exists(path)]
    return _not_a_picture((missing or list(paths))[0])
