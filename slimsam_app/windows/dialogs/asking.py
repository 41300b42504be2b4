"""The question before something that cannot be taken back; nothing happens unless a person agrees."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from slimsam_app.plain_text import message_box
from slimsam_app.signals import tie
from slimsam_core.visible_text import one_line


def ask_first(
    parent: QWidget, title: str, words: str, agree: str, do: Callable[[], object], *, more: str = ""
) -> None:
    """Ask with ``words`` and below them ``more``; the button ``agree`` does it, Enter and Esc do nothing."""
    cancel = QMessageBox.StandardButton.Cancel
    box = message_box(parent, QMessageBox.Icon.Question, title, words, more, buttons=cancel)
    yes = box.addButton(one_line(agree), QMessageBox.ButtonRole.AcceptRole)
    box.setDefaultButton(cancel)
    box.setObjectName("askFirst")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    tie(yes.clicked, box, do)
    box.open()
