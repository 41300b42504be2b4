"""The classes of the project that was worked on before, offered to a new one that has none."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from slimsam_app.document import Document
from slimsam_app.sessions.class_session import ClassSession
from slimsam_app.settings import Settings
from slimsam_core.files.listing import is_file
from slimsam_core.project import folder_of

KEY = "state.class_source"
"""The project file whose classes are offered."""


class ClassTemplate(QObject):
    """Remembers the last project that had classes; one call takes them over."""

    changed = Signal()
    """Whether there is an offer, or which."""

    def __init__(
        self, document: Document, classes: ClassSession, settings: Settings, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._classes, self._settings = document, classes, settings
        self.offered: Path | None = None
        """The project whose classes the open one could take; None where there is nothing to offer."""
        document.opened.connect(self._look)
        document.changed.connect(self._look)
        document.closed.connect(self._look)
        document.closing.connect(self._remember)

    @property
    def name(self) -> str:
        """What people call the offered project: its picture folder, else its file."""
        if self.offered is None:
            return ""
        own = folder_of(self.offered)
        return own.name if own is not None else self.offered.stem

    def take(self) -> None:
        """Take the offered classes over, as one command."""
        if self.offered is not None:
            self._classes.load(self.offered)

    def _remember(self) -> None:
        if self._document.categories():
            self._settings.set(KEY, str(self._document.project.path))

    def _look(self) -> None:
        before, self.offered = self.offered, self._offer()
        if self.offered != before:
            self.changed.emit()

    def _offer(self) -> Path | None:
        if not self._document.is_open:
            return None
        project = self._document.project
        if self._document.categories():
            return None
        known = self._settings.get(KEY)
        source = Path(known)
        fits = known and not project.read_only and source != project.path
        return source if fits and is_file(source) else None
