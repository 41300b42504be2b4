"""Outlines that tools began and did not complete: read from the canvas, and taken up again."""

from __future__ import annotations

from slimsam_app.canvas.view import CanvasView
from slimsam_core.annotation import DrawnShape, ShapeKind
from slimsam_core.labelling.drafts import OutlineDraft


def begun_outlines(canvas: CanvasView, class_of_new: int) -> tuple[OutlineDraft, ...]:
    """What every tool has begun on the shown picture, of its own class or of that of new objects."""
    found = ((tool, tool.outline()) for tool in canvas.tools.values())
    return tuple(OutlineDraft(t.id, points, t.category_id or class_of_new) for t, points in found if points)


def as_draft(shape: DrawnShape, category_id: int) -> OutlineDraft | None:
    """A complete polygon as one that lacks only Enter; None for shapes that one drag makes again."""
    return OutlineDraft("polygon", shape.rings[0], category_id) if shape.kind is ShapeKind.POLYGON else None


def take_up(canvas: CanvasView, draft: OutlineDraft) -> bool:
    """Go on with an outline, with the tool that began it; False while that tool has another one begun.

    One whose tool is not known any more is left.
    """
    if draft.tool_id not in canvas.tools or not draft.points:
        return True
    if canvas.tools[draft.tool_id].outline():
        return False
    canvas.set_tool(draft.tool_id)
    canvas.tool.take_up(draft.points, draft.category_id)
    canvas.worked.emit()
    return True
