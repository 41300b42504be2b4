"""The class, the note and the attributes of one object, or of several at once."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from slimsam_app import figures
from slimsam_app.i18n import tr
from slimsam_app.item_models.objects_model import confidence
from slimsam_app.plain_text import PlainLabel
from slimsam_app.sessions.object_session import ObjectSession
from slimsam_app.windows.dialogs.attribute_form import DIFFER, AttributeForm, Kept, three_ways
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
        column = QVBoxLayout(self)
        form = QFormLayout()
        form.setVerticalSpacing(10)
        column.addLayout(form)
        self.category = QComboBox(self)
        self.category.setObjectName("objectClass")
        if len({annotation.category_id for annotation in chosen}) > 1:
            self.category.addItem(tr(DIFFER), Kept.KEPT)
        for category in categories:
            self.category.addItem(one_line(category.name), category.id)
        own = self.category.findData(chosen[0].category_id)
        self.category.setCurrentIndex(0 if self.category.itemData(0) is Kept.KEPT else max(0, own))
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
        self._crowd = three_ways(self.crowd, crowds.pop() if len(crowds) == 1 else None)
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
