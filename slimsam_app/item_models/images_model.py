"""The list of pictures: ids from the navigator, entries read in pages as rows come into view."""

from __future__ import annotations

from collections import OrderedDict
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QObject, Qt

from slimsam_app.document import Document
from slimsam_app.i18n import counted, tr
from slimsam_app.i18n import mark as _
from slimsam_app.intents.images import REVIEW_TEXT, STATE_TEXT
from slimsam_app.item_models.index import NO_INDEX, Index
from slimsam_app.item_models.thumbnails import Thumbnails
from slimsam_app.plain_text import plain_tip
from slimsam_app.sessions.draft_session import DraftSession
from slimsam_app.sessions.navigator import Navigator
from slimsam_core.annotation import Annotation, Category, ImageEntry
from slimsam_core.project import Change, Edit
from slimsam_core.visible_text import one_line, visible

PAGE = 64
KEPT_ENTRIES = 4096
REVIEW_NOTES, REVIEW_LETTERS = 20, 500
"""Notes of a second person in a tool tip, and letters of each; the line above the picture has more."""
DRAFT_TEXT = _("Something is open here that was not accepted yet.")


class ImageRole(IntEnum):
    """What a row offers besides its text."""

    ID = Qt.ItemDataRole.UserRole
    ENTRY = Qt.ItemDataRole.UserRole + 1
    OBJECTS = Qt.ItemDataRole.UserRole + 2
    DRAFT = Qt.ItemDataRole.UserRole + 3
    """Whether something was begun there and not accepted."""


class ImagesModel(QAbstractListModel):
    """Rows are the pictures that pass the navigator's filter."""

    def __init__(
        self,
        document: Document,
        navigator: Navigator,
        drafts: DraftSession,
        thumbnails: Thumbnails,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._navigator, self._thumbnails = document, navigator, thumbnails
        self._drafts = drafts
        self._ids: list[int] = []
        self._entries: OrderedDict[int, tuple[ImageEntry, int]] = OrderedDict()
        navigator.order_changed.connect(self._reset)
        navigator.image_changed.connect(self._refresh)
        document.changed.connect(self._follow)
        thumbnails.ready.connect(self._touch)
        drafts.changed.connect(self._touch)

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._ids)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._ids):
            return None
        image_id = self._ids[index.row()]
        if role == ImageRole.ID:
            return image_id
        found = self._entry(index.row())
        if found is None:
            return None
        entry, count = found
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return one_line(entry.path.rsplit("/", 1)[-1])
            case Qt.ItemDataRole.ToolTipRole:
                lines = [entry.path, tr(STATE_TEXT[entry.state])]
                lines += _review_lines(entry)
                lines += [str(entry.size)] if entry.size else []
                lines += [counted(tr("{count} object"), tr("{count} objects"), count)] if count else []
                lines += [entry.comment] if entry.comment else []
                lines += [", ".join(sorted(entry.flags))] if entry.flags else []
                lines += [tr(DRAFT_TEXT)] if self._drafts.has(image_id) else []
                return plain_tip("\n".join(lines))
            case Qt.ItemDataRole.AccessibleTextRole:
                draft = f", {tr(DRAFT_TEXT)}" if self._drafts.has(image_id) else ""
                said = "".join(f", {line}" for line in _review_lines(entry))
                return f"{entry.path}, {tr(STATE_TEXT[entry.state])}{said}{draft}"
            case Qt.ItemDataRole.DecorationRole:
                return self._thumbnails.pixmap(image_id)
            case ImageRole.ENTRY:
                return entry
            case ImageRole.OBJECTS:
                return count
            case ImageRole.DRAFT:
                return self._drafts.has(image_id)
        return None

    def row_of(self, image_id: int | None) -> int:
        """Row of a picture, -1 when it is not listed."""
        return self._navigator.row_of(image_id)

    def _entry(self, row: int) -> tuple[ImageEntry, int] | None:
        image_id = self._ids[row]
        if image_id not in self._entries and self._document.is_open:
            start = row - row % PAGE
            wanted = [i for i in self._ids[start : start + PAGE] if i not in self._entries]
            self._read(wanted)
        return self._entries.get(image_id)

    def _read(self, ids: list[int]) -> None:
        project = self._document.project
        for image_id, entry in project.images_by_id(ids).items():
            self._entries[image_id] = (entry, project.count_annotations(image_id))
        while len(self._entries) > max(KEPT_ENTRIES, len(ids)):
            self._entries.popitem(last=False)

    def _reset(self) -> None:
        self.beginResetModel()
        self._ids = list(self._navigator.ids)
        self._entries.clear()
        self.endResetModel()

    def _refresh(self, entry: ImageEntry | None) -> None:
        if entry is not None and entry.id in self._entries:
            self._entries[entry.id] = (entry, self._entries[entry.id][1])
            self._touch(entry.id)

    def _follow(self, change: Change) -> None:
        recolored = any(map(_recolors, change.edits))
        if change.bulk or recolored:
            self._thumbnails.forget_all()
        if change.bulk:
            self._reset()
            return
        if recolored and self._ids:
            self.dataChanged.emit(self.index(0), self.index(len(self._ids) - 1))
        touched: set[int] = set()
        for edit in change.edits:
            for value in (edit.before, edit.after):
                if isinstance(value, ImageEntry):
                    touched.add(value.id)
                elif isinstance(value, Annotation):
                    touched.add(value.image_id)
                    self._thumbnails.forget(value.image_id)
        for image_id in touched:
            self._entries.pop(image_id, None)
            self._touch(image_id)

    def _touch(self, image_id: int) -> None:
        row = self._navigator.row_of(image_id)
        if 0 <= row < len(self._ids):
            index = self.index(row)
            self.dataChanged.emit(index, index)


def _review_lines(entry: ImageEntry) -> list[str]:
    """What a second person said of the picture, and the notes; nothing when nobody looked."""
    review = entry.review
    if review is None:
        return []
    by = tr("{state}, {name}") if review.author else "{state}"
    notes = [
        f"{number}. {visible(note.text, REVIEW_LETTERS)}"
        for number, note in enumerate(review.notes[:REVIEW_NOTES], 1)
    ]
    author = one_line(review.author, REVIEW_LETTERS)
    return [by.format(state=tr(REVIEW_TEXT[review.state]), name=author), *notes]


def _recolors(edit: Edit) -> bool:
    """Whether a class has another colour now, which its objects in thumbnails have too."""
    before, after = edit.before, edit.after
    if isinstance(before, Category) and isinstance(after, Category):
        return before.display_color != after.display_color
    return False
