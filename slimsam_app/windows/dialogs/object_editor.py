"""The class, the note and the attributes of one object, or of several at once."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from slimsam_app import figures
from slimsam_app.i18n import mark, tr
from slimsam_app.item_models.objects_model import confidence
from slimsam_app.plain_text import PlainLabel, one_line
from slimsam_app.sessions.object_session import ObjectSession
from slimsam_app.signals import tie
from slimsam_app.theme import give_room
from slimsam_core.annotation import Annotation, Category

DIFFER = mark("different")
"""In a field where the chosen objects are not alike."""


class _Kept(enum.Enum):
    """What a field says that nobody touched where the objects differ."""

    KEPT = "kept"


class AttributeForm(QWidget):
    """One field for each attribute of a class's schema; where the objects differ it changes nothing."""

    def __init__(
        self, schema: Mapping[str, Any], values: Sequence[Mapping[str, Any]], parent: QWidget
    ) -> None:
        """``values``: the attributes of each object."""
        super().__init__(parent)
        self._read: dict[str, Callable[[], Any]] = {}
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        for name, kind in schema.items():
            found = [of_one.get(name) for of_one in values]
            same = all(value == found[0] for value in found)
            widget = self._field(name, kind, found[0] if same else _Kept.KEPT)
            widget.setObjectName(f"attribute_{name}")
            widget.setAccessibleName(one_line(name))
            form.addRow(PlainLabel(name, self), widget)  # a bare text would be HTML where it looks so
        self._first = {name: read() for name, read in self._read.items()}

    def _field(self, name: str, kind: Any, value: Any) -> QWidget:
        differ = value is _Kept.KEPT
        if kind == "bool":
            box = QCheckBox(self)
            self._read[name] = _three_ways(box, None if differ else value is True)
            return box
        if kind == "number":
            number = QDoubleSpinBox(self)
            give_room(number)
            number.setRange(-1e12, 1e12)
            number.setDecimals(3)
            if differ:
                number.setSpecialValueText(tr(DIFFER))
                number.setValue(number.minimum())
            else:
                number.setValue(float(value) if isinstance(value, int | float) else 0.0)
            self._read[name] = lambda: (
                _Kept.KEPT if differ and number.value() == number.minimum() else number.value()
            )
            return number
        if kind == "text":
            line = QLineEdit("" if differ or value is None else str(value), self)
            line.setPlaceholderText(tr(DIFFER) if differ else "")
            self._read[name] = lambda: _Kept.KEPT if differ and not line.isModified() else line.text()
            return line
        choice = QComboBox(self)
        if differ:
            choice.addItem(tr(DIFFER), _Kept.KEPT)
        choice.addItem(tr("not set"), None)
        for allowed in kind:
            choice.addItem(one_line(allowed), allowed)
        choice.setCurrentIndex(0 if differ else max(0, choice.findData(value)))
        self._read[name] = choice.currentData
        return choice

    def given(self) -> dict[str, Any]:
        """The attributes that were changed; None or empty = not set any more."""
        now = {name: read() for name, read in self._read.items()}
        return {name: value for name, value in now.items() if value != self._first[name]}


class ObjectEditor(QDialog):
    """Applied when accepted, as one or two commands."""

    def __init__(
        self,
        chosen: tuple[Annotation, ...],
        categories: tuple[Category, ...],
        session: ObjectSession,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("objectEditor")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        single = chosen[0] if len(chosen) == 1 else None
        self.setWindowTitle(
            tr("Object #{id}").format(id=single.id) if single else tr("{n} objects").format(n=len(chosen))
        )
        self._chosen, self._categories, self._session = chosen, categories, session
        column = QVBoxLayout(self)
        form = QFormLayout()
        form.setVerticalSpacing(10)
        column.addLayout(form)
        self.category = QComboBox(self)
        self.category.setObjectName("objectClass")
        if len({annotation.category_id for annotation in chosen}) > 1:
            self.category.addItem(tr(DIFFER), _Kept.KEPT)
        for category in categories:
            self.category.addItem(one_line(category.name), category.id)
        own = self.category.findData(chosen[0].category_id)
        self.category.setCurrentIndex(0 if self.category.itemData(0) is _Kept.KEPT else max(0, own))
        form.addRow(tr("Class"), self.category)
        notes = {annotation.note for annotation in chosen}
        self.note = QPlainTextEdit(notes.pop() if len(notes) == 1 else "", self)
        self.note.setObjectName("objectNote")
        self.note.setAccessibleName(tr("Note"))
        self.note.setPlaceholderText(tr("Different notes; what is typed takes their place.") if notes else "")
        self.note.setTabChangesFocus(True)
        self.note.setMaximumHeight(90)
        self.note.document().setModified(False)
        self.crowd = QCheckBox(tr("A crowd: many things in one mask"), self)
        self.crowd.setObjectName("objectCrowd")
        crowds = {annotation.iscrowd for annotation in chosen}
        self._crowd = _three_ways(self.crowd, crowds.pop() if len(crowds) == 1 else None)
        form.addRow(tr("Note"), self.note)
        form.addRow("", self.crowd)
        self._attributes: AttributeForm | None = None
        self._place = QVBoxLayout()
        column.addLayout(self._place)
        if single:
            origin = PlainLabel(_origin(single), self)
            origin.setProperty("role", "muted")
            origin.setWordWrap(True)
            column.addWidget(origin)
        self.category.currentIndexChanged.connect(lambda _: self._show_attributes())
        self._show_attributes()
        column.addStretch(1)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        self.accepted.connect(self._apply)

    def sizeHint(self) -> QSize:
        return QSize(420, 340)

    def _show_attributes(self) -> None:
        if self._attributes is not None:
            self._attributes.deleteLater()
            self._attributes = None
        category = next((c for c in self._categories if c.id == self.category.currentData()), None)
        if category and category.schema:
            values = [annotation.attributes for annotation in self._chosen]
            self._attributes = AttributeForm(category.schema, values, self)
            self._place.addWidget(self._attributes)

    def _apply(self) -> None:
        ids = tuple(annotation.id for annotation in self._chosen)
        category_id, crowd = self.category.currentData(), self._crowd()
        if category_id is not _Kept.KEPT:
            self._session.set_category_of(ids, category_id)
        self._session.describe(
            ids,
            note=self.note.toPlainText().strip() if self.note.document().isModified() else None,
            iscrowd=None if crowd is _Kept.KEPT else crowd,
            attributes=self._attributes.given() if self._attributes else {},
        )


def _three_ways(box: QCheckBox, checked: bool | None) -> Callable[[], Any]:
    """Let a box be checked, empty, or untouched (None) where the objects differ; returns how it is read."""
    if checked is None:
        box.setTristate(True)
        box.setCheckState(Qt.CheckState.PartiallyChecked)
        tie(box.clicked, box, lambda: box.setTristate(False))
    else:
        box.setChecked(checked)
    return lambda: _Kept.KEPT if box.checkState() == Qt.CheckState.PartiallyChecked else box.isChecked()


def _origin(annotation: Annotation) -> str:
    made = annotation.provenance
    parts = [made.model_name or made.source]
    score = confidence(annotation)
    if score is not None:
        parts.append(tr("predicted IoU {value}").format(value=figures.iou(score)))
    if made.human_edits:
        parts.append(tr("edited by hand {n} times").format(n=made.human_edits))
    return " · ".join(parts)
