"""Questions on the picture: the masks of all sides in their colours, brought into sight, and their keys."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from slimsam_app.canvas.waiting import WaitingMask
from slimsam_app.physical_keys import sequence_by_place
from slimsam_app.sessions.agree_session import AgreeSession
from slimsam_app.sessions.questions import AGREED_COLOR, letter
from slimsam_app.sessions.workbench import Workbench
from slimsam_app.windows.action_set import is_text_field
from slimsam_app.windows.looking import bring_into_sight
from slimsam_app.windows.workspace import Workspace
from slimsam_core.class_colors import SIDES
from slimsam_core.pixels.mask import Rle, intersection
from slimsam_core.pixels.mask_crop import crop

OPACITY = 0.4
"""Of a mask: the picture is seen through it."""
_UNION, _BOTH, _DRAW = "U", "K", "R"


class SideMasks(QObject):
    """Follows the session for as long as the window lives; the objects in question are hidden meanwhile."""

    def __init__(self, workbench: Workbench, workspace: Workspace, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._workspace = workbench.agreeing, workspace
        self._seen: tuple[str, str] | None = None
        self._session.current_changed.connect(self._show)
        workspace.canvas.image_shown.connect(self._show)

    def _show(self) -> None:
        question, canvas = self._session.current, self._workspace.canvas
        there = question is not None and question.image_id == canvas.image_id and canvas.image_id is not None
        self._workspace.hide_objects(question.object_ids if question is not None and there else ())
        if question is None or not there:
            canvas.layers.sides.show(())
            self._seen = None
            return
        masks = [
            (side.mask, SIDES[number % len(SIDES)])
            for number, side in enumerate(question.sides)
            if side.mask is not None and side.mask.area
        ]
        shared = intersection([mask for mask, _ in masks]) if len(masks) > 1 else None
        tinted = [_tinted(mask, color, without=shared) for mask, color in masks]
        if shared is not None and shared.area:
            tinted.append(_tinted(shared, AGREED_COLOR))
        canvas.layers.sides.show(tinted)
        if question.key != self._seen:
            self._seen = question.key
            area = QRectF()
            for mask, _ in masks:
                area = area.united(QRectF(*mask.bbox_xywh))
            bring_into_sight(canvas, area)


def _tinted(mask: Rle, color: str, without: Rle | None = None) -> WaitingMask:
    """A mask in its colour, but for what is ``without``."""
    x, y, width, height = mask.bbox_xywh
    area = QRectF(x, y, width, height)
    inside = crop(mask, x, y, width, height)
    if without is not None:
        inside = inside & ~crop(without, x, y, width, height)
    return WaitingMask(
        logits=np.where(inside, np.float32(1), np.float32(-1)),
        area=area,
        clip=area,
        color=QColor(color),
        opacity=OPACITY,
    )


class AgreeKeys(QObject):
    """A, B and so on take a side, U unites, K keeps both, R draws anew, while a question is looked at.

    They come before the actions on the same keys, not before text fields; Esc leaves the question.
    """

    def __init__(self, session: AgreeSession, dock: QWidget, workspace: Workspace, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._dock, self._window = session, dock, window
        self._workspace = workspace
        dock.installEventFilter(self)
        if dock.isVisible():
            self._hear_all(True)

    def _hear_all(self, on: bool) -> None:
        """Every event of the program, which costs time: only while there can be a question."""
        application = QApplication.instance()
        assert application is not None
        application.removeEventFilter(self)
        if on:
            application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the key before Qt looks for a shortcut, then do what it says."""
        if watched is self._dock and event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            self._hear_all(event.type() == QEvent.Type.Show)
        kinds = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)
        if event.type() not in kinds or not isinstance(event, QKeyEvent) or not self._listens(watched):
            return False
        key = self._key(event)
        if not key:
            return False
        if event.type() == QEvent.Type.KeyPress and not event.isAutoRepeat():
            self._do(key)
        event.accept()
        return True  # what stands around the canvas would refuse it again

    def _listens(self, watched: QObject) -> bool:
        return (
            self._session.current is not None
            and self._dock.isVisible()
            and isinstance(watched, QWidget)
            and watched is QApplication.focusWidget()
            and watched.window() is self._window
            and not is_text_field(watched)
        )

    def _key(self, event: QKeyEvent) -> str:
        """The key of an answer; empty = it is none."""
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return ""
        if event.key() == Qt.Key.Key_Escape:
            begun = self._workspace.something_open or self._workspace.canvas.holding
            return "" if begun else "Esc"  # what is begun is dropped first
        question = self._session.current
        if question is None or self._session.drawing:
            return ""  # whatever is drawn with has its keys
        keys = {letter(number) for number in range(len(question.sides))} | {_UNION, _BOTH, _DRAW}
        pressed = (event.text().upper(), _by_place(event))
        return next((key for key in pressed if key in keys), "")

    def _do(self, key: str) -> None:
        session = self._session
        calls = {_UNION: session.unite, _BOTH: session.keep_both, _DRAW: session.draw, "Esc": session.leave}
        if key in calls:
            calls[key]()
        else:
            session.take(next(number for number in range(len(SIDES)) if letter(number) == key))


def _by_place(event: QKeyEvent) -> str:
    found = sequence_by_place(event)
    return found.toString() if found is not None else ""
