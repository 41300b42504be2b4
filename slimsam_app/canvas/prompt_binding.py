"""The canvas on one side, the prompt session on the other: gestures become prompts, answers become paint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF

from slimsam_app.canvas.several import Shown
from slimsam_app.canvas.view import CanvasView
from slimsam_app.sessions.boxes_session import BoxAnswer, BoxesSession
from slimsam_app.sessions.prompt_session import PromptSession

if TYPE_CHECKING:
    from slimsam_core.inference.zoom import Window


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
        logits, window = session.shown
        view.layers.preview.set_logits(logits, *_places(window, view.layers.image_rect))
        view.layers.preview.set_faint(session.hovering)
        focus = session.focused
        view.layers.show_focus(
            QRectF(focus.x, focus.y, focus.size.width, focus.size.height) if focus else QRectF()
        )

    session.changed.connect(show)


def bind_boxes(view: CanvasView, session: BoxesSession) -> None:
    """Connect the canvas to the session of several boxes; called once."""
    view.several_added.connect(session.add)
    view.several_removed.connect(session.remove)
    view.accept_requested.connect(session.accept)
    view.clear_requested.connect(session.clear)
    view.step_back_requested.connect(session.remove_last)

    def shown(answer: BoxAnswer | None) -> Shown | None:
        if answer is None:
            return None
        logits, window = answer.prediction.preferred.finest
        return (logits, *_places(window, view.layers.image_rect))

    session.changed.connect(
        lambda: view.layers.several.show(session.boxes, [shown(answer) for answer in session.answers])
    )


def _places(window: Window | None, picture: QRectF) -> tuple[QRectF, QRectF]:
    """The square that logits cover, and the part of it that is picture (or the window looked at)."""
    if window is not None:
        picture = QRectF(window.x, window.y, window.size.width, window.size.height)
    # the picture (or window) was padded to a square, from its upper left corner
    side = max(picture.width(), picture.height())
    return QRectF(picture.x(), picture.y(), side, side), picture
