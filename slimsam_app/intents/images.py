"""What can be done with pictures, as intents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from slimsam_app.document import Intent
from slimsam_app.i18n import counted, tr
from slimsam_app.i18n import mark as _
from slimsam_core.annotation import Annotation, ImageEntry, ImageState
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


def that_may_be(
    state: ImageState, image_ids: Sequence[int], objects_of: Callable[[int], Sequence[Annotation]]
) -> tuple[int, ...]:
    """Those of the pictures that may get this state: one with objects is never "checked, empty"."""
    empty = state is ImageState.EMPTY_CHECKED
    return tuple(i for i in image_ids if not (empty and objects_of(i)))


def told(state: ImageState, changed: int, left: int) -> str:
    """What is said of pictures that got a state, and of those that stay as they are as they have objects."""
    name = tr(STATE_TEXT[state])
    parts = []
    if changed:
        one, many = tr("1 image is now “{state}”."), tr("{n} images are now “{state}”.")
        parts.append((one if changed == 1 else many).format(n=f"{changed:,}", state=name))
    if left:
        words = counted(
            tr("{count} image has objects and stays as it is."),
            tr("{count} images have objects and stay as they are."),
            left,
        )
        parts.append(words)
    return " ".join(parts)


def set_comment(image: ImageEntry, comment: str) -> Intent:
    """Write a comment on a picture."""
    return _replaced(tr("Edit comment"), image, replace(image, comment=comment))


def set_flags(image: ImageEntry, flags: frozenset[str]) -> Intent:
    """Set the flags of a picture."""
    return _replaced(tr("Edit flags"), image, replace(image, flags=flags))
