"""A slider that simplifies the outlines of the chosen objects; at 0 the former masks are back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QSlider, QVBoxLayout, QWidget

from slimsam_app import figures
from slimsam_app.i18n import tr
from slimsam_app.plain_text import PlainLabel
from slimsam_app.sessions.mask_session import MaskSession
from slimsam_core.annotation import DrawnShape

STEPS_A_PIXEL = 4
PAUSE_MS = 500
"""Key presses closer than this belong together."""
Shapes = tuple[DrawnShape, ...]


class SimplifySheet(QDialog):
    """A drag of the slider shows outlines and is one command when it ends; so is a series of key presses."""

    def __init__(self, masks: MaskSession, show: Callable[[Shapes], None], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("simplifySheet")
        self.setWindowTitle(tr("Simplify outline"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._masks, self._show_shapes, self._committed = masks, show, 0
        column = QVBoxLayout(self)
        row = QHBoxLayout()
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setObjectName("simplifyTolerance")
        self.slider.setAccessibleName(tr("Tolerance in pixels"))
        self.slider.setRange(0, 20 * STEPS_A_PIXEL)
        self._value = PlainLabel("", self)
        self._value.setMinimumWidth(60)
        row.addWidget(self.slider, 1)
        row.addWidget(self._value)
        column.addLayout(row)
        words = PlainLabel(tr("How far the polygon may leave the mask. 0 brings the mask back."), self)
        words.setProperty("role", "muted")
        words.setWordWrap(True)
        column.addWidget(words)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.close)
        column.addWidget(buttons)
        self._pause = QTimer(self, interval=PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(self._commit)
        self.slider.valueChanged.connect(self._moved)
        self.slider.sliderReleased.connect(self._commit)
        self.finished.connect(lambda _: self._commit())
        self._show()

    def sizeHint(self) -> QSize:
        return QSize(420, 140)

    @property
    def tolerance(self) -> float:
        """In pixels."""
        return self.slider.value() / STEPS_A_PIXEL

    def _moved(self) -> None:
        self._show()
        self._masks.look_simplified(self.tolerance, self._looked)
        if not self.slider.isSliderDown():
            self._pause.start()

    def _looked(self, shapes: Shapes) -> None:
        if self.slider.value() != self._committed:
            self._show_shapes(shapes)

    def _commit(self) -> None:
        self._pause.stop()
        if self.slider.value() != self._committed:
            self._committed = self.slider.value()
            self._masks.simplify(self.tolerance)
            self._show_shapes(())

    def _show(self) -> None:
        self._value.setText(tr("{value} px").format(value=figures.decimal(self.tolerance, 2)))
