"""Where the keys go: to the picture, unless the user brought them somewhere else."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from slimsam_app.canvas.view import CanvasView
from slimsam_app.document import Document
from slimsam_app.signals import tie


class KeysToThePicture(QObject):
    """What has the keys and is hidden or grey gives them to the picture.

    Qt would give them to the next thing in the order of Tab, which may be a button that Space presses.
    """

    def __init__(self, canvas: CanvasView, document: Document, window: QWidget) -> None:
        super().__init__(window)
        self._canvas, self._window = canvas, window
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        tie(application.focusChanged, self, self._moved)
        tie(document.opened, self, self._take)

    def _moved(self, old: QWidget | None, new: QWidget | None) -> None:
        if old is None or new is None or not isValid(old) or not isValid(new):
            return
        gone = not old.isEnabled() or not old.isVisible()
        if gone and old.window() is self._window and new.window() is self._window:
            self._take()

    def _take(self) -> None:
        self._canvas.setFocus(Qt.FocusReason.OtherFocusReason)
