"""The objects of the image that is probably wanted next are read and outlined before it is asked for."""

from __future__ import annotations

import time
from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer

from slimsam_app.canvas.objects import BUDGET_S, ObjectItem, ObjectLayer
from slimsam_app.document import Document
from slimsam_app.sessions.navigator import Navigator
from slimsam_app.signals import tie
from slimsam_core.errors import SlimSamError


class ObjectsAhead(QObject):
    """Works in turns of the event loop while nothing is drawn, and stops at each step to another image."""

    def __init__(
        self, navigator: Navigator, document: Document, layer: ObjectLayer, *, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._navigator, self._document, self._layer = navigator, document, layer
        self._left: Iterator[None] = iter(())
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._work)
        tie(navigator.neighbours_changed, self, self._begin)
        tie(navigator.moved, self, self._stop)
        tie(document.closing, self, self._stop)

    @property
    def done(self) -> bool:
        """Whether nothing is left to do for the image that is shown."""
        return not self._timer.isActive()

    def _begin(self, _: object) -> None:
        image_id = self._navigator.probable_next
        if image_id is not None:
            self._left = self._steps(image_id)
            self._timer.start()

    def _stop(self, *_: object) -> None:
        self._timer.stop()
        self._left = iter(())

    def _work(self) -> None:
        if not self._layer.settled:
            return  # what is seen is drawn first
        until = time.perf_counter() + BUDGET_S
        for _ in self._left:
            if time.perf_counter() >= until:
                return
        self._timer.stop()

    def _steps(self, image_id: int) -> Iterator[None]:
        try:
            objects = self._document.read_ahead(image_id)
        except SlimSamError:
            return  # told when somebody goes there
        yield
        detail = self._layer.detail
        for annotation in objects[:MOST]:
            item = ObjectItem(annotation)
            if item.is_whole_at(detail):
                item.path(detail)
            yield


MOST = 300
"""Objects outlined ahead: more outlines than that are not kept, and take their time in any case."""
