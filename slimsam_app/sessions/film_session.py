"""Films: which frames are wanted is asked first; then they become a folder of pictures, which opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from slimsam_app import figures
from slimsam_app.i18n import tr
from slimsam_app.workers.io_pool import IoPool, Urgency, tell_or_raise
from slimsam_app.workers.jobs import Jobs
from slimsam_core.errors import SlimSamError
from slimsam_core.files.listing import is_file
from slimsam_core.pixels.film_frames import FrameChoice, FramesWritten, write_frames
from slimsam_core.pixels.film_names import folder_for
from slimsam_core.pixels.video import SUFFIXES, Film, FilmFacts
from slimsam_core.progress import CancelToken, ProgressSink


@dataclass(frozen=True)
class OfferedFilm:
    """A film that was looked at."""

    path: Path
    facts: FilmFacts
    folder: Path
    """Where its frames go when nobody says otherwise: beside it, under its name."""


def film_in(paths: Sequence[Path]) -> Path | None:
    """The first film among files that are to be opened."""
    return next((path for path in paths if path.suffix.lower() in SUFFIXES and is_file(path)), None)


class FilmSession(QObject):
    """Looks at one film at a time, and writes its frames as a job that can be cancelled."""

    offered = Signal(object)
    """OfferedFilm: its frames are to be chosen."""
    ready = Signal(object)
    """Path of the folder of its frames, to be opened."""
    told = Signal(str, str)
    """Something worth knowing, and what to do about it."""
    failed = Signal(object)
    """SlimSamError."""

    def __init__(self, jobs: Jobs, pool: IoPool, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs, self._pool = jobs, pool

    def open(self, path: Path) -> None:
        """Look at a film; ``offered`` or ``failed`` follows."""
        self._pool.submit(
            lambda _: _looked_at(path.absolute()),
            self.offered.emit,
            tell_or_raise(self.failed.emit),
            priority=Urgency.SHOWING,
        )

    def start(self, path: Path, folder: Path, choice: FrameChoice) -> None:
        """Write the frames; ``ready`` follows."""

        def work(progress: ProgressSink, token: CancelToken) -> FramesWritten:
            with Film(path) as film:
                return write_frames(film, folder, choice, progress, token)

        title = tr("Frames of {name}").format(name=path.name)
        self._jobs.start(title, work, self._written, self._not_written)

    def _written(self, found: FramesWritten) -> None:
        self.ready.emit(found.folder)
        if found.cut_off:
            self.told.emit(
                tr("The film ended after {passed} of {frames} frames.").format(
                    passed=figures.count(found.passed), frames=figures.count(found.frames)
                ),
                tr("It may be cut off."),
            )
        elif not found.whole:
            words = tr("Only the first {count} pictures were taken.")
            self.told.emit(words.format(count=figures.count(found.written + found.there)), "")

    def _not_written(self, error: SlimSamError) -> None:
        self.failed.emit(error)


def _looked_at(path: Path) -> OfferedFilm:
    with Film(path) as film:
        return OfferedFilm(path, film.facts, folder_for(path))
