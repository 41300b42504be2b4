"""The sheet of keys and gestures, with a search line, the preset in use, and what collides in it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from slimsam_app.actions import ACTIONS, BY_ID, PRESETS, SCOPE_TEXT, Action, conflicts, plain_text
from slimsam_app.i18n import mark, tr
from slimsam_app.keys import keys_in_force, native
from slimsam_app.plain_text import PlainLabel, plain_tip
from slimsam_app.settings import Settings
from slimsam_app.windows.dialogs.close_box import close_box
from slimsam_app.windows.dialogs.keys_dialog import KeysDialog
from slimsam_app.windows.search_line import SearchLine, fits
from slimsam_core.visible_text import one_line

MORE = mark("More keys")


_HEADING_MARGIN_PX = 24
"""Left and right of a heading, with the border between two."""


class ShortcutSheet(QDialog):
    """Read from the action table; choosing another preset applies it at once."""

    def __init__(self, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("shortcutSheet")
        self.setWindowTitle(tr("Keyboard shortcuts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._settings = settings
        self._groups: dict[str, QTreeWidgetItem] = {}
        column = QVBoxLayout(self)
        row = QHBoxLayout()
        self.search = SearchLine(
            "shortcutSearch", tr("Search a command or a key"), tr("Search shortcuts"), self
        )
        self.search.textChanged.connect(self._filter)
        self.preset = QComboBox(self)
        self.preset.setObjectName("shortcutPreset")
        self.preset.setAccessibleName(tr("Preset of keys"))
        self.preset.addItems([*map(one_line, PRESETS)])
        self.preset.setCurrentText(settings.get("keys.preset"))
        self.preset.currentTextChanged.connect(self._choose)
        row.addWidget(self.search, 1)
        row.addWidget(PlainLabel(tr("Keys of"), self))
        row.addWidget(self.preset)
        column.addLayout(row)
        self.tree = QTreeWidget(self)
        self.tree.setObjectName("shortcutTree")
        self.tree.setAccessibleName(tr("Keyboard shortcuts"))
        self.tree.setHeaderLabels([tr("Command"), tr("Keys"), tr("Mouse and more"), tr("When")])
        self.tree.setRootIsDecorated(False)
        self.tree.setIndentation(12)
        self.tree.setUniformRowHeights(True)
        header = self.tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(_heading_width(header))
        column.addWidget(self.tree, 1)
        self.problems = PlainLabel("", self)
        self.problems.setObjectName("shortcutConflicts")
        self.problems.setWordWrap(True)
        column.addWidget(self.problems)
        buttons = close_box(self)
        change = QPushButton(tr("Change single keys…"), self)
        change.setObjectName("singleKeys")
        change.setAutoDefault(False)
        change.clicked.connect(lambda: KeysDialog(settings, self).open())
        buttons.addButton(change, QDialogButtonBox.ButtonRole.ActionRole)
        column.addWidget(buttons)
        settings.when("keys.own", self, lambda _: self._fill())

    def sizeHint(self) -> QSize:
        return QSize(1180, 640)

    def _choose(self, preset: str) -> None:
        self._settings.set("keys.preset", preset)
        self._fill()

    def _fill(self) -> None:
        in_force = keys_in_force(self._settings)
        self.tree.clear()
        groups = self._groups = {}
        for entry in ACTIONS:
            keys = in_force[entry.id]
            if keys or entry.gestures:
                title = tr(entry.menu or MORE).replace("&", "")
                if title not in groups:
                    groups[title] = QTreeWidgetItem(self.tree, [title])
                    groups[title].setFirstColumnSpanned(True)
                    font = groups[title].font(0)
                    font.setBold(True)
                    groups[title].setFont(0, font)
                _row(groups[title], entry, keys)
        self.tree.expandAll()
        found = conflicts(in_force)
        self.problems.setVisible(bool(found))
        self.problems.setText(
            "\n".join(
                tr("{key} is used twice: {first}, {second}").format(
                    key=conflict.key,
                    first=tr(BY_ID[conflict.first].text),
                    second=tr(BY_ID[conflict.second].text),
                )
                for conflict in found
            )
        )
        self._filter(self.search.text())

    def _filter(self, wanted: str) -> None:
        for group in self._groups.values():
            shown = 0
            for item in filter(None, map(group.child, range(group.childCount()))):
                item.setHidden(not fits(item, wanted))
                shown += not item.isHidden()
            group.setHidden(not shown)


def _heading_width(header: QHeaderView) -> int:
    """What the longest heading takes: a column that gives way keeps its name."""
    titles = [tr("Command"), tr("Keys"), tr("Mouse and more"), tr("When")]
    return max(header.fontMetrics().horizontalAdvance(title) for title in titles) + _HEADING_MARGIN_PX


def _row(group: QTreeWidgetItem, entry: Action, keys: tuple[str, ...]) -> None:
    shown = "   ".join(map(native, keys))
    texts = [
        plain_text(entry.id),
        shown,
        ", ".join(tr(gesture) for gesture in entry.gestures),
        tr(SCOPE_TEXT[entry.scope]),
    ]
    item = QTreeWidgetItem(group, [*map(one_line, texts)])
    item.setToolTip(2, plain_tip(texts[2]))
    item.setData(0, Qt.ItemDataRole.UserRole, entry.id)
