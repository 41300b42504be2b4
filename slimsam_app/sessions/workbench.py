"""The workbench: what the window works with, and what it does with a project as a whole."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from slimsam_app.document import Document, Intent
from slimsam_app.i18n import tr
from slimsam_app.intents import images
from slimsam_app.sessions.class_session import ClassSession
from slimsam_app.sessions.draft_session import DraftSession
from slimsam_app.sessions.follower import Follower
from slimsam_app.sessions.mask_session import MaskSession
from slimsam_app.sessions.model_session import ModelSession
from slimsam_app.sessions.navigator import Navigator
from slimsam_app.sessions.object_session import ObjectSession
from slimsam_app.sessions.opening import (
    LabelledElsewhere,
    OpenedProject,
    Searched,
    look_for_pictures,
    open_paths,
)
from slimsam_app.sessions.picture_reader import usual_budget
from slimsam_app.sessions.review_session import ReviewSession
from slimsam_app.sessions.snapshot_session import SnapshotSession
from slimsam_app.sessions.stepping import Stepping
from slimsam_app.sessions.transfer_session import TransferSession
from slimsam_app.settings import Settings
from slimsam_app.workers.compression import CompressionClient
from slimsam_app.workers.io_pool import IoPool, Urgency
from slimsam_app.workers.jobs import Jobs
from slimsam_core.annotation import ImageState
from slimsam_core.errors import ProjectError, SlimSamError
from slimsam_core.pixels.folder_search import LeftOut
from slimsam_core.progress import CancelToken, Progress
from slimsam_core.project import PROJECT_SUFFIX, Project, kept_elsewhere, project_of
from slimsam_core.project.agreement import one_line
from slimsam_core.project.checkup import examine_structure
from slimsam_core.project.proof import Damage, ProjectDamaged
from slimsam_core.project.snapshots import Snapshot, snapshots_of

if TYPE_CHECKING:
    from slimsam_app.sessions.adoption_session import AdoptionSession
    from slimsam_app.sessions.compression_session import CompressionSession

log = logging.getLogger(__name__)

SHOWN_FOLDERS = 5
"""Folders that a question names: more do not fit a banner."""


class Workbench(QObject):
    """The use cases of an open project. ``failed`` and ``told`` are what the user should read."""

    failed = Signal(object)
    """SlimSamError."""
    told = Signal(str, str)
    """Something worth knowing, and what to do about it."""
    asked = Signal(str, str, object)
    """A question that can wait: what it is about, what to do, and the offer (text, call)."""
    noted = Signal(str, object)
    """What was done just now, and a call that takes it back (None = there is none)."""
    labelled_elsewhere = Signal(object, object)
    """Paths and LabelledElsewhere: other projects hold the pictures that were to be opened."""
    left_out_changed = Signal()
    opening = Signal(str)
    """Name of what is being opened; empty when that is over."""

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.settings = settings
        self.pool = IoPool(self)
        self.document = Document(self)
        self.follower = Follower(self.document, self)
        self.snapshots = SnapshotSession(self.document, self.pool, settings, self)
        self.navigator = Navigator(self.document, self.pool, self, self._picture_budget)
        self.objects = ObjectSession(self.document, self.navigator, self)
        self.objects.noted.connect(self._note)
        self.stepping = Stepping(self.document, self.navigator, self.objects, self)
        self.stepping.told.connect(self._note_step)
        self.drafts = DraftSession(self.document, self)
        self.drafts.failed.connect(self.failed)
        self.classes = ClassSession(self.document, self.objects, self)
        self.masks = MaskSession(self.document, self.navigator, self.objects, self.pool, self)
        self.masks.failed.connect(self.failed)
        self.jobs = Jobs(self.pool, self)
        self.transfer = TransferSession(self.document, self.jobs, self.report, self)
        self.review = ReviewSession(self.document, self.navigator, self.objects, self.jobs, self)
        self.review.failed.connect(self.failed)
        self.document.refused.connect(self.failed)
        self.document.damaged.connect(self._tell_damage)
        self._told_damage: set[Damage] = set()
        self.models = ModelSession(settings, self.pool, self.jobs, self)
        self.person_waits: Callable[[], bool] = lambda: False
        """Whether somebody waits for the model right now, which slimming gives way to; any thread may ask."""
        self.slimming = CompressionClient(lambda: self.person_waits(), self)
        self._opening = CancelToken()
        self._searching = CancelToken()
        self.left_out: tuple[LeftOut, ...] = ()
        """What lies in the folders of the open project and cannot be used."""
        self.document.closed.connect(self._forget_left_out)
        self.objects.failed.connect(self.failed)
        self.classes.failed.connect(self.failed)
        settings.when("label.mark_in_progress", self, self._set_mark_in_progress)

    @cached_property
    def compression(self) -> CompressionSession:
        """Decides on jobs that make a model smaller; imported when it is wanted, after the first paint."""
        from slimsam_app.sessions.compression_session import CompressionSession

        return CompressionSession(self.document, self.pool, self.models, self.slimming, self)

    @cached_property
    def adoption(self) -> AdoptionSession:
        """What is done with the model of a finished job; imported when it is wanted."""
        from slimsam_app.sessions.adoption_session import AdoptionSession

        return AdoptionSession(self.document, self.models, self.jobs, self)

    def _picture_budget(self) -> int:
        """Bytes of decoded pictures to keep; 0 in the settings = what suits this machine."""
        chosen: int = self.settings.get("canvas.picture_mb")
        return chosen << 20 if chosen else usual_budget()

    def _set_mark_in_progress(self, value: bool) -> None:
        self.objects.mark_in_progress = value

    def open(
        self, paths: Sequence[Path], *, beside: bool = True, fresh: bool = False, at: Path | None = None
    ) -> None:
        """Open pictures, folders or a project; the former project stays until the new one is ready.

        ``fresh`` makes a project even where others hold these pictures; ``at`` is a place to begin with.
        """
        if not paths or not self._all_saved():
            return
        self._opening.cancel()
        name = paths[0].name or str(paths[0])
        self.opening.emit(name)
        current = self.document.project if self.document.is_open else None
        self._opening = self.pool.submit(
            lambda token: open_paths(
                paths,
                token,
                beside=beside,
                current=current,
                fresh=fresh,
                at=at,
                progress=lambda event: self._tell_conversion(name, event),
            ),
            self._opened,
            lambda error: self._not_opened(error, paths),
            priority=Urgency.SHOWING,
        )

    def _tell_conversion(self, name: str, event: Progress) -> None:
        """Say how far the conversion of an older project is; on a thread of the pool."""
        words = tr("{name} (converting to this version: {done} of {total})")
        with contextlib.suppress(RuntimeError):  # the window was closed meanwhile
            self.opening.emit(words.format(name=name, done=f"{event.done:,}", total=f"{event.total:,}"))

    def _opened(self, opened: OpenedProject) -> None:
        self.opening.emit("")
        self._searching.cancel()
        self._told_damage.clear()
        self.document.take(opened.project)
        self._look_for_damage(opened.project)
        if opened.first_image is not None:
            self.navigator.set_filter(self.navigator.filter, show=opened.first_image)
        self.settings.remember(opened.remember)
        if opened.project.read_only:
            self.told.emit(
                tr("This project can be looked at but not changed."), opened.project.read_only_reason
            )
        elsewhere = kept_elsewhere(opened.project) if opened.made_seq is not None else None
        if elsewhere is not None:
            words = tr("{folder} cannot be written: its labels are kept in your data folder.")
            self.told.emit(words.format(folder=elsewhere.name), str(opened.project.path))
        for note in opened.notes:
            self.report(note)
        if opened.to_agree:
            self._ask_for_folders(opened)
        if opened.folders is not None:
            before = opened.project.last_seq()
            self._searching = self.pool.submit(
                lambda token: look_for_pictures(opened, token),
                lambda found: self._searched(found, before),
                self.report,
                priority=Urgency.SEARCHING,
            )

    def _look_for_damage(self, project: Project) -> None:
        """Let SQLite look the file over, beside everything else."""

        def look(_: CancelToken) -> Sequence[Damage]:
            with project.snapshot() as frozen:
                return examine_structure(frozen)

        def told(found: Sequence[Damage]) -> None:
            if self.document.is_open and self.document.project is project:
                self._tell_damage(found)

        # a file that cannot be read at all is told by whoever reads it next
        self.pool.submit(look, told, lambda error: log.info("%s", error), priority=Urgency.RECORDING)

    def _tell_damage(self, damages: Sequence[Damage]) -> None:
        """Name what is damaged, each once."""
        new = tuple(damage for damage in damages if damage not in self._told_damage)
        if new and self.document.is_open:
            self._told_damage.update(new)
            self.report(ProjectDamaged(self.document.project.path, new))

    def _ask_for_folders(self, opened: OpenedProject) -> None:
        def agree() -> None:
            opened.project.agreement.give(opened.to_agree)
            if self.document.is_open and self.document.project is opened.project:
                self.open([opened.remember])

        shown = "\n".join(one_line(folder) for folder in opened.to_agree[:SHOWN_FOLDERS])
        more = len(opened.to_agree) - SHOWN_FOLDERS
        if more > 0:
            shown += "\n" + tr("and {count} more").format(count=more)
        self.asked.emit(
            tr("This project comes from another place and names folders outside its own:") + "\n" + shown,
            tr("They were not looked into. Agree only if you know them."),
            (tr("Look there"), agree),
        )

    def _searched(self, found: Searched, seq_before: int) -> None:
        if self.document.project.last_seq() != seq_before:
            self.document.catch_up()
        for note in found.notes:
            self.report(note)
        self.left_out = found.left_out
        self.left_out_changed.emit()

    def _forget_left_out(self) -> None:
        self.left_out = ()
        self.left_out_changed.emit()

    def _not_opened(self, error: Exception, paths: Sequence[Path]) -> None:
        self.opening.emit("")
        if isinstance(error, LabelledElsewhere):
            self.labelled_elsewhere.emit(paths, error)
        else:
            self.report(error)
            self._offer_kept(project_of(paths[0]) if paths[0].is_dir() else paths[0])

    def _offer_kept(self, path: Path | None) -> None:
        """A project that cannot be opened: its newest kept state may help."""
        if path is None or path.suffix != PROJECT_SUFFIX or not (found := snapshots_of(path)):
            return
        newest = found[0]
        self.asked.emit(
            tr("A state of {name} was kept on {time}: {objects} objects.").format(
                name=path.name, time=newest.name, objects=f"{newest.objects:,}"
            ),
            tr("What lies there now is kept too."),
            (tr("Go back"), lambda: self.go_back(newest, path)),
        )

    def report(self, error: Exception) -> None:
        """Pass on what a user or a machine did; anything else is a bug and is raised."""
        if not isinstance(error, SlimSamError):
            raise error
        log.warning("%s", error)
        self.failed.emit(error)

    def attempt(self, call: Callable[[], Any]) -> None:
        """Do something that may fail, and report it when it does."""
        try:
            call()
        except SlimSamError as error:
            self.report(error)

    def undo(self) -> None:
        """Take the last command back, wherever it was, and show the picture it changed."""
        self.attempt(self.stepping.undo)

    def redo(self) -> None:
        """Do again what was taken back, and show the picture it changes."""
        self.attempt(self.stepping.redo)

    def _note_step(self, words: str) -> None:
        self.noted.emit(words, None)

    def _note(self, words: str, seq: int) -> None:
        self.noted.emit(words, partial(self._undo_only, seq) if seq else None)

    def _undo_only(self, seq: int) -> None:
        """Take back the command with this number, as long as it is the last one."""
        if self.document.is_open and self.document.project.last_seq() == seq:
            self.undo()
        else:
            self.told.emit(
                tr("Something else was done since then."), tr("Ctrl+Z takes back one step after another.")
            )

    def run(self, intent: Intent) -> None:
        """Carry out an intent, reporting a failure."""
        self.attempt(lambda: self.document.run(intent))

    def set_state(self, state: ImageState, *, go_on: bool = False) -> None:
        """Say how far the current picture is, and go on to the next unfinished one."""
        entry = self.navigator.entry
        if entry is None:
            return
        self.run(images.set_state(entry, state))
        if go_on and not self.navigator.step_unfinished(+1) and not self.navigator.step_unfinished(-1):
            self.told.emit(tr("That was the last unfinished image."), tr("Export the folder when you like."))

    def set_state_of(self, image_ids: Sequence[int], state: ImageState) -> None:
        """Say how far several pictures are, as one step, and tell it with a way back."""

        def mark() -> None:
            fit = images.that_may_be(state, image_ids, self.document.annotations)
            change = self.document.run(images.set_states(list(map(self.document.image, fit)), state))
            words = images.told(state, len(change.edits) if change else 0, len(image_ids) - len(fit))
            if words:
                self._note(words, change.seq if change else 0)

        self.attempt(mark)

    def save(self) -> None:
        """Say that all is on disk: every command is, before it is shown, unless the disk refuses."""
        if self.document.is_open and self._all_saved():
            self.told.emit(tr("Everything is saved."), str(self.document.project.path))

    def _all_saved(self) -> bool:
        self.drafts.look()
        saved = self.document.save_kept() and self.drafts.save_unsaved()
        if not saved:
            self.report(
                ProjectError(
                    tr("Changes that are not saved yet: {count}.").format(
                        count=self.document.unsaved_count + self.drafts.unsaved_count
                    ),
                    tr("They are written as soon as that is possible; until then keep the program open."),
                )
            )
        return saved

    def close(self) -> None:
        """Close the project, unless something in memory cannot be written."""
        if not self._all_saved():
            return
        self._opening.cancel()
        self._searching.cancel()
        self.jobs.cancel()
        self.document.close()

    def kept_states(self) -> list[Snapshot]:
        """Those of the open project, the newest first."""
        return snapshots_of(self.document.project.path)

    def go_back(self, chosen: Snapshot, path: Path | None = None) -> None:
        """Put a kept state in the place of a project (default: the open one), which is kept, and open it."""
        path = path or self.document.project.path
        if self.document.is_open and self.document.project.path == path:
            self.close()
            if self.document.is_open:  # something could not be saved, and that was said
                return
        self.opening.emit(path.name)

        def done(former: Path) -> None:
            self.told.emit(
                tr("The project is as it was at {time}.").format(time=chosen.name),
                tr("What it was before is kept: {path}").format(path=former),
            )
            self.open([path])

        def failed(error: Exception) -> None:
            self.opening.emit("")
            self.report(error)
            self.open([path])

        self.snapshots.go_back(path, chosen, done, failed)

    def shut_down(self) -> None:
        """Close the project and wait for the threads."""
        self._opening.cancel()
        self.slimming.close()
        self.navigator.shut_down()
        self.pool.close()
        self.document.close()
