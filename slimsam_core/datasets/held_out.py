"""Which pictures of several data sets are held out: a picture that is in two of them lies on one side."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

import numpy as np

from slimsam_core.datasets.labelled import MaskDataset, Subset, split_held_out
from slimsam_core.errors import FormatError, ImageReadError
from slimsam_core.files.foreign import open_regular
from slimsam_core.pixels.picture_file import IMAGE_SUFFIXES

__all__ = ["split_all", "split_as"]

_BLOCK = 1 << 20
"""Bytes of a file that are read at a time to compare it."""


def split_all(datasets: Sequence[MaskDataset], share: float) -> list[tuple[Subset, Subset]]:
    """``(kept, held out)`` of each data set as ``split_held_out`` says; but a picture that several of them
    have, as the same file or a copy of one name, is where the first one has it."""
    parts = [split_held_out(dataset, share) for dataset in datasets]
    held = [set(part.indices) for _, part in parts]
    for (first, index), *others in _same_pictures(datasets):
        for which, other in others:
            (held[which].add if index in held[first] else held[which].discard)(other)
    return [_parted(dataset, chosen) for dataset, chosen in zip(datasets, held, strict=True)]


def split_as(
    datasets: Sequence[MaskDataset], held: Mapping[str, Collection[str]]
) -> list[tuple[Subset, Subset]]:
    """``(kept, held out)`` by the keys that were held out before, by the names of the data sets."""
    return [
        _parted(dataset, {i for i in range(len(dataset)) if dataset.key(i) in known})
        for dataset in datasets
        for known in (frozenset(held.get(dataset.name, ())),)
    ]


def _parted(dataset: MaskDataset, held: set[int]) -> tuple[Subset, Subset]:
    kept = [index for index in range(len(dataset)) if index not in held]
    return Subset(dataset, kept), Subset(dataset, sorted(held))


Place = tuple[int, int]
"""Number of a data set, and of a picture in it."""


def _same_pictures(datasets: Sequence[MaskDataset]) -> Iterator[list[Place]]:
    """Pictures that are in several data sets. Only those whose names are alike are looked at: millions of
    others cost a number each."""
    if len(datasets) < 2:
        return
    stems = [
        np.fromiter((hash(_stem(dataset.key(i))) for i in range(len(dataset))), np.int64, len(dataset))
        for dataset in datasets
    ]
    names, counts = np.unique(np.concatenate(stems), return_counts=True)
    often = names[counts > 1]
    alike: dict[int, list[Place]] = {}
    for which, hashes in enumerate(stems):
        for index in np.flatnonzero(np.isin(hashes, often)):
            alike.setdefault(int(hashes[index]), []).append((which, int(index)))
    for places in alike.values():
        if len({which for which, _ in places}) > 1:
            yield from _of_one_file(datasets, places)


def _stem(key: str) -> str:
    """The name of a picture without folders and suffix, which some data sets' keys have."""
    name = PurePosixPath(key).name
    stem, dot, suffix = name.rpartition(".")
    return stem if dot and f".{suffix.lower()}" in IMAGE_SUFFIXES else name


def _of_one_file(datasets: Sequence[MaskDataset], places: Sequence[Place]) -> Iterator[list[Place]]:
    """Those of the places whose pictures are the same file, or files of the same bytes."""
    by_size: dict[object, list[tuple[Place, Path]]] = {}
    for which, index in places:
        try:
            path = Path(os.path.realpath(datasets[which].labels(index).path))
        except (FormatError, ImageReadError):
            continue  # is left out on either side
        try:
            size: object = path.stat().st_size
        except OSError:
            size = path  # in a tar file
        by_size.setdefault(size, []).append(((which, index), path))
    for found in by_size.values():
        if len(found) < 2:
            continue
        groups: dict[object, list[Place]] = {}
        one_file = len({path for _, path in found}) == 1
        for place, path in found:
            groups.setdefault(path if one_file else _content(path), []).append(place)
        yield from (group for group in groups.values() if len(group) > 1)


def _content(path: Path) -> object:
    """A digest of a file; its path where it cannot be read."""
    digest = hashlib.sha256()
    try:
        with open_regular(path) as file:
            while block := file.read(_BLOCK):
                digest.update(block)
    except OSError:
        return path
    return digest.digest()
