"""The objects of the current picture: chosen together with the canvas, sorted and filtered."""

from __future__ import annotations

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QPoint,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListView,
    QMenu,
    QToolButton,
    QWidget,
)

from slimsam_app.i18n import tr
from slimsam_app.item_models.objects_model import ObjectRole, ObjectsModel
from slimsam_app.sessions.object_session import ObjectSession
from slimsam_app.theme import Theme
from slimsam_app.windows.delegates import ObjectDelegate
from slimsam_app.windows.docks.panel import RIGHT_WIDTH, Panel
from slimsam_app.windows.search_line import PanelSearch


class ObjectsDock(Panel):
    """A list that follows the selection of the session, and sets it."""

    menu_wanted = Signal(QPoint)
    edit_wanted = Signal()

    def __init__(self, model: ObjectsModel, session: ObjectSession, theme: Theme, parent: QWidget) -> None:
        super().__init__("objectsDock", tr("Objects"), parent)
        self._session, self._theme, self._model = session, theme, model
        self._syncing = False
        self.proxy = QSortFilterProxyModel(self)
        self.proxy.setSourceModel(model)
        self.proxy.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.proxy.setFilterRole(ObjectRole.SOUGHT)
        self.proxy.setDynamicSortFilter(True)
        row = QHBoxLayout()
        row.setContentsMargins(10, 2, 8, 4)
        self.search = PanelSearch("objectSearch", tr("By class"), tr("Filter objects by class"), self)
        self.search.textChanged.connect(self.proxy.setFilterFixedString)
        self.sort_button = QToolButton(self)
        self.sort_button.setObjectName("objectSort")
        self.sort_button.setToolTip(tr("Sort objects"))
        self.sort_button.setAccessibleName(tr("Sort objects"))
        self.sort_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.sort_button.setMenu(self._make_menu())
        row.addWidget(self.search, 1)
        row.addWidget(self.sort_button)
        self.column.addLayout(row)
        self.view = self.search.view = QListView(self)
        self.view.setObjectName("objectList")
        self.view.setAccessibleName(tr("Objects"))
        self.view.setModel(self.proxy)
        self.view.setUniformItemSizes(True)
        self.view.setMouseTracking(True)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(
            lambda place: self.menu_wanted.emit(self.view.viewport().mapToGlobal(place))
        )
        self.view.doubleClicked.connect(lambda _: self.edit_wanted.emit())
        self.view.setItemDelegate(ObjectDelegate(theme, self.view))
        self.add_list(
            self.view,
            self.proxy,
            tr("No objects yet. Click on something in the image, or drag a box around it."),
            tr("No object of this image has a class like that."),
            model.rowCount,
        )
        self.view.selectionModel().selectionChanged.connect(self._chosen)
        session.selection_changed.connect(self._show_selection)
        self.proxy.modelReset.connect(self._show_selection)
        theme.changed.connect(self._paint)
        self._paint()

    def sizeHint(self) -> QSize:
        return QSize(RIGHT_WIDTH, 300)

    def _make_menu(self) -> QMenu:
        menu = QMenu(self)
        group = QActionGroup(menu)
        for text, role, order in (
            (tr("Nearest first"), ObjectRole.LAYER, Qt.SortOrder.AscendingOrder),
            (tr("By class"), ObjectRole.CLASS, Qt.SortOrder.AscendingOrder),
            (tr("Largest first"), ObjectRole.AREA, Qt.SortOrder.DescendingOrder),
            (tr("Smallest first"), ObjectRole.AREA, Qt.SortOrder.AscendingOrder),
            (tr("Most doubtful first"), ObjectRole.SCORE, Qt.SortOrder.AscendingOrder),
            (tr("Newest first"), ObjectRole.ID, Qt.SortOrder.DescendingOrder),
        ):
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setData((role, order))
            group.addAction(action)
            action.triggered.connect(lambda _=False, r=role, o=order: self._sort(r, o))
        menu.actions()[0].setChecked(True)
        return menu

    def _sort(self, role: ObjectRole, order: Qt.SortOrder) -> None:
        self.proxy.setSortRole(role)
        self.proxy.sort(0, order)

    def _paint(self) -> None:
        self.sort_button.setIcon(self._theme.icon("sort-ascending"))
        self.view.viewport().update()

    def _chosen(self) -> None:
        if not self._syncing:
            rows = self.view.selectionModel().selectedIndexes()
            self._session.select(index.data(ObjectRole.ID) for index in rows)

    def _show_selection(self) -> None:
        self._syncing = True
        rows = (self._model.row_of(annotation_id) for annotation_id in self._session.selection)
        places = (self.proxy.mapFromSource(self._model.index(row)).row() for row in rows if row >= 0)
        chosen = QItemSelection()
        for first, last in _runs(sorted(place for place in places if place >= 0)):
            chosen.select(self.proxy.index(first, 0), self.proxy.index(last, 0))
        self.view.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if chosen.count():
            self.view.scrollTo(chosen.indexes()[0])
        self._syncing = False


def _runs(rows: list[int]) -> list[tuple[int, int]]:
    """Sorted rows as ranges, first and last: a selection of a few ranges is fast, one of many is not."""
    found: list[tuple[int, int]] = []
    for row in rows:
        if found and found[-1][1] == row - 1:
            found[-1] = (found[-1][0], row)
        else:
            found.append((row, row))
    return found
