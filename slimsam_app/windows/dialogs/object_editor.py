"""The class, the note and the attributes of one object, or of several at once."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QFrame,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from slimsam_app import figures
from slimsam_app.i18n import tr
from slimsam_app.item_models.objects_model import confidence
from slimsam_app.plain_text import PlainLabel
from slimsam_app.sessions.object_session import ObjectSession
from slimsam_app.windows.dialogs.attribute_form import DIFFER, AttributeForm, Kept, three_ways, undeclared
from slimsam_app.windows.dialogs.whole_size import whole_size
from slimsam_core.annotation import Annotation, Category
from slimsam_core.visible_text import one_line


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
        column = self._column = QVBoxLayout(self)
        form = QFormLayout()
        form.setVerticalSpacing(10)
        column.addLayout(form)
        form.addRow(tr("Class"), self._make_category())
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
        self._crowd = three_ways(self.crowd, crowds.pop() if len(crowds) == 1 else None)
        form.addRow(tr("Note"), self.note)
        form.addRow("", self.crowd)
        self._attributes: AttributeForm | None = None
        self._area = QScrollArea(self)  # an import may bring dozens
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        column.addWidget(self._area, 100)  # what room there is is for the attributes
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

    def _make_category(self) -> QComboBox:
        self.category = QComboBox(self)
        self.category.setObjectName("objectClass")
        if len({annotation.category_id for annotation in self._chosen}) > 1:
            self.category.addItem(tr(DIFFER), Kept.KEPT)
        for category in self._categories:
            self.category.addItem(one_line(category.name), category.id)
        own = self.category.findData(self._chosen[0].category_id)
        self.category.setCurrentIndex(0 if self.category.itemData(0) is Kept.KEPT else max(0, own))
        return self.category

    def sizeHint(self) -> QSize:
        fields = self._attributes.sizeHint().height() if self._attributes is not None else 0
        rest = self._column.sizeHint().height() - (self._area.sizeHint().height() if fields else 0)
        return whole_size(self, 420, max(340, rest + fields + 2 * self._column.spacing()))

    def _show_attributes(self) -> None:
        self._attributes = None  # the next one takes its place, and its life
        category = next((c for c in self._categories if c.id == self.category.currentData()), None)
        values = [annotation.attributes for annotation in self._chosen]
        schema: dict[str, Any] = {}
        if category is not None:
            schema = {**category.schema, **undeclared(category.schema, values)}
        if schema:
            self._attributes = AttributeForm(schema, values, self)
        self._area.setVisible(bool(schema))
        if self._attributes is not None:
            self._area.setWidget(self._attributes)
        if self.isVisible():
            self.resize(self.size().expandedTo(self.sizeHint()))

    def _apply(self) -> None:
        ids = tuple(annotation.id for annotation in self._chosen)
        category_id, crowd = self.category.currentData(), self._crowd()
        if category_id is not Kept.KEPT:
            self._session.set_category_of(ids, category_id)
        self._session.describe(
            ids,
            note=self.note.toPlainText().strip() if self.note.document().isModified() else None,
            iscrowd=None if crowd is Kept.KEPT else crowd,
            attributes=self._attributes.given() if self._attributes else {},
        )


def _origin(annotation: Annotation) -> str:
    made = annotation.provenance
    parts = [made.model_name or made.source]
    score = confidence(annotation)
    if score is not None:
        parts.append(tr("predicted IoU {value}").format(value=figures.iou(score)))
    if made.human_edits:
        parts.append(tr("edited by hand {n} times").format(n=made.human_edits))
    return " · ".join(parts)
