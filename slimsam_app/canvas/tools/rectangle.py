"""A rectangle drawn by hand."""

from __future__ import annotations

from slimsam_app.canvas.tools.dragging import TwoCornerTool
from slimsam_app.i18n import mark as _
from slimsam_core.annotation import DrawnShape, ShapeKind
from slimsam_core.pixels.geometry import BoxXYXY


class RectangleTool(TwoCornerTool):
    """Makes an object of the pixels in a rectangle."""

    id = "rectangle"
    title = _("Rectangle")
    icon = "mdi6.rectangle-outline"
    hint = _("Drag or click both corners · Shift: square")

    def shape(self, box: BoxXYXY) -> DrawnShape:
        return DrawnShape(ShapeKind.RECTANGLE, (((box.x0, box.y0), (box.x1, box.y1)),))
