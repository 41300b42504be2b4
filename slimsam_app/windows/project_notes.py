"""What the window says of the project as a whole, and once of the model that came with the program."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
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
from slimsam_app.windows.workspace import Workspace
from slimsam_app.workers.model_status import ModelStatus


class ProjectNotes(QObject):
    """Follows the workbench for as long as the window lives."""

    def __init__(
        self,
        workbench: Workbench,
        actions: ActionSet,
        messages: Messages,
        workspace: Workspace,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._workbench, self._actions, self._messages, self._window = workbench, actions, messages, window
        workbench.document.closed.connect(messages.leave_project)
        workbench.opener.left_out_changed.connect(self._show_left_out)
        workbench.opener.labelled_elsewhere.connect(self._ask_project)
        workbench.inference.model_ready.connect(self._tell_bundled)
        workbench.opener.annotations_found.connect(self._offer_import)
        self._workspace = workspace
        workspace.objects_shown.connect(self._tell_hidden)
        workbench.document.closed.connect(workspace.show_objects)
        self._show_left_out()

    def _tell_hidden(self, shown: bool) -> None:
        """As long as objects are hidden, so that nobody takes them for lost."""
        words = tr("All objects are hidden, new ones too.")
        if shown:
            self._messages.forget_note(words)
        else:
            self._messages.keep_note(words, (tr("Show them"), self._workspace.show_objects))

    def _offer_import(self, folder: Path, format_: str) -> None:
        """The pictures of a folder came in; what another tool says of them did not."""
        self._messages.ask(
            tr("Annotations lie beside these pictures: {format}.").format(format=tr(format_)),
            tr("They are in the project when they are imported, which can be undone."),
            (tr("Import them"), partial(self._workbench.transfer.import_annotations, folder)),
        )

    def _tell_bundled(self, status: ModelStatus) -> None:
        """Once, below the picture: the first box is drawn at this moment, and no card may take it."""
        settings = self._workbench.settings
        if status.bundled and not settings.get("state.told_bundled"):
            settings.set("state.told_bundled", True)
            words = tr("The bundled model is in use. SlimSAM's own weights are more accurate.")
            self._messages.keep_note(words, (tr("Models…"), self._actions["model.manage"].trigger))

    def _show_left_out(self) -> None:
        left_out = self._workbench.opener.left_out
        if left_out:
            words = tr("Entries of the folder that were left out: {count}.")
            show = (tr("Show the list…"), self._actions["file.left_out"].trigger)
            self._messages.show_info(words.format(count=figures.count(len(left_out))), left_out[0].path, show)

    def _ask_project(self, paths: Sequence[Path], elsewhere: LabelledElsewhere) -> None:
        ExistingProjectDialog(self._workbench, paths, elsewhere, self._window).open()
