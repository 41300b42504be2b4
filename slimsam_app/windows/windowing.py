"""Two sliders that choose which values of a picture of more than 8 bits are black and white."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QGridLayout, QSlider, QWidget

from slimsam_app import figures
from slimsam_app.canvas.view import CanvasView
from slimsam_app.i18n import tr
from slimsam_app.plain_text import PlainLabel


class Windowing(QObject):
    """Which values of a picture of more than 8 bits are black and white; on the screen alone."""

    STEPS = 1000

    def __init__(self, canvas: CanvasView, parent: QWidget) -> None:
        super().__init__(parent)
        self._canvas, self._levels = canvas, canvas.layers.levels
        self.usable = self._levels is not None
        """Whether the picture has such values."""
        self.low, self.high = (QSlider(Qt.Orientation.Horizontal, parent) for _ in range(2))
        self._texts = (PlainLabel("", parent), PlainLabel("", parent))
        self._span = self._levels.span() if self._levels else (0.0, 1.0)
        for slider, name, text in (
            (self.low, "windowLow", tr("Black at")),
            (self.high, "windowHigh", tr("White at")),
        ):
            slider.setObjectName(name)
            slider.setAccessibleName(text)
            slider.setRange(0, self.STEPS)
            slider.setVisible(self.usable)
            slider.setToolTip(tr("On the screen alone, and kept for the next images; Reset: by each image."))
        self._show()
        self.low.valueChanged.connect(lambda at: self._moved(at, max(self.high.value(), at + 1)))
        self.high.valueChanged.connect(lambda at: self._moved(min(self.low.value(), at - 1), at))

    def add_to(self, grid: QGridLayout) -> None:
        """Put the two sliders, each with its value, at the end of a grid."""
        if not self.usable:
            return
        for slider, text in zip((self.low, self.high), self._texts, strict=True):
            row = grid.rowCount()
            grid.addWidget(text, row, 0)
            grid.addWidget(slider, row, 1)

    def reset(self) -> None:
        """Back to the automatic window."""
        self._canvas.set_style(replace(self._canvas.style_now, window=None))
        self._show()

    def _moved(self, low: int, high: int) -> None:
        if self._levels is not None:
            bottom, top = self._span
            step = max(top - bottom, 1.0) / self.STEPS
            window = (self._levels.value(bottom + low * step), self._levels.value(bottom + high * step))
            self._canvas.set_style(replace(self._canvas.style_now, window=window))
            self._show()

    def _show(self) -> None:
        levels, (bottom, top) = self._levels, self._span
        if levels is None:
            return
        window = self._canvas.style_now.window or tuple(map(levels.value, levels.window))
        words = (tr("Black at {value}"), tr("White at {value}"))
        for slider, label, text, value in zip((self.low, self.high), self._texts, words, window, strict=True):
            share = (levels.level(value) - bottom) / max(top - bottom, 1.0)
            slider.blockSignals(True)
            slider.setValue(round(share * self.STEPS))
            slider.blockSignals(False)
            label.setText(text.format(value=figures.short(value, 5)))
