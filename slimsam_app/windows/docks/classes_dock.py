"""The classes: the one for new objects is chosen here, renamed in place, added by a button."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QPushButton,
    QWidget,
)

from slimsam_app.i18n import tr
from slimsam_app.item_models.classes_model import ClassesModel, ClassRole
from slimsam_app.plain_text import plain_tip
from slimsam_app.sessions.class_choice import ClassChoice
from slimsam_app.sessions.class_session import ClassSession
from slimsam_app.sessions.class_template import ClassTemplate
from slimsam_app.sessions.object_session import ObjectSession
from slimsam_app.theme import Theme
from slimsam_app.windows.delegates import ClassDelegate
from slimsam_app.windows.docks.panel import RIGHT_WIDTH, Panel
from slimsam_core.visible_text import one_line

LEAST_ROWS = 5
"""Classes that can always be seen, however low the window is."""
_FRAME_PX = 1
"""Of the style, around every list."""


class ClassesDock(Panel):
    """A list whose current row is the class that new objects get."""

    menu_wanted = Signal(QPoint, object)
    """Global place, Category."""

    def __init__(
        self,
        model: ClassesModel,
        objects: ObjectSession,
        classes: ClassSession,
        choice: ClassChoice,
        template: ClassTemplate,
        *,
        theme: Theme,
        new: QAction,
        edit: QAction,
        parent: QWidget,
    ) -> None:
        super().__init__("classesDock", tr("Classes"), parent)
        self._model, self._session, self._classes = model, objects, classes
        self._choice, self._template = choice, template
        self.add_button(new)
        self.add_button(edit)
        self.new_name = QLineEdit(self)
        self.new_name.setObjectName("newClass")
        self.new_name.setPlaceholderText(tr("New class, Enter"))
        self.new_name.setAccessibleName(tr("Name of the new class"))
        self.new_name.returnPressed.connect(self._add)
        self.new_name.installEventFilter(self)
        self.new_name.hide()
        line = QHBoxLayout()
        line.setContentsMargins(10, 2, 10, 2)
        line.addWidget(self.new_name)
        self.column.addLayout(line)
        self.view = QListView(self)
        self.view.setObjectName("classList")
        self.view.setAccessibleName(tr("Classes"))
        self.view.setModel(model)
        self.view.setUniformItemSizes(True)
        self.view.setMouseTracking(True)
        self.view.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self._ask_menu)
        self.view.viewport().installEventFilter(self)
        delegate = ClassDelegate(theme, self.view)
        self.view.setItemDelegate(delegate)
        row = max(delegate.height, self.view.fontMetrics().height() + 12)
        self.view.setMinimumHeight(LEAST_ROWS * row + 2 * _FRAME_PX)
        self.add_list(
            self.view, model, tr("No classes yet. The first object makes one; press + to name your own.")
        )
        self._make_offer(template)
        self.view.clicked.connect(self._clicked)
        self.view.selectionModel().currentChanged.connect(self._chosen)
        model.rename_wanted.connect(classes.rename)
        objects.category_changed.connect(self._show_current)
        model.modelReset.connect(self._show_current)
        theme.changed.connect(self.view.viewport().update)

    def sizeHint(self) -> QSize:
        return QSize(RIGHT_WIDTH, 220)

    def _make_offer(self, template: ClassTemplate) -> None:
        self.take_over = QPushButton(tr("Use the last classes"), self)
        self.take_over.setObjectName("takeClasses")
        self.take_over.clicked.connect(template.take)
        self._below = QWidget(self)  # its margins go with it
        row = QHBoxLayout(self._below)
        row.setContentsMargins(10, 2, 10, 6)
        row.addWidget(self.take_over)
        self.column.addWidget(self._below)
        template.changed.connect(self._show_offer)
        self._show_offer()

    def _show_offer(self) -> None:
        """While there is no class: those of the project before, by one click."""
        offered, name = self._template.offered, one_line(self._template.name)
        self._below.setVisible(offered is not None)
        words = tr("Take over the classes of {name} with their colours, keys and attributes.")
        self.take_over.setToolTip(plain_tip(f"{words.format(name=name)}\n{offered}"))
        self.take_over.setAccessibleName(words.format(name=name))

    def start_new(self) -> None:
        """Ask for the name of a new class."""
        self.show()
        self.new_name.show()
        self.new_name.setFocus()

    def _add(self) -> None:
        if not self.new_name.text().strip():
            self.new_name.hide()
        elif self._classes.add(self.new_name.text()) is not None:
            self.new_name.clear()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Esc and leaving an empty line put the line away; the right button chooses no class."""
        if watched is not self.new_name:
            return isinstance(event, QMouseEvent) and event.button() == Qt.MouseButton.RightButton
        escaped = (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
        )
        if escaped or (event.type() == QEvent.Type.FocusOut and not self.new_name.text()):
            self.new_name.clear()
            self.new_name.hide()
        return escaped

    def rename(self, category_id: int) -> None:
        """Let the user type another name in place."""
        self.view.edit(self._model.index(self._model.row_of(category_id)))

    def _ask_menu(self, place: QPoint) -> None:
        category = self.view.indexAt(place).data(ClassRole.CATEGORY)
        if category is not None:
            self.menu_wanted.emit(self.view.viewport().mapToGlobal(place), category)

    def _clicked(self, index: QModelIndex) -> None:
        """A click does what the key of the class does."""
        category = index.data(ClassRole.CATEGORY)
        if category is not None:
            self._choice.give(category.id)
        self._show_current()

    def _chosen(self, index: QModelIndex) -> None:
        """The arrow keys choose for new objects; a click is heard when it is over."""
        if QApplication.mouseButtons() != Qt.MouseButton.NoButton:
            return
        category = index.data(ClassRole.CATEGORY)
        if category is not None and category.id != self._session.category_id:  # else it only shows it
            self._session.choose_category(category.id)

    def _show_current(self) -> None:
        row = self._model.row_of(self._session.category_id)
        if row >= 0 and self.view.currentIndex().row() != row:
            self.view.selectionModel().setCurrentIndex(
                self._model.index(row), QItemSelectionModel.SelectionFlag.ClearAndSelect
            )
