"""The wheel scrolls what lies around a field; it changes a field only after a click or a key chose that."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QDial, QSlider, QTabBar, QWidget

FIELDS = (QComboBox, QAbstractSpinBox, QSlider, QDial, QTabBar)
"""What takes the wheel as a change of its value. Scroll bars and lists only move."""


class WheelGuard(QObject):
    """Sees the events of the whole program: no field can be forgotten, not even one of Qt's own dialogs."""

    def __init__(self, application: QApplication, parent: QObject) -> None:
        super().__init__(parent)
        application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.Polish and isinstance(watched, FIELDS):
            if watched.focusPolicy() == Qt.FocusPolicy.WheelFocus:  # the wheel itself would choose the field
                watched.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        elif kind == QEvent.Type.Wheel and isinstance(watched, FIELDS) and not _chosen(watched):
            event.ignore()  # not taken: the area around it scrolls
            return True
        return False


def _chosen(field: QWidget) -> bool:
    """Whether the field, or the line inside it, has the keyboard."""
    focus = QApplication.focusWidget()
    return focus is not None and (focus is field or field.isAncestorOf(focus))
