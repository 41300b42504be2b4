"""What can be done with classes, as intents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from slimsam_app.i18n import mark as _
from slimsam_app.i18n import tr
from slimsam_app.kept import Intent
from slimsam_core.annotation import Category
from slimsam_core.errors import ProjectError
from slimsam_core.project import CLASS_KEYS, Edit, with_key


def clean_name(name: str, others: Iterable[Category]) -> str:
    """A class name without surrounding space.

    Raises ProjectError when it is empty, or one of ``others`` has it or one that differs in capitals alone:
    two classes of one thing would part its objects.
    """
    cleaned = " ".join(name.split())
    if not cleaned:
        raise ProjectError(tr("A class needs a name."), tr("Type at least one letter."))
    taken = next((other.name for other in others if other.name.casefold() == cleaned.casefold()), None)
    if taken is not None:
        raise ProjectError(
            tr("There is a class “{name}” already.").format(name=taken), tr("Choose another name.")
        )
    return cleaned


def add(category: Category) -> Intent:
    """Add a class."""
    return Intent(_("Add class"), (Edit(None, category),))


def change(categories: Sequence[Category], after: Category) -> Intent:
    """Change name, colour, key, super-category or attributes of one of the classes.

    With another key every class keeps the one that it has, but for the class that had this one before.
    """
    before = next(category for category in categories if category.id == after.id)
    edits = {after.id: Edit(before, after)} if before != after else {}
    if before.hotkey != after.hotkey:
        for old, new in zip(categories, with_key(categories, after.id, after.hotkey), strict=True):
            if old != new and old.id != after.id:
                edits[old.id] = Edit(old, new)
    return Intent(_("Change class"), tuple(edits.values()))


def number_keys(categories: Sequence[Category]) -> Intent:
    """Give the digits in the order of the keyboard to the first classes, and none to the others."""
    edits = []
    for place, before in enumerate(categories):
        after = replace(before, hotkey=CLASS_KEYS[place : place + 1])
        if after != before:
            edits.append(Edit(before, after))
    return Intent(_("Number the keys"), tuple(edits))
