"""Paths of pictures inside their folders."""

from __future__ import annotations

from pathlib import Path

from slimsam_core.errors import ProjectError
from slimsam_core.files.containment import is_entry_below


def check_relative(path: str) -> None:
    """Refuse a picture path that could leave its root, on any system. Raises ProjectError."""
    parts = path.replace("\\", "/").split("/")
    if "" in parts or "." in parts or ".." in parts or path[1:2] == ":" or "\0" in path:
        raise ProjectError(
            "{path!r} is not a path inside an image folder.",
            "Picture paths are relative to their folder, with '/' between the parts and without '..'.",
            path=path,
        )


def path_below(root: Path, name: str) -> Path:
    """Where the picture ``name`` of a folder lies.

    Raises ProjectError when the name leaves the folder, by ``..`` or by a link in place of a sub-folder.
    """
    check_relative(name)
    path = root / name
    if not is_entry_below(root, path):
        raise ProjectError(
            "{name} leads out of the folder {root}.",
            "Add the folder that the link points to instead.",
            name=name,
            root=root,
        )
    return path
