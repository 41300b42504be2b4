"""A reader's records as edits of a project: classes joined by name, pictures by path, nothing doubled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from slimsam_core.annotation import (
    Annotation,
    Category,
    ImageEntry,
    ImageState,
    ImportedFile,
    Root,
    color_for_new,
    colors_of,
)
from slimsam_core.errors import FormatError
from slimsam_core.files.listing import exists, is_file
from slimsam_core.formats.context import lost, lost_by, warning
from slimsam_core.formats.import_tracks import ImportTracks
from slimsam_core.formats.names import collision_key
from slimsam_core.formats.picture_places import BroughtPictures, PictureFolder, places_of
from slimsam_core.formats.pictures import FolderPictures
from slimsam_core.formats.records import DatasetMeta, ImageRecord, Issue, Record
from slimsam_core.formats.report import ImportReport, IssueLog
from slimsam_core.pixels.geometry import Size
from slimsam_core.project import Edit, Project, add_image
from slimsam_core.project.folders import COPIES_KEY
from slimsam_core.project.tracks import track_in, track_of
from slimsam_core.sentences import sentence

LICENCE_KEY = "licence"
"""In ``ImageEntry.extra``: the licence of a picture as COCO lists it."""
ID_KEY = "imported id"
"""In ``ImageEntry.extra``: the id that a file gave the picture, where the project has another one."""


SPLIT_KEY = "imported split"
"""In ``ImageEntry.extra``: the part of its data set that a picture is in, so that exports keep the parts."""


@dataclass(frozen=True)
class _Target:
    """The picture of the project that a picture of the file is; ``known`` has its objects from before."""

    id: int
    size: Size
    known: Mapping[tuple[int, str], int]
    """Class and codes of each -> its track, 0 where it has none."""
    front: float = 0.0
    """Added to the layers of what comes: it lies on top of what the picture has."""


class Importer:
    """One import: what became of each picture and class of the file, and what was reported."""

    def __init__(
        self,
        project: Project,
        source: Path,
        images_root: Path | None,
        *,
        numbers_pictures: bool = False,
        check_pictures: bool = True,
    ) -> None:
        self._project, self._source, self._numbers_pictures = project, source, numbers_pictures
        self._places, self._new_root = places_of(project, source, images_root)
        looks_beside = check_pictures and images_root is None
        self._brought = BroughtPictures(project, source, self._places) if looks_beside else None
        # a fresh project keeps the ids of the file
        self._keep_images = project.next_id(ImageEntry) == 1
        self._keep_annotations = project.next_id(Annotation) == 1
        self._keep_categories = project.next_id(Category) == 1
        categories = project.categories()
        self._by_name = {category.name: category.id for category in categories}
        self._colors = colors_of(categories)
        self._categories: dict[int, int] = {}
        self._pictures: dict[int, _Target] = {}
        self._refused: dict[int, FormatError] = {}
        self._empty: dict[int, ImageEntry] = {}
        """Pictures that were said to hold nothing, by their ids."""
        self._licences: dict[object, dict[str, object]] = {}
        self._imported = 0
        self._rooted = False
        self._keys: dict[int, dict[str, int]] = {}
        self._issues = IssueLog()
        self._removed = project.removed_images
        self._tracks = ImportTracks(project)

    @property
    def pictures(self) -> FolderPictures:
        """Where pictures are looked for: what the data set brings along, then the folders in their order."""
        own = self._brought.pictures if self._brought is not None else None
        return FolderPictures(*(place.folder for place in self._places), own=own)

    @property
    def has_objects(self) -> bool:
        """Whether an object was taken so far, or was in the project already."""
        return self._imported > 0 or self._issues.count(code="already-there") > 0

    def report(self, source: Path, objects_in: int) -> ImportReport:
        """The result, after the edits were applied, or taken back because there was no object among them."""
        taken = self.has_objects or not objects_in
        return ImportReport(
            source=source,
            objects_in=objects_in,
            objects_imported=self._imported,
            images=len(self._pictures) if taken else 0,
            categories=len(self._categories) if taken else 0,
            issues=self._issues,
        )

    def edits(self, records: Iterable[Record]) -> Iterator[Edit]:
        """The edits that take the records in."""
        for record in records:
            if isinstance(record, Issue):
                self._issues.add(record)
            elif isinstance(record, DatasetMeta):
                self._licences = {licence.get("id"): dict(licence) for licence in record.licences}
                yield from self._file(record)
            elif isinstance(record, Category):
                yield from self._category(record)
            elif isinstance(record, ImageRecord):
                yield from self._image(record)
            else:
                yield from self._annotation(record)
        yield from self._tracks.joined()

    def _file(self, meta: DatasetMeta) -> Iterator[Edit]:
        """What the file says about its dataset, unless the project knows it already."""
        said = ImportedFile(
            id=0, name=self._source.name, info=meta.info, licences=meta.licences, extra=meta.extra
        )
        known = (replace(file, id=0) for file in self._project.imported_files)
        if (meta.info or meta.licences or meta.extra) and said not in known:
            yield Edit(None, replace(said, id=self._project.next_id(ImportedFile)))

    def _category(self, category: Category) -> Iterator[Edit]:
        known = self._by_name.get(category.name)
        if known is None:
            known, place = self._project.next_id(Category), None
            if self._keep_categories:  # ids and order of the first file
                known, place = category.id, len(self._by_name)
            elif not category.color:
                category = replace(category, color=color_for_new(known, self._colors))
            made = replace(category, id=known, place=place)
            self._colors.add(made.display_color)
            yield Edit(None, made)
            self._by_name[category.name] = known
        self._categories[category.id] = known

    def _image(self, image: ImageRecord) -> Iterator[Edit]:
        if self._new_root is not None and not self._rooted:
            yield Edit(None, self._new_root)
            self._rooted = True
        try:
            image, place, new_root = self._placed(image)
        except FormatError as error:
            self._refused[image.id] = error
            return
        if new_root is not None:
            yield Edit(None, new_root)
        entry = self._known_entry(image, place)
        extra = dict(image.extra)
        if image.licence is not None and image.licence in self._licences:
            extra[LICENCE_KEY] = self._licences[image.licence]
        if image.split:
            extra[SPLIT_KEY] = image.split
        if entry is None:
            place = place or self._places[0]
            number = image.id if self._keep_images else self._project.next_id(ImageEntry)
            extra |= self._given(image, number)
            entry = ImageEntry(
                id=number,
                root_id=place.root.id,
                path=place.prefix + image.file_name,
                size=image.size,
                exif_orientation=image.exif_orientation,
                state=image.state or ImageState.NEW,
                flags=image.flags,
                comment=image.comment,
                extra=extra,
            )
            yield from add_image(entry, self._removed)
            self._pictures[image.id] = _Target(entry.id, image.size, {})
            self._note_empty(entry)
            return
        own = self._project.annotations(entry.id)
        known = {(a.category_id, a.mask.counts): track_of(a) for a in own}
        after = replace(
            entry,
            state=_state(entry, image, bool(known)),
            flags=entry.flags | image.flags,
            comment=entry.comment or image.comment,
            extra={**extra, **self._given(image, entry.id), **entry.extra, **_copies(entry, image)},
        )
        yield Edit(entry, after)
        self._note_empty(after)
        front = 1.0 + own[-1].layer if own else 0.0  # they come in painter's order
        self._pictures[image.id] = _Target(entry.id, entry.size or image.size, known, front)

    def _note_empty(self, entry: ImageEntry) -> None:
        if entry.state is ImageState.EMPTY_CHECKED:
            self._empty[entry.id] = entry

    def _placed(self, image: ImageRecord) -> tuple[ImageRecord, PictureFolder | None, Root | None]:
        """The picture under its name below the place that has it, None when none has, and a root to be made.

        Raises FormatError when the data set brings the picture along and it cannot join.
        """
        brought = self._brought
        if brought is None or not brought.has(image.file_name):
            there = (p for p in self._places if is_file(p.folder / image.file_name))
            return image, next(there, None), None
        known = brought.known_as(image.file_name)
        if known is not None:
            place, name = known
            extra = dict(image.extra)
            copy = brought.copy_elsewhere(image.file_name, place, name)
            if copy is not None:
                extra[COPIES_KEY] = [str(copy)]
            return replace(image, file_name=name, extra=extra), place, None
        if brought.has_namesake(image.file_name):
            message = sentence(
                "is another file than the project's picture of this name; it joined as one of its own"
            )
            self._issues.add(warning("namesake", image.file_name, message))
        place, name, new_root = brought.join(image.file_name)
        if new_root is not None:
            message = sentence("pictures that the project did not have joined it from here")
            self._issues.add(warning("joined", new_root.path, message))
        return replace(image, file_name=name), place, new_root

    def _given(self, image: ImageRecord, own: int) -> dict[str, int]:
        """What to note of the id of a picture, so that exports give it back."""
        return {ID_KEY: image.id} if self._numbers_pictures and image.id != own else {}

    def _known_entry(self, image: ImageRecord, place: PictureFolder | None) -> ImageEntry | None:
        for candidate in [place] if place else self._places:
            if candidate.root is not self._new_root:
                path = candidate.prefix + image.file_name
                found = self._project.image_by_path(candidate.root.id, path) or self._alike(candidate, path)
                if found is not None:
                    return found
        return None

    def _alike(self, place: PictureFolder, path: str) -> ImageEntry | None:
        """The picture of the project whose path differs only in case or accents: it is one file there.

        Else a picture that is away, or that a system finds under both names, would come in a second time.
        """
        root = place.root.id
        if root not in self._keys:
            found: dict[str, set[int]] = {}
            for known, number in self._project.image_paths(root).items():
                found.setdefault(collision_key(known), set()).add(number)
            self._keys[root] = {key: numbers.pop() for key, numbers in found.items() if len(numbers) == 1}
        alike = self._keys[root].get(collision_key(path))
        if alike is None:
            return None
        entry = self._project.image(alike)
        own, other = Path(place.root.path, path), Path(place.root.path, entry.path)
        two_files = exists(own) and exists(other) and not own.samefile(other)
        return None if two_files else entry

    def _annotation(self, annotation: Annotation) -> Iterator[Edit]:
        refused = self._refused.get(annotation.image_id)
        if refused is not None:
            self._issues.add(lost_by(refused, "image"))
            return
        target = self._pictures[annotation.image_id]
        category_id = self._categories[annotation.category_id]
        where = f"object {annotation.id}"
        if annotation.mask.size != target.size:
            message = sentence(
                "fits a picture of {size}; the project's has {size2}",
                size=annotation.mask.size,
                size2=target.size,
            )
            self._issues.add(lost("size-mismatch", where, message))
        elif (category_id, annotation.mask.counts) in target.known:
            self._issues.add(lost("already-there", where, "is in the project already, pixel for pixel"))
            here = target.known[category_id, annotation.mask.counts]
            self._tracks.note_same(track_in(annotation.extra), here)
        else:
            number = annotation.id if self._keep_annotations else self._project.next_id(Annotation)
            empty = self._empty.pop(target.id, None)
            if empty is not None:  # it is not: somebody must look at it again
                yield Edit(empty, replace(empty, state=ImageState.IN_PROGRESS))
            if annotation.mask.counts in {counts for _, counts in target.known}:
                self._issues.add(
                    warning(
                        "other-class",
                        where,
                        "lies pixel for pixel on an object of another class in the project",
                    )
                )
            taken = replace(
                annotation,
                id=number,
                image_id=target.id,
                category_id=category_id,
                layer=annotation.layer + target.front,
            )
            yield Edit(None, self._tracks.taken(taken))
            self._imported += 1


def _state(entry: ImageEntry, image: ImageRecord, labelled: bool) -> ImageState:
    """What the project says of a picture counts; of one that nobody looked at, what the file says."""
    if entry.state is not ImageState.NEW or image.state is None:
        return entry.state
    return entry.state if labelled and image.state is ImageState.EMPTY_CHECKED else image.state


def _copies(entry: ImageEntry, image: ImageRecord) -> dict[str, list[str]]:
    """The copies that the project knew of and the one that the import found."""
    before, more = entry.extra.get(COPIES_KEY), image.extra.get(COPIES_KEY)
    found = [path for paths in (before, more) if isinstance(paths, list) for path in paths]
    return {COPIES_KEY: list(dict.fromkeys(found))} if found else {}
