"""Pictures that are labels of other pictures, told by the folders and files that data sets have around."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from slimsam_core.files.listing import is_file

VOC_FOLDERS = frozenset(
    ("SegmentationClass", "SegmentationObject", "SegmentationClassPNG", "SegmentationObjectPNG")
)
"""Nobody calls a folder of photographs so."""

_BESIDE = {
    "instances": ("classes.json",), "semantic": ("classes.json",), "masks": ("classes.json",),
    "colours": ("labelmap.txt",),
}  # fmt: skip
"""Folder of labels -> files beside it, without which it can be one of photographs."""


def label_pictures(root: Path | str, names: Iterable[str]) -> set[str]:
    """Those of the files (POSIX paths below ``root``) that lie in a folder of labels."""

    @cache
    def holds_labels(folder: str) -> bool:
        path = Path(root, folder)
        if path.name in VOC_FOLDERS:
            return True
        known = _BESIDE.get(path.name, ())
        panoptic = path.name.startswith("panoptic_") and is_file(path.with_suffix(".json"))
        return panoptic or any(is_file(path.parent / name) for name in known)

    def is_label(name: str) -> bool:
        parts = name.split("/")
        return any(holds_labels("/".join(parts[:depth])) for depth in range(1, len(parts)))

    return {name for name in names if name.lower().endswith(".png") and is_label(name)}
