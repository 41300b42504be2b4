"""Runs that make a model smaller and that a crash or the end of the program cut off."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from slimsam_app.workers.compression import CompressionClient
from slimsam_app.workers.io_pool import IoPool, Urgency, raise_error
from slimsam_core.files.user_folders import jobs_dir
from slimsam_core.torch_part import torch_present

if TYPE_CHECKING:
    from slimsam_app.sessions.compression.jobs import JobSummary


class CutOffJobs:
    """Looks without the session that decides on jobs: at the start it is not loaded yet."""

    def __init__(self, pool: IoPool, client: CompressionClient) -> None:
        self._pool, self._client = pool, client

    def look(self, done: Callable[[list[JobSummary]], None]) -> None:
        """``done`` hears of those that can go on; of none, where there are none."""
        folder = jobs_dir()

        def found(jobs: tuple[JobSummary, ...]) -> None:
            cut_off = [job for job in jobs if job.cut_off and job.folder != self._client.current]
            if cut_off:
                done(cut_off)

        if folder.is_dir() and torch_present():
            self._pool.submit(lambda: _jobs(folder), found, raise_error, priority=Urgency.SEARCHING)


def _jobs(folder: Path) -> tuple[JobSummary, ...]:
    """The jobs of this user; for a thread of the pool, which may wait for the import."""
    from slimsam_app.sessions.compression.jobs import all_jobs

    return all_jobs(folder)
