"""Parts of a dataset: some classes, a train / val / test split by picture, and how files are named."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import PurePosixPath

from slimsam_core.annotation import Annotation
from slimsam_core.errors import OutputError
from slimsam_core.files.export_manifest import SPLITS
from slimsam_core.formats.context import warning
from slimsam_core.formats.names import collision_key
from slimsam_core.formats.records import Dataset, DatasetMeta, ImageRecord, Issue

_FOLDERS = {"training": "train", "valid": "val", "validation": "val", "testing": "test"}
"""What other programs call the parts."""


def split_of_name(name: str) -> str:
    """The part of a dataset that a word means, with or without a year (``val2017``); empty for others."""
    word = re.sub(r"\d*$", "", name.lower())
    word = _FOLDERS.get(word, word)
    return word if word in SPLITS else ""


def split_of_folder(path: str) -> str:
    """The part that the only telling folder of a POSIX path means, empty without one."""
    found = {split_of_name(part) for part in PurePosixPath(path).parts[:-1]} - {""}
    return found.pop() if len(found) == 1 else ""


@dataclass(frozen=True)
class Split:
    """Shares of ``train``, ``val`` and ``test``, divided by their sum. The same seed gives the same split."""

    train: float = 0.8
    val: float = 0.2
    test: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        if min(self.train, self.val, self.test) < 0 or self.train + self.val + self.test <= 0:
            raise ValueError("the shares of a split must be at least 0, and not all 0")

    def assign(self, file_names: Iterator[str]) -> dict[str, str]:
        """Each name's part. The order of the names does not matter, only the names and the seed."""
        ranked = sorted(file_names, key=lambda name: hashlib.blake2b(f"{self.seed}/{name}".encode()).digest())
        total = self.train + self.val + self.test
        ends = (self.train / total, (self.train + self.val) / total, 1.0)
        parts: dict[str, str] = {}
        for index, name in enumerate(ranked):
            place = (index + 0.5) / len(ranked)
            parts[name] = next(part for part, end in zip(SPLITS, ends, strict=True) if place <= end)
        return parts


@dataclass(frozen=True)
class FilteredDataset:
    """A dataset seen through a filter: ``change`` returns a picture as it shall be, None to leave it out."""

    whole: Dataset
    change: Callable[[ImageRecord], ImageRecord | None]
    category_ids: frozenset[int] | None = None
    """Only objects of these classes; None = all."""

    @cached_property
    def meta(self) -> DatasetMeta:
        """Info, licences, and the classes that are left."""
        meta = self.whole.meta
        if self.category_ids is None:
            return meta
        return replace(meta, categories=tuple(c for c in meta.categories if c.id in self.category_ids))

    def images(self) -> Iterator[ImageRecord]:
        """The pictures that are left."""
        for image in self.whole.images():
            changed = self.change(image)
            if changed is not None:
                yield changed

    def annotations(self) -> Iterator[Annotation]:
        """The objects that are left, in the order of the pictures."""
        for annotation in self.whole.annotations():
            if annotation.image_id in self._kept_ids and (
                self.category_ids is None or annotation.category_id in self.category_ids
            ):
                yield annotation

    @cached_property
    def _kept_ids(self) -> frozenset[int]:
        return frozenset(image.id for image in self.images())

    def count_images(self) -> int:
        """Number of pictures."""
        return len(self._kept_ids)

    def count_annotations(self) -> int:
        """Number of objects."""
        return sum(1 for _ in self.annotations())


def split_dataset(dataset: Dataset, split: Split) -> FilteredDataset:
    """The dataset with ``ImageRecord.split`` set."""
    parts = split.assign(image.file_name for image in dataset.images())
    return FilteredDataset(dataset, lambda image: replace(image, split=parts[image.file_name]))


def only_split(dataset: Dataset, name: str) -> FilteredDataset:
    """The pictures of one part of a split dataset."""
    return FilteredDataset(dataset, lambda image: image if image.split == name else None)


def base_names(dataset: Dataset) -> FilteredDataset:
    """The dataset with file names without folders."""
    return FilteredDataset(
        dataset, lambda image: replace(image, file_name=PurePosixPath(image.file_name).name)
    )


def check_collisions(names: Iterator[tuple[str, str]]) -> Issue | None:
    """Refuse ``(name, new name)`` pairs with the same new name; tell of those that are one on some system."""
    seen: dict[str, str] = {}
    alike: dict[str, str] = {}
    told: list[str] = []
    for name, new in names:
        if new in seen:
            raise OutputError(
                "The export was refused: {seen} and {name} would both be called {new}.",
                "Keep the folders in the file names, or rename one of the pictures.",
                seen=seen[new],
                name=name,
                new=new,
            )
        seen[new] = name
        stem = PurePosixPath(new).with_suffix("")
        other = alike.setdefault(collision_key(str(stem)), new)
        if PurePosixPath(other).with_suffix("") != stem:
            told.append(f"{other} and {new}")
    if not told:
        return None
    more = f", and {len(told) - 1:,} more" if len(told) > 1 else ""
    words = f"{told[0]} differ only in capitals or accents{more}"
    return warning(
        "colliding-name",
        "",
        "{words}: on Windows and macOS one of them would take the other's place",
        words=words,
    )
