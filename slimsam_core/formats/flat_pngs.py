"""PNGs of numbers that lie in a folder with no file that says what the numbers are."""

from __future__ import annotations

import re
from itertools import islice
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray

from slimsam_core.errors import FormatError
from slimsam_core.formats.finding import Named
from slimsam_core.formats.label_images import read_colours, read_labels
from slimsam_core.formats.per_image import PerImage
from slimsam_core.formats.pictures import Pictures, stem_of
from slimsam_core.formats.records import Issue

FOLDERS = (
    "masks",
    "mask",
    "labels",
    "label",
    "annotations",
    "annotation",
    "segmentation",
    "gt",
    "ground_truth",
)
"""What people call the folder of label pictures that lies beside the one of the pictures."""
LOOK_AT = 5
"""Pictures that are decoded to tell: each can take a second."""
SAME_AS_LEFT = 0.8
"""Share of pixels that have the value of their left neighbour: of labels nearly all, of photographs few."""
_ENDING = re.compile(r"[_-](masks?|labels?|seg|segmentation|gt|annotation)$", re.IGNORECASE)
"""What is added to the name of a picture for its labels."""


def label_folder(source: Path) -> Path:
    """The folder of label pictures: the only one in ``source`` that is called so, else ``source`` itself."""
    named = (
        [path for path in sorted(source.iterdir()) if path.name.lower() in FOLDERS] if source.is_dir() else []
    )
    with_labels = [path for path in named if path.is_dir() and not path.is_symlink() and _pngs(path)]
    return with_labels[0] if len(with_labels) == 1 and not _pngs(source) else source


def holds_numbers(source: Path) -> bool:
    """Whether the first PNGs of a folder, or a PNG itself, are label pictures and no photographs."""
    if source.is_file():
        return source.suffix.lower() == ".png" and _is_label_picture(source)
    files = _pngs(label_folder(source)) if source.is_dir() else []
    return bool(files) and all(map(_is_label_picture, files))


def has_colours(folder: Path) -> bool:
    """Whether the first PNGs of a folder are colours in large areas, as those of classes are."""
    files = _pngs(folder)
    return bool(files) and all(map(_is_colour_picture, files))


def picture_of(run: PerImage, file: Path, stem: str, where: str) -> tuple[Named, Issue | None]:
    """The picture that a label picture speaks of, by its stem, with or without an ending such as ``_mask``.

    Raises FormatError when several have it.
    """
    own = stem_of(run.where(file))
    for pictures in run.places:
        found = _picture_among(pictures, stem, own)
        if found is not None:
            return Named(found, found), None
    return run.name_of_stem(stem, where)


def _picture_among(pictures: Pictures, stem: str, own: str) -> str | None:
    """The only one that the stem can mean and that is not the label picture ``own`` itself."""
    short = _ENDING.sub("", stem)
    for wanted in dict.fromkeys((stem, f"images/{stem}", short, f"images/{short}")):
        found = [name for name in pictures.with_stem(wanted) if stem_of(name) != own]
        if len(found) == 1:
            return found[0]
    for base in dict.fromkeys((PurePosixPath(stem).name, PurePosixPath(short).name)):
        found = [name for name in pictures.with_base_stem(base) if stem_of(name) != own]
        if len(found) == 1:
            return found[0]
    return None


def _pngs(folder: Path) -> list[Path]:
    """The first PNGs that lie in a folder itself."""
    files = (path for path in folder.glob("*.png") if path.is_file() and not path.name.startswith("."))
    return list(islice(files, LOOK_AT))


def _is_label_picture(file: Path) -> bool:
    try:
        return _is_flat(read_labels(file, ""))
    except FormatError:
        return False


def _is_colour_picture(file: Path) -> bool:
    try:
        return _is_flat(read_colours(file, ""))
    except FormatError:
        return False


def _is_flat(labels: NDArray[np.uint16] | NDArray[np.uint32]) -> bool:
    return labels.shape[1] < 2 or float(np.mean(labels[:, 1:] == labels[:, :-1])) >= SAME_AS_LEFT
