"""Choosing among the proposals of a search for everything."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QPainterPath

from slimsam_app.canvas.style import BAND_COLOR
from slimsam_app.canvas.tool import Mouse, Tool
from slimsam_app.i18n import mark as _


class ReviewTool(Tool):
    """Click = choose, with Shift or Ctrl one more, drag = choose what lies in the box."""

    id = "review"
    title = _("Review proposals")
    icon = "mdi6.cards-outline"
    hint = _("Click: choose · Enter: accept · Delete: reject · Tab: next")
    cursor = Qt.CursorShape.ArrowCursor
    _start: Mouse | None = None

    def press(self, mouse: Mouse) -> None:
        if mouse.button == Qt.MouseButton.RightButton and self._start is None:
            self._ask_menu(mouse)
        self._start = mouse if mouse.button == Qt.MouseButton.LeftButton else None

    def _ask_menu(self, mouse: Mouse) -> None:
        """For the proposal under the mouse, or for all that are chosen when it is one of them."""
        proposals = self.canvas.layers.proposals
        under = proposals.at(mouse.x, mouse.y)
        if under is not None and under not in proposals.selected:
            self.canvas.proposals_chosen.emit((under,))
        self.canvas.context_menu_requested.emit(QPoint(self.canvas.image_to_global(mouse.x, mouse.y)), None)

    def move(self, mouse: Mouse) -> None:
        layers = self.canvas.layers
        if self._start is None:
            layers.proposals.set_hovered(layers.proposals.at(mouse.x, mouse.y))
        elif self.far((self._start.x, self._start.y), mouse):
            path = QPainterPath()
            path.addRect(self._band(self._start, mouse))
            layers.show_draft(path, BAND_COLOR, dashed=True)

    def release(self, mouse: Mouse) -> None:
        start, proposals = self._start, self.canvas.layers.proposals
        self._drop_draft()
        if start is None:
            return
        more = start.shift or start.ctrl
        if self.far((start.x, start.y), mouse):
            found = set(proposals.inside(self._band(start, mouse)))
            chosen = found | proposals.selected if more else found
        else:
            under = proposals.at(start.x, start.y)
            found = set() if under is None else {under}
            chosen = set(proposals.selected ^ found) if more else found
        self.canvas.proposals_chosen.emit(tuple(sorted(chosen)))

    def leave(self) -> None:
        self.canvas.layers.proposals.set_hovered(None)

    def finish(self) -> bool:
        if not self.canvas.layers.proposals.selected:
            return False
        self.canvas.accept_requested.emit()
        return True

    def cancel(self) -> bool:
        was_open = self._start is not None
        self._drop_draft()
        if not was_open and self.canvas.layers.proposals.selected:
            self.canvas.proposals_chosen.emit(())
            return True
        return was_open

    def drop_gesture(self) -> bool:
        was_open = self._start is not None
        self._drop_draft()
        return was_open

    def put_aside(self) -> None:
        self._drop_draft()

    def reset(self) -> None:
        self._drop_draft()

    def step_back(self) -> bool:
        self.canvas.step_back_requested.emit()
        return bool(self.canvas.layers.proposals.items_by_id)

    def _drop_draft(self) -> None:
        self._start = None
        self.canvas.layers.clear_draft()

    def _band(self, start: Mouse, mouse: Mouse) -> QRectF:
        return QRectF(QPointF(start.x, start.y), QPointF(mouse.x, mouse.y)).normalized()
