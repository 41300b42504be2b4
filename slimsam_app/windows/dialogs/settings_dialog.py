"""The settings dialog, made from the settings table; every change is applied at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QFrame,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from slimsam_app.i18n import counted, tr
from slimsam_app.keys import own_keys
from slimsam_app.plain_text import PlainLabel
from slimsam_app.sentences import in_words
from slimsam_app.settings import TABLE, Setting, Settings
from slimsam_app.theme import give_room
from slimsam_app.windows.dialogs.asking import ask_first
from slimsam_app.windows.dialogs.close_box import close_box
from slimsam_app.windows.dialogs.keys_dialog import KeysDialog
from slimsam_app.windows.dialogs.whole_size import whole_size
from slimsam_core.devices import AUTO, usable_devices
from slimsam_core.torch_part import why_not
from slimsam_core.visible_text import one_line

EDITORS: Mapping[str, Callable[[Settings, QWidget], QDialog]] = {"keys": KeysDialog}
"""Dialogs of settings that need one of their own."""


USABLE: Mapping[str, Callable[[], Collection[str]]] = {
    "model.device": lambda: {AUTO, *usable_devices()},
}
"""Which choices of a setting this machine has; every one where nothing is said."""


WHY_NOT: Mapping[str, Callable[[], str]] = {"model.adapt": why_not}
"""Why a setting has no effect on this machine, in words; empty where it has."""


class SettingsDialog(QDialog):
    """One line a setting, under the heading of its group."""

    def __init__(self, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("settingsDialog")
        self.setWindowTitle(tr("Settings"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._settings = settings
        outer = QVBoxLayout(self)
        area = QScrollArea(self)
        area.setAccessibleName(tr("Settings"))
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._page = page = QWidget(area)
        self._column = QVBoxLayout(page)
        self._column.setContentsMargins(8, 0, 16, 8)
        area.setWidget(page)
        outer.addWidget(area, 1)
        buttons = close_box(self)
        restore = QPushButton(tr("Restore the defaults"), self)
        restore.setAutoDefault(False)
        restore.clicked.connect(self._ask_to_restore)
        buttons.addButton(restore, QDialogButtonBox.ButtonRole.ResetRole)
        outer.addWidget(buttons)
        self._fill()
        self.resize(self.sizeHint())

    def sizeHint(self) -> QSize:
        return whole_size(self, 560, 620)

    def _fill(self) -> None:
        page = self._page
        group = ""
        form = QFormLayout()  # one for all groups: their fields stand below each other
        form.setVerticalSpacing(10)
        form.setHorizontalSpacing(18)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.FieldsStayAtSizeHint)
        self._column.addLayout(form)
        groups = list(dict.fromkeys(setting.group for setting in TABLE))
        for setting in sorted(TABLE, key=lambda setting: groups.index(setting.group)):
            if setting.hidden:
                continue
            if setting.group != group:
                group = setting.group
                heading = PlainLabel(tr(group), page)
                heading.setProperty("role", "heading")
                heading.setContentsMargins(0, 14, 0, 2)
                form.addRow(heading)
            self._add(form, setting, page)
        fields = [field for field in page.findChildren(QWidget) if form.labelForField(field) is not None]
        widest = max(field.sizeHint().width() for field in fields)
        for field in fields:
            field.setMinimumWidth(widest)
        self._column.addStretch(1)

    def _add(self, form: QFormLayout, setting: Setting, page: QWidget) -> None:
        widget = self._editor(setting, page)
        widget.setObjectName(f"setting_{setting.key}")
        widget.setAccessibleName(tr(setting.text))
        if isinstance(widget, QCheckBox):
            form.addRow(widget)
        else:
            form.addRow(tr(setting.text), widget)
        missing = WHY_NOT.get(setting.key, str)()
        widget.setEnabled(not missing)
        if setting.hint:
            hint = PlainLabel(in_words(missing) or tr(setting.hint), page)
            hint.setProperty("role", "muted")
            hint.setWordWrap(True)
            hint.setContentsMargins(22 if isinstance(widget, QCheckBox) else 0, 0, 0, 2)
            form.addRow(
                hint
            )  # over both columns: in one of them Qt cuts it off at its first guess of a width

    def _editor(self, setting: Setting, page: QWidget) -> QWidget:
        value, key = self._settings.get(setting.key), setting.key
        if isinstance(setting.default, bool):
            box = QCheckBox(tr(setting.text), page)
            box.setChecked(value)
            box.toggled.connect(lambda on: self._settings.set(key, on))
            return box
        if isinstance(setting.default, int):
            whole = QSpinBox(page)
            give_room(whole)
            whole.setRange(int(setting.minimum), int(setting.maximum))
            whole.setSuffix(f" {tr(setting.unit)}" if setting.unit else "")
            whole.setValue(value)
            whole.valueChanged.connect(lambda number: self._settings.set(key, number))
            return whole
        if isinstance(setting.default, float):
            real = QDoubleSpinBox(page)
            give_room(real)
            real.setRange(setting.minimum, setting.maximum)
            real.setSingleStep(0.5)
            real.setSuffix(f" {tr(setting.unit)}" if setting.unit else "")
            real.setValue(value)
            real.valueChanged.connect(lambda number: self._settings.set(key, float(number)))
            return real
        if setting.editor:
            button = QPushButton(tr("Change…"), page)
            button.setAutoDefault(False)
            button.clicked.connect(lambda: EDITORS[setting.editor](self._settings, self).open())
            return button
        if setting.choices:
            choice = QComboBox(page)
            for allowed, text in offered(setting, value):
                choice.addItem(one_line(text), allowed)
            choice.setCurrentIndex(max(0, choice.findData(value)))
            choice.activated.connect(lambda _: self._settings.set(key, choice.currentData()))
            return choice
        line = QLineEdit(value, page)
        line.editingFinished.connect(lambda: self._settings.set(key, line.text()))
        return line

    def _ask_to_restore(self) -> None:
        changed = [s for s in TABLE if not s.hidden and self._settings.get(s.key) != s.default]
        own = len(own_keys(self._settings))
        more = counted(tr("Your own key goes too: {count}."), tr("Your own keys go too: {count}."), own)
        one = tr("{count} setting goes back to its default. This cannot be undone.")
        several = tr("{count} settings go back to their defaults. This cannot be undone.")
        ask_first(
            self,
            tr("Restore the defaults"),
            counted(one, several, len(changed)),
            tr("Restore"),
            self._restore,
            more=more if own else "",
        )

    def _restore(self) -> None:
        for setting in TABLE:
            if not setting.hidden:
                self._settings.set(setting.key, setting.default)
        while (item := self._column.takeAt(0)) is not None:
            _discard(item.widget(), item.layout())
        self._fill()


def offered(setting: Setting, value: str) -> list[tuple[str, str]]:
    """Choices that this machine has, with their words; a stored one that is gone is there and says so."""
    usable = USABLE[setting.key]() if setting.key in USABLE else {choice for choice, _ in setting.choices}
    found = []
    for choice, text in setting.choices:
        if choice in usable:
            found.append((choice, tr(text)))
        elif choice == value:
            found.append((choice, tr("{name} (not found here)").format(name=tr(text))))
    return found


def _discard(widget: QWidget | None, layout: object) -> None:
    if widget is not None:
        widget.deleteLater()
    if isinstance(layout, QFormLayout):
        while layout.rowCount():
            layout.removeRow(0)
        layout.deleteLater()
