"""The page of a sweep: its curve of cost and quality, and every point in a table; no network needed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from slimsam_core.compression.sweeping.points import PointOutcome, PointResult, Sweep, cost, pareto, quality
from slimsam_core.files.atomic import atomic_write_bytes
from slimsam_core.files.charts import Dot, page, scatter
from slimsam_core.visible_text import in_html, visible

HTML_FILE, MARKDOWN_FILE = "sweep.html", "sweep.md"
_HEAD = ("point", "ms", "MB", "encoder parameters", "MACs", "alignment error", "1-click mIoU", "")


def write_pages(folder: Path, sweep: Sweep, results: Sequence[PointResult]) -> None:
    """Write ``sweep.html`` and ``sweep.md``. Raises OutputError."""
    title = f"Sweep of {sweep.recipe.teacher or 'a model'}: {len(results)} compressions"
    atomic_write_bytes(folder / HTML_FILE, _html(title, results).encode())
    atomic_write_bytes(folder / MARKDOWN_FILE, visible(_markdown(title, results)).encode())


def _html(title: str, results: Sequence[PointResult]) -> str:
    head = "".join(f"<th>{name}</th>" for name in _HEAD)
    rows = "".join(
        "<tr>" + "".join(f"<td>{in_html(cell)}</td>" for cell in cells) + "</tr>" for cells in _rows(results)
    )
    body = f"<h1>{in_html(title)}</h1>{_chart(results)}<table><tr>{head}</tr>{rows}</table>"
    return page(title, body)


def _markdown(title: str, results: Sequence[PointResult]) -> str:
    lines = [f"# {title}", "", f"| {' | '.join(_HEAD)} |", "|" + "---|" * len(_HEAD)]
    lines += [f"| {' | '.join(cells)} |" for cells in _rows(results)]
    return "\n".join(lines) + "\n"


def _chart(results: Sequence[PointResult]) -> str:
    finished = [r for r in results if r.outcome is PointOutcome.FINISHED and quality(r) is not None]
    front = pareto(results)
    by_masks = any(r.miou is not None for r in finished)
    what = "1-click mIoU with intervals of 95 %" if by_masks else "alignment error (upwards is nearer)"
    timed = all(r.encode_ms is not None for r in finished)
    dots = [
        Dot(
            x=cost(r),
            y=quality(r) or 0.0,
            low=r.miou_low,
            high=r.miou_high,
            name=r.point.name,
            joined=r in front,
        )
        for r in finished
    ]
    return scatter(f"{what} over {'milliseconds a picture' if timed else 'MACs'}", dots)


def _rows(results: Sequence[PointResult]) -> list[tuple[str, ...]]:
    front = pareto(results)
    return [
        (
            r.point.name,
            "" if r.encode_ms is None else f"{r.encode_ms:.1f}",
            f"{r.file_bytes / 1e6:.1f}" if r.file_bytes else "",
            f"{r.parameters:,}",
            f"{r.macs:,}",
            "" if r.alignment_error is None else f"{r.alignment_error:.4f}",
            _miou(r),
            _remark(r, r in front),
        )
        for r in results
    ]


def _miou(result: PointResult) -> str:
    if result.miou is None:
        return ""
    if result.miou_low is None or result.miou_high is None:
        return f"{result.miou:.3f}"
    return f"{result.miou:.3f} ({result.miou_low:.3f} to {result.miou_high:.3f})"


def _remark(result: PointResult, on_front: bool) -> str:
    if result.outcome is PointOutcome.DOMINATED:
        return f"given up at {result.stopped_at}: {result.dominated_by} was better and no larger"
    if result.outcome is PointOutcome.FAILED:
        return f"failed: {result.failed}"
    return "on the curve" if on_front else ""
