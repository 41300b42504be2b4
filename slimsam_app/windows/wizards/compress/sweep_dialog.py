"""Choosing from a sweep: its curve, its points, and what to do with one of them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QListView, QListWidget, QVBoxLayout, QWidget

from slimsam_app.figures import iou, milliseconds, rough_count, short
from slimsam_app.i18n import tr
from slimsam_app.plain_text import plain_tip
from slimsam_app.sessions.compression.words import aim_words
from slimsam_app.theme import Theme
from slimsam_app.windows.wizards.compress.criteria import criteria
from slimsam_app.windows.wizards.compress.page import words
from slimsam_app.windows.wizards.compress.sweep_plot import SweepPlot
from slimsam_core.compression.sweeping.choosing import SweepSeen
from slimsam_core.compression.sweeping.points import PointResult
from slimsam_core.visible_text import one_line


class SweepDialog(QDialog):
    """The chosen point is the same in the curve and in the list."""

    settings_wanted = Signal(object)
    """Recipe that made the chosen point."""
    model_wanted = Signal(Path, str)
    """The weights of the chosen point, and a name for them."""

    def __init__(self, seen: SweepSeen, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("sweepDialog")
        self.setWindowTitle(tr("Choose from a sweep"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._seen = seen
        title = tr("IoU after one click") if seen.by_masks else tr("Alignment error (less is better)")
        across = tr("Milliseconds a picture") if seen.timed else tr("Billions of MACs a picture")
        self.plot = SweepPlot(title, across, seen, theme, self)
        self.list = QListWidget(self)
        self.list.setObjectName("sweepPoints")
        self.list.setAccessibleName(tr("Points of the sweep"))
        self.list.setWordWrap(True)  # every part of a line tells one point from the next: none is cut
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        known = dict(criteria())
        for number, result in enumerate(seen.results):
            self.list.addItem(one_line(self._line(result, known, number < seen.on_curve)))
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        role = QDialogButtonBox.ButtonRole.ActionRole
        self.take = self.buttons.addButton(tr("Take its settings"), role)
        self.take.setObjectName("sweepTake")
        self.take.clicked.connect(self._take)
        self.install = self.buttons.addButton(tr("Install its model"), role)
        self.install.setObjectName("sweepInstall")
        self.install.clicked.connect(self._install)
        self.buttons.rejected.connect(self.close)
        teacher = seen.sweep.recipe.teacher or tr("the default model")
        lead = tr("Teacher: {teacher}. What is joined is beaten by nothing that costs less.")
        column = QVBoxLayout(self)
        column.addWidget(words(lead.format(teacher=one_line(teacher)), self, "muted"))
        column.addWidget(self.plot, 2)
        column.addWidget(self.list, 1)
        column.addWidget(self.buttons)
        self.plot.picked.connect(self.list.setCurrentRow)
        self.list.currentRowChanged.connect(self._chosen)
        self.list.setCurrentRow(0)
        self.list.setFocus()
        self.resize(self.sizeHint())  # else Qt takes less of a small screen than there is

    def sizeHint(self) -> QSize:
        return QSize(720, 560)

    @property
    def point(self) -> PointResult:
        """The chosen point."""
        return self._seen.results[max(0, self.list.currentRow())]

    def _line(self, result: PointResult, known: dict[str, str], joined: bool) -> str:
        across, up = self._seen.place(result)
        cost = (
            milliseconds(across)
            if self._seen.timed
            else tr("{count} MACs").format(count=rough_count(result.macs))
        )
        kept = (
            tr("IoU {value}").format(value=iou(up))
            if self._seen.by_masks
            else tr("alignment error {value}").format(value=short(up))
        )
        goes = aim_words(self._seen.sweep.recipe_of(result.point).target)
        by = known.get(result.criterion, result.criterion)
        parts = [cost, kept, goes, by, tr("seed {number}").format(number=result.seed)]
        return " · ".join([*parts, tr("on the curve")] if joined else parts)

    def _chosen(self, number: int) -> None:
        self.plot.choose(max(0, number))
        there = self._seen.model(self.point) is not None
        self.install.setEnabled(there)
        self.install.setToolTip(plain_tip("" if there else tr("Its weights are not in the folder any more.")))

    def _take(self) -> None:
        self.settings_wanted.emit(self._seen.sweep.recipe_of(self.point.point))
        self.close()

    def _install(self) -> None:
        path = self._seen.model(self.point)
        if path is not None:
            self.model_wanted.emit(path, self.point.point.name)
            self.close()
