"""What to export: the format, the pictures and classes, how to split, and where to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMessageBox,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from slimsam_app.i18n import tr
from slimsam_app.plain_text import PlainLabel, message_box
from slimsam_app.sessions.last_exports import LastExport
from slimsam_app.sessions.transfer_session import TransferSession
from slimsam_app.theme import give_room
from slimsam_app.windows.dialogs.export_words import masks_words, placement_words
from slimsam_app.windows.dialogs.path_dialog import FileMode, path_dialog, save_dialog
from slimsam_core.annotation import Category, ImageState
from slimsam_core.formats.coco_write import CocoMasks
from slimsam_core.formats.registry import Format, Placement, WriteOptions, formats
from slimsam_core.formats.subset import SPLITS, Split
from slimsam_core.formats.transfer import FileNames, Selection

FINISHED = frozenset({ImageState.DONE, ImageState.EMPTY_CHECKED})


class ExportDialog(QDialog):
    """Starts the export when it is accepted; the report comes as a message."""

    def __init__(
        self,
        session: TransferSession,
        folder: Path,
        categories: tuple[Category, ...],
        several_roots: bool,
        parent: QWidget,
        last: LastExport | None = None,
        keep: Callable[[LastExport], None] = lambda _: None,
    ) -> None:
        """``last`` is chosen at first; ``keep`` gets what was chosen when the export begins."""
        super().__init__(parent)
        self.setObjectName("exportDialog")
        self.setWindowTitle(tr("Export"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session, self._folder, self._several_roots = session, folder, several_roots
        self._formats = [f for f in formats() if f.write is not None]
        column = QVBoxLayout(self)
        form = QFormLayout()
        form.setVerticalSpacing(10)
        column.addLayout(form)
        self.format = QComboBox(self)
        self.format.setObjectName("exportFormat")
        for entry in self._formats:
            self.format.addItem(entry.title, entry.name)
        form.addRow(tr("Format"), self.format)
        form.addRow(tr("Write to"), self._make_target())
        self.pictures = QComboBox(self)
        self.pictures.setObjectName("exportPictures")
        self.pictures.addItem(tr("Labelled and finished images"), (frozenset(), False))
        self.pictures.addItem(tr("Finished images only"), (FINISHED, False))
        self.pictures.addItem(tr("All images, also those nobody looked at"), (frozenset(), True))
        form.addRow(tr("Images"), self.pictures)
        self._make_spelling(form)
        form.addRow(tr("Classes"), self._make_classes(categories))
        form.addRow(*self._make_split())
        self._replace = False
        """The user agreed that what is there is replaced."""
        self.where = _note("exportWhere", self)
        form.addRow("", self.where)
        hint = PlainLabel(
            tr("The result is read back and compared pixel by pixel before it takes its place."), self
        )
        hint.setProperty("role", "muted")
        hint.setWordWrap(True)
        column.addWidget(hint)
        column.addStretch(1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.go = buttons.addButton(tr("Export"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.go.setObjectName("exportGo")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        self._connect()
        self._keep = keep
        self._suggest()
        if last is not None:
            self._choose(last)

    def _connect(self) -> None:
        self.format.currentIndexChanged.connect(lambda _: self._suggest())
        self.masks.currentIndexChanged.connect(self._explain)
        self.placement.currentIndexChanged.connect(self._explain)
        self.target.textChanged.connect(self._tell_where)
        self.split.toggled.connect(self._tell_where)
        for share in self._shares:
            share.valueChanged.connect(self._tell_where)
        self.accepted.connect(self._export)

    def sizeHint(self) -> QSize:
        return QSize(560, 460)

    def _make_spelling(self, form: QFormLayout) -> None:
        """How masks are written and how pictures come along, each with a sentence about its meaning."""
        self.masks = QComboBox(self)
        self.masks.setObjectName("exportMasks")
        self.masks.addItem(tr("Polygons where they are exact, else run-length codes"), CocoMasks.MIXED)
        self.masks.addItem(tr("Run-length codes always"), CocoMasks.RLE)
        self.masks.addItem(tr("Polygons always (holes are lost)"), CocoMasks.POLYGONS)
        self.masks_note = _note("exportMasksNote", self)
        form.addRow(tr("Masks"), _above(self.masks, self.masks_note))
        self.placement = QComboBox(self)
        self.placement.setObjectName("exportPlacement")
        self.placement.addItem(tr("Copies"), Placement.COPY)
        self.placement.addItem(tr("Links"), Placement.LINK)
        self.placement.addItem(tr("Paths to where they lie"), Placement.LIST)
        self.placement.addItem(tr("None"), Placement.NONE)
        self.placement_note = _note("exportPlacementNote", self)
        form.addRow(tr("Picture files"), _above(self.placement, self.placement_note))

    def _make_target(self) -> QHBoxLayout:
        self.target = QLineEdit(self)
        self.target.setObjectName("exportTarget")
        self.target.setAccessibleName(tr("Write to"))
        browse = QPushButton(tr("Choose…"), self)
        browse.setAutoDefault(False)
        browse.clicked.connect(self._browse)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.target, 1)
        row.addWidget(browse)
        return row

    def _make_classes(self, categories: tuple[Category, ...]) -> QListWidget:
        self.classes = QListWidget(self)
        self.classes.setObjectName("exportClasses")
        self.classes.setAccessibleName(tr("Classes"))
        self.classes.setMaximumHeight(110)
        for category in categories:
            item = QListWidgetItem(category.name, self.classes)
            item.setData(Qt.ItemDataRole.UserRole, category.id)
            item.setCheckState(Qt.CheckState.Checked)
        return self.classes

    def _make_split(self) -> tuple[QCheckBox, QWidget]:
        self.split = QCheckBox(tr("Split"), self)
        self.split.setObjectName("exportSplit")
        place = QWidget(self)
        row = QHBoxLayout(place)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._shares: list[QSpinBox] = []
        for name, share in ((tr("train"), 80), (tr("val"), 20), (tr("test"), 0)):
            box = QSpinBox(place)
            give_room(box)
            box.setRange(0, 100)
            box.setValue(share)
            box.setSuffix(" %")
            box.setAccessibleName(name)
            row.addWidget(PlainLabel(name, place))
            row.addWidget(box)
            self._shares.append(box)
        row.addStretch(1)
        place.setEnabled(False)
        self.split.toggled.connect(place.setEnabled)
        return self.split, place

    @property
    def _format(self) -> Format:
        return self._formats[self.format.currentIndex()]

    def _suggest(self) -> None:
        name = "export" if self._format.is_folder else "annotations"
        suffix = "" if self._format.is_folder else self._format.suffix
        self.target.setText(str(self._folder / f"{name}{suffix}"))
        self.masks.setEnabled(self._format.spells_masks)
        self.placement.setEnabled(self._format.pictures is not Placement.NONE)
        self.placement.setCurrentIndex(self.placement.findData(self._format.pictures))
        self._explain()
        self._tell_where()

    def _explain(self) -> None:
        """Say what the choices mean for whoever opens the export."""
        self.masks_note.setText(masks_words(CocoMasks(self.masks.currentData())))
        self.masks_note.setVisible(self.masks.isEnabled())
        self.placement_note.setText(placement_words(Placement(self.placement.currentData())))
        self.placement_note.setVisible(self.placement.isEnabled())

    def _browse(self) -> None:
        target = self.target.text()
        if self._format.is_folder:
            dialog = path_dialog(self, tr("Write to"), target, mode=FileMode.Directory)
        else:
            dialog = save_dialog(self, tr("Write to"), target, suffix=self._format.suffix)
            dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)  # asked when the export begins
        dialog.fileSelected.connect(self.target.setText)
        dialog.open()

    @property
    def _files(self) -> list[Path]:
        """The files that are written, or the folder."""
        target = Path(self.target.text().strip())
        if self._format.is_folder or not self.split.isChecked():
            return [target]
        shares = zip(SPLITS, self._shares, strict=True)
        names = [name for name, box in shares if box.value() > 0]
        return [target.with_name(f"{target.stem}_{name}{target.suffix}") for name in names] or [target]

    def _tell_where(self) -> None:
        """Say in a sentence what will be written where, and what is there already."""
        text = self.target.text().strip()
        target = Path(text)
        fine = bool(text) and target.parent.is_dir() and (self._format.is_folder or not target.is_dir())
        self.go.setEnabled(fine)
        if not text:
            words = tr("Say where to write.")
        elif not target.parent.is_dir():
            words = tr("The folder {path} does not exist: create it first, or choose another one.")
            words = words.format(path=target.parent)
        elif not fine:
            words = tr("{path} is a folder: name a file in it.").format(path=target)
        elif self._format.is_folder and target.exists():
            words = tr(
                "Writes into the folder {path}, which exists: files of an earlier export are replaced."
            )
            words = words.format(path=target)
        elif self._format.is_folder:
            words = tr("Makes the folder {path}.").format(path=target)
        elif there := [file.name for file in self._files if file.exists()]:
            words = tr("{names} in {path} exists already: you are asked before it is replaced.")
            words = words.format(names=", ".join(there), path=target.parent)
        else:
            words = tr("Writes {names} in {path}.")
            words = words.format(names=", ".join(f.name for f in self._files), path=target.parent)
        self.where.setText(words)

    def accept(self) -> None:
        """Ask before a file is replaced, while everything that was chosen is still here."""
        there = [] if self._format.is_folder else [file for file in self._files if file.exists()]
        if not there:
            super().accept()
            return
        words = tr("Replace {names}?").format(names=", ".join(file.name for file in there))
        box = message_box(self, QMessageBox.Icon.NoIcon, tr("Export"), words, str(there[0].parent))
        box.setObjectName("exportReplaceQuestion")
        yes = box.addButton(tr("Replace"), QMessageBox.ButtonRole.AcceptRole)
        yes.setObjectName("exportReplace")
        box.addButton(QMessageBox.StandardButton.Cancel)
        yes.clicked.connect(self._accept_replacing)
        box.finished.connect(box.deleteLater)
        box.open()

    def _accept_replacing(self) -> None:
        self._replace = True
        super().accept()

    def _choose(self, last: LastExport) -> None:
        """What was chosen the last time, as far as it is there still."""
        row = self.format.findData(last.format)
        if row < 0:
            return
        self.format.setCurrentIndex(row)
        self.target.setText(last.target)
        self.pictures.setCurrentIndex(max(0, min(last.pictures, self.pictures.count() - 1)))
        for box, value in ((self.masks, last.masks), (self.placement, last.placement)):
            rows = [row for row in range(box.count()) if str(box.itemData(row)) == value]
            box.setCurrentIndex(rows[0] if rows else box.currentIndex())
        self.split.setChecked(last.split)

    def _export(self) -> None:
        self._keep(
            LastExport(
                format=self._format.name,
                target=self.target.text().strip(),
                pictures=self.pictures.currentIndex(),
                masks=str(self.masks.currentData()),
                placement=str(self.placement.currentData()),
                split=self.split.isChecked(),
            )
        )
        rows = [self.classes.item(row) for row in range(self.classes.count())]
        chosen = [item for item in rows if item.checkState() == Qt.CheckState.Checked]
        states, unlabelled = self.pictures.currentData()
        train, val, test = (float(box.value()) for box in self._shares)
        split = Split(train, val, test) if self.split.isChecked() and train + val + test > 0 else None
        everything = len(chosen) == len(rows)
        selection = Selection(
            category_ids=frozenset(
                () if everything else (item.data(Qt.ItemDataRole.UserRole) for item in chosen)
            ),
            states=states,
            unlabelled=unlabelled,
            file_names=FileNames.WITH_ROOT if self._several_roots else FileNames.RELATIVE,
            split=split,
        )
        options = WriteOptions(
            overwrite=self._replace,
            masks=CocoMasks(self.masks.currentData()) if self._format.spells_masks else CocoMasks.MIXED,
            pictures=Placement(self.placement.currentData()),
        )
        self._session.export(Path(self.target.text().strip()), self._format, selection, options)


def _note(name: str, parent: QWidget) -> PlainLabel:
    note = PlainLabel("", parent)
    note.setObjectName(name)
    note.setProperty("role", "muted")
    note.setWordWrap(True)
    return note


def _above(choice: QComboBox, note: QWidget) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(2)
    column.addWidget(choice)
    column.addWidget(note)
    return column
