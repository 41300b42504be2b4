"""The jobs of this user: folders below the data folder, each the whole record of one job."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from slimsam_core.compression.job_folder import JobFolder, JobState, new_folder
from slimsam_core.errors import RecipeError, SlimSamError
from slimsam_core.files.runs import JOB_FILE
from slimsam_core.project import name_of_file

if TYPE_CHECKING:
    from slimsam_core.compression.job_folder import CompressionJob


@dataclass(frozen=True, kw_only=True)
class JobSummary:
    """One job as its folder tells."""

    folder: Path
    title: str
    project: str
    teacher: str
    state: JobState
    """As far as the folder knows: a job that runs right now looks ``interrupted``."""
    worked_on: bool
    """Whether a process works on it, that of this window or of another one."""
    error: SlimSamError | None

    @property
    def project_name(self) -> str:
        """What people call the project that it was made for; empty when it was made for none."""
        return name_of_file(Path(self.project)) if self.project else ""

    @property
    def cut_off(self) -> bool:
        """Whether nobody gave it up: the end of the program, or of the machine, came in between."""
        return not self.worked_on and self.state in (JobState.INTERRUPTED, JobState.WAITING)


def all_jobs(folder: Path) -> tuple[JobSummary, ...]:
    """Every readable job below ``folder``, newest first."""
    found = []
    for path in sorted(folder.glob(f"*/{JOB_FILE}"), key=lambda path: path.parent.name, reverse=True):
        job_folder = JobFolder(path.parent)
        try:
            job = job_folder.job()
        except RecipeError:
            continue
        found.append(
            JobSummary(
                folder=path.parent,
                title=job.title,
                project=job.project,
                teacher=job.recipe.teacher,
                state=job_folder.state,
                worked_on=job_folder.worked_on,
                error=job_folder.error(),
            )
        )
    return tuple(found)


def add_job(folder: Path, job: CompressionJob) -> Path:
    """Write a new job down and return its folder. Raises OutputError."""
    return JobFolder.create(new_folder(folder, job.title), job).path
