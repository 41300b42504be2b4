"""Taking pixels away from masks."""

from __future__ import annotations

from slimsam_app.canvas.tools.brush import BrushTool
from slimsam_app.i18n import mark as _


class EraserTool(BrushTool):
    """The brush with its buttons exchanged. Without a selection it erases from the object under it."""

    id = "eraser"
    title = _("Eraser")
    icon = "mdi6.eraser"
    hint = _("Erase · right button: paint · [ ]: size")
    adds = False
