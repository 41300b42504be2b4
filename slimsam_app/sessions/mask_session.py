"""Drawing and reshaping masks by hand: each gesture becomes a command, its pixels computed in the pool.

Gestures are worked off one after another, each on the objects as the former ones left them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from slimsam_app.document import Document
from slimsam_app.i18n import mark as _
from slimsam_app.i18n import tr
from slimsam_app.intents import objects as intents
from slimsam_app.intents.objects import NewObject
from slimsam_app.sessions.navigator import Navigator
from slimsam_app.sessions.object_session import ObjectSession
from slimsam_app.signals import tie
from slimsam_app.workers.io_pool import IoPool, Urgency
from slimsam_core.annotation import NO_EXTRA, Annotation, DrawnShape, Provenance
from slimsam_core.errors import ProjectError, SlimSamError
from slimsam_core.labelling import mask_edit
from slimsam_core.labelling.mask_edit import Stroke
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask import Rle, empty, intersection, subtract, union
from slimsam_core.progress import CancelToken
from slimsam_core.project.tracks import without_track

Compute = Callable[[tuple[Annotation, ...]], tuple[Annotation, ...]]
"""The objects before -> after; one that is missing after, or empty, is deleted; a new one has the id 0."""

SPECK_PIXELS, SMOOTH_PIXELS = 64, 2.0


@dataclass(frozen=True)
class _Gesture:
    image_id: int
    ids: tuple[int, ...]
    """The objects that it is about; a gesture about none makes a new one."""
    compute: Callable[[tuple[Annotation, ...]], Any]
    """What to compute of them; in the pool."""
    take: Callable[[tuple[Annotation, ...], Any], None]
    """What to do with them and the result."""


class MaskSession(QObject):
    """Owns the queue of gestures. What goes wrong comes out of ``failed``."""

    failed = Signal(object)
    idle = Signal()
    """All gestures are done."""
    settled = Signal(int, object, int)
    """Picture id, DrawnShape that becomes an object at this moment, its class."""
    not_drawn = Signal(int, object, int)
    """The same of one that could not become an object; why came out of ``failed``."""
    told = Signal(str)
    """What the user may not have noticed."""
    painting_changed = Signal(object)
    """Id of the object that the next stroke of the brush goes on with, None = it begins a new one."""

    def __init__(
        self, document: Document, navigator: Navigator, objects: ObjectSession, pool: IoPool, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._document, self._navigator, self._objects, self._pool = document, navigator, objects, pool
        self.painting: int | None = None
        self.drawn: list[tuple[int, DrawnShape, int]] = []
        """Picture ids, outlines and classes of what is no object yet: its pixels are being computed."""
        self._waiting: deque[_Gesture] = deque()
        self._running: tuple[_Gesture, tuple[Annotation, ...]] | None = None
        self._number = 0
        self._looking = CancelToken()
        document.closing.connect(self._settle)
        navigator.leaving.connect(self._leave)
        tie(objects.selection_changed, self, lambda chosen: self.end_painting() if chosen else None)
        objects.objects_changed.connect(self._check_painting)

    @property
    def busy(self) -> bool:
        """Whether a gesture is still being computed."""
        return self._running is not None

    def draw(self, shape: DrawnShape, category_id: int = 0) -> None:
        """Make an object of an outline that was drawn; ``category_id`` 0 = the class that is chosen now."""
        image_id, size = self._place()
        if size is not None:
            category_id = category_id or self._objects.category_id
            entry = (image_id, shape, category_id)
            self.drawn.append(entry)

            def add(_: tuple[Annotation, ...], made: NewObject) -> None:
                self.drawn.remove(entry)
                self.settled.emit(*entry)
                if not self._objects.add(made, image_id):
                    self.not_drawn.emit(*entry)

            def make(_: tuple[Annotation, ...]) -> NewObject:
                mask = mask_edit.shape_mask(shape, size)
                return NewObject(mask=mask, provenance=Provenance(), drawn=shape, category_id=category_id)

            self._add(_Gesture(image_id, (), make, add))

    def edit_shape(self, annotation_id: int, shape: DrawnShape) -> None:
        """Give an object another outline."""

        def compute(found: tuple[Annotation, ...]) -> tuple[Annotation, ...]:
            size = found[0].mask.size
            return (edited(_masked(found[0], mask_edit.shape_mask(shape, size), shape)),)

        self._queue(_("Edit outline"), (annotation_id,), compute)

    def stroke(self, stroke: Stroke, target: int | None = None) -> None:
        """Paint on an object, or erase from it; without a target a new one begins, and further strokes go on
        with it until ``end_painting``."""
        image_id, size = self._place()
        if target is None:
            if size is not None and stroke.adds:
                category_id = self._objects.category_id
                made_id = self._document.project.next_id(Annotation)
                self._queue_new(
                    image_id,
                    lambda: NewObject(
                        mask=mask_edit.apply_stroke(empty(size), stroke),
                        provenance=Provenance(),
                        category_id=category_id,
                        id=made_id,
                    ),
                )
                self._paint(made_id)
            return

        def compute(found: tuple[Annotation, ...]) -> tuple[Annotation, ...]:
            return (edited(_masked(found[0], mask_edit.apply_stroke(found[0].mask, stroke))),)

        self._queue(_("Paint") if stroke.adds else _("Erase"), (target,), compute)

    def end_painting(self) -> None:
        """The next stroke begins another object."""
        if self.painting is not None:
            self._objects.lit.emit((self.painting,))
            self._paint(None)

    def _leave(self) -> None:
        """Another picture comes: a stroke after coming back would lie on what was painted before."""
        if self.painting is not None:
            self.end_painting()
            self.told.emit(tr("The painted object is finished: select it to paint on it."))

    def give_class(self, category_id: int) -> None:
        """Give the object that is being painted a class."""
        self._objects.choose_category(category_id, for_next=self.painting is None)
        image_id = self._navigator.current_id
        if self.painting is not None and image_id is not None:
            ids = (self.painting,)

            def give(*_: object) -> None:
                self._objects.set_category_of(ids, category_id, image_id)

            self._add(_Gesture(image_id, ids, lambda _: None, give))

    def move(self, ids: Iterable[int], columns: int, rows: int) -> None:
        """Move objects by whole pixels, together and no further than the border: nothing of them is cut."""

        def compute(found: tuple[Annotation, ...]) -> tuple[Annotation, ...]:
            across, down = mask_edit.room_to_move([a.mask for a in found], columns, rows)
            return tuple(
                _masked(
                    a,
                    mask_edit.translated(a.mask, across, down),
                    mask_edit.translated_shape(a.drawn, across, down) if a.drawn else None,
                )
                for a in found
            )

        self._queue(_("Move"), ids, compute)

    def fill_holes(self) -> None:
        """Fill the holes of the chosen objects."""
        self._each(_("Fill holes"), lambda a: mask_edit.fill_holes(a.mask))

    def drop_specks(self) -> None:
        """Take small separate parts off the chosen objects."""
        self._each(_("Drop specks"), lambda a: mask_edit.drop_specks(a.mask, SPECK_PIXELS))

    def keep_largest(self) -> None:
        """Leave only the largest part of each chosen object."""
        self._each(_("Keep the largest part"), lambda a: mask_edit.keep_largest(a.mask))

    def smooth(self) -> None:
        """Round the outlines of the chosen objects."""
        self._each(_("Smooth"), lambda a: mask_edit.smooth(a.mask, SMOOTH_PIXELS))

    def simplify(self, tolerance: float) -> None:
        """Outline the chosen objects by polygons within ``tolerance`` pixels; 0 brings the mask back."""
        self._queue(
            _("Simplify outline"),
            self._objects.selection,
            lambda found: tuple(edited(mask_edit.simplified(a, tolerance)) for a in found),
        )

    @property
    def tolerance(self) -> float:
        """How far, in pixels, the outlines of the chosen objects are simplified; of several the farthest."""
        return max(map(mask_edit.tolerance_of, self._objects.selected), default=0.0)

    def look_simplified(self, tolerance: float, show: Callable[[tuple[DrawnShape, ...]], None]) -> None:
        """Call ``show`` with the outlines of ``simplify``; only the newest question is answered."""
        found = self._objects.selected
        self._looking.cancel()
        self._looking = self._pool.submit(
            lambda: tuple(
                shape for a in found if (shape := mask_edit.simplified(a, tolerance).drawn) is not None
            ),
            show,
            self._refuse,
            priority=Urgency.SHOWING,
        )

    def unite(self) -> None:
        """Make one object of the chosen ones: the one chosen first, which keeps number, class and notes."""
        self._combine(_("Merge"), union)

    def subtract(self) -> None:
        """Cut the objects that were chosen later out of the one chosen first; they stay as they are."""
        first = self._objects.first_chosen

        def compute(found: tuple[Annotation, ...]) -> tuple[Annotation, ...]:
            base = next((a for a in found if a.id == first), found[0])
            rest = subtract(base.mask, union([a.mask for a in found if a is not base]))
            return tuple(edited(_masked(base, rest)) if a is base else a for a in found)

        self._queue(_("Subtract"), self._objects.selection, compute)

    def intersect(self) -> None:
        """Make one object of what all chosen ones share."""
        self._combine(_("Intersect"), intersection)

    def split(self) -> None:
        """Make an object of each separate part of the chosen objects."""

        def compute(found: tuple[Annotation, ...]) -> tuple[Annotation, ...]:
            result: list[Annotation] = []
            for annotation in found:
                first, *others = mask_edit.split_parts(annotation.mask) or (annotation.mask,)
                if not others:
                    result.append(annotation)
                    continue
                result.append(_masked(annotation, first))
                alone = without_track(annotation)  # one part alone is the thing of the other pictures
                result.extend(replace(_masked(alone, part), id=0) for part in others)
            return tuple(result)

        self._queue(_("Split into parts"), self._objects.selection, compute, tells=True)

    def _place(self) -> tuple[int, Size | None]:
        picture = self._navigator.picture
        return self._navigator.current_id or 0, picture.size if picture else None

    def _each(self, label: str, mask: Callable[[Annotation], Rle]) -> None:
        """Change the mask of each chosen object on its own."""

        def reshaped(a: Annotation) -> Annotation:
            after = mask(a)
            return a if after == a.mask else edited(_masked(a, after))

        self._queue(label, self._objects.selection, lambda found: tuple(map(reshaped, found)), tells=True)

    def _combine(self, label: str, of_all: Callable[[list[Rle]], Rle]) -> None:
        """One object of all chosen ones; the one chosen first stays, with this mask, which is told."""
        first = self._objects.first_chosen

        def compute(found: tuple[Annotation, ...]) -> tuple[Annotation, ...]:
            base = next((a for a in found if a.id == first), found[0])
            return (edited(_masked(base, of_all([a.mask for a in found]))),)

        self._queue(label, self._objects.selection, compute, stays=True)

    def _paint(self, annotation_id: int | None) -> None:
        if annotation_id != self.painting:
            self.painting = annotation_id
            self.painting_changed.emit(annotation_id)

    def _check_painting(self) -> None:
        """An object that was painted and is gone, by undo for one, is not painted on."""
        known = any(annotation.id == self.painting for annotation in self._objects.objects)
        if self.painting is not None and not known and not self.busy and not self._waiting:
            self._paint(None)

    def _queue(
        self, label: str, ids: Iterable[int], compute: Compute, *, tells: bool = False, stays: bool = False
    ) -> None:
        """``tells``: say so when nothing changes, as nothing is seen then. ``stays``: say which is left."""
        if self._navigator.current_id is None:
            return

        def exchange(before: tuple[Annotation, ...], after: tuple[Annotation, ...]) -> None:
            if len(before) > 1 and not any(annotation.mask.area for annotation in after):
                words = tr("{label}: nothing would be left, so the objects stay as they are.")
                self._objects.noted.emit(words.format(label=tr(label)), 0)
                return
            new_id = lambda: self._document.project.next_id(Annotation)  # noqa: E731
            change = self._document.run(intents.exchange(label, before, after, new_id))
            if change is None and tells:
                words = tr("{label}: there is nothing to change.")
                self._objects.noted.emit(words.format(label=tr(label)), 0)
            gone = [annotation.id for annotation in after if annotation.id and not annotation.mask.area]
            if change is not None and gone:
                words = tr("Nothing was left of object #{id}: it is removed.")
                self._objects.noted.emit(words.format(id=gone[0]), change.seq)
            elif change is not None and stays:
                words = tr("{label}: #{id}, which was selected first, is the one that stays.")
                self._objects.noted.emit(words.format(label=tr(label), id=after[0].id), change.seq)

        self._add(_Gesture(self._navigator.current_id, tuple(ids), compute, exchange))

    def _queue_new(self, image_id: int, make: Callable[[], NewObject]) -> None:
        def add(_: tuple[Annotation, ...], made: NewObject) -> None:
            if not self._objects.add(made, image_id):
                self._paint(None)

        self._add(_Gesture(image_id, (), lambda _: make(), add))

    def _add(self, gesture: _Gesture) -> None:
        self._waiting.append(gesture)
        if self._running is None:
            self._next()

    def _next(self) -> None:
        """Begin with the next gesture that can be done."""
        self._running = None
        while self._waiting and self._document.is_open:
            gesture = self._waiting.popleft()
            found = tuple(a for a in self._document.annotations(gesture.image_id) if a.id in gesture.ids)
            if any(annotation.locked for annotation in found):
                locked = tr("A locked object is not changed.")
                self.failed.emit(ProjectError(locked, tr("Unlock it first (L).")))
            elif found or not gesture.ids:
                self._begin(gesture, found)
                return
        self.idle.emit()

    def _begin(self, gesture: _Gesture, found: tuple[Annotation, ...]) -> None:
        self._running, self._number = (gesture, found), self._number + 1
        number = self._number

        def done(made: object) -> None:
            if number == self._number:
                self._finish(lambda: gesture.take(found, made))
                self._next()

        def failed(error: Exception) -> None:
            if number == self._number:
                self._running = None
                self._refuse(error)
                self._next()

        self._pool.submit(lambda: gesture.compute(found), done, failed, priority=Urgency.GESTURE)

    def _settle(self) -> None:
        """The project closes: what the hand did is done before, here and now."""
        while self._running is not None:
            gesture, found = self._running
            self._number += 1  # the answer of the pool comes too late
            self._finish(lambda g=gesture, f=found: g.take(f, g.compute(f)))  # type: ignore[misc]
            self._next()
        self._waiting.clear()
        self.drawn.clear()

    def _finish(self, call: Callable[[], None]) -> None:
        try:
            call()
        except SlimSamError as error:
            self.failed.emit(error)

    def _refuse(self, error: Exception) -> None:
        if not isinstance(error, SlimSamError):
            raise error
        self.failed.emit(error)


def edited(annotation: Annotation) -> Annotation:
    """The object with one more edit by hand in its record."""
    made = annotation.provenance
    return replace(annotation, provenance=replace(made, human_edits=made.human_edits + 1))


def _masked(annotation: Annotation, mask: Rle, drawn: DrawnShape | None = None) -> Annotation:
    """The object with another mask; what was kept to take back a simplification belongs to the former one."""
    extra = {key: value for key, value in annotation.extra.items() if key != mask_edit.RAW_KEY}
    return replace(annotation, mask=mask, drawn=drawn, extra=extra if annotation.extra else NO_EXTRA)
