"""Where things stand in the stored drafts of a project; ``labelling.drafts`` writes and reads them wholly."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from slimsam_core.annotation import MaskSource
from slimsam_core.files.foreign import parse_json

DRAFT_VERSION = 1
"""Of the JSON; a draft of another version is left where it is and not read."""
CLASS_PLACE, _TRACK_PLACE = 4, 7
"""Places of class and track in the values of a proposal that has them: as ``labelling.drafts`` writes it."""


def read_draft(text: str) -> Any:
    """The JSON of a stored draft; None when it is none."""
    try:
        return parse_json(text)
    except ValueError:
        return None


def draft_parts(data: Any) -> Iterator[Any]:
    """The parts of a draft; none of one of another version."""
    if isinstance(data, dict) and data.get("version") == DRAFT_VERSION:
        yield from data.get("parts", ())


def proposals_with_class(part: Any) -> Iterator[Any]:
    """The values of the proposals of a part that have a class."""
    return (values for values in part.get("masks", ()) if len(values) > CLASS_PLACE)


def tracks_that_wait(text: str) -> frozenset[int]:
    """Tracks of the proposals of a stored draft that were carried over; none in one that cannot be read."""
    if f'"{MaskSource.CARRIED}"' not in text:
        return frozenset()
    try:
        found = [
            values[_TRACK_PLACE]
            for part in draft_parts(read_draft(text))
            for values in proposals_with_class(part)
            if len(values) > _TRACK_PLACE
        ]
    except (AttributeError, TypeError, KeyError):  # it is damaged: who reads it says so
        return frozenset()
    return frozenset(track for track in found if type(track) is int and track > 0)
