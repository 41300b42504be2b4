"""SA-1B folders and COCO files of any size: a list of names, and the labels of one picture when asked.

What a file means is said by the readers of the import alone, which are asked for one picture at a time.
"""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from slimsam_core.annotation import Category
from slimsam_core.datasets.from_records import labels_of_records
from slimsam_core.datasets.labelled import LabelledImage
from slimsam_core.errors import FormatError
from slimsam_core.files.foreign import read_json
from slimsam_core.files.listing import entries_of, is_file
from slimsam_core.formats.coco_folder import usual_folders
from slimsam_core.formats.coco_records import CocoReader, Survey, is_key, said_name
from slimsam_core.formats.context import ReadContext
from slimsam_core.formats.finding import take_name
from slimsam_core.formats.ids import Ids
from slimsam_core.formats.json_stream import plain_id
from slimsam_core.formats.layouts import dataset_root
from slimsam_core.formats.per_image import PerImage
from slimsam_core.formats.pictures import FolderPictures
from slimsam_core.formats.sa1b import checked, highest_of, picture_records

_JSON = ".json"


class Sa1bFolder:
    """A folder with ``name.json`` beside ``name.jpg`` (any picture suffix)."""

    def __init__(self, folder: Path, name: str = "") -> None:
        self.folder = folder
        self._name = name or folder.name
        self._pictures = FolderPictures(folder)
        found = (entry for entry in entries_of(folder) if entry.name.endswith(_JSON))
        self._stems = sorted(
            entry.name.removesuffix(_JSON)
            for entry in found
            if not entry.name.startswith(".") and is_file(entry.path)
        )

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
        file = self.folder / f"{self._stems[index]}{_JSON}"
        context = ReadContext(pictures=self._pictures)
        return sa1b_labels(file, read_labels(file), context, self._pictures.path)


def sa1b_labels(file: Path, data: Any, context: ReadContext, picture: Callable[[str], Path]) -> LabelledImage:
    """What ``data``, the content of ``file``, says of its picture; ``picture``: where a file name lies.
    Raises FormatError, and what ``picture`` raises."""
    content = checked(data, str(file))
    run = PerImage(file, context, "sa1b")
    ids = Ids("annotation", highest_of(content["annotations"]))
    records = picture_records(run, file, content, file.name, ids)
    return labels_of_records(records, str(file.parent), picture, {})


@dataclass
class _Entry:
    """A picture of a COCO file: where it stands in ``images`` (twice, when it is listed twice)."""

    numbers: list[int] = field(default_factory=list)


class CocoFile:
    """A COCO instances file, pictures where its import looks, or in ``image_dir``; crowds are ignored.

    Objects that belong to no picture of the file are one more entry, which cannot be used.
    """

    def __init__(self, path: Path, image_dir: Path | None = None) -> None:
        self._path = path
        data = read_labels(path)
        if not isinstance(data, dict) or not isinstance(data.get("images"), list):
            raise FormatError("there is no list 'images'", where=str(path))
        self._images: list[Any] = data["images"]
        self._objects = _list_in(data, "annotations", path)
        survey = Survey(categories=_list_in(data, "categories", path))
        for value in self._images:
            survey.note_picture(value)
        for value in self._objects:
            survey.note_object(value)
        self._pictures = FolderPictures(image_dir or dataset_root(path))
        context = ReadContext(pictures=self._pictures, folders=usual_folders(path))
        self._reader = CocoReader(survey, context, dataset_root(path))
        found = (record for record in self._reader.categories() if isinstance(record, Category))
        self._classes = {record.id: record.name for record in found}
        self._by_id: dict[object, list[int]] = defaultdict(list)
        self._entries = sorted(self._pictures_of_file(), key=lambda entry: self._name_of(entry))
        self._by_picture: dict[object, list[int]] = defaultdict(list)
        for number, value in enumerate(self._objects):
            raw = plain_id(value.get("image_id")) if isinstance(value, dict) else None
            self._by_picture[raw if is_key(raw) and raw in self._by_id else _NOWHERE].append(number)
        if _NOWHERE in self._by_picture:
            self._entries.append(_Entry())

    def _pictures_of_file(self) -> list[_Entry]:
        """The pictures in their order, those of one name as one."""
        entries: dict[object, _Entry] = {}
        for number, value in enumerate(self._images):
            if isinstance(value, dict) and is_key(value.get("id")):
                self._by_id[plain_id(value["id"])].append(number)
            key: object = number
            with contextlib.suppress(FormatError):
                named = take_name(_file_name(value), "")
                key = named.path if named.issue is None else _file_name(value)
            entries.setdefault(key, _Entry()).numbers.append(number)
        return list(entries.values())

    @property
    def name(self) -> str:
        """The file's name without suffix."""
        return self._path.stem

    def __len__(self) -> int:
        return len(self._entries)

    def _name_of(self, entry: _Entry) -> str:
        return _file_name(self._images[entry.numbers[0]]) if entry.numbers else ""

    def key(self, index: int) -> str:
        """Data set and file name."""
        return f"{self.name}/{self._name_of(self._entries[index])}"

    def labels(self, index: int) -> LabelledImage:
        """The labels of one picture. Raises FormatError or ImageReadError."""
        numbers, objects = self._parts_of(self._entries[index])
        reader = self._reader.for_one_picture()
        records = [
            *reader.images((number, self._images[number]) for number in numbers),
            *reader.objects((number, self._objects[number]) for number in objects),
        ]
        return labels_of_records(records, str(self._path), self._pictures.path, self._classes)

    def _parts_of(self, entry: _Entry) -> tuple[list[int], list[int]]:
        """The numbers of its entries, and of those that have the same ids, and of its objects."""
        if not entry.numbers:
            return [], self._by_picture[_NOWHERE]
        numbers = set(entry.numbers)
        objects: set[int] = set()
        for number in entry.numbers:
            value = self._images[number]
            raw = plain_id(value.get("id")) if isinstance(value, dict) else None
            if is_key(raw):
                numbers.update(self._by_id[raw])
                objects.update(self._by_picture.get(raw, ()))
        return sorted(numbers), sorted(objects)


_NOWHERE = None
"""No id: the objects of no picture."""


def _file_name(image: Any) -> str:
    """What an entry of ``images`` says; empty when it says nothing that is a name."""
    name = said_name(image) if isinstance(image, dict) else None
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
