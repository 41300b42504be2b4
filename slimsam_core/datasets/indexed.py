"""SA-1B folders and COCO files of any size as data sets: a list of names, and the labels of one when asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from slimsam_core.datasets.labelled import LabelledImage, LabelledObject
from slimsam_core.errors import FormatError, ImageReadError
from slimsam_core.files.foreign import read_json
from slimsam_core.files.listing import entries_of, is_file
from slimsam_core.formats.finding import take_name
from slimsam_core.formats.pictures import FolderPictures
from slimsam_core.pixels import mask as masks
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.image_io import IMAGE_SUFFIXES
from slimsam_core.pixels.mask import Rle


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
