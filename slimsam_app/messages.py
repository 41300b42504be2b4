"""What the user is told: banners over the picture that never block, and the report of a bug."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from slimsam_app.i18n import tr
from slimsam_app.plain_text import PlainLabel
from slimsam_app.theme import Theme
from slimsam_core.errors import SlimSamError

SHOW_MS = 6000
Offer = tuple[str, Callable[[], object]]
"""Text of a button and what it does."""
ICONS = {"error": ("warning-circle", "bad"), "success": ("check-circle", "good"), "info": ("info", "accent")}


class Banner(QFrame):
    """One message: what happened, and below it what to do."""

    def __init__(
        self,
        kind: str,
        message: str,
        hint: str,
        theme: Theme,
        parent: QWidget,
        *,
        lasting: bool = False,
        offer: Offer | None = None,
    ) -> None:
        super().__init__(parent)
        self.key = (kind, message, hint)
        self.lasting = lasting
        self.setObjectName(f"banner_{kind}")
        self.setProperty("banner", kind)
        self.setAccessibleName(f"{message} {hint}")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 9, 8, 9)
        icon = PlainLabel("", self)
        name, token = ICONS[kind]
        icon.setPixmap(theme.icon(name, token).pixmap(20, 20))
        row.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        row.addLayout(texts, 1)
        for text, role in ((message, ""), (hint, "muted")):
            if not text:
                continue
            label = PlainLabel(text, self)
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setProperty("role", role)
            texts.addWidget(label)
        if offer is not None:
            button = QPushButton(offer[0], self)
            button.setObjectName("bannerOffer")
            button.clicked.connect(offer[1])
            button.clicked.connect(self.deleteLater)
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        if lasting:
            return
        close = QToolButton(self)
        close.setIcon(theme.icon("x"))
        close.setToolTip(tr("Dismiss"))
        close.setAccessibleName(tr("Dismiss"))
        close.clicked.connect(self.deleteLater)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)


class Messages(QObject):
    """Shows banners at the top of a widget; the same message twice stays one banner."""

    MAX_BANNERS = 3
    WIDTH = 520

    def __init__(self, over: QWidget, theme: Theme) -> None:
        super().__init__(over)
        self._over, self._theme = over, theme
        self._stack = QWidget(over)
        self._stack.setObjectName("banners")
        self._column = QVBoxLayout(self._stack)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        over.installEventFilter(self)
        self._stack.hide()

    def show_error(self, error: SlimSamError) -> None:
        """An error stays until it is dismissed."""
        self._add("error", error.message, error.hint, 0)

    def show_success(self, message: str, hint: str = "") -> None:
        """Tell that something is done; goes by itself."""
        self._add("success", message, hint, SHOW_MS)

    def show_info(self, message: str, hint: str = "", offer: Offer | None = None) -> None:
        """Tell something worth knowing; goes by itself after a while. ``offer`` becomes a button."""
        self._add("info", message, hint, 2 * SHOW_MS, offer=offer)

    def ask(self, message: str, hint: str, offer: Offer) -> None:
        """Ask something that can wait: stays until it is answered or dismissed."""
        self._add("info", message, hint, 0, offer=offer)

    def show_lasting(self, message: str, hint: str = "") -> None:
        """Tell of a trouble as long as it lasts, in place of the last such banner; empty = it is over."""
        for banner in self._banners():
            if banner.lasting and banner.key != ("error", message, hint):
                banner.hide()
                banner.deleteLater()
        if message:
            self._add("error", message, hint, 0, lasting=True)

    def clear(self) -> None:
        """Take all banners away."""
        for banner in self._banners():
            banner.deleteLater()

    def _banners(self) -> list[Banner]:
        return self._stack.findChildren(Banner, options=Qt.FindChildOption.FindDirectChildrenOnly)

    def _add(
        self,
        kind: str,
        message: str,
        hint: str,
        show_ms: int,
        *,
        lasting: bool = False,
        offer: Offer | None = None,
    ) -> None:
        shown = self._banners()
        if any(banner.key == (kind, message, hint) for banner in shown):
            return
        passing = [banner for banner in shown if not banner.lasting]
        for old in passing[: max(0, len(passing) - self.MAX_BANNERS + 1)]:
            old.deleteLater()
        banner = Banner(kind, message, hint, self._theme, self._stack, lasting=lasting, offer=offer)
        banner.destroyed.connect(self._place_later)
        self._column.addWidget(banner)
        if show_ms:
            timer = QTimer(banner, interval=show_ms, singleShot=True)
            timer.timeout.connect(banner.deleteLater)
            timer.start()
        banner.show()
        self._stack.show()
        self._stack.raise_()
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._over and event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _place_later(self) -> None:
        QTimer.singleShot(0, self._stack, self._place)

    def _place(self) -> None:
        if not self._banners():
            self._stack.hide()
            return
        width = min(self.WIDTH, max(200, self._over.width() - 32))
        self._stack.setFixedWidth(width)
        self._stack.resize(width, self._column.totalHeightForWidth(width))
        self._stack.move((self._over.width() - width) // 2, 16)


class BugReport(QDialog):
    """Something in the program went wrong: the work is on disk, here is what to report."""

    def __init__(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
        parent: QWidget | None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("bugReport")
        self.setWindowTitle(tr("An error in the program"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(640, 420)
        self.text = "".join(traceback.format_exception(kind, error, trace))
        column = QVBoxLayout(self)
        title = PlainLabel(tr("SlimSAM met an error of its own"), self)
        title.setProperty("role", "title")
        words = PlainLabel(
            tr("Your work is saved. You can go on; please send the text below to the developers."), self
        )
        words.setWordWrap(True)
        view = QPlainTextEdit(self.text, self)
        view.setReadOnly(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        copy = buttons.addButton(tr("Copy the report"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text))
        buttons.rejected.connect(self.close)
        for widget in (title, words, view, buttons):
            column.addWidget(widget)
