"""What the pages of the wizard have in common: a title, a lead, a body, and whether one may go on."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from slimsam_app.plain_text import PlainLabel


class Page(QWidget):
    """``complete`` says whether one may go on; pages emit ``changed`` when that or their summary changes."""

    changed = Signal()

    def __init__(self, name: str, title: str, lead: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(f"compressPage_{name}")
        self.setAccessibleName(title)
        self.title = title
        outer = QVBoxLayout(self)
        outer.setContentsMargins(28, 22, 28, 12)
        outer.setSpacing(4)
        heading = PlainLabel(title, self)
        heading.setProperty("role", "title")
        self.lead = words(lead, self, "muted")
        outer.addWidget(heading)
        outer.addWidget(self.lead)
        outer.addSpacing(10)
        self.column = QVBoxLayout()
        self.column.setSpacing(10)
        outer.addLayout(self.column, 1)

    @property
    def complete(self) -> bool:
        """Whether one may go on to the next page."""
        return True

    @property
    def summary(self) -> str:
        """What was decided, in a few words, for the list of steps."""
        return ""

    def enter(self) -> None:
        """The page is about to be seen."""


def words(text: str, parent: QWidget, role: str = "", name: str = "") -> QLabel:
    """A label for sentences: plain text, wrapped, to be selected with the mouse."""
    label = PlainLabel(text, parent)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    label.setProperty("role", role)
    label.setObjectName(name)
    return label


def heading(text: str, parent: QWidget) -> QLabel:
    """A quiet heading above a part of a page."""
    label = PlainLabel(text, parent)
    label.setProperty("role", "heading")
    label.setContentsMargins(0, 6, 0, 0)
    return label


def scrolled(inner: QWidget, parent: QWidget) -> QScrollArea:
    """A page part that may be higher than its room."""
    area = QScrollArea(parent)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(inner)
    return area
