"""Pictures of any number of folders: held compactly, split by the hash of their names, loaded when needed."""

from __future__ import annotations

import hashlib
import os
import threading
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from slimsam_core.compression.recipe import DataSettings
from slimsam_core.errors import ImageReadError, ProjectError, RecipeError
from slimsam_core.files.listing import files_below
from slimsam_core.files.shards import SHARD_SUFFIX, is_shard, members
from slimsam_core.pixels.folder_search import (
    Leave,
    LeftOut,
    LeftOutReason,
    find_images,
    ignore_left_out,
    shown,
    trouble_with_name,
)
from slimsam_core.pixels.image_io import RgbImage, image_header, read_image
from slimsam_core.pixels.picture_file import IMAGE_SUFFIXES
from slimsam_core.progress import CancelToken
from slimsam_core.project import PROJECT_SUFFIX, Project
from slimsam_core.project.relative_path import path_below
from slimsam_core.visible_text import one_line

LARGEST_SEARCH = 64
"""Unreadable pictures in a row after which a data set is given up."""


class ImageList:
    """Paths below some folders in the order of their hashes: a byte string and four numbers for each.

    The order depends on the names below the folders alone, not on where the folders lie nor on how the file
    system lists them. Ten million pictures with names of 40 letters take about 700 MB.
    """

    def __init__(self, folders: Sequence[Path], paths: Iterator[tuple[int, Path]]) -> None:
        self._folders = tuple(folders)
        self._names = bytearray()
        self._ends, owners, hashes = array("q"), array("H"), array("Q")
        starts = [len(os.fsencode(folder / "_")) - 1 for folder in self._folders]
        for owner, path in paths:
            name = os.fsencode(path)[starts[owner] :]
            self._names += name
            self._ends.append(len(self._names))
            owners.append(owner)
            hashes.append(int.from_bytes(hashlib.blake2b(name, digest_size=8).digest(), "big"))
        self._owners = owners
        self._order = np.argsort(np.array(hashes, np.uint64), kind="stable")

    def __len__(self) -> int:
        return len(self._order)

    def bring_readable_forward(self, count: int) -> None:
        """Let the first ``count`` be pictures whose header can be read, where there are as many; what is
        passed over comes last. Few pictures validate, and one broken one among them would stop a run."""
        readable: list[int] = []
        passed: list[int] = []
        for index, position in enumerate(self._order.tolist()):
            if len(readable) == count:
                break
            try:
                image_header(self[index])
            except ImageReadError:
                passed.append(position)
            else:
                readable.append(position)
        rest = self._order[len(readable) + len(passed) :]
        self._order = np.array([*readable, *rest.tolist(), *passed], np.int64) if passed else self._order

    def digest(self) -> str:
        """SHA-256 (hex) of the names below their folders, in order: equal for the same pictures, wherever
        their folders lie."""
        found = hashlib.sha256()
        for position in self._order.tolist():
            start = self._ends[position - 1] if position else 0
            found.update(bytes(self._names[start : self._ends[position]]) + b"\0")
        return found.hexdigest()

    def __getitem__(self, index: int) -> Path:
        position = int(self._order[index])
        start = self._ends[position - 1] if position else 0
        name = bytes(self._names[start : self._ends[position]])
        return self._folders[self._owners[position]] / os.fsdecode(name)


def list_images(
    folders: Sequence[str | Path],
    cancel: CancelToken | None = None,
    leave: Leave = ignore_left_out,
    place: str = "data.images[{index}]",
) -> ImageList:
    """Every picture below ``folders``, also in tar shards. Each may itself be a shard or a project: all of
    its pictures.

    What cannot be used in a folder is told to ``leave``. ``place`` names the number ``index`` of them in
    errors: the key of a recipe, or an option. Raises RecipeError for a wrong folder,
    ProjectError, ImageReadError, Cancelled.
    """
    if not folders:
        raise RecipeError("no folder of pictures is given.", "Name one or more.", "data.images")
    sources: list[tuple[Path, Iterable[Path]]] = []
    for index, folder in enumerate(folders):
        root = Path(folder).resolve()
        if root.is_file() and root.suffix == PROJECT_SUFFIX:
            sources += _project_pictures(root, leave)
        elif is_shard(root):
            sources.append((root, _shard_pictures(root, leave)))
        elif root.is_dir():
            sources.append((root, find_images(root, leave)))
            sources += [(one, _shard_pictures(one, leave)) for one in files_below(root, SHARD_SUFFIX)]
        else:
            raise RecipeError(
                "{place} is not a folder.", "Check the path.", place.format(index=index), place=root
            )

    def walk() -> Iterator[tuple[int, Path]]:
        for owner, (_, paths) in enumerate(sources):
            for path in paths:
                if cancel is not None:
                    cancel.raise_if_cancelled()
                yield owner, path

    return ImageList([root for root, _ in sources], walk())


def _shard_pictures(shard: Path, leave: Leave) -> list[Path]:
    """The pictures of a tar file; one that cannot be read is left out."""
    try:
        names = [name for name in members(shard) if Path(name).suffix.lower() in IMAGE_SUFFIXES]
    except (OSError, ValueError) as error:
        leave(LeftOut(shown(shard), LeftOutReason.SHARD, str(error)))
        return []
    usable = []
    for name in names:
        trouble = trouble_with_name(name)
        if trouble is None:
            usable.append(shard / name)
        else:
            leave(LeftOut(shown(shard / name), trouble))
    return usable


def _project_pictures(path: Path, leave: Leave) -> list[tuple[Path, list[Path]]]:
    """Each folder of a project with those of its pictures that are in the project; those whose name leads
    out of their folder are left out.

    Raises ProjectError, also for a folder that the user has not agreed to.
    """
    with Project.open(path, read_only=True) as project:
        project.agreement.check(*project.roots())
        found: list[tuple[Path, list[Path]]] = []
        for root in project.roots():
            folder = Path(root.path)
            paths = []
            for name in project.image_paths(root.id):
                try:
                    paths.append(path_below(folder, name))
                except ProjectError as error:
                    leave(LeftOut(one_line(name), LeftOutReason.DRIVE, error.message))
            found.append((folder, paths))
        return found


@dataclass(frozen=True)
class ImageSplit:
    """Positions in an ``ImageList``: the first hashes validate, the following ones train."""

    validation: range
    train: range


def split_readable(images: ImageList, train_images: int | None, validation_images: int) -> ImageSplit:
    """``split_images`` of a list, of which those that validate can be read. Raises RecipeError."""
    split = split_images(len(images), train_images, validation_images)
    images.bring_readable_forward(len(split.validation))
    return split


def validation_pictures(data: DataSettings, cancel: CancelToken | None = None) -> list[Path]:
    """The pictures that a run with this data validates on and never learns from. Raises as ``list_images``
    and ``split_images`` do."""
    images = list_images(data.images, cancel)
    split = split_readable(images, data.train_images, data.validation_images)
    return [images[position] for position in split.validation]


def split_images(count: int, train_images: int | None, validation_images: int) -> ImageSplit:
    """The split of ``count`` pictures; validation takes at most a tenth and at least one.

    Raises RecipeError when there are fewer than two pictures.
    """
    if count < 2:
        found = "only one picture was found" if count else "no picture was found"
        raise RecipeError(
            "{seen}.", "One is needed to learn from and another to validate on.", "data.images", seen=found
        )
    held = max(1, min(validation_images, count // 10))
    end = count if train_images is None else min(count, held + train_images)
    return ImageSplit(range(held), range(held, end))


def epoch_batches(count: int, batch: int, seed: Sequence[int]) -> NDArray[np.int64]:
    """A shuffled epoch over ``count`` pictures: positions, int64 (steps, batch).

    What does not fill a last batch is left out this time; fewer pictures than a batch are repeated.
    ``seed``: any non-negative numbers; the same ones give the same epoch.
    """
    order = np.random.default_rng(list(seed)).permutation(count)
    if count < batch:
        order = np.resize(order, batch)
    steps = len(order) // batch
    return order[: steps * batch].reshape(steps, batch)


SkipReport = Callable[[Path, ImageReadError], None]


class PictureSource:
    """Readable pictures by position; a broken one is reported once and replaced by its readable successor.

    Replacing depends on nothing but the files, so every run and every process sees the same pictures.
    Safe to use from several threads.
    """

    def __init__(self, images: ImageList, positions: range, on_skip: SkipReport) -> None:
        self._images = images
        self._positions = positions
        self._on_skip = on_skip
        self._broken: set[int] = set()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._positions)

    @property
    def skipped(self) -> int:
        """How many pictures could not be read so far."""
        return len(self._broken)

    def read(self, index: int) -> RgbImage:
        """Pixels, uint8 HxWx3, of picture ``index`` or of the first readable one behind it.

        Raises ImageReadError when all of them, or ``LARGEST_SEARCH`` in a row, are broken.
        """
        last: ImageReadError | None = None
        for offset in range(min(len(self), LARGEST_SEARCH)):
            position = self._positions[(index + offset) % len(self)]
            if position in self._broken:
                continue
            path = self._images[position]
            try:
                return read_image(path).rgb
            except ImageReadError as error:
                last = error
                self._report(position, path, error)
        raise ImageReadError(
            "{value} pictures in a row cannot be read.",
            "Check the folder; the list of skipped pictures is in events.jsonl.",
            value=min(len(self), LARGEST_SEARCH),
        ) from last

    def _report(self, position: int, path: Path, error: ImageReadError) -> None:
        with self._lock:
            if position in self._broken:
                return
            self._broken.add(position)
        self._on_skip(path, error)
