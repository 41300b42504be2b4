"""Second decision: the pictures to learn from; they need no labels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QListView,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSpinBox,
    QWidget,
)

from slimsam_app import figures
from slimsam_app.i18n import counted, tr
from slimsam_app.plain_text import PlainLabel
from slimsam_app.sessions.compression.problems import Chosen
from slimsam_app.windows.dialogs.path_dialog import FileMode, path_dialog
from slimsam_app.windows.wizards.compress.notice import StateCard
from slimsam_app.windows.wizards.compress.number_cards import Number, NumberCards
from slimsam_app.windows.wizards.compress.page import Page, heading
from slimsam_app.windows.wizards.compress.parts import WizardParts
from slimsam_core.progress import CancelToken
from slimsam_core.visible_text import one_line

THUMBNAIL = QSize(96, 72)
MOST_PICTURES = 10_000_000


class PicturesPage(Page):
    """The project's own pictures, further folders, and how they are divided."""

    def __init__(self, parts: WizardParts, parent: QWidget) -> None:
        super().__init__(
            "pictures",
            tr("Which pictures shall it learn from?"),
            tr("Pictures like those you label. They need no labels, and they stay on this machine."),
            parent,
        )
        self._parts, self._reading = parts, CancelToken()
        self._shown: tuple[Path, ...] = ()
        self.own = QCheckBox(tr("The images of this project"), self)
        self.own.setObjectName("compressOwn")
        self.own.toggled.connect(lambda on: parts.session.change(use_project=on))
        self.column.addWidget(self.own)
        self.folders = QListWidget(self)
        self.folders.setObjectName("compressFolders")
        self.folders.setAccessibleName(tr("Further folders"))
        self.folders.setMaximumHeight(84)
        self.folders.currentRowChanged.connect(lambda row: self.remove.setEnabled(row >= 0))
        self.column.addWidget(self.folders)
        self._make_buttons()
        names = [
            ("pictures", tr("Pictures")),
            ("scoring", tr("For scoring")),
            ("aligning", tr("For learning")),
        ]
        self.cards = NumberCards("compressCounts", [*names, ("judging", tr("Kept for judging"))], self)
        self.column.addWidget(self.cards)
        self.notice = StateCard("compressPictureNotice", parts.theme, self)
        self.column.addWidget(self.notice)
        self.column.addWidget(heading(tr("Some of them"), self))
        self.examples = QListWidget(self)
        self.examples.setObjectName("compressExamples")
        self.examples.setAccessibleName(tr("Some of them"))
        self.examples.setViewMode(QListView.ViewMode.IconMode)
        self.examples.setIconSize(THUMBNAIL)
        self.examples.setGridSize(THUMBNAIL + QSize(8, 8))
        self.examples.setResizeMode(QListView.ResizeMode.Adjust)
        self.examples.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        self.examples.setMovement(QListView.Movement.Static)
        self.column.addWidget(self.examples, 1)
        parts.session.changed.connect(self._show)
        parts.session.pictures_changed.connect(self._show)
        self._show()

    @property
    def complete(self) -> bool:
        return self._parts.session.pictures is not None and not any(
            problem.blocking for problem in self._parts.session.problems(Chosen.PICTURES)
        )

    @property
    def summary(self) -> str:
        pictures = self._parts.session.pictures
        if pictures is None:
            return ""
        return counted(tr("{count} image"), tr("{count} images"), pictures.aligning + pictures.judging)

    def _make_buttons(self) -> None:
        row = QHBoxLayout()
        add = QPushButton(tr("Add a folder…"), self)
        add.setObjectName("compressAddFolder")
        add.clicked.connect(self._ask_folder)
        self.remove = QPushButton(tr("Remove"), self)
        self.remove.setObjectName("compressRemoveFolder")
        self.remove.setEnabled(False)
        self.remove.clicked.connect(self._remove_folder)
        self.most = QSpinBox(self)
        self.most.setObjectName("compressMost")
        self.most.setAccessibleName(tr("Learn from at most"))
        self.most.setRange(0, MOST_PICTURES)
        self.most.setSpecialValueText(tr("all"))
        self.most.setKeyboardTracking(False)
        self.most.valueChanged.connect(lambda most: self._parts.session.change(most_pictures=most or None))
        for button in (add, self.remove):
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(PlainLabel(tr("Learn from at most"), self))
        row.addWidget(self.most)
        self.column.addLayout(row)

    def _ask_folder(self) -> None:
        dialog = path_dialog(self, tr("Add a folder"), Path.home(), mode=FileMode.Directory)
        dialog.setObjectName("compressFolderDialog")
        dialog.fileSelected.connect(lambda path: self._parts.session.add_folder(Path(path)))
        dialog.open()

    def _remove_folder(self) -> None:
        item = self.folders.currentItem()
        if item is not None:
            self._parts.session.remove_folder(item.data(Qt.ItemDataRole.UserRole))

    def _show(self) -> None:
        choices, pictures = self._parts.session.choices, self._parts.session.pictures
        counts = {source.path: source.pictures for source in pictures.sources} if pictures else {}
        for widget in (self.own, self.most):
            widget.blockSignals(True)
        self.own.setEnabled(choices.project is not None)
        self.own.setChecked(choices.project is not None and choices.use_project)
        self.most.setValue(choices.most_pictures or 0)
        for widget in (self.own, self.most):
            widget.blockSignals(False)
        own = counts.get(choices.project) if choices.project else None
        text = tr("The images of this project")
        self.own.setText(f"{text} ({figures.count(own)})" if own is not None else text)
        self._show_folders(choices.folders, counts)
        if pictures is None:
            self.cards.show_numbers({})
            self.notice.show_state("hourglass", "muted", tr("Counting the pictures …"))
        else:
            self.cards.show_numbers(
                {
                    "pictures": Number(figures.count(pictures.pictures), tr("found")),
                    "scoring": Number(figures.count(pictures.scoring), tr("rank the channels")),
                    "aligning": Number(figures.count(pictures.aligning), tr("teach the small model")),
                    "judging": Number(figures.count(pictures.judging), tr("never learned from")),
                }
            )
            self._parts.show_problems(self.notice, Chosen.PICTURES)
            self._show_examples(pictures.examples)
        self.changed.emit()

    def _show_folders(self, folders: tuple[Path, ...], counts: dict[Path, int]) -> None:
        row = self.folders.currentRow()
        self.folders.clear()
        for folder in folders:
            text = f"{folder}   ({figures.count(counts[folder])})" if folder in counts else str(folder)
            item = QListWidgetItem(self._parts.theme.icon("folder"), one_line(text), self.folders)
            item.setData(Qt.ItemDataRole.UserRole, folder)
        self.folders.setVisible(bool(folders))
        self.folders.setCurrentRow(min(row, len(folders) - 1))
        self.remove.setEnabled(self.folders.currentRow() >= 0)

    def _show_examples(self, examples: tuple[Path, ...]) -> None:
        if examples == self._shown:
            return
        self._shown = examples
        self._reading.cancel()
        self.examples.clear()
        sharp = (2 * THUMBNAIL.width(), 2 * THUMBNAIL.height())  # on screens of twice the pixels too
        self._reading = self._parts.session.pages.thumbnails(examples, sharp, self._add_examples)

    def _add_examples(self, pictures: list[NDArray[np.uint8]]) -> None:
        for pixels in pictures:
            height, width = pixels.shape[:2]
            image = QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888)
            QListWidgetItem(QIcon(QPixmap.fromImage(image)), "", self.examples)
