"""The page that shows how a run went, from its folder alone: sizes, curves, stages; no network needed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from slimsam_core.compression.events import BEFORE_LEARNING, is_event
from slimsam_core.figures import duration, percent
from slimsam_core.files.atomic import atomic_write_bytes
from slimsam_core.files.charts import curve, page
from slimsam_core.files.runs import RunFolder
from slimsam_core.visible_text import in_html


def write_report(folder: RunFolder, target: Path) -> None:
    """Write the HTML page. Raises OutputError."""
    atomic_write_bytes(target, report_html(folder).encode())


def report_html(folder: RunFolder) -> str:
    """The page as text."""
    title = f"Compression of {_teacher(list(filter(is_event, folder.events())))}"
    return page(title, report_body(folder))


def report_body(folder: RunFolder) -> str:
    """What the page shows, to be part of another one too."""
    events = list(filter(is_event, folder.events()))
    recipe = folder.recipe()
    steps = _of(events, "TrainStep")
    validations = _of(events, "Validated")
    sections = [
        f"<h1>Compression of {in_html(_teacher(events))}: {in_html(str(recipe.get('name', '')))}</h1>",
        _sizes(events),
        curve("Loss (logarithmic)", [("loss", _points(steps, "loss"))], logarithmic=True),
        curve(
            "Alignment error on held-back pictures (logarithmic)",
            [("error", _points(validations, "alignment_error"))],
            logarithmic=True,
        ),
    ]
    if any(event["miou"] is not None for event in validations):
        sections.append(curve("1-click mIoU", [("mIoU", _points(validations, "miou"))], logarithmic=False))
    sections += [_stages(events), _skipped(events)]
    sections.append(f"<h2>Recipe</h2><pre>{in_html(json.dumps(recipe, indent=2))}</pre>")
    return "".join(sections)


def _of(events: Iterable[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [event for event in events if event["event"] == kind]


def _teacher(events: Sequence[dict[str, Any]]) -> str:
    started = _of(events, "RunStarted")
    return str(started[-1]["teacher"]) if started else "a model"


def _sizes(events: Sequence[dict[str, Any]]) -> str:
    plans, finished = _of(events, "PlanMade"), _of(events, "RunFinished")
    if not plans or not finished:
        return "<p>This run has not finished.</p>"
    plan, end = plans[-1], finished[-1]
    rows = [
        ("Encoder parameters", plan["parameters_before"], end["parameters"]),
        ("Encoder MACs", plan["macs_before"], end["macs"]),
    ]
    body = "".join(
        f"<tr><td>{name}</td><td>{before:,}</td><td>{after:,}</td><td>{after / max(before, 1):.1%}</td></tr>"
        for name, before, after in rows
    )
    table = f"<table><tr><th></th><th>before</th><th>after</th><th>left</th></tr>{body}</table>"
    return f"{table}{_budget(events)}<p>It took {in_html(duration(end['seconds'] or 0.0))}.</p>"


def _budget(events: Sequence[dict[str, Any]]) -> str:
    """How far the model is off its budget, where it had one."""
    compared = [event for event in _of(events, "BudgetCompared") if event["final"]]
    if not compared or not compared[-1]["budget"]:
        return ""
    allowed, needed, unit = (compared[-1][key] for key in ("budget", "needed", "unit"))
    off = (needed or 0.0) / allowed - 1.0
    words = f"missed by {percent(off, 1)}" if off > 0 else f"{percent(-off, 1)} of it are left"
    return f"<p>Budget: {allowed:,.10g} {in_html(unit)}; needed: {needed or 0.0:,.10g}; {words}.</p>"


def _stages(events: Sequence[dict[str, Any]]) -> str:
    rows = []
    for stage in {event["stage"]: event for event in _of(events, "StageStarted")}.values():
        cut = [event for event in _of(events, "Pruned") if event["stage"] == stage["stage"]]
        judged = [event for event in _of(events, "Validated") if event["stage"] == stage["stage"]]
        size = f"{cut[-1]['parameters']:,}" if cut else ""
        errors = [event["alignment_error"] for event in judged if event["alignment_error"] is not None]
        best = f"{min(errors):.4f}" if errors else ""
        learnt = sum(event["epoch"] != BEFORE_LEARNING for event in judged)
        cells = (in_html(str(stage["title"])), size, str(learnt), best)
        rows.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    head = "<tr><th>stage</th><th>encoder parameters</th><th>epochs</th><th>lowest error</th></tr>"
    return f"<h2>Stages</h2><table>{head}{''.join(rows)}</table>"


def _skipped(events: Sequence[dict[str, Any]]) -> str:
    skipped = _of(events, "ImageSkipped")
    if not skipped:
        return ""
    items = "".join(f"<li>{in_html(event['reason'])}</li>" for event in skipped[:50])
    return f"<h2>Pictures that could not be read: {len(skipped)}</h2><ul>{items}</ul>"


def _points(events: Sequence[dict[str, Any]], key: str) -> list[tuple[float, float]]:
    values = [(float(index), event[key]) for index, event in enumerate(events)]
    return [(x, float(y)) for x, y in values if y is not None]
