"""The page that shows how a run went, from its folder alone: sizes, curves, stages; no network needed."""

from __future__ import annotations

import html
import json
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from slimsam_core.atomic import atomic_write_bytes
from slimsam_core.runs import RunFolder

_WIDTH, _HEIGHT, _MARGIN = 640, 220, 46
_COLOURS = ("#2563eb", "#c2410c", "#15803d", "#7e22ce")
STYLE = """
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; } td, th { padding: .25rem .8rem; border-bottom: 1px solid #8884; }
td { text-align: right; } th:first-child, td:first-child { text-align: left; }
svg { max-width: 100%; height: auto; } svg text { fill: currentColor; font-size: 11px; }
pre { overflow-x: auto; background: #8881; padding: .8rem; }
"""


def write_report(folder: RunFolder, target: Path) -> None:
    """Write the HTML page. Raises OutputError."""
    atomic_write_bytes(target, report_html(folder).encode())


def report_html(folder: RunFolder) -> str:
    """The page as text."""
    title = html.escape(f"Slimming {_teacher(list(folder.events()))}")
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f"<style>{STYLE}</style><body>{report_body(folder)}</body></html>\n"
    )


def report_body(folder: RunFolder) -> str:
    """What the page shows, to be part of another one too."""
    events = list(folder.events())
    recipe = folder.recipe()
    steps = _of(events, "TrainStep")
    validations = _of(events, "Validated")
    sections = [
        f"<h1>Slimming {html.escape(_teacher(events))}: {html.escape(str(recipe.get('name', '')))}</h1>",
        _sizes(events),
        _curve("Loss (logarithmic)", [("loss", _points(steps, "loss"))], logarithmic=True),
        _curve(
            "Alignment error on held-back pictures (logarithmic)",
            [("error", _points(validations, "alignment_error"))],
            logarithmic=True,
        ),
    ]
    if any(event["miou"] is not None for event in validations):
        sections.append(_curve("1-click mIoU", [("mIoU", _points(validations, "miou"))], logarithmic=False))
    sections += [_stages(events), _skipped(events)]
    sections.append(f"<h2>Recipe</h2><pre>{html.escape(json.dumps(recipe, indent=2))}</pre>")
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
        f"<tr><td>{name}</td><td>{before:,}</td><td>{after:,}</td><td>{after / before:.1%}</td></tr>"
        for name, before, after in rows
    )
    return f"<table><tr><th></th><th>before</th><th>after</th><th>left</th></tr>{body}</table>"


def _stages(events: Sequence[dict[str, Any]]) -> str:
    rows = []
    for stage in {event["stage"]: event for event in _of(events, "StageStarted")}.values():
        cut = [event for event in _of(events, "Pruned") if event["stage"] == stage["stage"]]
        judged = [event for event in _of(events, "Validated") if event["stage"] == stage["stage"]]
        size = f"{cut[-1]['parameters']:,}" if cut else ""
        errors = [event["alignment_error"] for event in judged if event["alignment_error"] is not None]
        best = f"{min(errors):.4f}" if errors else ""
        cells = (html.escape(str(stage["title"])), size, str(len(judged)), best)
        rows.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    head = "<tr><th>stage</th><th>encoder parameters</th><th>epochs</th><th>lowest error</th></tr>"
    return f"<h2>Stages</h2><table>{head}{''.join(rows)}</table>"


def _skipped(events: Sequence[dict[str, Any]]) -> str:
    skipped = _of(events, "ImageSkipped")
    if not skipped:
        return ""
    items = "".join(f"<li>{html.escape(event['reason'])}</li>" for event in skipped[:50])
    return f"<h2>Pictures that could not be read: {len(skipped)}</h2><ul>{items}</ul>"


def _points(events: Sequence[dict[str, Any]], key: str) -> list[tuple[float, float]]:
    values = [(float(index), event[key]) for index, event in enumerate(events)]
    return [(x, float(y)) for x, y in values if y is not None]


def _curve(title: str, lines: Sequence[tuple[str, list[tuple[float, float]]]], *, logarithmic: bool) -> str:
    """An SVG chart of lines over the same axis; empty when there is nothing to draw."""

    def scaled(y: float) -> float:
        return math.log10(max(y, 1e-12)) if logarithmic else y

    points = [point for _, line in lines for point in line]
    if not points:
        return ""
    xs = [x for x, _ in points]
    ys = [scaled(y) for _, y in points]
    x_span, y_span = max(max(xs) - min(xs), 1.0), max(max(ys) - min(ys), 1e-9)

    def place(x: float, y: float) -> str:
        across = _MARGIN + (x - min(xs)) / x_span * (_WIDTH - 2 * _MARGIN)
        down = _HEIGHT - _MARGIN - (scaled(y) - min(ys)) / y_span * (_HEIGHT - 2 * _MARGIN)
        return f"{across:.1f},{down:.1f}"

    drawn = "".join(
        f'<polyline fill="none" stroke="{colour}" stroke-width="1.5" '
        f'points="{" ".join(place(x, y) for x, y in line)}"><title>{html.escape(name)}</title></polyline>'
        for (name, line), colour in zip(lines, _COLOURS, strict=False)
    )
    values = [y for _, y in points]
    labels = (
        f'<text x="2" y="{_MARGIN}">{max(values):.3g}</text>'
        f'<text x="2" y="{_HEIGHT - _MARGIN}">{min(values):.3g}</text>'
        f'<text x="{_WIDTH - _MARGIN}" y="{_HEIGHT - 10}">{int(max(xs)) + 1}</text>'
    )
    return f'<h2>{title}</h2><svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">{drawn}{labels}</svg>'
