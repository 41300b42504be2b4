"""Photographs with masks, for training and judging; SA-1B folders and COCO files of any size.

A data set is an index: it knows how many pictures it has and reads the labels of one when asked, so that
millions of files cost one list of names. Pictures whose labels or pixels are damaged are skipped and counted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from slimsam_core.errors import FormatError, ImageReadError
from slimsam_core.files.foreign import read_json
from slimsam_core.files.listing import entries_of, is_file
from slimsam_core.formats.finding import take_name
from slimsam_core.formats.pictures import FolderPictures
from slimsam_core.pixels import mask as masks
from slimsam_core.pixels.geometry import PromptSet, Size
from slimsam_core.pixels.image_io import IMAGE_SUFFIXES
from slimsam_core.pixels.mask import BoolMask, Rle


@dataclass(frozen=True, kw_only=True)
class LabelledObject:
    """One object of a picture; ``point`` is an interior ``(x, y)`` in pixel indices, when one is given."""

    mask: Rle
    category: str = ""
    point: tuple[float, float] | None = None
    id: int = 0
    prompts: PromptSet | None = None
    """What a person clicked to make it, from a project; starts with a box or a positive point."""
    made_by: str = ""
    """Hash of the model whose mask this is without any change by hand."""
    ignore: Rle | None = None
    """Pixels near it of which nobody said whether they belong to it."""


@dataclass(frozen=True)
class LabelledImage:
    """A picture file and its objects; pixels set in ``ignore`` are neither learned nor scored."""

    path: Path
    size: Size
    objects: tuple[LabelledObject, ...]
    ignore: Rle | None = None

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
        if len(self.examples) < self.most:
            self.examples.append(str(reason))


MOST_REASONS = 10_000
"""Reasons that are kept where each is told at the end."""


class Sa1bFolder:
    """A folder with ``name.json`` beside ``name.jpg`` (any picture suffix), paired by name."""

    def __init__(self, folder: Path, name: str = "") -> None:
        self.folder = folder
        self._name = name or folder.name
        found = (entry for entry in entries_of(folder) if entry.name.endswith(".json"))
        self._stems = sorted(entry.name[:-5] for entry in found if is_file(entry.path))

    @property
    def name(self) -> str:
        """The folder's name."""
        return self._name

    def __len__(self) -> int:
        return len(self._stems)

    def key(self, index: int) -> str:
        """Data set and file name without suffix."""
        return f"{self._name}/{self._stems[index]}"

    def labels(self, index: int) -> LabelledImage:
        """Read one JSON file. Raises FormatError, or ImageReadError when its picture is missing."""
        path = self.folder / f"{self._stems[index]}.json"
        return sa1b_labels(read_labels(path), str(path), lambda: _image_beside(path))


def sa1b_labels(data: Any, where: str, picture: Callable[[], Path]) -> LabelledImage:
    """What a JSON file of one picture says; ``where``: the file, in errors. Raises FormatError, and what
    ``picture`` raises, which is asked once the labels are of a picture."""
    if not isinstance(data, dict) or not isinstance(data.get("annotations"), list):
        raise FormatError("there is no list 'annotations'", where=where)
    size = _size_of(data.get("image"), f"{where}: image")
    path = picture()
    objects = []
    for number, item in enumerate(data["annotations"]):
        place = f"{where}: annotations[{number}]"
        if not isinstance(item, dict):
            raise FormatError("is not an object", where=place)
        objects.append(_object_of(item, size, str(item.get("category", "")), place))
    ignore = data.get("ignore")
    if ignore is None and isinstance(data["image"], dict):
        ignore = data["image"].get("ignore")
    ignored = _mask_of(ignore, size, f"{where}: ignore") if ignore else None
    return LabelledImage(path, size, tuple(objects), ignored)


class CocoFile:
    """A COCO instances file, pictures beside it, in ``images`` or in ``image_dir``; crowds are ignored.

    A name that leads out of these folders counts by its last part, as in an import.
    """

    def __init__(self, path: Path, image_dir: Path | None = None) -> None:
        self._path = path
        data = read_labels(path)
        if not isinstance(data, dict) or not isinstance(data.get("images"), list):
            raise FormatError("there is no list 'images'", where=str(path))
        self._images: list[Any] = sorted(data["images"], key=_file_name)
        self._pictures = FolderPictures(
            *([image_dir] if image_dir else [path.parent, path.parent / "images"])
        )
        self._names = {
            c["id"]: str(c["name"])
            for c in _list_in(data, "categories", path)
            if isinstance(c, dict) and type(c.get("id")) is int and "name" in c
        }
        self._by_image: dict[Any, list[tuple[int, dict[str, Any]]]] = {}
        for number, item in enumerate(_list_in(data, "annotations", path)):
            if isinstance(item, dict) and isinstance(item.get("image_id"), int | str):
                self._by_image.setdefault(item["image_id"], []).append((number, item))

    @property
    def name(self) -> str:
        """The file's name without suffix."""
        return self._path.stem

    def __len__(self) -> int:
        return len(self._images)

    def key(self, index: int) -> str:
        """Data set and file name."""
        return f"{self.name}/{_file_name(self._images[index])}"

    def labels(self, index: int) -> LabelledImage:
        """The labels of one picture. Raises FormatError or ImageReadError."""
        entry = self._images[index]
        name = _file_name(entry)
        if not name or not isinstance(entry.get("id"), int | str):
            raise FormatError(
                "an image without an id or a file_name", where=f"{self._path}: {str(entry)[:80]}"
            )
        size = _size_of(entry, f"{self._path}: {name}")
        path = self._pictures.path(take_name(name, f"{self._path}: {name[:80]}").path)
        objects, crowds = [], []
        for number, item in self._by_image.get(entry["id"], ()):
            where = f"{self._path}: annotations[{number}]"
            if item.get("iscrowd"):
                crowds.append(_mask_of(item.get("segmentation"), size, where))
            else:
                number_of_class = item.get("category_id")
                category = self._names.get(number_of_class, "") if isinstance(number_of_class, int) else ""
                objects.append(_object_of(item, size, category, where))
        return LabelledImage(path, size, tuple(objects), masks.union(crowds) if crowds else None)


def _file_name(image: Any) -> str:
    """What an entry of ``images`` says; empty when it says nothing that is a name."""
    name = image.get("file_name") if isinstance(image, dict) else None
    return name if isinstance(name, str) and "\0" not in name else ""


def _list_in(data: Mapping[str, Any], key: str, path: Path) -> list[Any]:
    value = data.get(key, [])
    if not isinstance(value, list):
        raise FormatError("{key!r} is no list", where=str(path), key=key)
    return value


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


def split_held_out(dataset: MaskDataset, share: float) -> tuple[Subset, Subset]:
    """``(kept, held out)``, decided by a hash of each picture's key, so that adding pictures moves none.

    With at least two pictures neither side is empty when ``share`` > 0.
    """
    order = sorted(range(len(dataset)), key=lambda i: hashlib.sha256(dataset.key(i).encode()).digest())
    limit = share * 2**32
    held = [
        i
        for i in order
        if int.from_bytes(hashlib.sha256(dataset.key(i).encode()).digest()[:4], "big") < limit
    ]
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
        if image.objects:
            yield dataset.key(index), image


_MAX_LABEL_BYTES = 2 << 30
"""Of one file of labels; the largest public one (LVIS, 100,000 pictures) has 1.1 GB."""


def read_labels(path: Path) -> Any:
    """A JSON file of labels. Raises FormatError."""
    try:
        return read_json(path, _MAX_LABEL_BYTES)
    except (OSError, ValueError) as error:
        raise FormatError("cannot be read: {error}", where=str(path), error=error) from error


def _image_beside(path: Path) -> Path:
    for suffix in (".jpg", ".png", *sorted(IMAGE_SUFFIXES)):
        for candidate in (path.with_suffix(suffix), path.with_suffix(suffix.upper())):
            if is_file(candidate):
                return candidate
    raise ImageReadError("There is no picture beside {path}.", path=path)


def _size_of(value: Any, where: str) -> Size:
    try:
        return Size(int(value["height"]), int(value["width"]))
    except (TypeError, KeyError, ValueError) as error:
        raise FormatError("has no usable width and height", where=where) from error


def _object_of(item: Mapping[str, Any], size: Size, category: str, where: str) -> LabelledObject:
    points = item.get("point_coords")
    try:
        point = (float(points[0][0]), float(points[0][1])) if points else None
        number = int(item.get("id", 0))
    except (TypeError, ValueError, IndexError, KeyError) as error:
        raise FormatError("point_coords or id is malformed", where=where) from error
    mask = _mask_of(item.get("segmentation"), size, f"{where}.segmentation")
    unclear = item.get("ignore")  # some COCO files have a flag of this name, which is no mask
    ignore = _mask_of(unclear, size, f"{where}.ignore") if isinstance(unclear, dict | list) else None
    return LabelledObject(mask=mask, category=category, point=point, id=number, ignore=ignore)


def _mask_of(value: Any, size: Size, where: str) -> Rle:
    """A mask from a compressed or plain run-length code, or from COCO's list of flat polygons."""
    if isinstance(value, dict):
        if list(value.get("size", ())) != list(size.hw):
            raise FormatError(
                "size {value} is not that of the picture, {size}",
                where=where,
                value=value.get("size"),
                size=size,
            )
        counts = value.get("counts")
        if isinstance(counts, str):
            return masks.from_compressed(counts, size, where)
        if isinstance(counts, list):
            return masks.from_runs(counts, size, where)
    if isinstance(value, list):
        try:
            rings = [tuple(zip(map(float, r[0::2]), map(float, r[1::2]), strict=True)) for r in value]
        except (TypeError, ValueError) as error:
            raise FormatError("a polygon is not a flat list of x, y", where=where) from error
        parts = [masks.from_polygons([masks.Polygon(ring)], size) for ring in rings if len(ring) >= 3]
        return masks.union(parts) if parts else masks.empty(size)
    raise FormatError("is neither a run-length code nor a list of polygons", where=where)
