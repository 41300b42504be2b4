"""What can be done with objects, as intents."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from slimsam_app.i18n import mark as _
from slimsam_app.kept import Intent
from slimsam_core.annotation import Annotation, Category, DrawnShape, ImageEntry, Provenance
from slimsam_core.pixels.mask import Rle
from slimsam_core.project import Edit


@dataclass(frozen=True, kw_only=True)
class NewObject:
    """A mask that is to become an object."""

    mask: Rle
    provenance: Provenance
    drawn: DrawnShape | None = None
    category_id: int = 0
    """The class that was chosen when the user made it; 0 = the one that is chosen when it is added."""
    class_came: bool = False
    """Whether it came with its class, as a proposal does: nobody needs to be asked for it."""
    id: int = 0
    """The id that was set aside for it; 0 = the next one."""
    track: int = 0
    """The number that it shares with the objects of the same thing in other pictures; 0 = none."""
    follows: int = 0
    """Id of the object that it was carried over from, which gets the track too; 0 = none."""


def add(
    objects: Sequence[Annotation],
    category: Category | None = None,
    image: tuple[ImageEntry, ImageEntry] | None = None,
    followed: Sequence[Edit] = (),
) -> Intent:
    """Add objects; ``category`` is a class to be made with them, ``image`` its picture before and after.

    ``followed``: what changes of objects that they were carried over from.
    """
    edits = [Edit(None, category)] if category else []
    edits += [Edit(None, annotation) for annotation in objects]
    if image is not None and image[0] != image[1]:
        edits.append(Edit(*image))
    edits += followed
    return Intent(_("Add object") if len(objects) == 1 else _("Add objects"), tuple(edits))


def change(label: str, objects: Sequence[Annotation], make: Callable[[Annotation], Annotation]) -> Intent:
    """Replace each object by what ``make`` returns for it; those that stay the same are left out."""
    pairs = ((annotation, make(annotation)) for annotation in objects)
    return Intent(label, tuple(Edit(before, after) for before, after in pairs if before != after))


def delete(objects: Sequence[Annotation]) -> Intent:
    """Delete objects; locked ones stay."""
    label = _("Delete object") if len(objects) == 1 else _("Delete objects")
    return Intent(label, tuple(Edit(annotation, None) for annotation in objects if not annotation.locked))


def exchange(
    label: str, before: Sequence[Annotation], after: Sequence[Annotation], new_id: Callable[[], int]
) -> Intent:
    """Put ``after`` in the place of ``before``: what is missing or empty goes, an id of 0 gets a new one."""
    kept = {annotation.id: annotation for annotation in after if annotation.mask.area}
    edits = [Edit(old, kept.get(old.id)) for old in before if kept.get(old.id) != old]
    edits += [Edit(None, replace(new, id=new_id())) for new in after if not new.id and new.mask.area]
    return Intent(label, tuple(edits))


def set_category(objects: Sequence[Annotation], category_id: int) -> Intent:
    """Give objects a class."""
    return change(_("Change class"), objects, lambda a: replace(a, category_id=category_id))


def set_hidden(objects: Sequence[Annotation], hidden: bool) -> Intent:
    """Hide or show objects."""
    return change(_("Hide") if hidden else _("Show"), objects, lambda a: replace(a, hidden=hidden))


def set_locked(objects: Sequence[Annotation], locked: bool) -> Intent:
    """Protect objects from being changed, or allow it again."""
    return change(_("Lock") if locked else _("Unlock"), objects, lambda a: replace(a, locked=locked))


def set_group(objects: Sequence[Annotation], group_id: int | None) -> Intent:
    """Put objects into one group, or take them out of theirs."""
    return change(_("Group") if group_id else _("Ungroup"), objects, lambda a: replace(a, group_id=group_id))


def describe(
    found: Sequence[Annotation], note: str | None, iscrowd: bool | None, attributes: Mapping[str, Any]
) -> Intent:
    """Change what is written about objects: None leaves it to each, and so do attributes not given.

    An attribute that is given as None or empty is taken away.
    """

    def described(a: Annotation) -> Annotation:
        values = {k: v for k, v in {**a.attributes, **attributes}.items() if v not in (None, "")}
        return replace(
            a,
            note=a.note if note is None else note,
            iscrowd=a.iscrowd if iscrowd is None else iscrowd,
            attributes=values if values != dict(a.attributes) else a.attributes,
        )

    return change(_("Edit details"), found, described)


def set_layers(objects: Sequence[Annotation], among: Sequence[Annotation], to_front: bool) -> Intent:
    """Move objects before or behind all others of their picture, keeping their own order."""
    chosen = {annotation.id for annotation in objects}
    others = [annotation.layer for annotation in among if annotation.id not in chosen]
    ordered = sorted(objects, key=lambda a: (a.layer, a.id))
    if not others:
        return Intent("", ())
    first = max(others) + 1 if to_front else min(others) - len(ordered)
    layers = {annotation.id: first + index for index, annotation in enumerate(ordered)}
    label = _("Bring to the front") if to_front else _("Send to the back")
    return change(label, objects, lambda a: replace(a, layer=layers[a.id]))


def reshape(
    annotation: Annotation,
    mask: Rle,
    drawn: DrawnShape | None = None,
    *,
    provenance: Provenance | None = None,
    category_id: int = 0,
) -> Intent:
    """Give an object another mask; one drawn by hand counts as a human edit. ``category_id`` 0 = its own."""
    made = provenance or replace(annotation.provenance, human_edits=annotation.provenance.human_edits + 1)
    category_id = category_id or annotation.category_id
    return change(
        _("Change mask"),
        (annotation,),
        lambda a: replace(a, mask=mask, drawn=drawn, provenance=made, category_id=category_id),
    )
