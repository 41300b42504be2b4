"""Whether a path lies in a folder once its links are followed: the one place that decides it."""

from __future__ import annotations

import stat
from pathlib import Path


def lies_in(folder: Path, path: Path) -> bool:
    """Whether ``path`` is ``folder`` or lies in it, all links followed. False for loops of links and for
    names that no file can have."""
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):  # a loop of links, a zero byte
        return False


def is_entry_below(folder: Path, path: Path) -> bool:
    """The same of the folder that holds ``path``: the file itself may be a link, as many data sets have
    them for pictures."""
    return lies_in(folder, path.parent)


class FoldersBelow:
    """The folders below one root, each looked at once: many names lie in few folders, and asking each name
    for all its folders anew takes minutes where a file names a thousand of them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._inside: dict[str, bool] = {}
        """Of the folders that are there, by their POSIX path: whether they lie in the root."""

    def entry(self, relative: str) -> Path | None:
        """Where a POSIX path without ``..`` leads; None where a folder on the way is missing. The last part
        need not be there, and may be a link. Raises PermissionError when a folder leads outside."""
        folder = relative.rpartition("/")[0]
        inside = self._inside.get(folder) if folder else True
        if inside is None:
            inside = self._looked_at(folder)
        if inside is False:
            raise PermissionError(relative)
        return self.root / relative if inside else None

    def _looked_at(self, folder: str) -> bool | None:
        """From the top on, so that one look is enough where the first folder is missing."""
        inside: bool | None = True
        at = 0
        while inside and at < len(folder):
            end = folder.find("/", at)
            at = len(folder) if end < 0 else end + 1
            upper = folder if end < 0 else folder[:end]
            inside = self._inside.get(upper)
            if inside is None and (inside := self._look(self.root / upper)) is not None:
                self._inside[upper] = inside
        return inside

    def _look(self, path: Path) -> bool | None:
        """Of a folder whose own folder lies in the root; None when none is there."""
        try:
            found = path.lstat()
        except (OSError, ValueError):
            return None
        if stat.S_ISLNK(found.st_mode) or bool(getattr(found, "st_reparse_tag", 0)):
            return lies_in(self.root, path)
        return True if stat.S_ISDIR(found.st_mode) else None
