"""Merging parts, copies or other projects into the open one: which, and what is known of them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from slimsam_app.i18n import counted, tr
from slimsam_app.plain_text import PlainLabel
from slimsam_app.sessions.parts_session import PartsSession
from slimsam_app.windows.dialogs.project_list import ProjectList
from slimsam_core.teamwork.merge import MAX_SOURCES


class MergeDialog(QDialog):
    """Begins to merge when it is accepted; what came in is told by a message.

    Parts that lie where the project's parts lie usually are listed by themselves, and can be unticked.
    """

    def __init__(self, session: PartsSession, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("mergeDialog")
        self.setWindowTitle(tr("Merge parts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session = session
        words = PlainLabel(
            tr(
                "Parts of this project, copies of it, or other projects. What was changed on one side is"
                " taken; what both sides changed waits for your decision. It is one step of undo."
            ),
            self,
        )
        words.setProperty("role", "muted")
        words.setWordWrap(True)
        self.projects = ProjectList("merge", tr("Projects to merge"), session.parts_folder, self)
        self.projects.changed.connect(self._tell)
        self.words = PlainLabel("", self)
        self.words.setObjectName("mergeWords")
        self.words.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.go = buttons.addButton(tr("Merge"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.go.setObjectName("mergeGo")
        buttons.accepted.connect(self._begin)
        buttons.rejected.connect(self.close)
        column = QVBoxLayout(self)
        column.addWidget(words)
        column.addWidget(self.projects, 1)
        column.addWidget(self.words)
        column.addWidget(buttons)
        self._looking = session.look_for_parts(self.projects.add)
        self._tell()

    def sizeHint(self) -> QSize:
        return QSize(620, 360)

    def done(self, result: int) -> None:
        """Closed, whichever way: nobody waits for parts any more."""
        self._looking.cancel()
        super().done(result)

    @property
    def chosen(self) -> tuple[Path, ...]:
        """The ticked projects."""
        return self.projects.chosen

    def _tell(self) -> None:
        count = len(self.chosen)
        self.go.setEnabled(0 < count <= MAX_SOURCES)
        if count > MAX_SOURCES:
            words = tr("Merge at most {most} at once.").format(most=MAX_SOURCES)
        elif count:
            words = counted(tr("{count} project comes in."), tr("{count} projects come in."), count)
        else:
            words = tr("Add the projects that were sent to you.")
        self.words.setText(words)

    def _begin(self) -> None:
        chosen = self.chosen
        self.close()
        self._session.merge(chosen)
