"""A window that may only read keeps up with the one that writes the project."""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject, QTimer

from slimsam_app.document import Document
from slimsam_core.errors import SlimSamError

log = logging.getLogger(__name__)
EVERY_MS = 1500


class Follower(QObject):
    """Looks at the number of the last journal entry, which costs one small query, and reloads on another."""

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._seen = document, 0
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self._look)
        document.opened.connect(self._start)
        document.closed.connect(self._timer.stop)

    def _start(self) -> None:
        project = self._document.project
        if project.read_only:
            self._seen = project.last_seq()
            self._timer.start()
        else:
            self._timer.stop()

    def _look(self) -> None:
        try:
            newest = self._document.project.last_seq()
            if newest != self._seen:
                self._seen = newest
                self._document.catch_up()
        except SlimSamError as error:  # the other one may be moving the file; the next look will tell
            log.warning("cannot follow the project: %s", error)
