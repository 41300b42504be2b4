"""Which class took over from one that was deleted, for what waits: drafts, proposals, masks on their way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from PySide6.QtCore import QObject, Signal

from slimsam_app.document import Document


class ClassMoves(QObject):
    """Known while the project is open, and from what waits in it; a class that undo brings back is itself."""

    leaving = Signal()
    """A class is about to go; ``now`` answers as if it was gone already."""

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._to: dict[int, int] = {}
        self._going = 0
        document.closed.connect(self._forget)

    def now(self, category_id: int) -> int:
        """The class that what waits with this one gets: it, or what took over; 0 = it is gone."""
        known = {category.id for category in self._document.categories()} - {self._going}
        for _ in range(1 + len(self._to)):
            if category_id in known:
                return category_id
            category_id = self._to.get(category_id, 0)
        return 0

    @property
    def resolved(self) -> dict[int, int]:
        """Classes that were deleted, and the one that what waits with them gets now."""
        found = {category_id: self.now(category_id) for category_id in self._to}
        return {before: after for before, after in found.items() if after not in (0, before)}

    def learn(self, moved: Mapping[int, int]) -> None:
        """What took over from classes that were deleted before the project was opened."""
        for before, after in moved.items():
            self._to.setdefault(before, after)

    @contextmanager
    def goes(self, category_id: int, move_to: int | None) -> Iterator[list[bool]]:
        """While a class is being deleted; append True to what is given when it was."""
        before, done = dict(self._to), list[bool]()
        self._to.pop(category_id, None)
        if move_to is not None:
            self._to[category_id] = move_to
        self._going = category_id
        try:
            self.leaving.emit()
            yield done
        finally:
            self._going = 0
            if not any(done):
                self._to = before

    def _forget(self) -> None:
        self._to = {}
