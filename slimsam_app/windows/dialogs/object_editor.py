"""The class, the note and the attributes of one object, or the class of several."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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

from slimsam_app.i18n import tr
from slimsam_app.item_models.objects_model import confidence
from slimsam_app.plain_text import PlainLabel, one_line
from slimsam_app.sessions.object_session import ObjectSession
from slimsam_app.theme import give_room
from slimsam_core.annotation import Annotation, Category


class AttributeForm(QWidget):
    """One field for each attribute of a class's schema."""

    def __init__(self, schema: Mapping[str, Any], values: Mapping[str, Any], parent: QWidget) -> None:
        super().__init__(parent)
        self._schema, self._values = schema, values
        self._read: dict[str, Callable[[], Any]] = {}
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        for name, kind in schema.items():
            widget = self._field(name, kind, values.get(name))
            widget.setAccessibleName(one_line(name))
            form.addRow(PlainLabel(name, self), widget)  # a bare text would be HTML where it looks so

    def _field(self, name: str, kind: Any, value: Any) -> QWidget:
        if kind == "bool":
            box = QCheckBox(self)
            box.setChecked(value is True)
            self._read[name] = box.isChecked
            return box
        if kind == "number":
            number = QDoubleSpinBox(self)
            give_room(number)
            number.setRange(-1e12, 1e12)
            number.setDecimals(3)
            number.setValue(float(value) if isinstance(value, int | float) else 0.0)
            self._read[name] = number.value
            return number
        if kind == "text":
            line = QLineEdit("" if value is None else str(value), self)
            self._read[name] = line.text
            return line
        choice = QComboBox(self)
        choice.addItem(tr("not set"), None)
        for allowed in kind:
            choice.addItem(one_line(allowed), allowed)
        choice.setCurrentIndex(max(0, choice.findData(value)))
        self._read[name] = choice.currentData
        return choice

    def values(self) -> dict[str, Any]:
        """The attributes as entered; those that the schema does not know are kept."""
        found = {name: read() for name, read in self._read.items()}
        empty = (None, "")
        return {k: v for k, v in (dict(self._values) | found).items() if v not in empty}


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
        self._chosen, self._categories, self._session, self._single = chosen, categories, session, single
        column = QVBoxLayout(self)
        form = QFormLayout()
        form.setVerticalSpacing(10)
        column.addLayout(form)
        self.category = QComboBox(self)
        self.category.setObjectName("objectClass")
        for category in categories:
            self.category.addItem(one_line(category.name), category.id)
        self.category.setCurrentIndex(max(0, self.category.findData(chosen[0].category_id)))
        form.addRow(tr("Class"), self.category)
        self._attributes: AttributeForm | None = None
        self._place = QVBoxLayout()
        if single:
            self.note = QPlainTextEdit(single.note, self)
            self.note.setObjectName("objectNote")
            self.note.setTabChangesFocus(True)
            self.note.setMaximumHeight(90)
            self.crowd = QCheckBox(tr("A crowd: many things in one mask"), self)
            self.crowd.setObjectName("objectCrowd")
            self.crowd.setChecked(single.iscrowd)
            form.addRow(tr("Note"), self.note)
            form.addRow("", self.crowd)
            column.addLayout(self._place)
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
        return QSize(420, 340 if self._single else 120)

    def _show_attributes(self) -> None:
        if self._attributes is not None:
            self._attributes.deleteLater()
            self._attributes = None
        category = next((c for c in self._categories if c.id == self.category.currentData()), None)
        if self._single and category and category.attributes:
            self._attributes = AttributeForm(category.attributes, self._single.attributes, self)
            self._place.addWidget(self._attributes)

    def _apply(self) -> None:
        category_id = self.category.currentData()
        self._session.set_category_of((annotation.id for annotation in self._chosen), category_id)
        if self._single:
            values = self._attributes.values() if self._attributes else self._single.attributes
            self._session.describe(
                self._single.id, self.note.toPlainText().strip(), self.crowd.isChecked(), values
            )


def _origin(annotation: Annotation) -> str:
    made = annotation.provenance
    parts = [made.model_name or made.source]
    score = confidence(annotation)
    if score is not None:
        parts.append(tr("predicted IoU {value}").format(value=f"{score:.2f}"))
    if made.human_edits:
        parts.append(tr("edited by hand {n} times").format(n=made.human_edits))
    return " · ".join(parts)
