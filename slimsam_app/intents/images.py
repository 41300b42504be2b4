"""What can be done with pictures, as intents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from slimsam_app import figures
from slimsam_app.i18n import counted, tr
from slimsam_app.i18n import mark as _
from slimsam_app.kept import Intent
from slimsam_app.sentences import MARK_AS, REMOVE_MANY
from slimsam_core.annotation import UNFINISHED, Annotation, ImageEntry, ImageState, ReviewState
from slimsam_core.project import Edit, ImageFilter, Project, Reader, remove_images

STATE_TEXT = {
    ImageState.NEW: _("New"),
    ImageState.IN_PROGRESS: _("In progress"),
    ImageState.DONE: _("Done"),
    ImageState.EMPTY_CHECKED: _("Checked, empty"),
    ImageState.NEEDS_REVIEW: _("Needs review"),
}

REVIEW_TEXT = {
    ReviewState.APPROVED: _("Approved"),
    ReviewState.REJECTED: _("Sent back"),
    ReviewState.FIXED: _("Fixed, to be looked at again"),
}
"""What a second person said of a picture."""


def _replaced(label: str, before: ImageEntry, after: ImageEntry) -> Intent:
    return Intent(label, (Edit(before, after),) if before != after else ())


def set_state(image: ImageEntry, state: ImageState) -> Intent:
    """Say how far the work on a picture is."""
    label = MARK_AS.format(name=STATE_TEXT[state])
    return _replaced(label, image, replace(image, state=state))


def set_states(entries: Sequence[ImageEntry], state: ImageState) -> Intent:
    """Say how far the work on several pictures is, in one step."""
    label = MARK_AS.format(name=STATE_TEXT[state])
    pairs = ((image, replace(image, state=state)) for image in entries)
    return Intent(label, tuple(Edit(before, after) for before, after in pairs if before != after))


def remove(project: Project, image_ids: Sequence[int]) -> Intent:
    """Take pictures out of the project with their objects; their files stay, and are not looked for."""
    one = len(image_ids) == 1
    label = _("Remove image") if one else REMOVE_MANY.format(name=str(len(image_ids)))
    return Intent(label, tuple(remove_images(project, image_ids)))


def told_removed(name: str, images: int, objects: int) -> str:
    """What is said of pictures that were taken out; ``name`` is that of the only one."""
    files = tr("the file stays where it is.") if images == 1 else tr("the files stay where they are.")
    if images == 1:
        words = tr("{name} is out of the project").format(name=name)
    else:
        words = tr("{n} images are out of the project").format(n=figures.count(images))
    if objects:
        words += " " + counted(tr("with {count} object"), tr("with {count} objects"), objects)
    return f"{words}; {files}"


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
        parts.append((one if changed == 1 else many).format(n=figures.count(changed), state=name))
    if left:
        words = counted(
            tr("{count} image has objects and stays as it is."),
            tr("{count} images have objects and stay as they are."),
            left,
        )
        parts.append(words)
    return " ".join(parts)


def at_the_end(project: Reader, drafts: int) -> tuple[str, str]:
    """What is said where the list has no unfinished picture more, and what is left all the same.

    ``drafts``: pictures in which something is open.
    """
    unfinished = project.count_images(ImageFilter(states=UNFINISHED))
    sent_back = project.count_images(ImageFilter(reviews=frozenset({ReviewState.REJECTED})))
    left = [
        (
            unfinished,
            tr("{count} unfinished image is hidden by the filter."),
            tr("{count} unfinished images are hidden by the filter."),
        ),
        (
            sent_back,
            tr("{count} image was sent back with notes."),
            tr("{count} images were sent back with notes."),
        ),
        (
            drafts,
            tr("In {count} image something is open that was not accepted."),
            tr("In {count} images something is open that was not accepted."),
        ),
    ]
    found = [counted(one, many, count) for count, one, many in left if count]
    words = tr("That was the last unfinished image.")
    return words, " ".join(found) or tr("Export the folder when you like.")


def set_comment(image: ImageEntry, comment: str) -> Intent:
    """Write a comment on a picture."""
    return _replaced(_("Edit comment"), image, replace(image, comment=comment))


def set_flags(image: ImageEntry, flags: frozenset[str]) -> Intent:
    """Set the flags of a picture."""
    return _replaced(_("Edit flags"), image, replace(image, flags=flags))
