"""How much is labelled in a project, without keeping it open."""

from __future__ import annotations

from pathlib import Path

from slimsam_core.errors import ProjectError
from slimsam_core.project.filters import ImageFilter
from slimsam_core.project.store import Project


def labels_of(path: Path) -> tuple[int, int]:
    """Labelled pictures and objects of a project; none of one that cannot be read."""
    try:
        with Project.open(path, read_only=True) as opened:
            return opened.count_images(ImageFilter(unlabelled=False)), opened.count_annotations()
    except ProjectError:
        return 0, 0
