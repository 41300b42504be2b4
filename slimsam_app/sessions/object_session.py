"""The objects of the current picture: which are chosen, and what the user does with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from slimsam_app.document import Document
from slimsam_app.i18n import counted, tr
from slimsam_app.intents import objects
from slimsam_app.intents.objects import NewObject
from slimsam_app.kept import Intent
from slimsam_app.sessions import new_objects
from slimsam_app.sessions.class_moves import ClassMoves
from slimsam_app.sessions.copied_objects import CopiedObjects
from slimsam_app.sessions.navigator import Navigator
from slimsam_app.signals import tie
from slimsam_core.annotation import (
    Annotation,
    Category,
    DrawnShape,
    ImageEntry,
    ImageState,
    color_for_new,
    colors_of,
)
from slimsam_core.errors import ProjectError
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask import Rle, empty
from slimsam_core.pixels.mask_crop import crop, paste
from slimsam_core.project import Change
from slimsam_core.project.tracks import track_of, without_track


class ObjectSession(QObject):
    """Selection and intents on objects. What goes wrong comes out of ``failed``."""

    objects_changed = Signal()
    selection_changed = Signal(object)
    """Tuple of annotation ids."""
    category_changed = Signal(int)
    """Id of the class that new objects get; 0 when there is no class yet."""
    category_chosen = Signal(int)
    """The user chose this class for the next object, be it another one or not."""
    added = Signal(object, int)
    """Tuple of ids of objects that were just made here (not pasted, not imported), and their picture, which
    may be shown no more."""
    unnamed = Signal(object, int)
    """The same of those among them that did not come with a class of their own."""
    lit = Signal(object)
    """Tuple of ids of objects that the user should see for a moment: they were made or changed just now."""
    noted = Signal(str, int)
    """What was done, in words, and the number of its entry in the journal (0 = it cannot be taken back)."""
    copied = Signal()
    """There are objects to paste."""
    failed = Signal(object)

    def __init__(self, document: Document, navigator: Navigator, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._navigator = document, navigator
        self.class_moves = ClassMoves(document, self)
        self.objects: tuple[Annotation, ...] = ()
        """Objects of the current picture in painter's order."""
        self.selection: tuple[int, ...] = ()
        """Ids, in painter's order."""
        self._by_choice: tuple[int, ...] = ()
        self.chosen_before: tuple[int, ...] = ()
        """Ids that were selected when the last change came, in the order of choosing."""
        self._class_ids: list[int] = []
        self._category_id = 0
        self._copied = CopiedObjects()
        self.mark_in_progress = True
        """A new picture becomes one in progress with its first object."""
        navigator.moved.connect(self._moved)
        document.changed.connect(self._follow)
        document.opened.connect(self._check_category)
        tie(document.closed, self, lambda: self._copied.leave())

    @property
    def selected(self) -> tuple[Annotation, ...]:
        """The chosen objects."""
        chosen = set(self.selection)
        return tuple(annotation for annotation in self.objects if annotation.id in chosen)

    @property
    def first_chosen(self) -> int | None:
        """Of the selected objects the one that was selected first; of those selected at once the rearmost."""
        return self._by_choice[0] if self._by_choice else None

    @property
    def category_id(self) -> int:
        """The class that new objects get; 0 when there is no class yet."""
        return self._category_id

    @property
    def can_paste(self) -> bool:
        """Whether objects were copied."""
        return bool(self._copied.objects)

    @property
    def copied_id(self) -> int:
        """Id of the object that was copied in this project; 0 when there is none, or several."""
        copied = self._copied
        return copied.objects[0].id if len(copied.objects) == 1 and not copied.elsewhere else 0

    def choose_category(self, category_id: int, *, for_next: bool = True) -> None:
        """Give new objects this class from now on, as the user says.

        ``for_next``: the next one is what it was chosen for, and not one that is there already.
        """
        self._take_category(category_id)
        if for_next:
            self.category_chosen.emit(category_id)

    def _take_category(self, category_id: int) -> None:
        if category_id != self._category_id:
            self._category_id = category_id
            self.category_changed.emit(category_id)

    def select(self, ids: Iterable[int]) -> None:
        """Choose these objects; unknown ids are left out."""
        wanted = set(ids)
        found = tuple(annotation.id for annotation in self.objects if annotation.id in wanted)
        if found != self.selection:
            still = [i for i in self._by_choice if i in found]
            self._by_choice = (*still, *(i for i in found if i not in still))
            self.selection = found
            self.selection_changed.emit(found)

    def add(self, new: NewObject, image_id: int) -> bool:
        """Make an object of a mask; the first one makes a class too. False when nothing was added."""
        if new.mask.area:
            return self.add_all((new,), image_id)
        self.failed.emit(
            ProjectError(tr("The mask is empty; nothing was added."), tr("Click inside the object."))
        )
        return False

    def add_all(self, found: Sequence[NewObject], image_id: int) -> bool:
        """The same for several masks, as one command; empty ones are left out and reported.

        False when nothing was added.
        """
        full = [new for new in found if new.mask.area]
        if len(full) < len(found):
            empty_count = len(found) - len(full)
            self.failed.emit(
                ProjectError(
                    counted(
                        tr("{count} empty mask was skipped."),
                        tr("{count} empty masks were skipped."),
                        empty_count,
                    ),
                    "",
                )
            )
        if not full:
            return False
        project = self._document.project
        category: Category | None = None
        if not self._document.categories():
            number = project.next_id(Category)
            color = color_for_new(number, colors_of(()))
            category = Category(id=number, name=tr("object"), color=color)
        usual = category.id if category else self._category_id or self._document.categories()[0].id
        values, followed = new_objects.taken_over(self._document, full, self._of(image_id))
        made = [
            Annotation(
                id=new.id or project.next_id(Annotation),
                image_id=image_id,
                category_id=self.class_moves.now(new.category_id) or usual,
                mask=new.mask,
                drawn=new.drawn,
                provenance=new.provenance,
                **more,
            )
            for new, more in zip(full, values, strict=True)
        ]
        image = self._document.image(image_id)
        change = self._run(objects.add(made, category, (image, self._started(image)), followed))
        if change is None:
            return False
        self._tell_lost(full, usual, change)
        self.select(())  # what was made is done: the next key, click or stroke is not for it
        ids = tuple(annotation.id for annotation in made)
        self.lit.emit(ids)
        self.added.emit(ids, image_id)
        now = self.class_moves.now
        came = {a.id for a, new in zip(made, full, strict=True) if new.class_came and now(new.category_id)}
        if unnamed := tuple(annotation_id for annotation_id in ids if annotation_id not in came):
            self.unnamed.emit(unnamed, image_id)
        return True

    def _tell_lost(self, made: Sequence[NewObject], category_id: int, change: Change) -> None:
        """That the class that objects were begun with is gone, and which one they have."""
        category = self._document.category(category_id)
        if category and any(new.category_id and not self.class_moves.now(new.category_id) for new in made):
            words = tr("The class of a new object was deleted: it got the class “{name}”.")
            self.noted.emit(words.format(name=category.name), change.seq)

    def accept(self, new: NewObject, image_id: int, replaces_id: int | None) -> bool:
        """Take a finished mask: a new object, or a better mask of an old one. False when it was not taken."""
        old = next((a for a in self._document.annotations(image_id) if a.id == replaces_id), None)
        if replaces_id is None or old is None:  # or it was deleted while its mask was being refined
            return self.add(new, image_id)
        drawn = old.drawn if new.mask == old.mask else None
        reshaped = objects.reshape(
            old, new.mask, drawn, provenance=new.provenance, category_id=self.class_moves.now(new.category_id)
        )
        if reshaped.edits and self._run(reshaped) is None:
            return False
        self.select(())
        self.lit.emit((old.id,))
        return True

    def reshape(self, annotation_id: int, mask: Rle, drawn: DrawnShape | None = None) -> None:
        """Give an object the mask that the user edited by hand; an empty one deletes it."""
        annotation = self._one(annotation_id)
        if annotation is None or self._refuse_locked((annotation,)):
            return
        self._run(objects.reshape(annotation, mask, drawn) if mask.area else objects.delete((annotation,)))

    def delete(self) -> None:
        """Delete the chosen objects."""
        if not self._refuse_locked(self.selected):
            self._run(objects.delete(self.selected))

    def set_category(self, category_id: int) -> None:
        """Give the chosen objects a class; new objects get it too."""
        self.choose_category(category_id, for_next=not self.selection)
        self.set_category_of(self.selection, category_id)

    def set_category_of(self, ids: Iterable[int], category_id: int, image_id: int | None = None) -> None:
        """Give objects of a picture (None = the current one) a class, and say so."""
        wanted = set(ids)
        found = [a for a in self._of(image_id) if a.id in wanted and a.category_id != category_id]
        category = self._document.category(category_id)
        if not found or category is None or self._refuse_locked(found):
            return
        change = self._run(objects.set_category(found, category_id))
        if change is not None:
            one, several = tr("1 object is now “{name}”."), tr("{n} objects are now “{name}”.")
            words = (one if len(found) == 1 else several).format(n=len(found), name=category.name)
            self.noted.emit(words, change.seq)

    def set_hidden(self, ids: Iterable[int], hidden: bool) -> None:
        """Hide or show objects."""
        wanted = set(ids)
        self._run(objects.set_hidden([a for a in self.objects if a.id in wanted], hidden))

    def set_locked(self, ids: Iterable[int], locked: bool) -> None:
        """Protect objects from changes, or allow them again."""
        wanted = set(ids)
        self._run(objects.set_locked([a for a in self.objects if a.id in wanted], locked))

    def group(self, together: bool) -> None:
        """Put the chosen objects into one group, or take them out of theirs."""
        group_id = None
        if together:
            group_id = 1 + max((a.group_id or 0 for a in self.objects), default=0)
        self._run(objects.set_group(self.selected, group_id))

    def restack(self, to_front: bool) -> None:
        """Move the chosen objects before or behind all others."""
        self._run(objects.set_layers(self.selected, self.objects, to_front))

    def describe(
        self,
        ids: Iterable[int],
        *,
        note: str | None = None,
        iscrowd: bool | None = None,
        attributes: Mapping[str, Any],
    ) -> None:
        """Change what is written about objects, as one command; None leaves it to each."""
        wanted = set(ids)
        found = [a for a in self.objects if a.id in wanted]
        self._run(objects.describe(found, note, iscrowd, attributes))

    def copy(self) -> None:
        """Remember the chosen objects for ``paste``, also in another picture or project."""
        self._copied = CopiedObjects.of(self.selected, self._document)
        self.copied.emit()

    def paste(self, sources: tuple[Annotation, ...] | None = None) -> None:
        """Add the copied objects (or ``sources``) to the current picture, cut to its size."""
        image = self._navigator.entry
        if image is None or image.size is None:
            return
        size, project = image.size, self._document.project
        front = self._front_layer(image.id)
        lost, added = list[Annotation](), list[Annotation]()
        copied = self._copied if sources is None else CopiedObjects.of(sources, self._document)
        tracks = {track_of(one) for one in self.objects} - {0}
        for source, category_id in copied.with_classes(self._document, self.class_moves):
            mask = source.mask if source.mask.size == size else resized_canvas(source.mask, size)
            if not category_id:
                lost.append(source)
            elif mask.area:
                alone = without_track(source) if track_of(source) in tracks else source
                tracks.add(track_of(source))
                added.append(
                    replace(
                        alone,
                        id=project.next_id(Annotation),
                        image_id=image.id,
                        category_id=category_id,
                        mask=mask,
                        drawn=source.drawn if mask == source.mask else None,
                        layer=front + len(added),
                        group_id=None,
                        locked=False,
                    )
                )
        if lost:
            self.failed.emit(copied.why_left(lost))
        if added and self._run(objects.add(added, image=(image, self._started(image)))):
            self.select(annotation.id for annotation in added)

    def _run(self, intent: Intent) -> Change | None:
        return self._document.run_or_tell(intent, self.failed.emit)

    def _of(self, image_id: int | None) -> tuple[Annotation, ...]:
        """The objects of a picture; None = the current one."""
        if image_id is None or image_id == self._navigator.current_id:
            return self.objects
        return self._document.annotations(image_id) if self._document.is_open else ()

    def _one(self, annotation_id: int) -> Annotation | None:
        return next((a for a in self.objects if a.id == annotation_id), None)

    def _refuse_locked(self, chosen: Iterable[Annotation]) -> bool:
        if not any(annotation.locked for annotation in chosen):
            return False
        self.failed.emit(ProjectError(tr("A locked object is not changed."), tr("Unlock it first (L).")))
        return True

    def _front_layer(self, image_id: int) -> float:
        return 1.0 + max((annotation.layer for annotation in self._of(image_id)), default=-1.0)

    def _started(self, image: ImageEntry) -> ImageEntry:
        if self.mark_in_progress and image.state in (ImageState.NEW, ImageState.EMPTY_CHECKED):
            return replace(image, state=ImageState.IN_PROGRESS)
        return image

    def _moved(self, image_id: int | None) -> None:
        self.objects = self._document.annotations(image_id) if image_id is not None else ()
        self.select(())
        self.objects_changed.emit()

    def _follow(self, change: Change) -> None:
        self._check_category()
        self.chosen_before = self._by_choice
        current = self._navigator.current_id
        if current is None:
            return
        if not change.bulk and not any(
            isinstance(edit.entity, Category)
            or (isinstance(edit.entity, Annotation) and current in _images_of(edit.before, edit.after))
            for edit in change.edits
        ):
            return
        self.objects = (
            self._document.annotations(current) if change.bulk else _edited(self.objects, change, current)
        )
        self.objects_changed.emit()
        self.select(self.selection)

    def _check_category(self) -> None:
        before, self._class_ids = self._class_ids, [c.id for c in self._document.categories()]
        if self._category_id not in self._class_ids:  # it was deleted: the one that took its place is chosen
            place = before.index(self._category_id) if self._category_id in before else 0
            beside = self._class_ids[: place + 1]
            self._take_category(beside[-1] if beside else 0)


def resized_canvas(mask: Rle, size: Size) -> Rle:
    """The mask at the same place of a picture of another size; what lies outside is cut."""
    x, y, width, height = mask.bbox_xywh
    return paste(crop(mask, x, y, width, height), x, y, size) if width else empty(size)


def _edited(objects: tuple[Annotation, ...], change: Change, image_id: int) -> tuple[Annotation, ...]:
    """The objects of a picture after a change, in painter's order; those not in it stay the same values."""
    found = {annotation.id: annotation for annotation in objects}
    for edit in change.edits:
        for value in (edit.before, edit.after):
            if isinstance(value, Annotation):
                found.pop(value.id, None)
        if isinstance(edit.after, Annotation) and edit.after.image_id == image_id:
            found[edit.after.id] = edit.after
    return tuple(sorted(found.values(), key=lambda annotation: (annotation.layer, annotation.id)))


def _images_of(*values: object) -> set[int]:
    return {value.image_id for value in values if isinstance(value, Annotation)}
