"""Carrying out a sweep: one compression after the other over one cache of the teacher, resumable.

The folder::

    OUT/sweep.json      what is tried
    OUT/results.json    what came out so far
    OUT/points/NAME/    a run each
    OUT/sweep.html  OUT/sweep.md    the page with the curve
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from slimsam_core.compression import run as compression
from slimsam_core.compression.events import Event, EventSink, PlanMade, Validated, ignore_events
from slimsam_core.compression.recipe import Recipe
from slimsam_core.compression.sweeping.page import write_pages
from slimsam_core.compression.sweeping.points import (
    SWEEP_FILE,
    PointEnded,
    PointOutcome,
    PointResult,
    Sweep,
    SweepPoint,
    SweepStep,
)
from slimsam_core.compression.sweeping.stored import RESULTS_FILE, load_results, load_sweep
from slimsam_core.datasets.labelled import Skipped
from slimsam_core.datasets.opening import open_datasets
from slimsam_core.errors import Cancelled, OutOfMemory, OutputError, RecipeError, SlimSamError
from slimsam_core.files import json_dataclass
from slimsam_core.files.atomic import atomic_write_json, make_folder, make_plain_folder
from slimsam_core.files.runs import MODEL_FILE, RECIPE_FILE, RunFolder
from slimsam_core.inference.predictor import Predictor
from slimsam_core.judging.latency import measure_latency
from slimsam_core.judging.measure import Protocols, evaluate
from slimsam_core.judging.summary import summarise
from slimsam_core.progress import CancelToken

MARGIN = 0.1
"""A point is given up when another was better by this share at the same epoch: the first three criteria in
docs/compression.md, and two seeds of each, differ by less."""
OBJECTS = 200
"""Of each set of ``data.masks``, as in a run."""

Curve = dict[tuple[int, int], float]
"""Stage and epoch -> score, lower is better."""


def run_sweep(
    sweep: Sweep | None,
    out_dir: Path | str,
    sink: EventSink = ignore_events,
    cancel: CancelToken | None = None,
    *,
    resume: bool = False,
    cache: Path | None = None,
) -> tuple[PointResult, ...]:
    """Carry out every point that has no result yet and write the page; results in the order of the points.

    ``resume`` goes on with the sweep in ``out_dir``; ``cache``: see ``compression.run``.
    Raises SlimSamError as a single run does, Cancelled after the point that was under way saved its state.
    """
    if int(os.environ.get("WORLD_SIZE", "1")) > 1:
        raise RecipeError("a sweep runs in one process.", "Start it without torchrun.", "sweep")
    folder, cancel = Path(out_dir), cancel or CancelToken()
    sweep = load_sweep(folder) if resume else _begun(sweep, folder)
    # a sweep that goes on may have been prepared by anybody
    for own in (_points(folder), *([_cache(folder)] if cache is None else [])):
        make_plain_folder(own)
    earlier = load_results(folder) if resume else ()
    results = {one.point: one for one in earlier if one.outcome is not PointOutcome.FAILED}
    points = sweep.points
    for number, point in enumerate(points, 1):
        if point not in results:
            cancel.raise_if_cancelled()
            sink(SweepStep(point.name, number, len(points)))
            results[point] = _carried_out(
                sweep, point, folder, results, sink=sink, cancel=cancel, cache=cache or _cache(folder)
            )
            _save(folder, sweep, results)
            done = results[point]
            sink(PointEnded(point.name, done.outcome, done.dominated_by, done.failed))
    shutil.rmtree(_cache(folder), ignore_errors=True)
    for point in points:
        if results[point].outcome is PointOutcome.FINISHED and results[point].encode_ms is None:
            cancel.raise_if_cancelled()
            results[point] = _measured(results[point], sweep.recipe, folder, cancel)
            _save(folder, sweep, results)
    found = tuple(results[point] for point in points)
    write_pages(folder, sweep, found)
    return found


def dominating(curve: Curve, macs: int, others: Mapping[str, tuple[int, Curve]]) -> str:
    """The name of a finished point that needs no more MACs and was better by ``MARGIN`` at the last epoch of
    ``curve``; empty when there is none. ``others``: MACs and curve by name."""
    if not curve:
        return ""
    place, score = max(curve.items())
    for name, (their_macs, their_curve) in others.items():
        theirs = their_curve.get(place)
        if theirs is not None and their_macs <= macs and theirs * (1 + MARGIN) < score:
            return name
    return ""


class _Watched(CancelToken):
    """Cancelled with the whole sweep, or when the point is dominated."""

    def __init__(self, whole: CancelToken, judge: Callable[[Curve, int], str]) -> None:
        super().__init__()
        self._whole, self._judge = whole, judge
        self.curve: Curve = {}
        self.macs = self.parameters = 0
        self.alignment_error = 0.0
        self.miou: float | None = None
        """At the last epoch, as ``alignment_error``."""
        self.dominated_by = ""

    @property
    def cancelled(self) -> bool:
        """Whether either was."""
        return super().cancelled or self._whole.cancelled

    def raise_if_cancelled(self) -> None:
        """Raise ``Cancelled`` when either was."""
        if self.cancelled:
            raise Cancelled

    def hear(self, event: Event | Mapping[str, Any]) -> None:
        """Learn from an event, or from one that an earlier try wrote down."""
        kind, values = (event.kind, event.values()) if isinstance(event, Event) else (event["event"], event)
        if kind == PlanMade.__name__:
            self.macs, self.parameters = values["macs_after"], values["parameters_after"]
        elif kind == Validated.__name__:
            self.curve[values["stage"], values["epoch"]] = _score(values)
            self.alignment_error, self.miou = values["alignment_error"], values["miou"]
            if isinstance(event, Event) and 2 * (values["epoch"] + 1) >= values["epochs"]:
                self.dominated_by = self._judge(self.curve, self.macs)
                if self.dominated_by:
                    self.cancel()


def _score(values: Mapping[str, Any]) -> float:
    miou = values.get("miou")
    return float(values["alignment_error"]) if miou is None else 1.0 - float(miou)


def _begun(sweep: Sweep | None, folder: Path) -> Sweep:
    if sweep is None:
        raise ValueError("a new sweep needs to know what to try")
    if (folder / SWEEP_FILE).exists() or (folder / RECIPE_FILE).exists():
        raise OutputError("{path} already holds a run.", "Resume it, or choose another folder.", path=folder)
    make_folder(folder)
    atomic_write_json(folder / SWEEP_FILE, json_dataclass.to_json(sweep), indent=2)
    return sweep


def _carried_out(
    sweep: Sweep,
    point: SweepPoint,
    folder: Path,
    results: Mapping[SweepPoint, PointResult],
    *,
    sink: EventSink,
    cancel: CancelToken,
    cache: Path,
) -> PointResult:
    """Run one point, or go on with it; an error that is its own is its result. Raises it where no point could
    be made."""
    path = _point_folder(folder, point)
    make_plain_folder(path)
    others = _finished_curves(folder, results, point) if sweep.early_stop else {}
    watched = _Watched(cancel, lambda curve, macs: dominating(curve, macs, others))
    begun = (path / RECIPE_FILE).is_file()
    if begun:
        for event in _events(path):
            watched.hear(event)

    def hear(event: Event) -> None:
        sink(event)
        watched.hear(event)

    try:
        compression.run(
            None if begun else sweep.recipe_of(point),
            path,
            hear,
            watched,
            resume=begun,
            cache=cache,
        )
    except Cancelled:
        if not watched.dominated_by:
            raise
        return _given_up(point, watched)
    except (RecipeError, OutOfMemory) as error:  # its own; a full disk concerns all of them and is raised
        others_failed = all(result.outcome is PointOutcome.FAILED for result in results.values())
        if others_failed and point == sweep.points[-1]:
            raise  # none of them can be made
        return _failed(point, error)
    return _finished(point, path)


def _failed(point: SweepPoint, error: SlimSamError) -> PointResult:
    return PointResult(
        **asdict(point),
        outcome=PointOutcome.FAILED,
        parameters=0,
        macs=0,
        alignment_error=None,
        failed=str(error.message),
    )


def _given_up(point: SweepPoint, watched: _Watched) -> PointResult:
    stage, epoch = max(watched.curve)
    return PointResult(
        **asdict(point),
        outcome=PointOutcome.DOMINATED,
        parameters=watched.parameters,
        macs=watched.macs,
        alignment_error=watched.alignment_error,
        miou=watched.miou,
        dominated_by=watched.dominated_by,
        stopped_at=f"stage {stage + 1}, epoch {epoch + 1}",
    )


def _finished(point: SweepPoint, path: Path) -> PointResult:
    metrics = json_dataclass.read(RunFolder(path).metrics_path)
    return PointResult(
        **asdict(point),
        outcome=PointOutcome.FINISHED,
        parameters=metrics["encoder_params"],
        macs=metrics["encoder_macs"],
        alignment_error=metrics["alignment_error"],
        file_bytes=(path / MODEL_FILE).stat().st_size,
    )


def _measured(result: PointResult, recipe: Recipe, folder: Path, cancel: CancelToken) -> PointResult:
    """With its time, and its masks where there are some to compare with."""
    path = _point_folder(folder, result.point) / MODEL_FILE
    predictor = Predictor.load(path, recipe.performance.device)
    result = replace(result, encode_ms=measure_latency(predictor).encode_ms)
    if not recipe.data.masks:
        return result
    protocols = Protocols(max_clicks=1, labelled_click=True, max_objects=OBJECTS)
    datasets = open_datasets(Path(recipe.data.masks))
    scores = list(evaluate(predictor, datasets, protocols, Skipped(), cancel=cancel))
    if not scores:
        return result
    found = summarise(scores)
    low, high = found["intervals"]["miou_1click"] or (None, None)
    return replace(result, miou=found["miou_1click"], miou_low=low, miou_high=high)


def _finished_curves(
    folder: Path, results: Mapping[SweepPoint, PointResult], point: SweepPoint
) -> dict[str, tuple[int, Curve]]:
    """Those of other settings: a seed does not give up another one."""
    found = {}
    for other, result in results.items():
        if result.outcome is PointOutcome.FINISHED and other.setting != point.setting:
            events = _events(_point_folder(folder, other))
            curve = {(e["stage"], e["epoch"]): _score(e) for e in events if e["event"] == Validated.__name__}
            found[other.name] = (result.macs, curve)
    return found


def _events(path: Path) -> list[Mapping[str, Any]]:
    return [
        event
        for event in RunFolder(path).events()
        if event["event"] in (PlanMade.__name__, Validated.__name__)
    ]


def _save(folder: Path, sweep: Sweep, results: Mapping[SweepPoint, PointResult]) -> None:
    known = [results[point] for point in sweep.points if point in results]
    atomic_write_json(folder / RESULTS_FILE, json_dataclass.to_json(known), indent=1)


def _point_folder(folder: Path, point: SweepPoint) -> Path:
    return _points(folder) / point.name


def _points(folder: Path) -> Path:
    return folder / "points"


def _cache(folder: Path) -> Path:
    return folder / "teacher-cache"
