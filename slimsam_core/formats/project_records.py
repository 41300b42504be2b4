"""A project, or a part of it, as a dataset that every format can write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import Any

from slimsam_core.annotation import FINISHED, Annotation, ImageEntry, ImageState, ImportedFile, ReviewState
from slimsam_core.errors import ImageReadError, OutputError
from slimsam_core.files.export_manifest import SPLITS
from slimsam_core.files.listing import is_file
from slimsam_core.formats.context import warning
from slimsam_core.formats.project_import import ID_KEY, LICENCE_KEY, SPLIT_KEY
from slimsam_core.formats.records import DatasetMeta, ImageRecord, Issue
from slimsam_core.formats.subset import Split
from slimsam_core.pixels.folder_search import is_dots
from slimsam_core.pixels.image_io import image_header
from slimsam_core.project import Reader, home_name
from slimsam_core.project.filters import ImageFilter
from slimsam_core.project.folders import COPIES_KEY
from slimsam_core.project.reader import PAGE


class FileNames(StrEnum):
    """How exported files name their pictures."""

    RELATIVE = "relative"
    """Path below the image folder."""
    NAME = "name"
    """Base name; refused where two pictures share one."""
    WITH_ROOT = "with-root"
    """The image folder's own name, then the path: for projects of several folders."""


@dataclass(frozen=True, kw_only=True)
class Selection:
    """What of a project is exported."""

    category_ids: frozenset[int] = frozenset()
    """Only objects of these classes; empty = all."""
    states: frozenset[ImageState] = frozenset()
    """Only pictures in these states; empty = any."""
    unlabelled: bool = False
    """Also pictures without objects that nobody marked as finished: to a trainer they mean 'nothing here'."""
    authors: frozenset[str] = frozenset()
    """Only objects by these annotators, and pictures that have one; empty = all."""
    approved: bool = False
    """Only pictures that a second person approved."""
    image_ids: frozenset[int] | None = None
    """Only these pictures; None = all."""
    file_names: FileNames = FileNames.RELATIVE
    split: Split | None = None

    @property
    def reviews(self) -> frozenset[ReviewState]:
        """What must have been said of the pictures; empty = anything or nothing."""
        return frozenset({ReviewState.APPROVED}) if self.approved else frozenset()

    def takes(self, annotation: Annotation) -> bool:
        """Whether an object of a selected picture is exported."""
        return (not self.category_ids or annotation.category_id in self.category_ids) and (
            not self.authors or annotation.author in self.authors
        )


_OWN_KEYS = frozenset((LICENCE_KEY, ID_KEY, COPIES_KEY, SPLIT_KEY))
"""Of ``ImageEntry.extra``: what this program notes for itself."""


class ProjectRecords:
    """A project, or the selected part of it, as a dataset."""

    def __init__(self, project: Reader, selection: Selection) -> None:
        self._project, self._selection = project, selection
        roots = project.roots()
        names = [Path(root.path).name for root in roots]
        many = Counter(names)
        self._prefix = {
            root.id: name if many[name] == 1 else f"{name}-{root.id}"
            for root, name in zip(roots, names, strict=True)
        }

    @cached_property
    def meta(self) -> DatasetMeta:
        """What imported files say of their datasets, their licences, the classes of the project."""
        wanted = self._selection.category_ids
        categories = tuple(c for c in self._project.categories() if not wanted or c.id in wanted)
        licences = tuple({**text, "id": number} for number, text in self._licences.values())
        extra: dict[str, Any] = {}
        for file in self._files:
            extra = {**file.extra, **extra}
        return DatasetMeta(self._info(), licences, categories, extra)

    @cached_property
    def _files(self) -> list[ImportedFile]:
        return self._project.imported_files

    def _info(self) -> Mapping[str, Any]:
        """That of the imported file; of several files the project's own, with what they say in a list."""
        if len(self._files) == 1 and self._files[0].info:
            return self._files[0].info
        now = datetime.now(UTC)
        info: dict[str, Any] = {
            "description": home_name(self._project),
            "version": "1.0",
            "year": now.year,
            "date_created": now.isoformat(timespec="seconds"),
        }
        if self._files:
            info["sources"] = [{"name": f.name, "info": f.info, **f.extra} for f in self._files]
        return info

    @cached_property
    def _nameless(self) -> Mapping[int, str]:
        """Pictures whose names are nothing but dots, which an older version took."""
        found = self._project.ask("SELECT id, path FROM image WHERE instr(path, '..') > 0")
        return {number: path for number, path in found if is_dots(str(path))}

    @cached_property
    def _image_ids(self) -> list[int]:
        """The selected pictures, in order."""
        return [image_id for image_id in self._selected_ids() if image_id not in self._nameless]

    def _selected_ids(self) -> list[int]:
        selection, states = self._selection, self._selection.states
        image_ids = self._project.image_ids(ImageFilter(states=states, reviews=selection.reviews))
        if selection.image_ids is not None:
            image_ids = [image_id for image_id in image_ids if image_id in selection.image_ids]
        if selection.unlabelled and not selection.authors:
            return image_ids
        labelled = ImageFilter(
            states=states,
            unlabelled=False,
            category_ids=selection.category_ids,
            authors=selection.authors,
        )
        kept = set(self._project.image_ids(labelled))
        if selection.authors:  # to others a picture without objects of these means nothing
            return [image_id for image_id in image_ids if image_id in kept]
        finished = FINISHED & states if states else FINISHED
        if finished:
            kept.update(self._project.image_ids(ImageFilter(states=finished)))
        return [image_id for image_id in image_ids if image_id in kept]

    @cached_property
    def _numbers(self) -> Mapping[int, int]:
        """Id of a picture -> id in the export, of all pictures of the project; empty where all are the same.

        Pictures keep the ids that imported files gave them; those without give way.
        """
        given = self._project.images_that_say(ID_KEY)
        if not given:
            return {}
        numbers: dict[int, int] = {}
        taken: set[int] = set()
        everything = sorted(self._project.image_ids(), key=lambda number: (number not in given, number))
        highest = max([*everything, *(n for n in given.values() if isinstance(n, int))])
        for number in everything:
            wanted = given.get(number, number)
            if not isinstance(wanted, int) or wanted < 1 or wanted in taken:
                wanted = highest = highest + 1
            numbers[number] = wanted
            taken.add(wanted)
        return numbers

    @cached_property
    def _own_ids(self) -> Mapping[int, int]:
        return {number: own for own, number in self._numbers.items()}

    def _entries(self) -> Iterator[ImageEntry]:
        for start in range(0, len(self._image_ids), PAGE):
            page = self._image_ids[start : start + PAGE]
            found = self._project.images_by_id(page)
            yield from (found[image_id] for image_id in page if image_id in found)

    @cached_property
    def _licences(self) -> Mapping[str, tuple[int, Mapping[str, Any]]]:
        """Each licence of an imported file or a picture with its number, by its words."""
        found: dict[str, tuple[int, Mapping[str, Any]]] = {}
        listed = [licence for file in self._files for licence in file.licences]
        of_pictures = (entry.extra.get(LICENCE_KEY) for entry in self._entries())
        for licence in chain(listed, of_pictures):
            if isinstance(licence, Mapping) and str(licence) not in found:
                taken = {number for number, _ in found.values()}
                number = licence.get("id")
                if not isinstance(number, int) or number in taken:
                    number = max(taken, default=0) + 1
                found[str(licence)] = (number, licence)
        return found

    def images(self) -> Iterator[ImageRecord]:
        """Every picture that is selected."""
        return map(self._record, self._entries())

    def annotations(self) -> Iterator[Annotation]:
        """Every object that is selected, in the order of ``images``."""
        objects = filter(self._selection.takes, self._project.annotations_of_images(self._image_ids))
        numbers = self._numbers
        return (replace(o, image_id=numbers[o.image_id]) for o in objects) if numbers else objects

    def count_images(self) -> int:
        """Number of pictures."""
        return len(self._image_ids)

    def picture_path(self, image: ImageRecord) -> Path | None:
        """Where a picture lies, None when it is not there."""
        path = self._project.image_path(self._project.image(self._own_ids.get(image.id, image.id)))
        return path if is_file(path) else None

    def numbered_anew(self) -> Issue | None:
        """What leaving classes out does to formats that number them, None when it changes no number."""
        before = {category.id: number for number, category in enumerate(self._project.categories())}
        changed = [
            f"{category.name} {number} (was {before[category.id]})"
            for number, category in enumerate(self.meta.categories)
            if before[category.id] != number
        ]
        if not changed:
            return None
        shown = ", ".join(changed[:5]) + (f" and {len(changed) - 5:,} more" if len(changed) > 5 else "")
        return warning(
            "classes", "", "classes are left out, so others are numbered anew: {shown}", shown=shown
        )

    def left_out(self) -> Issue | None:
        """What tells of the pictures that no export can name, None when there are none."""
        names = [path for number, path in self._nameless.items() if number in set(self._selected_ids())]
        if not names:
            return None
        shown = ", ".join(names[:5]) + (f" and {len(names) - 5:,} more" if len(names) > 5 else "")
        return warning(
            "name",
            "",
            "left out, as their names are nothing but dots before the ending: {shown}",
            shown=shown,
        )

    def count_annotations(self) -> int:
        """Number of objects."""
        selection = self._selection
        if (
            selection
            == Selection(
                unlabelled=selection.unlabelled, file_names=selection.file_names, split=selection.split
            )
            and not self._nameless
        ):
            return self._project.count_annotations()
        return sum(1 for _ in self.annotations())

    def selected_names(self) -> list[str]:
        """What the selected pictures are called in an export; their sizes are not looked for."""
        return [self._name(entry) for entry in self._entries()]

    def all_names(self) -> frozenset[str]:
        """What every picture of the project is called in an export, those that are not selected too."""
        names = map(self._name, self._project.images())
        if self._selection.file_names is FileNames.NAME:
            return frozenset(PurePosixPath(name).name for name in names)
        return frozenset(names)

    def _name(self, entry: ImageEntry) -> str:
        if self._selection.file_names is FileNames.WITH_ROOT:
            return f"{self._prefix[entry.root_id]}/{entry.path}"
        return entry.path

    def _record(self, entry: ImageEntry) -> ImageRecord:
        size, orientation = entry.size, entry.exif_orientation
        if size is None:
            size = next((a.mask.size for a in self._project.annotations(entry.id)), None)
        if size is None:
            try:
                size, orientation = image_header(self._project.image_path(entry))
            except ImageReadError as error:
                raise OutputError(
                    "The export was refused: the size of {path} is not known. {words}",
                    "Bring the picture back, or export labelled pictures only.",
                    path=entry.path,
                    words=error.message,
                ) from error
        extra = {k: v for k, v in entry.extra.items() if k not in _OWN_KEYS}
        licence, split = entry.extra.get(LICENCE_KEY), entry.extra.get(SPLIT_KEY)
        return ImageRecord(
            id=self._numbers.get(entry.id, entry.id),
            file_name=self._name(entry),
            size=size,
            licence=self._licences[str(licence)][0] if isinstance(licence, Mapping) else None,
            exif_orientation=orientation,
            split=split if isinstance(split, str) and split in SPLITS else "",
            flags=entry.flags,
            comment=entry.comment,
            state=entry.state,
            extra=extra,
        )
