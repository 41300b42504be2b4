"""Which object a chosen class is for: one answer for keys, clicks in the list and the chooser."""

from __future__ import annotations

from collections.abc import Callable

from slimsam_app.sessions.boxes_session import BoxesSession
from slimsam_app.sessions.mask_session import MaskSession
from slimsam_app.sessions.object_session import ObjectSession
from slimsam_app.sessions.prompt_session import PromptSession


class ClassChoice:
    """What is open comes first and alone; else what the user selected; else the objects to come."""

    def __init__(
        self,
        prompts: PromptSession,
        boxes: BoxesSession,
        masks: MaskSession,
        objects: ObjectSession,
        drawing: Callable[[], bool],
    ) -> None:
        """``drawing``: whether an outline is begun on the canvas."""
        self._prompts, self._boxes, self._masks, self._objects = prompts, boxes, masks, objects
        self._drawing = drawing

    def give(self, category_id: int) -> None:
        """The user chose this class."""
        if self._prompts.active and self._prompts.has_own_class:
            self._prompts.give_class(category_id)
        elif self._prompts.active or self._boxes.active or self._drawing():
            self._objects.choose_category(category_id)
        elif self._masks.painting is not None:
            self._masks.give_class(category_id)
        else:
            self._objects.set_category(category_id)
