"""What the window says of the project as a whole: what was left out, who holds these pictures already."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from slimsam_app import figures
from slimsam_app.i18n import tr
from slimsam_app.messages import Messages
from slimsam_app.sessions.opening import LabelledElsewhere
from slimsam_app.sessions.workbench import Workbench
from slimsam_app.windows.action_set import ActionSet
from slimsam_app.windows.dialogs.existing_project_dialog import ExistingProjectDialog


class ProjectNotes(QObject):
    """Follows the workbench for as long as the window lives."""

    def __init__(self, workbench: Workbench, actions: ActionSet, messages: Messages, window: QWidget) -> None:
        super().__init__(window)
        self._workbench, self._actions, self._messages, self._window = workbench, actions, messages, window
        workbench.opener.left_out_changed.connect(self._show_left_out)
        workbench.opener.labelled_elsewhere.connect(self._ask_project)
        self._show_left_out()

    def _show_left_out(self) -> None:
        left_out = self._workbench.opener.left_out
        if left_out:
            words = tr("Entries of the folder that were left out: {count}.")
            show = (tr("Show the list…"), self._actions["file.left_out"].trigger)
            self._messages.show_info(words.format(count=figures.count(len(left_out))), left_out[0].path, show)

    def _ask_project(self, paths: Sequence[Path], elsewhere: LabelledElsewhere) -> None:
        ExistingProjectDialog(self._workbench, paths, elsewhere, self._window).open()
