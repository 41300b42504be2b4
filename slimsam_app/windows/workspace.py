"""The middle of the window: the picture and what belongs to it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from slimsam_app.sessions.project_session import ProjectSession
from slimsam_app.settings import Settings
from slimsam_app.theme import Theme
from slimsam_core.errors import SlimSamError
from slimsam_core.image_io import LoadedImage


class Workspace(QWidget):
    """Shows the current picture, or why it cannot be shown."""

    prompt_open_changed = Signal(bool)

    def __init__(self, session: ProjectSession, settings: Settings, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("workspace")
        self.tool_ids: tuple[str, ...] = ()
        self.prompt_open = False
        self._pixmap = QPixmap()
        self.setProperty("canvas", True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._label = QLabel(self)
        self._label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        column.addWidget(self._label)
        session.navigator.picture_ready.connect(self._show)
        session.navigator.picture_failed.connect(self._show_error)

    def _show(self, _: int, picture: LoadedImage) -> None:
        rgb = picture.rgb
        image = QImage(rgb.data, rgb.shape[1], rgb.shape[0], rgb.strides[0], QImage.Format.Format_RGB888)
        self._pixmap = QPixmap.fromImage(image)
        self._fit()

    def _show_error(self, _: int, error: SlimSamError) -> None:
        self._pixmap = QPixmap()
        self._label.setText(f"{error.message}\n{error.hint}")

    def _fit(self) -> None:
        if not self._pixmap.isNull():
            self._label.setPixmap(
                self._pixmap.scaled(
                    self._label.size(),
                    Qt.AspectRatioMode.KeepAspectRatio,
                    Qt.TransformationMode.SmoothTransformation,
                )
            )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def shut_down(self) -> None:
        """Stop what runs for the picture."""
