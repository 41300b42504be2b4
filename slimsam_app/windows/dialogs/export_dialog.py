"""What to export: the format, the pictures and classes, how to split, and where to.

What will be written is said in a sentence before it begins, and so is what keeps it from beginning.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from slimsam_app.i18n import tr
from slimsam_app.plain_text import PlainLabel
from slimsam_app.sessions.last_exports import LastExport
from slimsam_app.sessions.transfer_session import TransferSession
from slimsam_app.windows.dialogs.export_parts import (
    ClassTicks,
    PeopleTicks,
    SplitShares,
    above,
    giving_way,
    note,
)
from slimsam_app.windows.dialogs.export_words import (
    alike_words,
    amount_words,
    existing_words,
    left_open_words,
    masks_words,
    place_words,
    placement_words,
)
from slimsam_app.windows.dialogs.path_dialog import FileMode, path_dialog, save_dialog, target_row, typed_in
from slimsam_app.windows.dialogs.whole_size import whole_size
from slimsam_core.annotation import FINISHED, Category
from slimsam_core.files.export_manifest import SPLITS, is_export
from slimsam_core.files.listing import exists, is_folder
from slimsam_core.formats.coco_write import CocoMasks
from slimsam_core.formats.project_records import FileNames, Selection
from slimsam_core.formats.registry import Format, Placement, WriteOptions, formats
from slimsam_core.formats.selected import Selected, count_selected
from slimsam_core.progress import CancelToken
from slimsam_core.visible_text import one_line


class ExportDialog(QDialog):
    """Starts the export when it is accepted; the report comes as a message."""

    def __init__(
        self,
        session: TransferSession,
        folder: Path,
        categories: tuple[Category, ...],
        several_roots: bool,
        parent: QWidget,
        *,
        people: Sequence[str] = (),
        left_open: int = 0,
        last: LastExport | None = None,
        keep: Callable[[LastExport], None] = lambda _: None,
    ) -> None:
        """``people`` have objects, an empty name for nobody that is known; ``left_open`` images hold what was
        not accepted; ``last`` is chosen at first; ``keep`` gets what was chosen when the export begins."""
        super().__init__(parent)
        self.setObjectName("exportDialog")
        self.setWindowTitle(tr("Export"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session, self._folder, self._several_roots = session, folder, several_roots
        self._left_open = left_open_words(left_open)
        self._formats = [f for f in formats() if f.write is not None]
        column = QVBoxLayout(self)
        form = QFormLayout()
        form.setVerticalSpacing(10)
        self.format = QComboBox(self)
        self.format.setObjectName("exportFormat")
        for entry in self._formats:
            self.format.addItem(one_line(tr(entry.title)), entry.name)
        form.addRow(tr("Format"), self.format)
        form.addRow(tr("Write to"), self._make_target())
        form.addRow(tr("Images"), self._make_pictures())
        self._make_spelling(form)
        self._make_ticks(form, categories, people)
        self.shares = SplitShares(self)
        form.addRow(self.shares.on, self.shares)
        column.addWidget(giving_way(form, self), 1)
        column.addSpacing(6)
        column.addWidget(self._make_outlook())
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.go = buttons.addButton(tr("Export"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.go.setObjectName("exportGo")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        self._keep = keep
        self._targets = dict(last.targets) if last is not None else {}
        self._counting = CancelToken()
        self._selected: Selected | None = None
        """None while it is being counted."""
        self._connect()
        self._suggest()
        if last is not None:
            self._choose(last)
        self._count()
        self.resize(self.sizeHint())

    def _make_pictures(self) -> QComboBox:
        self.pictures = QComboBox(self)
        self.pictures.setObjectName("exportPictures")
        self.pictures.addItem(tr("Labelled and finished images"), (frozenset(), False, False))
        self.pictures.addItem(tr("Finished images only"), (FINISHED, False, False))
        self.pictures.addItem(tr("All images, also those nobody looked at"), (frozenset(), True, False))
        self.pictures.addItem(tr("Images that a second person approved"), (frozenset(), False, True))
        return self.pictures

    def _connect(self) -> None:
        self.format.currentIndexChanged.connect(lambda _: self._suggest())
        self.masks.currentIndexChanged.connect(self._explain)
        self.placement.currentIndexChanged.connect(self._explain)
        self.target.textChanged.connect(self._ask_anew)
        self.shares.changed.connect(self._ask_anew)
        self.replace.toggled.connect(self._tell_where)
        self.make_folder.clicked.connect(self._make_parent)
        self.format.currentIndexChanged.connect(lambda _: self._count())
        self.pictures.currentIndexChanged.connect(lambda _: self._count())
        self.shares.changed.connect(self._count)
        self.classes.changed.connect(self._count)
        self.people.changed.connect(self._count)
        self.accepted.connect(self._export)
        self.finished.connect(lambda _: self._counting.cancel())

    def sizeHint(self) -> QSize:
        return whole_size(self, 640, 600)

    def _make_outlook(self) -> QWidget:
        """What will be written, what is in the way, and what can be done about that."""
        outlook = QFrame(self)
        outlook.setProperty("card", True)
        outlook.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.where = PlainLabel("", self)
        self.where.setObjectName("exportWhere")
        self.where.setWordWrap(True)
        self.obstacle = note("exportObstacle", self)
        self.replace = QCheckBox(tr("Replace it"), self)
        self.replace.setObjectName("exportReplace")
        self.make_folder = QPushButton(tr("Make the folder"), self)
        self.make_folder.setObjectName("exportMakeFolder")
        self.make_folder.setAutoDefault(False)
        hint = tr("The result is read back and compared pixel by pixel before it takes its place.")
        column, row = QVBoxLayout(outlook), QHBoxLayout()
        column.setSpacing(6)
        row.addWidget(self.obstacle, 1)
        row.addWidget(self.replace)
        row.addWidget(self.make_folder)
        column.addWidget(self.where)
        column.addLayout(row)
        column.addWidget(note("exportGate", self, hint))
        return outlook

    def _make_spelling(self, form: QFormLayout) -> None:
        """How masks are written and how pictures come along, each with a sentence about its meaning."""
        self.masks = QComboBox(self)
        self.masks.setObjectName("exportMasks")
        self.masks.addItem(tr("Polygons where they are exact, else run-length codes"), CocoMasks.MIXED)
        self.masks.addItem(tr("Run-length codes always"), CocoMasks.RLE)
        self.masks.addItem(tr("Polygons always (holes are lost)"), CocoMasks.POLYGONS)
        self.masks_note = note("exportMasksNote", self)
        form.addRow(tr("Masks"), above(self.masks, self.masks_note))
        self.placement = QComboBox(self)
        self.placement.setObjectName("exportPlacement")
        self.placement.addItem(tr("Copies"), Placement.COPY)
        self.placement.addItem(tr("Links"), Placement.LINK)
        self.placement.addItem(tr("Paths to where they lie"), Placement.LIST)
        self.placement.addItem(tr("None"), Placement.NONE)
        self.placement_note = note("exportPlacementNote", self)
        form.addRow(tr("Picture files"), above(self.placement, self.placement_note))

    def _make_ticks(self, form: QFormLayout, categories: Sequence[Category], people: Sequence[str]) -> None:
        self.classes = ClassTicks(categories, self)
        form.addRow(tr("Classes"), self.classes)
        self.people = PeopleTicks(people, self)
        form.addRow(tr("Objects by"), self.people)
        form.setRowVisible(self.people, len(people) > 1)

    def _make_target(self) -> QHBoxLayout:
        self.target, row = target_row(self, "exportTarget", self._browse)
        return row

    @property
    def _format(self) -> Format:
        return self._formats[self.format.currentIndex()]

    def _suggest(self) -> None:
        self.target.setText(self._targets.get(self._format.name) or str(self._suggested()))
        self.masks.setEnabled(self._format.spells_masks)
        self.placement.setEnabled(self._format.pictures is not Placement.NONE)
        self.placement.setCurrentIndex(self.placement.findData(self._format.pictures))
        self._explain()

    def _suggested(self) -> Path:
        """A file among the pictures; a folder beside theirs, where its copies are no pictures to label."""
        if not self._format.is_folder:
            return self._folder / f"annotations{self._format.suffix}"
        above = self._folder.parent
        if above != self._folder and os.access(above, os.W_OK):
            return above / f"{self._folder.name}-{self._format.name}"
        return self._folder / "export"

    def _explain(self) -> None:
        """Say what the choices mean for whoever opens the export."""
        self.masks_note.setText(masks_words(CocoMasks(self.masks.currentData())))
        self.masks_note.setVisible(self.masks.isEnabled())
        self.placement_note.setText(placement_words(Placement(self.placement.currentData())))
        self.placement_note.setVisible(self.placement.isEnabled())

    def _browse(self) -> None:
        target = self._target
        if self._format.is_folder:
            dialog = path_dialog(self, tr("Write to"), target, mode=FileMode.Directory)
        else:
            dialog = save_dialog(self, tr("Write to"), target, suffix=self._format.suffix)
            dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)  # asked when the export begins
        dialog.fileSelected.connect(self.target.setText)
        dialog.open()

    @property
    def _target(self) -> Path:
        return typed_in(self.target) or Path()

    @property
    def _files(self) -> list[Path]:
        """The files that are written, or the folder."""
        target = self._target
        if self._format.is_folder:
            return [target]
        names = self.shares.names
        return [target.with_name(f"{target.stem}_{name}{target.suffix}") for name in names] or [target]

    @property
    def _selection(self) -> Selection:
        states, unlabelled, approved = self.pictures.currentData()
        everything = not self.classes.left_out
        return Selection(
            category_ids=frozenset() if everything else self.classes.chosen,
            states=states,
            unlabelled=unlabelled,
            approved=approved,
            authors=self.people.chosen if self.people.left_out else frozenset(),
            file_names=FileNames.WITH_ROOT if self._several_roots else FileNames.RELATIVE,
            split=self.shares.split,
        )

    def _count(self) -> None:
        """Find out how much would be written."""
        self._counting.cancel()
        self._selected = None

        def done(found: Selected) -> None:
            self._selected = found
            self._tell_where()

        by_stem = self._format.by_stem
        self._counting = self._session.look(
            partial(count_selected, selection=self._selection, by_stem=by_stem), done
        )
        self._tell_where()

    def _ask_anew(self) -> None:
        """Another target: what was agreed to be replaced was the one before."""
        self.replace.setChecked(False)
        self._tell_where()

    @property
    def _there(self) -> list[Path]:
        """What would be replaced: files that exist, or the folder of an earlier export."""
        if not self._format.is_folder:
            return [file for file in self._files if exists(file)]
        (target,) = self._files
        parted = self.shares.on.isChecked() and not self._format.knows_splits
        places = [target, *(target / name for name in SPLITS)] if parted else [target]
        return [target] if any(map(is_export, places)) else []

    def _earlier(self) -> str:
        """What becomes of the earlier export in the folder; empty when there is none."""
        if not self._there:
            return ""
        words = tr(
            "There is already an export in {path}. Its files that are not written again are removed, but for "
            "the last copies of images; what others wrote or changed there stays."
        )
        return words.format(path=self._there[0])

    def _tell_where(self) -> None:
        """Say in a sentence what will be written where, and what is in the way."""
        obstacle = self._obstacle()
        there = [] if obstacle else self._there
        self.replace.setVisible(bool(there))
        missing = bool(self.target.text().strip()) and not exists(self._target.parent)
        self.make_folder.setVisible(missing)
        self.obstacle.setText(
            obstacle or (self._earlier() if self._format.is_folder else existing_words(there))
        )
        self.obstacle.setVisible(bool(self.obstacle.text()))
        self.go.setEnabled(not obstacle and (not there or self.replace.isChecked()))
        where = place_words(self._files, self._format.is_folder, bool(self._there))
        amount = amount_words(self._selected, tr(self._format.title), where)
        self.where.setText(f"{amount} {self._left_open}".rstrip())
        self.where.setVisible(not obstacle)

    def _obstacle(self) -> str:
        """Why nothing can be written as it stands; empty when it can."""
        target = self._target
        if not self.target.text().strip():
            return tr("Say where to write.")
        if exists(target.parent) and not is_folder(target.parent):
            return tr("{path} is a file, no folder.").format(path=target.parent)
        if not is_folder(target.parent):
            return tr("The folder {path} does not exist.").format(path=target.parent)
        if not self._format.is_folder and is_folder(target):
            return tr("{path} is a folder: name a file in it.").format(path=target)
        if self._format.is_folder and exists(target) and not is_folder(target):
            return tr("{path} is a file: name a folder.").format(path=target)
        if not os.access(target if is_folder(target) else target.parent, os.W_OK):
            return tr("Nothing can be written in {path}: choose another folder.").format(path=target.parent)
        if self.classes.left_out and not self.classes.chosen:
            return tr("Tick at least one class.")
        if self.people.left_out and not self.people.chosen:
            return tr("Tick at least one person.")
        return alike_words(self._selected, tr(self._format.title))

    def _make_parent(self) -> None:
        folder = self._target.parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self.obstacle.setText(
                tr("{path} cannot be made: {reason}.").format(path=folder, reason=error.strerror)
            )
            return
        self._tell_where()
        self.go.setFocus()

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
        self.shares.take(last.split, last.shares)
        self.classes.leave_out(last.left_out)
        self.people.leave_out(last.people_left_out)

    def _export(self) -> None:
        target = str(self._target)
        self._keep(
            LastExport(
                format=self._format.name,
                target=target,
                targets={**self._targets, self._format.name: target},
                pictures=self.pictures.currentIndex(),
                masks=str(self.masks.currentData()),
                placement=str(self.placement.currentData()),
                split=self.shares.on.isChecked(),
                shares=self.shares.values,
                left_out=self.classes.left_out,
                people_left_out=self.people.left_out,
            )
        )
        options = WriteOptions(
            overwrite=self.replace.isChecked(),
            masks=CocoMasks(self.masks.currentData()) if self._format.spells_masks else CocoMasks.MIXED,
            pictures=Placement(self.placement.currentData()),
        )
        self._session.export(self._target, self._format, self._selection, options)
