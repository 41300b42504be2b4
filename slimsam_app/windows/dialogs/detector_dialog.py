"""Your own detector: its file, which classes of the project are its own, what becomes of its finds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from slimsam_app import figures
from slimsam_app.i18n import tr
from slimsam_app.messages import Messages
from slimsam_app.plain_text import PlainLabel, plain_tip
from slimsam_app.sessions.detector_session import DetectorChoice, DetectorSession
from slimsam_app.theme import Theme
from slimsam_app.windows.dialogs.path_dialog import FileMode, path_dialog
from slimsam_core.annotation import Category
from slimsam_core.detecting.class_names import mapped_by_name
from slimsam_core.detecting.detector import Detector
from slimsam_core.detecting.folder import LEAST_SCORE, DetectedAs, DetectionPlan
from slimsam_core.errors import SlimSamError
from slimsam_core.visible_text import one_line

THEIRS, OURS = range(2)
LEFT_OUT, NEW = -1, 0
"""In place of the id of a class: not looked for; a class of the detector's name is made."""
_STEP = 0.05
"""Of the least score: finer makes no difference that anybody sees."""


class DetectorDialog(QDialog):
    """A table of the detector's classes; what is chosen below it holds for the selected rows."""

    def __init__(
        self, session: DetectorSession, categories: Sequence[Category], theme: Theme, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName("detectorDialog")
        self.setWindowTitle(tr("Detector"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session, self._categories = session, tuple(categories)
        self._detector: Detector | None = None
        column = QVBoxLayout(self)
        column.addLayout(self._make_file())
        self._messages = Messages(self, theme, column=column)  # below the button that mends what it tells of
        column.addWidget(self._make_table(), 1)
        column.addLayout(self._make_form())
        column.addWidget(self._make_buttons())
        session.ready.connect(self._show)
        session.refused.connect(self._fail)
        session.withdrawn.connect(self._say)
        self.finished.connect(session.give_up)
        self._say()
        self._enable()

    def sizeHint(self) -> QSize:
        return QSize(560, 560)

    def _make_file(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.words = PlainLabel("", self)
        self.words.setObjectName("detectorWords")
        self.words.setWordWrap(True)
        self.file = QPushButton(tr("Choose a file…"), self)
        self.file.setObjectName("detectorFile")
        self.file.clicked.connect(self._ask_file)
        row.addWidget(self.words, 1)
        row.addWidget(self.file)
        return row

    def _make_table(self) -> QTreeWidget:
        self.table = QTreeWidget(self)
        self.table.setObjectName("detectorClasses")
        self.table.setAccessibleName(tr("Classes of the detector"))
        self.table.setRootIsDecorated(False)
        self.table.setUniformRowHeights(True)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.setHeaderLabels([tr("Class of the detector"), tr("Class of the project")])
        self.table.setColumnWidth(THEIRS, 240)
        self.table.itemSelectionChanged.connect(self._enable)
        return self.table

    def _make_form(self) -> QFormLayout:
        form = QFormLayout()
        self.ours = QComboBox(self)
        self.ours.setObjectName("detectorOurs")
        self.ours.addItem(tr("left out"), LEFT_OUT)
        self.ours.addItem(tr("a new class of this name"), NEW)
        for category in self._categories:
            self.ours.addItem(one_line(category.name), category.id)
        self.ours.activated.connect(self._assign)
        form.addRow(tr("The selected classes are"), self.ours)
        self.outcome = QComboBox(self)
        self.outcome.setObjectName("detectorOutcome")
        form.addRow(tr("What it finds becomes"), self.outcome)
        for box in (self.ours, self.outcome):
            box.setPlaceholderText("–")  # nothing to choose yet, or several choices at once
        self.least = QDoubleSpinBox(self)
        self.least.setObjectName("detectorLeast")
        self.least.setRange(_STEP, 1.0 - _STEP)
        self.least.setSingleStep(_STEP)
        self.least.setValue(LEAST_SCORE)
        self.least.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        form.addRow(tr("Least score"), self.least)
        self.finished_too = QCheckBox(tr("Also images that are done"), self)
        self.finished_too.setObjectName("detectorFinished")
        form.addRow("", self.finished_too)
        return form

    def _make_buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.go = buttons.addButton(tr("Look through the images"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.go.setObjectName("detectorGo")
        self.go.setDefault(True)
        buttons.accepted.connect(self._start)
        buttons.rejected.connect(self.reject)
        return buttons

    def _ask_file(self) -> None:
        dialog = path_dialog(self, tr("Detector"), mode=FileMode.ExistingFile)
        dialog.setNameFilters([tr("Detectors") + " (*.onnx)", tr("All files") + " (*)"])
        dialog.fileSelected.connect(lambda path: self.open_file(Path(path)))
        dialog.open()

    def open_file(self, path: Path) -> None:
        """Read a detector; the table shows its classes then."""
        self.words.setText(tr("Opening {name}…").format(name=one_line(path.name)))
        self._session.open(path)

    def _fail(self, error: SlimSamError) -> None:
        self._messages.show_error(error)
        self._say()

    def _show(self, detector: Detector) -> None:
        self._detector = detector
        self._say()
        known = mapped_by_name(detector.names, self._categories) if detector.names_classes else {}
        others = LEFT_OUT if self._categories or not detector.names_classes else NEW
        self.table.clear()
        for index, name in enumerate(detector.names):
            item = QTreeWidgetItem(self.table, [one_line(name), ""])
            self._set(item, known.get(index, others))
        self.outcome.clear()
        self.outcome.addItem(tr("masks by the model in use"), DetectedAs.MASKS)
        if detector.has_masks:
            self.outcome.addItem(tr("the detector's own masks"), DetectedAs.OWN)
        self.outcome.addItem(tr("boxes"), DetectedAs.BOXES)
        self.outcome.setCurrentIndex(0)
        self.table.selectAll()
        self._enable()

    def _say(self) -> None:
        found = self._detector
        if found is None:
            words = tr("A network that finds boxes, as an ONNX file: YOLO, RT-DETR, RF-DETR.")
            self.words.setText(words.replace("-DETR", "\N{NON-BREAKING HYPHEN}DETR"))
            return
        words = tr("{name}: {family}, images of {width}×{height}, {count} classes")
        if not found.names_classes:
            words = tr(
                "{name}: {family}, images of {width}×{height}. The file does not say what its classes are "
                "called: choose for each number that it knows which class that is."
            )
        self.words.setText(
            words.format(
                name=one_line(found.path.name),
                family=found.title,
                width=found.input_size.width,
                height=found.input_size.height,
                count=figures.count(len(found.names)),
            )
        )

    def _set(self, item: QTreeWidgetItem, category_id: int) -> None:
        item.setData(OURS, Qt.ItemDataRole.UserRole, category_id)
        item.setText(OURS, one_line(self.ours.itemText(self.ours.findData(category_id))))

    def _assign(self) -> None:
        for item in self.table.selectedItems():
            self._set(item, self.ours.currentData())
        self._enable()

    def _chosen(self) -> dict[int, int]:
        items = [self.table.topLevelItem(row) for row in range(self.table.topLevelItemCount())]
        ids = {row: item.data(OURS, Qt.ItemDataRole.UserRole) for row, item in enumerate(items) if item}
        return {row: category_id for row, category_id in ids.items() if category_id != LEFT_OUT}

    def _enable(self) -> None:
        selected = self.table.selectedItems()
        self.ours.setEnabled(bool(selected))
        same = {item.data(OURS, Qt.ItemDataRole.UserRole) for item in selected}
        self.ours.setCurrentIndex(self.ours.findData(same.pop()) if len(same) == 1 else -1)
        self.outcome.setEnabled(self._detector is not None)
        chosen = self._detector is not None and bool(self._chosen())
        self.go.setEnabled(chosen)
        self.go.setToolTip(plain_tip("" if chosen else tr("Choose a class of the project for a row first.")))

    def _start(self) -> None:
        detector, chosen = self._detector, self._chosen()
        if detector is None:
            return
        plan = DetectionPlan(
            classes={index: category_id for index, category_id in chosen.items() if category_id != NEW},
            least=self.least.value(),
            outcome=DetectedAs(self.outcome.currentData()),
        )
        new = {index: detector.names[index] for index, category_id in chosen.items() if category_id == NEW}
        choice = DetectorChoice(
            detector=detector, plan=plan, new_classes=new, finished=self.finished_too.isChecked()
        )
        self.close()
        self._session.start(choice)
