"""The line above the picture while two models are compared: A and B, their times, how far they agree."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QToolButton, QWidget

from slimsam_app import figures
from slimsam_app.i18n import tr
from slimsam_app.plain_text import PlainElidingLabel, plain_tip
from slimsam_app.sessions.compare_session import CompareSession, Side
from slimsam_app.signals import tie
from slimsam_core.visible_text import one_line

NAME_PX = 110
"""A model's name takes at most so much room; the rest is in the tool tip."""


class CompareBar(QWidget):
    """Says which mask is seen; a click on the other model shows its."""

    def __init__(self, session: CompareSession, end: QAction, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("compareBar")
        self.setProperty("panel", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session = session
        self.sides = (self._button("compareFirst", "A"), self._button("compareSecond", "B"))
        group = QButtonGroup(self)
        group.setExclusive(True)
        for number, button in enumerate(self.sides):
            group.addButton(button)
            tie(button.clicked, self, lambda second=bool(number): session.show_second(second))
        self.words = PlainElidingLabel("", self)
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.words.setObjectName("compareWords")
        self.words.setProperty("role", "muted")
        close = QToolButton(self)
        close.setObjectName("compareEnd")
        close.setDefaultAction(end)
        close.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        close.setAccessibleName(end.text())
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(6)
        for button in self.sides:
            row.addWidget(button)
        row.addWidget(self.words, 1)
        row.addWidget(close)
        session.changed.connect(self._show)
        self._show()

    def _button(self, name: str, letter: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setAccessibleName(letter)
        button.setCheckable(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        return button

    def _show(self) -> None:
        session = self._session
        self.setVisible(session.active)
        if not session.active:
            return
        for letter, button, side, seen in (
            ("A", self.sides[0], session.first, not session.shows_second),
            ("B", self.sides[1], session.second, session.shows_second),
        ):
            short = self.fontMetrics().elidedText(side.name, Qt.TextElideMode.ElideMiddle, NAME_PX)
            button.setText(one_line(_words(letter, replace(side, name=short))))
            button.setToolTip(plain_tip("\n".join(_facts(side))))
            button.setAccessibleName(_words(letter, side))
            button.setChecked(seen)
        self.words.setText(self._agreement())

    def _agreement(self) -> str:
        session = self._session
        found = session.difference
        if found is not None:
            return tr("Agreement: IoU {iou}").format(iou=figures.iou(found.iou))
        if not session.second.name:
            return tr("Loading the second model …")
        if session.first.candidate is None:
            return tr("Click on something: both models answer.")
        return tr("The second model is looking …")


def _words(letter: str, side: Side) -> str:
    parts = [f"{letter}  {side.name or '…'}"]
    if side.encode_ms is not None:
        parts.append(tr("encode {time}").format(time=figures.milliseconds(side.encode_ms)))
    if side.decode_ms is not None:
        parts.append(tr("decode {time}").format(time=figures.milliseconds(side.decode_ms)))
    return "  ·  ".join(parts)


def _facts(side: Side) -> list[str]:
    """What the button has no room for."""
    facts = [side.name, side.runtime]
    if side.from_cache:
        facts.append(tr("encode from cache"))
    if side.candidate is not None:
        facts.append(tr("predicted IoU {iou}").format(iou=figures.iou(side.candidate.predicted_iou)))
    return [fact for fact in facts if fact]
