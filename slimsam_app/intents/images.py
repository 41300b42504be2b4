"""What can be done with pictures, as intents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from slimsam_app.document import Intent
from slimsam_app.i18n import mark as _
from slimsam_app.i18n import tr
from slimsam_core.annotation import ImageEntry, ImageState
from slimsam_core.project import Edit

STATE_TEXT = {
    ImageState.NEW: _("New"),
    ImageState.IN_PROGRESS: _("In progress"),
    ImageState.DONE: _("Done"),
    ImageState.EMPTY_CHECKED: _("Checked, empty"),
    ImageState.NEEDS_REVIEW: _("Needs review"),
}


def _replaced(label: str, before: ImageEntry, after: ImageEntry) -> Intent:
    return Intent(label, (Edit(before, after),) if before != after else ())


def set_state(image: ImageEntry, state: ImageState) -> Intent:
    """Say how far the work on a picture is."""
    label = tr("Mark as “{state}”").format(state=tr(STATE_TEXT[state]))
    return _replaced(label, image, replace(image, state=state))


def set_states(entries: Sequence[ImageEntry], state: ImageState) -> Intent:
    """Say how far the work on several pictures is, in one step."""
    label = tr("Mark as “{state}”").format(state=tr(STATE_TEXT[state]))
    pairs = ((image, replace(image, state=state)) for image in entries)
    return Intent(label, tuple(Edit(before, after) for before, after in pairs if before != after))


def set_comment(image: ImageEntry, comment: str) -> Intent:
    """Write a comment on a picture."""
    return _replaced(tr("Edit comment"), image, replace(image, comment=comment))


def set_flags(image: ImageEntry, flags: frozenset[str]) -> Intent:
    """Set the flags of a picture."""
    return _replaced(tr("Edit flags"), image, replace(image, flags=flags))
