"""The curves of a run in other programs: TensorBoard and MLflow, fed by the run's events.

Both are optional packages. What they cannot take is lost to them alone: the run goes on, its folder has all.
"""

from __future__ import annotations

import importlib
import logging
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Protocol

from slimsam_core.compression.events import Event, EventSink, PlanMade, RunFinished, TrainStep, Validated
from slimsam_core.errors import RecipeError
from slimsam_core.installation import how_to_add

_log = logging.getLogger(__name__)


class TrackerName(StrEnum):
    """What can be asked for."""

    TENSORBOARD = "tensorboard"
    MLFLOW = "mlflow"


_NEEDED = {
    TrackerName.TENSORBOARD: ("torch.utils.tensorboard", "tensorboard"),
    TrackerName.MLFLOW: ("mlflow", "mlflow-skinny"),
}
"""The module, and the package that brings it."""


class Tracker(Protocol):
    """Takes numbers by name at a step, and ends."""

    def log(self, values: Mapping[str, float], step: int) -> None:
        """Take some numbers down."""

    def close(self) -> None:
        """Nothing more follows."""


def numbers_of(event: Event) -> tuple[dict[str, float], int]:
    """What of an event is a curve, by name, and its place on the axis: the step or the epoch of its stage."""
    match event:
        case TrainStep():
            curves = {"loss": event.loss, "learning rate": event.learning_rate, **event.terms}
            curves["pictures per second"] = event.images_per_second
            return _in_stage(event.stage, curves), event.iteration
        case Validated():
            judged = {
                "alignment error": event.alignment_error,
                "mIoU": event.miou,
                "agreement of masks": event.agreement,
            }
            known = {name: value for name, value in judged.items() if value is not None}
            return _in_stage(event.stage, known), event.epoch + 1
        case PlanMade():
            return {"encoder parameters": event.parameters_after, "encoder MACs": event.macs_after}, 0
        case RunFinished():
            return {"seconds": event.seconds}, 0
        case _:
            return {}, 0


def _in_stage(stage: int, values: Mapping[str, float]) -> dict[str, float]:
    """MLflow takes no commas in names."""
    return {f"stage {stage + 1}/{name.replace(',', '')}": value for name, value in values.items()}


def tracker(wanted: str, run_name: str) -> Tracker:
    """``tensorboard=FOLDER`` or ``mlflow=URI``, ready to take numbers.

    Raises RecipeError when it is written otherwise, and when the package is missing or refuses.
    """
    name, _, place = wanted.partition("=")
    if name not in list(TrackerName) or not place:
        raise RecipeError(
            "{wanted!r} is not known.",
            "Write tensorboard=FOLDER or mlflow=ADDRESS.",
            "track",
            wanted=wanted,
        )
    module_name, package = _NEEDED[TrackerName(name)]
    try:
        module = importlib.import_module(module_name)
    except ImportError as error:
        raise RecipeError("{name} is not installed.", how_to_add(package), "track", name=name) from error
    try:
        made: Tracker = (
            _TensorBoard(module, place)
            if name == TrackerName.TENSORBOARD
            else _MlFlow(module, place, run_name)
        )
    except Exception as error:  # whatever the package raises about a folder or an address
        raise RecipeError("{name} cannot begin: {error}", "", "track", name=name, error=error) from error
    return made


def tracked(sink: EventSink, trackers: list[Tracker]) -> EventSink:
    """``sink``, and the numbers to each of the trackers; one that fails hears no more."""

    def hear(event: Event) -> None:
        sink(event)
        values, step = numbers_of(event)
        for one in list(trackers) if values else ():
            try:
                one.log(values, step)
            except Exception as error:  # a server that went away must not end the run
                trackers.remove(one)
                _log.warning("%s takes no more numbers: %s", type(one).__name__.strip("_"), error)

    return hear


class _TensorBoard:
    def __init__(self, module: Any, folder: str) -> None:
        self._writer = module.SummaryWriter(folder)

    def log(self, values: Mapping[str, float], step: int) -> None:
        for name, value in values.items():
            self._writer.add_scalar(name, value, step)

    def close(self) -> None:
        self._writer.close()


class _MlFlow:
    def __init__(self, module: Any, address: str, run_name: str) -> None:
        self._client = module.tracking.MlflowClient(address)
        experiment = self._client.get_experiment_by_name("slimsam")
        number = experiment.experiment_id if experiment else self._client.create_experiment("slimsam")
        self._run = self._client.create_run(number, run_name=run_name).info.run_id

    def log(self, values: Mapping[str, float], step: int) -> None:
        for name, value in values.items():
            self._client.log_metric(self._run, name, value, step=step)

    def close(self) -> None:
        self._client.set_terminated(self._run)
