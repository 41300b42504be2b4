"""Which picture of which project is shown, and where in the list: title of the window and status bar."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from slimsam_app import figures
from slimsam_app.i18n import tr
from slimsam_app.sessions.workbench import Workbench
from slimsam_app.windows.status_bar import StatusBar
from slimsam_core.project import home_name
from slimsam_core.visible_text import one_line


class Whereabouts(QObject):
    """Follows the navigator for as long as the window lives: another order is another place, too."""

    def __init__(self, workbench: Workbench, status: StatusBar, window: QWidget) -> None:
        super().__init__(window)
        self._workbench, self._status, self._window = workbench, status, window
        workbench.navigator.image_changed.connect(self.show)
        workbench.navigator.order_changed.connect(self.show)
        workbench.document.opened.connect(self.show)
        workbench.document.closed.connect(self.show)
        workbench.navigator.picture_ready.connect(self._look)
        workbench.navigator.picture_ready.connect(self.show)
        workbench.document.closed.connect(self._forget)
        self._told = False
        self.show()

    def show(self) -> None:
        """Write both anew."""
        workbench, navigator, entry = (
            self._workbench,
            self._workbench.navigator,
            self._workbench.navigator.entry,
        )
        project = workbench.document.project if workbench.document.is_open else None
        home = "" if project is None else home_name(project)
        mark = tr("read-only") if project is not None and project.read_only else ""
        parts = (entry.path if entry else "", home, mark, "SlimSAM")
        self._window.setWindowTitle(one_line(" — ".join(part for part in parts if part)))
        row = navigator.row_of(entry.id) if entry else -1
        place = figures.count_of(row + 1, len(navigator.ids)) if row >= 0 else ""
        size = str(entry.size).replace("x", " × ") if entry and entry.size else ""
        picture = navigator.picture
        first = tr("first frame of several") if entry and picture is not None and picture.several else ""
        clear = tr("transparent parts as stored") if picture is not None and picture.transparent else ""
        self._status.show_size("   ".join(part for part in (place, size, first, clear) if part))

    def _look(self) -> None:
        """Tell once a project that colours below transparent parts are seen."""
        picture = self._workbench.navigator.picture
        if picture is not None and picture.transparent and not self._told:
            self._told = True
            words = tr(
                "This picture has transparent parts: they are shown as stored, as the model sees them."
            )
            self._workbench.noted.emit(words, None)

    def _forget(self) -> None:
        self._told = False
