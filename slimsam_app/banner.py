"""One message over the picture: what happened, below it what to do, and perhaps a button."""

from __future__ import annotations

import enum
from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from slimsam_app.causes import Cause
from slimsam_app.i18n import tr
from slimsam_app.plain_text import PlainElidingLabel, PlainLabel
from slimsam_app.theme import Theme
from slimsam_core.errors import SlimSamError
from slimsam_core.visible_text import one_line, visible

Offer = tuple[str, Callable[[], object]]
"""Text of a button and what it does."""
LONGEST_LETTERS = 1000
"""Three such banners fit a small window. A file can say anything; the rest of it is in the log."""


class BannerKind(enum.StrEnum):
    """How a message looks and whether it goes by itself."""

    ERROR = "error"
    SUCCESS = "success"
    INFO = "info"
    NOTE = "note"
    """The quiet line at the bottom."""


ICONS = {
    BannerKind.ERROR: ("warning-circle", "bad"),
    BannerKind.SUCCESS: ("check-circle", "good"),
    BannerKind.INFO: ("info", "accent"),
    BannerKind.NOTE: ("check", "muted"),
}


class Banner(QFrame):
    """One message: what happened, and below it what to do. A quiet line that stays is ``closable``."""

    put_away = Signal()
    """A person closed it, or took what it offers."""

    def __init__(
        self,
        kind: BannerKind,
        message: str,
        hint: str,
        theme: Theme,
        parent: QWidget,
        *,
        lasting: bool = False,
        offer: Offer | None = None,
        cause: Cause | None = None,
        closable: bool = False,
    ) -> None:
        super().__init__(parent)
        self.key = (kind, message, hint)
        self.lasting, self.cause = lasting, cause
        self.stays = False
        """It does not go by itself."""
        self.of: type[SlimSamError] | None = None
        """The kind of error that it tells of."""
        self.going = False
        """It was closed and is only there until the event loop deletes it."""
        self._age = QElapsedTimer()
        self._age.start()
        self.setObjectName(f"banner_{kind}")
        self.setProperty("banner", kind.value)  # the style sheet knows plain text only
        self.setAccessibleName(f"{message} {hint}")
        row, quiet = QHBoxLayout(self), kind is BannerKind.NOTE
        row.setContentsMargins(*((12, 0, 2 if closable or offer else 14, 0) if quiet else (12, 9, 8, 9)))
        beside = Qt.AlignmentFlag.AlignVCenter if quiet else Qt.AlignmentFlag.AlignTop
        icon = PlainLabel("", self)
        name, token = ICONS[kind]
        icon.setPixmap(theme.icon(name, token).pixmap(20, 20))
        row.addWidget(icon, 0, beside)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        row.addLayout(texts, 1)
        for text, role in ((message, ""), (hint, "muted")):
            if not text:
                continue
            label = (PlainElidingLabel if quiet else PlainLabel)(visible(text, LONGEST_LETTERS), self)
            label.setWordWrap(not quiet)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setProperty("role", role)
            label.installEventFilter(self)
            texts.addWidget(label)
        if offer is not None:
            button = QPushButton(one_line(offer[0]), self)
            button.setObjectName("bannerOffer")
            button.clicked.connect(offer[1])
            button.clicked.connect(self._put_away)
            row.addWidget(button, 0, beside)
        if lasting or (quiet and not closable):
            return
        close = QToolButton(self)
        close.setIcon(theme.icon("x"))
        close.setToolTip(tr("Dismiss"))
        close.setAccessibleName(tr("Dismiss"))
        close.clicked.connect(self._put_away)
        row.addWidget(close, 0, beside)

    @property
    def age_ms(self) -> int:
        """How long it is there."""
        return self._age.elapsed()

    def go(self) -> None:
        """Close; what lasts as long as its trouble is closed by that alone."""
        if not self.going:
            self.going = True
            self.hide()
            self.deleteLater()

    def _put_away(self) -> None:
        self.go()
        self.put_away.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if not self.lasting:
            self._put_away()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A click on the words closes too; words that were marked to be copied stay."""
        if (
            event.type() == QEvent.Type.MouseButtonRelease
            and isinstance(watched, PlainLabel)
            and not watched.hasSelectedText()
            and not self.lasting
        ):
            self._put_away()
        return False
