"""What can be done with classes, as intents."""

from __future__ import annotations

from collections.abc import Iterable

from slimsam_app.document import Intent
from slimsam_app.i18n import tr
from slimsam_core.annotation import Category
from slimsam_core.errors import ProjectError
from slimsam_core.project import Edit


def clean_name(name: str, others: Iterable[Category]) -> str:
    """A class name without surrounding space. Raises ProjectError when it is empty or taken."""
    cleaned = " ".join(name.split())
    if not cleaned:
        raise ProjectError(tr("A class needs a name."), tr("Type at least one letter."))
    if any(category.name == cleaned for category in others):
        raise ProjectError(
            tr("There is a class “{name}” already.").format(name=cleaned), tr("Choose another name.")
        )
    return cleaned


def add(category: Category) -> Intent:
    """Add a class."""
    return Intent(tr("Add class"), (Edit(None, category),))


def change(before: Category, after: Category) -> Intent:
    """Change name, colour, hotkey, super-category or attributes of a class."""
    return Intent(tr("Change class"), (Edit(before, after),) if before != after else ())
