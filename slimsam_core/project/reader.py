"""Everything that is asked of a project: pages of pictures, objects, counts."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from slimsam_core.annotation import (
    Annotation,
    Category,
    ImageEntry,
    ImageState,
    ImportedFile,
    RemovedImage,
    ReviewState,
    Root,
    Variant,
    class_order,
)
from slimsam_core.errors import ProjectError
from slimsam_core.project.agreement import FolderAgreement
from slimsam_core.project.asking import Asking
from slimsam_core.project.connection import damage_errors, no_identity
from slimsam_core.project.decoding import decode_rows, selection, source
from slimsam_core.project.figures import AnnotatorStatistics, ClassStatistics, Statistics
from slimsam_core.project.filters import EVERYTHING, ImageFilter, where_clause
from slimsam_core.project.part_origin import PartOrigin
from slimsam_core.project.proof import Damage, ProjectDamaged
from slimsam_core.project.relative_path import check_relative, path_below
from slimsam_core.project.table import Table
from slimsam_core.project.tables import ANNOTATIONS, CATEGORIES, FILES, IMAGES, REMOVED, ROOTS
from slimsam_core.project.variant_table import VARIANTS

PAGE = 500
"""Pictures that an iterator reads at a time; by eye: a page is there at once and takes little memory."""

SMALL_AREA, LARGE_AREA = 32 * 32, 96 * 96
"""COCO's limits between small, medium and large objects, in pixels: 32 and 96 squared."""


class Reader(Asking):
    """Questions to a project file. Safe from any thread; each answer is the state after the last commit."""

    def __init__(self, path: Path) -> None:
        """Raises ProjectError when the file is no project of the present version."""
        super().__init__(path)
        self.agreement = FolderAgreement(path, lambda: self.uid)
        """Which folders outside the project's own may be looked into."""
        self.on_damage: Callable[[Sequence[Damage]], None] | None = None
        """Told of pictures and objects that are left out as they are not as they were saved; may be called
        from any thread. None: such a picture or object is a ProjectDamaged, as for every export."""

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[Reader]:
        """The project as it is now, for a long reading job: what is done to it meanwhile is not seen."""
        frozen = Reader(self.path)
        try:
            with frozen.asking() as connection:
                connection.execute("BEGIN")
                connection.execute("SELECT id FROM project LIMIT 1").fetchone()  # the state is fixed here
            yield frozen
        finally:
            frozen.close()

    def _values(self, table: Table, tail: str, values: Sequence[Any] = ()) -> list[Any]:
        found, damages = decode_rows(
            table, self.ask(f"SELECT {selection(table)} FROM {source(table)} {tail}", values)
        )
        if damages:
            if self.on_damage is None or table not in (IMAGES, ANNOTATIONS):
                raise ProjectDamaged(self.path, tuple(damages))
            self.on_damage(damages)
        return found

    def _one(self, table: Table, entity_id: int) -> Any:
        found = self._values(table, f"WHERE {table.name}.id = ?", (entity_id,))
        if not found:
            raise ProjectError(
                "{name} has no {noun} {entity_id}.",
                "It may have been deleted.",
                name=self.path.name,
                noun=table.noun,
                entity_id=entity_id,
            )
        return found[0]

    @property
    def part_origin(self) -> PartOrigin | None:
        """What this project is a part of; None for one that was not made by a split."""
        rows = self.ask(
            "SELECT split, base, base_name, annotator, classes_locked, created FROM part_origin LIMIT 1"
        )
        if not rows:
            return None
        with damage_errors(self.path):
            return PartOrigin.of_row(rows[0])

    @property
    def uid(self) -> str:
        """What tells this project from every other, wherever its file lies. Raises ProjectError."""
        for (found,) in self.ask("SELECT id FROM project LIMIT 1"):
            return str(found)
        raise no_identity(self.path)

    def roots(self) -> list[Root]:
        """The image folders, by id."""
        return self._values(ROOTS, "ORDER BY id")

    def categories(self) -> list[Category]:
        """The classes, in the order of their places."""
        return sorted(self._values(CATEGORIES, "ORDER BY id"), key=class_order)

    @property
    def imported_files(self) -> list[ImportedFile]:
        """What imported files say about their datasets, by id."""
        return self._values(FILES, "ORDER BY id")

    @property
    def removed_images(self) -> list[RemovedImage]:
        """Files that were taken out of the project and are not looked for, by id."""
        return self._values(REMOVED, "ORDER BY id")

    @property
    def variants(self) -> list[Variant]:
        """The other values of conflicts that nobody has decided, by id."""
        return self._values(VARIANTS, "ORDER BY id")

    def images(
        self, wanted: ImageFilter = EVERYTHING, offset: int = 0, limit: int | None = None
    ) -> list[ImageEntry]:
        """One page of the pictures that pass the filter, by folder and in natural order of their paths."""
        where, values = where_clause(wanted)
        page = (
            f"SELECT id FROM image {where} ORDER BY root_id, sort_key, id LIMIT ? OFFSET ?",
            (*values, -1 if limit is None else limit, offset),
        )
        return self._values(IMAGES, f"WHERE id IN ({page[0]}) ORDER BY root_id, sort_key, id", page[1])

    def image_ids(self, wanted: ImageFilter = EVERYTHING) -> list[int]:
        """The ids of ``images(wanted)`` in the same order: what a list view of 100,000 rows keeps."""
        where, values = where_clause(wanted)
        return [
            row[0] for row in self.ask(f"SELECT id FROM image {where} ORDER BY root_id, sort_key, id", values)
        ]

    def images_by_id(self, image_ids: Sequence[int]) -> dict[int, ImageEntry]:
        """Some pictures by their ids; ids that are gone are left out."""
        found: list[ImageEntry] = []
        for start in range(0, len(image_ids), PAGE):
            page = image_ids[start : start + PAGE]
            found += self._values(IMAGES, f"WHERE id IN ({', '.join('?' * len(page))})", page)
        return {image.id: image for image in found}

    def count_images(self, wanted: ImageFilter = EVERYTHING) -> int:
        """How many pictures pass the filter."""
        where, values = where_clause(wanted)
        return int(self.ask(f"SELECT count(image.id) FROM image {where}", values)[0][0])

    def image(self, image_id: int) -> ImageEntry:
        """A picture. Raises ProjectError when there is none of this id."""
        found: ImageEntry = self._one(IMAGES, image_id)
        return found

    def image_by_path(self, root_id: int, path: str) -> ImageEntry | None:
        """The picture at this path (POSIX, relative) of a folder."""
        found = self._values(IMAGES, "WHERE root_id = ? AND path = ?", (root_id, path))
        return found[0] if found else None

    def image_paths(self, root_id: int) -> dict[str, int]:
        """Path -> id of every picture of a folder."""
        return dict(self.ask("SELECT path, id FROM image WHERE root_id = ?", (root_id,)))

    def images_that_say(self, key: str) -> dict[int, object]:
        """Id of each picture that has this key in ``extra`` -> the value there."""
        found: list[ImageEntry] = self._values(IMAGES, "WHERE instr(extra, ?) > 0", (key,))
        return {image.id: image.extra[key] for image in found if key in image.extra}

    def image_path(self, image: ImageEntry) -> Path:
        """Where the picture lies on this machine.

        Raises ProjectError when the path leaves its folder, by ``..`` or by a link in place of a sub-folder,
        and FolderNotAgreed.
        """
        check_relative(image.path)
        found: Root = self._one(ROOTS, image.root_id)
        self.agreement.check(found)
        return path_below(Path(found.path), image.path)

    def annotation(self, annotation_id: int) -> Annotation:
        """An object. Raises ProjectError when there is none of this id."""
        found: Annotation = self._one(ANNOTATIONS, annotation_id)
        return found

    def annotations(self, image_id: int) -> tuple[Annotation, ...]:
        """The objects of a picture in painter's order: by layer, then by id."""
        return tuple(
            self._values(ANNOTATIONS, "WHERE image_id = ? ORDER BY layer, annotation.id", (image_id,))
        )

    def labelled_images(
        self, wanted: ImageFilter = EVERYTHING
    ) -> Iterator[tuple[ImageEntry, tuple[Annotation, ...]]]:
        """Each picture that passes the filter with its objects, in order, a page in memory at a time."""
        image_ids = self.image_ids(wanted)
        for start in range(0, len(image_ids), PAGE):
            page = image_ids[start : start + PAGE]
            images = self.images_by_id(page)
            objects = self._objects_of(page)
            for image_id in page:
                if image_id in images:
                    yield images[image_id], tuple(objects.get(image_id, ()))

    def annotations_of_images(self, image_ids: Sequence[int]) -> Iterator[Annotation]:
        """The objects of some pictures, picture by picture as given, a page in memory at a time."""
        for start in range(0, len(image_ids), PAGE):
            page = image_ids[start : start + PAGE]
            objects = self._objects_of(page)
            for image_id in page:
                yield from objects.get(image_id, ())

    def _objects_of(self, page: Sequence[int]) -> dict[int, list[Annotation]]:
        """The objects of each picture in painter's order."""
        marks = ", ".join("?" * len(page))
        tail = f"WHERE image_id IN ({marks}) ORDER BY image_id, layer, annotation.id"
        objects: dict[int, list[Annotation]] = {}
        for annotation in self._values(ANNOTATIONS, tail, page):
            objects.setdefault(annotation.image_id, []).append(annotation)
        return objects

    def count_annotations(self, image_id: int | None = None, category_id: int | None = None) -> int:
        """How many objects there are: in all, in a picture, of a class, or of a class in a picture."""
        if image_id is not None and category_id is not None:
            sql = "SELECT count(*) FROM annotation WHERE image_id = ? AND category_id = ?"
            return int(self.ask(sql, (image_id, category_id))[0][0])
        if image_id is not None:
            rows = self.ask("SELECT objects FROM image WHERE id = ?", (image_id,))
        elif category_id is not None:
            rows = self.ask("SELECT objects FROM category WHERE id = ?", (category_id,))
        else:
            rows = self.ask("SELECT objects FROM category")
        return sum(row[0] for row in rows)

    def objects_by_class(self) -> dict[int, int]:
        """Class id -> number of its objects, from counters that every edit maintains; in order of places."""
        return dict(self.ask("SELECT id, objects FROM category ORDER BY place IS NULL, place, id"))

    def images_by_state(self) -> dict[ImageState, int]:
        """State -> number of pictures, every state."""
        counts = dict(self.ask("SELECT state, count(*) FROM image GROUP BY state"))
        return {state: counts.get(str(state), 0) for state in ImageState}

    def statistics(self) -> Statistics:
        """The project in numbers; reads the facts of every object once."""
        by_state = self.images_by_state()
        rows = self.ask(
            "SELECT category_id, count(*), count(DISTINCT image_id), sum(area < ?), sum(area >= ?),"
            " sum(time_spent_s) FROM annotation INDEXED BY annotation_facts GROUP BY category_id",
            (SMALL_AREA, LARGE_AREA),
        )
        with damage_errors(self.path):
            found = {
                category: ClassStatistics(
                    category_id=category,
                    objects=objects,
                    images=images,
                    small=small,
                    medium=objects - small - large,
                    large=large,
                    time_spent_s=time,
                )
                for category, objects, images, small, large, time in rows
            }
        classes = tuple(
            found.get(
                category_id,
                ClassStatistics(
                    category_id=category_id, objects=0, images=0, small=0, medium=0, large=0, time_spent_s=0.0
                ),
            )
            for category_id in self.objects_by_class()
        )
        objects, time_spent_s = sum(c.objects for c in classes), sum(c.time_spent_s for c in classes)
        return Statistics(
            images=sum(by_state.values()),
            objects=objects,
            images_by_state=by_state,
            classes=classes,
            annotators=self._annotators(objects, time_spent_s),
            images_by_review=self._images_by_review(),
            time_spent_s=time_spent_s,
        )

    def _annotators(self, objects: int, time_spent_s: float) -> tuple[AnnotatorStatistics, ...]:
        rows = self.ask(
            "SELECT author, count(*), count(DISTINCT image_id), sum(time_spent_s) FROM annotation"
            " INDEXED BY annotation_author WHERE author IS NOT NULL GROUP BY author ORDER BY author"
        )
        with damage_errors(self.path):
            found = [
                AnnotatorStatistics(name=name, objects=count, images=images, time_spent_s=time)
                for name, count, images, time in rows
            ]
            left = objects - sum(entry.objects for entry in found)
            if left:
                time = max(0.0, time_spent_s - sum(entry.time_spent_s for entry in found))
                found.append(AnnotatorStatistics(name="", objects=left, images=0, time_spent_s=time))
        return tuple(found)

    def _images_by_review(self) -> dict[ReviewState, int]:
        counts = dict(
            self.ask(
                "SELECT review_state, count(*) FROM image WHERE review_state IS NOT NULL"
                " GROUP BY review_state"
            )
        )
        return {state: counts.get(str(state), 0) for state in ReviewState}
