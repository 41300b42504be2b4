"""What ``--data`` names, as data sets: everything that can be imported can be learnt from and judged on.

SA-1B folders and COCO files are read by indexes of their own, which hold a list of names and not a million
masks; every other format by the reader of its import.
"""

from __future__ import annotations

from pathlib import Path

from slimsam_core.datasets.imported import ImportedDataset
from slimsam_core.datasets.indexed import CocoFile, Sa1bFolder, read_labels
from slimsam_core.datasets.labelled import MaskDataset, Skipped
from slimsam_core.datasets.names import with_own_names
from slimsam_core.datasets.shard import Sa1bShard
from slimsam_core.errors import FormatError
from slimsam_core.files.listing import exists, files_below, is_file
from slimsam_core.files.shards import SHARD_SUFFIX, is_shard
from slimsam_core.formats.registry import Format, SeveralFormats, get_format, recognise

__all__ = ["Skipped", "open_datasets"]

INDEXED = frozenset(("coco", "sa1b"))
"""Formats with an index of their own."""
_MOST_COCO_FILES = 8
"""A folder of more JSON files has one for each picture; millions are not parsed to find out."""


def open_datasets(
    path: Path | str, *, format_name: str = "", images: Path | None = None
) -> list[MaskDataset]:
    """The data sets at ``path``: a file or folder of any format that can be imported; a tree of SA-1B
    folders, COCO files and tar shards gives one for each folder, file and shard, each with a name of its own.

    ``format_name``: what it is, where several formats fit. ``images``: the folder of the pictures, where they
    do not lie with the labels (pictures of an SA-1B folder always do). Raises FormatError when there is none,
    or when several formats fit.
    """
    path = Path(path)
    if not exists(path):
        raise FormatError("there is no such file or folder", where=str(path))
    if is_shard(path):
        return [Sa1bShard(path)]
    if format_name and format_name not in INDEXED:
        return [ImportedDataset(path, get_format(format_name), images)]
    if is_file(path) and (format_name or _is_coco(path)):
        return [CocoFile(path, images)]
    format_ = _other_format(path) if not format_name else None
    if format_ is not None:
        return [ImportedDataset(path, format_, images)]
    if is_file(path):
        return [CocoFile(path, images)]
    found: list[MaskDataset] = []
    places: list[str] = []
    folders = dict.fromkeys(file.parent for file in files_below(path, ".json"))
    for folder in folders:
        more = _datasets_in(folder, path, images)
        found.extend(more)
        places.extend((folder.relative_to(path) / one.name).as_posix() for one in more)
    for shard in files_below(path, SHARD_SUFFIX):
        found.append(Sa1bShard(shard))
        places.append(shard.relative_to(path).with_suffix("").as_posix())
    if not found:
        raise FormatError(
            "no picture with masks was found",
            "Give a file or folder that can be imported, or pictures with NAME.json beside NAME.jpg, "
            "also in a tar file.",
            where=str(path),
        )
    return with_own_names(found, places)


def _other_format(path: Path) -> Format | None:
    """The format of ``path`` when it has no index of its own, else None. Raises SeveralFormats."""
    try:
        found = recognise(path)
    except SeveralFormats as error:
        if INDEXED.intersection(guess.format.name for guess in error.candidates):
            return None
        raise
    except FormatError:
        return None
    return found if found.read is not None and found.name not in INDEXED else None


def _datasets_in(folder: Path, top: Path, images: Path | None) -> list[MaskDataset]:
    """COCO files of one folder, or else the folder itself as SA-1B layout."""
    coco: list[MaskDataset] = []
    files = sorted(folder.glob("*.json"))
    if len(files) <= _MOST_COCO_FILES:
        coco = [CocoFile(path, images) for path in files if _is_coco(path)]
    name = folder.name if folder == top else folder.relative_to(top).as_posix()
    return coco or [Sa1bFolder(folder, name)]


def _is_coco(path: Path) -> bool:
    if path.suffix.lower() != ".json":
        return False
    try:
        data = read_labels(path)
    except FormatError:
        return False  # a damaged file of one picture: skipped and counted when it is read
    return isinstance(data, dict) and isinstance(data.get("images"), list) and "annotations" in data
