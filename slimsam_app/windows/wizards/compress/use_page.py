"""Last decision: what to do with the smaller model."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QWidget,
)

from slimsam_app.i18n import tr
from slimsam_app.sentences import in_words
from slimsam_app.sessions.adoption_session import EXPORT_FORMATS, INT8_FORMATS, Adopted, AdoptedFor
from slimsam_app.signals import tie
from slimsam_app.windows.dialogs.path_dialog import save_dialog
from slimsam_app.windows.wizards.compress.notice import StateCard
from slimsam_app.windows.wizards.compress.page import Page, heading, words
from slimsam_app.windows.wizards.compress.parts import WizardParts
from slimsam_core.errors import SlimSamError
from slimsam_core.judging.verdict import Advice
from slimsam_core.project import home_name
from slimsam_core.visible_text import one_line

NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]")
SCOPES = (AdoptedFor.PROJECT, AdoptedFor.DEFAULT, AdoptedFor.KEEP)


class UsePage(Page):
    """Name it, switch to it, go back, export it, repeat it elsewhere."""

    compare_wanted = Signal(str)
    """Name of the model to compare with the one that answers now."""

    def __init__(self, parts: WizardParts, parent: QWidget) -> None:
        super().__init__(
            "use", tr("What shall be done with it?"), tr("The model you started from stays as it is."), parent
        )
        self._parts = parts
        self.folder: Path | None = None
        self._compared = self._teacher = ""
        self._make_adoption()
        self.notice = StateCard("compressUseNotice", parts.theme, self)
        self.column.addWidget(self.notice)
        self._make_export()
        self._make_commands()
        self.column.addStretch(1)
        adoption = parts.adoption
        adoption.adopted.connect(self._adopted)
        adoption.undone.connect(self._undone)
        tie(
            adoption.exported,
            self,
            lambda report: self._tell(tr("Exported to {path}").format(path=report.folder)),
        )
        adoption.failed.connect(self._failed)
        parts.models.jobs.running.connect(self._show)
        document = parts.workbench.document
        for signal in (document.opened, document.closed):
            tie(signal, self, self._show)
        self._show()

    def show_job(self, folder: Path, advice: Advice) -> None:
        """Offer the model of a finished job: what the verdict advises is chosen.

        For the open project when it is the one that the job was for; a model that the verdict advises
        against is only kept.
        """
        job = next(job for job in self._parts.session.jobs() if job.folder == folder)
        against = advice is Advice.AGAINST
        document = self._parts.workbench.document
        own = document.is_open and bool(job.project) and Path(job.project) == document.project.path
        self.folder = folder
        self.name.setText(self._parts.adoption.free_name(job.title))
        self.scopes[
            AdoptedFor.KEEP if against else AdoptedFor.PROJECT if own else AdoptedFor.DEFAULT
        ].setChecked(True)
        self.notice.clear()
        self._compared, self._teacher = "", job.teacher
        self._show()

    def _make_adoption(self) -> None:
        form = QFormLayout()
        form.setVerticalSpacing(10)
        self.name = QLineEdit(self)
        self.name.setObjectName("compressName")
        self.name.setAccessibleName(tr("Name"))
        self.name.textEdited.connect(lambda text: self.name.setText(NOT_IN_NAMES.sub("-", text)))
        self.name.setMaxLength(80)
        self.name.textChanged.connect(lambda _: self._show())
        form.addRow(tr("Name"), self.name)
        self.column.addLayout(form)
        self._own_words = tr("Use it in this project")
        texts = (
            self._own_words,
            tr("Use it everywhere from now on"),
            tr("Only keep it among the models"),
        )
        self._group = QButtonGroup(self)
        self.scopes: dict[AdoptedFor, QRadioButton] = {}
        for scope, text in zip(SCOPES, texts, strict=True):
            button = QRadioButton(one_line(text), self)
            button.setObjectName(f"compressScope_{scope}")
            button.toggled.connect(self._name_the_button)
            self._group.addButton(button)
            self.scopes[scope] = button
            self.column.addWidget(button)
        row = QHBoxLayout()
        self.adopt = QPushButton(self)
        self.adopt.setObjectName("compressAdopt")
        self.adopt.setAutoDefault(False)
        self.adopt.setProperty("primary", True)
        self.adopt.clicked.connect(self._adopt)
        self.compare = QPushButton(tr("Compare both on the same clicks"), self)
        self.compare.setObjectName("compressCompare")
        self.compare.setAutoDefault(False)
        self.compare.setToolTip(tr("In the picture: C shows one or the other, what differs is tinted."))
        self.compare.clicked.connect(lambda: self.compare_wanted.emit(self._compared))
        row.addWidget(self.adopt)
        row.addWidget(self.compare)
        row.addStretch(1)
        self.column.addLayout(row)
        self._name_the_button()

    def _name_the_button(self) -> None:
        """The main button says what the choice above it does."""
        self.adopt.setText(
            tr("Keep it") if self.scopes[AdoptedFor.KEEP].isChecked() else tr("Take it into use")
        )

    def _make_export(self) -> None:
        self.column.addWidget(heading(tr("Give it to others"), self))
        row = QHBoxLayout()
        self.format = QComboBox(self)
        self.format.setObjectName("compressFormat")
        self.format.setAccessibleName(tr("Format"))
        titles = ("safetensors", tr("Hugging Face folder"), tr("ONNX pair"), "OpenVINO")
        for name, title in zip(EXPORT_FORMATS, titles, strict=True):
            self.format.addItem(one_line(title), name)
        self.int8 = QCheckBox(tr("also in 8 bits"), self)
        self.int8.setObjectName("compressInt8")
        self.format.currentIndexChanged.connect(lambda _: self._show())
        self.export = QPushButton(tr("Export…"), self)
        self.export.setObjectName("compressExport")
        self.export.setAutoDefault(False)
        self.export.clicked.connect(self._ask_export)
        for widget in (self.format, self.int8, self.export):
            row.addWidget(widget)
        row.addStretch(1)
        self.column.addLayout(row)

    def _make_commands(self) -> None:
        self.column.addWidget(heading(tr("Repeat the run in a shell"), self))
        row = QHBoxLayout()
        for name, text in (("alone", tr("Copy the command")), ("torchrun", tr("Copy it for several GPUs"))):
            button = QPushButton(text, self)
            button.setObjectName(f"compressCopy_{name}")
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, name=name: self._copy(name))
            row.addWidget(button)
        row.addStretch(1)
        self.column.addLayout(row)
        self._copied = words("", self, "muted", "compressCopied")
        self.column.addWidget(self._copied)

    def _show(self) -> None:
        free = self.folder is not None and not self._parts.models.jobs.busy
        self.adopt.setEnabled(free and bool(self.name.text().strip()))
        self.export.setEnabled(free)
        self.compare.setEnabled(bool(self._compared) and self._parts.workbench.document.is_open)
        self.int8.setEnabled(self.format.currentData() in INT8_FORMATS)
        document = self._parts.workbench.document
        own = self.scopes[AdoptedFor.PROJECT]
        own.setEnabled(document.is_open)
        name = home_name(document.project) if document.is_open else ""
        # the run may have been for another project than the one that is open now
        words = tr("Use it in the open project, {name}").format(name=name) if name else self._own_words
        own.setText(one_line(words))

    def _adopt(self) -> None:
        scope = next(scope for scope in SCOPES if self.scopes[scope].isChecked())
        if self.folder is not None:
            self._parts.adoption.adopt(self.folder, self.name.text().strip(), scope)

    def _adopted(self, adopted: Adopted) -> None:
        self._compared = adopted.name if adopted.scope is AdoptedFor.KEEP else self._teacher
        self._show()
        text = {
            AdoptedFor.PROJECT: tr("{name} answers in this project now."),
            AdoptedFor.DEFAULT: tr("{name} answers everywhere now."),
            AdoptedFor.KEEP: tr("{name} is among the models now."),
        }[adopted.scope]
        back = (tr("Go back"), self._parts.adoption.undo)
        self.notice.show_state(
            "check-circle",
            "good",
            text.format(name=adopted.name),
            tr("Both models stay installed."),
            None if adopted.scope is AdoptedFor.KEEP else back,
        )

    def _undone(self, adopted: Adopted) -> None:
        self._compared = adopted.name
        self._tell(tr("{name} is no longer used, but stays installed.").format(name=adopted.name))

    def _tell(self, text: str) -> None:
        self.notice.show_state("check-circle", "good", text)

    def _failed(self, error: SlimSamError) -> None:
        self.notice.show_state("warning-circle", "bad", in_words(error.message), in_words(error.hint))

    def _ask_export(self) -> None:
        folder = self.folder
        if folder is None:
            return
        suggested = Path.home() / self.name.text().strip()
        dialog = save_dialog(self, tr("Export to a new folder"), suggested)
        dialog.setObjectName("compressExportDialog")
        name, int8 = str(self.format.currentData()), self.int8.isEnabled() and self.int8.isChecked()
        dialog.fileSelected.connect(
            lambda path: self._parts.adoption.export(folder, name, Path(path), int8=int8)
        )
        dialog.open()

    def _copy(self, which: str) -> None:
        if self.folder is None:
            return
        try:
            command = getattr(self._parts.session.shell_commands(self.folder), which)
        except SlimSamError as error:
            self._failed(error)
            return
        if not command:
            self._copied.setText(tr("Several GPUs cannot share a batch of one picture."))
            return
        QGuiApplication.clipboard().setText(command)
        self._copied.setText(tr("Copied: {command}").format(command=command))
