"""How the picture is shown, not what it is: light, contrast, window; nothing here changes data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QPushButton, QSlider, QWidget

from slimsam_app.canvas.style import CanvasStyle
from slimsam_app.canvas.view import CanvasView
from slimsam_app.i18n import mark, tr
from slimsam_app.plain_text import PlainLabel
from slimsam_app.settings import Settings
from slimsam_app.windows.on_screen import bring_on_screen
from slimsam_app.windows.windowing import Windowing


@dataclass(frozen=True, kw_only=True)
class _Slide:
    """One slider: what it reads from a style, and the style with another value."""

    name: str
    text: str
    low: int
    high: int
    read: Callable[[CanvasStyle], float]
    write: Callable[[CanvasStyle, int], CanvasStyle]


SLIDES = (
    _Slide(
        name="brightness",
        text=mark("Brightness"),
        low=-100,
        high=100,
        read=lambda s: s.brightness * 100,
        write=lambda s, v: replace(s, brightness=v / 100),
    ),
    _Slide(
        name="contrast",
        text=mark("Contrast"),
        low=-100,
        high=100,
        read=lambda s: s.contrast * 100,
        write=lambda s, v: replace(s, contrast=v / 100),
    ),
    _Slide(
        name="gamma",
        text=mark("Gamma"),
        low=20,
        high=400,
        read=lambda s: s.gamma * 100,
        write=lambda s, v: replace(s, gamma=v / 100),
    ),
)
TOGGLES = (
    ("isolate", mark("Only the selected objects")),
    ("minimap", mark("Overview map")),
    ("rulers", mark("Rulers")),
)


class ViewPopup(QFrame):
    """A small sheet below the tool bar; it goes when something else is clicked."""

    def __init__(
        self, canvas: CanvasView, settings: Settings, parent: QWidget, keys: Sequence[QKeySequence] = ()
    ) -> None:
        """``keys``: those that opened the sheet close it, too; a popup has them before the window has."""
        super().__init__(parent, Qt.WindowType.Popup)
        self._keys = keys
        self.setObjectName("viewPopup")
        self.setProperty("card", True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._canvas = canvas
        grid = QGridLayout(self)
        grid.setContentsMargins(16, 14, 16, 14)
        grid.setVerticalSpacing(9)
        self._sliders: dict[str, QSlider] = {}
        self._windowing = Windowing(canvas, self)
        self._windowing.add_to(grid)
        for slide in SLIDES:
            self._row(
                grid, slide.name, slide.text, slide.low, slide.high, value=round(slide.read(canvas.style_now))
            )
            self._sliders[slide.name].valueChanged.connect(
                lambda value, slide=slide: canvas.set_style(slide.write(canvas.style_now, value))
            )
        self._row(grid, "opacity", mark("Mask opacity"), 0, 100, value=settings.get("canvas.mask_opacity"))
        self._sliders["opacity"].valueChanged.connect(lambda v: settings.set("canvas.mask_opacity", v))
        for name, text in TOGGLES:
            box = QCheckBox(tr(text), self)
            box.setObjectName(f"view_{name}")
            box.setChecked(getattr(canvas.style_now, name))
            box.toggled.connect(lambda on, name=name: self._toggle(name, on))
            grid.addWidget(box, grid.rowCount(), 0, 1, 2)
        reset = QPushButton(tr("Reset"), self)
        reset.setObjectName("viewReset")
        reset.clicked.connect(self._reset)
        grid.addWidget(reset, grid.rowCount(), 1, Qt.AlignmentFlag.AlignRight)

    def sizeHint(self) -> QSize:
        return QSize(320, super().sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if QKeySequence(event.keyCombination()) in self._keys:
            self.close()
        else:
            super().keyPressEvent(event)

    def show_below(self, place: QPoint) -> None:
        """Open with the upper right corner at this point of the screen."""
        self.adjustSize()
        self.move(place - QPoint(self.width(), -4))
        self.show()
        bring_on_screen(self)  # its width is known only now
        (self._windowing.low if self._windowing.usable else self._sliders["brightness"]).setFocus()

    def _row(self, grid: QGridLayout, name: str, text: str, low: int, high: int, *, value: int) -> None:
        slider = QSlider(Qt.Orientation.Horizontal, self)
        slider.setObjectName(f"view_{name}")
        slider.setAccessibleName(tr(text))
        slider.setRange(low, high)
        slider.setValue(value)
        row = grid.rowCount()
        grid.addWidget(PlainLabel(tr(text), self), row, 0)
        grid.addWidget(slider, row, 1)
        self._sliders[name] = slider

    def _toggle(self, name: str, on: bool) -> None:
        changes: dict[str, Any] = {name: on}
        self._canvas.set_style(replace(self._canvas.style_now, **changes))

    def _reset(self) -> None:
        plain = CanvasStyle()
        self._windowing.reset()
        for slide in SLIDES:
            self._sliders[slide.name].setValue(round(slide.read(plain)))
