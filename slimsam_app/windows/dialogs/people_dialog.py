"""Whom to compare: the people of this project, other projects with it, or others by it as what is right."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from slimsam_app.i18n import tr
from slimsam_app.plain_text import PlainLabel
from slimsam_app.sessions.parts_session import PartsSession
from slimsam_app.sessions.team_session import TeamSession
from slimsam_app.windows.dialogs.project_list import ProjectList
from slimsam_core.visible_text import one_line


class Compared(StrEnum):
    """What is compared with what."""

    PEOPLE = "people"
    PROJECTS = "projects"
    GOLD = "gold"


class PeopleDialog(QDialog):
    """Begins to compare when it is accepted; how it came out is told by a message."""

    def __init__(self, session: PartsSession, team: TeamSession, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("peopleDialog")
        self.setWindowTitle(tr("Compare people"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session, self._team = session, team
        self.what = QComboBox(self)
        self.what.setObjectName("peopleWhat")
        self.what.setAccessibleName(tr("What is compared"))
        self.what.addItem(tr("The people of this project"), Compared.PEOPLE)
        self.what.addItem(tr("This project and others, each the work of one person"), Compared.PROJECTS)
        self.what.addItem(tr("Others, measured by this project, which is right"), Compared.GOLD)
        self.projects = ProjectList("people", tr("Projects to compare"), session.parts_folder, self)
        self.words = PlainLabel("", self)
        self.words.setObjectName("peopleWords")
        self.words.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.go = buttons.addButton(tr("Compare"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.go.setObjectName("peopleGo")
        buttons.accepted.connect(self._begin)
        buttons.rejected.connect(self.close)
        column = QVBoxLayout(self)
        for widget in (self.what, self.projects, self.words, buttons):
            column.addWidget(widget)
        if len(team.people) < 2:
            self.what.setCurrentIndex(self.what.findData(Compared.PROJECTS))
        self.what.currentIndexChanged.connect(lambda _: self._tell())
        self.projects.changed.connect(self._tell)
        self._looking = session.look_for_parts(self.projects.add)
        self._tell()

    def sizeHint(self) -> QSize:
        return QSize(600, 320)

    def done(self, result: int) -> None:
        """Closed, whichever way: nobody waits for parts any more."""
        self._looking.cancel()
        super().done(result)

    def _tell(self) -> None:
        people = Compared(self.what.currentData()) is Compared.PEOPLE
        self.projects.setEnabled(not people)
        names = self._team.people
        able = len(names) > 1 if people else bool(self.projects.chosen)
        self.go.setEnabled(able)
        if people and able:
            words = tr("{names}, where several of them labelled the same image.").format(
                names=", ".join(one_line(name) for name in names)
            )
        elif people:
            words = tr("Only one person has objects in this project: choose above to compare it with others.")
        else:
            words = "" if able else tr("Add the projects of the others.")
        self.words.setText(words)

    def _begin(self) -> None:
        what = Compared(self.what.currentData())
        others = () if what is Compared.PEOPLE else self.projects.chosen
        self.close()
        self._session.compare(others, gold=what is Compared.GOLD)
