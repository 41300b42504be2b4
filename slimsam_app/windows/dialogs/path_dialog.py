"""The dialog that asks for a file or a folder: the desktop's own where it has one, else Qt's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QDir
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QListView, QPushButton, QWidget

from slimsam_app.i18n import tr
from slimsam_app.signals import tie
from slimsam_core.files.listing import typed_path
from slimsam_core.project import PROJECT_SUFFIX

FileMode = QFileDialog.FileMode


def path_dialog(
    parent: QWidget,
    title: str,
    start: Path | str = "",
    name_filter: str = "",
    mode: FileMode = FileMode.AnyFile,
) -> QFileDialog:
    """A dialog ready for ``open``; it deletes itself when it is closed.

    It is no subclass of QFileDialog: those never get the desktop's own dialog. Qt's offers completions in a
    popup. Typed into while the program is busy, that popup takes the focus with it as it goes; Qt then writes
    the folders it has marked on the way over the path, and answers with several of them. And with a path it
    answers what is marked in its list, where a folder of the path stays marked beside the file that is named
    last: it goes there instead of opening the file. So there is no popup, and nothing is marked while a path
    is typed: what is typed is what is opened.
    """
    dialog = QFileDialog(parent, title, str(start), name_filter)
    dialog.setFileMode(mode)
    if PROJECT_SUFFIX in name_filter:  # a project lies in a hidden folder among its pictures
        dialog.setFilter(dialog.filter() | QDir.Filter.Hidden)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly, mode == FileMode.Directory)
    dialog.finished.connect(dialog.deleteLater)
    name, view = dialog.findChild(QLineEdit, "fileNameEdit"), dialog.findChild(QListView, "listView")
    if name is not None and view is not None:
        name.setCompleter(None)  # type: ignore[arg-type]  # the stubs do not know of None
        tie(name.textChanged, dialog, lambda _: view.clearSelection() if name.hasFocus() else None)
    return dialog


def save_dialog(
    parent: QWidget, title: str, suggested: Path | str, name_filter: str = "", suffix: str = ""
) -> QFileDialog:
    """The same for a file or folder to be made; it asks before one that exists is chosen.

    A name typed without any suffix gets ``suffix``.
    """
    dialog = path_dialog(parent, title, suggested, name_filter)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(suffix.lstrip("."))
    return dialog


def target_row(
    parent: QWidget, name: str, choose: Callable[[], None], start: Path | str = ""
) -> tuple[QLineEdit, QHBoxLayout]:
    """The field of a path to write to, with a button beside it that calls ``choose``."""
    field = QLineEdit(str(start), parent)
    field.setObjectName(name)
    field.setAccessibleName(tr("Write to"))
    button = QPushButton(tr("Choose…"), parent)
    button.setAutoDefault(False)
    button.clicked.connect(choose)
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(field, 1)
    row.addWidget(button)
    return field, row


def typed_in(field: QLineEdit) -> Path | None:
    """The path that stands in a field, ``~`` being the home folder; None while it is empty."""
    text = field.text().strip()
    return typed_path(text) if text else None
