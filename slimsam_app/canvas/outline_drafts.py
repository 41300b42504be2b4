"""Outlines that tools began and did not complete: read from the canvas, and taken up again."""

from __future__ import annotations

from slimsam_app.canvas.view import CanvasView
from slimsam_app.sessions.drafts import OutlineDraft


def begun_outlines(canvas: CanvasView) -> tuple[OutlineDraft, ...]:
    """What every tool has begun on the shown picture."""
    found = ((tool_id, tool.outline()) for tool_id, tool in canvas.tools.items())
    return tuple(OutlineDraft(tool_id, points) for tool_id, points in found if points)


def take_up(canvas: CanvasView, draft: OutlineDraft) -> None:
    """Go on with an outline, with the tool that began it; one that is not known any more is left."""
    if draft.tool_id in canvas.tools and draft.points:
        canvas.set_tool(draft.tool_id)
        canvas.tool.take_up(draft.points)
