"""The window: bars, panels, the picture in the middle; who does what is bound elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QEvent, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenu, QMessageBox, QStackedWidget

from slimsam_app.canvas.style import ColorBy
from slimsam_app.canvas.tools.review import ReviewTool
from slimsam_app.causes import Cause
from slimsam_app.i18n import tr
from slimsam_app.item_models.classes_model import ClassesModel
from slimsam_app.item_models.images_model import ImagesModel
from slimsam_app.item_models.objects_model import ObjectsModel
from slimsam_app.item_models.thumbnails import Thumbnails
from slimsam_app.keys import keys_in_force
from slimsam_app.messages import Messages
from slimsam_app.plain_text import message_box
from slimsam_app.sentences import in_words
from slimsam_app.sessions.workbench import Workbench
from slimsam_app.settings import Settings
from slimsam_app.signals import tie
from slimsam_app.theme import Theme
from slimsam_app.windows import menus, stored_layout
from slimsam_app.windows.action_set import ActionSet
from slimsam_app.windows.adapting_notes import AdaptingNotes
from slimsam_app.windows.availability import Availability
from slimsam_app.windows.compare_bar import CompareBar
from slimsam_app.windows.compressing import Compressing
from slimsam_app.windows.context_menus import ContextMenus
from slimsam_app.windows.docks.agree_dock import AgreeDock
from slimsam_app.windows.docks.classes_dock import ClassesDock
from slimsam_app.windows.docks.details_dock import DetailsDock
from slimsam_app.windows.docks.images_dock import ImagesDock
from slimsam_app.windows.docks.objects_dock import ObjectsDock
from slimsam_app.windows.docks.proposals_dock import ProposalsDock
from slimsam_app.windows.docks.review_dock import ReviewDock
from slimsam_app.windows.focus import KeysToThePicture
from slimsam_app.windows.looking import Looking
from slimsam_app.windows.panel_border import PanelBorder
from slimsam_app.windows.panel_layout import PanelLayout
from slimsam_app.windows.project_notes import ProjectNotes
from slimsam_app.windows.prompting import Prompting
from slimsam_app.windows.resuming import Resuming
from slimsam_app.windows.status_bar import StatusBar
from slimsam_app.windows.suggestion_notes import SuggestionNotes
from slimsam_app.windows.tab_order import TabOrder
from slimsam_app.windows.task_bar import SpareBar
from slimsam_app.windows.transfer_notes import TransferNotes
from slimsam_app.windows.welcome import WelcomePage
from slimsam_app.windows.whereabouts import Whereabouts
from slimsam_app.windows.workspace import Workspace
from slimsam_app.workers.ending import forever
from slimsam_core.errors import SlimSamError
from slimsam_core.project import PROJECT_SUFFIX
from slimsam_core.visible_text import one_line

LAYOUT_VERSION = 6
"""6: the panel of the image is as high as its fields."""
_TITLE_BAR_PX = 40
"""What a window manager may put above the window."""


class MainWindow(QMainWindow):
    """Puts the parts together and keeps their enabled states and titles right."""

    check_wanted = Signal(Path)
    """An annotation file that may have faults."""

    def __init__(self, workbench: Workbench, settings: Settings, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.setAcceptDrops(True)
        self.setDockNestingEnabled(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.workbench, self.settings, self.theme = workbench, settings, theme
        self.deadline: Callable[[], QDeadlineTimer] = forever
        """Until when the end of the window waits for threads."""
        self.actions_ = ActionSet(self, theme, keys_in_force(settings))
        self.status = StatusBar(self)
        self.setStatusBar(self.status)
        self.workspace = Workspace(workbench, settings, theme, self)
        self.prompting = Prompting(self.workspace, workbench, settings, self.status)
        self.spare_bar = SpareBar(self.workbench.inference.spare, theme, self)
        self.status.add_work(self.spare_bar)
        compare_end = self.actions_["model.compare_end"]
        self.compare_bar = CompareBar(workbench.compare, compare_end, self.workspace)
        self.workspace.column.insertWidget(0, self.compare_bar)
        self.welcome = WelcomePage(
            [self.actions_[i] for i in ("file.open_folder", "file.open_images", "file.samples")], theme, self
        )
        self.centre = QStackedWidget(self)
        self.centre.setObjectName("centre")
        self.centre.addWidget(self.welcome)
        self.centre.addWidget(self.workspace)
        self.setCentralWidget(self.centre)
        shown = self.workspace.open_rect
        self.messages = Messages(self.centre, theme, self.prompting.bar, shown, self.status)
        self.compressing = Compressing(workbench, theme, self.messages, self)
        self.compressing.compare_wanted.connect(self.workbench.compare.start)
        self.status.add_work(self.compressing.bar)
        self.menus = menus.build_menus(self, self.actions_)
        self.recent_menu = QMenu(tr("Recent"), self)
        self.menus["&File"].insertMenu(self.actions_["file.save"], self.recent_menu)
        top_bar = menus.build_top_bar(self, self.actions_)
        self.tool_bar = menus.build_tool_bar(self, self.actions_, self.workspace.tool_ids)
        self._make_docks()
        panels = (self.objects_dock, self.classes_dock, self.images_dock, self.details_dock)
        first = (self.welcome, self.workspace.pages, *panels)
        self.tab_order = TabOrder(self, first, (self.tool_bar, top_bar))
        ProjectNotes(workbench, self.actions_, self.messages, self.workspace, self)
        AdaptingNotes(workbench, self.messages, self)
        TransferNotes(workbench, self.actions_, self.messages, self.check_wanted.emit, self)
        Whereabouts(workbench, self.status, self)
        SuggestionNotes(workbench, self.status, self)
        self.resuming = Resuming(workbench, self.workspace.canvas, self)
        Looking(workbench, self.workspace.canvas, self)
        KeysToThePicture(self.workspace.canvas, workbench.document, self)
        self._connect()
        self._show_open(False)
        drafting, menus_ = self.prompting.drafting, self.menus.values()
        self.available = Availability(self.actions_, workbench, self.workspace, drafting, menus_, parent=self)
        self._restore_layout()

    def sizeHint(self) -> QSize:
        return QSize(1280, 800)

    def _make_docks(self) -> None:
        workbench, theme = self.workbench, self.theme
        size = self.settings.get("look.thumbnail_size")
        self.thumbnails = Thumbnails(workbench.document, workbench.pool, 2 * size, self)
        self.workspace.small_picture = self.thumbnails.known
        self.images_model = ImagesModel(
            workbench.document, workbench.navigator, workbench.drafts, self.thumbnails, self
        )
        self.objects_model = model = ObjectsModel(workbench.document, workbench.objects, self)
        self.settings.when("canvas.color_by", model, lambda by: model.show_own_colors(by == ColorBy.INSTANCE))
        self.classes_model = ClassesModel(workbench.document, self)
        self.images_dock = ImagesDock(self.images_model, workbench.navigator, theme, size, self)
        self.objects_dock = ObjectsDock(self.objects_model, workbench.objects, theme, self)
        self.classes_dock = ClassesDock(
            self.classes_model,
            workbench.objects,
            workbench.classes,
            self.workbench.class_choice,
            workbench.class_template,
            theme=theme,
            new=self.actions_["class.new"],
            edit=self.actions_["class.edit"],
            parent=self,
        )
        left, right = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
        self.addDockWidget(left, self.images_dock)
        self.addDockWidget(right, self.classes_dock)
        self.addDockWidget(right, self.objects_dock)
        self.details_dock = DetailsDock(workbench, self)
        self.review_dock = ReviewDock(workbench.review, self.actions_, theme, self)
        self.addDockWidget(left, self.details_dock)
        self.addDockWidget(right, self.review_dock)
        self.proposals_dock = ProposalsDock(self.workbench.everything, self.actions_, theme, self)
        self.addDockWidget(right, self.proposals_dock)
        self.agree_dock = AgreeDock(workbench.agreeing, theme, self)
        self.addDockWidget(right, self.agree_dock)
        for dock in (
            self.review_dock,
            self.agree_dock,
            self.proposals_dock,
        ):  # below each other they outgrow a small screen
            self.tabifyDockWidget(self.objects_dock, dock)
        self.addDockWidget(right, self.prompting.dock)
        self.prompting.dock.neighbours = (self.classes_dock, self.objects_dock)
        self.border = PanelBorder(self.settings, self, self.images_dock, self.classes_dock, self.objects_dock)
        at_left, at_right = (self.images_dock, self.details_dock), (self.classes_dock, self.objects_dock)
        self.panels = PanelLayout(
            self.settings, at_left, at_right, self.prompting.dock, border=self.border, window=self
        )

    def _connect(self) -> None:
        workbench, document = self.workbench, self.workbench.document
        tie(document.opened, self, lambda: self._show_open(True))
        tie(document.closed, self, lambda: self._show_open(False))
        document.changed.connect(self._offer_classes)
        document.opened.connect(self._offer_classes)
        stack = document.undo_stack
        stack.canUndoChanged.connect(self._show_undo)
        stack.canRedoChanged.connect(self._show_undo)
        stack.indexChanged.connect(self._show_undo)
        workbench.everything.changed.connect(self._show_undo)
        workbench.failed.connect(self.messages.show_error)
        workbench.told.connect(self.messages.show_info)
        workbench.asked.connect(self.messages.ask)
        workbench.answered.connect(self.messages.answered)
        workbench.noted.connect(self._show_note)
        workbench.undo_line.over.connect(self.messages.end_note)
        document.changed.connect(self._settle_errors)
        workbench.classes.settled.connect(self._settle_errors)
        workbench.navigator.moved.connect(self.messages.leave_picture)
        tie(workbench.inference.model_ready, self, lambda _: self.messages.settle(Cause.MODEL))
        document.unsaved.connect(self._show_unsaved)
        self.status.follow(workbench.jobs)
        workbench.opener.opening.connect(self._show_opening)
        workbench.pool.busy_changed.connect(self.status.show_busy)
        for news in (workbench.everything.changed, workbench.agreeing.queue_changed):
            news.connect(self._show_proposals)
        self.status.model_button.clicked.connect(self.actions_["model.manage"].trigger)
        canvas = self.workspace.canvas
        canvas.zoom_changed.connect(self._show_zoom)
        canvas.pixel_hovered.connect(self.status.show_pixel)
        canvas.tool_changed.connect(self.actions_.check_tool)
        canvas.tool_changed.connect(self._show_hint)
        self.actions_.check_tool(canvas.tool.id)
        self.actions_.refused.connect(self.messages.note)
        choice, classes = workbench.class_choice, self.classes_model
        self.context = ContextMenus(self.actions_, workbench, choice, classes, self.theme, window=self)
        self.workspace.menu_wanted.connect(self.context.show_picture)
        for search in (self.images_dock.search, self.objects_dock.search):
            search.left.connect(canvas.setFocus)
        for line in (self.details_dock.comment, self.details_dock.flags):
            line.left.connect(self.workspace.take_keys)  # the next keys belong to the picture
        self.context.serve(self.objects_dock, self.images_dock, self.classes_dock, self.proposals_dock)
        self.objects_dock.edit_wanted.connect(self.actions_["object.edit"].trigger)
        self.welcome.open_wanted.connect(lambda path: workbench.open([path]))
        self.settings.when("look.thumbnail_size", self, self._set_thumbnail_size)
        self.settings.when("look.tool_words", self, lambda on: menus.show_words(self.tool_bar, on))
        self.settings.when("state.recent", self, lambda _: self._show_recent())
        self._show_undo()

    def _show_open(self, is_open: bool) -> None:
        self.centre.setCurrentWidget(self.workspace if is_open else self.welcome)
        self.panels.show(is_open)
        self.tool_bar.setVisible(is_open)
        self.images_dock.reset_filter()
        self.objects_dock.search.clear()
        if not is_open:
            self.review_dock.hide()
            self.agree_dock.hide()
            self._show_recent()
        self._show_hint()

    def _show_proposals(self) -> None:
        """The panel is there while there is something to review; then the former tool would be in the way."""
        there = bool(self.workbench.everything.proposals)
        deciding = self.workbench.agreeing.queue and not self.agree_dock.isHidden()
        if not there or deciding:  # who is A and who is B must be seen
            self.proposals_dock.hide()
        elif not self.proposals_dock.isVisible():
            self.proposals_dock.show()
            self.proposals_dock.raise_()
        if not there and self.workspace.canvas.tool.id == ReviewTool.id:
            self.workspace.canvas.set_tool(self.workspace.last_tool)

    def _show_opening(self, name: str) -> None:
        self.status.show_state(tr("Opening {name} …").format(name=name) if name else "")

    def _show_zoom(self, zoom: float) -> None:
        self.status.show_zoom(zoom if self.workspace.canvas.image_id is not None else 0.0)

    def _show_hint(self) -> None:
        is_open = self.workbench.document.is_open
        self.status.show_hint(tr(self.workspace.canvas.tool.hint) if is_open else "")

    def _show_note(self, words: str, undo: Callable[[], None] | None) -> None:
        self.messages.note(words, (tr("Undo"), undo) if undo is not None else None)

    def _settle_errors(self) -> None:
        """Something was done: what was refused before is no news any more."""
        self.messages.settle(Cause.PICTURE)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes from the picture through the panels."""
        return self.tab_order.go(forward) or super().focusNextPrevChild(forward)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes errors also where it has nothing to cancel; a key of something grey tells why it is."""
        if event.key() == Qt.Key.Key_Escape and self.workbench.document.is_open:
            self.workspace.take_keys()
        dismissed = event.key() == Qt.Key.Key_Escape and self.messages.dismiss()
        if not dismissed and not self.actions_.explain(event):
            super().keyPressEvent(event)

    def _show_unsaved(self, count: int, reason: SlimSamError | None) -> None:
        message = tr("Kept in memory, not saved yet ({count}): {reason}") if count else ""
        hint = tr("They are written as soon as that is possible. Ctrl+S tries now.") if count else ""
        self.messages.show_lasting(
            message.format(count=count, reason=in_words(reason.message) if reason else ""),
            " ".join(text for text in (in_words(reason.hint) if reason else "", hint) if text),
        )

    def _may_close(self) -> bool:
        """Ask when something could not be written."""
        document, drafts = self.workbench.document, self.workbench.drafts
        self.prompting.drafting.keep()
        if document.save_kept() and drafts.save_unsaved():
            return True
        box = message_box(
            self,
            QMessageBox.Icon.Warning,
            tr("Not saved"),
            tr("Changes that could not be written to the project and will be lost: {count}.").format(
                count=document.unsaved_count + drafts.unsaved_count
            ),
            buttons=QMessageBox.StandardButton.Discard | QMessageBox.StandardButton.Cancel,
        )
        box.setDefaultButton(QMessageBox.StandardButton.Cancel)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return box.exec() == QMessageBox.StandardButton.Discard

    def _show_undo(self) -> None:
        stack, proposals = self.workbench.document.undo_stack, self.workbench.everything.was_last
        last = tr("Take proposals away") if proposals else stack.undoText()
        for action_id, word, able, text in (
            ("edit.undo", tr("Undo"), stack.canUndo() or proposals, last),
            ("edit.redo", tr("Redo"), stack.canRedo(), stack.redoText()),
        ):
            self.actions_[action_id].setText(one_line(f"{word}: {text}" if able and text else word))

    def _offer_classes(self) -> None:
        self.images_dock.filter.set_classes([(c.id, c.name) for c in self.workbench.document.categories()])

    def _show_recent(self) -> None:
        recent = self.settings.recent()
        self.welcome.set_recent(recent)
        self.recent_menu.clear()
        for name in recent:
            action = self.recent_menu.addAction(one_line(name).replace("&", "&&"))
            action.triggered.connect(lambda _=False, path=Path(name): self.workbench.open([path]))
        self.recent_menu.setEnabled(bool(recent))

    def _set_thumbnail_size(self, size: int) -> None:
        self.thumbnails.set_size(2 * size)
        self.images_dock.set_thumbnail_size(size)

    def toggle_queue(self, dock: ReviewDock | AgreeDock) -> None:
        """Show a queue with most of the room and fill it; put it away when seen, raise it when behind."""
        if not dock.visibleRegion().isEmpty():
            dock.hide()
            self._show_proposals()
            self.border.share()
            self.workspace.canvas.setFocus()
            return
        behind, other = not dock.isHidden(), self.agree_dock if dock is self.review_dock else self.review_dock
        other.hide()  # one queue at a time: the words of three tabs have no room beside each other
        dock.show()
        self._show_proposals()
        dock.raise_()
        dock.tree.setFocus(Qt.FocusReason.OtherFocusReason)
        right: list[QDockWidget] = [self.classes_dock, self.objects_dock, dock]
        self.resizeDocks(right, [1, 1, self.height()], Qt.Orientation.Vertical)
        if not behind:
            dock.check()

    def reset_panels(self) -> None:
        """Put every panel where it was at first."""
        self.restoreState(self._first_layout, LAYOUT_VERSION)
        self.panels.reset()
        self.review_dock.hide()
        self.agree_dock.hide()
        self._show_proposals()
        self.border.forget()

    def changeEvent(self, event: QEvent) -> None:
        """Back from another program, which may have changed the picture."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.workbench.navigator.check_file()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._may_close():
            event.ignore()
            return
        self.settings.set("state.geometry", stored_layout.to_text(self.saveGeometry()))
        self.settings.set("state.place", stored_layout.place_of(self))
        if self.workbench.document.is_open:
            self.settings.set("state.layout", stored_layout.to_text(self.saveState(LAYOUT_VERSION)))
        self.resuming.keep()
        self.prompting.close_image()
        self.workspace.shut_down()
        self.workbench.shut_down(self.deadline())
        super().closeEvent(event)

    def _restore_layout(self) -> None:
        self._first_layout = self.saveState(LAYOUT_VERSION)
        room = self.screen().availableSize()
        self.resize(self.sizeHint().boundedTo(QSize(room.width(), room.height() - _TITLE_BAR_PX)))
        self.restoreGeometry(stored_layout.from_text(self.settings.get("state.geometry")))
        stored_layout.go_back(self, self.settings.get("state.place"))
        self.restoreState(stored_layout.from_text(self.settings.get("state.layout")), LAYOUT_VERSION)
        self._show_open(self.workbench.document.is_open)
        for dock in (self.review_dock, self.agree_dock, self.proposals_dock):
            dock.hide()


def project_filter() -> str:
    """The filter of a file dialog for projects."""
    return tr("SlimSAM projects") + f" (*{PROJECT_SUFFIX})"
