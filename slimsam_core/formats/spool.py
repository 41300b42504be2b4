"""Records on the disk, given back picture by picture: what a reader yields becomes a dataset of any size."""

from __future__ import annotations

import contextlib
import copyreg
import io
import pickle
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import replace
from types import MappingProxyType, TracebackType
from typing import Any, Self

from slimsam_core.annotation import Annotation, Category
from slimsam_core.errors import OutputError
from slimsam_core.files.temporary import temporary_folder
from slimsam_core.formats.records import DatasetMeta, ImageRecord, Issue, Record

_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE image (place INTEGER PRIMARY KEY, id INTEGER UNIQUE, name TEXT, record BLOB);
CREATE TABLE annotation (image_id INTEGER, record BLOB);
"""


class Spool:
    """A dataset in a temporary file of its own. Use as a context manager."""

    def __init__(self) -> None:
        self._folder = contextlib.ExitStack()
        folder = self._folder.enter_context(temporary_folder())
        self._connection = sqlite3.connect(folder / "spool", isolation_level=None, check_same_thread=False)
        self._connection.executescript(_TABLES)
        self._meta = DatasetMeta()
        self._categories: list[Category] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()
        self._folder.close()

    def fill(self, records: Iterable[Record]) -> Iterator[Issue]:
        """Take in a reader's records, passing its issues on. Raises OutputError when the disk is full."""
        try:
            self._connection.execute("BEGIN")
            for record in records:
                if isinstance(record, Issue):
                    yield record
                else:
                    self._add(record)
            self._connection.execute("CREATE INDEX owner ON annotation(image_id)")
            self._connection.execute("CREATE INDEX name ON image(name)")
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise OutputError(
                "Cannot keep data for a while: {error}.", "Free some space.", error=error
            ) from error

    def _add(self, record: Record) -> None:
        if isinstance(record, Annotation):
            row = (record.image_id, _pack(record))
            self._connection.execute("INSERT INTO annotation VALUES (?, ?)", row)
        elif isinstance(record, ImageRecord):
            packed = (record.id, record.file_name, _pack(record))
            self._connection.execute("INSERT INTO image (id, name, record) VALUES (?, ?, ?)", packed)
        elif isinstance(record, Category):
            self._categories.append(record)
        elif isinstance(record, DatasetMeta):
            self._meta = record

    @property
    def meta(self) -> DatasetMeta:
        """Info, licences and classes."""
        return replace(self._meta, categories=(*self._meta.categories, *self._categories))

    def images(self) -> Iterator[ImageRecord]:
        """Every picture, in the order they came."""
        for (packed,) in self._connection.execute("SELECT record FROM image ORDER BY place"):
            yield pickle.loads(packed)

    def annotations(self) -> Iterator[Annotation]:
        """Every object, picture by picture."""
        query = """SELECT annotation.record FROM image CROSS JOIN annotation
                   ON annotation.image_id = image.id ORDER BY image.place, annotation.rowid"""
        for (packed,) in self._connection.execute(query):
            yield pickle.loads(packed)

    def image(self, number: int) -> ImageRecord | None:
        """The picture with this id."""
        row = self._connection.execute("SELECT record FROM image WHERE id = ?", (number,)).fetchone()
        found: ImageRecord | None = pickle.loads(row[0]) if row else None
        return found

    def image_named(self, name: str) -> ImageRecord | None:
        """The picture with this file name."""
        row = self._connection.execute("SELECT record FROM image WHERE name = ?", (name,)).fetchone()
        found: ImageRecord | None = pickle.loads(row[0]) if row else None
        return found

    def annotations_of(self, image_id: int) -> tuple[Annotation, ...]:
        """The objects of one picture, in the order they came."""
        query = "SELECT record FROM annotation WHERE image_id = ? ORDER BY rowid"
        return tuple(pickle.loads(packed) for (packed,) in self._connection.execute(query, (image_id,)))

    def count_images(self) -> int:
        """Number of pictures."""
        return int(self._connection.execute("SELECT count(*) FROM image").fetchone()[0])

    def count_annotations(self) -> int:
        """Number of objects."""
        return int(self._connection.execute("SELECT count(*) FROM annotation").fetchone()[0])


def _pack(record: object) -> bytes:
    buffer = io.BytesIO()
    pickler = pickle.Pickler(buffer, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = _DISPATCH
    pickler.dump(record)
    return buffer.getvalue()


def _plain_mapping(value: MappingProxyType[Any, Any]) -> tuple[type[dict[Any, Any]], tuple[dict[Any, Any]]]:
    return dict, (dict(value),)


_DISPATCH = {**copyreg.dispatch_table, MappingProxyType: _plain_mapping}
