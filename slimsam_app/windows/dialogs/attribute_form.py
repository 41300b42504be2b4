"""Fields for the attributes of objects: what was never filled in reads as not set, not as zero or no."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QValidator
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QLineEdit,
    QWidget,
)

from slimsam_app.i18n import mark, tr
from slimsam_app.plain_text import PlainLabel
from slimsam_app.signals import tie
from slimsam_app.theme import give_room
from slimsam_core.annotation import AttributeKind
from slimsam_core.visible_text import one_line

DIFFER = mark("different")
"""In a field where the chosen objects are not alike."""
NOT_SET = mark("not set")
_LARGEST = 1e12
"""Of a number: what three decimals are still exact at."""


class Kept(enum.Enum):
    """What a field says that nobody touched where the objects differ."""

    KEPT = "kept"


class OptionalNumber(QDoubleSpinBox):
    """A number or none: an empty field is none, and says so in words."""

    def __init__(self, value: float | None, words: str, parent: QWidget) -> None:
        """``words`` stand there as long as there is no number."""
        super().__init__(parent)
        give_room(self)
        self.setRange(-_LARGEST, _LARGEST)
        self.setDecimals(3)
        self.setSpecialValueText(words)
        self.setValue(self.minimum() if value is None else value)

    @property
    def number(self) -> float | None:
        """What was entered; None = nothing."""
        return None if self.value() == self.minimum() else self.value()

    def stepBy(self, steps: int) -> None:
        """From none the first step leads to zero."""
        if self.number is None:
            self.setValue(0.0)
        else:
            super().stepBy(steps)

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        return (
            QAbstractSpinBox.StepEnabledFlag.StepUpEnabled | QAbstractSpinBox.StepEnabledFlag.StepDownEnabled
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What is typed takes the place of the words."""
        if self.number is None and event.text().isprintable() and self.text() == self.specialValueText():
            self.selectAll()
        super().keyPressEvent(event)

    def validate(self, text: str, place: int) -> tuple[QValidator.State, str, int]:
        if not text.strip():
            return QValidator.State.Acceptable, text, place
        return super().validate(text, place)

    def valueFromText(self, text: str) -> float:
        return super().valueFromText(text) if text.strip() else self.minimum()


class OptionalTick(QCheckBox):
    """Yes, no, or not set; a click on what is not set says yes, the next one no, the third takes it back."""

    def __init__(self, value: bool | None, words: str, parent: QWidget) -> None:
        """``words`` stand beside it as long as it is neither."""
        super().__init__(parent)
        self._words = words
        self.setTristate(True)
        states = Qt.CheckState
        tie(self.checkStateChanged, self, lambda _: self._say())
        self.setCheckState(
            states.PartiallyChecked if value is None else states.Checked if value else states.Unchecked
        )
        self._say()

    @property
    def answer(self) -> bool | None:
        """None = not set."""
        state = self.checkState()
        return None if state == Qt.CheckState.PartiallyChecked else state == Qt.CheckState.Checked

    def nextCheckState(self) -> None:
        states = Qt.CheckState
        follows = {states.PartiallyChecked: states.Checked, states.Checked: states.Unchecked}
        self.setCheckState(follows.get(self.checkState(), states.PartiallyChecked))

    def _say(self) -> None:
        said = {True: tr("yes"), False: tr("no"), None: self._words}
        self.setText(one_line(said[self.answer]))


class AttributeForm(QWidget):
    """One field for each attribute of a class's schema; where the objects differ it changes nothing."""

    def __init__(
        self, schema: Mapping[str, Any], values: Sequence[Mapping[str, Any]], parent: QWidget
    ) -> None:
        """``values``: the attributes of each object."""
        super().__init__(parent)
        self._read: dict[str, Callable[[], Any]] = {}
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        for name, kind in schema.items():
            found = [of_one.get(name) for of_one in values]
            same = all(value == found[0] for value in found)
            widget = self._field(name, kind, found[0] if same else Kept.KEPT)
            widget.setObjectName(f"attribute_{name}")
            widget.setAccessibleName(one_line(name))
            form.addRow(PlainLabel(name, self), widget)  # a bare text would be HTML where it looks so
        self._first = {name: read() for name, read in self._read.items()}

    def _field(self, name: str, kind: Any, value: Any) -> QWidget:
        differ = value is Kept.KEPT
        none = tr(DIFFER) if differ else tr(NOT_SET)
        if kind == AttributeKind.YES_NO:
            box = OptionalTick(value if isinstance(value, bool) else None, none, self)
            self._read[name] = lambda: box.answer
            return box
        if kind == AttributeKind.NUMBER:
            usable = isinstance(value, int | float) and not isinstance(value, bool)
            number = OptionalNumber(float(value) if usable else None, none, self)
            self._read[name] = lambda: number.number
            return number
        if kind == AttributeKind.TEXT:
            line = QLineEdit("" if differ or value is None else str(value), self)
            line.setPlaceholderText(none)
            self._read[name] = lambda: Kept.KEPT if differ and not line.isModified() else line.text()
            return line
        choice = QComboBox(self)
        if differ:
            choice.addItem(tr(DIFFER), Kept.KEPT)
        choice.addItem(tr(NOT_SET), None)
        for allowed in kind:
            choice.addItem(one_line(allowed), allowed)
        choice.setCurrentIndex(0 if differ else max(0, choice.findData(value)))
        self._read[name] = choice.currentData
        return choice

    def given(self) -> dict[str, Any]:
        """The attributes that were changed; None or empty = not set any more."""
        now = {name: read() for name, read in self._read.items()}
        return {name: value for name, value in now.items() if value != self._first[name]}


def undeclared(schema: Mapping[str, Any], values: Iterable[Mapping[str, Any]]) -> dict[str, AttributeKind]:
    """Attributes that objects have and their class does not speak of, as those of an import; lists are none.

    ``values``: the attributes of each object.
    """
    found: dict[str, AttributeKind] = {}
    for of_one in values:
        for name, value in of_one.items():
            if name in schema or not isinstance(value, bool | int | float | str):
                continue
            kind = AttributeKind.NUMBER if isinstance(value, int | float) else AttributeKind.TEXT
            kind = AttributeKind.YES_NO if isinstance(value, bool) else kind
            if found.setdefault(name, kind) is not kind:
                found[name] = AttributeKind.TEXT
    return found


def three_ways(box: QCheckBox, checked: bool | None) -> Callable[[], Any]:
    """Let a box be checked, empty, or untouched (None) where the objects differ; returns how it is read."""
    if checked is None:
        box.setTristate(True)
        box.setCheckState(Qt.CheckState.PartiallyChecked)
        tie(box.clicked, box, lambda: box.setTristate(False))
    else:
        box.setChecked(checked)
    return lambda: Kept.KEPT if box.checkState() == Qt.CheckState.PartiallyChecked else box.isChecked()
