"""Curves of a run that grow while it goes on, in the colours of the theme."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from slimsam_app.figures import of_language, short
from slimsam_app.i18n import tr
from slimsam_app.plain_text import PlainLabel
from slimsam_app.theme import Theme
from slimsam_app.windows.wizards.compress.page import heading

MAX_POINTS = 600
"""More are thinned out: a curve has no more pixels than that."""
_LEAST_SPAN = 0.1
"""Of the largest value: a curve that hardly moves must look so."""


class CurvePlot(QWidget):
    """One curve; pyqtgraph is loaded here."""

    def __init__(self, title: str, across: str, theme: Theme, parent: QWidget, *, dots: bool = False) -> None:
        import pyqtgraph

        super().__init__(parent)
        self._theme, self._dots = theme, dots
        self._across = across
        self._graph = pyqtgraph
        self.setAccessibleName(title)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        words = heading(title, self)
        words.setWordWrap(True)
        column.addWidget(words)
        self._plot = pyqtgraph.PlotWidget(self)
        self._plot.setMouseEnabled(False, False)
        self._plot.setMenuEnabled(False)
        self._plot.hideButtons()
        self._plot.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)  # the wheel scrolls the page
        self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._plot.setMinimumHeight(96)
        # as wide and as high as what else stands on the page leaves: pyqtgraph asks for 640 x 480
        self._plot.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._plot.getAxis("left").setWidth(46)
        self._plot.getAxis("bottom").enableAutoSIPrefix(False)
        self._plot.getAxis("left").enableAutoSIPrefix(False)
        for side in ("left", "bottom"):
            _speak_the_language(self._plot.getAxis(side))
        self._plot.getPlotItem().setContentsMargins(0, 4, 6, 0)
        self._curve = self._plot.plot([], [])
        self._nothing = PlainLabel(tr("nothing yet"), self._plot)
        self._nothing.setProperty("role", "muted")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        QVBoxLayout(self._plot).addWidget(self._nothing)
        self._show_axes(())
        column.addWidget(self._plot, 1)
        theme.changed.connect(self._paint)
        self._paint()

    def set_points(self, points: Sequence[tuple[float, float]]) -> None:
        """Show these (x, y); what is not finite is left out."""
        kept = [(x, y) for x, y in points if math.isfinite(y)]
        step = max(1, -(-len(kept) // MAX_POINTS))
        shown = kept[::step]
        if kept and shown[-1] != kept[-1]:
            shown.append(kept[-1])
        self._curve.setData([x for x, _ in shown], [y for _, y in shown])
        self._show_axes(kept)
        if kept:
            self.setAccessibleDescription(short(kept[-1][1]))

    def _show_axes(self, kept: Sequence[tuple[float, float]]) -> None:
        """Axes from what is drawn: neither quantity is ever negative; without a point there is no scale."""
        for side in ("left", "bottom"):
            self._plot.getAxis(side).setStyle(showValues=bool(kept))
        self._nothing.setVisible(not kept)
        if not kept:
            return
        low, high = min(y for _, y in kept), max(y for _, y in kept)
        room = max(high - low, _LEAST_SPAN * high)
        bottom = 0.0 if self._dots else max(0.0, low - room / 4)
        self._plot.setYRange(bottom, high + room / 4 if high else 1.0, padding=0)
        self._plot.setXRange(0.0, max(1.0, float(math.ceil(kept[-1][0]))), padding=0.02)

    @property
    def points(self) -> list[tuple[float, float]]:
        """What is drawn."""
        x, y = self._curve.getOriginalDataset()
        return [] if x is None else list(zip(x.tolist(), y.tolist(), strict=True))

    def _paint(self) -> None:
        tokens, graph = self._theme.tokens, self._graph
        self._plot.setBackground(tokens.base)
        for side in ("left", "bottom"):
            axis = self._plot.getAxis(side)
            axis.setPen(graph.mkPen(tokens.line))
            axis.setTextPen(graph.mkPen(tokens.muted))
        self._plot.setLabel("bottom", self._across, color=tokens.muted)
        self._plot.showGrid(x=False, y=True, alpha=0.12)
        self._curve.setPen(graph.mkPen(tokens.accent, width=1.6))
        if self._dots:
            self._curve.setSymbol("o")
            self._curve.setSymbolSize(6)
            self._curve.setSymbolBrush(tokens.accent)
            self._curve.setSymbolPen(None)


def _speak_the_language(axis: Any) -> None:
    """Numbers beside an axis of pyqtgraph are English: give them the signs of the program's language."""
    english = axis.tickStrings

    def strings(*place: Any) -> list[str]:
        return [of_language(text) for text in english(*place)]

    axis.tickStrings = strings
