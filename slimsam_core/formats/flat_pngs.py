"""PNGs of numbers that lie in a folder with no file that says what the numbers are."""

from __future__ import annotations

import re
from itertools import islice
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray

from slimsam_core.errors import FormatError
from slimsam_core.files.listing import entries_of, is_file, is_folder
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
CLASSES = "classes.json"
"""Says what the numbers are, where we wrote them."""
LOOK_AT = 5
"""Pictures that are decoded to tell: each can take a second."""
SAME_AS_LEFT = 0.8
"""Share of pixels that have the value of their left neighbour: of labels nearly all, of photographs few."""
_ENDING = re.compile(r"[_-](masks?|labels?|seg|segmentation|gt|annotation)$", re.IGNORECASE)
"""What is added to the name of a picture for its labels."""


def label_folder(source: Path) -> Path:
    """The folder of label pictures: the only one in ``source`` that is called so, else ``source`` itself."""
    named = [Path(entry.path) for entry in entries_of(source) if entry.name.lower() in FOLDERS]
    with_labels = [path for path in named if is_folder(path) and not path.is_symlink() and pngs_in(path)]
    return with_labels[0] if len(with_labels) == 1 and not pngs_in(source) else source


def holds_numbers(source: Path) -> bool:
    """Whether the first PNGs of a folder, or a PNG itself, are label pictures and no photographs."""
    if is_file(source):
        return source.suffix.lower() == ".png" and _is_label_picture(source)
    files = pngs_in(label_folder(source)) if is_folder(source) else []
    return bool(files) and all(map(_is_label_picture, files))


def has_colours(folder: Path) -> bool:
    """Whether the first PNGs of a folder are colours in large areas, as those of classes are."""
    files = pngs_in(folder)
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


def pngs_in(folder: Path) -> list[Path]:
    """The first PNGs that lie in a folder itself."""
    paths = (Path(entry.path) for entry in entries_of(folder) if not entry.name.startswith("."))
    return list(islice((path for path in paths if path.suffix.lower() == ".png" and is_file(path)), LOOK_AT))


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
