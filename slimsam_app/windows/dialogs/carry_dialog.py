"""Into which images the objects of this one are carried."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from slimsam_app import figures
from slimsam_app.i18n import tr
from slimsam_app.plain_text import PlainLabel
from slimsam_app.sessions.carry_through_session import CarryWay
from slimsam_app.sessions.workbench import Workbench
from slimsam_core.visible_text import one_line

USUAL = 40
"""Images: a second or two of a film; who needs more says so once a sequence."""
MOST = 10_000
"""Images in one go: a night's work of one computer."""


class CarryDialog(QDialog):
    """Says what will be done before it is done."""

    def __init__(self, workbench: Workbench, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("carryDialog")
        self.setWindowTitle(tr("Carry through images"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._workbench = workbench
        self.way = QComboBox(self)
        self.way.setObjectName("carryWay")
        for way, words in (
            (CarryWay.FORWARD, tr("the next images")),
            (CarryWay.BACKWARD, tr("the images before")),
            (CarryWay.BETWEEN, tr("all up to the next labelled one, from both sides")),
        ):
            self.way.addItem(words, way)
        self.count = QSpinBox(self)
        self.count.setObjectName("carryCount")
        self.count.setRange(1, MOST)
        self.count.setValue(USUAL)
        form = QFormLayout()
        form.addRow(tr("Carry the objects into"), self.way)
        form.addRow(tr("Images at most"), self.count)
        self.words = PlainLabel("", self)
        self.words.setObjectName("carryWords")
        self.words.setProperty("role", "muted")
        self.words.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.go = buttons.addButton(tr("Carry"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.go.setObjectName("carryGo")
        self.go.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(self.words, 1)
        column.addWidget(buttons)
        self.way.currentIndexChanged.connect(self._look)
        self.count.valueChanged.connect(self._look)
        workbench.objects.selection_changed.connect(self._look)
        self.accepted.connect(self._start)
        self._look()

    def sizeHint(self) -> QSize:
        return QSize(460, 220)

    def _look(self) -> None:
        way = CarryWay(self.way.currentData())
        self.count.setEnabled(way is not CarryWay.BETWEEN)
        sides = self._workbench.carrying_through.sides(way, self.count.value())
        self.go.setEnabled(bool(sides))
        if not sides:
            nothing = tr(
                "There is no image to carry them into: "
                "labelled and finished ones and those with proposals stay."
            )
            apart = tr(
                "No labelled image follows after images that are free: "
                "not done, without objects and proposals."
            )
            none = tr("This image has no objects.")
            objects = self._workbench.objects.objects
            self.words.setText(none if not objects else apart if way is CarryWay.BETWEEN else nothing)
            return
        targets = [image_id for side in sides for image_id in side.targets]
        words = tr("Objects: {objects}. Images: {count}, up to {name}. It stops at the first doubt.")
        last = sides[0].targets[-1]
        self.words.setText(
            words.format(
                objects=figures.count(len(sides[0].objects)),
                count=figures.count(len(targets)),
                name=one_line(self._workbench.document.image(last).path),
            )
        )

    def _start(self) -> None:
        self._workbench.carrying_through.start(CarryWay(self.way.currentData()), self.count.value())
