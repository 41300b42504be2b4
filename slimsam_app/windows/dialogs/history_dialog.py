"""What was done in a project, the newest first, and in which images: each can be looked at again."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from slimsam_app import figures
from slimsam_app.i18n import tr
from slimsam_app.plain_text import PlainLabel
from slimsam_app.sentences import step_words
from slimsam_app.sessions.stepping import DoneStep
from slimsam_app.windows.dialogs.whole_size import whole_size
from slimsam_core.visible_text import one_line


class HistoryDialog(QDialog):
    """A list of ``steps``; ``go`` is called with the id of an image that is to be shown, and it closes."""

    def __init__(self, steps: Sequence[DoneStep], go: Callable[[int], object], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("historyDialog")
        self.setWindowTitle(tr("History"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._steps, self._go = tuple(steps), go
        words = PlainLabel(self._words(), self)
        words.setProperty("role", "muted")
        words.setWordWrap(True)
        self.list = self._make_list()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self.show_button = buttons.addButton(tr("Show the image"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.show_button.setObjectName("historyShow")
        self.list.currentItemChanged.connect(self._look)
        self.list.itemActivated.connect(self._show_image)
        buttons.accepted.connect(self._show_image)
        buttons.rejected.connect(self.close)
        column = QVBoxLayout(self)
        for widget in (words, self.list, buttons):
            column.addWidget(widget)
        if self._steps:
            self.list.setCurrentIndex(self.list.model().index(0, 0))
        self._look()
        self.resize(self.sizeHint())

    def _make_list(self) -> QTreeWidget:
        found = QTreeWidget(self)
        found.setObjectName("historyList")
        found.setAccessibleName(tr("What was done"))
        people = any(step.author for step in self._steps)
        found.setHeaderLabels(
            [tr("When"), tr("What"), tr("Image"), *([tr("Annotator")] if people else [])],
        )
        found.setRootIsDecorated(False)
        found.setUniformRowHeights(True)
        found.header().setStretchLastSection(False)
        found.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        found.header().setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        for step in self._steps:
            what = step_words(step.label)
            if step.undone:
                what = tr("{label} (undone)").format(label=what)
            when = figures.moment(step.time)
            item = QTreeWidgetItem(found, [one_line(when), one_line(what), one_line(_where(step))])
            if people:
                item.setText(3, one_line(step.author))
        return found

    def _words(self) -> str:
        if not self._steps:
            return tr("Nothing was done in this project yet.")
        return tr("The newest first. Undo takes back the first of these that is not undone.")

    def sizeHint(self) -> QSize:
        return whole_size(self, 760, 420)

    def _step(self) -> DoneStep | None:
        row = self.list.currentIndex().row()
        return self._steps[row] if 0 <= row < len(self._steps) else None

    def _look(self) -> None:
        step = self._step()
        self.show_button.setEnabled(step is not None and bool(step.images))

    def _show_image(self) -> None:
        step = self._step()
        if step is not None and step.images:
            self.close()
            self._go(step.images[0])


def _where(step: DoneStep) -> str:
    """The name of the picture, or how many there are."""
    if len(step.images) > 1:
        return tr("{count} images").format(count=figures.count(len(step.images)))
    return step.name
