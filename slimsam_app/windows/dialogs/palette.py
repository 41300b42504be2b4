"""The command palette: type a few letters of what you want, press Enter."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from slimsam_app.actions import ACTIONS, plain_text
from slimsam_app.i18n import tr
from slimsam_app.theme import Theme
from slimsam_app.windows.action_set import ActionSet
from slimsam_app.windows.dialogs.search_popup import SearchPopup

LETTERS_APART = 1000
"""From this score on only the letters are there, none of them beside another."""


def match(wanted: str, text: str) -> int | None:
    """How well ``text`` fits what was typed: lower is better, None when a letter is missing.

    Whole words first, then their beginnings, then the letters in order.
    """
    wanted, text = wanted.casefold().strip(), text.casefold()
    if wanted in text:
        at = text.index(wanted)
        return at if at == 0 or text[at - 1] == " " else 100 + at
    position, gaps = -1, 0
    for letter in wanted.replace(" ", ""):
        found = text.find(letter, position + 1)
        if found < 0:
            return None
        gaps += found - position - 1
        position = found
    return LETTERS_APART + gaps


class CommandPalette(SearchPopup):
    """A list of the actions that can be triggered now."""

    def __init__(self, actions: ActionSet, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, tr("What do you want to do?"), tr("Find a command"), "palette", parent)
        self.setObjectName("commandPalette")
        self._actions = actions
        self._entries = [(entry, actions[entry.id].text().replace("&", "")) for entry in actions.available()]
        self._refill("")
        self.resize(self.sizeHint())
        top = parent.mapToGlobal(QPoint((parent.width() - self.width()) // 2, 90))
        self.move(top)

    def fill(self, wanted: str) -> None:
        scored = [(match(wanted, text), text, entry) for entry, text in self._entries]
        found = [(score, text, entry) for score, text, entry in scored if score is not None]
        if wanted.strip():
            found.sort(key=lambda row: (row[0], row[1]))
        for _, text, entry in found:
            shortcut = self._actions[entry.id].shortcut()
            item = self.add_row(text, shortcut.toString(shortcut.SequenceFormat.NativeText), entry.id)
            item.setIcon(0, self._theme.icon(entry.icon or "dots-three"))
        if not found:
            self.say(self._why_none(wanted))

    def _why_none(self, wanted: str) -> str:
        """Of a command that cannot work now, why; else that there is none."""
        grey = [(match(wanted, plain_text(e.id)), e.id) for e in ACTIONS if e.in_palette]
        fitting = sorted((score, i) for score, i in grey if score is not None and score < LETTERS_APART)
        for _, action_id in fitting:
            why = self._actions.why_not(action_id)
            if why:
                return tr("{command}: {why}").format(command=plain_text(action_id), why=why)
        return tr("No command of this name.")

    def take(self, value: object) -> None:
        self._actions[str(value)].trigger()
