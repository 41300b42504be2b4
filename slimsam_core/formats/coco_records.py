"""The pictures, classes and objects of a COCO file as records; in a stream or one picture at a time."""

from __future__ import annotations

import contextlib
import copy
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from slimsam_core.annotation import Annotation, Category
from slimsam_core.errors import FormatError
from slimsam_core.formats.coco_objects import Owner, read_object
from slimsam_core.formats.context import (
    ReadContext,
    clean_json,
    clean_text,
    extra_keys,
    fitting,
    lost,
    lost_by,
    read_size,
    settled,
    warning,
)
from slimsam_core.formats.extended import KEY, take_extended
from slimsam_core.formats.finding import FoundPicture, Named, take_name
from slimsam_core.formats.ids import Ids, highest_id
from slimsam_core.formats.json_stream import is_id, plain_id, repeated
from slimsam_core.formats.names import collision_key
from slimsam_core.formats.records import DatasetMeta, ImageRecord, Issue, Record, Severity
from slimsam_core.formats.shapes import turn_upright
from slimsam_core.pixels.geometry import Size
from slimsam_core.sentences import sentence

_IMAGE_KEYS = frozenset(("id", "file_name", "width", "height", "license", KEY))
_CATEGORY_KEYS = frozenset(("id", "name", "supercategory", KEY))


@dataclass(kw_only=True)
class Survey:
    """What the first walk over the file finds: everything but pictures and objects."""

    info: dict[str, Any] = field(default_factory=dict)
    licences: list[Any] = field(default_factory=list)
    categories: list[Any] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)
    annotations: int = 0
    highest_annotation: int = 0
    highest_image: int = 0
    outside: Counter[str] = field(default_factory=Counter)
    """Pictures of one base name whose paths lead out of the image folder."""

    def note_object(self, value: object) -> None:
        """Count an object, and how high the ids of objects go."""
        self.annotations += 1
        if isinstance(value, dict):
            self.highest_annotation = highest_id(self.highest_annotation, value.get("id"))

    def note_picture(self, value: object) -> None:
        """How high the ids of pictures go, and whether this one's name cannot stay as it is."""
        if not isinstance(value, dict):
            return
        self.highest_image = highest_id(self.highest_image, value.get("id"))
        name = said_name(value)
        if isinstance(name, str):
            with contextlib.suppress(FormatError):
                named = take_name(name, "")
                if named.issue:
                    self.outside[collision_key(named.path)] += 1


@dataclass(frozen=True)
class _Picture:
    """Where the objects of an image id go; ``turn`` is the EXIF orientation that their masks lack."""

    id: int
    size: Size
    turn: int = 1


class CocoReader:
    """One run of the reader: which ids are known, and where they lead."""

    def __init__(self, survey: Survey, context: ReadContext, folder: Path) -> None:
        self._survey, self._context, self._folder = survey, context, folder
        self._image_ids = Ids("image", survey.highest_image)
        self._annotation_ids = Ids("annotation", survey.highest_annotation)
        highest = 0
        for value in survey.categories:
            highest = highest_id(highest, value.get("id") if isinstance(value, dict) else None)
        self._category_ids = Ids("category", highest)
        self._names_of_classes: set[str] = set()
        self._pictures: dict[object, _Picture | None] = {}
        self._names: dict[str, tuple[str, _Picture]] = {}
        self._said: dict[str, tuple[str, bool]] = {}
        self._categories: dict[object, int | None] = {}
        self._licences: set[object] = set()

    def head(self) -> Iterator[Record]:
        """The meta data and findings about the top of the file."""
        survey, licences = self._survey, []
        for index, licence in enumerate(survey.licences):
            number = licence.get("id") if isinstance(licence, dict) else None
            if is_id(number) and number not in self._licences:
                self._licences.add(number)
                licences.append(clean_json(licence))
            else:
                yield warning("licence", f"licenses[{index}]", "has no id of its own >= 1 and was left out")
        yield DatasetMeta(survey.info, tuple(licences), extra=survey.extra)
        for key in repeated(survey.keys):
            yield warning("duplicate-key", key, "stands twice in the file; other readers see only one")

    def categories(self) -> Iterator[Record]:
        """The classes, ids and their gaps kept."""
        names, ids = self._names_of_classes, self._category_ids
        for index, value in enumerate(self._survey.categories):
            where = f"categories[{index}]"
            if not isinstance(value, dict) or not is_key(value.get("id")):
                yield Issue(
                    severity=Severity.ERROR,
                    code="wrong-type",
                    where=where,
                    message="is not a class with an id",
                )
                continue
            raw, name = plain_id(value["id"]), clean_text(value.get("name", "")).strip()
            if raw in self._categories:
                yield from self._second_category(raw, where)
                continue
            number, issue = ids.take(value["id"], f"{where}.id")
            if issue:
                yield issue
            if not name or name in names:
                renamed = f"{name or 'class'} (id {number})"
                yield warning(
                    "name",
                    f"{where}.name",
                    "{name!r} is empty or used twice; it became {renamed}",
                    name=name,
                    renamed=renamed,
                )
                name = renamed
            names.add(name)
            self._categories[raw] = number
            category = Category(
                id=number,
                name=name,
                supercategory=clean_text(value.get("supercategory") or ""),
                extra=extra_keys(value, _CATEGORY_KEYS),
            )
            yield from _extended(category, value, where)

    def _made_up(self, raw: object) -> Iterator[Record]:
        """A class for objects whose class is not in the list: their masks are worth keeping."""
        number, _ = self._category_ids.take(raw, "")
        name = f"class {raw}"
        while name in self._names_of_classes:
            name += "'"
        self._names_of_classes.add(name)
        self._categories[raw] = number
        yield Category(id=number, name=name)

    def _second_category(self, raw: object, where: str) -> Iterator[Record]:
        self._categories[raw] = None
        yield Issue(
            severity=Severity.ERROR,
            code="duplicate-id",
            where=where,
            message=f"class id {raw} is used twice; its objects cannot be told apart",
        )

    def for_one_picture(self) -> CocoReader:
        """A reader of the same file that has met its classes and no picture."""
        other = copy.copy(self)
        other._image_ids = Ids("image", self._survey.highest_image)
        other._annotation_ids = Ids("annotation", self._survey.highest_annotation)
        other._categories, other._names_of_classes = dict(self._categories), set(self._names_of_classes)
        other._pictures, other._names, other._said = {}, {}, {}
        return other

    def images(self, numbered: Iterable[tuple[int, Any]]) -> Iterator[Record]:
        """The pictures, each with its number in the file."""
        for index, value in numbered:
            where = f"images[{index}]"
            if index % 1000 == 0:
                self._context.tick("Reading pictures", index)
            if not isinstance(value, dict) or not is_key(value.get("id")):
                yield Issue(
                    severity=Severity.ERROR,
                    code="wrong-type",
                    where=where,
                    message="is not a picture with an id",
                )
                continue
            raw = plain_id(value["id"])
            if raw in self._pictures:
                self._pictures[raw] = None
                message = sentence("image id {raw} is used twice; its objects cannot be told apart", raw=raw)
                yield Issue(severity=Severity.ERROR, code="duplicate-id", where=where, message=message)
                continue
            try:
                yield from self._image(value, raw, where)
            except FormatError as error:
                self._pictures[raw] = None
                yield lost_by(error, "image", 0)

    def _image(self, value: dict[str, Any], raw: object, where: str) -> Iterator[Record]:
        said = said_name(value)
        if not isinstance(said, str):
            raise FormatError("is not a text", where=f"{where}.file_name")
        named = self._context.named(said, f"{where}.file_name")
        if named.issue and self._survey.outside[collision_key(named.path)] > 1:
            # several pictures of one base name: their folders tell them apart
            named = Named(named.tail, named.tail, named.issue)
        size, issue = read_size(value.get("width"), value.get("height"), where)
        found = self._find(named, size, where)
        name, turn, orientation = found.file_name, 1, 1
        yield from (each for each in (named.issue, found.issue, issue) if each)
        if found.facts:
            size, turn, issue = settled(size or found.facts.size, found.facts, where)
            orientation = found.facts.exif_orientation
            if issue:
                yield issue
        if size is None:
            raise FormatError(
                "the size of the picture is not known", "Give the folder of the pictures.", where
            )
        known = self._names.get(collision_key(name))
        if known and known[0] == name:
            if (first := self._said[name]) != (named.path, named.issue is None):
                message = sentence(
                    "{name} would be the picture of {a!r} and of {b!r}", name=name, a=first[0], b=said
                )
                raise FormatError(message, where=where)
            if known[1].size != size:
                raise FormatError("{name} is listed before with another size", where=where, name=name)
            self._pictures[raw] = known[1]
            yield warning(
                "colliding-image", where, "{name} is listed twice; the objects were joined", name=name
            )
            return
        if known:
            yield _alike(name, known[0], where)
        number, issue = self._image_ids.take(value["id"], f"{where}.id")
        if issue:
            yield issue
        picture = _Picture(number, Size(size.width, size.height) if turn >= 5 else size, turn)
        self._pictures[raw] = picture
        self._names[collision_key(name)] = (name, picture)
        self._said[name] = (named.path, named.issue is None)
        licence = value.get("license")
        if licence is not None and not (is_id(licence) and licence in self._licences):
            yield _no_licence(licence, where)
            licence = None
        extra = extra_keys(value, _IMAGE_KEYS)
        record = ImageRecord(
            id=number,
            file_name=name,
            size=size,
            licence=licence,
            exif_orientation=orientation,
            split=self._context.split,
            extra=extra,
        )
        yield from _extended(record, value, where)

    def _find(self, named: Named, size: Size | None, where: str) -> FoundPicture:
        """The picture among those that were named, or beside the file where nothing says its size."""
        found = self._context.picture(named, where)
        if size is None and found.facts is None:
            beside = self._context.beside(self._folder, named, where)
            found = beside if beside.facts else found
        return fitting(found, named, size, where)

    def objects(self, numbered: Iterable[tuple[int, Any]]) -> Iterator[Record]:
        """The objects, each with its number in the file, as an annotation or an issue."""
        for index, value in numbered:
            where = f"annotations[{index}]"
            self._context.met("Reading objects", self._survey.annotations)
            if not isinstance(value, dict):
                yield lost("wrong-type", where, "is not a mapping")
                continue
            raw_image, raw_category = plain_id(value.get("image_id")), plain_id(value.get("category_id"))
            picture = self._pictures.get(raw_image) if is_key(raw_image) else None
            category = self._categories.get(raw_category) if is_key(raw_category) else None
            if picture is None:
                yield lost(
                    "image-id",
                    f"{where}.image_id",
                    "{raw_image!r} leads to no usable picture",
                    raw_image=str(raw_image)[:40],
                )
                continue
            if category is None and is_id(raw_category) and raw_category not in self._categories:
                message = sentence("class {id} is not in the list; it was made up", id=raw_category)
                yield warning("category-id", f"{where}.category_id", message)
                yield from self._made_up(raw_category)
                category = self._categories[raw_category]
            if category is None:
                message = sentence("{value!r} leads to no usable class", value=str(raw_category)[:40])
                yield lost("category-id", f"{where}.category_id", message)
                continue
            number, issue = self._annotation_ids.take(value.get("id"), f"{where}.id")
            if issue:
                yield issue
            for record in read_object(value, Owner(number, picture.id, category, picture.size), where):
                if isinstance(record, Annotation) and picture.turn != 1:
                    mask, drawn = turn_upright(record.mask, record.drawn, picture.turn)
                    yield replace(record, mask=mask, drawn=drawn)
                else:
                    yield record


def _extended(record: Record, value: dict[str, Any], where: str) -> Iterator[Record]:
    taken, issue = take_extended(record, value, where)
    if issue:
        yield issue
    yield taken


def said_name(image: dict[str, Any]) -> object:
    """The name of a picture; LVIS has its web address in place of one."""
    return image.get("file_name", image.get("coco_url"))


def is_key(value: object) -> bool:
    """Whether a value can be an id: a number, whole or not, or a text."""
    return isinstance(plain_id(value), int | str) and not isinstance(value, bool)


def _no_licence(licence: object, where: str) -> Issue:
    shown = str(licence)[:40]
    return warning("licence", f"{where}.license", "{licence!r} is not in the list of licences", licence=shown)


def _alike(name: str, known: str, where: str) -> Issue:
    text = sentence("{name} and {known} are one file on some systems", name=name, known=known)
    return warning("colliding-name", where, text)
