"""What people differ on, as questions with sides to choose from: A, B, and so on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import TYPE_CHECKING

from slimsam_app.document import Document
from slimsam_app.i18n import mark as _
from slimsam_app.i18n import tr
from slimsam_app.intents.images import REVIEW_TEXT, STATE_TEXT
from slimsam_app.kept import Intent
from slimsam_app.on_demand import teamwork
from slimsam_core.annotation import Annotation, Category, ImageEntry, ReviewNote, ThingKind
from slimsam_core.class_colors import SIDES
from slimsam_core.errors import ProjectError
from slimsam_core.pixels.mask import Rle, intersection
from slimsam_core.project import Edit, Stamps
from slimsam_core.visible_text import one_line

if TYPE_CHECKING:
    from slimsam_core.teamwork import MergeConflict, OpenDisagreement

DECIDED = _("Decide a difference")
AGREED_COLOR = "#ffffff"
QUOTED_NOTES, QUOTED_LETTERS = 20, 500
"""Notes of a second person in a line, and letters of each."""
"""Where all sides agree: of two colours the upper one would cover the other."""


@dataclass(frozen=True, kw_only=True)
class Opinion:
    """One answer."""

    who: str
    """Whose it is."""
    what: str
    """The class, the state, or that there is nothing."""
    mask: Rle | None
    """To be tinted on the picture."""
    edits: Callable[[], list[Edit]]
    """What brings it about."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """One thing with several answers; one of them, or their union, or what is drawn anew, will hold."""

    key: tuple[str, str]
    """What it is known by while the project changes."""
    image_id: int | None
    """None = it is about a class."""
    place: str
    """Path of the picture, or the class."""
    gravity: float
    """0..1; 1 = they say different things."""
    sides: tuple[Opinion, ...]
    """At least two."""
    object_ids: tuple[int, ...]
    """Objects of the project that the masks of the sides stand for."""
    union: Callable[[], list[Edit]]
    both: Callable[[], list[Edit]] | None
    """None where only one can hold."""
    drawn: Callable[[Annotation], list[Edit]] | None
    """What makes a new object the answer; None where nothing can be drawn."""
    stamps: Stamps

    @property
    def overlaps(self) -> bool:
        """Whether the masks of all sides have a part in common."""
        masks = [side.mask for side in self.sides if side.mask is not None and side.mask.area]
        return len(masks) > 1 and intersection(masks).area > 0

    def intent(self, edits: list[Edit]) -> Intent:
        """The decision as one undoable command."""
        return Intent(DECIDED, tuple(edits), stamps=self.stamps)

    @property
    def can_unite(self) -> bool:
        """Whether there are two masks."""
        return sum(side.mask is not None for side in self.sides) > 1


def letter(number: int) -> str:
    """The key of a side: A is the first."""
    return ascii_uppercase[number] if number < len(SIDES) else ""


def of_disagreement(document: Document, one: OpenDisagreement) -> Question:
    """Whose object of several people's holds."""
    names = {category.id: category.name for category in document.categories()}
    sides = [
        Opinion(
            who=who,
            what=names.get(entry.category_id, ""),
            mask=entry.mask,
            edits=lambda number=entry.id: teamwork.keep_one(one, number),  # type: ignore[misc]
        )
        for who, entry in one.said
        if entry is not None
    ]
    silent = [who for who, entry in one.said if entry is None]
    if silent:
        sides.append(
            Opinion(
                who=", ".join(silent),
                what=tr("no object"),
                mask=None,
                edits=lambda: teamwork.keep_none(one),
            )
        )
    ids = tuple(entry.id for entry in one.objects)
    return Question(
        key=("disagreement", ",".join(map(str, ids))),
        image_id=one.image_id,
        place=document.image(one.image_id).path,
        gravity=one.gravity,
        sides=tuple(sides),
        object_ids=ids,
        union=lambda: teamwork.keep_union(one),
        both=(lambda: teamwork.keep_all(one)) if len(ids) > 1 else None,
        drawn=lambda made: [*teamwork.keep_drawn(one, made.mask), Edit(made, None)],
        stamps=Stamps.HERE,
    )


def of_conflict(document: Document, conflict: MergeConflict) -> Question:
    """Which value holds of what was changed on both sides."""
    project, mine = document.project, conflict.mine
    names = {category.id: category.name for category in document.categories()}
    here = Opinion(
        who=_author(mine) or tr("here"),
        what=_words(mine, names),
        mask=mine.mask if isinstance(mine, Annotation) else None,
        edits=lambda: teamwork.keep_mine(project, conflict),
    )
    others = [
        Opinion(
            who=other.author or other.source or tr("elsewhere"),
            what=_words(conflict.other_thing(place), names),
            mask=_mask(conflict, place),
            edits=lambda place=place: teamwork.take_other(project, conflict, place),  # type: ignore[misc]
        )
        for place, other in enumerate(conflict.others)
    ]
    about_object = conflict.kind is ThingKind.OBJECT and conflict.image_id is not None
    name = mine.name if isinstance(mine, Category) else ""
    return Question(
        key=(conflict.kind, conflict.uid),
        image_id=conflict.image_id,
        place=name if conflict.image_id is None else document.image(conflict.image_id).path,
        gravity=1.0,
        sides=(here, *others),
        object_ids=(mine.id,) if isinstance(mine, Annotation) else (),
        union=lambda: _unite(document, conflict),
        both=None,
        drawn=(lambda made: _draw(document, conflict, made)) if about_object else None,
        stamps=Stamps.AUTHORS,
    )


def _unite(document: Document, conflict: MergeConflict) -> list[Edit]:
    for place in range(len(conflict.others)):
        if _mask(conflict, place) is not None:
            return teamwork.take_union(document.project, conflict, place)
    raise ProjectError("There are no two masks to unite.", "Keep one of the values.")


def _draw(document: Document, conflict: MergeConflict, made: Annotation) -> list[Edit]:
    """The new object itself where the thing was deleted here; else its mask is that of the old one."""
    if conflict.mine is None:
        return teamwork.keep_mine(document.project, conflict)
    return [*teamwork.show_object(document.project, conflict, made), Edit(made, None)]


def _mask(conflict: MergeConflict, place: int) -> Rle | None:
    found = conflict.other_thing(place)
    return found.mask if isinstance(found, Annotation) else None


def _author(mine: Annotation | ImageEntry | Category | None) -> str:
    return mine.author if isinstance(mine, Annotation) else ""


def _said(notes: Sequence[ReviewNote]) -> Iterator[str]:
    """The beginnings of what a second person noted."""
    return (one_line(note.text, QUOTED_LETTERS) for note in notes[:QUOTED_NOTES])


def _words(thing: object, names: Mapping[int, str]) -> str:
    """What one value says, in a line."""
    if isinstance(thing, Annotation):
        return names.get(thing.category_id, tr("(deleted class)"))
    if isinstance(thing, Category):
        return thing.name
    if not isinstance(thing, ImageEntry):
        return tr("deleted")
    parts = [tr(STATE_TEXT[thing.state])]
    if thing.review is not None:
        parts += [tr(REVIEW_TEXT[thing.review.state]), *_said(thing.review.notes)]
    return " · ".join([*parts, *sorted(thing.flags), *filter(None, [thing.comment])])
