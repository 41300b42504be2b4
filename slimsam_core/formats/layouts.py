"""How datasets lay out their folders: where the pictures lie of annotations that somebody points at."""

from __future__ import annotations

from pathlib import Path

from slimsam_core.files.export_manifest import MAX_UP
from slimsam_core.files.listing import entries_of, is_folder
from slimsam_core.formats.subset import split_of_name

_ANNOTATIONS = frozenset(("labels", "annotations", "labeltxt", "annfiles"))
"""What folders of annotations are called that lie beside a folder of pictures."""
_PICTURES = frozenset(("images", "jpegimages", "imgs", "img", "pictures", "data", "default"))


def dataset_root(source: Path) -> Path:
    """The folder below which a dataset has its pictures.

    That is the folder ``source`` itself (of a file the one it lies in), but of a folder such as ``labels`` or
    ``Annotations``, or a part of it, the one above, where pictures lie beside it.
    """
    start = source if is_folder(source) else source.parent
    for folder in (start, *start.absolute().parents[:MAX_UP]):
        if folder.name.lower() in _ANNOTATIONS and _has_pictures_beside(folder):
            return folder.parent
    return start


def is_dataset(source: Path) -> bool:
    """Whether somebody chose a folder or the file of a layout, and no lone file."""
    layout = source.suffix.lower() in (".yaml", ".yml") or dataset_root(source) != source.parent
    return is_folder(source) or layout


def _has_pictures_beside(folder: Path) -> bool:
    beside = [Path(entry.path) for entry in entries_of(folder.parent) if is_folder(entry.path)]
    beside = [path for path in beside if path != folder]
    return any(path.name.lower() in _PICTURES or split_of_name(path.name) for path in beside)
