"""A verdict as one HTML file: the sentence, the numbers, the classes, the worst objects, the run's curves."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from slimsam_core import figures
from slimsam_core.compression.job_folder import JobFolder
from slimsam_core.compression.report import report_body
from slimsam_core.errors import ImageReadError, RecipeError
from slimsam_core.figures import file_size, iou, measured_time
from slimsam_core.files.atomic import atomic_write_bytes
from slimsam_core.files.charts import STYLE
from slimsam_core.files.runs import RunFolder
from slimsam_core.judging.summary import interval_text
from slimsam_core.judging.tiles import tiles_of
from slimsam_core.judging.verdict import ComparedObject, ComparedPicture, PairedChange, Verdict
from slimsam_core.judging.verdict_words import ADVICE, reason_text, summary
from slimsam_core.visible_text import in_html


def write_verdict_report(folder: JobFolder, target: Path) -> None:
    """Write the report of a finished job. Raises RecipeError without a verdict, OutputError."""
    verdict = folder.verdict()
    if verdict is None:
        raise RecipeError("{path} has no verdict yet.", "Let the job run to its end first.", path=folder.path)
    run = RunFolder(folder.slim_dir)
    atomic_write_bytes(target, verdict_html(verdict, report_body(run) if run.recipe_path.is_file() else ""))


def verdict_html(verdict: Verdict, more: str = "") -> bytes:
    """The page; ``more`` is HTML for its end."""
    title = f"{in_html(verdict.after.name)} against {in_html(verdict.before.name)}"
    parts = [f"<h1>{title}</h1>", *_sections(verdict), more]
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f"<style>{STYLE} figure {{ display: inline-block; margin: .3rem }} figcaption {{ font-size: 12px }}"
        f"</style><body>{''.join(parts)}</body></html>\n"
    ).encode()


def _sections(verdict: Verdict) -> list[str]:
    reasons = "".join(f"<li>{in_html(reason_text(reason))}</li>" for reason in verdict.reasons)
    parts = [
        f"<p><strong>{in_html(summary(verdict))}</strong></p>",
        f"<p>{ADVICE[verdict.advice]}</p><ul>{reasons}</ul>",
        _facts(verdict),
    ]
    labels = verdict.labels
    if labels is not None:
        rows = [("all", labels.objects, labels.iou), *((c.name, c.objects, c.iou) for c in labels.classes)]
        parts.append(_changes("IoU on the project's own labels", rows))
        parts.append(_changes("Clicks to an IoU of 0.85", [("all", labels.objects, labels.clicks)]))
        parts.append(_figures("Objects that lose most: teacher, student, difference", labels.worst))
    if verdict.agreement is not None:
        found = verdict.agreement
        parts.append(
            f"<h2>Held-out pictures</h2><p>Overlap of both models' masks at {found.points} "
            f"points on {figures.pictures(found.pictures)}: {iou(found.iou)}"
            f"{_interval(found.low, found.high, '.3f')}</p>"
        )
        parts.append(_figures("Where they differ most: teacher, student, difference", found.worst))
    return parts


def _facts(verdict: Verdict) -> str:
    before, after = verdict.before, verdict.after
    rows = [
        ["", in_html(before.name), in_html(after.name)],
        ["file", *(file_size(m.file_bytes) for m in (before, after))],
        ["parameters", *(f"{m.parameters:,}" for m in (before, after))],
        ["MACs of the encoder", *(f"{m.macs:,}" for m in (before, after))],
        ["encode a picture", *(measured_time(m.encode_ms / 1000) for m in (before, after))],
        ["answer a click", *(measured_time(m.decode_ms / 1000) for m in (before, after))],
        ["engine", *(in_html(m.runtime) for m in (before, after))],
    ]
    if before.memory_bytes and after.memory_bytes:
        rows.append(["memory of a process", *(file_size(m.memory_bytes) for m in (before, after))])
    return _table(rows)


def _changes(title: str, rows: Sequence[tuple[str, int, PairedChange]]) -> str:
    cells = [["", "objects", "teacher", "student", "difference (95 %)"]]
    for name, objects, change in rows:
        cells.append(
            [
                in_html(name),
                str(objects),
                f"{change.before:.3f}",
                f"{change.after:.3f}",
                f"{change.difference:+.3f}{_interval(change.low, change.high, '+.3f')}",
            ]
        )
    return f"<h2>{title}</h2>" + _table(cells)


def _interval(low: float, high: float, form: str) -> str:
    """Nothing where it is not known."""
    return interval_text((low, high), form) if low < high else ""


def _table(rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{cell}</th>" for cell in rows[0])
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows[1:])
    return f"<table><tr>{head}</tr>{body}</table>"


def _figures(title: str, items: Sequence[ComparedObject | ComparedPicture]) -> str:
    figures = []
    for item in items:
        try:
            tiles = tiles_of(item)
        except ImageReadError as error:
            figures.append(f"<p>{in_html(error.message)}</p>")
            continue
        images = "".join(_image(tile) for tile in (tiles.teacher, tiles.student, tiles.difference))
        figures.append(f"<figure>{images}<figcaption>{in_html(_caption(item))}</figcaption></figure>")
    return f"<h2>{title}</h2>{''.join(figures)}" if figures else ""


def _caption(item: ComparedObject | ComparedPicture) -> str:
    if isinstance(item, ComparedObject):
        return f"{item.key} {item.category}: IoU {iou(item.iou_before, 2)} -> {iou(item.iou_after, 2)}"
    return f"{Path(item.picture).name}: overlap {item.iou:.2f}"


def _image(tile: NDArray[np.uint8]) -> str:
    _, data = cv2.imencode(".jpg", tile[..., ::-1])
    return f"<img alt='' src='data:image/jpeg;base64,{base64.b64encode(data.tobytes()).decode()}'>"
