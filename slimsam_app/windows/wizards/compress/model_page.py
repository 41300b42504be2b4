"""First decision: the model to start from."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QPushButton, QTreeWidget, QTreeWidgetItem, QWidget

from slimsam_app.figures import file_size, milliseconds, rough_count
from slimsam_app.i18n import tr
from slimsam_app.sessions.compression.problems import Chosen
from slimsam_app.windows.wizards.compress.notice import StateCard
from slimsam_app.windows.wizards.compress.page import Page, words
from slimsam_app.windows.wizards.compress.parts import WizardParts
from slimsam_core.visible_text import one_line

NAME, ENCODE = 0, 4


class ModelPage(Page):
    """A table of the installed models."""

    def __init__(self, parts: WizardParts, parent: QWidget) -> None:
        super().__init__(
            "model",
            tr("Which model shall become smaller?"),
            tr("It is only read: the smaller one becomes a model of its own."),
            parent,
        )
        self._parts = parts
        self.table = QTreeWidget(self)
        self.table.setObjectName("compressModels")
        self.table.setAccessibleName(tr("Models"))
        self.table.setRootIsDecorated(False)
        self.table.setUniformRowHeights(True)
        self.table.setHeaderLabels([tr("Model"), tr("Size"), tr("Parameters"), tr("MACs"), tr("Encode")])
        self.table.headerItem().setToolTip(ENCODE, tr("Measured on this machine, image of 1024×768"))
        header = self.table.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        header.setStretchLastSection(False)
        self.column.addWidget(self.table, 1)
        self.notice = StateCard("compressModelNotice", parts.theme, self)
        self.column.addWidget(self.notice)
        row = QHBoxLayout()
        self._engine = words("", self, "muted", "compressModelEngine")
        self.measure = QPushButton(tr("Measure the speed"), self)
        self.measure.setObjectName("compressMeasure")
        self.measure.setAutoDefault(False)
        self.measure.clicked.connect(parts.session.measure_teacher)
        row.addWidget(self._engine, 1)
        row.addWidget(self.measure)
        self.column.addLayout(row)
        self.table.currentItemChanged.connect(lambda item, _: self._choose(item))
        parts.session.teachers_changed.connect(self._fill)
        parts.session.changed.connect(self._show)
        parts.models.jobs.running.connect(self._show)
        self._fill()

    @property
    def complete(self) -> bool:
        return self._parts.session.teacher is not None and not any(
            problem.blocking for problem in self._parts.session.problems(Chosen.MODEL)
        )

    @property
    def summary(self) -> str:
        teacher = self._parts.session.teacher
        return teacher.name if teacher else ""

    def _fill(self) -> None:
        self.table.blockSignals(True)
        self.table.clear()
        for teacher in self._parts.session.teachers:
            numbers = [
                file_size(teacher.file_bytes),
                rough_count(teacher.parameters),
                rough_count(teacher.macs),
                milliseconds(teacher.encode_ms),
            ]
            item = QTreeWidgetItem(self.table, [one_line(teacher.name), *map(one_line, numbers)])
            item.setData(NAME, Qt.ItemDataRole.UserRole, teacher.name)
            for section in range(1, ENCODE + 1):
                item.setTextAlignment(section, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.table.blockSignals(False)
        self._show()

    def _mark(self, name: str) -> None:
        """Let the row of a model be the current one, also where another page chose it."""
        self.table.blockSignals(True)
        for item in (self.table.topLevelItem(row) for row in range(self.table.topLevelItemCount())):
            if item is not None and item.data(NAME, Qt.ItemDataRole.UserRole) == name:
                self.table.setCurrentItem(item)
        self.table.blockSignals(False)

    def _choose(self, item: QTreeWidgetItem | None) -> None:
        if item is not None:
            self._parts.session.change(teacher=str(item.data(NAME, Qt.ItemDataRole.UserRole)))

    def _show(self) -> None:
        teacher = self._parts.session.teacher
        self._mark(teacher.name if teacher is not None else "")
        self.measure.setEnabled(teacher is not None and not self._parts.models.jobs.busy)
        if self._parts.session.teachers:
            self._parts.show_problems(self.notice, Chosen.MODEL)
        if teacher is None:
            self._engine.setText("" if self._parts.session.teachers else tr("Looking at the models …"))
        elif teacher.encode_ms is None:
            self._engine.setText(tr("Its speed was not measured on this machine yet."))
        else:
            text = tr("{name}: {time} to encode a picture here, with {engine}.")
            self._engine.setText(
                text.format(name=teacher.name, time=milliseconds(teacher.encode_ms), engine=teacher.runtime)
            )
        self.changed.emit()
