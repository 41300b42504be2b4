"""The import doctor: what is wrong with an annotation file, what a repair changes, and the repaired copy."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QProgressBar,
    QSplitter,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from slimsam_app import figures
from slimsam_app.i18n import tr
from slimsam_app.item_models.findings_model import FindingsModel
from slimsam_app.plain_text import PlainLabel
from slimsam_app.sentences import in_words
from slimsam_app.sessions.workbench import Workbench
from slimsam_app.theme import Theme
from slimsam_app.windows.dialogs.path_dialog import FileMode, path_dialog, save_dialog
from slimsam_core.errors import SlimSamError
from slimsam_core.formats.doctor import Checked, RepairPlan
from slimsam_core.formats.report import ExportReport
from slimsam_core.progress import Progress
from slimsam_core.visible_text import one_line


class DoctorDialog(QDialog):
    """Checks when it opens. The file itself is never written to."""

    def __init__(self, workbench: Workbench, source: Path, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("doctorDialog")
        self.setWindowTitle(one_line(tr("Check of {name}").format(name=source.name)))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._workbench, self._source = workbench, source
        self._session = workbench.doctor
        self._images: Path | None = None
        self._plan: RepairPlan | None = None
        self._checked: Checked | None = None
        column = QVBoxLayout(self)
        self.summary = self._label("doctorSummary")
        self.note = self._label("doctorNote")
        self.note.setProperty("role", "muted")
        self.bar = QProgressBar(self)
        self.bar.setObjectName("doctorBusy")
        self.bar.setAccessibleName(tr("Working"))
        self.pages = QStackedWidget(self)
        self.pages.addWidget(QWidget(self.pages))
        self.pages.addWidget(self._make_findings(theme))
        self.nothing = PlainLabel(tr("No faults found"), self.pages)
        self.nothing.setObjectName("doctorNothing")
        self.nothing.setProperty("role", "title")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.pages.addWidget(self.nothing)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self.compare = buttons.addButton(tr("Compare with pictures…"), QDialogButtonBox.ButtonRole.ActionRole)
        self.compare.setObjectName("doctorCompare")
        self.compare.clicked.connect(self._ask_images)
        self.write = buttons.addButton(tr("Write a repaired copy…"), QDialogButtonBox.ButtonRole.ActionRole)
        self.write.setObjectName("doctorWrite")
        self.write.clicked.connect(self._ask_target)
        for button in (self.compare, self.write):
            button.setAutoDefault(False)
        buttons.button(QDialogButtonBox.StandardButton.Close).setDefault(True)
        buttons.rejected.connect(self.reject)
        column.addWidget(self.summary)
        column.addWidget(self.note)
        column.addWidget(self.bar)
        column.addWidget(self.pages, 1)
        column.addWidget(buttons)
        self._session.progressed.connect(self._show_progress)
        self.finished.connect(lambda _: self._session.cancel())
        self.check(None)

    def sizeHint(self) -> QSize:
        return QSize(760, 560)

    def check(self, images: Path | None) -> None:
        """Look at the file, and at the pictures in a folder when one is given."""
        self._images, self._plan, self._checked = images, None, None
        self.pages.setCurrentIndex(0)
        self.summary.setText(tr("Checking {name} …").format(name=self._source.name))
        self._begin()
        self._session.check(self._source, images, self._show_findings, self._show_error)

    def write_copy(self, target: Path) -> None:
        """Write what the plan shows to another file; the user was asked about replacing it."""
        plan, checked, images = self._plan, self._checked, self._images
        if plan is not None:
            self._begin()
            self._session.repair(plan, target, self._show_written, self._show_error)
        elif checked is not None:
            self._begin()
            self._session.write_anew(checked, target, images, self._show_written, self._show_error)

    def _tell(self, text: str) -> None:
        self.note.setText(text)
        self.note.setVisible(bool(text))

    def _label(self, name: str) -> QLabel:
        label = PlainLabel("", self)
        label.setObjectName(name)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setWordWrap(True)
        return label

    def _make_findings(self, theme: Theme) -> QSplitter:
        halves = QSplitter(Qt.Orientation.Vertical, self.pages)
        halves.setChildrenCollapsible(False)
        self.model = FindingsModel(theme, self)
        self.findings = QTableView(halves)
        self.findings.setObjectName("doctorFindings")
        self.findings.setAccessibleName(tr("Findings"))
        self.findings.setModel(self.model)
        self.findings.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.findings.setTabKeyNavigation(False)
        self.findings.setShowGrid(False)
        self.findings.verticalHeader().hide()
        header = self.findings.horizontalHeader()
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        header.resizeSection(0, 110)
        header.resizeSection(1, 220)
        self.diff = QPlainTextEdit(halves)
        self.diff.setObjectName("doctorDiff")
        self.diff.setAccessibleName(tr("Changes of the repair"))
        self.diff.setReadOnly(True)
        self.diff.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        family = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()
        self.diff.setStyleSheet(f'font-family: "{family}", monospace;')
        return halves

    def _begin(self) -> None:
        self._tell("")
        self.bar.setRange(0, 0)
        self._set_busy(True)

    def _show_progress(self, step: Progress) -> None:
        self.bar.setRange(0, 1000 if step.total else 0)
        self.bar.setValue(round(1000 * (step.fraction or 0.0)))

    def _set_busy(self, busy: bool) -> None:
        self.bar.setVisible(busy)
        self.compare.setEnabled(not busy)
        planned = self._plan is not None and self._plan.change_count > 0
        self.write.setEnabled(not busy and (planned or self._checked is not None))

    def _show_findings(self, checked: Checked) -> None:
        self._set_busy(False)
        report = checked.report
        self.summary.setText(
            tr("{format}: {objects} objects, {usable} usable; images: {images}, findings: {findings}").format(
                format=tr(checked.format_.title),
                objects=figures.count(report.objects_in),
                usable=figures.count(report.objects_imported),
                images=figures.count(report.images),
                findings=figures.count(report.issues.count()),
            )
        )
        self.model.set_issues(tuple(report.issues.examples))
        if checked.healthy:
            self.pages.setCurrentWidget(self.nothing)
            return
        self.pages.setCurrentIndex(1)
        self.findings.selectRow(0)
        self.diff.clear()
        if checked.repairable:
            self._begin()
            self._session.plan(self._source, self._images, self._show_plan, self._show_error)
        else:
            self._checked = checked
            self.diff.setPlainText(tr("A copy leaves out or changes what the findings name."))
            self._set_busy(False)
        if report.issues.count() > self.model.rowCount():
            self._tell(tr("The list has the first findings of each kind."))

    def _show_plan(self, plan: RepairPlan) -> None:
        self._plan = plan
        self.diff.setPlainText(_changes(plan) or tr("Nothing to change."))
        self._set_busy(False)

    def _show_written(self, report: ExportReport) -> None:
        self._set_busy(False)
        self._tell(
            tr("Written to {path}: {summary}").format(path=report.target, summary=in_words(report.summary))
        )

    def _show_error(self, error: SlimSamError) -> None:
        self._set_busy(False)
        if self.pages.currentIndex() == 0:
            self.summary.setText(tr("{name} could not be checked.").format(name=self._source.name))
        # the banner may be behind this dialog
        self._tell(f"{in_words(error.message)} {in_words(error.hint)}".strip())
        self._workbench.report(error)

    def _ask_images(self) -> None:
        dialog = path_dialog(self, tr("Folder of the pictures"), self._source.parent, mode=FileMode.Directory)
        dialog.fileSelected.connect(lambda path: self.check(Path(path)))
        dialog.open()

    def _ask_target(self) -> None:
        if self._checked is not None:
            dialog = path_dialog(
                self, tr("Folder of the repaired copy"), self._source.parent, mode=FileMode.Directory
            )
        else:
            suggested = self._source.with_name(f"{self._source.stem}-repaired.json")
            dialog = save_dialog(
                self, tr("Write a repaired copy"), suggested, tr("COCO JSON") + " (*.json)", ".json"
            )
        dialog.setObjectName("doctorTarget")
        dialog.fileSelected.connect(lambda path: self.write_copy(Path(path)))
        dialog.open()


def _changes(plan: RepairPlan) -> str:
    """``plan.diff()`` in the language of the window."""
    lines = [
        tr("{where}: {before} → {after}").format(
            where=in_words(change.where),
            before=in_words(change.before) or tr("nothing"),
            after=in_words(change.after) or tr("removed"),
        )
        for change in plan.changes
    ]
    if plan.change_count > len(lines):
        lines.append(tr("… and {count} more").format(count=figures.count(plan.change_count - len(lines))))
    return "\n".join(lines)
