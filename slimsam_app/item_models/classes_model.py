"""The classes of the project as rows: colour, name, hotkey, number of objects."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QObject, Qt, Signal
from PySide6.QtGui import QColor

from slimsam_app.document import Document
from slimsam_app.item_models.index import NO_INDEX, Index
from slimsam_app.plain_text import plain_tip
from slimsam_core.annotation import Annotation, Category
from slimsam_core.project import Change, class_keys
from slimsam_core.visible_text import one_line


class ClassRole(IntEnum):
    """What a row offers besides its text."""

    CATEGORY = Qt.ItemDataRole.UserRole
    OBJECTS = Qt.ItemDataRole.UserRole + 1
    KEY = Qt.ItemDataRole.UserRole + 2
    """The digit that chooses it now; empty = none."""


class ClassesModel(QAbstractListModel):
    """Follows the document. Editing a name asks for it by ``rename_wanted``."""

    rename_wanted = Signal(int, str)

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._rows: tuple[Category, ...] = ()
        self._counts: dict[int, int] = {}
        self._keys: dict[int, str] = {}
        document.opened.connect(self._reset)
        document.closed.connect(self._reset)
        document.changed.connect(self._follow)

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        category = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return one_line(category.name)
            case Qt.ItemDataRole.EditRole:
                return category.name
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(category.name)
            case Qt.ItemDataRole.DecorationRole:
                return QColor(category.display_color)
            case ClassRole.CATEGORY:
                return category
            case ClassRole.OBJECTS:
                return self._counts.get(category.id, 0)
            case ClassRole.KEY:
                return self._keys.get(category.id, "")
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or not index.isValid():
            return False
        self.rename_wanted.emit(self._rows[index.row()].id, str(value))
        return True

    def row_of(self, category_id: int) -> int:
        """Row of a class, -1 when there is none."""
        return next((row for row, c in enumerate(self._rows) if c.id == category_id), -1)

    def _reset(self) -> None:
        self.beginResetModel()
        self._read()
        self.endResetModel()

    def _read(self) -> None:
        self._rows = self._document.categories()
        self._counts = self._document.project.objects_by_class() if self._document.is_open else {}
        self._keys = {category_id: digit for digit, category_id in class_keys(self._rows).items()}

    def _follow(self, change: Change) -> None:
        before = [category.id for category in self._rows]
        if change.bulk or [category.id for category in self._document.categories()] != before:
            self._reset()
        elif any(isinstance(edit.entity, Annotation | Category) for edit in change.edits):
            self._read()
            if self._rows:
                self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))
