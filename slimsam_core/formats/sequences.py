"""Pictures of a folder as the frames of a sequence, and what is one thing through several of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePosixPath

from slimsam_core.annotation import Annotation
from slimsam_core.errors import OutputError
from slimsam_core.formats.records import Dataset, by_image
from slimsam_core.formats.subset import FilteredDataset
from slimsam_core.pixels.geometry import Size
from slimsam_core.project.sorting import natural_key
from slimsam_core.project.tracks import track_of

Identity = tuple[int, int, int]
"""What tells a thing from all others of a sequence, in the order in which things are written."""


@dataclass(frozen=True)
class PictureSequence:
    """The pictures of one folder as frames, in the order of their names."""

    folder: str
    """POSIX, empty for the image root."""
    size: Size
    frames: dict[str, int]
    """File name -> number, from 0."""
    count: int
    """Frames of the film, those that are not in the dataset too."""

    def below(self, name: str) -> str:
        """The path of a file in the folder."""
        return f"{self.folder}/{name}" if self.folder else name


def folder_of(file_name: str) -> str:
    """The folder of the sequence that a picture belongs to, empty for the root."""
    parent = PurePosixPath(file_name).parent.as_posix()
    return "" if parent == "." else parent


def sequences_of(
    dataset: Dataset, others: Iterable[str] = (), *, by_letters: bool = False
) -> dict[str, PictureSequence]:
    """The sequences by their folders; ``others``: pictures that are left out, and are frames all the same.

    Frame 2 comes before frame 10 as everywhere in the program; ``by_letters``: behind it.
    Raises OutputError where the pictures of a folder differ in size.
    """
    found: dict[str, dict[str, Size]] = {}
    for image in dataset.images():
        found.setdefault(folder_of(image.file_name), {})[image.file_name] = image.size
    every: dict[str, set[str]] = {folder: set(sizes) for folder, sizes in found.items()}
    for name in others:
        if folder_of(name) in every:
            every[folder_of(name)].add(name)
    order = _by_letters if by_letters else _naturally
    return {folder: _sequence(folder, sizes, order(every[folder])) for folder, sizes in sorted(found.items())}


def out_of_time(sequence: PictureSequence) -> tuple[str, str] | None:
    """Two frames, the one that has the lower number first, whose numbers in their names say the contrary."""
    names = sorted(sequence.frames, key=sequence.frames.__getitem__)
    return next(((a, b) for a, b in pairwise(names) if _key(a) > _key(b)), None)


def _key(name: str) -> tuple[str, str]:
    return natural_key(name), name


def _naturally(names: Iterable[str]) -> list[str]:
    return sorted(names, key=_key)


def _by_letters(names: Iterable[str]) -> list[str]:
    return sorted(names)


def _sequence(folder: str, sizes: dict[str, Size], every: Sequence[str]) -> PictureSequence:
    names = sorted(sizes)
    first = names[0]
    other = next((name for name in names if sizes[name] != sizes[first]), None)
    if other is not None:
        raise OutputError(
            "The export was refused: {first} has {size}, and {other} has {size2}. All frames of a video have "
            "one size.",
            "Keep pictures of different sizes in folders of their own, or choose another format.",
            first=first, size=sizes[first], other=other, size2=sizes[other],
        )  # fmt: skip
    numbers = {name: number for number, name in enumerate(every) if name in sizes}
    return PictureSequence(folder, sizes[first], numbers, len(every))


def identities(objects: Iterable[Annotation]) -> list[tuple[Identity, Annotation]]:
    """The objects of a picture, each with what is one in all pictures of its sequence, in that order.

    An object without a track, and a second one of the same track and class, is a thing of its own.
    """
    found: dict[Identity, Annotation] = {}
    for one in objects:
        track = track_of(one)
        key = (0, track, one.category_id)
        if not track or key in found:
            key = (1, one.id, one.category_id)
        found[key] = one
    return sorted(found.items(), key=lambda pair: pair[0])


class ByIdentity(FilteredDataset):
    """A dataset with the objects of each picture in the order of their identities."""

    def annotations(self) -> Iterator[Annotation]:
        """Every object."""
        for _, objects in by_image(self.whole):
            yield from (one for _, one in identities(objects))
