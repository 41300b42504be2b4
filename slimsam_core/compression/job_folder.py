"""What a job was asked to do, and its folder, which is its record and all that is needed to go on.

::

    JOB/job.json                what was asked for, written once
    JOB/training/               the run that adapted the teacher to the project's labels, when that was asked
    JOB/slim/                   the compression run
    JOB/verdict.json            what the slim model gains and loses; the job is finished when it is there
    JOB/ended.json              why the job stopped, when it was cancelled or failed; gone when it goes on
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from pathlib import Path

from slimsam_core.compression.budget import BudgetFit
from slimsam_core.compression.recipe import Recipe
from slimsam_core.errors import OutputError, RecipeError, SlimSamError
from slimsam_core.files import json_dataclass
from slimsam_core.files.atomic import atomic_write_json, make_folder, output_error
from slimsam_core.files.lock import ProjectBusy, WriterLock, lock_path
from slimsam_core.files.runs import JOB_FILE, MODEL_FILE, RunFolder
from slimsam_core.judging.verdict import Verdict
from slimsam_core.training.recipe import AdaptedParts

JOB_VERSION = 1
_OF_FIT = tuple(field.name for field in fields(BudgetFit))


class Phase(StrEnum):
    """What a job does, in order."""

    ADAPT = "adapt"
    SLIM = "slim"
    JUDGE = "judge"


class JobState(StrEnum):
    """Where a job stands while nobody works on it."""

    WAITING = "waiting"
    INTERRUPTED = "interrupted"
    CANCELLED = "cancelled"
    FAILED = "failed"
    FINISHED = "finished"


@dataclass(frozen=True)
class Adaptation:
    """Adapting the teacher to the project's accepted masks before it is compressed."""

    parts: AdaptedParts = AdaptedParts.DECODER
    steps: int = 200
    held_out: float = 0.2
    """Share of the labelled pictures that are kept for the verdict."""


@dataclass(frozen=True, kw_only=True)
class CompressionJob:
    """A complete order."""

    title: str
    recipe: Recipe
    project: str = ""
    """Path of the project whose labels judge, and adapt when that is asked; empty = none."""
    adaptation: Adaptation | None = None
    version: int = JOB_VERSION

    def __post_init__(self) -> None:
        if self.adaptation is not None and not self.project:
            raise RecipeError("adapting needs the labels of a project.", "Name one.", "project")


@dataclass(frozen=True)
class _Ended:
    """Content of ``ended.json``."""

    state: JobState
    message: str = ""
    hint: str = ""


class JobFolder:
    """The record of one job at ``path``; made by ``create``."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @staticmethod
    def create(path: Path, job: CompressionJob) -> JobFolder:
        """Write down an order in a folder of its own. Raises OutputError when it is taken."""
        folder = JobFolder(path)
        if folder.job_path.exists():
            raise OutputError("{path} already holds a job.", "Choose another folder.", path=path)
        make_folder(path)
        atomic_write_json(folder.job_path, json_dataclass.to_json(job))
        return folder

    @property
    def job_path(self) -> Path:
        """What was asked for."""
        return self.path / JOB_FILE

    @property
    def training_dir(self) -> Path:
        """The run folder of the adaptation."""
        return self.path / "training"

    @property
    def slim_dir(self) -> Path:
        """The run folder of the compression."""
        return self.path / "slim"

    @property
    def model_path(self) -> Path:
        """The slim model, once it is there."""
        return self.slim_dir / MODEL_FILE

    @property
    def verdict_path(self) -> Path:
        """The verdict, once it is there."""
        return self.path / "verdict.json"

    @property
    def _ended_path(self) -> Path:
        return self.path / "ended.json"

    def job(self) -> CompressionJob:
        """The order. Raises RecipeError when the file is not one."""
        return json_dataclass.from_json(CompressionJob, json_dataclass.read(self.job_path))

    def adapted_teacher(self, name: str) -> Path:
        """Where the adapted form of teacher ``name`` lies."""
        return self.path / f"{name}-adapted.safetensors"

    def verdict(self) -> Verdict | None:
        """The verdict, None before there is one. Raises RecipeError for a damaged file."""
        if not self.verdict_path.is_file():
            return None
        return json_dataclass.from_json(Verdict, json_dataclass.read(self.verdict_path))

    def budget(self) -> BudgetFit | None:
        """The budget of the slim model beside what it needs, as its run wrote down; None without one."""
        try:
            metrics = json_dataclass.read(RunFolder(self.slim_dir).metrics_path)
            found = metrics["budget"]
            return json_dataclass.from_json(BudgetFit, {name: found[name] for name in _OF_FIT})
        except (RecipeError, LookupError, TypeError):
            return None

    def save_verdict(self, verdict: Verdict) -> None:
        """Write the verdict down; the job is finished. Raises OutputError."""
        atomic_write_json(self.verdict_path, json_dataclass.to_json(verdict), indent=None)

    @property
    def state(self) -> JobState:
        """Where the job stands while nobody works on it."""
        if self.verdict_path.is_file():
            return JobState.FINISHED
        ended = self._ended()
        if ended is not None:
            return ended.state
        begun = self.slim_dir.exists() or self.training_dir.exists()
        return JobState.INTERRUPTED if begun else JobState.WAITING

    def error(self) -> SlimSamError | None:
        """Why the job failed, None when it did not."""
        ended = self._ended()
        return SlimSamError(ended.message, ended.hint) if ended and ended.state is JobState.FAILED else None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other processes from working on the job. Raises OutputError when one does."""
        try:
            lock = WriterLock(self.job_path)
        except ProjectBusy as error:
            raise OutputError(
                "{name} is being worked on by another window or process.",
                "Leave it to that one.",
                name=self.path.name,
            ) from error
        except OSError as error:
            raise output_error(self.path, error) from error
        try:
            yield
        finally:
            lock.release()

    @property
    def worked_on(self) -> bool:
        """Whether a process works on the job at this moment, this one or another."""
        if not lock_path(self.job_path).exists():
            return False
        try:
            WriterLock(self.job_path).release()
        except ProjectBusy:
            return True
        except OSError:
            return False
        return False

    def delete(self) -> None:
        """Remove the job with everything in it; a folder that holds none is left alone.

        Raises OutputError while a process works on it.
        """
        if self.job_path.is_file():
            with self.held():
                shutil.rmtree(self.path, ignore_errors=True)
            shutil.rmtree(self.path, ignore_errors=True)  # Windows kept the open lock file, and so the folder

    def note_end(self, state: JobState, error: SlimSamError | None = None) -> None:
        """Write down why the job stopped. Raises OutputError."""
        ended = _Ended(state, error.message if error else "", error.hint if error else "")
        atomic_write_json(self._ended_path, json_dataclass.to_json(ended))

    def note_going_on(self) -> None:
        """The job is worked on again."""
        self._ended_path.unlink(missing_ok=True)

    def _ended(self) -> _Ended | None:
        if not self._ended_path.is_file():
            return None
        try:
            return json_dataclass.from_json(_Ended, json_dataclass.read(self._ended_path))
        except RecipeError:
            return None


def new_folder(jobs_dir: Path, title: str) -> Path:
    """A folder name below ``jobs_dir`` that is free: day, time and title."""
    plain = re.sub(r"[^\w.-]+", "-", title).strip("-.") or "job"
    stem = f"{time.strftime('%Y%m%d-%H%M%S')}-{plain[:40]}"
    path, number = jobs_dir / stem, 1
    while path.exists():
        number += 1
        path = jobs_dir / f"{stem}-{number}"
    return path


def with_teacher(recipe: Recipe, teacher: Path) -> Recipe:
    """The recipe with another teacher."""
    return replace(recipe, teacher=str(teacher))
