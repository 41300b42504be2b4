"""Photographs with masks, for training and judging, and what a data set of them is.

A data set is an index: it knows how many pictures it has and reads the labels of one when asked, so that
millions of files cost one list of names. Pictures whose labels or pixels are damaged are skipped and counted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np

from slimsam_core.errors import FormatError, ImageReadError
from slimsam_core.pixels.geometry import PointPrompt, PromptSet, Size
from slimsam_core.pixels.mask import BoolMask, Rle


@dataclass(frozen=True, kw_only=True)
class LabelledObject:
    """One object of a picture; ``point`` is the click that the data set itself gives it, if it gives one."""

    mask: Rle
    category: str = ""
    point: PointPrompt | None = None
    id: int = 0
    prompts: PromptSet | None = None
    """What a person clicked to make it, from a project; starts with a box or a positive point."""
    made_by: str = ""
    """Hash of the model whose mask this is without any change by hand."""
    ignore: Rle | None = None
    """Pixels near it of which nobody said whether they belong to it."""


@dataclass(frozen=True, kw_only=True)
class LabelledImage:
    """A picture file and its objects; pixels set in ``ignore`` are neither learned nor scored."""

    path: Path
    size: Size
    objects: tuple[LabelledObject, ...]
    ignore: Rle | None = None
    left_out: tuple[str, ...] = ()
    """Why objects of it could not be read, one line each."""

    def scored(self, number: int) -> BoolMask:
        """The pixels that count for the object ``number``, bool HxW: neither its own nor the picture's
        ``ignore``."""
        counts: BoolMask = np.ones(self.size.hw, np.bool_)
        for ignored in (self.ignore, self.objects[number].ignore):
            if ignored is not None:
                counts &= ~ignored.decode()
        return counts


class MaskDataset(Protocol):
    """An index of labelled pictures in a fixed order."""

    @property
    def name(self) -> str:
        """What reports call it."""

    def __len__(self) -> int:
        """Number of pictures."""

    def key(self, index: int) -> str:
        """A name of the picture that is stable between machines."""

    def labels(self, index: int) -> LabelledImage:
        """The labels of one picture. Raises FormatError or ImageReadError when they are unusable."""


@dataclass
class Skipped:
    """Count of pictures that were left out, with the first reasons."""

    count: int = 0
    examples: list[str] = field(default_factory=list)
    most: int = 5
    """How many reasons are kept."""

    def add(self, reason: object) -> None:
        """Count one more picture."""
        self.count += 1
        self.note((str(reason),))

    def note(self, reasons: Sequence[str]) -> None:
        """Keep reasons why parts of a picture that is used were left out, each once."""
        for reason in reasons:
            if len(self.examples) < self.most and reason not in self.examples:
                self.examples.append(reason)


MOST_REASONS = 10_000
"""Reasons that are kept where each is told at the end."""


@dataclass(frozen=True)
class Subset:
    """Some pictures of another data set."""

    whole: MaskDataset
    indices: Sequence[int]

    @property
    def name(self) -> str:
        """The name of the whole."""
        return self.whole.name

    def __len__(self) -> int:
        return len(self.indices)

    def key(self, index: int) -> str:
        """As in the whole."""
        return self.whole.key(self.indices[index])

    def labels(self, index: int) -> LabelledImage:
        """As in the whole."""
        return self.whole.labels(self.indices[index])


def split_held_out(
    dataset: MaskDataset, share: float, key: Callable[[int], str] | None = None
) -> tuple[Subset, Subset]:
    """``(kept, held out)``, decided by a hash of each picture's key, so that adding pictures moves none.

    With at least two pictures neither side is empty when ``share`` > 0. ``key``: others than the data set's.
    """
    key = key or dataset.key
    hashed = [hashlib.sha256(key(i).encode()).digest() for i in range(len(dataset))]
    order = sorted(range(len(dataset)), key=lambda i: hashed[i])
    held = [i for i in order if int.from_bytes(hashed[i][:4], "big") < share * 2**32]
    if share > 0 and len(order) >= 2:
        held = held or order[:1]
        held = held[:-1] if len(held) == len(order) else held
    chosen = set(held)
    kept = [i for i in range(len(dataset)) if i not in chosen]
    return Subset(dataset, kept), Subset(dataset, sorted(held))


def iterate(dataset: MaskDataset, skipped: Skipped) -> Iterator[tuple[str, LabelledImage]]:
    """Key and labels of every picture that has at least one object; damaged ones go to ``skipped``."""
    for index in range(len(dataset)):
        try:
            image = dataset.labels(index)
        except (FormatError, ImageReadError) as error:
            skipped.add(error)
            continue
        skipped.note(image.left_out)
        if image.objects:
            yield dataset.key(index), image
