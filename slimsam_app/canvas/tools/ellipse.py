"""An ellipse drawn by hand."""

from __future__ import annotations

from slimsam_app.canvas.tools.dragging import TwoCornerTool
from slimsam_app.i18n import mark as _
from slimsam_core.annotation import DrawnShape, ShapeKind
from slimsam_core.pixels.geometry import BoxXYXY


class EllipseTool(TwoCornerTool):
    """Makes an object of the pixels in an ellipse."""

    id = "ellipse"
    title = _("Ellipse")
    icon = "mdi6.ellipse-outline"
    hint = _("Drag or click both corners · Shift: circle")

    def shape(self, box: BoxXYXY) -> DrawnShape:
        centre = ((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2)
        return DrawnShape(ShapeKind.ELLIPSE, ((centre, (box.x1, box.y1)),))
