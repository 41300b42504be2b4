"""COCO instances JSON in: a stream over files of any size, every doubtful value checked and reported."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from slimsam_core.errors import FormatError
from slimsam_core.formats.coco_records import CocoReader, Survey
from slimsam_core.formats.context import (
    ReadContext,
    clean_json,
    clean_text,
)
from slimsam_core.formats.json_stream import open_json
from slimsam_core.formats.layouts import dataset_root
from slimsam_core.formats.records import Record

_LISTS = ("images", "annotations", "categories")


def read_coco(source: Path, context: ReadContext) -> Iterator[Record]:
    """Yield the records of a COCO instances file. Raises FormatError when it is not one, or not JSON.

    Ids stay as they are wherever they can; objects that cannot be taken over are issues.
    """
    survey = _survey(source, context)
    reader = CocoReader(survey, context, dataset_root(source))
    yield from reader.head()
    yield from reader.categories()
    objects_done = False
    with open_json(source) as walker:
        images_seen = False
        for key, start in walker.fields():
            if start == "[" and key == "images":
                yield from reader.images(enumerate(walker.elements()))
                images_seen = True
            elif start == "[" and key == "annotations" and (images_seen or "images" not in survey.keys):
                yield from reader.objects(enumerate(walker.elements()))
                objects_done = True
            else:
                walker.skip()
    if not objects_done:
        with open_json(source) as walker:
            for key, start in walker.fields():
                if start == "[" and key == "annotations":
                    yield from reader.objects(enumerate(walker.elements()))
                else:
                    walker.skip()


def _survey(source: Path, context: ReadContext) -> Survey:
    survey = Survey()
    with open_json(source) as walker:
        if walker.top_is_array():
            raise FormatError(
                "{source} is a list, not a COCO instances file.",
                "A list of results has no pictures and classes: give the file that it belongs to.",
                source=source,
            )
        for key, start in walker.fields():
            survey.keys.append(key)
            if key in ("images", "annotations", "categories") and start != "[":
                raise FormatError("is not a list", "This is not a COCO instances file.", where=key)
            if key == "annotations":
                for value in walker.elements():
                    survey.note_object(value)
                    if survey.annotations % 5000 == 0:
                        context.tick("Looking through the file", survey.annotations)
            elif key == "images":
                for value in walker.elements():
                    survey.note_picture(value)
            elif key == "categories":
                survey.categories.extend(walker.elements())
            elif key == "licenses" and start == "[":
                survey.licences.extend(walker.elements())
            elif key == "info" and start == "{":
                survey.info = clean_json(walker.value())
            else:
                survey.extra[clean_text(key)] = clean_json(walker.value())
    missing = [name for name in _LISTS if name not in survey.keys]
    if "images" in missing or "annotations" in missing:
        raise FormatError(
            "{source} is not a COCO instances file: it has no {missing}.",
            "Choose another format, or another file.",
            source=source,
            missing=" and no ".join(missing),
        )
    return survey
