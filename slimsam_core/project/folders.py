"""Image folders of a project: adding them, looking for new pictures, finding moved ones again."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path, PurePosixPath

from slimsam_core.annotation import ImageEntry, Root
from slimsam_core.errors import ImageReadError, ProjectError
from slimsam_core.files.export_manifest import exported
from slimsam_core.files.label_pictures import label_pictures
from slimsam_core.files.listing import is_folder
from slimsam_core.pixels.folder_search import (
    Leave,
    LeftOut,
    find_images,
    ignore_left_out,
    shown,
    trouble_with_name,
)
from slimsam_core.pixels.image_io import file_hash, image_header
from slimsam_core.progress import CancelToken, Progress, ProgressSink, ignore_progress
from slimsam_core.project.edits import Edit
from slimsam_core.project.filters import ImageFilter
from slimsam_core.project.sorting import natural_key
from slimsam_core.project.store import Project

COPIES_KEY = "copies"
"""In ``ImageEntry.extra``: files of other folders that are the same picture, byte for byte, as a list."""
REPORT_EVERY = 1000
"""Pictures between two reports of a walk: by eye, a bar that moves some times a second."""
FACTS_BATCH = 32
"""Pictures in one step of the history, by eye: so many can be lost when the machine stops, and are read
again."""
SAMPLED = 16
"""Pictures whose content is compared after a folder was re-linked by path; by eye: another folder differs in
the first, and each is read whole."""


@dataclass(frozen=True, kw_only=True)
class ScanReport:
    """What a look into a folder found."""

    added: int
    known: int
    """Pictures of the project that lie where they should."""
    moved: int
    """Pictures of the project that were recognised by their content at another place of the folder."""
    vanished: tuple[int, ...]
    """Ids of pictures whose files are not in the folder any more; they stay in the project."""
    left_out: tuple[LeftOut, ...] = ()
    """What lies in the folder and could not be used, each with the reason."""


@dataclass(frozen=True)
class RelinkReport:
    """Where the pictures of a moved folder were found."""

    by_path: int
    by_content: int
    missing: tuple[int, ...]
    """Ids of pictures that were not found; they stay in the project."""
    different: tuple[int, ...]
    """Ids, among a sample, of pictures whose file is there and holds another picture."""


def add_root(project: Project, folder: Path | str) -> Root:
    """Add an image folder, or return the root that it is already. Its pictures come with ``scan_root``.

    Adding is agreeing that the project looks into the folder.

    Raises ProjectError when the folder is missing, lies in another root or contains one: a picture would be
    in the project twice.
    """
    folder = _existing(Path(folder))
    project.agreement.give([str(folder)])
    for root in project.roots():
        if Path(root.path) == folder:
            return root
        if folder.is_relative_to(root.path) or Path(root.path).is_relative_to(folder):
            raise ProjectError(
                "{folder} overlaps with the folder {path} of the project.",
                "Look for new pictures there instead, or remove it first.",
                folder=folder,
                path=root.path,
            )
    root = Root(project.next_id(Root), str(folder))
    project.apply(f"Add folder {folder.name}", [Edit(None, root)], undoable=False)
    return root


def scan_root(
    project: Project,
    root_id: int,
    progress: ProgressSink = ignore_progress,
    cancel: CancelToken | None = None,
) -> ScanReport:
    """Add the new pictures of a folder, as one command, without opening their files.

    Copies that an export laid below the folder, the label pictures of data sets, and what an import found to
    be a copy of a picture that the project has elsewhere are none of its pictures; what was removed from the
    project stays out of it. No step of undo: what the program found by itself, no person takes back.
    Pictures of the project that are gone from their path are looked for by content among the new ones.
    Raises ProjectError when the folder is missing or not agreed to, Cancelled with nothing changed.
    """
    cancel = cancel or CancelToken()
    root = _root(project, root_id)
    project.agreement.check(root)
    known = project.image_paths(root_id)
    found, left_out = _list_folder(_existing(Path(root.path)), progress, cancel)
    lost = [image_id for path, image_id in known.items() if path not in found]
    new = found - known.keys() - _removed(project, root_id)
    new -= exported(root.path, new) | label_pictures(root.path, new) | _copies(project, Path(root.path))
    fresh = sorted(new, key=natural_key)
    moved = _match_by_content(project, Path(root.path), lost, fresh, progress, cancel=cancel)
    taken = set(moved.values())
    fresh = [path for path in fresh if path not in taken]

    def edits() -> Iterator[Edit]:
        yield from _moves(project, moved)
        first_id = project.next_id(ImageEntry)
        for done, path in enumerate(fresh):
            cancel.raise_if_cancelled()
            if done % REPORT_EVERY == 0:
                progress(Progress("Adding pictures", done, len(fresh)))
            yield Edit(None, ImageEntry(id=first_id + done, root_id=root_id, path=path))

    project.apply(f"Add pictures of {Path(root.path).name}", edits(), undoable=False)
    progress(Progress("Adding pictures", len(fresh), len(fresh)))
    vanished = tuple(sorted(set(lost) - moved.keys()))
    return ScanReport(
        added=len(fresh),
        known=len(known) - len(lost),
        moved=len(moved),
        vanished=vanished,
        left_out=tuple(left_out),
    )


def relink(
    project: Project,
    root_id: int,
    new_path: Path | str,
    progress: ProgressSink = ignore_progress,
    cancel: CancelToken | None = None,
) -> RelinkReport:
    """Point a root to where its folder lies now; pictures are found by path, else by content. One command,
    and no step of undo.

    Raises ProjectError when the new folder is missing or holds none of the pictures, Cancelled; nothing was
    changed then.
    """
    cancel = cancel or CancelToken()
    root, folder = _root(project, root_id), _existing(Path(new_path))
    project.agreement.give([str(folder)])
    known = project.image_paths(root_id)
    found, _ = _list_folder(folder, progress, cancel)
    lost = [image_id for path, image_id in known.items() if path not in found]
    by_path = [image_id for path, image_id in known.items() if path in found]
    candidates = found - known.keys() - _removed(project, root_id)
    moved = _match_by_content(project, folder, lost, candidates, progress, cancel=cancel)
    if known and not by_path and not moved:
        raise ProjectError(
            "{folder} holds none of the {known:,} pictures of {path}.",
            "Choose the folder that took the place of this one.",
            folder=folder,
            known=len(known),
            path=root.path,
        )
    edits = [Edit(root, replace(root, path=str(folder)))] if root.path != str(folder) else []
    project.apply(f"Re-link {Path(root.path).name}", [*edits, *_moves(project, moved)], undoable=False)
    different = _different_content(project, folder, by_path)
    return RelinkReport(len(by_path), len(moved), tuple(sorted(set(lost) - moved.keys())), different)


def fill_facts(
    project: Project, progress: ProgressSink = ignore_progress, cancel: CancelToken | None = None
) -> dict[int, str]:
    """Read size, orientation and content hash of every picture that lacks them; made for a background thread.

    What was read before a cancellation stays. Returns image id -> why it could not be read.
    Raises Cancelled and ProjectError.
    """
    cancel = cancel or CancelToken()
    unread = project.image_ids(ImageFilter(unread=True))
    failed: dict[int, str] = {}
    for start in range(0, len(unread), FACTS_BATCH):
        progress(Progress("Reading pictures", start, len(unread)))
        read: list[ImageEntry] = []
        for image in project.images_by_id(unread[start : start + FACTS_BATCH]).values():
            cancel.raise_if_cancelled()
            try:
                path = project.image_path(image)
                size, orientation = image_header(path)
                content = file_hash(path)
            except (ImageReadError, ProjectError) as error:
                failed[image.id] = error.message
            else:
                read.append(replace(image, size=size, exif_orientation=orientation, content_hash=content))
        if read:
            project.record_facts(read)
    progress(Progress("Reading pictures", len(unread), len(unread)))
    return failed


def _removed(project: Project, root_id: int) -> set[str]:
    """Paths of the files of a folder that were taken out of the project."""
    return {found.path for found in project.removed_images if found.root_id == root_id}


def _root(project: Project, root_id: int) -> Root:
    for root in project.roots():
        if root.id == root_id:
            return root
    raise ProjectError(
        "{name} has no folder {root_id}.",
        "It may have been removed.",
        name=project.path.name,
        root_id=root_id,
    )


def _existing(folder: Path) -> Path:
    if not is_folder(folder):
        raise ProjectError(
            "The folder {folder} does not exist.",
            "Connect its disk, or re-link the folder to its new place.",
            folder=folder,
        )
    return folder.absolute()


def picture_names(folder: Path, leave: Leave = ignore_left_out) -> Iterator[str]:
    """POSIX paths, relative, of the pictures below a folder that a project can hold, unsorted.

    What is left out is told to ``leave``. Raises ProjectError when the folder itself cannot be listed.
    """
    start = len(str(folder / "_")) - 1
    try:
        for path in find_images(folder, leave):
            relative = str(path)[start:].replace(os.sep, "/")
            reason = trouble_with_name(relative)
            if reason is None:
                yield relative
            else:
                leave(LeftOut(shown(path), reason))
    except ImageReadError as error:
        raise ProjectError(error.message, error.hint) from error


def _copies(project: Project, root: Path) -> set[str]:
    """Files of the folder, POSIX below it, that pictures of the project say they have there as copies."""
    found: set[str] = set()
    for copies in project.images_that_say(COPIES_KEY).values():
        for copy in copies if isinstance(copies, list) else ():
            if isinstance(copy, str) and Path(copy).is_relative_to(root):
                found.add(Path(copy).relative_to(root).as_posix())
    return found


def _list_folder(folder: Path, progress: ProgressSink, cancel: CancelToken) -> tuple[set[str], list[LeftOut]]:
    """The pictures below a folder by name, and what was left out."""
    found: set[str] = set()
    left_out: list[LeftOut] = []
    for count, name in enumerate(picture_names(folder, left_out.append)):
        cancel.raise_if_cancelled()
        if count % REPORT_EVERY == 0:
            progress(Progress("Looking for pictures", count))
        found.add(name)
    return found, left_out


def _match_by_content(
    project: Project,
    folder: Path,
    lost: Collection[int],
    candidates: Iterable[str],
    progress: ProgressSink,
    *,
    cancel: CancelToken,
) -> dict[int, str]:
    """Image id -> the path among the candidates whose file has the same bytes; same names are tried first."""
    wanted: dict[str, list[ImageEntry]] = {}
    for image_id in lost:
        image = project.image(image_id)
        if image.content_hash:
            wanted.setdefault(image.content_hash, []).append(image)
    names = {PurePosixPath(image.path).name for images in wanted.values() for image in images}
    suffixes = {PurePosixPath(name).suffix.lower() for name in names}
    files = [path for path in candidates if PurePosixPath(path).suffix.lower() in suffixes]
    files.sort(key=lambda path: (PurePosixPath(path).name not in names, natural_key(path)))
    matched: dict[int, str] = {}
    for done, path in enumerate(files):
        if not wanted:
            break
        cancel.raise_if_cancelled()
        progress(Progress("Comparing pictures", done, len(files)))
        try:
            content = file_hash(folder / path)
        except ImageReadError:
            continue  # a file that cannot be read is no match; it is reported when it is opened
        images = wanted.get(content)
        if images:
            name = PurePosixPath(path).name
            same_name = next((image for image in images if PurePosixPath(image.path).name == name), images[0])
            images.remove(same_name)
            matched[same_name.id] = path
            if not images:
                del wanted[content]
    return matched


def _moves(project: Project, moved: dict[int, str]) -> Iterator[Edit]:
    for image_id, path in moved.items():
        image = project.image(image_id)
        yield Edit(image, replace(image, path=path))


def _different_content(project: Project, folder: Path, image_ids: list[int]) -> tuple[int, ...]:
    """Of a sample of these pictures, those whose file holds other bytes than before."""
    different: list[int] = []
    for image_id in islice(image_ids, 0, None, max(1, len(image_ids) // SAMPLED)):
        image = project.image(image_id)
        if image.content_hash and file_hash(folder / image.path) != image.content_hash:
            different.append(image_id)
    return tuple(different)
