"""The hand: the left button drags the picture."""

from __future__ import annotations

from PySide6.QtCore import Qt

from slimsam_app.canvas.tool import Tool
from slimsam_app.i18n import mark as _


class PanTool(Tool):
    """Does nothing itself: ``Navigation`` pans with the left button while this tool is chosen."""

    id = "pan"
    title = _("Pan")
    icon = "mdi6.hand-back-right-outline"
    hint = _("Drag: move the picture · Ctrl+wheel: zoom")
    cursor = Qt.CursorShape.OpenHandCursor
