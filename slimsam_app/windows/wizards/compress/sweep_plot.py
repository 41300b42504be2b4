"""The curve of a sweep: what each point costs and keeps, with those that nothing cheaper beats joined."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from slimsam_app.theme import Theme
from slimsam_app.windows.wizards.compress.curve_plot import CurvePlot
from slimsam_core.compression.sweeping.choosing import SweepSeen

_REACH_PX = 24.0
"""So far from a dot a click may be; fingers and hands that shake miss by less."""


class SweepPlot(CurvePlot):
    """Dots to click at; the chosen one has a ring."""

    picked = Signal(int)
    """Number of the point among ``SweepSeen.results``."""

    def __init__(self, title: str, across: str, seen: SweepSeen, theme: Theme, parent: QWidget) -> None:
        self._places = [seen.place(one) for one in seen.results]
        self._ready = False
        super().__init__(title, across, theme, parent, dots=True)
        others = self._places[seen.on_curve :]
        ends = _ends(self._places, [(one.miou_low, one.miou_high) for one in seen.results])
        self._bars = self._plot.plot(*(ends if seen.by_masks else ([], [])), connect="pairs")
        self._others = self._plot.plot([x for x, _ in others], [y for _, y in others], pen=None, symbol="o")
        self._ring = self._plot.plot([], [], pen=None, symbol="o")
        self._others.setSymbolSize(6)
        self._ring.setSymbolSize(16)
        self._ready = True
        self.set_points(self._places[: seen.on_curve])
        self.setMinimumHeight(220)
        self._paint()

    def choose(self, number: int) -> None:
        """Put the ring around a point."""
        x, y = self._places[number]
        self._ring.setData([x], [y])

    def spot(self, number: int) -> QPointF:
        """Where a point is seen, in pixels of this widget."""
        scene = self._plot.getViewBox().mapViewToScene(QPointF(*self._places[number]))
        return QPointF(self._plot.mapTo(self, self._plot.mapFromScene(scene)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The nearest point, when it is near."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        away = [
            math.hypot(spot.x() - event.position().x(), spot.y() - event.position().y())
            for spot in map(self.spot, range(len(self._places)))
        ]
        nearest = min(range(len(away)), key=away.__getitem__)
        if away[nearest] <= _REACH_PX:
            self.picked.emit(nearest)

    def _show_axes(self, kept: Sequence[tuple[float, float]]) -> None:
        super()._show_axes(kept)
        if not kept:
            return
        ups, acrosses = [y for _, y in self._places], [x for x, _ in self._places]
        room = max(max(ups) - min(ups), 0.02 * max(map(abs, ups)), 1e-6) / 4
        self._plot.setYRange(min(ups) - room, max(ups) + room, padding=0.05)
        self._plot.setXRange(0.0, max(acrosses) or 1.0, padding=0.05)

    def _paint(self) -> None:
        super()._paint()
        if not self._ready:  # the first colours come before the other dots
            return
        tokens, graph = self._theme.tokens, self._graph
        self._bars.setPen(graph.mkPen(tokens.muted))
        self._others.setSymbolBrush(tokens.muted)
        self._others.setSymbolPen(None)
        self._ring.setSymbolBrush(None)
        self._ring.setSymbolPen(graph.mkPen(tokens.accent, width=2))


def _ends(
    places: Sequence[tuple[float, float]], bounds: Sequence[tuple[float | None, float | None]]
) -> tuple[list[float], list[float]]:
    """Where the intervals begin and end, one after the other; nothing of points without one."""
    known = [
        (x, low, high)
        for (x, _), (low, high) in zip(places, bounds, strict=True)
        if low is not None and high is not None
    ]
    return [x for x, _, _ in known for _ in range(2)], [end for _, *both in known for end in both]
