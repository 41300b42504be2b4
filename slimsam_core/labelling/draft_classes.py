"""Classes and tracks in stored drafts, read and changed without a look at the masks."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from slimsam_core.annotation import MaskSource
from slimsam_core.files.foreign import parse_json
from slimsam_core.labelling.drafts import VERSION

_WAS = "was"
"""In a part with proposals: the number of each whose class was deleted, and that class."""
_CLASS, _TRACK = 4, 7
"""Places of class and track in the values of a proposal, where it has them."""


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
    data = _read(text)
    for part in _parts(data):
        was = [[one[0], one[_CLASS]] for one in _with_class(part) if one[_CLASS] in now]
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
    data = _read(text)
    try:
        moves = _put_back(data)
    except (AttributeError, TypeError, KeyError, IndexError):  # it is damaged: who reads it says so
        return text, {}
    return (json.dumps(data, separators=(",", ":")), moves) if moves else (text, {})


def _put_back(data: Any) -> dict[int, int]:
    moves: dict[int, int] = {}
    for part in _parts(data):
        noted = part.pop(_WAS, ())
        was = {pair[0]: pair[1] for pair in noted if isinstance(pair, list) and len(pair) == 2}
        for one in _with_class(part):
            former = was.get(one[0])
            if type(former) is int and type(one[_CLASS]) is int:
                moves.setdefault(former, one[_CLASS])
                one[_CLASS] = former
    return moves


def proposals_of_class(text: str, category_id: int) -> int:
    """How many proposals of a stored draft have this class; none in one that cannot be read."""
    if not may_mention(text, (category_id,)):
        return 0
    return sum(place == _CLASS and values[place] == category_id for values, place in _places(_read(text)))


def tracks_that_wait(text: str) -> frozenset[int]:
    """Tracks of the proposals of a stored draft that were carried over; none in one that cannot be read."""
    if f'"{MaskSource.CARRIED}"' not in text:
        return frozenset()
    found = (
        values[_TRACK] for values, place in _places(_read(text)) if place == _CLASS and len(values) > _TRACK
    )
    return frozenset(found)


def _read(text: str) -> Any:
    try:
        return parse_json(text)
    except ValueError:
        return None


def _places(data: Any) -> Iterator[tuple[Any, Any]]:
    """Where classes stand: what holds the value, and its place in there."""
    for part in _parts(data):
        if "class" in part:
            yield part, "class"
        yield from ((values, 0) for values in part.get("by_class", ()) if isinstance(values, list) and values)
        yield from ((values, _CLASS) for values in _with_class(part))


def _parts(data: Any) -> Iterator[Any]:
    if isinstance(data, dict) and data.get("version") == VERSION:
        yield from data.get("parts", ())


def _with_class(part: Any) -> Iterator[Any]:
    """The proposals of a part that have a class."""
    return (values for values in part.get("masks", ()) if len(values) > _CLASS)
