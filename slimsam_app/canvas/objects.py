"""The accepted objects of a picture as outlines over it, drawn by Qt alone while the view pans."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence

from PySide6.QtCore import QObject, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QBrush, QColor, QPainterPath
from PySide6.QtWidgets import QGraphicsScene

from slimsam_app.canvas.items import PathItem, cosmetic_pen
from slimsam_app.canvas.outlines import EXACT, detail_for, outline
from slimsam_app.canvas.style import CanvasStyle
from slimsam_core.annotation import Annotation, Category
from slimsam_core.mask_crop import crop

BUDGET_S = 0.006
"""Time a turn of the event loop may spend on outlines."""
SHOW_EVERY_S = 0.15
_MARGIN = 64
"""Image pixels around what can be seen that are outlined by their edges as well."""
_WHOLE_PIXELS = 128 * 128
"""Objects in a smaller box are always outlined wholly."""
_UNKNOWN_COLOR = QColor("#9aa3ad")


class ObjectItem(PathItem):
    """One object. Its path is as detailed as ``detail`` and covers ``covered`` of the picture."""

    def __init__(self, annotation: Annotation) -> None:
        super().__init__()
        self.annotation = annotation
        self.box = QRect(*annotation.mask.bbox_xywh)
        self.detail: int | None = None
        self.covered = QRect()

    def boundingRect(self) -> QRectF:
        """The box of the mask, and the width that its outline may have on the screen."""
        return QRectF(self.box).adjusted(-self.reach, -self.reach, self.reach, self.reach)

    def shape(self) -> QPainterPath:
        """The box: hits are decided by pixels, see ``ObjectLayer.at``."""
        path = QPainterPath()
        path.addRect(self.boundingRect())
        return path


class ObjectLayer(QObject):
    """Keeps one item an object, in painter's order, and refines outlines a little at a time."""

    def __init__(self, scene: QGraphicsScene, base_z: float) -> None:
        super().__init__(scene)
        self._scene, self._base_z = scene, base_z
        self._items: dict[int, ObjectItem] = {}
        self._colors: dict[int, QColor] = {}
        self._selected: frozenset[int] = frozenset()
        self._hovered: int | None = None
        self._style = CanvasStyle()
        self._scale = 1.0
        self._visible = QRect()
        self._ready: list[tuple[ObjectItem, QPainterPath]] = []
        self._unchecked: Iterator[ObjectItem] = iter(())
        self._shown_at = 0.0
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._refine)

    @property
    def selected(self) -> frozenset[int]:
        """Ids of the selected objects."""
        return self._selected

    @property
    def items_by_id(self) -> Mapping[int, ObjectItem]:
        """The items by the id of their object."""
        return self._items

    @property
    def settled(self) -> bool:
        """Every outline that can be seen is there, as detailed as the zoom can show."""
        return not self._timer.isActive()

    def set_objects(self, annotations: Iterable[Annotation], categories: Sequence[Category]) -> None:
        """Show these objects; those that did not change keep their outlines and cost next to nothing."""
        colors = {c.id: QColor(c.display_color) for c in categories}
        recolored, self._colors = colors != self._colors, colors
        wanted = {a.id: a for a in annotations}
        for gone in [i for i in self._items if i not in wanted]:
            self._scene.removeItem(self._items.pop(gone))
        for annotation in wanted.values():
            item = self._items.get(annotation.id)
            if item is not None and item.annotation is annotation:
                continue
            if item is not None and item.annotation.mask != annotation.mask:
                self._scene.removeItem(item)
                item = None
            if item is None:
                item = self._items[annotation.id] = ObjectItem(annotation)
                item.set_reach(self._reach())
                self._scene.addItem(item)
            item.annotation = annotation
            item.setZValue(self._base_z + _order(annotation))
            self._paint(item)
        lost, self._selected = self._selected - wanted.keys(), self._selected & wanted.keys()
        if recolored or (lost and self._style.isolate):
            self._paint_all()
        else:
            self._check()

    def set_selected(self, ids: Iterable[int]) -> None:
        """Mark these objects."""
        before, self._selected = self._selected, frozenset(ids) & self._items.keys()
        if self._style.isolate:
            self._paint_all()
            return
        for touched in before ^ self._selected:
            if touched in self._items:
                self._paint(self._items[touched])

    def set_hovered(self, annotation_id: int | None) -> None:
        """Light up the object under the mouse."""
        before, self._hovered = self._hovered, annotation_id
        for touched in {before, annotation_id}:
            if touched is not None and touched in self._items:
                self._paint(self._items[touched])

    def set_style(self, style: CanvasStyle) -> None:
        """Opacity, outline width, what is shown."""
        self._style = style
        self._paint_all()

    def set_view(self, scale: float, visible: QRect) -> None:
        """The zoom, in device pixels an image pixel, and the pixels of the picture that can be seen."""
        if scale != self._scale:
            self._scale = scale
            for item in self._items.values():
                item.set_reach(self._reach())
        self._visible = visible
        self._check()

    def at(self, x: float, y: float) -> int | None:
        """The topmost visible object that covers this point of the picture."""
        column, row = int(x // 1), int(y // 1)
        found = [
            item
            for item in self._items.values()
            if item.isVisible()
            and item.box.contains(column, row)
            and bool(crop(item.annotation.mask, column, row, 1, 1)[0, 0])
        ]
        return (
            max(found, key=lambda i: (i.zValue(), -i.annotation.mask.area)).annotation.id if found else None
        )

    def inside(self, box: QRectF) -> tuple[int, ...]:
        """Visible objects that lie wholly in a box."""
        return tuple(
            i for i, item in self._items.items() if item.isVisible() and box.contains(QRectF(item.box))
        )

    def _reach(self) -> float:
        return 4.0 / max(self._scale, 1e-6)

    def _shown(self, annotation: Annotation) -> bool:
        if annotation.hidden or not self._style.show_objects:
            return False
        return not self._style.isolate or not self._selected or annotation.id in self._selected

    def _paint_all(self) -> None:
        for item in self._items.values():
            self._paint(item)
        self._check()

    def _paint(self, item: ObjectItem) -> None:
        annotation, style = item.annotation, self._style
        selected, hovered = annotation.id in self._selected, annotation.id == self._hovered
        color = self._colors.get(annotation.category_id, _UNKNOWN_COLOR)
        fill = QColor(color)
        fill.setAlphaF(min(1.0, style.mask_opacity * (1.35 if selected or hovered else 1.0)))
        line = QColor(color).lighter(150) if selected else color
        width = style.outline_px + (1.4 if selected else 0.6 if hovered else 0.0)
        pen = cosmetic_pen(line, width, annotation.locked)
        if style.outline_px <= 0 and not selected:
            pen.setStyle(Qt.PenStyle.NoPen)
        if pen != item.pen():
            item.setPen(pen)
        if item.brush().color() != fill:
            item.setBrush(QBrush(fill))
        item.setVisible(self._shown(annotation))

    def _check(self) -> None:
        """Look through all outlines, in the turns of the event loop that follow."""
        self._unchecked = iter(tuple(self._items.values()))
        self._timer.start()

    def _refine(self) -> None:
        """Build missing outlines for ``BUDGET_S``; stop the clock when none is missing."""
        deadline = time.perf_counter() + BUDGET_S
        detail = detail_for(self._scale)
        for item in self._unchecked:
            if not item.isVisible() or not item.box.intersects(self._visible):
                continue
            if item.detail == detail and item.covered.contains(self._part(item.box, detail, _MARGIN)):
                continue
            item.detail, item.covered = detail, self._part(item.box, detail, 3 * _MARGIN)
            self._ready.append((item, outline(item.annotation.mask, detail, item.covered)))
            if time.perf_counter() > deadline:
                break
        else:
            self._timer.stop()
        if not self._timer.isActive() or time.perf_counter() - self._shown_at > SHOW_EVERY_S:
            self._show_ready()

    def _show_ready(self) -> None:
        """Show outlines in batches: each showing paints the view, which costs more than building them."""
        for item, path in self._ready:
            item.setPath(path)
        self._ready.clear()
        self._shown_at = time.perf_counter()

    def _part(self, box: QRect, detail: int, margin: int) -> QRect:
        """What of a box is outlined: all, or, where pixel edges matter, what can be seen and a margin."""
        if detail != EXACT or box.width() * box.height() <= _WHOLE_PIXELS:
            return box
        return self._visible.adjusted(-margin, -margin, margin, margin).intersected(box)


def _order(annotation: Annotation) -> float:
    """Painter's order squeezed between 0 and 1, whatever the layers are."""
    return 0.5 + annotation.layer / (2 * (1 + abs(annotation.layer)))
