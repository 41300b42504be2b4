"""What a picture and its clicks say beyond a light network: the colours of an object, and that clicks hold.

A network with a small input is unsure near edges and does not always follow a corrective click. Its logits
are therefore corrected on their own grid: first by how often the colour of a cell occurs inside and outside
of the mask (the colour statistics of GrabCut, Rother et al. 2004, once and softly), then so that
every click lies on its side, and with it what is near and of like colour (interpolation of the residuals with
a Gaussian kernel of place and colour, as in kriging). At last small islands and holes without a click go.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import cv2
import numpy as np
from numpy.typing import NDArray

from slimsam_core.inference.transforms import FloatArray
from slimsam_core.pixels.geometry import BoxXYXY, PointPrompt, Size
from slimsam_core.pixels.image_io import RgbImage
from slimsam_core.pixels.mask import BoolMask
from slimsam_core.pixels.square_fit import SquareFit

COLOURS = (16, 64, 64)
"""Bins of lightness, a* and b*: the latter two take little of their range in photographs."""
RARE = 1e-4
"""Added to each colour's share inside and outside: a colour that hardly occurs says nothing."""
STRONGEST = 4.0
"""The most that a colour adds to or takes from a logit: as much as an undecided network says itself. By eye;
the correction as a whole is measured (ADR 11)."""
SMOOTHED = 0.6
"""Standard deviation, in cells, of the blur that follows: colours of single cells fray an outline."""
BOX_GROWTH = 0.02
"""Share of a box's sides by which it may be drawn too small; by eye: two pixels of a box of a hundred."""
REACH, LIKENESS = 1 / 12, 40.0
"""Standard deviations of a click's influence: place, as a share of the grid's side, and 8-bit Lab colour.
By eye; what all corrections make together is measured (ADR 11)."""
MARGIN = 2.0
"""The logit that a click has at least, on its side of zero: a probability of 0.88, by eye, so that the blur
and the next decoding leave it there."""
SLACK = 1e-2
"""Of clicks that contradict each other: both give way a little; by eye, so that the equations have a
solution."""
ISLAND = 0.1
"""Islands below this share of the largest one, and enclosed holes below this share of the mask, are taken
for doubt, not for form: without them there are 1.1 parts to a labelled one in place of 2.0, and fewer clicks
to give."""
CHANGED_SIDE = 0.5
"""The logit, up to its sign, of cells that change their side so: still in doubt."""


@dataclass(frozen=True, eq=False)
class Palette:
    """The colours of a picture on the part of a logit grid that it covers: h x w cells."""

    lab_HW3: FloatArray
    """8-bit Lab: lightness, a*, b*, each 0..255."""
    bins_HW: NDArray[np.intp]
    counts: FloatArray
    """How many cells fall into each bin, smoothed; 16 x 64 x 64."""
    size: Size
    """Of the picture, in pixels."""

    @staticmethod
    def of(rgb: RgbImage, mask_size: int, fit: SquareFit) -> Palette:
        """From a picture, uint8 HxWx3, for logits of ``mask_size`` x ``mask_size`` cells in which it lies as
        ``fit`` says."""
        size = Size.of(rgb)
        grid = fit.inside(size, mask_size)
        small = cv2.resize(rgb, (grid.width, grid.height), interpolation=cv2.INTER_AREA)
        lab_HW3 = cv2.cvtColor(small, cv2.COLOR_RGB2LAB)
        steps = [lab_HW3[..., i].astype(np.intp) * count // 256 for i, count in enumerate(COLOURS)]
        bins_HW = (steps[0] * COLOURS[1] + steps[1]) * COLOURS[2] + steps[2]
        return Palette(lab_HW3.astype(np.float32), bins_HW, _histogram(bins_HW), size)

    def cells(self, x: float, y: float) -> tuple[float, float]:
        """A place in the picture, in pixels, as column and row of the grid, clamped to the cells' centres."""
        height, width = self.bins_HW.shape
        column, row = x * width / self.size.width - 0.5, y * height / self.size.height - 0.5
        return min(max(column, 0.0), width - 1.0), min(max(row, 0.0), height - 1.0)

    def inside(self, box: BoxXYXY) -> BoolMask:
        """The cells whose centres lie in a box that is drawn a little too small."""
        height, width = self.bins_HW.shape
        x_W = (np.arange(width) + 0.5) * self.size.width / width
        y_H = (np.arange(height) + 0.5) * self.size.height / height
        dx, dy = BOX_GROWTH * (box.x1 - box.x0), BOX_GROWTH * (box.y1 - box.y0)
        rows_H = (y_H >= box.y0 - dy) & (y_H <= box.y1 + dy)
        inside_HW: BoolMask = rows_H[:, None] & (x_W >= box.x0 - dx) & (x_W <= box.x1 + dx)
        return inside_HW


def with_colours(logits_MHW: FloatArray, palette: Palette, box: BoxXYXY | None = None) -> FloatArray:
    """Logits of M masks over the square, each cell moved by what its colour says.

    Outside of ``box`` (in the picture's pixels) nothing belongs to the object as far as colours are counted,
    and no logit is raised, but for what a little smoothing brings over its edge.
    """
    height, width = palette.bins_HW.shape
    inside_HW = palette.inside(box) if box is not None else None
    result = logits_MHW.copy()
    for logits_HW in result[:, :height, :width]:
        share_HW = 1 / (1 + np.exp(-logits_HW))
        if inside_HW is not None:
            share_HW = share_HW * inside_HW
        said_HW = cv2.blur(_log_ratio(palette, share_HW), (3, 3))
        if inside_HW is not None:
            said_HW = np.where(inside_HW, said_HW, np.minimum(said_HW, 0))
        logits_HW[...] = cv2.GaussianBlur(
            logits_HW + said_HW, (0, 0), SMOOTHED, borderType=cv2.BORDER_REPLICATE
        )
    return result


def with_clicks(logits_MHW: FloatArray, palette: Palette, points: Sequence[PointPrompt]) -> FloatArray:
    """Logits of M masks over the square, corrected so that each point (in pixels) lies on its side.

    A mask in which every click holds already is returned as it is.
    """
    if not points:
        return logits_MHW
    height, width = palette.bins_HW.shape
    part_MHW = logits_MHW[:, :height, :width]
    places = [palette.cells(p.x, p.y) for p in points]
    sides_P = np.array([1.0 if p.positive else -1.0 for p in points])
    found_PM = np.array([_sampled(part_MHW, *place) for place in places])
    wrong_PM = sides_P[:, None] * np.maximum(MARGIN - sides_P[:, None] * found_PM, 0)
    if not wrong_PM.any():
        return logits_MHW
    fields_PHW = np.stack([_influence(palette, *place) for place in places])
    system_PP = np.array([_sampled(fields_PHW, *place) for place in places])
    weights_PM = np.linalg.solve(system_PP + SLACK * np.eye(len(points)), wrong_PM)
    result = logits_MHW.copy()
    result[:, :height, :width] += np.tensordot(weights_PM.T.astype(np.float32), fields_PHW, 1)
    return result


def without_islands(logits_MHW: FloatArray, palette: Palette, points: Sequence[PointPrompt]) -> FloatArray:
    """Logits of M masks over the square without small islands and holes, but for those that a positive
    or negative point (in pixels) lies in. Masks without any are returned as they are."""
    height, width = palette.bins_HW.shape
    result = logits_MHW
    held: dict[bool, list[tuple[int, int]]] = {True: [], False: []}
    for point in points:  # the four cells that a click is read from
        x, y = palette.cells(point.x, point.y)
        held[point.positive] += product(
            (int(y), min(int(y) + 1, height - 1)), (int(x), min(int(x) + 1, width - 1))
        )
    for number, logits_HW in enumerate(logits_MHW[:, :height, :width]):
        inside_HW = logits_HW > 0
        islands_HW = _small_parts(inside_HW, held[True], of_largest=True)
        holes_HW = _small_parts(~inside_HW, held[False], of_largest=False)
        if islands_HW.any() or holes_HW.any():
            result = logits_MHW.copy() if result is logits_MHW else result
            part_HW = result[number, :height, :width]
            part_HW[islands_HW], part_HW[holes_HW] = -CHANGED_SIDE, CHANGED_SIDE
    return result


def _small_parts(region_HW: BoolMask, kept: Sequence[tuple[int, int]], *, of_largest: bool) -> BoolMask:
    """The parts of a region that are small beside its largest one, or beside what is not the region; parts
    that hold a cell of ``kept`` (row, column) are not. Islands touch at corners, holes do not, and what
    holds a corner of the grid is no hole: it is what lies round a disc that fills the picture."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(
        region_HW.view(np.uint8), connectivity=8 if of_largest else 4
    )
    areas = stats[:, cv2.CC_STAT_AREA]
    if count <= (2 if of_largest else 1):
        return np.zeros(region_HW.shape, np.bool_)
    limit = ISLAND * (areas[1:].max() if of_largest else areas[0])
    small = areas < limit
    small[[0, *(labels[cell] for cell in kept)]] = False
    if not of_largest:
        small[labels[[0, 0, -1, -1], [0, -1, 0, -1]]] = False
    found_HW: BoolMask = small[labels]
    return found_HW


def _log_ratio(palette: Palette, share_HW: FloatArray) -> FloatArray:
    """How much more often a cell's colour occurs inside than outside; ``share_HW`` = how far it is inside."""
    inside = _histogram(palette.bins_HW, share_HW)
    outside = palette.counts - inside
    a_HW = inside.ravel()[palette.bins_HW] / max(float(inside.sum()), 1e-6)
    b_HW = outside.ravel()[palette.bins_HW] / max(float(outside.sum()), 1e-6)
    ratio_HW: FloatArray = np.log((a_HW + RARE) / (b_HW + RARE)).astype(np.float32)
    return ratio_HW.clip(-STRONGEST, STRONGEST)


_TO_NEIGHBOUR = 0.25
"""Of what a bin holds goes to either neighbour: a triangle of two bins, as wide as linear weights are."""


def _histogram(bins_HW: NDArray[np.intp], weights_HW: FloatArray | None = None) -> FloatArray:
    """Cells by colour, each shared with the neighbouring bins."""
    weights = weights_HW.ravel() if weights_HW is not None else None
    counted = np.bincount(bins_HW.ravel(), weights, int(np.prod(COLOURS)))
    counts: FloatArray = counted.reshape(COLOURS).astype(np.float32)
    for axis in range(3):
        moved = np.moveaxis(counts, axis, 0)
        shared = (1 - 2 * _TO_NEIGHBOUR) * moved
        shared[1:] += _TO_NEIGHBOUR * moved[:-1]
        shared[:-1] += _TO_NEIGHBOUR * moved[1:]
        counts = np.moveaxis(shared, 0, axis)
    return np.ascontiguousarray(counts)


def _sampled(values_NHW: FloatArray, column: float, row: float) -> FloatArray:
    """Bilinear values at one place of each of N grids."""
    x, y = int(column), int(row)
    right, below = min(x + 1, values_NHW.shape[2] - 1), min(y + 1, values_NHW.shape[1] - 1)
    dx, dy = np.float32(column - x), np.float32(row - y)
    above_N = values_NHW[:, y, x] * (1 - dx) + values_NHW[:, y, right] * dx
    under_N = values_NHW[:, below, x] * (1 - dx) + values_NHW[:, below, right] * dx
    return np.asarray(above_N * (1 - dy) + under_N * dy, np.float32)


def _influence(palette: Palette, column: float, row: float) -> FloatArray:
    """How much each cell goes with a click: 1 at its place, less with distance and difference of colour."""
    height, width = palette.bins_HW.shape
    reach = REACH * max(height, width)
    apart_W, apart_H = (np.arange(width) - column) / reach, (np.arange(height) - row) / reach
    colour = palette.lab_HW3[round(row), round(column)]
    unlike_HW = np.square((palette.lab_HW3 - colour) / LIKENESS).sum(-1)
    distance_HW = apart_W**2 + apart_H[:, None] ** 2 + unlike_HW
    near_HW: FloatArray = np.exp(-0.5 * distance_HW).astype(np.float32)
    return near_HW
