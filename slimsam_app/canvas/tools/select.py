"""Choosing, moving and reshaping objects."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QPainterPath

from slimsam_app.canvas.shapes import (
    Handle,
    handle_at,
    handle_path,
    handles,
    inserted,
    moved,
    removed,
    shape_path,
)
from slimsam_app.canvas.style import BAND_COLOR
from slimsam_app.canvas.surface import Surface
from slimsam_app.canvas.tool import Mouse, Tool
from slimsam_app.i18n import mark as _
from slimsam_core.annotation import Annotation, DrawnShape, ShapeKind

_HANDLE_REACH_PX = 7.0
_EDITABLE = (ShapeKind.POLYGON, ShapeKind.RECTANGLE, ShapeKind.ELLIPSE)


class SelectTool(Tool):
    """Click = choose, drag = move what is chosen, drag on nothing = choose what lies in the box."""

    id = "select"
    title = _("Select")
    icon = "mdi6.cursor-default-outline"
    hint = _("Click: select · drag: move · Alt+click: vertex · Shift: more")
    cursor = Qt.CursorShape.ArrowCursor

    def __init__(self, canvas: Surface) -> None:
        super().__init__(canvas)
        self._pressed: Mouse | None = None
        self._last: Mouse | None = None
        """Where the mouse came to with the button held."""
        self._dragging = False
        self._handle: Handle | None = None
        self._edited: DrawnShape | None = None
        self._moves: tuple[int, ...] = ()
        self._before: frozenset[int] = frozenset()
        """What was chosen before the press."""

    def press(self, mouse: Mouse) -> None:
        if mouse.button == Qt.MouseButton.RightButton:
            place = self.canvas.image_to_global(mouse.x, mouse.y)
            self.canvas.context_menu_requested.emit(QPoint(place), self._under(mouse))
            return
        if mouse.button != Qt.MouseButton.LeftButton or self._vertex_changed(mouse):
            return
        self._pressed, self._dragging = mouse, False
        self._before = self.canvas.layers.objects.selected
        self._handle = self._handle_under(mouse)
        if self._handle is not None:
            return
        under, selected = self._under(mouse), self.canvas.layers.objects.selected
        if mouse.shift or mouse.ctrl:
            if under is not None:
                self._choose(selected ^ {under})
        elif under is not None and under not in selected:
            self._choose({under})
        movable = under is not None and not (mouse.shift or mouse.ctrl)
        self._moves = tuple(a.id for a in self._selected() if not a.locked) if movable else ()

    def move(self, mouse: Mouse) -> None:
        if self._pressed is None:
            self._show_what_is_under(mouse)
            return
        self._last = mouse
        self._dragging |= self.far((self._pressed.x, self._pressed.y), mouse)
        if not self._dragging:
            return
        shape = self._shape()
        if self._handle is not None and shape is not None:
            self._edited = moved(shape, self._handle, *self.clamped(mouse))
            self._show_shape(self._edited)
        elif self._moves:
            dx, dy = self._step(mouse)
            path = QPainterPath()
            for annotation_id in self._moves:
                path.addPath(self.canvas.layers.objects.outline_of(annotation_id))
            path.translate(dx, dy)
            self.canvas.layers.show_draft(path, BAND_COLOR)
        else:
            path = QPainterPath()
            path.addRect(self._band(mouse))
            self.canvas.layers.show_draft(path, BAND_COLOR, dashed=True)

    def release(self, mouse: Mouse) -> None:
        pressed, dragging, edited, moves = self._pressed, self._dragging, self._edited, self._moves
        if pressed is None:
            return
        if dragging and edited is not None:
            annotation = self._selected()[0]
            self._stop()
            self.canvas.shape_edited.emit(annotation.id, edited)
        elif dragging and moves:
            dx, dy = self._step(mouse)
            self._stop()
            if dx or dy:
                self.canvas.objects_moved.emit(moves, dx, dy)
        elif dragging and self._handle is None:
            found = set(self.canvas.layers.objects.inside(self._band(mouse)))
            more = self.canvas.layers.objects.selected if pressed.shift or pressed.ctrl else frozenset()
            self._stop()
            self._choose(more | found)
        else:
            self._stop()
            if (
                self._under(mouse) is None
                and not (mouse.shift or mouse.ctrl)
                and self._handle_under(mouse) is None
            ):
                self._choose(())
        self.refresh()

    def leave(self) -> None:
        self.canvas.layers.objects.set_hovered(None)

    def refresh(self) -> None:
        if self._pressed is not None:
            return
        shape = self._shape()
        if shape is None:
            self.canvas.layers.clear_draft()
        else:
            self._show_shape(shape)

    def cancel(self) -> bool:
        was_open = self._pressed is not None
        self._stop()
        self.canvas.layers.clear_draft()
        return was_open

    def drop_gesture(self) -> bool:
        was_open = self.cancel()
        if was_open:
            self._choose(self._before)
            self.refresh()
        return was_open

    def put_aside(self) -> None:
        """An object or a handle under way stays where the hand has it, as if the button had been let go."""
        if self._dragging and self._last is not None and (self._edited is not None or self._moves):
            self.release(self._last)
        self.cancel()

    def reset(self) -> None:
        self.cancel()

    def _stop(self) -> None:
        self._pressed, self._handle, self._edited, self._moves = None, None, None, ()
        self._dragging = False

    def _choose(self, ids: set[int] | frozenset[int] | tuple[()]) -> None:
        chosen = tuple(sorted(ids))
        if frozenset(chosen) != self.canvas.layers.objects.selected:
            self.canvas.set_selection(chosen)
            self.canvas.selection_changed.emit(chosen)

    def _selected(self) -> list[Annotation]:
        objects = self.canvas.layers.objects
        return [objects.items_by_id[i].annotation for i in sorted(objects.selected)]

    def _shape(self) -> DrawnShape | None:
        """The outline whose handles are shown: of the one object that is chosen, if it was drawn."""
        chosen = self._selected()
        if len(chosen) != 1 or chosen[0].locked or chosen[0].hidden:
            return None
        drawn = chosen[0].drawn
        return drawn if drawn is not None and drawn.kind in _EDITABLE else None

    def _under(self, mouse: Mouse) -> int | None:
        return self.canvas.layers.objects.at(mouse.x, mouse.y)

    def _handle_under(self, mouse: Mouse) -> Handle | None:
        shape = self._shape()
        return handle_at(shape, mouse.x, mouse.y, _HANDLE_REACH_PX / self.canvas.zoom) if shape else None

    def _vertex_changed(self, mouse: Mouse) -> bool:
        """Alt+click: a vertex less where one is, else one more where an edge is."""
        shape = self._shape()
        if not mouse.alt or shape is None:
            return False
        handle = self._handle_under(mouse)
        reach = _HANDLE_REACH_PX / self.canvas.zoom
        changed = removed(shape, handle) if handle else inserted(shape, mouse.x, mouse.y, reach)
        if changed is not None:
            self.canvas.shape_edited.emit(self._selected()[0].id, changed)
        return True

    def _show_what_is_under(self, mouse: Mouse) -> None:
        over_handle = self._handle_under(mouse) is not None
        under = self._under(mouse)
        self.canvas.layers.objects.set_hovered(under)
        selected = under in self.canvas.layers.objects.selected
        shapes = Qt.CursorShape
        shape = (
            shapes.CrossCursor if over_handle else shapes.SizeAllCursor if selected else shapes.ArrowCursor
        )
        self.canvas.viewport().setCursor(shape)

    def _show_shape(self, shape: DrawnShape) -> None:
        path = shape_path(shape)
        path.addPath(handle_path(((h.x, h.y) for h in handles(shape)), self.canvas.zoom))
        self.canvas.layers.show_draft(path, BAND_COLOR, 0.0)

    def _step(self, mouse: Mouse) -> tuple[int, int]:
        if self._pressed is None:
            return (0, 0)
        return (round(mouse.x - self._pressed.x), round(mouse.y - self._pressed.y))

    def _band(self, mouse: Mouse) -> QRectF:
        start = self._pressed or mouse
        return QRectF(QPointF(start.x, start.y), QPointF(mouse.x, mouse.y)).normalized()
