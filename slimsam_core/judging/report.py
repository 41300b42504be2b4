"""An evaluation as one HTML file: tables, calibration, the worst objects side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from slimsam_core.datasets.labelled import MaskDataset
from slimsam_core.files import charts
from slimsam_core.files.atomic import atomic_write_bytes
from slimsam_core.judging.measure import ObjectScore
from slimsam_core.judging.summary import interval_text, worst
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.image_io import read_image
from slimsam_core.pixels.mask import BoolMask, Rle, resized
from slimsam_core.pixels.tiles import fitted, img_tag, surroundings
from slimsam_core.visible_text import in_html

_TARGET, _FOUND = (64, 220, 96), (255, 64, 64)
_TILE = 240
"""Pixels of a side: the 20 worst stand four or five in a row."""
_STYLE = """
figure { display: inline-block; margin: .3rem; vertical-align: top } figcaption { font-size: 12px }
"""
_SHOWN = ("miou_1click", "miou_1click_oracle", "miou_box", "miou_5clicks", "noc85", "boundary_f_box")


def write_report(
    path: Path,
    metrics: Mapping[str, Mapping[str, Any]],
    scores: Mapping[str, Sequence[ObjectScore]],
    datasets: Sequence[MaskDataset],
) -> None:
    """Write the report of the models in ``metrics``; the last one chooses the worst objects.

    Outlines: green = as labelled, red = as found with one click. Raises OutputError.
    """
    judged = list(scores)[-1]
    parts = [f"<h1>Evaluation of {_text(', '.join(metrics))}</h1>", _main_table(metrics)]
    for group in ("by_size", "by_dataset", "by_category"):
        parts += [_group_table(name, group, values[group]) for name, values in metrics.items()]
    parts += [_calibration_plot(name, values["calibration"]["1click"]) for name, values in metrics.items()]
    parts.append(f"<h2>The 20 worst objects of {_text(judged)} after one click</h2>")
    for score in worst(scores[judged]):
        same = {n: s for n, found in scores.items() for s in found if _place(s) == _place(score)}
        parts.append(_figure(score, same, datasets))
    atomic_write_bytes(
        path, charts.page("Evaluation", "\n".join(parts), charts.PICTURES_STYLE + _STYLE).encode()
    )


def outlined(
    rgb: NDArray[np.uint8], target: BoolMask, found: BoolMask, around: BoolMask | None = None
) -> NDArray[np.uint8]:
    """A square tile, uint8, with the outlines of both masks: green = target, red = found.

    It shows the surroundings of both, or of ``around``, which must not be empty.
    """
    around = target | found if around is None else around
    window = surroundings(around)
    tile = fitted(np.ascontiguousarray(rgb[window]), _TILE)
    for mask, colour in ((target, _TARGET), (found, _FOUND)):
        part = resized(mask[window], Size.of(tile)).view(np.uint8)
        contours, _ = cv2.findContours(part, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
        cv2.drawContours(tile, contours, -1, colour, 2)
    return tile


def target_of(score: ObjectScore, datasets: Sequence[MaskDataset]) -> tuple[Path, Rle]:
    """The picture file and the labelled mask of a scored object. Raises KeyError for another data set's."""
    for dataset in datasets:
        if dataset.name == score.dataset:
            for index in range(len(dataset)):
                if dataset.key(index) == score.image:
                    labels = dataset.labels(index)
                    return labels.path, labels.objects[score.number].mask
    raise KeyError(score.image)


def _figure(score: ObjectScore, same: Mapping[str, ObjectScore], datasets: Sequence[MaskDataset]) -> str:
    path, mask = target_of(score, datasets)
    rgb, target = read_image(path).rgb, mask.decode()
    tiles = []
    for name, found in same.items():
        tile = outlined(rgb, target, found.mask_1click.decode())
        caption = f"{_text(name)}: {found.iou_1click:.2f} (said {found.predicted_iou:.2f})"
        tiles.append(f"<figure>{img_tag(tile)}<figcaption>{caption}</figcaption></figure>")
    return f"<p>{_text(score.image)} {_text(score.category)}</p>" + "".join(tiles)


def _main_table(metrics: Mapping[str, Mapping[str, Any]]) -> str:
    rows = [["model", "objects", *_SHOWN, "encode ms", "decode ms"]]
    for name, values in metrics.items():
        cells = []
        for key in _SHOWN:
            cells.append(f"{values[key]:.3f}{interval_text(values['intervals'][key], '.3f')}")
        times = [f"{values[key]:.0f}" for key in ("encode_ms", "decode_ms")]
        rows.append([name, str(values["n_objects"]), *cells, *times])
    return _table(rows)


def _group_table(name: str, title: str, groups: Mapping[str, Mapping[str, float]]) -> str:
    if not groups:
        return ""
    rows = [[title.replace("_", " "), "objects", *_SHOWN]]
    for group, values in groups.items():
        rows.append([group, str(values["n_objects"]), *(f"{values[key]:.3f}" for key in _SHOWN)])
    return f"<h2>{_text(name)}, {_text(rows[0][0])}</h2>" + _table(rows)


def _calibration_plot(name: str, values: Mapping[str, Any]) -> str:
    dots = "".join(
        f"<circle cx='{20 + 200 * p:.1f}' cy='{220 - 200 * t:.1f}' r='{2 + 6 * (n / total) ** 0.5:.1f}'/>"
        for total in [max(1, sum(b[1] for b in values["bins"]))]
        for _, n, p, t in values["bins"]
    )
    note = "" if values["bias"] is None else f"bias {values['bias']:+.3f}, error {values['error']:.3f}"
    return (
        "<figure><svg width='240' height='240' fill='#38c'>"
        f"<path d='M20 20V220H220M20 220L220 20' fill='none' stroke='#888'/>{dots}</svg>"
        f"<figcaption>{_text(name)}: true over predicted IoU, {note}</figcaption></figure>"
    )


def _table(rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{_text(cell)}</th>" for cell in rows[0])
    body = "".join("<tr>" + "".join(f"<td>{_text(c)}</td>" for c in row) + "</tr>" for row in rows[1:])
    return f"<table><tr>{head}</tr>{body}</table>"


def _place(score: ObjectScore) -> tuple[str, str, int]:
    return (score.dataset, score.image, score.number)


def _text(value: str) -> str:
    return in_html(value)
