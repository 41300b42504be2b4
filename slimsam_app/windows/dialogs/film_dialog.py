"""Opening a film: which of its frames become pictures to label, and where they go."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from slimsam_app import figures
from slimsam_app.i18n import tr
from slimsam_app.plain_text import PlainLabel
from slimsam_app.sessions.film_session import FilmSession, OfferedFilm
from slimsam_app.windows.dialogs.path_dialog import FileMode, path_dialog, target_row, typed_in
from slimsam_core.pixels.film_frames import MOST, FrameChoice
from slimsam_core.visible_text import one_line

ALL, EVERY, PER_SECOND = range(3)
_USUAL_EVERY, _USUAL_PER_SECOND = 5, 2.0
"""Frames that follow each other look alike: every fifth, or two a second, tell more for the same work."""
_MOST_EVERY = 100_000
"""An hour of film at 28 frames a second."""
_BYTES_A_PIXEL = 0.35
"""Of a JPEG of quality 95 of a photograph, about."""


class FilmDialog(QDialog):
    """Says how many pictures that will be before it is done."""

    def __init__(self, session: FilmSession, film: OfferedFilm, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("filmDialog")
        self.setWindowTitle(tr("Open a film"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session, self._film = session, film
        self.facts = PlainLabel(self._facts(), self)
        self.facts.setObjectName("filmFacts")
        self.facts.setWordWrap(True)
        form = QFormLayout()
        self.which = QComboBox(self)
        self.which.setObjectName("filmWhich")
        self.which.addItem(tr("all"), ALL)
        self.which.addItem(tr("every n-th"), EVERY)
        self.which.addItem(tr("n a second"), PER_SECOND)
        form.addRow(tr("Frames"), self.which)
        self.every = QSpinBox(self)
        self.every.setObjectName("filmEvery")
        self.every.setAccessibleName(tr("Every n-th frame, n"))
        self.every.setRange(2, _MOST_EVERY)
        self.every.setValue(_USUAL_EVERY)
        self.rate = QDoubleSpinBox(self)
        self.rate.setObjectName("filmRate")
        self.rate.setAccessibleName(tr("Frames a second"))
        self.rate.setRange(0.01, 1000.0)
        self.rate.setValue(_USUAL_PER_SECOND)
        self._number = QStackedWidget(self)
        for widget in (QWidget(self), self.every, self.rate):
            self._number.addWidget(widget)
        form.addRow(tr("n ="), self._number)
        self._form = form
        self.folder, row = target_row(self, "filmFolder", self._ask_folder, film.folder)
        form.addRow(tr("Write to"), row)
        self.words = PlainLabel("", self)
        self.words.setObjectName("filmWords")
        self.words.setProperty("role", "muted")
        self.words.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.go = buttons.addButton(tr("Open"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.go.setObjectName("filmGo")
        self.go.setDefault(True)
        buttons.accepted.connect(self._start)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.facts)
        column.addLayout(form)
        column.addWidget(self.words, 1)
        column.addWidget(buttons)
        self.which.currentIndexChanged.connect(self._look)
        self.every.valueChanged.connect(self._look)
        self.rate.valueChanged.connect(self._look)
        self.folder.textChanged.connect(self._look)
        self.which.setCurrentIndex(EVERY)
        self._look()

    def sizeHint(self) -> QSize:
        return QSize(560, 300)

    @property
    def choice(self) -> FrameChoice:
        """What stands in the fields."""
        which = self.which.currentData()
        return FrameChoice(
            every=self.every.value() if which == EVERY else 1,
            per_second=self.rate.value() if which == PER_SECOND else 0.0,
        )

    def _facts(self) -> str:
        facts = self._film.facts
        words = [one_line(self._film.path.name), f"{facts.size.width}×{facts.size.height}"]
        if facts.frames:
            words.append(tr("{count} frames").format(count=figures.count(facts.frames)))
        if facts.frames and facts.per_second:
            words.append(figures.duration(facts.frames / facts.per_second))
        return ", ".join(words)

    def _look(self) -> None:
        self._number.setCurrentIndex(self.which.currentData())
        self._form.setRowVisible(self._number, self.which.currentData() != ALL)
        expected, folder = self.choice.expected(self._film.facts), typed_in(self.folder)
        self.go.setEnabled(folder is not None and expected <= MOST)
        if folder is None:
            self.words.setText(tr("Name a folder for the pictures."))
        elif expected > MOST:
            words = tr("That would be about {count} pictures; at most {most} are made at once.")
            self.words.setText(words.format(count=figures.count(round(expected)), most=figures.count(MOST)))
        elif not expected:
            self.words.setText(tr("The film does not say how many frames it has."))
        else:
            size = self._film.facts.size
            room = figures.file_size(expected * size.width * size.height * _BYTES_A_PIXEL)
            words = tr(
                "About {count} pictures, {room} on the disk. What is there already is not written again."
            )
            self.words.setText(words.format(count=figures.count(max(1, round(expected))), room=room))

    def _ask_folder(self) -> None:
        start = self._film.path.parent
        dialog = path_dialog(self, tr("Folder for the pictures"), start, mode=FileMode.Directory)
        dialog.fileSelected.connect(self.folder.setText)
        dialog.open()

    def _start(self) -> None:
        folder = typed_in(self.folder)
        if folder is not None:
            self.close()
            self._session.start(self._film.path, folder, self.choice)
