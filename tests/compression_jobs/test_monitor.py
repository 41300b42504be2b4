"""The sum of a job's events: how far, how long still, curves of bounded length."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slimsam_core.compression.events import (
    BatchHalved,
    Event,
    ImageSkipped,
    ImportanceStep,
    PlanMade,
    RunStarted,
    StageStarted,
    TrainStep,
    Validated,
)
from slimsam_core.compression.job_events import PhaseProgress, PhaseStarted
from slimsam_core.compression.job_folder import Phase
from slimsam_core.compression.monitor import MOST_POINTS, Activity, JobNotice, Monitor, NoticeKind
from slimsam_core.compression.workload import Forecast
from slimsam_core.judging.judge_step import JudgeStep

FOLDER = Path("job")
STARTED = RunStarted(
    teacher="teacher",
    device="cpu",
    precision="fp32",
    processes=1,
    train_images=90,
    validation_images=10,
    resumed=False,
)
PLAN = PlanMade(
    residual=0.5, bottleneck=0.5, parameters_before=100, parameters_after=40, macs_before=1000, macs_after=400
)


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def step(stage: int, iteration: int, iterations: int = 100, loss: float = 1.0) -> TrainStep:
    return TrainStep(
        stage=stage,
        epoch=0,
        iteration=iteration,
        iterations=iterations,
        loss=loss,
        terms={},
        learning_rate=1e-3,
        images_per_second=8.0,
    )


def validated(stage: int, epoch: int, error: float = 0.5) -> Validated:
    return Validated(stage=stage, epoch=epoch, epochs=2, alignment_error=error, miou=None, best=True)


def fed(*events: Event, clock: Clock | None = None) -> Monitor:
    monitor = Monitor(FOLDER, lambda *_: Forecast(stages=(3.0, 1.0)), clock or Clock())
    for event in (PhaseStarted(Phase.SLIM), STARTED, PLAN, StageStarted(0, 2, 1, "first"), *events):
        monitor.feed(event)
    return monitor


def test_the_stages_are_weighed_by_their_work() -> None:
    assert fed(step(0, 50)).view.done == pytest.approx(0.375)
    assert fed(step(1, 50)).view.done == pytest.approx(0.875)
    assert fed(step(1, 100)).view.done == pytest.approx(1.0)


def test_the_time_left_follows_the_pace_and_leaves_pauses_out() -> None:
    clock = Clock()
    monitor = fed(step(0, 10), clock=clock)
    assert monitor.view.seconds_left is None
    clock.now += 30
    monitor.set_paused(True)
    assert monitor.view.paused
    clock.now += 1000
    monitor.set_paused(False)
    clock.now += 30
    monitor.feed(step(0, 20))  # 60 seconds for 7.5 % of the whole
    assert monitor.view.seconds_left == pytest.approx(60 / 0.075 * 0.85)


def test_the_verdict_is_a_part_of_the_whole() -> None:
    clock = Clock()
    whole = Forecast(stages=(3.0, 1.0), judging={JudgeStep.TEACHER: 2.0, JudgeStep.STUDENT: 2.0})
    monitor = Monitor(FOLDER, lambda *_: whole, clock)
    for event in (PhaseStarted(Phase.SLIM), STARTED, PLAN, StageStarted(0, 2, 1, "first"), step(1, 90)):
        monitor.feed(event)
    assert monitor.view.done == pytest.approx((3.0 + 0.9) / 8)
    clock.now += 60
    monitor.feed(step(1, 100))
    left = monitor.view.seconds_left
    assert left == pytest.approx(60 / (0.1 / 8) * 0.5), "learning is over, half of the work is not"
    monitor.feed(PhaseStarted(Phase.JUDGE))
    assert (monitor.view.phase, monitor.view.done, monitor.view.seconds_left) == (Phase.JUDGE, 0.5, left)
    monitor.feed(PhaseProgress(phase=Phase.JUDGE, done=1, total=10, message="", step=JudgeStep.TEACHER))
    assert monitor.view.activity == JudgeStep.TEACHER
    clock.now += 10
    monitor.feed(PhaseProgress(phase=Phase.JUDGE, done=6, total=10, message="", step=JudgeStep.TEACHER))
    assert monitor.view.done == pytest.approx((4.0 + 0.6 * 2) / 8)
    here, behind = 10 / 1.0 * (6 - 5.2), 60 / 0.1 * 2.0
    assert monitor.view.seconds_left == pytest.approx(here + behind), "what comes next goes as learning went"
    before = monitor.view.done
    monitor.feed(PhaseProgress(phase=Phase.JUDGE, done=1, total=10, message="", step=JudgeStep.STUDENT))
    assert monitor.view.done > before, "the second model does not begin anew"
    assert monitor.view.activity == JudgeStep.STUDENT
    assert len(monitor.view.losses) == 2


def test_adapting_is_told_by_itself() -> None:
    monitor = Monitor(FOLDER, clock=Clock())
    monitor.feed(PhaseStarted(Phase.ADAPT))
    monitor.feed(PhaseProgress(phase=Phase.ADAPT, done=5, total=10))
    assert monitor.view.done == 0.5
    monitor.feed(PhaseStarted(Phase.SLIM))
    assert (monitor.view.done, monitor.view.seconds_left) == (0.0, None)


def test_ranking_and_learning_are_told_apart() -> None:
    monitor = fed(ImportanceStep(0, 5, 16))
    assert (monitor.view.activity, monitor.view.step, monitor.view.steps) == (Activity.RANKING, 5, 16)
    monitor.feed(step(0, 1))
    assert (monitor.view.activity, monitor.view.step, monitor.view.steps) == (Activity.LEARNING, 1, 100)
    assert monitor.view.images_per_second == 8.0


def test_the_bar_moves_while_channels_are_scored_and_never_back() -> None:
    monitor = fed(StageStarted(0, 2, 1, "first"))
    seen = [monitor.view.done]
    for event in (
        *(ImportanceStep(0, done, 16) for done in (4, 8, 16)),
        *(step(0, iteration) for iteration in (1, 50, 100)),
        StageStarted(1, 2, 1, "second"),
        ImportanceStep(1, 8, 16),
        step(1, 50),
        step(1, 100),
    ):
        monitor.feed(event)
        seen.append(monitor.view.done)
    assert seen == sorted(seen)
    assert seen[1] > 0.0
    assert seen[2] > seen[1]
    assert seen[-1] == pytest.approx(1.0)


@settings(deadline=None, max_examples=15)
@given(st.integers(1, 5000))
def test_the_curve_stays_short_and_in_order(count: int) -> None:
    monitor = Monitor(FOLDER, clock=Clock())
    for iteration in range(1, count + 1):
        monitor.feed(step(0, iteration, count))
    points = [point.iteration for point in monitor.view.losses]
    assert len(points) <= MOST_POINTS
    assert points == sorted(set(points))
    assert len(points) >= min(count, MOST_POINTS // 2)


def test_what_a_resumed_run_repeats_is_drawn_once() -> None:
    monitor = fed(step(0, 1), step(0, 2), step(0, 3, loss=9.0), validated(0, 0))
    for event in (step(0, 2, loss=2.0), step(0, 3, loss=3.0), validated(0, 0, 0.25)):
        monitor.feed(event)
    assert [(point.iteration, point.loss) for point in monitor.view.losses] == [(1, 1.0), (2, 2.0), (3, 3.0)]
    assert [point.alignment_error for point in monitor.view.validations] == [0.25]


def test_the_curves_of_an_earlier_part_come_from_its_record() -> None:
    record = [
        {"event": event.kind, "time": 1.0, "step": number, **asdict(event)}
        for number, event in enumerate((StageStarted(0, 2, 1, "first"), step(0, 1), validated(0, 0)), 1)
    ]
    record.append({"event": "TrainStep", "time": 1.0, "step": 9, **asdict(step(0, 2)), "loss": None})
    record.append({"event": "Unheard", "time": 1.0})
    monitor = Monitor(FOLDER, clock=Clock())
    monitor.feed_record(record)
    assert [point.iteration for point in monitor.view.losses] == [1]
    assert len(monitor.view.validations) == 1
    assert monitor.view.stages == 2


def test_of_each_kind_of_notice_the_last_one_stays() -> None:
    monitor = fed(BatchHalved(2), ImageSkipped("a.png", "broken", 1), BatchHalved(1))
    assert monitor.view.notices == (
        JobNotice(NoticeKind.PICTURE_SKIPPED, 1, "a.png: broken"),
        JobNotice(NoticeKind.BATCH_HALVED, 1),
    )
