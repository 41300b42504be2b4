"""Classes in stored drafts, read and changed without a look at the masks."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from slimsam_core.project.stored_drafts import CLASS_PLACE, draft_parts, proposals_with_class, read_draft

_WAS = "was"
"""In a part with proposals: the number of each whose class was deleted, and that class."""


def may_mention(text: str, category_ids: Collection[int]) -> bool:
    """Whether a stored draft may have parts of these classes; it surely has none when this is False."""
    return any(f",{number}," in text or f'"class":{number}' in text for number in category_ids)


def with_classes(text: str, now: Mapping[int, int]) -> str:
    """A stored draft, its parts of the classes ``now`` names having those that these became.

    Of proposals it is noted which class they had, for ``with_former_classes``. One that cannot be read stays
    as it is.
    """
    if not may_mention(text, now):
        return text
    changed = False
    data = read_draft(text)
    for part in draft_parts(data):
        was = [[one[0], one[CLASS_PLACE]] for one in proposals_with_class(part) if one[CLASS_PLACE] in now]
        if was:
            part[_WAS] = was
    for values, place in _places(data):
        if values[place] in now:
            values[place], changed = now[values[place]], True
    return json.dumps(data, separators=(",", ":")) if changed else text


def with_former_classes(text: str) -> tuple[str, dict[int, int]]:
    """A stored draft with the classes that its proposals had before those were deleted, and which class took
    over from each: a step of undo may bring them back. One that cannot be read stays as it is."""
    if f'"{_WAS}"' not in text:
        return text, {}
    data = read_draft(text)
    try:
        moves = _put_back(data)
    except (AttributeError, TypeError, KeyError, IndexError):  # it is damaged: who reads it says so
        return text, {}
    return (json.dumps(data, separators=(",", ":")), moves) if moves else (text, {})


def _put_back(data: Any) -> dict[int, int]:
    moves: dict[int, int] = {}
    for part in draft_parts(data):
        noted = part.pop(_WAS, ())
        was = {pair[0]: pair[1] for pair in noted if isinstance(pair, list) and len(pair) == 2}
        for one in proposals_with_class(part):
            former = was.get(one[0])
            if type(former) is int and type(one[CLASS_PLACE]) is int:
                moves.setdefault(former, one[CLASS_PLACE])
                one[CLASS_PLACE] = former
    return moves


def proposals_of_class(text: str, category_id: int) -> int:
    """How many proposals of a stored draft have this class; none in one that cannot be read."""
    if not may_mention(text, (category_id,)):
        return 0
    return sum(
        place == CLASS_PLACE and values[place] == category_id for values, place in _places(read_draft(text))
    )


def _places(data: Any) -> Iterator[tuple[Any, Any]]:
    """Where classes stand: what holds the value, and its place in there."""
    for part in draft_parts(data):
        if "class" in part:
            yield part, "class"
        yield from ((values, 0) for values in part.get("by_class", ()) if isinstance(values, list) and values)
        yield from ((values, CLASS_PLACE) for values in proposals_with_class(part))
