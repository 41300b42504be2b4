"""A job as it stands, gathered from its events, for whoever shows it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from slimsam_core.compression import events
from slimsam_core.compression.job_events import PhaseProgress, PhaseStarted, PreviewMade, PreviewPicture
from slimsam_core.compression.job_folder import JobFolder, Phase
from slimsam_core.compression.workload import Forecast
from slimsam_core.files.runs import OF_EVERY_EVENT, RunFolder
from slimsam_core.sentences import joined

MOST_POINTS = 1000
"""Points of the loss curve; older ones are thinned out."""
RANKING_SHARE = 0.1
"""Of a stage whose channels are scored first: one look at each picture, before all the epochs."""
_SETTLED_SECONDS = 2.0
"""No estimate of the time left before so much was seen."""


def _of_picture(event: events.ImageSkipped) -> str:
    """Why a picture was passed over; most reasons name it already."""
    named = Path(event.path).name in event.reason
    return event.reason if named else joined(": ", [event.path, event.reason])


@dataclass(frozen=True)
class LossPoint:
    """The loss of one optimiser step; ``position`` counts stages: 1.5 is in the middle of the second."""

    position: float
    stage: int
    iteration: int
    loss: float


@dataclass(frozen=True, kw_only=True)
class ValidationPoint:
    """The end of an epoch; see ``compression.events.Validated``. ``position`` as in ``LossPoint``."""

    position: float
    stage: int
    epoch: int
    alignment_error: float
    miou: float | None
    best: bool


class Activity(StrEnum):
    """What a stage does. Judging has steps of its own, see ``JudgeStep``."""

    RANKING = "ranking"
    LEARNING = "learning"


class NoticeKind(StrEnum):
    """What is worth telling."""

    BATCH_HALVED = "batch_halved"
    """Value: pictures in a pass from now on."""
    PICTURE_SKIPPED = "picture_skipped"
    """Text: path and reason; value: how many so far."""
    RESUMED = "resumed"


@dataclass(frozen=True)
class JobNotice:
    """Something worth telling."""

    kind: NoticeKind
    value: int = 0
    text: str = ""


@dataclass(frozen=True, eq=False, kw_only=True)
class JobView:
    """Everything to show of a job; arrays in ``previews`` are read-only."""

    folder: Path
    phase: Phase | None = None
    device: str = ""
    """``cpu`` or ``cuda:0``; empty until it is chosen."""
    precision: str = ""
    stage: int = 0
    """From 0 to ``stages`` - 1."""
    stages: int = 0
    activity: str = ""
    """An ``Activity``, a ``JudgeStep``, or empty between them."""
    step: int = 0
    """Of ``steps``: pictures while ranking or judging, optimiser steps while learning or adapting."""
    steps: int = 0
    epoch: int = 0
    epochs: int = 0
    images_per_second: float | None = None
    done: float = 0.0
    """Share of the job from its first stage to the verdict, 0..1; of adapting alone while that goes on."""
    seconds_left: float | None = None
    """Of the same; None while nothing is known."""
    loss: float | None = None
    learning_rate: float | None = None
    parameters_before: int = 0
    parameters_after: int = 0
    macs_before: int = 0
    macs_after: int = 0
    paused: bool = False
    memory_bytes: int = 0
    losses: tuple[LossPoint, ...] = ()
    validations: tuple[ValidationPoint, ...] = ()
    previews: tuple[PreviewPicture, ...] = ()
    notices: tuple[JobNotice, ...] = ()


WorkOf = Callable[[events.PlanMade, events.RunStarted], Forecast]
"""The work of the stages and of judging, to weigh them."""


class Monitor:
    """Fed with a job's events from one thread; ``view`` is the sum of them."""

    def __init__(
        self, folder: Path, work_of: WorkOf | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.view = JobView(folder=folder)
        self._work_of, self._clock = work_of, clock
        self._work: Forecast | None = None
        self._started: events.RunStarted | None = None
        self._losses: list[LossPoint] = []
        self._keep_each = 1
        self._ranked = -1
        """The stage whose channels were scored last."""
        self._validations: list[ValidationPoint] = []
        self._mark: tuple[float, float] | None = None
        self._pace: float | None = None
        """Seconds for the whole, at the pace at which it learns; see ``_progress``."""
        self._paused_at: float | None = None
        self._handlers: dict[type[events.Event], Callable[[Any], None]] = {
            PhaseStarted: self._phase,
            PhaseProgress: self._phase_progress,
            PreviewMade: self._previews,
            events.RunStarted: self._run_started,
            events.PlanMade: self._plan,
            events.StageStarted: self._stage,
            events.ImportanceStep: self._ranking,
            events.TrainStep: self._learning,
            events.Validated: self._validated,
            events.BatchHalved: lambda e: self._notice(JobNotice(NoticeKind.BATCH_HALVED, e.micro_batch)),
            events.ImageSkipped: lambda e: self._notice(
                JobNotice(NoticeKind.PICTURE_SKIPPED, e.skipped, _of_picture(e))
            ),
            events.Paused: lambda _: self.set_paused(True),
            events.Resumed: lambda _: self.set_paused(False),
        }

    def feed(self, event: events.Event) -> None:
        """Take in one event."""
        handler = self._handlers.get(type(event))
        if handler is not None:
            handler(event)

    def feed_record(self, record: Iterable[Mapping[str, Any]]) -> None:
        """Take in the curves of an earlier part of the run, from its ``events.jsonl``."""
        for values in record:
            kind = getattr(events, str(values.get("event")), None)
            if events.is_event(values) and kind in (events.TrainStep, events.Validated, events.StageStarted):
                known = {k: v for k, v in values.items() if k not in OF_EVERY_EVENT}
                step = values.get("step")
                if step is not None and None not in (known.get("loss", 0), known.get("alignment_error", 0)):
                    self.feed(kind(**known))
        self._mark = None

    def set_paused(self, paused: bool) -> None:
        """The run waits, or goes on; waiting does not count as time that work took."""
        now = self._clock()
        if paused and self._paused_at is None:
            self._paused_at = now
        elif not paused and self._paused_at is not None:
            if self._mark is not None:
                self._mark = (self._mark[0] + now - self._paused_at, self._mark[1])
            self._paused_at = None
        self.view = replace(self.view, paused=paused)

    def set_memory(self, held: int) -> None:
        """Bytes that are held now."""
        self.view = replace(self.view, memory_bytes=held)

    def _phase(self, event: PhaseStarted) -> None:
        self._mark = None
        goes_on = event.phase is Phase.JUDGE and self._work is not None
        self.view = replace(
            self.view,
            phase=event.phase,
            done=self.view.done if goes_on else 0.0,
            step=0,
            steps=0,
            activity="",
            seconds_left=self.view.seconds_left if goes_on else None,
            images_per_second=None,
        )

    def _phase_progress(self, event: PhaseProgress) -> None:
        share = event.done / event.total if event.total else 0.0
        if event.step != self.view.activity:
            self._mark = None  # each step has a pace of its own
        self.view = replace(self.view, step=event.done, steps=event.total, activity=event.step)
        if self._work is None or event.phase is not Phase.JUDGE:
            self._progress(share)
            return
        steps = [*map(str, self._work.judging)]
        if not steps:
            self._progress(share)
            return
        part = len(self._work.stages) + (steps.index(event.step) if event.step in steps else 0)
        self._progress(self._work.place(part, share), end=self._work.place(part, 1.0))

    def _previews(self, event: PreviewMade) -> None:
        self.view = replace(self.view, previews=event.pictures)

    def _run_started(self, event: events.RunStarted) -> None:
        self._started = event
        self.view = replace(self.view, device=event.device, precision=event.precision)
        if event.resumed:
            self._notice(JobNotice(NoticeKind.RESUMED))

    def _plan(self, event: events.PlanMade) -> None:
        if self._work_of is not None and self._started is not None:
            self._work = self._work_of(event, self._started)
        self.view = replace(
            self.view,
            parameters_before=event.parameters_before,
            parameters_after=event.parameters_after,
            macs_before=event.macs_before,
            macs_after=event.macs_after,
        )

    def _stage(self, event: events.StageStarted) -> None:
        self.view = replace(self.view, stage=event.stage, stages=event.stages, activity="")

    def _ranking(self, event: events.ImportanceStep) -> None:
        if self.view.activity != Activity.RANKING:
            self._mark = None  # channels are scored at a pace of their own
        self._ranked = self.view.stage
        self.view = replace(self.view, activity=Activity.RANKING, step=event.done, steps=event.total)
        share = event.done / max(1, event.total) * RANKING_SHARE
        self._progress(self._share_of_run(self.view.stage, share), tells_left=False)

    def _learning(self, event: events.TrainStep) -> None:
        share = event.iteration / event.iterations
        here = (event.stage, event.iteration)
        if self.view.activity == Activity.RANKING:
            self._mark = None
        while self._losses and (self._losses[-1].stage, self._losses[-1].iteration) >= here:
            self._losses.pop()  # a resumed run repeats what came after its checkpoint
        if event.iteration % self._keep_each == 0:
            self._losses.append(LossPoint(event.stage + share, event.stage, event.iteration, event.loss))
        if len(self._losses) > MOST_POINTS:
            self._losses = self._losses[1::2]
            self._keep_each *= 2
        self.view = replace(
            self.view,
            activity=Activity.LEARNING,
            step=event.iteration,
            steps=event.iterations,
            epoch=event.epoch,
            images_per_second=event.images_per_second,
            loss=event.loss,
            learning_rate=event.learning_rate,
            losses=tuple(self._losses),
        )
        if self._ranked == event.stage:
            share = RANKING_SHARE + (1.0 - RANKING_SHARE) * share
        self._progress(self._share_of_run(event.stage, share))
        self._pace = self._measured(self.view.done) or self._pace

    def _validated(self, event: events.Validated) -> None:
        here = (event.stage, event.epoch)
        self._validations = [p for p in self._validations if (p.stage, p.epoch) < here]
        position = event.stage + (event.epoch + 1) / max(1, event.epochs)
        self._validations.append(
            ValidationPoint(
                position=position,
                stage=event.stage,
                epoch=event.epoch,
                alignment_error=event.alignment_error,
                miou=event.miou,
                best=event.best,
            )
        )
        self.view = replace(self.view, epochs=event.epochs, validations=tuple(self._validations))

    def _share_of_run(self, stage: int, share: float) -> float:
        work = self._work or Forecast(stages=(1.0,) * max(1, self.view.stages))
        return work.place(min(stage, len(work.stages) - 1), share)

    def _progress(self, done: float, *, end: float = 1.0, tells_left: bool = True) -> None:
        """``end``: how far the whole is when this part is done. A step of judging that is slower than was
        thought says nothing of the others: behind it counts the pace of learning, where it is known."""
        if self._mark is None:
            self._mark = (self._clock(), done)
        left = self.view.seconds_left  # what was known last, until the pace of this part is
        pace = self._measured(done)
        if tells_left and pace is not None:
            left = pace * (end - done) + (self._pace or pace) * (1.0 - end)
        self.view = replace(self.view, done=min(1.0, done), seconds_left=left)

    def _measured(self, done: float) -> float | None:
        """Seconds for the whole at the pace of this part; None before it has settled."""
        since, before = self._mark or (self._clock(), done)
        waited = self._clock() - since
        return waited / (done - before) if waited >= _SETTLED_SECONDS and done > before else None

    def _notice(self, notice: JobNotice) -> None:
        kept = tuple(n for n in self.view.notices if n.kind != notice.kind)
        self.view = replace(self.view, notices=(*kept, notice))


def recorded(job: Path) -> JobView:
    """The curves that the job in this folder left behind, before anything of it runs again."""
    monitor = Monitor(job)
    monitor.feed_record(RunFolder(JobFolder(job).slim_dir).events())
    return monitor.view
