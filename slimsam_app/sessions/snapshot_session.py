"""Keeping a state of the project once a day, and going back to one."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from slimsam_app.document import Document
from slimsam_app.settings import Settings
from slimsam_app.workers.io_pool import IoPool, Urgency
from slimsam_core.files.user_folders import SNAPSHOTS_KEY
from slimsam_core.progress import CancelToken
from slimsam_core.project import Project
from slimsam_core.project.snapshots import Snapshot, go_back, is_due, take

log = logging.getLogger(__name__)

LOOK_MS = 3_600_000
"""A window that stays open over night keeps the new day's state within an hour."""


class SnapshotSession(QObject):
    """Takes the daily snapshot of the open project, and brings one back."""

    def __init__(self, document: Document, pool: IoPool, settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._pool, self._settings = document, pool, settings
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)
        document.opened.connect(self.look)
        document.opened.connect(self._timer.start)
        document.closed.connect(self._timer.stop)

    @property
    def kept(self) -> int:
        """How many are kept of a project; 0 = none is taken by itself."""
        count: int = self._settings.get(SNAPSHOTS_KEY)
        return count

    def look(self) -> None:
        """Keep the state of the open project when it is time to, beside everything else."""
        if not self._document.is_open or not self.kept:
            return
        project, kept = self._document.project, self.kept
        # a project that is damaged and a full disk are told by whoever meets them next
        self._pool.submit(
            lambda token: _take_when_due(project, kept, token),
            lambda _: None,
            lambda error: log.info("no snapshot: %s", error),
            priority=Urgency.RECORDING,
        )

    def go_back(
        self, path: Path, chosen: Snapshot, done: Callable[[Path], None], failed: Callable[[Exception], None]
    ) -> None:
        """Put a kept state in the place of a closed project; ``done`` gets where the former state is kept."""
        kept = max(1, self.kept)
        self._pool.submit(lambda _: go_back(path, chosen, kept), done, failed, priority=Urgency.SHOWING)


def _take_when_due(project: Project, kept: int, token: CancelToken) -> None:
    if is_due(project):
        take(project, kept, cancel=token)
