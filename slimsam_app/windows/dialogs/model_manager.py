"""The models: which are here, what they cost and how fast they are, and bringing others in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMessageBox,
    QProgressBar,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from slimsam_app import figures
from slimsam_app.i18n import tr
from slimsam_app.messages import Messages
from slimsam_app.plain_text import PlainLabel, message_box, plain_tip
from slimsam_app.sentences import in_words
from slimsam_app.sessions.model_in_use import ModelInUse
from slimsam_app.sessions.model_listing import AddedTorch, Listing, Speed
from slimsam_app.sessions.model_session import ModelSession
from slimsam_app.theme import Theme
from slimsam_app.windows.dialogs.close_box import close_box
from slimsam_app.windows.dialogs.path_dialog import FileMode, path_dialog
from slimsam_app.windows.dialogs.torch_row import TorchRow
from slimsam_app.windows.dialogs.whole_size import whole_size
from slimsam_app.windows.dropping import weight_filters
from slimsam_core.progress import Progress
from slimsam_core.visible_text import one_line

if TYPE_CHECKING:
    from slimsam_core.library.model_library import ModelInfo

NAME, STATE, SIZE, PARAMETERS, MACS, ENCODE, DECODE = range(7)

_FLOAT_BYTES = 4
"""Of a weight as models are published; the rest of the file is its table of contents."""


class ModelManager(QDialog):
    """A table of models; the chosen one's facts below; buttons for what can be done with it."""

    def __init__(self, session: ModelSession, in_use: ModelInUse, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("modelManager")
        self.setWindowTitle(tr("Models"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session, self._in_use = session, in_use
        self._listing: Listing | None = None
        column = QVBoxLayout(self)
        column.addWidget(self._make_table(), 1)
        self._messages = Messages(
            self, theme, column=column
        )  # takes its room from the table: no button moves
        column.addLayout(self._make_facts())
        self._devices = PlainLabel("", self)
        self._devices.setObjectName("modelDevices")
        self._devices.setProperty("role", "muted")
        self._devices.setWordWrap(True)
        column.addWidget(self._devices)
        self.torch = TorchRow(session, self)
        column.addWidget(self.torch)
        column.addLayout(self._make_job())
        column.addLayout(self._make_buttons())
        session.listed.connect(self._show)
        session.installed.connect(self._came)
        session.measured.connect(self._fill)
        session.torch_found.connect(self.torch.show_state)
        session.torch_changed.connect(self._torch_came)
        session.failed.connect(self._messages.show_error)
        session.jobs.running.connect(self._show_job)
        session.jobs.progressed.connect(self._show_progress)
        self._show_job("")
        session.settings.when("model.name", self, lambda _: self._fill())
        session.refresh()
        session.look_for_torch()
        self.resize(self.sizeHint())

    def sizeHint(self) -> QSize:
        return whole_size(self, 1180, 520)

    def _make_table(self) -> QTreeWidget:
        self.table = QTreeWidget(self)
        self.table.setObjectName("modelTable")
        self.table.setAccessibleName(tr("Models"))
        self.table.setRootIsDecorated(False)
        self.table.setUniformRowHeights(True)
        self.table.setHeaderLabels(
            [tr("Model"), tr("State"), tr("Size"), tr("Parameters"), tr("MACs"), tr("Encode"), tr("A click")]
        )
        self.table.headerItem().setToolTip(MACS, tr("Multiply-accumulates of the image encoder, one image"))
        self.table.headerItem().setToolTip(ENCODE, tr("Measured on this machine, image of 640×480"))
        self.table.headerItem().setToolTip(
            DECODE, tr("The first click on an image, measured on this machine")
        )
        header = self.table.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        header.setStretchLastSection(False)
        self.table.currentItemChanged.connect(lambda *_: self._choose())
        return self.table

    def _make_facts(self) -> QFormLayout:
        form = QFormLayout()
        self._facts: dict[str, QLabel] = {}
        for key, text in (("licence", tr("Licence")), ("source", tr("Source")), ("sha256", tr("SHA-256"))):
            label = PlainLabel("", self)
            label.setObjectName(f"model_{key}")
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setWordWrap(True)
            self._facts[key] = label
            form.addRow(text, label)
        self._facts["sha256"].setWordWrap(False)
        return form

    def _make_job(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self._job = PlainLabel("", self)
        self._job.setObjectName("modelJob")
        self._progress = QProgressBar(self)
        self._progress.setTextVisible(False)
        self._cancel = QPushButton(tr("Cancel"), self)
        self._cancel.setAutoDefault(False)
        self._cancel.clicked.connect(self._session.jobs.cancel)
        row.addWidget(self._job)
        row.addWidget(self._progress, 1)
        row.addWidget(self._cancel)
        room = self._cancel.sizePolicy()
        room.setRetainSizeWhenHidden(True)  # what is above it stays where it is when a job begins
        self._cancel.setSizePolicy(room)
        return row

    def _make_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.use = QPushButton(tr("Use"), self)
        self.download = QPushButton(tr("Download"), self)
        self.measure = QPushButton(tr("Measure the speed"), self)
        self.delete = QPushButton(tr("Delete…"), self)
        self.import_ = QPushButton(tr("Import a file…"), self)
        for button, name, call in (
            (self.use, "modelUse", lambda: self._in_use.use(self._chosen())),
            (self.download, "modelDownload", lambda: self._session.download(self._chosen())),
            (self.measure, "modelMeasure", lambda: self._session.measure(self._chosen())),
            (self.import_, "modelImport", self._ask_file),
            (self.delete, "modelDelete", self._ask_delete),
        ):
            button.setObjectName(name)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, call=call: call())
            row.addWidget(button)
        row.addStretch(1)
        buttons = close_box(self)
        row.addWidget(buttons)
        return row

    def _chosen(self) -> str:
        item = self.table.currentItem()
        return str(item.data(NAME, Qt.ItemDataRole.UserRole)) if item is not None else ""

    def _show(self, listing: Listing) -> None:
        self._listing = listing
        self._devices.setText(listing.devices)
        for problem in listing.problems:
            self._messages.show_error(problem)
        self._fill()

    def _fill(self) -> None:
        if self._listing is None:
            return
        chosen, speeds, in_use = self._chosen(), self._session.speeds(), self._in_use.name
        self.table.clear()
        for info in self._listing.installed:
            state = tr("ships with the program") if info.bundled else tr("installed")
            if info.name == in_use:
                state = tr("in use")
            counted = self._listing.costs.get(info.name)
            costs = _counts(counted)
            row = [info.name, state, figures.file_size(info.size_bytes), *costs]
            self._add([*row, *_times(speeds.get(info.name))], info.name)
        for model in self._listing.downloadable:
            counted = self._listing.costs.get(model.name)
            size = (
                tr("about {size}").format(size=figures.file_size(counted[0] * _FLOAT_BYTES))
                if counted
                else "…"
            )
            costs = _counts(counted)
            self._add([in_words(model.title), tr("can be downloaded"), size, *costs, "", ""], model.name)
        for number in range(self.table.topLevelItemCount()):
            item = self.table.topLevelItem(number)
            if item is not None and (item.data(NAME, Qt.ItemDataRole.UserRole) == chosen or not number):
                self.table.setCurrentItem(item)
        self._choose()

    def _add(self, texts: list[str], name: str) -> None:
        item = QTreeWidgetItem(self.table, [*map(one_line, texts)])
        item.setToolTip(NAME, plain_tip(texts[NAME]))
        item.setData(NAME, Qt.ItemDataRole.UserRole, name)
        for section in range(SIZE, DECODE + 1):
            item.setTextAlignment(section, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def _choose(self) -> None:
        name, listing = self._chosen(), self._listing
        info = next((i for i in listing.installed if i.name == name), None) if listing else None
        model = next((m for m in listing.downloadable if m.name == name), None) if listing else None
        free = not self._session.jobs.busy
        self.use.setEnabled(info is not None and name != self._in_use.name)
        self.measure.setEnabled(info is not None and free)
        self.delete.setEnabled(info is not None and not info.bundled and free)
        self.download.setEnabled(model is not None and free)
        self.import_.setEnabled(free)
        self.torch.set_free(free)
        licence = info.licence if info else model.licence if model else ""
        self._facts["licence"].setText(licence or tr("not stated"))
        own = tr("Trained for this program; README.md beside the file says how.")
        source = own if info and info.bundled else (info.source or str(info.path)) if info else ""
        self._facts["source"].setText(source or (model.url if model else ""))
        self._facts["sha256"].setText(listing.sha256.get(name, "") if listing and info else "")

    def _came(self, info: ModelInfo) -> None:
        self._messages.show_success(tr("{name} is installed.").format(name=info.name))
        self._session.refresh()

    def _torch_came(self, state: AddedTorch) -> None:
        self.torch.show_state(state)
        told = tr("PyTorch is added.") if state.added_bytes else tr("PyTorch is removed.")
        self._messages.show_success(told, tr("Start the program again for it to take effect."))

    def _ask_file(self) -> None:
        dialog = path_dialog(self, tr("Import a model"), "", weight_filters(), FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self._session.import_file(Path(path)))
        dialog.open()

    def _ask_delete(self) -> None:
        name = self._chosen()
        box = message_box(
            self,
            QMessageBox.Icon.Question,
            tr("Delete a model"),
            tr("Delete the model “{name}”?").format(name=name),
            tr("Its file is removed from this machine."),
        )
        delete = box.addButton(tr("Delete"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        delete.clicked.connect(lambda: self._session.delete(name))
        box.finished.connect(box.deleteLater)
        box.open()

    def _show_job(self, title: str) -> None:
        self._job.setText(title)
        self._progress.setRange(0, 0)
        for widget in (self._job, self._progress, self._cancel):
            widget.setVisible(bool(title))
        self._choose()

    def _show_progress(self, step: Progress) -> None:
        if step.fraction is not None:
            self._progress.setRange(0, 1000)
            self._progress.setValue(round(step.fraction * 1000))


def _times(speed: Speed | None) -> tuple[str, str]:
    return (
        ("", "")
        if speed is None
        else (
            figures.milliseconds(speed.encode_ms),
            figures.milliseconds(speed.decode_ms),
        )
    )


def _counts(counted: tuple[int, int] | None) -> list[str]:
    return [figures.rough_count(n) if n else "–" for n in counted] if counted else ["…", "…"]
