"""A row of cards, each with one number before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from slimsam_app.plain_text import PlainLabel, plain_tip


@dataclass(frozen=True)
class Number:
    """One card: what it will be, and below it what it is now or how it was found."""

    value: str
    note: str = ""


class NumberCards(QWidget):
    """The cards stay where they are while their numbers change."""

    def __init__(self, name: str, titles: Sequence[tuple[str, str]], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        self._values: dict[str, tuple[QLabel, QLabel]] = {}
        for key, title in titles:
            card = QFrame(self)
            card.setProperty("card", True)
            card.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.MinimumExpanding)
            column = QVBoxLayout(card)
            column.setContentsMargins(14, 10, 12, 10)
            column.setSpacing(1)
            caption, value, note = PlainLabel(title, card), PlainLabel("–", card), PlainLabel(" ", card)
            caption.setProperty("role", "muted")
            value.setProperty("role", "number")
            value.setObjectName(f"{name}_{key}")
            note.setProperty("role", "faint")
            note.setObjectName(f"{name}_{key}_note")
            for label in (caption, value, note):
                label.setMinimumWidth(1)
                label.setWordWrap(True)  # nothing is cut, in any language
                column.addWidget(label)
            column.addStretch(1)
            value.setAccessibleName(title)
            self._values[key] = (value, note)
            row.addWidget(card, 1)

    def show_numbers(self, numbers: Mapping[str, Number]) -> None:
        """Put these in; a card that is not named shows a dash."""
        for key, (value, note) in self._values.items():
            number = numbers.get(key, Number("–"))
            value.setText(number.value)
            note.setText(number.note or " ")
            note.setToolTip(plain_tip(number.note))
