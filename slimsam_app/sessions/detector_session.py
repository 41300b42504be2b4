"""Your own detector through the pictures of the project, in the background: its finds become proposals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal

from slimsam_app.document import Document
from slimsam_app.i18n import tr
from slimsam_app.sessions.class_session import ClassSession
from slimsam_app.workers.jobs import Jobs, another_job
from slimsam_app.workers.spare_time import SpareTime, Tools
from slimsam_app.workers.task import Task, TaskState
from slimsam_core.inference.embedding_store import stored_embedding
from slimsam_core.labelling.drafts import ProposalsDraft

if TYPE_CHECKING:
    from slimsam_core.detecting.detector import Detector
    from slimsam_core.detecting.folder import DetectedIn, DetectionPlan, DetectionTally


@dataclass(frozen=True, kw_only=True)
class DetectorChoice:
    """What the user wants of a detector."""

    detector: Detector
    plan: DetectionPlan
    """Its classes are those that the project has already."""
    new_classes: Mapping[int, str]
    """Index of a detector's class -> name of the class that the project is to get for it."""
    finished: bool
    """Also the pictures that are done."""


class DetectorSession(QObject):
    """Opens detectors and runs one at a time; nothing it finds is in the project before it is accepted."""

    ready = Signal(object)
    """Detector: the file that was asked for came through its trial."""
    offered = Signal(int, object)
    """Image id, ProposalsDraft."""
    finished = Signal(object, bool)
    """DetectionTally, and whether the run came to its end."""
    refused = Signal(object)
    """SlimSamError: the file that was asked for is no detector that can be used."""
    withdrawn = Signal()
    """The file that was asked for is not looked at any more: that was cancelled."""
    failed = Signal(object)
    """SlimSamError."""

    def __init__(
        self, document: Document, classes: ClassSession, jobs: Jobs, spare: SpareTime, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._document, self._classes, self._jobs, self._spare = document, classes, jobs, spare
        self._tally: DetectionTally | None = None
        self._least = 0.0
        self._opening: Task | None = None
        jobs.running.connect(self._look, Qt.ConnectionType.QueuedConnection)  # once its end is known

    def open(self, path: Path) -> None:
        """Read a detector's file in the background, in place of one before; ``ready`` or ``refused`` follows,
        neither once it was given up."""
        self.give_up()
        other, (_, trial) = self._jobs.task, _detecting()
        self._jobs.start(
            tr("Opening the detector"),
            lambda _, token: trial.tried_detector(path, token),
            self.ready.emit,
            self.refused.emit,
        )
        self._opening = self._jobs.task if self._jobs.task is not other else None

    def give_up(self) -> None:
        """Nobody wants the detector any more that is being opened."""
        if self._opening is not None and self._jobs.task is self._opening:
            self._jobs.cancel()
        self._opening = None

    def _look(self) -> None:
        """Whoever cancelled it: it is not waited for any longer."""
        if self._opening is not None and self._opening.state is TaskState.CANCELLED:
            self._opening = None
            self.withdrawn.emit()

    def start(self, choice: DetectorChoice) -> None:
        """Look through the pictures, or say why not."""
        if self._spare.busy:
            self.failed.emit(another_job(self._spare))
            return
        folder, _ = _detecting()
        plan = replace(choice.plan, classes={**choice.plan.classes, **self._made(choice.new_classes)})
        project = self._document.project

        def task(tools: Tools) -> Iterator[Any]:
            run = folder.DetectorRun(
                choice.detector,
                plan,
                tools.predictor,
                lambda rgb: stored_embedding(rgb, tools.predictor, tools.store),
            )
            waiting = folder.pictures_to_detect(project, finished=choice.finished)
            yield from folder.detect_pictures(project, run, waiting)

        title = tr("Detector {name}").format(name=choice.detector.path.stem)
        self._tally, self._least = folder.DetectionTally(), plan.least
        self._spare.start(title, task, self._take, self._done, self.failed.emit)

    def _made(self, wanted: Mapping[int, str]) -> dict[int, int]:
        """The new classes, by the detector's; those that were refused are left out, and that was told."""
        by_name = {name: self._classes.add(name, choose=False) for name in dict.fromkeys(wanted.values())}
        found = {index: by_name[name] for index, name in wanted.items()}
        return {index: category.id for index, category in found.items() if category is not None}

    def _take(self, found: DetectedIn) -> None:
        if self._tally is None or not self._document.is_open:
            return
        self._tally.note(found)
        if found.proposals:
            self.offered.emit(found.image_id, ProposalsDraft(found.proposals, self._least))

    def _done(self, complete: bool) -> None:
        tally, self._tally = self._tally, None
        if tally is not None and self._document.is_open and (complete or tally.offered):
            self.finished.emit(tally, complete)


def _detecting() -> tuple[Any, Any]:
    """The modules of detectors, which the first paint does without: ``folder`` and ``trial``."""
    from slimsam_core.detecting import folder, trial

    return folder, trial
