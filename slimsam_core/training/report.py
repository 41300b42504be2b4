"""The page that shows how a training went, from its folder alone: curves, and the model before and after."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from slimsam_core import figures
from slimsam_core.files.atomic import atomic_write_bytes
from slimsam_core.files.charts import curve, page
from slimsam_core.files.runs import EVENT_KIND, REPORT_FILE, RunFolder
from slimsam_core.judging.summary import interval_text
from slimsam_core.visible_text import in_html

STEP = "step"
"""Kind of the events with the loss."""
_SHOWN = {
    "miou_1click": "1 click", "miou_1click_oracle": "1 click, best of three", "miou_box": "box",
    "miou_5clicks": "5 clicks", "noc85": "NoC@85", "noc90": "NoC@90", "boundary_f_box": "boundary F (box)",
}  # fmt: skip
_CURVES = ("loss", "iou_first", "iou_last", "iou_error", "rate")
_MEANS = 60
"""A curve is drawn through the means of so many stretches: the losses of single batches say little."""


def write_report(folder: RunFolder, metrics: Mapping[str, Any]) -> None:
    """Write ``report.html`` into a run's folder; ``metrics`` are those of its end. Raises OutputError."""
    atomic_write_bytes(Path(folder.path) / REPORT_FILE, report_html(folder, metrics).encode())


def report_html(folder: RunFolder, metrics: Mapping[str, Any]) -> str:
    """The page as text."""
    record = folder.recipe()
    steps = [event for event in folder.events() if event[EVENT_KIND] == STEP and _is_step(event)]
    title = f"Training from {Path(str(record.get('init', ''))).name}"
    body = [
        f"<h1>{in_html(title)}</h1>",
        f"<p>{in_html(metrics.get('steps', 0))} steps; "
        f"pictures left out: {in_html(metrics.get('n_skipped_images', 0))}</p>",
        _before_and_after(metrics),
        curve("Loss", [("loss", _means(steps, "loss"))], logarithmic=False),
        curve(
            "IoU on the crops of training",
            [("first prompt", _means(steps, "iou_first")), ("last click", _means(steps, "iou_last"))],
            logarithmic=False,
        ),
        curve("Predicted - true IoU", [("error", _means(steps, "iou_error"))], logarithmic=False),
        curve("Learning rate", [("rate", _means(steps, "rate"))], logarithmic=False),
        f"<h2>Recipe</h2><pre>{in_html(json.dumps(record.get('training', record), indent=2))}</pre>",
    ]
    return page(title, "".join(body))


def _is_step(event: Mapping[str, Any]) -> bool:
    return all(isinstance(event.get(key), (int, float)) for key in ("step", *_CURVES))


def _means(steps: Sequence[Mapping[str, Any]], key: str) -> list[tuple[float, float]]:
    """``(step from 0, value)``: means over stretches of equal numbers of events."""
    length = max(1, -(-len(steps) // _MEANS))
    stretches = [steps[start : start + length] for start in range(0, len(steps), length)]
    return [
        (part[-1]["step"] - 1.0, sum(float(event[key]) for event in part) / len(part)) for part in stretches
    ]


def _before_and_after(metrics: Mapping[str, Any]) -> str:
    if "gain" not in metrics:
        if metrics.get("n_held_out_images"):
            return "<p>The pictures that were held out have no object to judge the model on.</p>"
        return "<p>No pictures were held out to judge the model on.</p>"
    rows = ["<tr><th></th><th>before</th><th>after</th><th>difference (95 %)</th></tr>"]
    for name, label in _SHOWN.items():
        gain = metrics["gain"][name]
        cells = [f"{metrics[when][name]:.3f}" for when in ("before", "after")]
        cells.append(f"{gain['difference']:+.3f}{interval_text(gain['interval'], '+.3f')}")
        rows.append(f"<tr><td>{label}</td>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    count = metrics["gain"]["objects"]["n_objects"]
    return f"<h2>{figures.objects(count)} of held-out pictures</h2><table>{''.join(rows)}</table>"
