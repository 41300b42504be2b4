"""A folder of COCO files, as CVAT, FiftyOne, Roboflow and COCO itself lay it out, as one dataset."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from slimsam_core.annotation import Annotation, Category
from slimsam_core.errors import FormatError
from slimsam_core.formats.coco import read_coco
from slimsam_core.formats.context import ReadContext, warning
from slimsam_core.formats.layouts import dataset_root
from slimsam_core.formats.per_image import annotation_files, file_error, left_out_links
from slimsam_core.formats.records import DatasetMeta, ImageRecord, Issue, Record
from slimsam_core.formats.sniff import json_head
from slimsam_core.formats.subset import split_of_folder, split_of_name
from slimsam_core.sentences import sentence

_OTHER_TASKS = re.compile(r"(person_keypoints|captions|panoptic|stuff|labels|image_info)_", re.IGNORECASE)
"""Files of COCO that lie beside the instances and speak of the same pictures."""


def is_coco(path: Path) -> bool:
    """Whether a file seems to be COCO instances."""
    head = json_head(path)
    return not head.is_list and head.has("images", "annotations") and not head.names("segments_info")


def read_coco_folder(source: Path, context: ReadContext) -> Iterator[Record]:
    """Yield the records of all COCO files below a folder: classes joined by name, double ids made new.

    Pictures are looked for where such folders have them. Raises FormatError when there is no such file.
    """
    context.looking_into(source)
    files = [file for file in annotation_files(source, ".json") if is_coco(file)]
    instances = [file for file in files if not _OTHER_TASKS.match(file.name)]
    files = instances or files
    if not files:
        raise FormatError(
            "{source} holds no COCO file.", "Choose another folder or another format.", source=source
        )
    yield from left_out_links(source, ".json")
    joined = _Joined()
    for file in files:
        where = file.relative_to(source).as_posix()
        words = _split_words(file)
        context.split = split_of_name(words[0]) if len(words) == 1 else split_of_folder(where)
        context.folders = tuple(_folders(PurePosixPath(where).parent, words))
        try:
            yield from joined.take(read_coco(file, context), where if len(files) > 1 else "")
        except FormatError as error:
            yield file_error(FormatError(error.message, error.hint, where))
    context.split, context.folders = "", ()


def read_coco_file(source: Path, context: ReadContext) -> Iterator[Record]:
    """Yield the records of one file; pictures are looked for where its name and place say."""
    context.folders = usual_folders(source)
    yield from read_coco(source, context)
    context.folders = ()


def usual_folders(source: Path) -> tuple[str, ...]:
    """Where the pictures of one file usually lie, below ``dataset_root``, as its name and place say."""
    place = source.absolute().parent.relative_to(dataset_root(source).absolute())
    return tuple(_folders(PurePosixPath(place.as_posix()), _split_words(source)))


def _split_words(file: Path) -> list[str]:
    """The words of the name of a file that mean a part of a dataset."""
    return [word for word in re.split(r"[_.-]", file.stem) if split_of_name(word)]


def _folders(place: PurePosixPath, words: list[str]) -> Iterator[str]:
    base = place.parent if place.name.lower() in ("annotations", "labels") else place
    named = [*words, *(split_of_name(word) for word in words)]
    for path in (
        place,
        *(base / "images" / word for word in named),
        *(base / word for word in named),
        base / "images",
        base / "data",
        base,
    ):
        if path.as_posix() != ".":
            yield path.as_posix()


class _Joined:
    """The records of several files as those of one."""

    def __init__(self) -> None:
        self._taken: dict[type, set[int]] = {Category: set(), ImageRecord: set(), Annotation: set()}
        self._highest: Counter[type] = Counter()
        self._classes: dict[str, int] = {}
        self._pictures: dict[str, int] = {}
        self._first = True

    def take(self, records: Iterator[Record], where: str) -> Iterator[Record]:
        """The records of one file; ``where`` is the file, named in its findings."""
        pictures: dict[int, int] = {}
        classes: dict[int, int] = {}
        for record in records:
            if isinstance(record, Issue):
                yield replace(record, where=f"{where}: {record.where}") if where else record
            elif isinstance(record, DatasetMeta):
                if self._first:
                    yield record
                self._first = False
            elif isinstance(record, Category):
                known = self._classes.get(record.name)
                if known is None:
                    known = self._classes[record.name] = self._id(Category, record.id)
                    yield replace(record, id=known)
                classes[record.id] = known
            elif isinstance(record, ImageRecord):
                known = self._pictures.get(record.file_name)
                if known is None:
                    known = self._pictures[record.file_name] = self._id(ImageRecord, record.id)
                    yield replace(record, id=known)
                else:
                    message = sentence(
                        "{file_name} is in another file too; the objects were joined",
                        file_name=record.file_name,
                    )
                    yield warning("colliding-image", where, message)
                pictures[record.id] = known
            else:
                yield replace(
                    record,
                    id=self._id(Annotation, record.id),
                    image_id=pictures[record.image_id],
                    category_id=classes[record.category_id],
                )

    def _id(self, kind: type, wanted: int) -> int:
        taken = self._taken[kind]
        number = wanted if wanted not in taken else self._highest[kind] + 1
        taken.add(number)
        self._highest[kind] = max(number, self._highest[kind])
        return number
