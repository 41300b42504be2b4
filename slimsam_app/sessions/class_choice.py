"""Which object a chosen class is for: one answer for keys, clicks in the list and the chooser."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto

from PySide6.QtCore import QObject, Signal

from slimsam_app.document import Document
from slimsam_app.i18n import tr
from slimsam_app.sessions.boxes_session import BoxesSession
from slimsam_app.sessions.mask_session import MaskSession
from slimsam_app.sessions.object_session import ObjectSession
from slimsam_app.sessions.prompt_session import PromptSession


class ClassFor(Enum):
    """What a class is for."""

    OPEN = auto()
    SELECTED = auto()
    NEW = auto()


class ClassChoice(QObject):
    """What is open comes first and alone; else what the user selected; else the objects to come."""

    told = Signal(str)
    """That one key changed the class of more than what was drawn last."""

    def __init__(
        self,
        document: Document,
        prompts: PromptSession,
        boxes: BoxesSession,
        masks: MaskSession,
        objects: ObjectSession,
        *,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._prompts, self._boxes, self._masks, self._objects = prompts, boxes, masks, objects
        self.drawing: Callable[[], bool] = lambda: False
        """Whether an outline is begun; who has the canvas answers."""
        self.give_outline: Callable[[int], bool] = lambda _: False
        """Give the outline in hand a class of its own; False = it has none, and gets that of new objects."""
        self.recent: tuple[int, ...] = ()
        """Ids of the classes chosen since the project was opened, the last one first."""
        objects.category_changed.connect(self.remember)
        document.closed.connect(self._forget)

    @property
    def target(self) -> ClassFor:
        """What a class would be for now."""
        prompting = self._prompts.active and not self._prompts.just_surfaced
        if prompting or self._boxes.active or self.drawing() or self._masks.painting is not None:
            return ClassFor.OPEN
        return ClassFor.SELECTED if self._objects.selection else ClassFor.NEW

    def give(self, category_id: int) -> None:
        """The user chose this class."""
        self.remember(category_id)
        before, count = self._boxes.category_id, len(self._boxes.boxes)
        self._give(category_id)
        category = self._document.category(category_id)
        if count > 1 and before != self._boxes.category_id == category_id and category is not None:
            words = tr("The {count} open boxes become “{name}”.")
            self.told.emit(words.format(count=count, name=category.name))

    def _give(self, category_id: int) -> None:
        sessions: tuple[PromptSession | BoxesSession, ...] = (self._prompts, self._boxes)
        opened = [session for session in sessions if session.active]
        if self._prompts.just_surfaced:  # the key is for the next object, as a click would be
            opened.remove(self._prompts)
        owners = [session for session in opened if session.has_own_class]
        for owner in owners:
            owner.give_class(category_id)
        outline = self.give_outline(category_id)
        if len(owners) < len(opened) or (self.drawing() and not owners and not outline):
            self._objects.choose_category(category_id)
        elif owners or outline:
            return
        elif self._masks.painting is not None:
            self._masks.give_class(category_id)
        else:
            self._objects.set_category(category_id)

    def remember(self, category_id: int) -> None:
        """This class was used just now."""
        if category_id:
            self.recent = (category_id, *(known for known in self.recent if known != category_id))

    def _forget(self) -> None:
        self.recent = ()
