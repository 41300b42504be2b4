"""A comparison as text, as JSON and as one HTML page with pictures of the worst disagreements."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from slimsam_core import figures
from slimsam_core.class_colors import SIDES
from slimsam_core.errors import SlimSamError
from slimsam_core.files import charts
from slimsam_core.files.atomic import atomic_write_bytes, atomic_write_json
from slimsam_core.pixels.image_io import RgbImage, read_image
from slimsam_core.pixels.overlay import paint_masks
from slimsam_core.pixels.tiles import fitted, img_tag, surroundings
from slimsam_core.teamwork.compare import Disagreement, PairAgreement, TeamComparison
from slimsam_core.visible_text import in_html

TILE = 280
"""Pixels of a picture's side: six stand beside each other on a wide screen."""
_STYLE = """
figure { display: flex; flex-wrap: wrap; gap: .4rem; margin: 1rem 0; font-size: 12px }
figcaption { flex-basis: 100% } i { display: inline-block; width: .8em; height: .8em }
"""


def as_json(found: TeamComparison) -> dict[str, Any]:
    """All numbers; no masks."""
    return {
        "observers": list(found.observers),
        "gold": found.gold or None,
        "pictures": found.pictures,
        "objects_unchanged": found.unchanged,
        "objects_decided": found.decided,
        "krippendorffs_alpha": found.alpha,
        "pairs": [_pair_json(pair) for pair in found.pairs],
        "worst": [
            {"picture": one.picture, "said": dict(one.said), "iou": one.iou, "gravity": one.gravity}
            for one in found.worst
        ],
    }


def _pair_json(pair: PairAgreement) -> dict[str, Any]:
    return {
        "first": pair.first,
        "second": pair.second,
        "pictures": pair.pictures,
        "objects_of_both": pair.matched,
        "only_first": pair.missed,
        "only_second": pair.extra,
        "mean_iou": pair.iou,
        "cohens_kappa": pair.kappa,
        "cohens_kappa_of_classes": pair.class_kappa,
        "precision": _share(pair.agreed, pair.matched + pair.extra),
        "recall": _share(pair.agreed, pair.matched + pair.missed),
        "classes": {
            name: {
                "both": entry.both,
                "only_first": entry.only_first,
                "only_second": entry.only_second,
                "mean_iou": entry.iou,
                "agreement": entry.agreement,
            }
            for name, entry in sorted(pair.classes.items())
        },
    }


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def text_lines(found: TeamComparison) -> list[str]:
    """The tables as lines of text."""
    lines = [f"{figures.pictures(found.pictures)} by two or more people: {', '.join(found.observers)}"]
    if found.unchanged:
        lines.append(f"as before, and left out: {figures.objects(found.unchanged)}")
    if found.decided:
        lines.append(_decided(found))
    for rows in _tables(found):
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            first = row[0].ljust(widths[0])
            rest = (cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
            lines.append("  ".join([first, *rest]))
        lines.append("")
    lines.append(f"Krippendorff's alpha: {_number(found.alpha)}")
    return lines


def _decided(found: TeamComparison) -> str:
    decided = figures.objects(found.decided)
    return f"decided already, and left out: {decided}; compare before differences are decided"


def _tables(found: TeamComparison) -> Iterable[list[list[str]]]:
    yield [
        ["", "pictures", "both", "missed", "extra", "IoU", "precision", "recall", "kappa", "class kappa"],
        *(_pair_row(pair) for pair in found.pairs),
    ]
    for pair in found.pairs:
        yield [
            [f"{pair.first} / {pair.second}", "both", "first only", "second only", "IoU", "agreement"],
            *(
                [
                    name, f"{entry.both:,}", f"{entry.only_first:,}", f"{entry.only_second:,}",
                    _number(entry.iou), _number(entry.agreement),
                ]
                for name, entry in sorted(pair.classes.items())
            ),
        ]  # fmt: skip


def _pair_row(pair: PairAgreement) -> list[str]:
    values = _pair_json(pair)
    counts = (pair.pictures, pair.matched, pair.missed, pair.extra)
    shares = ("mean_iou", "precision", "recall", "cohens_kappa", "cohens_kappa_of_classes")
    return [
        f"{pair.first} / {pair.second}",
        *(f"{count:,}" for count in counts),
        *(_number(values[name]) for name in shares),
    ]


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def write_json(found: TeamComparison, path: Path) -> None:
    """Raises OutputError."""
    atomic_write_json(path, as_json(found))


def write_page(found: TeamComparison, path: Path) -> None:
    """One HTML file with everything in it; names are letters there, never markup. Raises OutputError."""
    title = f"Agreement of {', '.join(found.observers)}"
    parts = [
        f"<h1>{in_html(title)}</h1>",
        f"<p>{figures.pictures(found.pictures)} that two or more people labelled. A mask is the same object"
        " from IoU 0.5 on. Kappa (Cohen) and alpha (Krippendorff): 1 = always, 0 = as by chance; an object"
        f" that was not made counts as said “nothing”. Krippendorff's alpha:"
        f" <b>{_number(found.alpha)}</b></p>",
    ]
    if found.gold:
        parts.append(f"<p>Measured by {in_html(found.gold)}.</p>")
    if found.decided:
        parts.append(f"<p>{_decided(found)}.</p>")
    parts += [_table(rows) for rows in _tables(found)]
    parts.append("<h2>The gravest disagreements</h2>" + _legend(found.observers))
    parts += [_figure(one, found.observers) for one in found.worst]
    page = charts.page(title, "\n".join(parts), charts.PICTURES_STYLE + _STYLE)
    atomic_write_bytes(path, page.encode())


def _table(rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{in_html(cell)}</th>" for cell in rows[0])
    body = "".join(
        "<tr>" + "".join(f"<td>{in_html(cell)}</td>" for cell in row) + "</tr>" for row in rows[1:]
    )
    return f"<table><tr>{head}</tr>{body}</table>"


def _legend(observers: Sequence[str]) -> str:
    marks = (
        f"{_mark(color)} {in_html(name)}"
        for name, color in zip(observers, itertools.cycle(SIDES), strict=False)
    )
    return f"<p>{' &nbsp; '.join(marks)}</p>"


def _figure(one: Disagreement, observers: Sequence[str]) -> str:
    """The tiles of one disagreement side by side, each with its person and what they said."""
    caption = f"{in_html(one.picture)}, IoU {figures.iou(one.iou, 2)}"
    tiles = tiles_of(one, observers)
    if not tiles:
        said = ", ".join(f"{in_html(who)}: {in_html(name)}" for who, name in one.said)
        return f"<figure><figcaption>{caption}<br>{said}</figcaption></figure>"
    parts = []
    for tile in tiles:
        words = f"{_mark(tile.color)} {in_html(tile.who)}: {in_html(tile.said)}"
        parts.append(f"<div>{img_tag(tile.rgb, tile.who)}<br>{words}</div>")
    return f"<figure><figcaption>{caption}</figcaption>{''.join(parts)}</figure>"


def _mark(color: str) -> str:
    return f"<i style='background:{color}'></i>"


@dataclass(frozen=True, eq=False, kw_only=True)
class PersonTile:
    """The place of a disagreement as one person sees it."""

    who: str
    said: str
    """The class, or ``NOTHING``."""
    color: str
    """``#rrggbb`` of the person."""
    rgb: RgbImage
    """Surroundings, uint8 HxWx3, at most 280 pixels a side; with the person's mask where there is one."""


def tiles_of(one: Disagreement, observers: Sequence[str]) -> tuple[PersonTile, ...]:
    """The surroundings of a disagreement, the same for each who saw the picture, side by side; none where the
    picture cannot be read or is another one now."""
    masks = {who: mask.decode() for who, mask in one.masks}
    if one.file is None or len({mask.shape for mask in masks.values()}) != 1:
        return ()
    around = np.logical_or.reduce(list(masks.values()))
    if not around.any():
        return ()
    try:
        rgb = read_image(one.file).rgb
    except SlimSamError:
        return ()
    if rgb.shape[:2] != around.shape:
        return ()
    window = surroundings(around)
    cut = np.ascontiguousarray(rgb[window])
    found = []
    for who, said in one.said:
        color = SIDES[observers.index(who) % len(SIDES)]
        mask = [(np.ascontiguousarray(masks[who][window]), color)] if who in masks else []
        tile = fitted(paint_masks(cut, mask), TILE)
        found.append(PersonTile(who=who, said=said, color=color, rgb=tile))
    return tuple(found)
