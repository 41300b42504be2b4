"""What several people say of one picture: which of it is an opinion, and when it is the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from slimsam_core.annotation import ImageEntry, ImageState, ThingKind
from slimsam_core.project.lineage import format_writes, joined_writes
from slimsam_core.project.tables import IMAGES
from slimsam_core.teamwork.candidates import SeenValue, choose, differ, surviving, writes_of
from slimsam_core.teamwork.merge_plan import SILENT
from slimsam_core.teamwork.source import Content, picture_content

_BEGUN = frozenset({ImageState.NEW, ImageState.IN_PROGRESS})
_UNSAID = {"state": ImageState.NEW, "extra": None}
_NOTHING_SAID = {**picture_content(ImageEntry(id=1, root_id=1, path="x")), **_UNSAID}


def said_of(values: Iterable[SeenValue]) -> list[SeenValue]:
    """The values of a picture that are left, those that say the same as one that rests on all of them: what
    is said of the picture later is then no other opinion than theirs. Deletions stay apart: each copy
    remembers those of others as they were."""
    left = opinions(surviving(values))
    if len(left) < 2 or differ(left, SILENT[ThingKind.PICTURE]) or any(one.content is None for one in left):
        return left
    writes = format_writes(joined_writes(*(writes_of(one.writes) for one in left)))
    return [replace(choose(left), writes=writes)]


def opinions(values: Sequence[SeenValue]) -> list[SeenValue]:
    """The values without those that say no more than that somebody began with the picture: the program notes
    that by itself, and beside what a person said it is no other opinion, nor beside a removal. Of several
    that say no more, one: that of this project before others, so that it stays."""
    said = [one for one in values if one.content is None or _is_said(one.content)]
    if said:
        return said
    return [choose(values)] if differ(values, SILENT[ThingKind.PICTURE]) else list(values)


def _is_said(content: Content) -> bool:
    return content["state"] not in _BEGUN or {**content, **_UNSAID} != _NOTHING_SAID


def with_said(image: ImageEntry, main: SeenValue) -> ImageEntry:
    """The picture with what is said of it."""
    row = IMAGES.encode(image) | dict(main.content or {}) | {"writes": main.writes}
    found = IMAGES.decode(row)
    assert isinstance(found, ImageEntry)
    return found
