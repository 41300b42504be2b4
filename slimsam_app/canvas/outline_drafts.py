"""Outlines that tools began and did not complete: read from the canvas, and taken up again."""

from __future__ import annotations

from slimsam_app.canvas.view import CanvasView
from slimsam_core.annotation import DrawnShape, ShapeKind
from slimsam_core.labelling.drafts import OutlineDraft


def begun_outlines(canvas: CanvasView) -> tuple[OutlineDraft, ...]:
    """What every tool has begun on the shown picture."""
    found = ((tool_id, tool.outline()) for tool_id, tool in canvas.tools.items())
    return tuple(OutlineDraft(tool_id, points) for tool_id, points in found if points)


def as_draft(shape: DrawnShape) -> OutlineDraft | None:
    """A complete polygon as one that lacks only Enter; None for shapes that one drag makes again."""
    return OutlineDraft("polygon", shape.rings[0]) if shape.kind is ShapeKind.POLYGON else None


def take_up(canvas: CanvasView, draft: OutlineDraft) -> bool:
    """Go on with an outline, with the tool that began it; False while that tool has another one begun.

    One whose tool is not known any more is left.
    """
    if draft.tool_id not in canvas.tools or not draft.points:
        return True
    if canvas.tools[draft.tool_id].outline():
        return False
    canvas.set_tool(draft.tool_id)
    canvas.tool.take_up(draft.points)
    return True
