"""The hand: the left button drags the picture."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP, Qt

from slimsam_app.canvas.tool import Tool


class PanTool(Tool):
    """Does nothing itself: ``Navigation`` pans with the left button while this tool is chosen."""

    id = "pan"
    title = QT_TRANSLATE_NOOP("Tool", "Pan")
    icon = "mdi6.hand-back-right-outline"
    hint = QT_TRANSLATE_NOOP("Tool", "Drag to move the picture, Ctrl+wheel to zoom")
    cursor = Qt.CursorShape.OpenHandCursor
