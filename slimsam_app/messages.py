"""What the user is told, never in the way: banners at the top, a line at the bottom.

A banner goes by Esc, by a click and, when it is an error, by itself once its cause is gone; there are never
more than three. What was just done is one quiet line below the picture, where no click is meant for it.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import (
    QBoxLayout,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from slimsam_app.banner import Banner, BannerKind, Offer
from slimsam_app.causes import AnotherJob, Cause, cause_of
from slimsam_app.clear_places import clear_place
from slimsam_app.i18n import tr
from slimsam_app.sentences import in_words
from slimsam_app.signals import tie
from slimsam_app.theme import Theme
from slimsam_core.errors import SlimSamError

SHOW_MS = 6000
NEAR_PX, NEAR_MS = 60, 1000
"""So near to the banners a hand is on its way to one; so often it is looked whether it has gone."""
SEEN_MS = 10_000
"""So long the error of a job is surely seen: only then another picture takes it away."""

_MARGIN_PX, _LINE_MARGIN_PX = 16, 24
"""To the edges, and below the quiet line: near to the edge, and clear of the picture's own."""
_MOVES = (QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.Move, QEvent.Type.Resize)


class Messages(QObject):
    """Shows banners at the top of a widget and a line at its bottom; the same message twice is one banner.

    In a dialog one banner stands in its layout, where it covers nothing.
    """

    MAX_BANNERS = 3
    WIDTH = 520

    def __init__(
        self,
        over: QWidget,
        theme: Theme,
        below: QWidget | None = None,
        avoid: Callable[[], QRect] = QRect,
        strip: QWidget | None = None,
        *,
        column: QBoxLayout | None = None,
    ) -> None:
        """``below``: another line over the picture; banners stand beside it, never over it.

        ``avoid``: what must be seen, in global pixels. ``strip``: what the line lies over;
        None = the lower edge of ``over``. ``column``: what the banner of a dialog stands at the end of.
        """
        super().__init__(over)
        self._over, self._theme, self._avoid = over, theme, avoid
        self._strip = strip if strip is not None else over
        self._stack = QWidget(over)
        self._stack.setObjectName("banners")
        self._column = QVBoxLayout(self._stack)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._in_layout = column is not None
        if column is not None:
            column.addWidget(self._stack)
        self._line: Banner | None = None
        self._result: Banner | None = None
        self._kept: tuple[str, Offer] | None = None
        """What should be read."""
        self._below = below
        for watched in (over, self._strip, *([below] if below is not None else [])):
            watched.installEventFilter(self)
        self._stack.hide()

    def show_error(self, error: SlimSamError) -> None:
        """An error stays until its cause is gone, the next of its kind comes, or it is dismissed."""
        if isinstance(error, AnotherJob):
            self._tell_of_job(error)
            return
        message, hint = in_words(error.message), in_words(error.hint)
        for banner in self._banners():
            if banner.of is type(error) and banner.key != (BannerKind.ERROR, message, hint):
                banner.go()
        self._add(BannerKind.ERROR, message, hint, 0, cause=cause_of(error), of=type(error))

    def _tell_of_job(self, error: AnotherJob) -> None:
        """Nothing went wrong: a line over the status bar, where its progress is; in a dialog a banner."""
        offer = (tr("Stop it"), error.stop)
        if self._strip is self._over:
            self.show_info(in_words(error.message), in_words(error.hint), offer)
        else:
            self.note(in_words(error.message), offer)

    def note(self, words: str, offer: Offer | None = None) -> None:
        """Tell in one quiet line at the bottom what was done just now; the next line takes its place."""
        line = self._show_line(words, offer, closable=False)
        timer = QTimer(line, interval=SHOW_MS if offer is None else 2 * SHOW_MS, singleShot=True)
        timer.timeout.connect(line.go)
        timer.timeout.connect(self._show_kept)
        timer.start()
        line.put_away.connect(self._show_kept)

    def end_note(self, words: str) -> None:
        """This line is over, if it is still the one that is shown."""
        if self._line is not None and isValid(self._line) and self._line.key[1] == words:
            self._drop_line()
            self._show_kept()

    def keep_note(self, words: str, offer: Offer) -> None:
        """The same for what should be read: it comes back after other lines, until a person put it away or
        took the offer, another one takes its place, or ``forget_note``."""
        self._kept = (words, offer)
        self._show_kept()

    def forget_note(self, words: str = "") -> None:
        """What should be read is over; with ``words`` only if it is these."""
        if self._kept is not None and words in ("", self._kept[0]):
            self._kept = None
            self._drop_line()

    def _show_kept(self) -> None:
        if self._kept is not None:
            line = self._show_line(*self._kept, closable=True)
            line.put_away.connect(lambda: self.forget_note())

    def _show_line(self, words: str, offer: Offer | None, *, closable: bool) -> Banner:
        self._drop_line()
        strip = self._strip.window()
        line = Banner(BannerKind.NOTE, words, "", self._theme, strip, offer=offer, closable=closable)
        self._line = line
        line.installEventFilter(self)  # in the program's style its button needs more than it says at first
        line.show()
        line.raise_()
        self._place()
        return line

    def settle(self, cause: Cause, kind: type[SlimSamError] = SlimSamError) -> None:
        """Take away errors whose cause is gone, those of one ``kind`` alone if it is named."""
        for banner in self._banners():
            if banner.cause is cause and issubclass(banner.of or SlimSamError, kind):
                banner.go()
        self._place()

    def leave_picture(self) -> None:
        """Another picture is shown: the errors of the last one are none of it."""
        for banner in self._banners():
            if banner.cause is Cause.PICTURE or (banner.cause is Cause.JOB and banner.age_ms >= SEEN_MS):
                banner.go()
        self._place()

    def leave_project(self) -> None:
        """Another project comes: what was told, asked and offered is none of it; what went wrong stays."""
        self._kept = None
        self._drop_line()
        for banner in self._banners():
            if banner.key[0] != BannerKind.ERROR:
                banner.go()
        self._place()

    def dismiss(self) -> bool:
        """Close the errors, as Esc does; whether there were any."""
        errors = [banner for banner in self._banners() if banner.cause is not None]
        for banner in errors:
            banner.go()
        self._place()
        return bool(errors)

    def _drop_line(self) -> None:
        if self._line is not None and isValid(self._line):
            self._line.go()
        self._line = None

    def show_success(self, message: str, hint: str = "") -> None:
        """Tell that something is done; goes by itself."""
        self._add(BannerKind.SUCCESS, message, hint, SHOW_MS)

    def show_info(self, message: str, hint: str = "", offer: Offer | None = None) -> None:
        """Tell something worth knowing; goes by itself after a while. ``offer`` becomes a button."""
        self._add(BannerKind.INFO, message, hint, 2 * SHOW_MS, offer=offer)

    def ask(self, message: str, hint: str, offer: Offer) -> None:
        """Ask something that can wait: stays until it is answered or dismissed, see ``answered``."""
        self._add(BannerKind.INFO, message, hint, 0, offer=offer)

    def tell_result(self, message: str, hint: str, offer: Offer) -> None:
        """What came of long work: stays until it is read, or until the next result comes."""
        if self._result is not None and isValid(self._result):
            self._result.go()
        self.ask(message, hint, offer)
        self._result = next((b for b in self._banners() if b.key == (BannerKind.INFO, message, hint)), None)

    def answered(self, message: str) -> None:
        """Take away what was asked: the person answered it elsewhere."""
        for banner in self._banners():
            if banner.key[1] == message:
                banner.go()
        self._place()

    def show_lasting(self, message: str, hint: str = "") -> None:
        """Tell of a trouble as long as it lasts, in place of the last such banner; empty = it is over."""
        for banner in self._banners():
            if banner.lasting and banner.key != (BannerKind.ERROR, message, hint):
                banner.go()
        if message:
            self._add(BannerKind.ERROR, message, hint, 0, lasting=True)

    def clear(self) -> None:
        """Take all banners away."""
        for banner in self._banners():
            banner.go()

    def _banners(self) -> list[Banner]:
        found = self._stack.findChildren(Banner, options=Qt.FindChildOption.FindDirectChildrenOnly)
        return [banner for banner in found if not banner.going]

    def _add(
        self,
        kind: BannerKind,
        message: str,
        hint: str,
        show_ms: int,
        *,
        lasting: bool = False,
        offer: Offer | None = None,
        cause: Cause | None = None,
        of: type[SlimSamError] | None = None,
    ) -> None:
        shown = self._banners()
        if any(banner.key == (kind, message, hint) for banner in shown):
            return
        passing = [banner for banner in shown if not banner.lasting]
        passing.sort(key=lambda banner: banner.stays)
        most = 1 if self._in_layout else self.MAX_BANNERS
        for old in passing[: max(0, len(shown) - most + 1)]:
            old.go()
        banner = Banner(
            kind, message, hint, self._theme, self._stack, lasting=lasting, offer=offer, cause=cause
        )
        banner.stays, banner.of = not show_ms, of
        banner.destroyed.connect(self._place_later)
        self._column.addWidget(banner)
        if show_ms:
            timer = QTimer(banner, interval=show_ms, singleShot=True)
            tie(timer.timeout, banner, lambda: self._let_go(banner, timer))
            timer.start()
        banner.show()
        self._stack.show()
        self._stack.raise_()
        self._place()

    def _let_go(self, banner: Banner, timer: QTimer) -> None:
        """Not while a hand is near: the next one would move under it, or the picture be hit."""
        near = self._stack.geometry().adjusted(-NEAR_PX, -NEAR_PX, NEAR_PX, NEAR_PX)
        if near.contains(self._over.mapFromGlobal(QCursor.pos())):
            timer.start(NEAR_MS)
        else:
            banner.go()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (watched is self._over and event.type() == QEvent.Type.Resize) or (
            watched in (self._below, self._strip) and event.type() in _MOVES
        ):
            self._place()
        elif watched is self._line and event.type() == QEvent.Type.LayoutRequest:
            self._place_line()
        return False

    def _place_later(self) -> None:
        QTimer.singleShot(0, self._stack, self._place)

    def _place(self) -> None:
        self._place_line()
        if not self._banners():
            self._stack.hide()
            return
        if self._in_layout:
            return
        width = min(self.WIDTH, max(200, self._over.width() - 32))
        self._stack.setFixedWidth(width)
        self._stack.resize(width, self._column.totalHeightForWidth(width))
        taken = (self._seen(), self._other_line())
        self._stack.move(clear_place(self._stack.size(), self._room(), taken, low=False))
        self._place_line()

    def _room(self) -> QRect:
        return self._over.rect().adjusted(_MARGIN_PX, _MARGIN_PX, -_MARGIN_PX, -_LINE_MARGIN_PX)

    def _other_line(self) -> QRect:
        """Where the line is that says what is open; empty while nothing is."""
        if self._below is None or not self._below.isVisible():
            return QRect()
        return QRect(self._below.mapTo(self._over, QPoint()), self._below.size())

    def _seen(self) -> QRect:
        """What must be seen, in pixels of the widget that messages lie over."""
        found = self._avoid()
        return QRect(self._over.mapFromGlobal(found.topLeft()), found.size()) if found.isValid() else found

    def _place_line(self) -> None:
        if self._line is None or not isValid(self._line):
            return
        strip, window = self._strip, self._strip.window()
        area = QRect(strip.mapTo(window, QPoint()), strip.size())
        height = self._line.sizeHint().height()
        if strip is self._over:
            area = area.adjusted(
                _MARGIN_PX, area.height() - height - _LINE_MARGIN_PX, -_MARGIN_PX, -_LINE_MARGIN_PX
            )
        width = min(self._line.sizeHint().width(), area.width())
        line = QRect(0, 0, width, max(height, area.height()))
        line.moveCenter(area.center())
        line.moveBottom(min(line.bottom(), window.rect().bottom()))
        self._line.setGeometry(line)
