"""The quiet line that offers a model adapted to the project."""

from __future__ import annotations

from PySide6.QtCore import QObject

from slimsam_app.i18n import tr
from slimsam_app.messages import Messages
from slimsam_app.sessions.adapting_session import AdaptedOffer
from slimsam_app.sessions.workbench import Workbench
from slimsam_app.signals import tie


class AdaptingNotes(QObject):
    """Follows the session for as long as the window lives. To close the line means *not now*."""

    def __init__(self, workbench: Workbench, messages: Messages, window: QObject) -> None:
        super().__init__(window)
        self._session, self._messages = workbench.adapting, messages
        self._session.offered.connect(self._show)
        self._session.noted.connect(workbench.noted)
        tie(self._session.over, self, lambda offer: messages.forget_note(offer.words))

    def _show(self, offer: AdaptedOffer) -> None:
        self._messages.keep_note(offer.words, (tr("Use it"), self._session.use))
