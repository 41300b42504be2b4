"""The workbench: document, threads, clients and sessions of one window, made here and nowhere else."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QDeadlineTimer, QObject, Signal

from slimsam_app import figures
from slimsam_app.document import Document
from slimsam_app.i18n import tr
from slimsam_app.intents import images
from slimsam_app.kept import Intent
from slimsam_app.sessions.adapting_session import AdaptingSession
from slimsam_app.sessions.agree_session import AgreeSession
from slimsam_app.sessions.box_mask_session import BoxMaskSession
from slimsam_app.sessions.boxes_session import BoxesSession
from slimsam_app.sessions.carry_session import CarrySession
from slimsam_app.sessions.carry_through_session import CarryThroughSession
from slimsam_app.sessions.class_choice import ClassChoice
from slimsam_app.sessions.class_session import ClassSession
from slimsam_app.sessions.class_template import ClassTemplate
from slimsam_app.sessions.compare_session import CompareSession
from slimsam_app.sessions.cut_off_jobs import CutOffJobs
from slimsam_app.sessions.detector_session import DetectorSession
from slimsam_app.sessions.doctor_session import DoctorSession
from slimsam_app.sessions.draft_session import DraftSession
from slimsam_app.sessions.everything_session import EverythingSession
from slimsam_app.sessions.film_session import FilmSession, film_in
from slimsam_app.sessions.follower import Follower
from slimsam_app.sessions.likeness_session import LikenessSession
from slimsam_app.sessions.mask_session import MaskSession
from slimsam_app.sessions.model_in_use import ModelInUse
from slimsam_app.sessions.model_session import ModelSession
from slimsam_app.sessions.navigator import Navigator
from slimsam_app.sessions.object_session import ObjectSession
from slimsam_app.sessions.opening_session import OpeningSession
from slimsam_app.sessions.picture_reader import usual_budget
from slimsam_app.sessions.preparation_session import PreparationSession
from slimsam_app.sessions.project_memory import ProjectMemory
from slimsam_app.sessions.prompt_session import PromptSession
from slimsam_app.sessions.removal_session import RemovalSession
from slimsam_app.sessions.review_session import ReviewSession
from slimsam_app.sessions.second_look import SecondLook
from slimsam_app.sessions.snapshot_session import SnapshotSession
from slimsam_app.sessions.stepping import Stepping
from slimsam_app.sessions.store_of_user import store_of_user
from slimsam_app.sessions.suggestion_session import SuggestionSession
from slimsam_app.sessions.team_session import TeamSession
from slimsam_app.sessions.track_session import TrackSession
from slimsam_app.sessions.transfer_session import TransferSession
from slimsam_app.sessions.undo_line import UndoLine
from slimsam_app.settings import Settings
from slimsam_app.signals import tie
from slimsam_app.workers.compression import CompressionClient
from slimsam_app.workers.inference import InferenceClient
from slimsam_app.workers.io_pool import Pools
from slimsam_app.workers.jobs import Jobs
from slimsam_core.annotation import ImageState
from slimsam_core.errors import ProjectError, SlimSamError
from slimsam_core.project import PROJECT_SUFFIX
from slimsam_core.project.snapshots import Snapshot, snapshots_of

if TYPE_CHECKING:
    from slimsam_app.sessions.adoption_session import AdoptionSession
    from slimsam_app.sessions.compression_session import CompressionSession
    from slimsam_app.sessions.parts_session import PartsSession

log = logging.getLogger(__name__)


class Workbench(QObject):
    """What a window works with; windows make no sessions, they are guests here.

    ``failed``, ``told``, ``asked`` and ``noted`` are what the user should read, whoever says it.
    """

    failed = Signal(object)
    """SlimSamError."""
    told = Signal(str, str)
    """Something worth knowing, and what to do about it."""
    asked = Signal(str, str, object)
    """A question that can wait: what it is about, what to do, and the offer (text, call)."""
    answered = Signal(str)
    """What was asked is over."""
    noted = Signal(str, object)
    """What was done just now, and a call that takes it back (None = there is none)."""

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.settings = settings
        self.pools = Pools(self)
        self.pool = self.pools.shared
        self.jobs = Jobs(self.pool, self)
        self.doctor = DoctorSession(self.pool, self)
        self.remembered = ProjectMemory(settings)
        self.document = Document(self)
        self.inference = self._new_inference()
        self.compression_client = CompressionClient(lambda: self.inference.answering, self)
        self.cut_off_jobs = CutOffJobs(self.pool, self.compression_client)
        self._make_project_sessions()
        self._make_model_sessions()
        self._listen()
        self._told_when_open: tuple[Path, str, str] | None = None
        self.document.opened.connect(self._tell_when_open)
        settings.when("label.mark_in_progress", self, self._set_mark_in_progress)
        settings.when("canvas.hover_preview", self, self._set_hover)

    def _make_project_sessions(self) -> None:
        """What works without a model."""
        document, pool, settings = self.document, self.pool, self.settings
        self.follower = Follower(document, self)
        self.snapshots = SnapshotSession(document, pool, settings, self)
        self.navigator = Navigator(document, self.pools, self, self._picture_budget)
        self.opener = OpeningSession(
            document, pool, self.navigator, settings=settings, report=self.report, parent=self
        )
        self.objects = ObjectSession(document, self.navigator, self)
        self.tracks = TrackSession(document, self.objects, self)
        self.stepping = Stepping(document, self.navigator, self.objects, self)
        self.drafts = DraftSession(document, self.objects.class_moves, self)
        self.classes = ClassSession(document, self.objects, self.drafts, self)
        self.class_template = ClassTemplate(document, self.classes, settings, self)
        self.masks = MaskSession(document, self.navigator, self.objects, pool, self)
        self.removal = RemovalSession(document, self)
        self.transfer = TransferSession(document, self.jobs, self.pool, self.report, self)
        self.team = TeamSession(document, pool, settings=settings, parent=self)
        self.second_look = SecondLook(document, self.navigator, self)
        self.agreeing = AgreeSession(document, self.navigator, self.objects, self.jobs, self)
        self.review = ReviewSession(document, self.navigator, self.objects, self.jobs, self)

    def _make_model_sessions(self) -> None:
        """What asks a model."""
        document, inference, pools = self.document, self.inference, self.pools
        self.models = models = ModelSession(self.settings, self.pool, self.jobs, self)
        self.prompts = PromptSession(inference, self)
        self.boxes = BoxesSession(inference, self)
        for opened in (self.prompts, self.boxes):
            opened.class_of_new = lambda: self.objects.category_id
        self.prompts.one_selected = lambda: len(self.objects.selection) == 1
        self.suggestions = SuggestionSession(
            document, self.prompts, self.objects, inference, pool=self.pool, parent=self
        )
        self.review.further_rules = self.suggestions.rules
        self.settings.when("label.suggest_class", self, self.suggestions.enable)
        self.model_in_use = ModelInUse(models, document, inference, self.prompts, pools.engine, parent=self)
        self.adapting = AdaptingSession(
            document, self.models, inference, pools.adapting, lambda: self.adoption, parent=self
        )
        self.box_masks = BoxMaskSession(document, inference.spare, self)
        self.preparation = PreparationSession(document, inference.spare, self)
        self.everything = EverythingSession(document, self.navigator, self.objects, inference.spare, self)
        shared = document, self.navigator, self.objects, self.drafts
        self.carrying = CarrySession(*shared, spare=inference.spare, parent=self)
        self.carrying_through = CarryThroughSession(*shared, spare=inference.spare, parent=self)
        self.detection = DetectorSession(document, self.classes, self.jobs, inference.spare, self)
        self.films = FilmSession(self.jobs, self.pool, self)
        self.likeness = LikenessSession(document, self.navigator, self.objects, inference.spare, self)
        self.compare = CompareSession(self.prompts, inference, self._new_inference, self)
        self.class_choice = ClassChoice(
            document, self.prompts, self.boxes, masks=self.masks, objects=self.objects, parent=self
        )
        self.undo_line = UndoLine(self.document, self.undo, self)

    def _listen(self) -> None:
        self.undo_line.noted.connect(self.noted)
        self.undo_line.told.connect(self.told)
        for session in (self.objects, self.removal, self.second_look, self.tracks):
            session.noted.connect(self.undo_line.note)
        for line in (self.stepping.told, self.prompts.noted, self.masks.told, self.class_choice.told):
            line.connect(self.undo_line.say)
        opener, document, inference = self.opener, self.document, self.inference
        for speaking in (opener, self.films, self.carrying):
            speaking.told.connect(self.told)
        tie(opener.apart_wanted, self, lambda path: self.parts.work_apart(path))
        tie(opener.labels_wanted, self, lambda paths: self.parts.merge(paths))
        self.films.ready.connect(self._open_again)
        opener.asked.connect(self.asked)
        opener.not_opened.connect(self._offer_kept)
        opener.agreed.connect(self._open_again)
        document.refused.connect(self.failed)
        for teller in (
            self.drafts, self.masks, self.review, self.agreeing, self.second_look, self.objects,
            self.classes, self.removal, self.tracks,
        ):  # fmt: skip
            teller.failed.connect(self.failed)
        for asking in (
            self.prompts, self.boxes, self.box_masks, self.everything, self.carrying,
            self.carrying_through, self.detection, self.likeness, self.films, self.compare,
            self.preparation, self.adapting,
        ):  # fmt: skip
            asking.failed.connect(self.report)
        self.navigator.neighbours_changed.connect(inference.prefetch)
        document.closing.connect(inference.spare.cancel)  # what it holds back becomes drafts, while it can
        for forget in (inference.forget_pictures, self.prompts.forget, self.boxes.forget):
            document.closed.connect(forget)

    def _new_inference(self) -> InferenceClient:
        return InferenceClient(lambda: store_of_user(self.settings.path), self)

    @cached_property
    def compression(self) -> CompressionSession:
        """Decides on jobs that make a model smaller; imported when it is wanted, after the first paint."""
        from slimsam_app.sessions.compression_session import CompressionSession

        return CompressionSession(self.document, self.pool, self.models, self.compression_client, self)

    @cached_property
    def adoption(self) -> AdoptionSession:
        """What is done with the model of a finished job; imported when it is wanted."""
        from slimsam_app.sessions.adoption_session import AdoptionSession

        return AdoptionSession(self.document, self.models, self.jobs, self)

    @cached_property
    def parts(self) -> PartsSession:
        """Splits the project for several people and merges parts; imported when it is wanted."""
        from slimsam_app.sessions.parts_session import PartsSession

        parts = PartsSession(self.document, self.jobs, self.pool, self.team, report=self.report, parent=self)
        parts.part_made.connect(self._open_again)
        return parts

    def _picture_budget(self) -> int:
        """Bytes of decoded pictures to keep; 0 in the settings = what suits this machine."""
        chosen: int = self.settings.get("canvas.picture_mb")
        return chosen << 20 if chosen else usual_budget()

    def _set_mark_in_progress(self, value: bool) -> None:
        self.objects.mark_in_progress = value

    def _set_hover(self, value: bool) -> None:
        self.prompts.hover_enabled = value

    def open(self, paths: Sequence[Path], **how: Any) -> None:  # how: as OpeningSession.open takes it
        """Open pictures, folders or a project, once all is saved; of a film ask first for its frames."""
        if (film := film_in(paths)) is not None:
            self.films.open(film)
        elif paths and self._all_saved():
            self.opener.open(paths, **how)

    def _open_again(self, path: Path) -> None:
        self.open([path])

    def _offer_kept(self, path: Path | None) -> None:
        """A project that cannot be opened: its newest kept state may help."""
        if path is None or path.suffix != PROJECT_SUFFIX or not (found := snapshots_of(path)):
            return
        newest = next((kept for kept in found if not kept.damaged), found[0])
        self.asked.emit(
            tr("A state of {name} was kept on {time}: {objects} objects.").format(
                name=path.name, time=newest.name, objects=figures.count(newest.objects)
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
        """Take the last command back, wherever it was, and show the picture it changed.

        What was accepted and is no object yet is the last command: it is open again.
        """
        boxes_last = self.boxes.accepted_at > self.prompts.accepted_at
        image_id = self.boxes.take_back() if boxes_last else self.prompts.take_back()
        if image_id is None:
            self.attempt(self.stepping.undo)
            return
        if image_id != self.navigator.current_id:
            self.navigator.go(image_id)
        self.noted.emit(tr("Taken back before it was stored: it is open again."), None)

    @property
    def accepting(self) -> bool:
        """Whether something was accepted that is no object yet; ``undo`` takes it back."""
        return bool(self.prompts.accepted_at or self.boxes.accepted_at)

    def redo(self) -> None:
        """Do again what was taken back, and show the picture it changes."""
        self.attempt(self.stepping.redo)

    def run(self, intent: Intent) -> None:
        """Carry out an intent, reporting a failure."""
        self.attempt(lambda: self.document.run(intent))

    def set_state(self, state: ImageState, *, go_on: bool = False) -> None:
        """Say how far the current picture is, and go on to the next unfinished one."""
        entry = self.navigator.entry
        if entry is None:
            return
        self.run(images.set_state(entry, state))
        if go_on and not self.navigator.go_to_unfinished():
            self.told.emit(*images.at_the_end(self.document.project, self.drafts.count))

    def set_state_of(self, image_ids: Sequence[int], state: ImageState) -> None:
        """Say how far several pictures are, as one step, and tell it with a way back."""

        def mark() -> None:
            fit = images.that_may_be(state, image_ids, self.document.annotations)
            change = self.document.run(images.set_states(list(map(self.document.image, fit)), state))
            words = images.told(state, len(change.edits) if change else 0, len(image_ids) - len(fit))
            if words:
                self.undo_line.note(words, change.seq if change else 0)

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
        self.opener.stop()
        stopped = self.jobs.task
        self.jobs.cancel()
        self.document.close()
        if stopped is not None:
            words = tr("{job} was stopped, as its project was closed.").format(job=stopped.title)
            self.failed.emit(SlimSamError(words, tr("Begin it again once the project is open.")))

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
        self.opener.opening.emit(path.name)

        def done(former: Path) -> None:
            said = tr("The project is as it was at {time}.").format(time=chosen.name)
            kept = tr("What it was before is kept: {path}").format(path=former)
            self._told_when_open = (path, said, kept)
            self.open([path])

        def failed(error: Exception) -> None:
            self.opener.opening.emit("")
            self.report(error)
            self.open([path])

        self.snapshots.go_back(path, chosen, done, failed)

    def _tell_when_open(self) -> None:
        """What was done to a project is told once it is there: before, nobody has time to read it."""
        if self._told_when_open is not None:
            path, *words = self._told_when_open
            if path == self.document.project.path:
                self.told.emit(*words)
            self._told_when_open = None

    def shut_down(self, deadline: QDeadlineTimer | None = None) -> None:
        """Close the project and wait for the threads, until the ``deadline``."""
        self.opener.stop()
        self.model_in_use.close()
        self.adapting.close()
        self.compare.stop(deadline)
        self.inference.close(deadline)
        self.compression_client.close(deadline)
        self.navigator.shut_down()
        self.pool.close(deadline)
        self.document.close()
