"""Which picture a person means by a number in the list, a name or a part of a name."""

from __future__ import annotations

from dataclasses import replace

from slimsam_app.document import Document
from slimsam_app.sessions.navigator import Navigator
from slimsam_core.project import ImageFilter


def meant_picture(document: Document, navigator: Navigator, text: str) -> int | None:
    """Id of the picture of the list that ``text`` names best, None when it names none.

    A number is a place in the list (the first is 1), unless it is written with zeros before it as names are.
    Otherwise the whole name counts first, then how it begins, then any path in which every word occurs.
    """
    wanted = " ".join(text.split())
    if not wanted or not document.is_open:
        return None
    named = _named(document, navigator, wanted)
    number = _number(wanted)
    if 1 <= number <= len(navigator.ids):
        place = navigator.ids[number - 1]
        return named if named is not None and wanted.startswith("0") else place
    return named


def is_left_out(document: Document, navigator: Navigator, text: str) -> bool:
    """Whether the project has what ``text`` names, and the filter alone keeps it out of the list."""
    wanted = " ".join(text.split())
    if not wanted or not document.is_open or navigator.filter == ImageFilter():
        return False
    in_all = len(navigator.ids) < _number(wanted) <= document.project.count_images()
    return in_all or bool(document.project.image_ids(ImageFilter(text=wanted)))


_MOST_DIGITS = 9
"""A project holds no thousand million pictures, and Python refuses numbers of thousands of digits."""


def _number(wanted: str) -> int:
    """What is typed as a number; 0 = it is none that a picture can have."""
    return int(wanted) if wanted.isdecimal() and len(wanted) <= _MOST_DIGITS else 0


def _named(document: Document, navigator: Navigator, wanted: str) -> int | None:
    text = f"{navigator.filter.text} {wanted}"
    found = document.project.image_ids(replace(navigator.filter, text=text))
    found = [image_id for image_id in found if navigator.row_of(image_id) >= 0]
    sought = wanted.casefold()

    def distance(path: str) -> int:
        name = path.rsplit("/", 1)[-1].casefold()
        if sought in (path.casefold(), name, name.rpartition(".")[0]):
            return 0
        return 1 if name.startswith(sought) else 2

    entries = document.project.images_by_id(found)
    return min(found, key=lambda image_id: distance(entries[image_id].path), default=None)
