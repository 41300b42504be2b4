"""Which folders a project may look into: its own, and those that the user of this computer agreed to.

A project from another place can name any folder as the place of its pictures. Folders outside its own are
neither searched nor read before the user has agreed. What was agreed is kept with the user's data, never in
the project: a project cannot agree for the user.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from slimsam_core.annotation import Root
from slimsam_core.errors import OutputError, ProjectError
from slimsam_core.files.atomic import atomic_write_json
from slimsam_core.files.containment import lies_in
from slimsam_core.files.foreign import read_json
from slimsam_core.files.user_folders import data_dir
from slimsam_core.sentences import sentence
from slimsam_core.visible_text import one_line

PROJECT_FOLDER = ".slimsam"
"""Sub-folder of a picture folder that holds its project: the picture folder is the project's own then."""

MAX_PROJECTS = 2000
"""Projects whose folders are remembered, the newest; a forgotten one asks again."""

MAX_BYTES = 16 << 20
"""Of the file: ``MAX_PROJECTS`` with 10 folders each, of 200 letters, have 4 MB."""

_LOCK = threading.Lock()
_THIS_SESSION: dict[str, set[str]] = {}
"""What was agreed by this process, also where it could not be written down."""


class FolderNotAgreed(ProjectError):
    """A project wants to look into folders outside its own that the user has not agreed to."""

    def __init__(self, project: Path, folders: tuple[str, ...]) -> None:
        shown = ", ".join(one_line(folder) for folder in folders[:5])
        more = sentence(" and {count} more", count=len(folders) - 5) if len(folders) > 5 else ""
        super().__init__(
            "{name} comes from another place and names folders outside its own: {folders}{more}. They were"
            " not looked into.",
            "Agree to them if these folders are meant.",
            command=("slimsam", "project", "agree", project),
            name=project.name,
            folders=shown,
            more=more,
        )
        self.folders = folders


class FolderAgreement:
    """What one project may look into. Safe from any thread."""

    def __init__(self, project_path: Path, uid: Callable[[], str]) -> None:
        self._path, self._uid = project_path, uid
        self._found: set[str] = set()

    def covers(self, folder: str) -> bool:
        """Whether the folder (``Root.path``) is the project's own or the user agreed to it."""
        if folder not in self._found:
            if not is_own(self._path, folder) and not is_agreed(self._uid(), folder):
                return False
            self._found.add(folder)
        return True

    def missing(self, roots: Iterable[Root]) -> list[Root]:
        """Those of the folders that wait for the user's word."""
        return [root for root in roots if not self.covers(root.path)]

    def check(self, *roots: Root) -> None:
        """Raise FolderNotAgreed when one of these folders must not be looked into."""
        refused = tuple(root.path for root in self.missing(roots))
        if refused:
            raise FolderNotAgreed(self._path, refused)

    def give(self, folders: Iterable[str]) -> None:
        """The user agrees that the project looks into these folders, from now on."""
        agree(self._uid(), folders)


def own_folder(project_path: Path) -> Path:
    """The folder that a project may look into without being asked."""
    folder = project_path.parent
    return folder.parent if folder.name == PROJECT_FOLDER else folder


def is_own(project_path: Path, folder: str) -> bool:
    """Whether a folder is the project's own or lies in it, links followed."""
    return lies_in(own_folder(project_path), Path(folder))


def is_agreed(uid: str, folder: str) -> bool:
    """Whether the user agreed that the project of this ``uid`` looks into the folder."""
    with _LOCK:
        return folder in _THIS_SESSION.get(uid, ()) or folder in _read().get(uid, ())


def agree(uid: str, folders: Iterable[str]) -> None:
    """Remember that the user agreed; where that cannot be written it holds for this process."""
    wanted = set(folders)
    with _LOCK:
        _THIS_SESSION.setdefault(uid, set()).update(wanted)
        known = _read()
        if wanted <= set(known.get(uid, ())):
            return
        known[uid] = sorted({*known.pop(uid, ()), *wanted})
        newest = dict(list(known.items())[-MAX_PROJECTS:])
        try:
            agreements_path().parent.mkdir(parents=True, exist_ok=True)
            atomic_write_json(agreements_path(), {"projects": newest})
        except (OSError, OutputError, ValueError):
            pass  # asked again next time


def agreements_path() -> Path:
    """The file that remembers."""
    return data_dir() / "agreed-folders.json"


def _read() -> dict[str, list[str]]:
    path = agreements_path()
    try:
        projects = read_json(path, MAX_BYTES)["projects"]
        return {str(uid): [str(folder) for folder in folders] for uid, folders in projects.items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}
