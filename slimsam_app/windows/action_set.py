"""The QActions of a window, made from the action table and switched on and off by scope."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from slimsam_app.actions import ACTIONS, BY_ID, Action, Scope, enclosing, plain_text
from slimsam_app.i18n import tr
from slimsam_app.keys import native
from slimsam_app.physical_keys import sequence_by_place
from slimsam_app.plain_text import plain_tip
from slimsam_app.theme import Theme

PLAIN_MODIFIERS = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
TEXT_FIELDS = (QLineEdit, QTextEdit, QPlainTextEdit, QAbstractSpinBox)
LEAVES_FIELD = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Escape)


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

    def __init__(self, window: QWidget, theme: Theme, keys: Mapping[str, Sequence[str]]) -> None:
        super().__init__(window)
        self._window, self._theme = window, theme
        self._actions: dict[str, QAction] = {}
        self.unbound = {entry.id for entry in ACTIONS}
        """Ids that nothing is bound to yet."""
        self._allowed: dict[str, bool] = {}
        self._scopes: frozenset[Scope] = frozenset({Scope.APP})
        self._tools = QActionGroup(self)
        for entry in ACTIONS:
            self._actions[entry.id] = self._make(entry)
        self.set_keys(keys)
        self._paint()
        self._enable()
        theme.changed.connect(self._paint)
        application = QApplication.instance()
        assert application is not None
        application.installEventFilter(self)

    def __getitem__(self, action_id: str) -> QAction:
        return self._actions[action_id]

    def _make(self, entry: Action) -> QAction:
        action = QAction(tr(entry.text), self._window)
        action.setObjectName(f"action_{entry.id}")
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
        self._sequences = {QKeySequence(key) for found in keys.values() for key in found}
        for action_id, action in self._actions.items():
            found = keys[action_id]
            action.setShortcuts([QKeySequence(key) for key in found])
            action.setToolTip(
                plain_tip(f"{plain_text(action_id)}  {native(found[0]) if found else ''}".rstrip())
            )

    def set_scopes(self, innermost: Scope) -> None:
        """Make the actions of this scope and of those around it available."""
        scopes = frozenset(enclosing(innermost))
        if scopes != self._scopes:
            self._scopes = scopes
            self._enable()

    def allow(self, action_id: str, allowed: bool) -> None:
        """A condition of an action besides its scope, such as something to undo."""
        self._allowed[action_id] = allowed
        self._actions[action_id].setEnabled(allowed and BY_ID[action_id].scope in self._scopes)

    def check_tool(self, tool_id: str) -> None:
        """Show a tool as the one in use."""
        action = self._actions.get(f"tool.{tool_id}")
        if action is not None and not action.isChecked():
            action.setChecked(True)

    def available(self) -> list[Action]:
        """Actions for the command palette that can be triggered now."""
        return [entry for entry in ACTIONS if entry.in_palette and self._actions[entry.id].isEnabled()]

    def _enable(self) -> None:
        for action_id, action in self._actions.items():
            action.setEnabled(BY_ID[action_id].scope in self._scopes and self._allowed.get(action_id, True))

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

    def _paint(self) -> None:
        for action_id, action in self._actions.items():
            if BY_ID[action_id].icon:
                action.setIcon(self._theme.icon(BY_ID[action_id].icon))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Bare keys belong to the text field that has the focus, not to an action.

        A key that no shortcut took counts by its place on the keyboard.
        """
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return isinstance(watched, QWidget) and self._take_by_place(watched, event)
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and isinstance(watched, QWidget)
            and is_text_field(watched)
            and not event.modifiers() & ~PLAIN_MODIFIERS
            and not Qt.Key.Key_F1 <= event.key() <= Qt.Key.Key_F35
        ):
            event.accept()
        return False
