"""Which pictures to show: a filter as a value, and as SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from slimsam_core.annotation import ImageState, ReviewState


@dataclass(frozen=True, kw_only=True)
class ImageFilter:
    """Pictures that meet every criterion that is set.

    The criteria of objects (``category_ids``, score, area) ask for one object that meets all of them.
    """

    states: frozenset[ImageState] = frozenset()
    """Any of these; empty = any state."""
    unlabelled: bool | None = None
    """True: without objects; False: with objects."""
    category_ids: frozenset[int] = frozenset()
    """An object of any of these classes; empty = any class."""
    text: str = ""
    """Every word occurs, in any case, in path, comment or flags."""
    score_min: float | None = None
    score_max: float | None = None
    """Range, ends included, of an object's score (or of its predicted IoU where it has no score)."""
    area_min: int | None = None
    area_max: int | None = None
    """Range, ends included, of an object's pixels."""
    root_id: int | None = None
    authors: frozenset[str] = frozenset()
    """An object by any of these annotators, empty text = not known; empty = any."""
    reviews: frozenset[ReviewState] = frozenset()
    """A second person said any of these; empty = any or nothing."""
    begun: bool = False
    """Only pictures in which something is open that was not accepted."""
    unread: bool = False
    """Only pictures whose files were not read yet: without content hash."""

    @property
    def limits_of_objects(self) -> int:
        """How many limits of an object's score and area are set."""
        limits = (self.score_min, self.score_max, self.area_min, self.area_max)
        return sum(limit is not None for limit in limits)


EVERYTHING = ImageFilter()


def where_clause(wanted: ImageFilter) -> tuple[str, list[Any]]:
    """A ``WHERE`` clause over the table ``image`` (or nothing) and its parameters."""
    terms: list[str] = []
    values: list[Any] = []
    if wanted.root_id is not None:
        terms.append("image.root_id = ?")
        values.append(wanted.root_id)
    if wanted.unread:
        terms.append("image.content_hash = ''")
    if wanted.begun:
        terms.append("image.id IN (SELECT image_id FROM draft)")
    if wanted.states:
        terms.append(f"image.state IN ({_marks(len(wanted.states))})")
        values.extend(sorted(str(state) for state in wanted.states))
    if wanted.reviews:
        terms.append(f"image.review_state IN ({_marks(len(wanted.reviews))})")
        values.extend(sorted(str(state) for state in wanted.reviews))
    if wanted.authors:
        names = sorted(wanted.authors - {""})
        by_name = f"author IN ({_marks(len(names))})"
        by_nobody = "author IS NULL" if "" in wanted.authors else ""
        either = " OR ".join(term for term in (by_name if names else "", by_nobody) if term)
        terms.append(f"image.id IN (SELECT image_id FROM annotation WHERE {either})")
        values.extend(names)
    if wanted.unlabelled is not None:
        terms.append("image.objects = 0" if wanted.unlabelled else "image.objects > 0")
    for word in wanted.text.casefold().split():
        terms.append("instr(image.search_text, ?) > 0")
        values.append(word)
    for summary, limit in (
        ("confidence_min <= ?", wanted.score_max),
        ("confidence_max >= ?", wanted.score_min),
        ("area_min <= ?", wanted.area_max),
        ("area_max >= ?", wanted.area_min),
    ):
        if limit is not None:
            terms.append(f"image.{summary}")
            values.append(limit)
    if wanted.category_ids or wanted.limits_of_objects > 1:
        inner, inner_values = _object_terms(wanted)
        terms.append(inner)
        values.extend(inner_values)
    return (f"WHERE {' AND '.join(terms)}" if terms else "", values)


def _object_terms(wanted: ImageFilter) -> tuple[str, list[Any]]:
    terms: list[str] = []
    values: list[Any] = []
    for term, limit in (
        ("confidence >= ?", wanted.score_min),
        ("confidence <= ?", wanted.score_max),
        ("area >= ?", wanted.area_min),
        ("area <= ?", wanted.area_max),
    ):
        if limit is not None:
            terms.append(term)
            values.append(limit)
    if not wanted.category_ids:
        # the range of each picture has sorted most out: look at the objects of the rest
        return (
            f"EXISTS (SELECT 1 FROM annotation WHERE image_id = image.id AND {' AND '.join(terms)})",
            values,
        )
    classes = sorted(wanted.category_ids)
    terms.insert(0, f"category_id IN ({_marks(len(classes))})")
    inner = " AND ".join(terms)
    return f"image.id IN (SELECT image_id FROM annotation WHERE {inner})", [*classes, *values]


def _marks(count: int) -> str:
    return ", ".join("?" * count)
