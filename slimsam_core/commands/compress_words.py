"""What ``slimsam compress`` says: its plan and what happens, a line each, for people.

Programs read ``events.jsonl`` in the folder of the run instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from slimsam_core import figures
from slimsam_core.compression import events, job_events
from slimsam_core.compression.budget import BudgetFit, BudgetUnit
from slimsam_core.compression.job_folder import Phase
from slimsam_core.compression.sweeping import points
from slimsam_core.devices import DeviceKind
from slimsam_core.figures import duration, file_size, iou, percent

if TYPE_CHECKING:
    from slimsam_core.compression.plan import Plan
    from slimsam_core.compression.sweeping.points import SweepPoint

_PHASES: Mapping[Phase, str] = {
    Phase.ADAPT: "adapting the teacher to the project's labels",
    Phase.SLIM: "compressing",
    Phase.JUDGE: "judging the slim model",
}


def plan_text(plan: Plan) -> str:
    """The plan for people."""
    lines = [
        _surroundings(plan),
        f"ratios: residual {plan.ratios.residual:.3f}, bottleneck {plan.ratios.bottleneck:.3f}",
        f"encoder parameters: {_change(plan.before.parameters, plan.after.parameters)}",
        f"encoder MACs: {_change(plan.before.macs, plan.after.macs)}",
        f"memory: about {file_size(plan.memory_bytes)}; time: about {duration(plan.seconds)}",
    ]
    if plan.fit is not None:
        lines.append(budget_text(plan.fit, plan.fills))
    if plan.lacks_memory:
        lines.append(_memory_warning(plan))
    for stage in plan.stages:
        lines.append(f"{stage.title}: {stage.parameters:,} parameters, about {duration(stage.seconds)}")
        lines.append(f"  {widths_text(stage.widths)}")
    return "\n".join(lines)


def sweep_text(plans: Sequence[tuple[SweepPoint, Plan]]) -> str:
    """The plans of a sweep's points for people, a line each; a warning names the points that it is about."""
    first = plans[0][1]
    lines = [_surroundings(first)]
    for point, plan in plans:
        lines.append(
            f"{point.name}: {_change(plan.before.parameters, plan.after.parameters)} parameters, "
            f"{_change(plan.before.macs, plan.after.macs)} MACs, "
            f"memory about {file_size(plan.memory_bytes)}, about {duration(plan.seconds)}"
        )
    lines.append(f"all together: about {duration(sum(plan.seconds for _, plan in plans))}")
    if first.fit is not None:  # of all points: a sweep tries ratios, or has a budget
        lines.append(budget_text(first.fit, first.fills))
    if lacking := [point.name for point, plan in plans if plan.lacks_memory]:
        lines.append(f"{_memory_warning(first)}, too little for {', '.join(lacking)}")
    return "\n".join(lines)


def budget_text(fit: BudgetFit, fills: bool = False) -> str:
    """How far a model is off its budget; ``fills``: what is left will be spent."""
    allowed, needed = (_of_budget(fit.unit, value) for value in (fit.budget, fit.needed))
    if fit.is_missed:
        return f"warning: the budget of {allowed} is missed: {needed}, {percent(fit.off, 1)} more"
    rest = "; the last cut spends what is left, block by block" if fills else ""
    return f"budget of {allowed}: {needed}, {percent(-fit.off, 1)} less{rest}"


def _of_budget(unit: BudgetUnit, value: float) -> str:
    """``5,000,000 parameters``, ``79.6 milliseconds in PyTorch``."""
    if unit is BudgetUnit.MILLISECONDS:
        return f"{value:,.1f} {unit} in PyTorch"
    return f"{value:,.0f} {'MACs' if unit is BudgetUnit.MACS else unit}"


def _memory_warning(plan: Plan) -> str:
    what = "this machine" if plan.device == DeviceKind.CPU else plan.device
    return f"warning: {what} has only {file_size(plan.device_bytes or 0)} of memory"


def _surroundings(plan: Plan) -> str:
    return (
        f"device {plan.device}, {plan.precision}, pictures of {plan.image_size} x {plan.image_size} pixels\n"
        f"pictures: {plan.train_images:,} to learn from, {plan.validation_images:,} to validate on"
    )


def event_line(event: events.Event) -> str:
    """What happened, in words; empty for what only a window can show. ``RunFailed`` leaves the reason to the
    error that follows it."""
    match event:
        case events.RunStarted():
            return _started(event)
        case events.PlanMade():
            return f"encoder: {_change(event.parameters_before, event.parameters_after)} parameters, " + (
                f"{_change(event.macs_before, event.macs_after)} MACs"
            )
        case events.StageStarted():
            return f"stage {event.stage + 1} of {event.stages}: {event.title}"
        case events.ImportanceStep():
            return f"ranking channels: {event.done:,} of {event.total:,} pictures"
        case events.Pruned():
            return f"cut to {event.parameters:,} parameters: {widths_text(event.widths)}"
        case events.TrainStep():
            return _step(event)
        case events.Validated():
            judged = f", masks agree to {iou(event.agreement, 4)}" if event.agreement is not None else ""
            judged += f", mIoU {iou(event.miou, 4)}" if event.miou is not None else ""
            best = ", the best so far" if event.best else ""
            learning = event.epoch != events.BEFORE_LEARNING
            when = f"epoch {event.epoch + 1} of {event.epochs}" if learning else "before the first step"
            return f"{when}: alignment error {event.alignment_error:.4f}{judged}{best}"
        case events.RunFinished():
            took = duration(event.seconds)
            return f"finished after {took}: {event.parameters:,} parameters, {event.macs:,} MACs"
        case job_events.PhaseStarted():
            return _PHASES[event.phase]
        case job_events.PhaseProgress():
            return f"{_PHASES[event.phase]}: {event.done:,} of {event.total:,} {event.message}".rstrip()
        case _:
            return _small(event)


def _small(event: events.Event) -> str:
    match event:
        case events.CheckpointSaved():
            return f"state saved: stage {event.stage + 1}, epoch {event.epoch + 1}, step {event.batches}"
        case points.SweepStep():
            return f"point {event.number} of {event.total}: {event.name}"
        case points.PointEnded():
            better = f", {event.dominated_by} was better and no larger" if event.dominated_by else ""
            why = f": {event.failed}" if event.failed else ""
            return f"{event.name} {'has' if why else 'is'} {event.outcome}{better}{why}"
        case events.BudgetCompared():
            fit = BudgetFit(event.unit, event.budget, event.needed)
            return budget_text(fit) + ("" if event.final else ", with uniform widths")
        case events.BatchHalved():
            now = figures.pictures(event.micro_batch)
            return f"out of memory: from now on {now} at a time, the batch stays the same"
        case events.ImageSkipped():
            return f"left out: {event.reason}"
        case events.Paused():
            return "paused"
        case events.Resumed():
            return "going on"
        case events.RunCancelled():
            return "cancelled; --resume goes on"
        case events.RunFailed():
            return "stopped by an error; --resume goes on once its cause is gone"
        case _:
            return ""


def widths_text(widths: Mapping[str, int]) -> str:
    """Channels of each group; groups of equal width whose names differ by one number that counts on are
    told as one, as ``blocks.0-11.mlp 384``."""
    runs: list[tuple[str, int, int, int]] = []  # name with a hole, first and last number, width
    for name, width in widths.items():
        number = re.search(r"\d+(?!.*\d)", name)
        if number is None:
            runs.append((name.replace("{", "{{").replace("}", "}}"), 0, 0, width))
            continue
        hole, value = f"{name[: number.start()]}{{}}{name[number.end() :]}", int(number[0])
        index = next(
            (i for i, run in enumerate(runs) if (run[0], run[2] + 1, run[3]) == (hole, value, width)), -1
        )
        if index < 0:
            runs.append((hole, value, value, width))
        else:
            runs[index] = (hole, runs[index][1], value, width)
    return ", ".join(
        f"{hole.format(first if first == last else f'{first}-{last}')} {width}"
        for hole, first, last, width in runs
    )


def _started(event: events.RunStarted) -> str:
    processes = f", {event.processes} processes" if event.processes > 1 else ""
    return (
        f"{'going on with' if event.resumed else 'compressing'} {event.teacher} on {event.device} "
        f"({event.precision}{processes}): {figures.pictures(event.train_images)} to learn from, "
        f"{event.validation_images:,} to validate on"
    )


def _step(event: events.TrainStep) -> str:
    return (
        f"stage {event.stage + 1}, step {event.iteration:,} of {event.iterations:,}: loss {event.loss:.4g}"
        f"{_terms(event.terms.items())}, rate {event.learning_rate:.2g}, "
        f"{event.images_per_second:.3g} pictures/s"
    )


def _terms(terms: Iterable[tuple[str, float]]) -> str:
    told = ", ".join(f"{name} {value:.4g}" for name, value in terms)
    return f" ({told})" if told else ""


def _change(before: int, after: int) -> str:
    return f"{before:,} -> {after:,} ({percent(after / max(before, 1))})"
