"""A part looked at before it is merged: whether it can be, and which classes of it are not known."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from slimsam_core.annotation import Category
from slimsam_core.errors import ProjectError
from slimsam_core.progress import CancelToken, ProgressSink, ignore_progress
from slimsam_core.project import Project, Reader
from slimsam_core.project.checkup import require_whole
from slimsam_core.project.lineage import uid_of
from slimsam_core.sentences import sentence
from slimsam_core.teamwork.packed_part import PackedPart, unpacked


@dataclass(frozen=True, kw_only=True)
class PartClass:
    """A class of a part."""

    uid: str
    """What tells it from every other in all copies."""
    name: str
    objects: int


@dataclass(frozen=True, kw_only=True)
class PartLook:
    """What a part holds."""

    path: Path
    name: str
    """What people call it: the annotator it was made for, or the file's name."""
    objects: int
    classes: tuple[PartClass, ...]


@dataclass(frozen=True, kw_only=True)
class UnknownClass:
    """A class of some parts that the project has neither by identity nor by name."""

    name: str
    objects: int
    parts: tuple[str, ...]
    """Names of the parts that have it."""
    alike: str
    """A class of the project whose name differs in capitals and spaces alone; empty when there is none."""


def look_at_part(path: Path, cancel: CancelToken | None = None) -> PartLook:
    """Read a part, a project or a zip file of one, with all checks of a merge. Raises ProjectError (it cannot
    be merged: damaged, of another program, no part) and Cancelled."""
    cancel = cancel or CancelToken()
    with unpacked(path, cancel) as (file, packed), opened_part(file, packed, ignore_progress) as project:
        counts, uid = project.objects_by_class(), project.uid
        return PartLook(
            path=path,
            name=name_of(project),
            objects=project.count_annotations(),
            classes=tuple(
                PartClass(
                    uid=uid_of(uid, category.uid, category.id),
                    name=category.name,
                    objects=counts.get(category.id, 0),
                )
                for category in project.categories()
            ),
        )


def unknown_classes(
    uid: str, categories: Iterable[Category], parts: Iterable[PartLook]
) -> list[UnknownClass]:
    """The classes of parts that a merge would add to a project, by name; ``uid`` and ``categories`` are the
    project's own."""
    here = list(categories)
    known = {uid_of(uid, category.uid, category.id) for category in here}
    names = {category.name for category in here}
    alike = {_plain(category.name): category.name for category in here}
    objects: dict[str, int] = {}
    having: dict[str, dict[str, None]] = {}
    for part in parts:
        for one in part.classes:
            if one.uid not in known and one.name not in names:
                objects[one.name] = objects.get(one.name, 0) + one.objects
                having.setdefault(one.name, {})[part.name] = None
    return [
        UnknownClass(name=name, objects=count, parts=tuple(having[name]), alike=alike.get(_plain(name), ""))
        for name, count in sorted(objects.items())
    ]


def _plain(name: str) -> str:
    return " ".join(name.replace("_", " ").replace("-", " ").split()).casefold()


@contextlib.contextmanager
def opened_part(file: Path, packed: PackedPart | None, progress: ProgressSink) -> Iterator[Project]:
    """A part open to be read, once it is known to be whole. Raises ProjectError, which names the zip file
    that it came in."""
    with contextlib.ExitStack() as opened:
        try:
            project = opened.enter_context(Project.open(file, read_only=True, progress=progress))
            require_whole(project)
        except ProjectError as error:
            if packed is None:
                raise
            message = sentence("In {path}: {reason}", path=packed.path, reason=error.message)
            raise ProjectError(message, error.hint) from error
        yield project


def name_of(project: Reader) -> str:
    """What people call the part or the project."""
    origin = project.part_origin
    return origin.annotator if origin is not None and origin.annotator else project.path.stem
