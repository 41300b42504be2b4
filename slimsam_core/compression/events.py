"""What a compression run tells while it works: frozen values, each with a JSON form for ``events.jsonl``."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from slimsam_core.compression.budget import BudgetUnit
from slimsam_core.errors import RecipeError
from slimsam_core.files import json_dataclass
from slimsam_core.files.runs import OF_EVERY_EVENT


@dataclass(frozen=True)
class Event:
    """Something that happened; subclasses add what."""

    @property
    def kind(self) -> str:
        """The name in ``events.jsonl``."""
        return type(self).__name__

    def values(self) -> dict[str, Any]:
        """The fields as decoded JSON."""
        return dataclasses.asdict(self)


@dataclass(frozen=True, kw_only=True)
class RunStarted(Event):
    """The run begins, or goes on after ``resumed``."""

    teacher: str
    device: str
    precision: str
    processes: int
    train_images: int
    validation_images: int
    resumed: bool


@dataclass(frozen=True, kw_only=True)
class PlanMade(Event):
    """What the finished model will be; macs and parameters are the encoder's."""

    residual: float
    bottleneck: float
    parameters_before: int
    parameters_after: int
    macs_before: int
    macs_after: int


@dataclass(frozen=True, kw_only=True)
class BudgetCompared(Event):
    """The recipe's budget beside what the model needs of it, see ``budget.BudgetFit``: with uniform widths as
    planned, and in the end (``final``) with its own."""

    unit: BudgetUnit
    budget: float
    needed: float
    final: bool


@dataclass(frozen=True)
class StageStarted(Event):
    """A phase of the run: ``stage`` counts from 0 to ``stages`` - 1, ``round`` from 1."""

    stage: int
    stages: int
    round: int
    title: str


@dataclass(frozen=True)
class ImportanceStep(Event):
    """Pictures seen while ranking channels."""

    stage: int
    done: int
    total: int


@dataclass(frozen=True)
class Pruned(Event):
    """The surgery is done; widths by group, parameters and macs of the encoder."""

    stage: int
    widths: dict[str, int]
    parameters: int
    macs: int


@dataclass(frozen=True, kw_only=True)
class TrainStep(Event):
    """One optimiser step; ``iteration`` counts from 1 in the stage, losses are means over the batch."""

    stage: int
    epoch: int
    iteration: int
    iterations: int
    loss: float
    terms: dict[str, float]
    learning_rate: float
    images_per_second: float


BEFORE_LEARNING = -1
"""The epoch of a ``Validated`` that judges what a stage began with."""


@dataclass(frozen=True, kw_only=True)
class Validated(Event):
    """The end of an epoch: relative alignment error (0 = equal to the teacher), mIoU when there are masks;
    ``agreement`` with the teacher's masks (mean IoU of nine clicks a picture) in stages that learn them.
    Those judge what they begin with, too, as ``BEFORE_LEARNING``: where nothing got better it is kept."""

    stage: int
    epoch: int
    epochs: int
    alignment_error: float
    miou: float | None
    best: bool
    agreement: float | None = None


@dataclass(frozen=True)
class CheckpointSaved(Event):
    """The run can be resumed from here: ``batches`` of the epoch are done."""

    stage: int
    epoch: int
    batches: int


@dataclass(frozen=True)
class BatchHalved(Event):
    """Memory ran out; from now on ``micro_batch`` pictures a forward pass, the batch stays the same."""

    micro_batch: int


@dataclass(frozen=True)
class ImageSkipped(Event):
    """A picture that cannot be read; another takes its place. ``skipped`` counts them so far."""

    path: str
    reason: str
    skipped: int


@dataclass(frozen=True)
class Paused(Event):
    """The run waits."""


@dataclass(frozen=True)
class Resumed(Event):
    """The run goes on after a pause."""


@dataclass(frozen=True, kw_only=True)
class RunFinished(Event):
    """The slim model lies at ``model``."""

    model: str
    parameters: int
    macs: int
    seconds: float
    images_skipped: int


@dataclass(frozen=True)
class RunCancelled(Event):
    """The user stopped the run; it can be resumed."""


@dataclass(frozen=True)
class RunFailed(Event):
    """The run stopped with an error; it can be resumed once the cause is gone."""

    error: str


_KINDS = {kind.__name__: kind for kind in Event.__subclasses__()}


def is_event(values: Mapping[str, Any]) -> bool:
    """Whether a line of ``events.jsonl`` is an event of a compression run, each value of its type; numbers
    may be null, which stands for NaN and infinity there."""
    kind = _KINDS.get(str(values.get("event")))
    if kind is None:
        return False
    numbers = {field.name for field in dataclasses.fields(kind) if field.type == "float"}
    given = {
        name: 0.0 if value is None and name in numbers else value
        for name, value in values.items()
        if name not in OF_EVERY_EVENT
    }
    try:
        json_dataclass.from_json(kind, given)
    except RecipeError:
        return False
    return True


EventSink = Callable[[Event], None]


def ignore_events(_: Event) -> None:
    """The sink of those who do not watch."""
