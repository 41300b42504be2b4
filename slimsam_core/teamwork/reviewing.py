"""What a second person says of a picture: approved, or rejected with notes at places; then fixed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from slimsam_core.annotation import ImageEntry, PictureReview, ReviewNote, ReviewState
from slimsam_core.errors import ProjectError
from slimsam_core.project import Edit
from slimsam_core.project.review_text import MAX_NOTES

LONGEST_NOTE = 2000
"""Letters of a note: a page."""


def approve_pictures(images: Iterable[ImageEntry], author: str) -> list[Edit]:
    """Pictures that are right as they are; notes of before are done with."""
    review = PictureReview(state=ReviewState.APPROVED, author=author)
    return [Edit(image, replace(image, review=review)) for image in images if image.review != review]


def reject_picture(image: ImageEntry, author: str, text: str, place: tuple[float, float]) -> list[Edit]:
    """A picture that goes back to its annotator, with one note more; ``place`` in image pixels, x and y.

    Raises ProjectError for an empty or endless note, and for a place outside of the picture.
    """
    x, y = place
    size = image.size
    if not text.strip() or len(text) > LONGEST_NOTE:
        raise ProjectError(
            "A picture is sent back with a note of 1 to {most} letters.",
            "Say what is to be done.",
            most=LONGEST_NOTE,
        )
    inside = size is None or (0 <= x <= size.width and 0 <= y <= size.height)
    if not (inside and abs(x) < float("inf") and abs(y) < float("inf")):
        raise ProjectError(
            "The place {x:g},{y:g} is not in {path}.", "Choose another.", x=x, y=y, path=image.path
        )
    before = image.review
    notes = before.notes if before is not None and before.state is not ReviewState.APPROVED else ()
    if len(notes) >= MAX_NOTES:
        raise ProjectError(
            "{path} has {count} notes.", "Approve it first.", path=image.path, count=len(notes)
        )
    note = ReviewNote(x=x, y=y, text=text.strip(), author=author)
    review = PictureReview(state=ReviewState.REJECTED, author=author, notes=(*notes, note))
    return [Edit(image, replace(image, review=review))]


def mark_fixed(images: Iterable[ImageEntry], author: str) -> list[Edit]:
    """Rejected pictures whose notes are done: to be looked at again, with the notes at hand."""
    return [
        Edit(image, replace(image, review=replace(image.review, state=ReviewState.FIXED, author=author)))
        for image in images
        if image.review is not None and image.review.state is ReviewState.REJECTED
    ]
