"""Several boxes on the picture and the mask that the model offers for each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainterPath
from PySide6.QtWidgets import QGraphicsScene

from slimsam_app.canvas.items import PathItem, PreviewItem, cosmetic_pen
from slimsam_app.canvas.style import BOX_COLOR
from slimsam_core.pixels.geometry import BoxXYXY

Shown = tuple[NDArray[np.float32], QRectF, QRectF]
"""Logits (h, w), the rectangle of the picture that they cover, and the part of it to paint."""

EDGE_PX = 5.0


class SeveralLayer:
    """One frame and one preview a box."""

    def __init__(self, scene: QGraphicsScene, preview_z: float, box_z: float) -> None:
        self._scene, self._preview_z, self._box_z = scene, preview_z, box_z
        self.boxes: tuple[BoxXYXY, ...] = ()
        self._frames: list[PathItem] = []
        self._previews: list[PreviewItem] = []
        self._look = (QColor("#2f9bff"), 0.45)
        self._scale = 1.0

    @property
    def masks(self) -> tuple[NDArray[np.float32] | None, ...]:
        """The logits that are shown for each box, None while there are none."""
        return tuple(preview.logits for preview in self._previews)

    def show(self, boxes: Sequence[BoxXYXY], masks: Sequence[Shown | None]) -> None:
        """Show these boxes; None = the model has not answered yet."""
        if tuple(boxes) != self.boxes:
            self._replace(boxes)
        for preview, mask in zip(self._previews, masks, strict=True):
            if mask is None:
                preview.set_logits(None, QRectF())
            elif preview.logits is not mask[0]:
                logits, area, clip = mask
                preview.set_logits(logits, area, clip.intersected(bounds(logits, area)))

    def set_look(self, color: QColor, opacity: float) -> None:
        """Colour and opacity of the masks."""
        self._look = (color, opacity)
        for preview in self._previews:
            preview.set_look(*self._look)

    def set_scale(self, scale: float) -> None:
        """Device pixels an image pixel."""
        self._scale = scale
        for frame in self._frames:
            frame.set_reach(4.0 / scale)

    def edge_at(self, x: float, y: float) -> int | None:
        """Index of the box whose edge is under this point, the newest first."""
        reach = EDGE_PX / self._scale
        for index in range(len(self.boxes) - 1, -1, -1):
            box = self.boxes[index]
            near_x = min(abs(x - box.x0), abs(x - box.x1)) <= reach
            near_y = min(abs(y - box.y0), abs(y - box.y1)) <= reach
            along = box.x0 - reach <= x <= box.x1 + reach and box.y0 - reach <= y <= box.y1 + reach
            if along and (near_x or near_y):
                return index
        return None

    def light(self, index: int | None) -> None:
        """Show whose edge the mouse is over."""
        for i, frame in enumerate(self._frames):
            frame.setPen(cosmetic_pen(BOX_COLOR, 3.5 if i == index else 2.0))

    def _replace(self, boxes: Sequence[BoxXYXY]) -> None:
        kept = {
            box: (frame, preview)
            for box, frame, preview in zip(self.boxes, self._frames, self._previews, strict=True)
        }
        for gone in kept.keys() - set(boxes):
            for item in kept[gone]:
                self._scene.removeItem(item)
        self.boxes = tuple(boxes)
        pairs = [kept.get(box) or self._make(box) for box in self.boxes]
        self._frames, self._previews = [f for f, _ in pairs], [p for _, p in pairs]

    def _make(self, box: BoxXYXY) -> tuple[PathItem, PreviewItem]:
        frame, preview = PathItem(), PreviewItem()
        path = QPainterPath()
        path.addRect(box.x0, box.y0, box.x1 - box.x0, box.y1 - box.y0)
        frame.setPath(path)
        frame.setPen(cosmetic_pen(BOX_COLOR, 2.0))
        frame.set_reach(4.0 / self._scale)
        frame.setZValue(self._box_z)
        preview.setZValue(self._preview_z)
        preview.set_look(*self._look)
        preview.setVisible(False)
        self._scene.addItem(frame)
        self._scene.addItem(preview)
        return frame, preview


def bounds(logits: NDArray[np.float32], area: QRectF) -> QRectF:
    """The part of ``area`` outside which the surface through the logits is certainly not above 0."""
    inside = logits > 0
    rows, columns = np.flatnonzero(inside.any(1)), np.flatnonzero(inside.any(0))
    if not rows.size:
        return QRectF(area.x(), area.y(), 0.0, 0.0)
    across, down = area.width() / logits.shape[1], area.height() / logits.shape[0]
    left, right = (columns[0] - 1) * across, (columns[-1] + 2) * across
    top, bottom = (rows[0] - 1) * down, (rows[-1] + 2) * down
    return QRectF(area.x() + left, area.y() + top, right - left, bottom - top)
