"""Making a project together with what it is made for: when that fails, no empty project stays behind."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from slimsam_core.project.store import Project


@contextlib.contextmanager
def new_project(path: Path | str, roots: Iterable[Path | str] = ()) -> Iterator[Project]:
    """A new project, open for the time of a block; when the block raises, the file is gone again.

    Raises ProjectError as ``Project.create``, and what the block raises.
    """
    project = Project.create(path, roots)
    try:
        yield project
    except BaseException:
        discard(project)
        raise
    finally:
        project.close()


def discard(project: Project) -> None:
    """Close a project that was made just now and remove its file, and its folder when that is its own."""
    project.close()
    path = project.path
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        with contextlib.suppress(OSError):
            path.with_name(name).unlink(missing_ok=True)
    if path.parent.name.startswith("."):
        with contextlib.suppress(OSError):  # not empty: it was not made for this project alone
            path.parent.rmdir()
