"""The canvas on one side, the prompt session on the other: gestures become prompts, answers become paint."""

from __future__ import annotations

from PySide6.QtCore import QRectF

from slimsam_app.canvas.view import CanvasView
from slimsam_app.sessions.prompt_session import PromptSession


def bind_prompts(view: CanvasView, session: PromptSession) -> None:
    """Connect the two; called once."""
    view.point_added.connect(session.add_point)
    view.box_added.connect(session.set_box)
    view.point_moved.connect(session.move_point)
    view.point_removed.connect(session.remove_point)
    view.hovered.connect(session.hover)
    view.decoding_released.connect(session.release)
    view.accept_requested.connect(session.accept)
    view.clear_requested.connect(session.clear)
    view.step_back_requested.connect(session.remove_last)
    view.cycle_requested.connect(session.cycle)

    def show() -> None:
        if view.layers.prompts != session.prompts:
            view.layers.set_prompts(session.prompts)
        (logits, window), picture = session.shown, view.layers.image_rect
        if window:
            picture = QRectF(window.x, window.y, window.size.width, window.size.height)
        # the logits cover the square that the picture (or window) was padded to, from its upper left corner
        side = max(picture.width(), picture.height())
        view.layers.preview.set_logits(logits, QRectF(picture.x(), picture.y(), side, side), picture)
        view.layers.preview.set_faint(session.hovering)
        focus = session.focused
        view.layers.show_focus(
            QRectF(focus.x, focus.y, focus.size.width, focus.size.height) if focus else QRectF()
        )

    session.changed.connect(show)
