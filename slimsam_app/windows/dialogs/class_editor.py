"""The class editor: name, colour, key, super-category and attributes of every class.

Everything is applied at once, as in every dialog that has only a Close button: what is typed when its field,
its class or the dialog is left, by whatever way. What cannot be applied keeps the dialog open and says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QItemSelectionModel, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QColorDialog,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from slimsam_app.i18n import tr
from slimsam_app.intents.attributes import format_schema, parse_schema
from slimsam_app.item_models.classes_model import ClassesModel, ClassRole
from slimsam_app.messages import Messages
from slimsam_app.plain_text import PlainLabel
from slimsam_app.sessions.class_session import ClassSession
from slimsam_app.signals import tie
from slimsam_app.swatch import swatch_icon
from slimsam_app.theme import Theme
from slimsam_app.windows.dialogs.class_rows import ClassRows
from slimsam_app.windows.dialogs.close_box import close_box
from slimsam_app.windows.dialogs.delete_class import ask_delete_class
from slimsam_app.windows.dialogs.path_dialog import FileMode, path_dialog, save_dialog
from slimsam_core.annotation import Category
from slimsam_core.class_colors import PALETTE
from slimsam_core.errors import SlimSamError
from slimsam_core.formats.suffixes import CLASS_LIST_SUFFIXES
from slimsam_core.project import CLASS_KEYS
from slimsam_core.visible_text import one_line


class ClassEditor(QDialog):
    """The list on the left, the chosen class on the right."""

    def __init__(
        self,
        model: ClassesModel,
        session: ClassSession,
        theme: Theme,
        parent: QWidget,
        *,
        chosen_id: int = 0,
    ) -> None:
        """``chosen_id``: the class to begin with; 0 = the first one."""
        super().__init__(parent)
        self.setObjectName("classEditor")
        self.setWindowTitle(tr("Classes"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._model, self._session = model, session
        outer = QVBoxLayout(self)
        row = QHBoxLayout()
        row.setSpacing(16)
        outer.addLayout(row, 1)
        row.addLayout(self._make_list(theme), 2)
        told = QVBoxLayout()
        row.addLayout(self._make_form(told), 3)
        self._messages = Messages(self, theme, column=told)
        session.failed.connect(self._messages.show_error)
        session.told.connect(self._messages.show_success)
        for line in (self.name, self.supercategory, self.new_name):
            tie(line.textEdited, self, lambda _: self._messages.clear())  # it is being mended
        buttons = close_box(self)
        outer.addWidget(buttons)
        model.modelReset.connect(self._reselect)
        model.dataChanged.connect(self._show)
        self._chosen_id, self._shown_id, self._chosen_row = chosen_id, 0, 0
        self._unread: dict[int, str] = {}
        """Attributes as they were typed, by class, that could not be read: there again to be mended."""
        self._refused = ""
        """Attributes that were told to be unreadable: leaving once more leaves them as they were."""
        self._reselect()

    def sizeHint(self) -> QSize:
        return QSize(700, 520)

    def _make_list(self, theme: Theme) -> QVBoxLayout:
        column = QVBoxLayout()
        self.view = ClassRows(theme, self)
        self.view.setObjectName("classEditorList")
        self.view.setAccessibleName(tr("Classes"))
        self.view.setModel(self._model)
        self.view.setEditTriggers(ClassRows.EditTrigger.NoEditTriggers)
        self.view.selectionModel().currentChanged.connect(self._choose)
        self.view.moved.connect(self._move)
        column.addWidget(self.view, 1)
        hint = _hint(
            tr("Drag a class to another place, or press Alt and an arrow key. Its number is the one that YOLO"
               " and other formats without names write."),
            self,
        )  # fmt: skip
        column.addWidget(hint)
        row = QHBoxLayout()
        self.new_name = QLineEdit(self)
        self.new_name.setObjectName("newClassName")
        self.new_name.setPlaceholderText(tr("New class"))
        self.new_name.setAccessibleName(tr("Name of a new class"))
        self.new_name.returnPressed.connect(self._add)
        add = QPushButton(tr("Add"), self)
        add.setAutoDefault(False)
        add.clicked.connect(self._add)
        row.addWidget(self.new_name, 1)
        row.addWidget(add)
        column.addLayout(row)
        self.number_keys = QPushButton(tr("Keys 1, 2, 3 … in this order"), self)
        self.number_keys.setObjectName("numberKeys")
        self.number_keys.setAutoDefault(False)
        self.number_keys.clicked.connect(self._number_keys)
        column.addWidget(self.number_keys)
        files = QHBoxLayout()
        for name, text, call in (
            ("loadClasses", tr("Load list…"), self._ask_load),
            ("saveClasses", tr("Save list…"), self._ask_save),
        ):
            button = QPushButton(text, self)
            button.setObjectName(name)
            button.setAutoDefault(False)
            button.clicked.connect(call)
            files.addWidget(button)
        column.addLayout(files)
        return column

    def _make_form(self, told: QVBoxLayout) -> QFormLayout:
        """``told``: a message takes its room from the attributes, so that no button moves under a hand."""
        form = QFormLayout()
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        form.setVerticalSpacing(10)
        self.name = QLineEdit(self)
        self.name.setObjectName("className")
        self.name.editingFinished.connect(self._apply)
        self.supercategory = QLineEdit(self)
        self.supercategory.setObjectName("classSupercategory")
        self.supercategory.setPlaceholderText(tr("none"))
        self.supercategory.editingFinished.connect(self._apply)
        self.color = QPushButton(self)
        self.color.setObjectName("classColor")
        self.color.setAutoDefault(False)
        self.color.clicked.connect(self._pick_color)
        self.hotkey = QComboBox(self)
        self.hotkey.setObjectName("classHotkey")
        self.hotkey.addItem("", "")
        for digit in CLASS_KEYS:
            self.hotkey.addItem(one_line(digit), digit)
        self.hotkey.activated.connect(lambda _: self._apply())
        self.attributes = QPlainTextEdit(self)
        self.attributes.setObjectName("classAttributes")
        self.attributes.setPlaceholderText(
            tr("size: small, large\noccluded: yes/no\nnumber of wheels: number")
        )
        self.attributes.setTabChangesFocus(True)
        self.attributes.setMinimumHeight(3 * self.attributes.fontMetrics().lineSpacing())
        self.attributes.installEventFilter(self)
        hint = _hint(
            tr("One attribute a line: its name, a colon, then its values, or “yes/no”, “number” or “text”."),
            self,
        )
        self.delete = QPushButton(tr("Delete class…"), self)
        self.delete.setObjectName("deleteClass")
        self.delete.setAutoDefault(False)
        self.delete.clicked.connect(self._ask_delete)
        for text, widget in (
            (tr("Name"), self.name),
            (tr("Colour"), self.color),
            (tr("Key"), self.hotkey),
            (tr("Super-category"), self.supercategory),
            (tr("Attributes"), self.attributes),
        ):
            form.addRow(text, widget)
        form.addRow("", told)
        form.addRow("", hint)
        form.addRow("", self.delete)
        return form

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.attributes and event.type() == QEvent.Type.FocusOut:
            self._apply()
        return False

    def done(self, result: int) -> None:
        """Every way to close comes here: what is typed is applied first."""
        if self._may_leave():
            super().done(result)
            self._session.settled.emit()

    def _may_leave(self) -> bool:
        text = self.attributes.toPlainText()
        told = bool(self._refused) and text == self._refused
        return self._apply() or told

    def _category(self) -> Category | None:
        """The class that the form shows, as it is stored now."""
        found = self._model.index(self._model.row_of(self._chosen_id)).data(ClassRole.CATEGORY)
        return found if isinstance(found, Category) else None

    def _choose(self) -> None:
        found = self.view.currentIndex().data(ClassRole.CATEGORY)
        chosen_id = found.id if isinstance(found, Category) else 0
        if chosen_id == self._chosen_id:
            return
        if not self._may_leave():
            QTimer.singleShot(0, self, self._mark_chosen)  # the view is still busy with its own choice
            return
        self._chosen_id, self._chosen_row = chosen_id, self.view.currentIndex().row()
        self._show()

    def _mark_chosen(self) -> None:
        row = self._chosen_row = max(0, self._model.row_of(self._chosen_id))
        self.view.selectionModel().setCurrentIndex(
            self._model.index(row), QItemSelectionModel.SelectionFlag.ClearAndSelect
        )

    def _reselect(self) -> None:
        """Keep the chosen class after the list was read anew; the first one when it is gone."""
        if self._model.row_of(self._chosen_id) < 0:  # it was deleted: the one that took its row is chosen
            row = min(self._chosen_row, self._model.rowCount() - 1)
            beside = self._model.index(row).data(ClassRole.CATEGORY)
            self._chosen_id = beside.id if isinstance(beside, Category) else 0
        self._mark_chosen()
        self._show()

    def _show(self) -> None:
        category = self._category()
        fields = (
            self.name, self.color, self.hotkey, self.supercategory, self.attributes, self.delete,
        )  # fmt: skip
        for field in fields:
            field.setEnabled(category is not None)
        category = category or Category(id=1, name="")
        self.name.setText(category.name)
        self.supercategory.setText(category.supercategory)
        self.color.setIcon(swatch_icon(QColor(category.display_color), 28, 16))
        self.color.setText(one_line(category.display_color))
        digit = self._model.index(self._model.row_of(category.id)).data(ClassRole.KEY)
        free = tr("{key}, the first free one").format(key=digit) if digit and not category.hotkey else ""
        self.hotkey.setItemText(0, one_line(free) or tr("the first free one"))
        self.hotkey.setCurrentIndex(max(0, self.hotkey.findData(category.hotkey)))
        text = format_schema(category.schema)
        if self._shown_id != category.id or (text != self.attributes.toPlainText() and self._readable()):
            self.attributes.setPlainText(self._unread.get(category.id, text))
        self._shown_id = category.id

    def _readable(self) -> bool:
        try:
            parse_schema(self.attributes.toPlainText())
        except SlimSamError:
            return False
        return True

    def _add(self) -> None:
        if not self._may_leave():
            return
        category = self._session.add(self.new_name.text())
        if category is not None:
            self._chosen_id = category.id
            self.new_name.clear()
            self._reselect()

    def _move(self, category_id: int, row: int) -> None:
        """Put a class in front of the one that is in this row now."""
        if not self._may_leave():
            return
        ids = [self._model.index(n).data(ClassRole.CATEGORY).id for n in range(self._model.rowCount())]
        before = [number for number in ids[:row] if number != category_id]
        after = [number for number in ids[row:] if number != category_id]
        self._chosen_id = category_id
        self._session.order([*before, category_id, *after])

    def _ask_load(self) -> None:
        if self._may_leave():
            kinds = " ".join(f"*{suffix}" for suffix in CLASS_LIST_SUFFIXES)
            dialog = path_dialog(
                self,
                tr("Load a list of classes"),
                "",
                tr("Lists of classes") + f" ({kinds})",
                FileMode.ExistingFile,
            )
            dialog.setObjectName("loadClassesDialog")
            dialog.fileSelected.connect(lambda path: self._session.load(Path(path)))
            dialog.open()

    def _ask_save(self) -> None:
        if self._may_leave():
            kinds = tr("Lists of classes") + " (*.json)"
            dialog = save_dialog(self, tr("Save the list of classes"), "classes.json", kinds, ".json")
            dialog.setObjectName("saveClassesDialog")
            dialog.fileSelected.connect(lambda path: self._session.save(Path(path)))
            dialog.open()

    def _number_keys(self) -> None:
        if self._may_leave():
            self._session.number_keys()

    def _apply(self) -> bool:
        """Store what the form shows; False when something of it was refused, which is told."""
        category = self._category()
        if category is None:
            return True
        text, problem = self.attributes.toPlainText(), None
        schema: Mapping[str, Any] = category.attributes
        try:
            schema = parse_schema(text)
        except SlimSamError as error:
            problem = error
        after = replace(
            category,
            name=self.name.text(),
            supercategory=self.supercategory.text().strip(),
            hotkey=self.hotkey.currentData(),
            attributes=schema if schema != dict(category.attributes) else category.attributes,
        )
        if after != category and not self._session.change(after):
            self._show()
            return False
        if problem is not None and text != self._refused:
            self._messages.show_error(problem)
        self._refused = text if problem is not None else ""
        if problem is None:
            self._unread.pop(category.id, None)
            self._messages.clear()  # what was told is mended
        else:
            self._unread[category.id] = text
        return problem is None

    def _pick_color(self) -> None:
        self._apply()
        category = self._category()
        if category is None:
            return
        dialog = QColorDialog(QColor(category.display_color), self)
        for number, color in enumerate(PALETTE):
            QColorDialog.setCustomColor(number % QColorDialog.customCount(), QColor(color))
        dialog.colorSelected.connect(
            lambda color: self._session.change(replace(category, color=color.name()))
        )
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _ask_delete(self) -> None:
        self._apply()
        category = self._category()
        if category is None:
            return
        rows = range(self._model.rowCount())
        classes = [self._model.index(row).data(ClassRole.CATEGORY) for row in rows]
        ask_delete_class(category, self._session, classes, self)


def _hint(text: str, parent: QWidget) -> PlainLabel:
    hint = PlainLabel(text, parent)
    hint.setProperty("role", "muted")
    hint.setWordWrap(True)
    return hint
