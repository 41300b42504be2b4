"""The tools of the canvas by id, in the order of the toolbar. A new tool is a new file and a line here."""

from __future__ import annotations

from slimsam_app.canvas.tool import Tool
from slimsam_app.canvas.tools.box import BoxTool
from slimsam_app.canvas.tools.pan import PanTool
from slimsam_app.canvas.tools.point import PointTool

TOOLS: dict[str, type[Tool]] = {tool.id: tool for tool in (PointTool, BoxTool, PanTool)}
