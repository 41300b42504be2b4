"""The classes: the one for new objects is chosen here, renamed in place, added by a button."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from slimsam_app.i18n import tr
from slimsam_app.item_models.classes_model import ClassesModel, ClassRole
from slimsam_app.sessions.object_session import ObjectSession
from slimsam_app.theme import Theme
from slimsam_app.windows.delegates import ClassDelegate
from slimsam_app.windows.docks.panel import Panel


class ClassesDock(Panel):
    """A list whose current row is the class that new objects get."""

    menu_wanted = Signal(QPoint)

    def __init__(
        self,
        model: ClassesModel,
        session: ObjectSession,
        theme: Theme,
        new: QAction,
        edit: QAction,
        parent: QWidget,
    ) -> None:
        super().__init__("classesDock", tr("Classes"), parent)
        self._model, self._session = model, session
        self.add_button(new)
        self.add_button(edit)
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
        self.view.customContextMenuRequested.connect(
            lambda place: self.menu_wanted.emit(self.view.viewport().mapToGlobal(place))
        )
        self.view.setItemDelegate(ClassDelegate(theme, self.view))
        self.add_list(
            self.view, model, tr("No classes yet. The first object makes one; press + to name your own.")
        )
        self.view.clicked.connect(self._chosen)
        self.view.selectionModel().currentChanged.connect(self._chosen)
        session.category_changed.connect(lambda _: self._show_current())
        model.modelReset.connect(self._show_current)
        theme.changed.connect(self.view.viewport().update)

    def sizeHint(self) -> QSize:
        return QSize(250, 220)

    def _chosen(self, index: QModelIndex) -> None:
        category = index.data(ClassRole.CATEGORY)
        if category is not None:
            self._session.choose_category(category.id)

    def _show_current(self) -> None:
        row = self._model.row_of(self._session.category_id)
        if row >= 0 and self.view.currentIndex().row() != row:
            self.view.selectionModel().setCurrentIndex(
                self._model.index(row), QItemSelectionModel.SelectionFlag.ClearAndSelect
            )
