"""Numbers that can be believed: means with bootstrap intervals, by size, data set and class, and paired."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slimsam_core.judging.intervals import mean_intervals
from slimsam_core.judging.measure import ObjectScore

__all__ = ["compare", "markdown_table", "summarise"]

Column = Callable[[ObjectScore], float]

MAX_CLICKS = 10
"""An object that never reaches the IoU counts as this many clicks (NoC@85/10)."""
FEWEST_CLICKS = 5
"""What a table tells of, besides the first one: fewer cannot be asked for."""
COLUMNS: Mapping[str, Column] = {
    "miou_1click": lambda s: s.iou_1click,
    "miou_1click_oracle": lambda s: s.iou_1click_oracle,
    "miou_box": lambda s: s.iou_box,
    "miou_replayed": lambda s: s.iou_replayed,
    "miou_5clicks": lambda s: s.iou_after(FEWEST_CLICKS),
    "noc85": lambda s: float(s.clicks_to(0.85, MAX_CLICKS)),
    "noc90": lambda s: float(s.clicks_to(0.90, MAX_CLICKS)),
    "boundary_f_1click": lambda s: s.boundary_f_1click,
    "boundary_f_box": lambda s: s.boundary_f_box,
    "parts_1click": lambda s: s.form_1click.parts,
    "parts_box": lambda s: s.form_box.parts,
    "outline_1click": lambda s: s.form_1click.outline,
    "outline_box": lambda s: s.form_box.outline,
}
"""Name in ``metrics.json`` -> value of one object; the summary is the mean over the objects."""
CALIBRATION_BINS = 10


def summarise(scores: Sequence[ObjectScore], seed: int = 0) -> dict[str, Any]:
    """Means over all objects, their 95 % intervals, and the same by size, data set and class.

    Keys: ``n_objects``, ``n_images``, those of ``COLUMNS``, ``intervals`` (name -> [low, high], None
    where all objects are of one picture, which says nothing of others), ``by_size``, ``by_dataset``,
    ``by_category`` (group -> n_objects and means), ``calibration``.
    """
    values = _values(scores)
    return {
        "n_objects": len(scores),
        "n_images": len({(s.dataset, s.image) for s in scores}),
        **_means(values),
        "intervals": dict(zip(COLUMNS, _intervals(values, scores, seed), strict=True)),
        "by_size": _groups(scores, values, lambda s: s.size_class),
        "by_dataset": _groups(scores, values, lambda s: s.dataset),
        "by_category": _groups(scores, values, lambda s: s.category),
        "calibration": {
            "1click": calibration([(s.predicted_iou, s.iou_1click) for s in scores]),
            "box": calibration([(s.predicted_iou_box, s.iou_box) for s in scores]),
        },
    }


def compare(
    scores: Sequence[ObjectScore], reference: Sequence[ObjectScore], seed: int = 0
) -> dict[str, dict[str, Any]]:
    """Mean difference to a reference on the objects that both were judged on, with 95 % intervals.

    ``{name: {"difference": d, "interval": [low, high]}}`` and ``n_objects``; ``interval`` is None where
    all of them are of one picture.
    """
    known = {_identity(s): s for s in reference}
    pairs = [(s, known[_identity(s)]) for s in scores if _identity(s) in known]
    difference = _values([a for a, _ in pairs]) - _values([b for _, b in pairs])
    intervals = _intervals(difference, [a for a, _ in pairs], seed, paired=True)
    result: dict[str, dict[str, Any]] = {"objects": {"n_objects": len(pairs)}}
    for index, name in enumerate(COLUMNS):
        mean = float(difference[:, index].mean()) if pairs else 0.0
        result[name] = {"difference": mean, "interval": intervals[index]}
    return result


def calibration(pairs: Sequence[tuple[float, float]]) -> dict[str, Any]:
    """How far predicted IoU can be believed, from ``(predicted, true)`` pairs.

    ``bias`` = mean predicted - mean true (positive: too confident); ``error`` = expected calibration error
    over ``CALIBRATION_BINS`` equal bins; ``correlation`` = Pearson's, None when it is not defined; ``bins`` =
    lists of [lower edge, count, mean predicted, mean true].
    """
    if not pairs:
        return {"bias": None, "error": None, "correlation": None, "bins": []}
    predicted, true = np.array(pairs, np.float64).T
    predicted = np.clip(predicted, 0.0, 1.0)
    index = np.minimum((predicted * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    bins, error = [], 0.0
    for number in range(CALIBRATION_BINS):
        inside = index == number
        if inside.any():
            p, t = float(predicted[inside].mean()), float(true[inside].mean())
            bins.append([number / CALIBRATION_BINS, int(inside.sum()), p, t])
            error += inside.mean() * abs(p - t)
    defined = len(pairs) > 1 and predicted.std() > 0 and true.std() > 0
    correlation = float(np.corrcoef(predicted, true)[0, 1]) if defined else None
    bias = float(predicted.mean() - true.mean())
    return {"bias": bias, "error": float(error), "correlation": correlation, "bins": bins}


def worst(scores: Sequence[ObjectScore], count: int = 20) -> list[ObjectScore]:
    """The objects with the lowest 1-click IoU, worst first; equal ones in the order of the data."""
    return sorted(scores, key=lambda s: s.iou_1click)[:count]


def markdown_table(models: Mapping[str, Mapping[str, Any]]) -> str:
    """One row a model: the main numbers with their intervals, where there are any."""
    shown = {
        "miou_1click": "1 click", "miou_1click_oracle": "1 click, best of three", "miou_box": "box",
        "miou_5clicks": "5 clicks", "noc85": "NoC@85", "noc90": "NoC@90",
        "boundary_f_box": "boundary F (box)", "parts_box": "parts (box)", "outline_box": "outline (box)",
    }  # fmt: skip
    lines = [
        "| model | objects | " + " | ".join(shown.values()) + " |",
        "|---|---|" + "---|" * len(shown),
    ]
    for name, metrics in models.items():
        cells = []
        for key in shown:
            form = ".2f" if key.startswith(("noc", "parts", "outline")) else ".3f"
            cells.append(f"{metrics[key]:{form}}{interval_text(metrics['intervals'][key], form)}")
        lines.append(f"| {name} | {metrics['n_objects']} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _identity(score: ObjectScore) -> tuple[str, str, int]:
    return (score.dataset, score.image, score.number)


def _values(scores: Sequence[ObjectScore]) -> NDArray[np.float64]:
    """Objects x columns."""
    rows = [[column(s) for column in COLUMNS.values()] for s in scores]
    return np.array(rows, np.float64).reshape(len(scores), len(COLUMNS))


def _means(values: NDArray[np.float64]) -> dict[str, float]:
    means = values.mean(0) if len(values) else np.zeros(len(COLUMNS))
    return {name: float(mean) for name, mean in zip(COLUMNS, means, strict=True)}


def _intervals(
    values: NDArray[np.float64], scores: Sequence[ObjectScore], seed: int, *, paired: bool = False
) -> list[list[float] | None]:
    """95 % interval of the mean of each column; pictures vary, since objects of one depend. ``paired``: the
    values are differences. None where fewer than two pictures tell nothing of others."""
    found = mean_intervals(values, [(s.dataset, s.image) for s in scores], seed)
    if found is None:
        return [None] * values.shape[1]
    ranges = [(low - high, high - low) if paired else (low, high) for low, high in map(_range, COLUMNS)]
    return [
        [float(np.clip(low, *limits)), float(np.clip(high, *limits))]
        for low, high, limits in zip(*found, ranges, strict=True)
    ]


def _range(column: str) -> tuple[float, float]:
    """Between which numbers the values of a column lie."""
    if column.startswith(("miou", "boundary")):
        return 0.0, 1.0
    return (1.0, float(MAX_CLICKS)) if column.startswith("noc") else (0.0, np.inf)


def interval_text(interval: Sequence[float] | None, form: str) -> str:
    """`` (low to high)`` behind a number, each in the format ``form``; nothing where it is not known."""
    return f" ({interval[0]:{form}} to {interval[1]:{form}})" if interval is not None else ""


def _groups(
    scores: Sequence[ObjectScore], values: NDArray[np.float64], group: Callable[[ObjectScore], str]
) -> dict[str, dict[str, float]]:
    members: dict[str, list[int]] = {}
    for index, score in enumerate(scores):
        members.setdefault(group(score), []).append(index)
    return {
        name: {"n_objects": len(indices), **_means(values[indices])}
        for name, indices in sorted(members.items())
        if name
    }
