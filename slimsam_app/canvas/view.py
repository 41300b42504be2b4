"""The canvas: the surface with its tools, rulers, overview map and the cross of the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from slimsam_app.canvas.key_cross import KeyCross, KeyFrame
from slimsam_app.canvas.minimap import Minimap
from slimsam_app.canvas.navigation import Navigation
from slimsam_app.canvas.rulers import WIDTH_PX, Ruler
from slimsam_app.canvas.style import CanvasStyle
from slimsam_app.canvas.surface import Surface
from slimsam_app.canvas.tools import TOOLS
from slimsam_app.canvas.tools.review import ReviewTool


class CanvasView(Surface):
    """Puts the parts together; see ``Surface`` for what it shows and tells."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(TOOLS, parent)
        self.minimap = Minimap(self)
        self._rulers = (Ruler(self, across=True), Ruler(self, across=False))
        self.cross = KeyCross(self)
        self._navigation = Navigation(self, self.cross)
        self.viewport().installEventFilter(self._navigation)
        self.installEventFilter(self._navigation)
        KeyFrame(self)
        self.set_tool(self.tool.id)

    def set_style(self, style: CanvasStyle) -> None:
        """Change the look."""
        super().set_style(style)
        self._place_rulers()
        self.minimap.refresh()

    @property
    def hand_busy(self) -> bool:
        """Whether a button is held for a tool, by the mouse or by keys."""
        return self._navigation.in_hand or self.cross.in_hand

    @property
    def holding(self) -> bool:
        """Whether a button is held at all: for a tool, or to move the picture."""
        return self.hand_busy or self._navigation.panning

    def drop_gesture(self) -> bool:
        """Drop what a tool does with a button held. False when none does anything."""
        if not self.hand_busy or not self._drops(self.tool.drop_gesture):
            return False
        self._end_gesture()
        return True

    def undo(self) -> bool:
        """Ctrl+Z: drop what the hand does, else take back the last prompt, box or corner of what is open.

        False when nothing is open. Proposals are no business of this: see ``Drafting.take_back_proposals``.
        """
        prompts = self.layers.prompts_open and not isinstance(self.tool, ReviewTool)
        return self.drop_gesture() or (bool(prompts or self.tool.outline()) and self.step_back())

    def cancel(self) -> bool:
        """Esc: what the hand does with a button held, and nothing else; else what the tool has open, else
        what is open on the picture. False when nothing was.
        """
        if not self.holding:
            return super().cancel()
        if not self._navigation.drop_pan():
            self.drop_gesture()
        self._end_gesture()
        return True

    def _end_gesture(self) -> None:
        """The button may stay down: its moves and its release are for nobody."""
        self._navigation.end_gesture()
        self.cross.let_go()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the picture fitted, or its middle in the middle."""
        super().resizeEvent(event)
        self._place_rulers()

    def sizeHint(self) -> QSize:
        """As large as a canvas likes to be."""
        return QSize(960, 640)

    def _place_rulers(self) -> None:
        """Rulers take their room from the viewport, so that they cover nothing."""
        on = self.style_now.rulers
        width = WIDTH_PX if on else 0
        if self.viewportMargins().left() != width:
            self.setViewportMargins(width, width, 0, 0)
        across, down = self._rulers
        area = self.viewport().geometry()
        across.setGeometry(area.left(), area.top() - WIDTH_PX, area.width(), WIDTH_PX)
        down.setGeometry(area.left() - WIDTH_PX, area.top(), WIDTH_PX, area.height())
        across.setVisible(on)
        down.setVisible(on)
