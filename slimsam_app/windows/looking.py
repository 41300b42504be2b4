"""Brings objects that the review queue speaks of into sight: large enough to judge their edge."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRectF

from slimsam_app.canvas.view import CanvasView
from slimsam_app.sessions.workbench import Workbench
from slimsam_app.signals import tie

SHARE = 0.4
"""Of the window that the objects take: enough around them to see what they are part of."""
MOST_ZOOM = 8.0
"""Screen pixels an image pixel: nearer, a tiny object is only squares."""


class Looking(QObject):
    """Waits for the picture where it is still on its way; whoever goes elsewhere is left alone."""

    def __init__(self, workbench: Workbench, canvas: CanvasView, parent: QObject) -> None:
        super().__init__(parent)
        self._workbench, self._canvas = workbench, canvas
        self._wanted: tuple[int, tuple[int, ...]] | None = None
        workbench.review.looked_at.connect(self._look)
        tie(workbench.navigator.moved, self, self._moved)
        tie(workbench.navigator.picture_ready, self, lambda *_: self._arrived())

    def _moved(self, image_id: int | None) -> None:
        if self._wanted is not None and self._wanted[0] != image_id:
            self._wanted = None

    def _look(self, image_id: int, ids: tuple[int, ...]) -> None:
        self._wanted = (image_id, ids)
        self._arrived()

    def _arrived(self) -> None:
        if self._wanted is None or self._canvas.image_id != self._wanted[0]:
            return
        (_, ids), self._wanted = self._wanted, None
        area = QRectF()
        for annotation in self._workbench.objects.objects:
            if annotation.id in ids:
                area = area.united(QRectF(*annotation.mask.bbox_xywh))
        bring_into_sight(self._canvas, area)


def bring_into_sight(canvas: CanvasView, area: QRectF) -> None:
    """Show a part of the picture (image pixels) large enough to judge its edge; empty = all of it."""
    canvas.fit()
    if area.isEmpty():
        return
    room = canvas.viewport().size() * SHARE
    near = min(room.width() / area.width(), room.height() / area.height(), MOST_ZOOM)
    if near > canvas.zoom:
        canvas.set_zoom(near)
        canvas.center_at(area.center().x(), area.center().y())
