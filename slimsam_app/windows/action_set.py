"""The QActions of a window, made from the action table and switched on and off by scope."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from slimsam_app.actions import ACTIONS, BY_ID, Action, Scope, needs, plain_text
from slimsam_app.i18n import tr
from slimsam_app.physical_keys import sequence_by_place
from slimsam_app.plain_text import plain_tip
from slimsam_app.theme import Theme
from slimsam_app.windows.guard import Handler

PLAIN_MODIFIERS = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
TEXT_FIELDS = (QLineEdit, QTextEdit, QPlainTextEdit, QAbstractSpinBox)
LIST_KEYS = frozenset(
    {
        Qt.Key.Key_Return,
        Qt.Key.Key_Enter,
        Qt.Key.Key_Space,
        Qt.Key.Key_Escape,
        Qt.Key.Key_Tab,
        Qt.Key.Key_Backtab,
    }
)
"""Keys with a text that mean something to a list itself."""


def is_text_field(widget: QWidget | None) -> bool:
    """Whether bare keys typed here are text."""
    if isinstance(widget, QComboBox):
        return widget.isEditable()
    if isinstance(widget, QLineEdit | QTextEdit | QPlainTextEdit):
        return not widget.isReadOnly()
    return isinstance(widget, TEXT_FIELDS)


class ActionSet(QObject):
    """One QAction for each line of the table; ``bind`` says what it does."""

    triggered = Signal(str)
    refused = Signal(str)
    """Why the action of the key that was pressed does not work now."""

    def __init__(self, window: QWidget, theme: Theme, keys: Mapping[str, Sequence[str]]) -> None:
        super().__init__(window)
        self._window, self._theme = window, theme
        self._actions: dict[str, QAction] = {}
        self.unbound = {entry.id for entry in ACTIONS}
        """Ids that nothing is bound to yet."""
        self._keys: Mapping[str, Sequence[str]] = {}
        self._refusals: Mapping[str, str] = {}
        self._anyway: Collection[str] = ()
        self._innermost = Scope.APP
        self._told: dict[str, str] = {}
        self._enabled: dict[str, bool] = {}
        self._tools = QActionGroup(self)
        for entry in ACTIONS:
            self._actions[entry.id] = self._make(entry)
        self.set_keys(keys)
        self._paint()
        self.set_state(Scope.APP, {})
        theme.changed.connect(self._paint)
        self.handlers: Mapping[QEvent.Type, Handler] = {
            QEvent.Type.ToolTip: self._look_at_tip,
            QEvent.Type.KeyPress: self._press,
            QEvent.Type.ShortcutOverride: _leave_to_text,
        }
        """What is to be done with events of the program, for ``Guard``."""

    def __getitem__(self, action_id: str) -> QAction:
        return self._actions[action_id]

    def _make(self, entry: Action) -> QAction:
        action = QAction(tr(entry.text), self._window)
        action.setObjectName(f"action_{entry.id}")
        if entry.short:
            action.setIconText(tr(entry.short))
        action.setCheckable(entry.checkable)
        action.setShortcutVisibleInContextMenu(True)
        if entry.id.startswith("tool.") and entry.checkable:
            self._tools.addAction(action)
        action.triggered.connect(lambda: self.triggered.emit(entry.id))
        self._window.addAction(action)
        return action

    def bind(self, action_id: str, call: Callable[[], object]) -> None:
        """Say what an action does. Raises KeyError for an id that is not in the table."""
        self._actions[action_id].triggered.connect(lambda: call())
        self.unbound.discard(action_id)

    def set_keys(self, keys: Mapping[str, Sequence[str]]) -> None:
        """Take these keys of every action."""
        if keys == self._keys:
            return
        self._keys = dict(keys)
        self._sequences = {QKeySequence(key) for found in keys.values() for key in found}
        for action_id, action in self._actions.items():
            action.setShortcuts([QKeySequence(key) for key in keys[action_id]])
        self._told.clear()
        self._tell()

    def set_state(self, innermost: Scope, refusals: Mapping[str, str], anyway: Collection[str] = ()) -> None:
        """Make the actions of this scope and of those around it available, but for those that are refused.

        ``refusals``: action id to the reason why it does not work now; empty reasons refuse nothing.
        ``anyway``: actions that work whatever their scope is.
        """
        if self._enabled and (innermost, refusals, anyway) == (self._innermost, self._refusals, self._anyway):
            return
        self._innermost, self._refusals, self._anyway = innermost, refusals, anyway
        out_of_reach = {scope for scope in Scope if needs(scope, innermost)}
        for entry in ACTIONS:  # dozens of times for each image that is opened: no words, no questions to Qt
            grey = entry.scope in out_of_reach or bool(refusals.get(entry.id))
            enabled = not grey or entry.id in anyway
            if self._enabled.get(entry.id) is not enabled:
                self._enabled[entry.id] = enabled
                self._actions[entry.id].setEnabled(enabled)

    def why_not(self, action_id: str) -> str:
        """Why an action does not work now, in the user's language; empty = it does."""
        if action_id in self._anyway:
            return ""
        missing = needs(BY_ID[action_id].scope, self._innermost)
        return tr(missing) if missing else self._refusals.get(action_id, "")

    def check_tool(self, tool_id: str) -> None:
        """Show a tool as the one in use."""
        action = self._actions.get(f"tool.{tool_id}")
        if action is not None and not action.isChecked():
            action.setChecked(True)

    def available(self) -> list[Action]:
        """Actions for the command palette that can be triggered now."""
        return [entry for entry in ACTIONS if entry.in_palette and self._actions[entry.id].isEnabled()]

    def _tell(self) -> None:
        """The tips say what an action does, its key, and why it does not work now.

        Set when somebody looks at one: a hundred tips a step through the pictures would be felt.
        """
        for action_id, action in self._actions.items():
            why = self.why_not(action_id)
            if self._told.get(action_id) != why:
                self._told[action_id] = why
                keys = action.shortcuts()
                key = keys[0].toString(QKeySequence.SequenceFormat.NativeText) if keys else ""
                tip = f"{plain_text(action_id)}  {key}".rstrip()
                lines = (tip, tr(BY_ID[action_id].more) if BY_ID[action_id].more else "", why)
                action.setToolTip(plain_tip("\n".join(filter(None, lines))))

    def explain(self, event: QKeyEvent) -> bool:
        """Tell why the action of a key that nothing took does not work now; whether there is one."""
        pressed = (QKeySequence(event.keyCombination()), sequence_by_place(event))
        grey = [
            entry.id
            for entry in ACTIONS
            if not self._actions[entry.id].isEnabled()
            and any(sequence in self._actions[entry.id].shortcuts() for sequence in pressed if sequence)
        ]
        if not grey:
            return False
        # of several, the one that lacks least: a proposal to be chosen, not an object
        nearest = min(grey, key=lambda action_id: bool(needs(BY_ID[action_id].scope, self._innermost)))
        if not event.isAutoRepeat():
            self.refused.emit(self.why_not(nearest))
        return True

    def _take_by_place(self, watched: QWidget, event: QKeyEvent) -> bool:
        """Trigger the action of this place; widgets get a key press only when no shortcut took it."""
        if watched.window() is not self._window or watched is not QApplication.focusWidget():
            return False
        if is_text_field(watched) or QKeySequence(event.keyCombination()) in self._sequences:
            return False
        wanted = sequence_by_place(event)
        for action in self._actions.values():
            if wanted is not None and action.isEnabled() and wanted in action.shortcuts():
                if not event.isAutoRepeat() or action.autoRepeat():
                    action.trigger()
                return True
        return False

    def _explain_in_list(self, watched: QWidget, event: QKeyEvent) -> bool:
        """A list takes letters for the beginning of a name: here they are keys, whatever they do."""
        return (
            isinstance(watched, QAbstractItemView)
            and watched.window() is self._window
            and watched is QApplication.focusWidget()
            and event.text() != ""
            and event.key() not in LIST_KEYS
            and self.explain(event)
        )

    def _paint(self) -> None:
        for action_id, action in self._actions.items():
            if BY_ID[action_id].icon:
                action.setIcon(self._theme.icon(BY_ID[action_id].icon))

    def _look_at_tip(self, _: QObject, __: QEvent) -> bool:
        self._tell()
        return False

    def _press(self, watched: QObject, event: QEvent) -> bool:
        """A key that no shortcut took counts by its place on the keyboard."""
        return (
            isinstance(event, QKeyEvent)
            and isinstance(watched, QWidget)
            and (self._take_by_place(watched, event) or self._explain_in_list(watched, event))
        )


def _leave_to_text(watched: QObject, event: QEvent) -> bool:
    """Bare keys belong to the text field that has the focus, not to an action."""
    if (
        isinstance(event, QKeyEvent)
        and isinstance(watched, QWidget)
        and is_text_field(watched)
        and not event.modifiers() & ~PLAIN_MODIFIERS
        and not Qt.Key.Key_F1 <= event.key() <= Qt.Key.Key_F35
    ):
        event.accept()
    return False
