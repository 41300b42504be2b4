"""A whole project as a new file."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from pathlib import Path

from slimsam_core.errors import ProjectError
from slimsam_core.project.checkup import examine_structure
from slimsam_core.project.connection import copy_compact
from slimsam_core.project.reader import Reader


def write_copy(project: Reader, draft: Path) -> None:
    """Write what the file of a project holds to an empty file, without free pages, of which a stranger's may
    have any number as holes; a damaged one goes page by page, as it is. Raises sqlite3.Error.
    """
    with contextlib.suppress(ProjectError):
        if not examine_structure(project):
            copy_compact(project.path, draft)
            return
    with project.asking() as connection:
        write_pages(draft, connection.backup)


def write_pages(draft: Path, backup: Callable[[sqlite3.Connection], object]) -> None:
    """Write all pages, even when the file itself has vanished. Raises sqlite3.Error."""
    with contextlib.closing(sqlite3.connect(draft)) as copy:
        backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
