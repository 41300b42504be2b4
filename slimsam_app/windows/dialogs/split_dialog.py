"""Splitting the project among people: who, what goes to several, how the pictures come along, and where to.

What each gets is said in a sentence before anything is written, and so is what keeps it from being written.
"""

from __future__ import annotations

import os

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from slimsam_app import figures
from slimsam_app.i18n import tr
from slimsam_app.plain_text import PlainLabel
from slimsam_app.sentences import in_words
from slimsam_app.sessions.parts_session import PartsSession
from slimsam_app.theme import give_room
from slimsam_app.windows.dialogs.path_dialog import FileMode, path_dialog, target_row, typed_in
from slimsam_core.annotation import UNFINISHED
from slimsam_core.errors import ProjectError
from slimsam_core.files.listing import exists, is_folder
from slimsam_core.project import ImageFilter
from slimsam_core.teamwork import Deal, PartPictures, SplitOptions, names_in
from slimsam_core.teamwork.dealing import MAX_ANNOTATORS, folder_names

USUAL_OVERLAP = 10
"""Percent: what the shell's manual proposes, enough pictures to see how far people agree."""


class SplitDialog(QDialog):
    """Begins to write the parts when it is accepted; what was written comes as a message."""

    def __init__(
        self, session: PartsSession, everything: int, unfinished: int, shown: int, wanted: ImageFilter,
        *, parent: QWidget,
    ) -> None:  # fmt: skip
        """``everything``: pictures of the project; ``unfinished``: those that are not done; ``shown``: those
        that pass the list's filter ``wanted``."""
        super().__init__(parent)
        self.setObjectName("splitDialog")
        self.setWindowTitle(tr("Split among people"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session = session
        self._choices = [(ImageFilter(), everything), (ImageFilter(states=UNFINISHED), unfinished)]
        self._choices.append((wanted, shown))
        form = QFormLayout()
        form.setVerticalSpacing(10)
        self.names = QLineEdit(self)
        self.names.setObjectName("splitNames")
        self.names.setPlaceholderText(tr("Ana, Ben, Carl"))
        form.addRow(tr("Names, with commas"), self.names)
        self._make_overlap(form)
        self.images = self._choice("splitImages")
        self.images.addItem(tr("All images"), 0)
        if 0 < unfinished < everything:
            self.images.addItem(tr("Images that are not done"), 1)
        if wanted != ImageFilter():
            self.images.addItem(tr("Those that the list shows"), 2)
        form.addRow(tr("Images"), self.images)
        self.pictures = self._choice("splitPictures")
        self.pictures.addItem(tr("Copies: a part opens on any computer"), PartPictures.COPY)
        self.pictures.addItem(tr("Second names of the same files: no room on this disk"), PartPictures.LINK)
        self.pictures.addItem(tr("None: each part looks where they lie now"), PartPictures.NONE)
        form.addRow(tr("Picture files"), self.pictures)
        self.classes = self._choice("splitClasses")
        self.classes.addItem(tr("Open: everybody may add and rename some"), False)
        self.classes.addItem(tr("Locked: they stay as they are"), True)
        form.addRow(tr("Classes"), self.classes)
        form.addRow(tr("Write to"), self._make_target())
        self.packed = QCheckBox(tr("Each part as one zip file"), self)
        self.packed.setObjectName("splitPacked")
        form.addRow("", self.packed)
        self.words = PlainLabel("", self)
        self.words.setObjectName("splitWords")
        self.words.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.go = buttons.addButton(tr("Split"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.go.setObjectName("splitGo")
        buttons.accepted.connect(self._begin)
        buttons.rejected.connect(self.close)
        column = QVBoxLayout(self)
        column.addLayout(form, 1)
        column.addWidget(self.words)
        column.addWidget(buttons)
        self._listen()
        self._tell()

    def sizeHint(self) -> QSize:
        return QSize(620, 400)

    def _choice(self, name: str) -> QComboBox:
        box = QComboBox(self)
        box.setObjectName(name)
        return box

    def _make_overlap(self, form: QFormLayout) -> None:
        self.overlap, self.people = QSpinBox(self), QSpinBox(self)
        self.overlap.setRange(0, 100)
        self.overlap.setValue(USUAL_OVERLAP)
        self.overlap.setSuffix(" %")
        self.people.setRange(2, MAX_ANNOTATORS)
        self.overlap.setObjectName("splitOverlap")
        self.overlap.setAccessibleName(tr("Share of the images that go to several people"))
        self.people.setObjectName("splitPeople")
        self.people.setAccessibleName(tr("How many people get such an image"))
        row = QHBoxLayout()
        row.setSpacing(8)
        for widget in (self.overlap, PlainLabel(tr("of the images, to"), self), self.people):
            if isinstance(widget, QSpinBox):
                give_room(widget)
            row.addWidget(widget)
        row.addWidget(PlainLabel(tr("people each, to compare them"), self))
        row.addStretch(1)
        form.addRow(tr("Overlap"), row)

    def _make_target(self) -> QHBoxLayout:
        self.target, row = target_row(self, "splitTarget", self._browse, self._session.parts_folder)
        return row

    def _browse(self) -> None:
        dialog = path_dialog(self, tr("Write to"), self.target.text(), mode=FileMode.Directory)
        dialog.fileSelected.connect(self.target.setText)
        dialog.open()

    def _listen(self) -> None:
        for changed in (self.names.textChanged, self.target.textChanged):
            changed.connect(self._tell)
        for changed in (self.overlap.valueChanged, self.people.valueChanged):
            changed.connect(self._tell)
        for box in (self.images, self.pictures, self.classes):
            box.currentIndexChanged.connect(self._tell)
        self.packed.toggled.connect(self._tell)

    @property
    def _count(self) -> int:
        return self._choice_of_images[1]

    @property
    def _choice_of_images(self) -> tuple[ImageFilter, int]:
        return self._choices[int(self.images.currentData())]

    def _deal(self) -> Deal:
        """Raises ProjectError for what cannot be dealt so."""
        share = self.overlap.value() / 100
        names = names_in(self.names.text())
        return Deal(
            annotators=names, overlap=share if len(names) > 1 else 0.0, people=self.people.value(), seed=0
        )

    def _tell(self) -> None:
        """Say what each gets, or what is in the way."""
        try:
            deal = self._deal()
            obstacle = self._obstacle(deal)
        except ProjectError as error:
            typed = bool(self.names.text().strip())
            obstacle = f"{in_words(error.message)} {in_words(error.hint)}"
            obstacle = obstacle if typed else tr("Say who gets a part.")
        self.go.setEnabled(not obstacle)
        self.words.setText(obstacle or self._outlook(deal))

    def _obstacle(self, deal: Deal) -> str:
        target = typed_in(self.target)
        if target is None or not target.is_absolute():
            return tr("Say where to write.")
        if exists(target) and not is_folder(target):
            return tr("{path} is a file: name a folder.").format(path=target)
        above = next((folder for folder in target.parents if is_folder(folder)), target)
        if not os.access(target if is_folder(target) else above, os.W_OK):
            return tr("Nothing can be written in {path}: choose another folder.").format(path=above)
        for folder in folder_names(deal.annotators).values():
            for path in (target / folder, target / f"{folder}.zip"):
                if exists(path):
                    return tr("There is already {names}.").format(names=path)
        return ""

    def _outlook(self, deal: Deal) -> str:
        people, count = len(deal.annotators), self._count
        shared = round(deal.overlap * count) * (deal.people - 1)
        each = round((count + shared) / people)
        words = tr("{people} people get about {each} of {count} images each.").format(
            people=figures.count(people), each=figures.count(each), count=figures.count(count)
        )
        if deal.overlap:
            shared = round(deal.overlap * count)
            one, many = (
                tr("One image goes to {several} people."),
                tr("{shared} images go to {several} people."),
            )
            words += " " + (one if shared == 1 else many).format(
                shared=figures.count(shared), several=figures.count(deal.people)
            )
        return words + " " + tr("The project itself stays as it is.")

    def _begin(self) -> None:
        options = SplitOptions(
            deal=self._deal(),
            wanted=self._choice_of_images[0],
            pictures=PartPictures(self.pictures.currentData()),
            packed=self.packed.isChecked(),
            classes_locked=bool(self.classes.currentData()),
        )
        target = typed_in(self.target)
        self.close()
        if target is not None:
            self._session.split(target, options)
