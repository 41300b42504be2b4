"""What a second person said of a picture, as the text that is stored."""

from __future__ import annotations

import json
import math
from typing import Any

from slimsam_core.annotation import PictureReview, ReviewNote, ReviewState
from slimsam_core.files.foreign import parse_json

MAX_NOTES = 1000
"""Notes of one picture: more than a person writes."""


def review_text(review: PictureReview | None) -> str | None:
    """JSON in ASCII; None for none."""
    if review is None:
        return None
    data: dict[str, Any] = {"state": str(review.state)}
    if review.author:
        data["by"] = review.author
    if review.notes:
        data["notes"] = [[note.x, note.y, note.text, note.author] for note in review.notes]
    return json.dumps(data, separators=(",", ":"))


def review_of(text: str | None) -> PictureReview | None:
    """Raises ValueError, TypeError and KeyError for a text that is none."""
    if text is None:
        return None
    data = parse_json(text)
    notes = data.get("notes", [])
    author = data.get("by", "")
    if type(author) is not str or type(notes) is not list or len(notes) > MAX_NOTES:
        raise ValueError("a review that is none")
    return PictureReview(
        state=ReviewState(data["state"]), author=author, notes=tuple(_note(note) for note in notes)
    )


def _note(note: list[Any]) -> ReviewNote:
    x, y, text, author = note
    for number in (x, y):
        if type(number) not in (int, float) or not math.isfinite(number):
            raise ValueError("a note at no place")
    if type(text) is not str or type(author) is not str:
        raise ValueError("a note without text")
    return ReviewNote(x=x, y=y, text=text, author=author)
