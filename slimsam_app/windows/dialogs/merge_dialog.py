"""Merging parts, copies or other projects into the open one: which, and what is known of them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from slimsam_app import figures
from slimsam_app.i18n import counted, tr
from slimsam_app.plain_text import PlainLabel
from slimsam_app.sentences import in_words
from slimsam_app.sessions.parts_session import LookedAt, PartsSession
from slimsam_app.windows.dialogs.project_list import ProjectList
from slimsam_app.windows.dialogs.unknown_classes import UnknownClasses
from slimsam_core.errors import SlimSamError
from slimsam_core.progress import CancelToken
from slimsam_core.teamwork import PartLook
from slimsam_core.teamwork.merge import MAX_SOURCES
from slimsam_core.visible_text import one_line


class MergeDialog(QDialog):
    """Begins to merge when it is accepted; what came in is told by a message.

    Parts that lie where the project's parts lie usually are listed by themselves, and can be unticked. Each
    is looked at before: what cannot be merged is told and left out, and classes that are not known here wait
    for a choice.
    """

    def __init__(self, session: PartsSession, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("mergeDialog")
        self.setWindowTitle(tr("Merge parts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session = session
        self._looking: dict[Path, CancelToken] = {}
        self._looks: dict[Path, PartLook | SlimSamError] = {}
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
        self.classes = UnknownClasses(session.class_names, session.classes_before, self)
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
        column.addWidget(self.classes, 1)
        column.addWidget(self.words)
        column.addWidget(buttons)
        self.resize(self.sizeHint())  # else its height is that of the words for this width
        self._finding = session.look_for_parts(self.projects.add)
        self._tell()

    def sizeHint(self) -> QSize:
        return QSize(640, 540)

    def done(self, result: int) -> None:
        """Closed, whichever way: nobody waits for parts any more."""
        for token in (self._finding, *self._looking.values()):
            token.cancel()
        super().done(result)

    @property
    def chosen(self) -> tuple[Path, ...]:
        """The ticked projects."""
        return self.projects.chosen

    def _tell(self) -> None:
        chosen = self.chosen
        if len(chosen) <= MAX_SOURCES:
            for path in chosen:
                self._look_at(path)
        looks = [self._looks[path] for path in chosen if path in self._looks]
        parts = [look for look in looks if isinstance(look, PartLook)]
        self.classes.show_classes(self._session.unknown(parts))
        self.go.setEnabled(0 < len(chosen) <= MAX_SOURCES and len(parts) == len(chosen))
        self.words.setText("\n".join([*self._refused(), self._outlook(parts)]))

    def _look_at(self, path: Path) -> None:
        if path not in self._looking:
            self._looking[path] = self._session.look_at(path, self._show)

    def _show(self, found: LookedAt) -> None:
        path, look = found
        self._looks[path] = look
        if isinstance(look, SlimSamError):
            self.projects.refuse(path, in_words(look.message))
        else:
            self._tell()

    def _refused(self) -> list[str]:
        """What cannot be merged, and why."""
        return [
            tr("{name} cannot be merged and is left out: {reason}").format(
                name=one_line(path.name), reason=one_line(in_words(look.message))
            )
            for path, look in self._looks.items()
            if isinstance(look, SlimSamError)
        ]

    def _outlook(self, parts: list[PartLook]) -> str:
        count = len(self.chosen)
        if count > MAX_SOURCES:
            return tr("Merge at most {most} at once.").format(most=MAX_SOURCES)
        if not count:
            return tr("Add the projects that were sent to you.")
        if len(parts) < count:
            return tr("Looking at what comes in…")
        words = counted(tr("{count} project comes in."), tr("{count} projects come in."), count)
        objects = figures.count(sum(part.objects for part in parts))
        return f"{words} {tr('Objects in: {count}').format(count=objects)}"

    def _begin(self) -> None:
        chosen, mapping = self.chosen, self.classes.mapping
        self.close()
        self._session.merge(chosen, mapping)
