"""What waits for a decision: all values of what was changed on both sides, and what is decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from slimsam_core.annotation import Annotation, Category, ImageEntry, ThingKind, Variant
from slimsam_core.errors import ProjectError
from slimsam_core.pixels.mask import union
from slimsam_core.project import Edit, Project, Reader
from slimsam_core.project.lineage import format_writes, joined_writes, uid_of
from slimsam_core.project.tables import CATEGORIES, IMAGES
from slimsam_core.teamwork.candidates import HERE, WAITING, SeenValue, differ, writes_of
from slimsam_core.teamwork.merge_plan import SILENT, decoded
from slimsam_core.teamwork.said_of_pictures import opinions
from slimsam_core.teamwork.source import (
    class_content,
    object_content,
    picture_content,
    variant_content,
)

Thing = Annotation | ImageEntry | Category


@dataclass(frozen=True, kw_only=True)
class MergeConflict:
    """One thing with several values."""

    kind: ThingKind
    uid: str
    image_id: int | None
    """The picture to look at; None for a class."""
    mine: Thing | None
    """The value that the project shows; None = it was deleted here."""
    others: tuple[Variant, ...]
    """At least one."""

    def other_object(self, place: int) -> Annotation | None:
        """Another value as an object; None when it was deleted there. Raises ProjectError when damaged."""
        content = variant_content(self.others[place])
        if content is None:
            return None
        return decoded(content, number=self.mine.id if self.mine else 1, uid=self.uid, writes="")

    def other_thing(self, place: int) -> Thing | None:
        """Another value as what it is one of; None when it was deleted. Raises ProjectError when damaged."""
        content, mine = variant_content(self.others[place]), self.mine
        if content is None:
            return None
        if isinstance(mine, ImageEntry):
            return IMAGES.decode(IMAGES.encode(mine) | content)  # type: ignore[return-value]
        if isinstance(mine, Category):
            return CATEGORIES.decode(CATEGORIES.encode(mine) | content)  # type: ignore[return-value]
        return self.other_object(place)


def open_conflicts(project: Reader, image_ids: Collection[int | None] | None = None) -> list[MergeConflict]:
    """Everything that waits for a decision, by picture. Raises ProjectError when it is damaged.

    ``image_ids``: only of these pictures, None among them for classes.
    """
    found: dict[tuple[ThingKind, str], list[Variant]] = defaultdict(list)
    for variant in project.variants:
        if image_ids is None or variant.image_id in image_ids:
            found[variant.kind, variant.uid].append(variant)
    if not found:
        return []
    things = _things(project, [variant for listed in found.values() for variant in listed])
    conflicts = []
    for (kind, uid), listed in found.items():
        mine = things.get((kind, uid))
        image_id = _picture_of(kind, mine, listed)
        if image_id is not None and image_id not in things.pictures:
            continue  # the picture was removed with all of it
        values = [_candidate(mine)] + [
            SeenValue(writes=v.writes, content=variant_content(v), author=v.author, source=WAITING)
            for v in listed
        ]
        removed = any(one.content is None for one in values)  # of a picture that is there: worth a question
        if differ(opinions(values) if kind is ThingKind.PICTURE and not removed else values, SILENT[kind]):
            conflicts.append(
                MergeConflict(kind=kind, uid=uid, image_id=image_id, mine=mine, others=tuple(listed))
            )
    return sorted(conflicts, key=lambda one: (one.image_id or 0, one.kind, one.uid))


class _Things(dict[tuple[ThingKind, str], Thing]):
    """What the project shows of the things that others have other values of."""

    pictures: Mapping[int, ImageEntry]


def _things(project: Reader, variants: Iterable[Variant]) -> _Things:
    found, uid = _Things(), project.uid
    image_ids = sorted({v.image_id for v in variants if v.image_id is not None})
    found.pictures = project.images_by_id(image_ids)
    for image in found.pictures.values():
        found[ThingKind.PICTURE, uid_of(uid, image.uid, image.id)] = image
    for annotation in project.annotations_of_images(image_ids):
        found[ThingKind.OBJECT, uid_of(uid, annotation.uid, annotation.id)] = annotation
    for category in project.categories():
        found[ThingKind.CLASS, uid_of(uid, category.uid, category.id)] = category
    return found


def _picture_of(kind: ThingKind, mine: Thing | None, listed: Iterable[Variant]) -> int | None:
    if isinstance(mine, Annotation):
        return mine.image_id
    if isinstance(mine, ImageEntry):
        return mine.id
    return (
        None
        if kind is ThingKind.CLASS
        else next((v.image_id for v in listed if v.image_id is not None), None)
    )


def _candidate(mine: Thing | None) -> SeenValue:
    content: dict[str, Any] | None = None
    if isinstance(mine, Annotation):
        content = object_content(mine)
    elif isinstance(mine, ImageEntry):
        content = picture_content(mine)
    elif isinstance(mine, Category):
        content = class_content(mine)
    return SeenValue(writes=mine.writes if mine else "", content=content, author="", source=HERE)


def keep_mine(project: Project, conflict: MergeConflict) -> list[Edit]:
    """Edits after which the value that is shown holds, for every copy that is merged later too."""
    mine, seen = conflict.mine, _seen(conflict)
    if mine is not None:
        return [Edit(mine, replace(mine, writes=seen)), *_forget(conflict)]
    remembered = Variant(
        id=project.next_id(Variant),
        kind=conflict.kind,
        uid=conflict.uid,
        image_id=conflict.image_id,
        content="",
        writes=seen,
        author=project.annotator,
    )
    return [*_forget(conflict), Edit(None, remembered)]


def take_other(project: Project, conflict: MergeConflict, place: int = 0) -> list[Edit]:
    """Edits after which another value holds; the object is deleted when it was deleted there.

    Raises ProjectError when it cannot be: its class is not there any more.
    """
    content, mine = variant_content(conflict.others[place]), conflict.mine
    if content is None:
        if mine is None:
            return keep_mine(project, conflict)
        return [Edit(replace(mine, writes=_seen(conflict)), None), *_forget(conflict)]
    if conflict.kind is ThingKind.OBJECT:
        if content["category_id"] not in {category.id for category in project.categories()}:
            raise ProjectError(
                "The class of the other value is not in the project any more.",
                "Keep the value that is shown, or bring the class back by undo.",
            )
        other = decoded(content, number=0, uid="", writes="")
        return show_object(project, conflict, other)
    assert mine is not None
    table = IMAGES if conflict.kind is ThingKind.PICTURE else CATEGORIES
    shown = table.decode(table.encode(mine) | content | {"writes": _seen(conflict)})
    return [Edit(mine, shown), *_forget(conflict)]


def show_object(project: Project, conflict: MergeConflict, value: Annotation) -> list[Edit]:
    """Edits after which this value of an object holds: a person drew it, or chose it."""
    mine, seen = conflict.mine, _seen(conflict)
    if isinstance(mine, Annotation):
        shown = replace(value, id=mine.id, image_id=mine.image_id, uid=mine.uid, writes=seen)
        return [Edit(mine, shown), *_forget(conflict)]
    number = project.next_id(Annotation)
    made = replace(value, id=number, image_id=conflict.image_id or value.image_id)
    return [*keep_mine(project, conflict), Edit(None, made)]


def take_union(project: Project, conflict: MergeConflict, place: int = 0) -> list[Edit]:
    """Edits after which the object has the pixels of both masks; the rest is as it is shown.

    Raises ProjectError where there are no two masks of one size.
    """
    mine, other = conflict.mine, conflict.other_object(place)
    if not isinstance(mine, Annotation) or other is None or other.mask.size != mine.mask.size:
        raise ProjectError("There are no two masks to unite.", "Keep one of the values.")
    both = replace(mine, mask=union([mine.mask, other.mask]), drawn=None)
    return show_object(project, conflict, both)


def _seen(conflict: MergeConflict) -> str:
    """What a decision rests on: all the values."""
    own = writes_of(conflict.mine.writes) if conflict.mine is not None else {}
    return format_writes(joined_writes(own, *(writes_of(v.writes) for v in conflict.others)))


def _forget(conflict: MergeConflict) -> list[Edit]:
    return [Edit(variant, None) for variant in conflict.others]
