"""The canvas on one side, the prompt session on the other: gestures become prompts, answers become paint."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainterPath

from slimsam_app.canvas.several import Shown
from slimsam_app.canvas.shapes import handle_path
from slimsam_app.canvas.tools.boxes import BoxesTool
from slimsam_app.canvas.tools.review import ReviewTool
from slimsam_app.canvas.view import CanvasView
from slimsam_app.canvas.waiting import WaitingMask
from slimsam_app.sessions.boxes_session import BoxAnswer, BoxesSession
from slimsam_app.sessions.compare_session import CompareSession
from slimsam_app.sessions.everything_session import EverythingSession
from slimsam_app.sessions.prompt_session import PromptSession
from slimsam_app.sessions.prompt_steps import Accepting
from slimsam_app.signals import tie
from slimsam_core.annotation import Annotation, Category
from slimsam_core.class_colors import PALETTE
from slimsam_core.pixels.geometry import Size

if TYPE_CHECKING:
    from slimsam_core.inference.zoom import PlacedLogits


_COLORS = tuple(Category(id=number, name=color, color=color) for number, color in enumerate(PALETTE, 1))
"""Neighbouring proposals without a class are told apart by colour."""
_CLASSES_FROM = 1 + len(PALETTE)
"""Numbers of the classes that proposals come with, behind those of the colours."""


def bind_prompts(view: CanvasView, session: PromptSession) -> None:
    """Connect the two; called once."""
    view.point_added.connect(session.add_point)
    view.box_added.connect(session.set_box)
    view.point_moved.connect(session.move_point)
    view.point_removed.connect(session.remove_point)
    view.hovered.connect(session.hover)
    view.decoding_released.connect(session.release)
    view.accept_requested.connect(session.accept)
    view.clear_requested.connect(session.cancel)
    view.cycle_requested.connect(session.cycle)

    def step_back() -> None:
        boxes_first = isinstance(view.tool, BoxesTool) and view.layers.several.boxes
        if session.active and not boxes_first and not isinstance(view.tool, ReviewTool):
            session.remove_last()

    tie(view.step_back_requested, session, step_back)

    def show() -> None:
        view.layers.object_open = session.active
        view.layers.objects.set_refined(session.refined.id if session.refined else None)
        if view.layers.prompts != session.prompts:
            view.layers.set_prompts(session.prompts)
        view.layers.preview.set_logits(*_shown(session.shown, view.layers.image_rect))
        view.layers.preview.set_faint(session.hovering or session.provisional)
        focus = session.focused
        view.layers.show_focus(
            QRectF(focus.x, focus.y, focus.size.width, focus.size.height) if focus else QRectF()
        )

    tie(session.changed, view, show)


def bind_boxes(view: CanvasView, session: BoxesSession, prompts: PromptSession) -> None:
    """Connect the canvas to the session of several boxes; called once, after the prompts."""

    def take_over() -> None:
        """The box of the open prompts will be the first of several, of the class that it came back with."""
        own = prompts.category_id if prompts.has_own_class and prompts.refined is None else 0
        prompts.clear()
        if own and not session.active:
            session.give_class(own)

    tie(view.prompts_handed_over, session, take_over)
    view.several_added.connect(session.add)
    view.several_removed.connect(session.remove)
    view.accept_requested.connect(session.accept)
    view.clear_requested.connect(session.cancel)

    def step_back() -> None:
        if isinstance(view.tool, BoxesTool) or (
            not isinstance(view.tool, ReviewTool) and not view.layers.object_open
        ):
            session.remove_last()

    tie(view.step_back_requested, session, step_back)

    def shown(answer: BoxAnswer | None) -> Shown | None:
        if answer is None:
            return None
        return placed(answer.prediction.preferred.finest, view.layers.image_rect)

    def show() -> None:
        view.layers.several.show(session.boxes, [shown(answer) for answer in session.answers])

    tie(session.changed, view, show)


def bind_waiting(
    view: CanvasView,
    session: PromptSession,
    boxes: BoxesSession,
    look: Callable[[int], tuple[QColor, float]],
) -> None:
    """Keep what was accepted painted until its object is there or it is open again.

    ``look``: colour and opacity (0..1) of a class by its id.
    """

    def mask(found: PlacedLogits, category_id: int) -> WaitingMask:
        logits, area, clip = placed(found, view.layers.image_rect)
        color, opacity = look(category_id)
        return WaitingMask(logits=logits, area=area, clip=clip, color=color, opacity=opacity)

    def drawn(waiting: Sequence[Accepting]) -> QPainterPath:
        path = QPainterPath()
        for prompts in (
            accepting.opened.steps[-1].prompts for accepting in waiting if accepting.opened.steps
        ):
            if prompts.box is not None:
                box = prompts.box
                path.addRect(box.x0, box.y0, box.x1 - box.x0, box.y1 - box.y0)
            path.addPath(handle_path(((point.x, point.y) for point in prompts.points), view.zoom))
        return path

    def show() -> None:
        found = session.waiting if session.image_id == view.image_id else ()
        view.layers.waiting.show([mask(a.painted, a.category_id) for a in found if a.painted is not None])
        view.layers.waiting.show_drawn(drawn([a for a in found if a.painted is None]), view.zoom)
        refined = [a.opened.refined.id for a in found if a.opened.refined is not None]
        if session.refined is None:  # the former mask does not come back for a moment
            view.layers.objects.set_refined(refined[-1] if refined else None)

    def show_boxes() -> None:
        found = boxes.waiting if boxes.image_id == view.image_id else ()
        view.layers.waiting_boxes.show(
            [mask(answer.prediction.preferred.finest, category) for answer, category in found]
        )

    tie(session.changed, view, show)
    tie(boxes.changed, view, show_boxes)
    tie(view.image_shown, view, show)
    tie(view.zoom_changed, view, lambda _: show())
    tie(view.image_shown, view, show_boxes)


def bind_everything(
    view: CanvasView, session: EverythingSession, prompts: PromptSession, boxes: BoxesSession
) -> None:
    """Connect the canvas to the proposals of a search for everything; called once, after the other two."""
    view.proposals_chosen.connect(session.select)

    def reviewing(call: Callable[[], object]) -> Callable[[], object]:
        return lambda: call() if isinstance(view.tool, ReviewTool) else None

    tie(view.accept_requested, session, reviewing(session.accept))
    tie(view.step_back_requested, session, reviewing(session.restore))

    def show() -> None:
        if view.image_id is not None:
            known = view.layers.proposals.items_by_id
            classes: dict[int, Category] = {}
            found = []
            for p in session.shown:
                number, category = 1 + p.id % len(PALETTE), session.category_of(p)
                if category is not None:
                    number = _CLASSES_FROM + category.id
                    classes[number] = replace(category, id=number, color=category.display_color)
                before = known[p.id].annotation if p.id in known else None
                same = before is not None and before.mask is p.mask and before.category_id == number
                new = Annotation(id=p.id, image_id=view.image_id, category_id=number, mask=p.mask)
                found.append(before if same and before is not None else new)
            view.layers.proposals.set_objects(found, (*_COLORS, *classes.values()))
            view.layers.proposals.set_selected(session.selection)

    def veil() -> None:
        view.layers.veil_proposals(view.layers.prompts_open and not isinstance(view.tool, ReviewTool))

    def come() -> None:
        """Who chooses a proposal, in the list or by a key, reviews it: the tool comes with it."""
        if session.selection and not prompts.active and not boxes.active:
            view.set_tool("review")

    for signal in (prompts.changed, boxes.changed, view.tool_changed):
        tie(signal, view, lambda *_: veil())
    tie(session.selection_changed, view, come)
    tie(session.changed, view, show)
    tie(session.selection_changed, view, lambda: view.layers.proposals.set_selected(session.selection))
    tie(view.image_shown, view, show)


def bind_compare(view: CanvasView, prompts: PromptSession, session: CompareSession) -> None:
    """Show the second model's mask when it is asked for, and where the two differ; after ``bind_prompts``."""

    def show() -> None:
        picture, layers = view.layers.image_rect, view.layers
        second = session.second.candidate if session.shows_second else None
        seen = second.finest if second is not None else prompts.shown
        if session.waits:  # what the first model sees is none of the second's
            seen = None
        layers.preview.set_logits(*_shown(seen, picture))
        found = session.difference if session.active else None
        layers.disagreement.set_logits(
            np.where(found.pixels, 1.0, -1.0).astype(np.float32) if found is not None else None, picture
        )

    tie(session.changed, view, show)


def placed(found: PlacedLogits, picture: QRectF) -> tuple[NDArray[np.float32], QRectF, QRectF]:
    """Logits, what their square covers, and the part of it that is picture (or the window looked at)."""
    window = found.window
    if window is not None:
        picture = QRectF(window.x, window.y, window.size.width, window.size.height)
    size = Size(max(1, round(picture.height())), max(1, round(picture.width())))
    across, down = found.fit.spans(size)
    return found.logits, QRectF(picture.x(), picture.y(), across, down), picture


def _shown(found: PlacedLogits | None, picture: QRectF) -> tuple[NDArray[np.float32] | None, QRectF, QRectF]:
    return placed(found, picture) if found is not None else (None, picture, picture)
