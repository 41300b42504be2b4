"""The tools of the canvas by id, in the order of the toolbar. A new tool is a new file and a line here."""

from __future__ import annotations

from slimsam_app.canvas.tool import Tool
from slimsam_app.canvas.tools.box import BoxTool
from slimsam_app.canvas.tools.boxes import BoxesTool
from slimsam_app.canvas.tools.brush import BrushTool
from slimsam_app.canvas.tools.ellipse import EllipseTool
from slimsam_app.canvas.tools.eraser import EraserTool
from slimsam_app.canvas.tools.lasso import LassoTool
from slimsam_app.canvas.tools.note import NoteTool
from slimsam_app.canvas.tools.pan import PanTool
from slimsam_app.canvas.tools.point import PointTool
from slimsam_app.canvas.tools.polygon import PolygonTool
from slimsam_app.canvas.tools.rectangle import RectangleTool
from slimsam_app.canvas.tools.review import ReviewTool
from slimsam_app.canvas.tools.select import SelectTool

_IN_ORDER = (
    PointTool,
    BoxTool,
    BoxesTool,
    ReviewTool,
    SelectTool,
    PolygonTool,
    RectangleTool,
    EllipseTool,
    LassoTool,
    BrushTool,
    EraserTool,
    PanTool,
    NoteTool,
)
TOOLS: dict[str, type[Tool]] = {tool.id: tool for tool in _IN_ORDER}
