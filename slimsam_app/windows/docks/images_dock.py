"""The pictures of the project: thumbnails, states, a search line and a filter."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableView,
    QToolButton,
    QWidget,
)

from slimsam_app.i18n import tr
from slimsam_app.item_models.images_model import ImageRole, ImagesModel
from slimsam_app.plain_text import plain_tip
from slimsam_app.sessions.navigator import Navigator
from slimsam_app.signals import tie
from slimsam_app.theme import Theme
from slimsam_app.windows.delegates import ImageDelegate
from slimsam_app.windows.docks.panel import LEFT_WIDTH, Panel
from slimsam_app.windows.filter_menu import FilterMenu
from slimsam_app.windows.search_line import PanelSearch
from slimsam_core.project import ImageFilter

TYPING_PAUSE_MS = 200


class ImagesDock(Panel):
    """A list that follows the navigator, and moves it."""

    menu_wanted = Signal(QPoint)

    def __init__(
        self, model: ImagesModel, navigator: Navigator, theme: Theme, thumbnail_size: int, parent: QWidget
    ) -> None:
        super().__init__("imagesDock", tr("Images"), parent)
        self._model, self._navigator, self._theme = model, navigator, theme
        row = QHBoxLayout()
        row.setContentsMargins(10, 2, 8, 4)
        self.search = PanelSearch("imageSearch", tr("Search"), tr("Search name, comment, flag"), self)
        self._pause = QTimer(self, interval=TYPING_PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(self._apply)
        self.search.textChanged.connect(lambda _: self._pause.start())
        self.search.left.connect(self._apply_typed)
        self.filter_button = QToolButton(self)
        self.filter_button.setObjectName("imageFilter")
        self.filter_button.setAccessibleName(tr("Filter images"))
        self.filter_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.filter = FilterMenu(self)
        self.filter.changed.connect(self._apply)
        self.filter_button.setMenu(self.filter)
        row.addWidget(self.search, 1)
        row.addWidget(self.filter_button)
        self.column.addLayout(row)
        self.view = self.search.view = self._make_view(model, theme, thumbnail_size)
        self.add_list(
            self.view,
            model,
            tr("No images."),
            tr("No image passes the filter."),
            lambda: navigator.filter != ImageFilter(),
        )
        self.show_all = QPushButton(tr("Show all images"), self)
        self.show_all.setObjectName("imageShowAll")
        self.show_all.clicked.connect(self._drop_filter)
        self.column.addWidget(self.show_all, 0, Qt.AlignmentFlag.AlignHCenter)
        self.column.addSpacing(8)
        for changed in (model.modelReset, model.rowsInserted, model.rowsRemoved, navigator.order_changed):
            tie(changed, self, lambda *_: self._offer_all())
        self._offer_all()
        self.view.selectionModel().currentChanged.connect(self._chosen)
        navigator.moved.connect(self._show_current)
        navigator.order_changed.connect(self._show_current)
        model.modelReset.connect(self._show_current)
        theme.changed.connect(self._paint)
        self._paint()

    def _make_view(self, model: ImagesModel, theme: Theme, thumbnail_size: int) -> QTableView:
        # a list view asks the model for every row while it lays out, a table of fixed rows for none
        view = QTableView(self)
        view.setObjectName("imageList")
        view.setAccessibleName(tr("Images"))
        view.setModel(model)
        view.setShowGrid(False)
        view.horizontalHeader().hide()
        view.horizontalHeader().setStretchLastSection(True)
        view.verticalHeader().hide()
        view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(
            lambda place: self.menu_wanted.emit(view.viewport().mapToGlobal(place))
        )
        view.setTabKeyNavigation(False)
        view.setMouseTracking(True)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.delegate = ImageDelegate(theme, view, thumbnail_size)
        view.setItemDelegate(self.delegate)
        view.verticalHeader().setDefaultSectionSize(self.delegate.row_height)
        return view

    def sizeHint(self) -> QSize:
        return QSize(LEFT_WIDTH, 500)

    def set_thumbnail_size(self, size: int) -> None:
        """Show thumbnails of this width."""
        self.delegate.thumbnail_size = size
        self.view.verticalHeader().setDefaultSectionSize(self.delegate.row_height)

    def reset_filter(self) -> None:
        """Show all pictures again, without asking the project."""
        self.search.clear()
        self._pause.stop()
        self.filter.reset()
        self._paint()

    def show_class(self, category_id: int) -> None:
        """Pictures with objects of this class, and nothing else."""
        self.search.clear()
        self._pause.stop()
        self.filter.tick_class(category_id)

    def _drop_filter(self) -> None:
        self.reset_filter()
        self._apply()

    def _offer_all(self) -> None:
        """Where a filter hides every picture, the way back stands below the words."""
        filtered = self._navigator.filter != ImageFilter()
        self.show_all.setVisible(filtered and not self._model.rowCount())

    @property
    def chosen_ids(self) -> tuple[int, ...]:
        """Ids of the selected pictures, in the order of the list."""
        rows = sorted(index.row() for index in self.view.selectionModel().selectedRows())
        return tuple(self._model.index(row).data(ImageRole.ID) for row in rows)

    def _apply_typed(self) -> None:
        """What was typed counts at once: the next key may go to the next picture."""
        if self._pause.isActive():
            self._pause.stop()
            self._apply()

    def _apply(self) -> None:
        wanted = replace(self.filter.wanted(), text=self.search.text())
        self._paint()
        if wanted != self._navigator.filter:
            self._navigator.set_filter(wanted)

    def _paint(self) -> None:
        ticked = self.filter.words()
        self.filter_button.setIcon(self._theme.icon("funnel", "accent" if ticked else "muted"))
        words = [tr("Filter images"), *([ticked] if ticked else [])]
        self.filter_button.setToolTip(plain_tip("\n".join(words)))
        self.view.viewport().update()

    def _chosen(self, current: QModelIndex) -> None:
        image_id = current.data(ImageRole.ID)
        if image_id is not None and image_id != self._navigator.current_id:
            self._navigator.go(image_id)

    def _show_current(self) -> None:
        row = self._model.row_of(self._navigator.current_id)
        if not 0 <= row < self._model.rowCount():  # the filter hides it: no other row is marked in its place
            self.view.selectionModel().clear()
            return
        index = self._model.index(row)
        if index != self.view.currentIndex():
            self.view.selectionModel().setCurrentIndex(
                index, QItemSelectionModel.SelectionFlag.ClearAndSelect
            )
        self.view.scrollTo(index)
