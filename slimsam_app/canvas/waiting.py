"""What was accepted and is not made yet: its mask, or what was drawn for it, stays until then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainterPath
from PySide6.QtWidgets import QGraphicsScene

from slimsam_app.canvas.items import PathItem, PreviewItem, cosmetic_pen
from slimsam_app.canvas.style import BOX_COLOR

_REACH_PX = 4.0
"""Screen pixels beside a path that its pen paints."""


@dataclass(frozen=True, eq=False, kw_only=True)
class WaitingMask:
    """A mask as it was seen when it was accepted."""

    logits: NDArray[np.float32]
    """(h, w); the mask is where they exceed 0."""
    area: QRectF
    """The rectangle, in image pixels, that they cover."""
    clip: QRectF
    """The part of it to paint."""
    color: QColor
    opacity: float
    """Of the fill, 0..1."""


class WaitingLayer:
    """One painted mask for each object that is on its way."""

    def __init__(self, scene: QGraphicsScene, z: float) -> None:
        self._scene, self._z = scene, z
        self._items: list[PreviewItem] = []
        self.masks: tuple[WaitingMask, ...] = ()
        """What is painted now, oldest first."""
        self.drawn = PathItem()
        self.drawn.setPen(cosmetic_pen(BOX_COLOR, 1.5, dashed=True))
        self.drawn.setZValue(z)
        scene.addItem(self.drawn)

    def show_drawn(self, path: QPainterPath, zoom: float) -> None:
        """Show boxes and points for which the model has no mask yet, dashed; an empty path = none."""
        self.drawn.setPath(path)
        self.drawn.set_reach(_REACH_PX / zoom)

    def show(self, masks: Sequence[WaitingMask]) -> None:
        """Paint these and nothing else."""
        for item in self._items:
            self._scene.removeItem(item)
        self.masks, self._items = tuple(masks), []
        for mask in masks:
            item = PreviewItem()
            item.setZValue(self._z)
            item.set_look(mask.color, mask.opacity)
            item.set_logits(mask.logits, mask.area, mask.clip)
            self._scene.addItem(item)
            self._items.append(item)
