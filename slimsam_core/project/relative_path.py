"""Paths of pictures inside their folders."""

from __future__ import annotations

from slimsam_core.errors import ProjectError


def check_relative(path: str) -> None:
    """Refuse a picture path that could leave its root, on any system. Raises ProjectError."""
    parts = path.replace("\\", "/").split("/")
    if "" in parts or "." in parts or ".." in parts or path[1:2] == ":" or "\0" in path:
        raise ProjectError(
            f"{path!r} is not a path inside an image folder.",
            "Picture paths are relative to their folder, with '/' between the parts and without '..'.",
        )
