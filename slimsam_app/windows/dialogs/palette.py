"""The command palette: type a few letters of what you want, press Enter."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from slimsam_app.actions import ACTIONS, BY_ID, plain_text
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
    """A list of the actions; of those that cannot work now it says why."""

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
        rows = [(text, entry.id, "") for entry, text in self._entries]
        rows += self._grey() if wanted.strip() else []
        found = [(score, *row) for row in rows if (score := match(wanted, row[0])) is not None]
        if wanted.strip():
            found.sort(key=lambda row: (row[0], bool(row[3]), row[1]))
            if found and found[0][0] < LETTERS_APART:  # the words are there: letters alone are no answer
                found = [row for row in found if row[0] < LETTERS_APART]
        for _, text, action_id, why in found:
            if why:
                self.say(tr("{command}: {why}").format(command=text, why=why))
                continue
            shortcut = self._actions[action_id].shortcut()
            keys = shortcut.toString(shortcut.SequenceFormat.NativeText)
            item = self.add_row(text, keys, action_id)
            item.setIcon(0, self._theme.icon(BY_ID[action_id].icon or "dots-three"))
        if not found:
            self.say(tr("No command of this name."))

    def _grey(self) -> list[tuple[str, str, str]]:
        """Name, id and reason of the commands that cannot work now."""
        able = {entry.id for entry, _ in self._entries}
        others = [entry.id for entry in ACTIONS if entry.in_palette and entry.id not in able]
        return [(plain_text(i), i, why) for i in others if (why := self._actions.why_not(i))]

    def take(self, value: object) -> None:
        self._actions[str(value)].trigger()
