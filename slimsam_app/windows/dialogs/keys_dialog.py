"""Other keys for single actions: choose one, press a key, and see at once who has it already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from slimsam_app import keys
from slimsam_app.actions import ACTIONS, SCOPE_TEXT, plain_text
from slimsam_app.i18n import counted, tr
from slimsam_app.plain_text import PlainLabel, plain_tip
from slimsam_app.settings import Settings
from slimsam_app.windows.dialogs.asking import ask_first
from slimsam_app.windows.dialogs.close_box import close_box
from slimsam_app.windows.search_line import SearchLine, fits
from slimsam_core.visible_text import one_line

_ID = Qt.ItemDataRole.UserRole


class KeysDialog(QDialog):
    """Every change is in force at once; a key that is taken in the same situation is moved, never doubled."""

    def __init__(self, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("keysDialog")
        self.setWindowTitle(tr("Change single keys"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._settings = settings
        self._lent: dict[str, dict[str, tuple[str, ...]]] = {}
        """Action -> what others had before it took a key of theirs, while this dialog is open."""
        self._given_back: tuple[str, ...] = ()
        column = QVBoxLayout(self)
        hint = tr("Search a command or a key")
        self.search = SearchLine("keysSearch", hint, hint, self)
        self.search.textChanged.connect(lambda _: self._filter())
        column.addWidget(self.search)
        self.tree = self._make_tree()
        column.addWidget(self.tree, 1)
        self._make_editor(column)
        buttons = close_box(self)
        self.reset_all = QPushButton(tr("Reset all"), self)
        self.reset_all.setAutoDefault(False)
        self.reset_all.clicked.connect(self._ask_to_reset)
        buttons.addButton(self.reset_all, QDialogButtonBox.ButtonRole.ResetRole)
        column.addWidget(buttons)
        self._fill()
        for key in ("keys.own", "keys.preset"):
            settings.when(key, self, lambda _: self._show_keys())
        self.tree.setCurrentItem(self._items()[0])

    def sizeHint(self) -> QSize:
        return QSize(940, 600)

    def choose(self, action_id: str) -> None:
        """Go to the line of an action."""
        for item in self._items():
            if item.data(0, _ID) == action_id:
                self.tree.setCurrentItem(item)

    @property
    def action_id(self) -> str:
        """The chosen action; empty when none is."""
        item = self.tree.currentItem()
        return str(item.data(0, _ID)) if item is not None else ""

    def _make_tree(self) -> QTreeWidget:
        tree = QTreeWidget(self)
        tree.setObjectName("keysTree")
        tree.setAccessibleName(tr("Commands and their keys"))
        tree.setHeaderLabels([tr("Command"), tr("Keys"), tr("When")])
        tree.setRootIsDecorated(False)
        tree.header().setStretchLastSection(False)
        tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for section in (1, 2):
            tree.header().setSectionResizeMode(section, QHeaderView.ResizeMode.ResizeToContents)
        tree.currentItemChanged.connect(lambda *_: self._chosen())
        return tree

    def _make_editor(self, column: QVBoxLayout) -> None:
        row = QHBoxLayout()
        self.recorder = QKeySequenceEdit(self)
        self.recorder.setObjectName("keysRecorder")
        self.recorder.setAccessibleName(tr("Press the new key"))
        self.recorder.setMaximumSequenceLength(1)
        self.recorder.setClearButtonEnabled(True)
        self.recorder.keySequenceChanged.connect(lambda _: self._check())
        label = PlainLabel(tr("New key"), self)
        label.setBuddy(self.recorder)
        row.addWidget(label)
        row.addWidget(self.recorder, 1)
        self.use, self.add, self.none, self.reset = (QPushButton(self) for _ in range(4))
        for button, name, text, call in (
            (self.use, "keysUse", tr("Use alone"), lambda: self._take(alone=True)),
            (self.add, "keysAdd", tr("Add"), lambda: self._take(alone=False)),
            (
                self.none,
                "keysNone",
                tr("No key"),
                lambda: self._set(()),
            ),
            (self.reset, "keysReset", tr("Reset"), self._reset),
        ):
            button.setObjectName(name)
            button.setText(text)
            button.setAutoDefault(False)
            button.clicked.connect(call)
            row.addWidget(button)
        column.addLayout(row)
        self.verdict = PlainLabel("", self)
        self.verdict.setObjectName("keysVerdict")
        self.verdict.setWordWrap(True)
        self.verdict.setMinimumHeight(self.verdict.fontMetrics().height() * 2)
        column.addWidget(self.verdict)

    def _items(self) -> list[QTreeWidgetItem]:
        found = (self.tree.topLevelItem(row) for row in range(self.tree.topLevelItemCount()))
        return [item for item in found if item is not None]

    def _fill(self) -> None:
        for action in ACTIONS:
            item = QTreeWidgetItem(
                self.tree, [one_line(plain_text(action.id)), "", tr(SCOPE_TEXT[action.scope])]
            )
            item.setData(0, _ID, action.id)
        self._show_keys()

    def _show_keys(self) -> None:
        own, in_force = keys.own_keys(self._settings), keys.keys_in_force(self._settings)
        for item in self._items():
            action_id = item.data(0, _ID)
            item.setText(1, one_line("   ".join(map(keys.native, in_force[action_id]))))
            font = item.font(1)
            font.setBold(action_id in own)
            item.setFont(1, font)
            item.setToolTip(1, plain_tip(tr("Chosen by you") if action_id in own else ""))
        self.reset_all.setEnabled(bool(own))
        self._filter()
        self._check()

    def _ask_to_reset(self) -> None:
        settings, own = self._settings, len(keys.own_keys(self._settings))
        one = tr("{count} own key goes back to the preset. This cannot be undone.")
        several = tr("{count} own keys go back to the preset. This cannot be undone.")
        words, title = counted(one, several, own), tr("Reset all")
        ask_first(self, title, words, title, lambda: settings.set("keys.own", "{}"))

    def _filter(self) -> None:
        for item in self._items():
            item.setHidden(not fits(item, self.search.text()))

    def _chosen(self) -> None:
        self._given_back = ()
        self.recorder.clear()
        self._check()

    def _pressed(self) -> str:
        return keys.portable(self.recorder.keySequence())

    def _check(self) -> None:
        """Say what would happen with the key that was pressed."""
        action_id, key = self.action_id, self._pressed()
        usable = bool(action_id and key) and key not in keys.RESERVED
        others = keys.users(self._settings, key, action_id) if usable else ()
        words = ""
        if key in keys.RESERVED:
            words = tr("{key} belongs to the canvas.").format(key=keys.native(key))
        elif others:
            words = self._warning(key, others)
        elif self._given_back and not key:
            words = tr("Given back to: {names}.").format(names=_names(self._given_back))
        self.verdict.setText(words)
        current = keys.keys_in_force(self._settings).get(action_id, ())
        self.use.setEnabled(usable and current != (key,))
        self.add.setEnabled(usable and key not in current and len(current) < keys.MAX_KEYS)
        self.none.setEnabled(bool(current))
        self.reset.setEnabled(action_id in keys.own_keys(self._settings))

    def _warning(self, key: str, others: Sequence[str]) -> str:
        """Who loses the key, and who has none then."""
        shown, in_force = keys.native(key), keys.keys_in_force(self._settings)
        words = tr("{key} is used by: {others}. It is taken away there.")
        words = words.format(key=shown, others=_names(others))
        bare = [other for other in others if not _without(in_force[other], key)]
        if not bare:
            return words
        one, many = tr("{names} then has no key."), tr("{names} then have no key.")
        return f"{words} {(one if len(bare) == 1 else many).format(names=_names(bare))}"

    def _take(self, alone: bool) -> None:
        action_id, key, in_force = self.action_id, self._pressed(), keys.keys_in_force(self._settings)
        self._set((key,) if alone else (*in_force[action_id], key))

    def _set(self, wanted: tuple[str, ...]) -> None:
        """Give an action these keys: others lose them, and get back what it took from them and leaves now."""
        action_id = self.action_id
        self._give_back(wanted)
        in_force = keys.keys_in_force(self._settings)
        changes, lent = {action_id: wanted}, self._lent.setdefault(action_id, {})
        for key in wanted:
            for other in keys.users(self._settings, key, action_id):
                lent.setdefault(other, in_force[other])
                changes[other] = _without(changes.get(other, in_force[other]), key)
        self._go_on()
        keys.set_keys(self._settings, changes)

    def _reset(self) -> None:
        self._give_back(())
        self._go_on()
        keys.reset_keys(self._settings, self.action_id)

    def _go_on(self) -> None:
        """To the next key: else the keyboard goes on to "No key", as the pressed button turns grey."""
        self.recorder.setKeySequence(QKeySequence())
        self.recorder.setFocus()

    def _give_back(self, kept: tuple[str, ...]) -> None:
        """What the chosen action took before and does not keep goes back to those who had it."""
        taken = {key.casefold() for key in keys.keys_in_force(self._settings)[self.action_id]}
        taken -= {key.casefold() for key in kept}
        back = {}
        for other, before in self._lent.get(self.action_id, {}).items():
            now = keys.keys_in_force(self._settings)[other]
            free = tuple(k for k in before if k.casefold() in taken and k not in now)
            if free:
                back[other] = tuple(k for k in before if k in now or k in free)
        self._given_back = tuple(back)
        if back:
            for other in back:
                del self._lent[self.action_id][other]
            keys.set_keys(self._settings, {self.action_id: kept, **back})


def _names(action_ids: Iterable[str]) -> str:
    return ", ".join(map(plain_text, action_ids))


def _without(found: tuple[str, ...], key: str) -> tuple[str, ...]:
    return tuple(one for one in found if one.casefold() != key.casefold())
