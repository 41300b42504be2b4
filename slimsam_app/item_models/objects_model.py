"""The objects of the current picture as rows, nearest to the eye first."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QObject, Qt
from PySide6.QtGui import QColor

from slimsam_app import figures
from slimsam_app.document import Document
from slimsam_app.i18n import tr
from slimsam_app.item_models.index import NO_INDEX, Index
from slimsam_app.plain_text import plain_tip
from slimsam_app.sessions.object_session import ObjectSession
from slimsam_app.swatch import own_color
from slimsam_core.annotation import Annotation
from slimsam_core.project.tracks import track_of
from slimsam_core.visible_text import one_line


class ObjectRole(IntEnum):
    """What a row offers besides its text, for sorting, filtering and painting."""

    ANNOTATION = Qt.ItemDataRole.UserRole
    AREA = Qt.ItemDataRole.UserRole + 1
    SCORE = Qt.ItemDataRole.UserRole + 2
    CLASS = Qt.ItemDataRole.UserRole + 3
    ID = Qt.ItemDataRole.UserRole + 4
    LAYER = Qt.ItemDataRole.UserRole + 5
    SOUGHT = Qt.ItemDataRole.UserRole + 6
    """What the line above the list looks in: class, number and track."""


def confidence(annotation: Annotation) -> float | None:
    """The score of an object, or the IoU that the model predicted for it."""
    return annotation.score if annotation.score is not None else annotation.provenance.predicted_iou


class ObjectsModel(QAbstractListModel):
    """Follows the object session."""

    def __init__(self, document: Document, session: ObjectSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._session = document, session
        self._rows: tuple[Annotation, ...] = ()
        self._places: dict[int, int] = {}
        self._areas: dict[int, tuple[object, int]] = {}
        self._own_colors = False
        session.objects_changed.connect(self._refresh)

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        annotation = self._rows[index.row()]
        category = self._document.category(annotation.category_id)
        name = category.name if category else tr("(deleted class)")
        match role:
            case Qt.ItemDataRole.DisplayRole | ObjectRole.CLASS:
                return one_line(name)
            case Qt.ItemDataRole.DecorationRole:
                if self._own_colors:
                    return own_color(annotation)
                return QColor(category.display_color if category else "#808080")
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(self._tool_tip(annotation, name))
            case Qt.ItemDataRole.AccessibleTextRole:
                return tr("{name}, {area} pixels").format(name=name, area=self._area(annotation))
            case ObjectRole.ANNOTATION:
                return annotation
            case ObjectRole.AREA:
                return self._area(annotation)
            case ObjectRole.SCORE:
                return confidence(annotation)
            case ObjectRole.ID:
                return annotation.id
            case ObjectRole.LAYER:
                return -annotation.layer
            case ObjectRole.SOUGHT:
                return " ".join((one_line(name), f"#{annotation.id}", _track_words(annotation))).rstrip()
        return None

    def show_own_colors(self, on: bool) -> None:
        """Whether each object has a colour of its own, as on the picture, or that of its class."""
        if on != self._own_colors:
            self._own_colors = on
            if self._rows:
                self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    def row_of(self, annotation_id: int) -> int:
        """Row of an object, -1 when it is not in this picture."""
        return self._places.get(annotation_id, -1)

    def _area(self, annotation: Annotation) -> int:
        known = self._areas.get(annotation.id)
        if known is None or known[0] is not annotation.mask:
            known = (annotation.mask, annotation.mask.area)
            self._areas[annotation.id] = known
        return known[1]

    def _tool_tip(self, annotation: Annotation, name: str) -> str:
        lines = [
            f"{name}  #{annotation.id}",
            tr("{area} pixels").format(area=figures.count(self._area(annotation))),
        ]
        if words := _track_words(annotation):
            lines.append(tr("{track}: one thing in several images").format(track=words))
        score = confidence(annotation)
        if score is not None:
            lines.append(tr("Predicted IoU {value}").format(value=figures.iou(score)))
        if annotation.provenance.model_name:
            lines.append(annotation.provenance.model_name)
        if annotation.author:
            lines.append(tr("By {name}").format(name=annotation.author))
        if annotation.note:
            lines.append(annotation.note)
        return "\n".join(lines)

    def _refresh(self) -> None:
        new = tuple(sorted(self._session.objects, key=lambda a: (a.layer, a.id), reverse=True))
        if [a.id for a in new] == [a.id for a in self._rows]:
            self._rows = new
            if new:
                self.dataChanged.emit(self.index(0), self.index(len(new) - 1))
            return
        self.beginResetModel()
        self._rows = new
        self._places = {annotation.id: row for row, annotation in enumerate(new)}
        kept = {a.id for a in new}
        self._areas = {key: value for key, value in self._areas.items() if key in kept}
        self.endResetModel()


def _track_words(annotation: Annotation) -> str:
    """The number that all objects of its thing have, empty when it has none."""
    track = track_of(annotation)
    return tr("Track {number}").format(number=track) if track else ""
