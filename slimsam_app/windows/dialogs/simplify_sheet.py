"""A slider that simplifies the outlines of the chosen objects; at 0 the former masks are back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QSlider, QVBoxLayout, QWidget

from slimsam_app import figures
from slimsam_app.i18n import tr
from slimsam_app.plain_text import PlainLabel
from slimsam_app.sessions.mask_session import MaskSession
from slimsam_core.annotation import DrawnShape

STEPS_A_PIXEL = 4
MOST_PX = 20
"""Farther than that no outline of a thing is worth keeping."""
Shapes = tuple[DrawnShape, ...]


class SimplifySheet(QDialog):
    """The slider shows outlines over the picture; OK makes them one command, Cancel leaves all as it was.

    It opens where the objects are: one that is simplified already at its own value.
    """

    def __init__(self, masks: MaskSession, show: Callable[[Shapes], None], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("simplifySheet")
        self.setWindowTitle(tr("Simplify outline"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._masks, self._show_shapes = masks, show
        column = QVBoxLayout(self)
        row = QHBoxLayout()
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setObjectName("simplifyTolerance")
        self.slider.setAccessibleName(tr("Tolerance in pixels"))
        self.slider.setRange(0, MOST_PX * STEPS_A_PIXEL)
        self.slider.setValue(round(masks.tolerance * STEPS_A_PIXEL))
        self._first = self.slider.value()
        self._value = PlainLabel("", self)
        self._value.setMinimumWidth(60)
        row.addWidget(self.slider, 1)
        row.addWidget(self._value)
        column.addLayout(row)
        words = PlainLabel(tr("How far the polygon may leave the mask. 0 brings the mask back."), self)
        words.setProperty("role", "muted")
        words.setWordWrap(True)
        column.addWidget(words)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        self.slider.valueChanged.connect(self._moved)
        self.accepted.connect(self._apply)
        self.finished.connect(lambda _: self._show_shapes(()))
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

    def _looked(self, shapes: Shapes) -> None:
        if self.isVisible():
            self._show_shapes(shapes)

    def _apply(self) -> None:
        if self.slider.value() != self._first:
            self._masks.simplify(self.tolerance)

    def _show(self) -> None:
        self._value.setText(tr("{value} px").format(value=figures.decimal(self.tolerance, 2)))
