"""Compressing a model, from the first decision to the running job; the pages of the wizard only show it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from slimsam_app.document import Document
from slimsam_app.on_demand import OnDemand
from slimsam_app.sentences import in_words
from slimsam_app.sessions.compression import facts, jobs
from slimsam_app.sessions.compression.choices import (
    Choices,
    ShellCommands,
    job_of,
    shell_commands,
    with_preset,
    with_settings_of,
)
from slimsam_app.sessions.compression.facts import ChosenPictures, GoalFacts, Measured, Teacher
from slimsam_app.sessions.compression.jobs import JobSummary
from slimsam_app.sessions.compression.page_reader import PageReader
from slimsam_app.sessions.compression.problems import Chosen, Problem, problems_of
from slimsam_app.sessions.model_session import ModelSession
from slimsam_app.workers.compression import CompressionClient
from slimsam_app.workers.io_pool import IoPool, Urgency, tell_or_raise
from slimsam_core.compression.job_folder import JobFolder, JobState
from slimsam_core.compression.recipe import save_recipe
from slimsam_core.errors import RecipeError, SlimSamError
from slimsam_core.files import user_folders
from slimsam_core.files.atomic import make_folder
from slimsam_core.progress import CancelToken

if TYPE_CHECKING:
    from slimsam_app.sessions.compression import goal as shapes
    from slimsam_core.compression.budget import BudgetFit
    from slimsam_core.compression.recipe import Recipe, Target
    from slimsam_core.judging.verdict import Verdict
else:
    shapes = OnDemand("slimsam_app.sessions.compression.goal")  # torch: only on a thread of the pool

SETTLE_MS = 250
"""Numbers are asked for when the slider rested for so long."""


class CompressionSession(QObject):
    """Holds the choices and what is known about them; asks for what is not known; starts jobs."""

    changed = Signal()
    """``choices`` or ``problems``."""
    teachers_changed = Signal()
    pictures_changed = Signal()
    goal_changed = Signal()
    jobs_changed = Signal()
    """``jobs`` or ``unfinished``."""
    failed = Signal(object)
    """SlimSamError."""

    def __init__(
        self,
        document: Document,
        pool: IoPool,
        models: ModelSession,
        client: CompressionClient,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.client = client
        self.choices = Choices()
        self.teachers: tuple[Teacher, ...] = ()
        """The default first."""
        self.teachers_known = False
        """Whether the models were listed yet."""
        self.pictures: ChosenPictures | None = None
        """None while they are being counted."""
        self.goal: GoalFacts | None = None
        self.jobs_dir = user_folders.jobs_dir()
        self._document, self._pool, self._models = document, pool, models
        self._counting, self._sizing, self._measuring = CancelToken(), CancelToken(), CancelToken()
        self._measured: dict[tuple[str, str, str, int | None], dict[Target, Measured]] = {}
        self._impossible: RecipeError | None = None
        """Why no model can be made as small as that."""
        self._is_measuring = False
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._measure_shapes)
        self._failed = tell_or_raise(self.failed.emit)
        self.pages = PageReader(pool, self._failed)
        """What the pages of the wizard show and cannot read at once."""
        self._begun = False
        models.measured.connect(self._list_again)
        models.listed.connect(self._list_again)
        client.queue_changed.connect(self.jobs_changed)

    # --- deciding

    def begin(self, teacher: str = "") -> None:
        """Start deciding anew for the project that is open (if any), with ``teacher`` (empty = default)."""
        self._begun = True
        project = self._document.project.path if self._document.is_open else None
        self.choices = with_preset(Choices(teacher=teacher, project=project), Choices().preset)
        self.pictures = self.goal = None
        self.changed.emit()
        self.refresh_teachers()
        self._count()

    def change(self, **fields: Any) -> None:
        """Replace fields of the choices as the user said; what depends on them is found out again."""
        typed = self.choices.typed | fields.keys()
        if "ratio" in fields:
            fields["target"] = None
        before, self.choices = self.choices, replace(self.choices, typed=typed, **fields)
        self._follow(before)

    def change_advanced(self, **fields: Any) -> None:
        """Replace fields of ``choices.advanced`` as the user said."""
        before, typed = self.choices, self.choices.typed | fields.keys()
        self.choices = replace(before, typed=typed, advanced=replace(before.advanced, **fields))
        self._follow(before)

    def choose_preset(self, name: str) -> None:
        """Take ratio, number of pictures and settings of a preset. Raises RecipeError."""
        before, self.choices = self.choices, with_preset(self.choices, name)
        self._follow(before)

    def take_settings(self, recipe: Recipe, *, masks_there: bool) -> None:
        """Take everything of a former run but its pictures and its name, see ``choices.with_settings_of``."""
        before, installed = self.choices, {teacher.name: teacher.path for teacher in self.teachers}
        self.choices = with_settings_of(before, recipe, installed, masks_there=masks_there)
        self._follow(before)

    def add_folder(self, folder: Path) -> None:
        """Use the pictures of one more folder."""
        if folder not in self.choices.folders:
            self.change(folders=(*self.choices.folders, folder))

    def remove_folder(self, folder: Path) -> None:
        """Do without the pictures of a folder."""
        self.change(folders=tuple(other for other in self.choices.folders if other != folder))

    @property
    def teacher(self) -> Teacher | None:
        """The chosen model (or the default), None while the models are not listed or when there is none."""
        chosen = self.choices.teacher
        return next((t for t in self.teachers if not chosen or t.name == chosen), None)

    @property
    def title(self) -> str:
        """Name of the model that would be made."""
        return self.choices.title(self.teacher.name if self.teacher else "model")

    @property
    def measuring(self) -> bool:
        """Whether the numbers that a short measurement gives are still to come."""
        return not self.teachers_known or self._settle.isActive() or self._is_measuring

    def problems(self, about: Chosen | None = None) -> tuple[Problem, ...]:
        """What is wrong or doubtful in all that is chosen, or in one part of it."""
        found = problems_of(
            self.choices, self.teacher, self.teachers_known, self.pictures, self.goal, jobs_dir=self.jobs_dir
        )
        if self._impossible is not None:
            message, hint = in_words(self._impossible.message), in_words(self._impossible.hint)
            found = (*found, Problem(Chosen.GOAL, message, hint, True))
        return tuple(problem for problem in found if about is None or problem.about is about)

    @property
    def ready(self) -> bool:
        """Whether the job can be started."""
        known = self.teacher is not None and self.pictures is not None
        return known and not any(problem.blocking for problem in self.problems())

    def shell_commands(self, folder: Path) -> ShellCommands:
        """What to type to repeat a job; writes the recipe that the commands name. Raises SlimSamError."""
        job = JobFolder(folder).job()
        recipes = self.jobs_dir.parent / "recipes"
        recipe_file = recipes / f"{folder.name}.json"
        make_folder(recipes)
        save_recipe(job.recipe, recipe_file)
        return shell_commands(job, recipe_file, Path(job.title))

    def measure_teacher(self) -> None:
        """Time the chosen model on this machine, with the engine that labelling uses."""
        if self.teacher is not None:
            self._models.measure(self.teacher.name)

    # --- jobs

    def start(self) -> Path:
        """Write the job down and queue it; returns its folder. Raises SlimSamError."""
        folder = jobs.add_job(self.jobs_dir, job_of(self.choices, self._teacher_name()))
        self.client.start(folder)
        return folder

    def jobs(self) -> tuple[JobSummary, ...]:
        """All jobs, newest first."""
        return jobs.all_jobs(self.jobs_dir)

    def made_for(self, folder: Path) -> str:
        """What people call the project that a job was for; empty when it was for none, or is gone."""
        return next((job.project_name for job in self.jobs() if job.folder == folder), "")

    def unfinished(self) -> tuple[JobSummary, ...]:
        """Jobs that were not carried out to the end and are neither at work nor waiting: to offer anew."""
        waiting, done = self.client.waiting, JobState.FINISHED
        return tuple(
            job
            for job in self.jobs()
            if job.state is not done
            and not job.worked_on
            and job.folder not in (self.client.current, *waiting)
        )

    def take_up(self, folder: Path) -> None:
        """Go on with a job."""
        self.client.start(folder)

    def dismiss(self, folder: Path) -> None:
        """Delete a job that does not run, here or in another window, with everything in it."""
        if folder != self.client.current:
            self.client.withdraw(folder)
            try:
                JobFolder(folder).delete()
            except SlimSamError as error:
                self.failed.emit(error)
            self.jobs_changed.emit()

    def verdict(self, folder: Path) -> Verdict | None:
        """The verdict of a finished job. Raises RecipeError for a damaged file."""
        return JobFolder(folder).verdict()

    def budget(self, folder: Path) -> BudgetFit | None:
        """The budget of a finished job's model beside what it needs; None where it had none."""
        return JobFolder(folder).budget()

    # --- finding out

    def refresh_teachers(self) -> None:
        """List the models again."""
        speeds = {name: (speed.encode_ms, speed.runtime) for name, speed in self._models.speeds().items()}

        def done(teachers: tuple[Teacher, ...]) -> None:
            self.teachers, self.teachers_known = teachers, True
            self.teachers_changed.emit()
            self.changed.emit()
            self._size()

        self._pool.submit(
            lambda token: facts.list_teachers(speeds, token), done, self._failed, priority=Urgency.SHOWING
        )

    def _list_again(self) -> None:
        """Follow the list of models, once somebody decides: before, torch would time models for nobody."""
        if self._begun:
            self.refresh_teachers()

    def _follow(self, before: Choices) -> None:
        now = self.choices
        if now == before:
            return
        same_use = (
            now.most_pictures == before.most_pictures
            and now.preset == before.preset
            and now.taken == before.taken
            and now.advanced.criterion == before.advanced.criterion
        )
        if now.sources != before.sources or not same_use:
            self._count()
        self._size()
        self.changed.emit()

    def _count(self) -> None:
        self._counting.cancel()
        self.pictures, choices = None, self.choices

        def done(found: ChosenPictures) -> None:
            self.pictures = found
            self.pictures_changed.emit()
            self.changed.emit()
            self._size()

        self.pictures_changed.emit()
        self._counting = self._pool.submit(
            lambda token: facts.count_pictures(choices, token),
            done,
            self._failed,
            priority=Urgency.SEARCHING,
        )

    def _size(self) -> None:
        teacher, choices = self.teacher, self.choices
        if teacher is None or teacher.problem:
            return
        pictures = self.pictures
        known = self._measured.get(self._measured_key(teacher), {})
        measured = known.get(choices.aim)
        if measured is None and known:
            measured = replace(next(iter(known.values())), slim_ms=None, ratios=None)
        self._sizing.cancel()

        def done(goal: GoalFacts | None) -> None:
            self.goal, self._impossible = goal, None
            self.goal_changed.emit()
            self.changed.emit()

        def failed(error: Exception) -> None:
            if not isinstance(error, RecipeError):
                self._failed(error)
                return
            self.goal, self._impossible = None, error
            self.goal_changed.emit()
            self.changed.emit()

        def count() -> GoalFacts | None:
            return shapes.goal_facts(choices, teacher, pictures, measured)

        self._sizing = self._pool.submit(
            count,
            done,
            failed,
            priority=Urgency.FORECAST,
        )
        if choices.aim not in known:
            self._settle.start()

    def _measure_shapes(self) -> None:
        teacher, choices = self.teacher, self.choices
        if teacher is None or teacher.problem:
            return
        key = self._measured_key(teacher)
        known = self._measured.setdefault(key, {})
        before = next(iter(known.values()), None)
        self._measuring.cancel()
        self._is_measuring = True

        def done(measured: Measured) -> None:
            self._is_measuring = False
            known[choices.aim] = measured
            self._size()

        def failed(error: Exception) -> None:
            self._is_measuring = False
            if isinstance(error, RecipeError):
                self._impossible = error
                self.changed.emit()
            else:
                self._failed(error)
            self.goal_changed.emit()

        def measure(token: CancelToken) -> Measured:
            return shapes.measure_shapes(choices, teacher, before, token)

        self._measuring = self._pool.submit(
            measure,
            done,
            failed,
            priority=Urgency.MEASURING,
        )

    def _measured_key(self, teacher: Teacher) -> tuple[str, str, str, int | None]:
        advanced = self.choices.advanced
        return teacher.name, advanced.device, advanced.precision, self.choices.image_size

    def _teacher_name(self) -> str:
        return self.teacher.name if self.teacher else self.choices.teacher
