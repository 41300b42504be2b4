"""Pages with curves that show how a run went; they need no network."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle

from slimsam_core.visible_text import in_html

_WIDTH, _HEIGHT, _MARGIN = 640, 220, 46
_COLOURS = ("#2563eb", "#c2410c", "#15803d", "#7e22ce", "#a16207", "#0e7490")
STYLE = """
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; } td, th { padding: .25rem .8rem; border-bottom: 1px solid #8884; }
td { text-align: right; } th:first-child, td:first-child { text-align: left; }
svg { max-width: 100%; height: auto; } svg text { fill: currentColor; font-size: 11px; }
pre { overflow-x: auto; background: #8881; padding: .8rem; }
"""
PICTURES_STYLE = """
body { font: 14px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem }
table { border-collapse: collapse; margin: 1rem 0 } td, th { padding: .2rem .6rem; text-align: right }
td:first-child, th:first-child { text-align: left } tr:nth-child(even) { background: #8881 }
"""
"""Of a page with tables and small pictures."""


def page(title: str, body: str, style: str = STYLE) -> str:
    """A complete HTML page around ``body``, which is markup; ``title`` is text."""
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{in_html(title)}</title>'
        f"<style>{style}</style><body>{body}</body></html>\n"
    )


def curve(title: str, lines: Sequence[tuple[str, list[tuple[float, float]]]], *, logarithmic: bool) -> str:
    """Markup of an SVG chart: named lines of ``(x, y)`` over the same axes; empty without a point.

    The number under the axis is the last x, plus one.
    """

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
        f'points="{" ".join(place(x, y) for x, y in line)}"><title>{in_html(name)}</title></polyline>'
        for (name, line), colour in zip(lines, cycle(_COLOURS))
    )
    values = [y for _, y in points]
    labels = (
        f'<text x="2" y="{_MARGIN}">{max(values):.3g}</text>'
        f'<text x="2" y="{_HEIGHT - _MARGIN}">{min(values):.3g}</text>'
        f'<text x="{_WIDTH - _MARGIN}" y="{_HEIGHT - 10}">{int(max(xs)) + 1}</text>'
    )
    if len(lines) > 1:
        labels += "".join(
            f'<text x="{_MARGIN + 110 * (i % 5)}" y="{16 + 14 * (i // 5)}" style="fill: {colour}">'
            f"{in_html(name)}</text>"
            for i, ((name, _), colour) in enumerate(zip(lines, cycle(_COLOURS)))
        )
    return f'<h2>{title}</h2><svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">{drawn}{labels}</svg>'


@dataclass(frozen=True, kw_only=True)
class Dot:
    """A point of a ``scatter``, with the ends of its interval; ``joined`` ones make a line."""

    x: float
    y: float
    low: float | None = None
    high: float | None = None
    name: str
    joined: bool = False


def scatter(title: str, dots: Sequence[Dot]) -> str:
    """Markup of an SVG chart of named points with intervals; the joined ones from left to right are a line.
    Empty without a point."""
    if not dots:
        return ""
    xs = [dot.x for dot in dots]
    ys = [y for dot in dots for y in (dot.y, dot.low, dot.high) if y is not None]
    x_span, y_span = max(max(xs) - min(xs), 1e-9), max(max(ys) - min(ys), 1e-9)

    def across(x: float) -> float:
        return _MARGIN + (x - min(xs)) / x_span * (_WIDTH - 2 * _MARGIN)

    def down(y: float) -> float:
        return _HEIGHT - _MARGIN - (y - min(ys)) / y_span * (_HEIGHT - 2 * _MARGIN)

    line = sorted((dot.x, dot.y) for dot in dots if dot.joined)
    path = " ".join(f"{across(x):.1f},{down(y):.1f}" for x, y in line)
    drawn = f'<polyline fill="none" stroke="{_COLOURS[0]}" stroke-width="1.5" points="{path}"/>'
    for dot in dots:
        x, y, colour = across(dot.x), down(dot.y), _COLOURS[0] if dot.joined else _COLOURS[1]
        if dot.low is not None and dot.high is not None:
            drawn += (
                f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{down(dot.low):.1f}" y2="{down(dot.high):.1f}" '
                f'stroke="{colour}" stroke-opacity="0.5"/>'
            )
        named = f"<title>{in_html(dot.name)}</title>"
        drawn += f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}">{named}</circle>'
    drawn += (
        f'<text x="2" y="{_MARGIN}">{max(ys):.3g}</text>'
        f'<text x="2" y="{_HEIGHT - _MARGIN}">{min(ys):.3g}</text>'
        f'<text x="{_MARGIN}" y="{_HEIGHT - 10}">{min(xs):.3g}</text>'
        f'<text x="{_WIDTH - _MARGIN}" y="{_HEIGHT - 10}">{max(xs):.3g}</text>'
    )
    return f'<h2>{in_html(title)}</h2><svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">{drawn}</svg>'
