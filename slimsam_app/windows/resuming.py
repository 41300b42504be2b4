"""A project goes on where it was left, also after a crash: picture, part of it, tool and class."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QPointF, QTimer

from slimsam_app.canvas.view import CanvasView
from slimsam_app.i18n import tr
from slimsam_app.sessions.places import Place
from slimsam_app.sessions.workbench import Workbench
from slimsam_app.signals import tie

PAUSE_MS = 2000
"""After the last step to another picture, until the place is written: flipping through writes nothing.
What kills the program sooner after opening is not opened by itself again."""
OPEN = "state.open"
"""What is open now; what stands there at a start was open when the program was killed."""
REVIEW = "review"
"""The tool that works on proposals, which are not there yet when a project opens."""


RECENT_CLASSES = 10
"""As many as have keys: further down nobody looks for what was used last."""


class Resuming(QObject):
    """Keeps the place while the person works, and goes back to it when the project opens."""

    def __init__(self, workbench: Workbench, canvas: CanvasView, parent: QObject) -> None:
        super().__init__(parent)
        self._workbench, self._canvas = workbench, canvas
        self._places = workbench.remembered.places
        self._back: Place | None = None
        """Where to go when the picture is there."""
        self._pause = QTimer(self, interval=PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(self.keep)
        for change in (canvas.tool_changed, canvas.view_changed, workbench.objects.category_changed):
            tie(change, self, lambda *_: self._pause.start())
        workbench.navigator.moved.connect(self._moved)
        workbench.navigator.picture_ready.connect(self._look)
        workbench.document.opened.connect(self._resume)
        workbench.document.closing.connect(self.keep)
        workbench.document.closed.connect(self._forget)

    def go_on(self) -> bool:
        """Open what was open when the program was killed; whether there was something."""
        settings = self._workbench.settings
        path: str = settings.get(OPEN)
        settings.set(OPEN, "")
        if not path or not Path(path).exists():
            return False
        self._workbench.open([Path(path)])
        self._workbench.noted.emit(
            tr("SlimSAM did not end by itself last time: it goes on where it was."), None
        )
        return True

    def keep(self) -> None:
        """Remember where the open project is left; call it while its picture is still shown."""
        document, image_id = self._workbench.document, self._workbench.navigator.current_id
        if not document.is_open or image_id is None:
            return
        canvas, zoom, middle = self._canvas, 0.0, QPointF()
        before = self._places.of(document.project.uid)
        if canvas.image_id == image_id and self._back is None:
            if not canvas.fitting:
                zoom, middle = canvas.zoom, canvas.to_image(QPointF(canvas.viewport().rect().center()))
        elif before is not None and before.image_id == image_id:  # not shown yet, or not any more
            zoom, middle = before.zoom, QPointF(before.x, before.y)
        place = Place(
            image_id=image_id,
            zoom=zoom,
            x=middle.x(),
            y=middle.y(),
            tool=canvas.former_tool or canvas.tool.id,
            category_id=self._workbench.objects.category_id,
            recent=self._workbench.class_choice.recent[:RECENT_CLASSES],
        )
        self._places.keep(document.project.uid, place)
        recent = self._workbench.settings.recent()
        if recent:
            self._workbench.settings.set(OPEN, recent[0])

    def _forget(self) -> None:
        self._pause.stop()
        self._workbench.settings.set(OPEN, "")

    def _resume(self) -> None:
        document, navigator = self._workbench.document, self._workbench.navigator
        place = self._back = self._places.of(document.project.uid)
        if place is None:
            return
        navigator.set_filter(navigator.filter, show=place.image_id)
        if place.tool in self._canvas.tools and place.tool != REVIEW:
            self._canvas.set_tool(place.tool)
        for category_id in reversed(place.recent):
            if document.category(category_id) is not None:
                self._workbench.class_choice.remember(category_id)
        if document.category(place.category_id) is not None:
            self._workbench.objects.choose_category(place.category_id, for_next=False)

    def _moved(self, image_id: int | None) -> None:
        if image_id is None:
            return
        if self._back is not None and self._back.image_id != image_id:
            self._back = None  # the person went, or asked for, somewhere else
        self._pause.start()

    def _look(self, image_id: int) -> None:
        place = self._back
        if place is None or place.image_id != image_id or self._canvas.image_id != image_id:
            return
        self._back = None
        if place.zoom > 0:
            self._canvas.set_zoom(place.zoom)
            self._canvas.center_at(place.x, place.y)
