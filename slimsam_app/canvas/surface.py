"""The surface that tools work on: a picture with its objects, zoom and place. It asks by signals only."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, Signal, SignalInstance
from PySide6.QtGui import QPainter, QResizeEvent, QTransform
from PySide6.QtWidgets import QFrame, QGraphicsView, QWidget

from slimsam_app.canvas.scene import CanvasScene
from slimsam_app.canvas.style import CanvasStyle
from slimsam_app.i18n import tr
from slimsam_core.annotation import Annotation, Category
from slimsam_core.pixels.geometry import BoxXYXY
from slimsam_core.pixels.image_io import RgbImage
from slimsam_core.pixels.levels import Levels

if TYPE_CHECKING:
    from slimsam_app.canvas.tool import Tool

MAX_ZOOM = 64.0
_FIT_MARGIN_PX = 8


class Surface(QGraphicsView):
    """Shows one picture, with one tool chosen.

    Coordinates in its signals and methods are image pixels unless named otherwise.
    """

    zoom_changed = Signal(float)
    """Screen pixels an image pixel."""
    pixel_hovered = Signal(int, int, object)
    """Column, row, (red, green, blue) or (grey,) as in the file; (-1, -1, None) outside the picture."""
    tool_changed = Signal(str)
    image_shown = Signal()
    """Another picture, or none, without objects as yet."""
    view_changed = Signal()
    """Another part of the picture, or another zoom."""

    point_added = Signal(object, bool)
    """PointPrompt, and whether to hold decoding back."""
    box_added = Signal(object, bool)
    several_added = Signal(object)
    """BoxXYXY, one more of several."""
    several_removed = Signal(int)
    proposals_chosen = Signal(object)
    """Tuple of ids of proposals."""
    point_moved = Signal(int, object)
    """Index of the prompt, PointPrompt at the new place."""
    point_removed = Signal(int)
    hovered = Signal(object)
    """PointPrompt under the resting mouse of a prompting tool, None when it left."""
    decoding_released = Signal()
    accept_requested = Signal()
    clear_requested = Signal()
    prompts_handed_over = Signal()
    """The open prompts are now one of several boxes."""
    brush_scaled = Signal(bool)
    """A larger brush is wanted, or a smaller one."""
    painting_ended = Signal()
    """The next stroke of the brush is not for the object that was painted so far."""
    worked = Signal()
    """A tool took a press or a release: what is open may have changed."""
    step_back_requested = Signal()
    outline_dropped = Signal(str, object, int)
    """Id of the tool, points and class of the outline that Esc took away; 0 = the class of new objects."""
    cycle_requested = Signal(int)

    selection_changed = Signal(object)
    """Tuple of annotation ids, chosen by the user here."""
    shape_drawn = Signal(object, int)
    """DrawnShape, the class that it came back with (0 = that of new objects)."""
    shape_edited = Signal(int, object)
    """Annotation id, DrawnShape."""
    stroke_drawn = Signal(object, object)
    """mask_edit.Stroke, id of the annotation it is for (None = a new object)."""
    objects_moved = Signal(object, int, int)
    """Tuple of annotation ids, columns, rows."""
    note_wanted = Signal(float, float)
    """Where the annotator is to be told something."""
    context_menu_requested = Signal(QPoint, object)
    """Global position, annotation id or None."""

    def __init__(self, tools: Mapping[str, type[Tool]], parent: QWidget | None = None) -> None:
        """``tools`` by their ids; the first is chosen."""
        super().__init__(parent)
        self.layers = CanvasScene(self)
        self.setScene(self.layers)
        self.style_now = CanvasStyle()
        self.image_id: int | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.MinimalViewportUpdate)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        for part in (self, self.viewport()):
            part.setAccessibleName(tr("Canvas"))
        self._fitting = True
        self._tools: dict[str, Tool] = {id_: kind(self) for id_, kind in tools.items()}
        self._tool = next(iter(self._tools.values()))
        self.former_tool = ""
        """The tool that the hand had before an outline of this picture brought its own; empty = none did."""
        self.horizontalScrollBar().valueChanged.connect(self._view_moved)
        self.verticalScrollBar().valueChanged.connect(self._view_moved)

    # --- what is shown

    def set_image(
        self,
        rgb: RgbImage | None,
        image_id: int | None = None,
        keep_zoom: bool = False,
        levels: Levels | None = None,
    ) -> None:
        """Show a picture (uint8 HxWx3, read-only, or its levels) without objects; None = the empty state."""
        for tool in self._tools.values():
            tool.reset()
        self.image_id = image_id if rgb is not None else None
        self.layers.set_image(rgb, self.style_now, levels)
        if rgb is not None and not keep_zoom:
            self.fit()
        self._zoomed()
        self.image_shown.emit()

    def set_annotations(self, annotations: Iterable[Annotation], categories: Sequence[Category]) -> None:
        """Show the objects of this picture; call it after every change, unchanged ones cost nothing."""
        self.layers.objects.set_objects(annotations, categories)
        self._tool.refresh()

    def set_selection(self, ids: Iterable[int]) -> None:
        """Mark objects as selected, without a signal."""
        self.layers.objects.set_selected(ids)
        self._tool.refresh()

    def set_style(self, style: CanvasStyle) -> None:
        """Change the look."""
        self.style_now = style
        self.layers.set_style(style)
        self._tool.refresh()

    def close_image(self) -> None:
        """Drop the picture and wait for what is done for it in the background; call before the end."""
        self.set_image(None)
        self.layers.close_image()

    # --- tools

    @property
    def tool(self) -> Tool:
        """The chosen tool."""
        return self._tool

    def set_tool(self, tool_id: str) -> None:
        """Choose a tool by its id; what the former had open stays open. KeyError if unknown."""
        chosen = self._tools[tool_id]
        if chosen is not self._tool:
            self._tool.leave()
            self._tool.put_aside()
        self._tool = chosen
        self.viewport().setCursor(chosen.cursor)
        self._tool.refresh()
        self.tool_changed.emit(tool_id)

    @property
    def open_rect(self) -> QRect:
        """Where on the viewport the mask is that is not accepted yet; empty when there is none."""
        covered = self.layers.preview.covered
        return QRect() if covered.isEmpty() else self.mapFromScene(covered).boundingRect()

    @property
    def tools(self) -> Mapping[str, Tool]:
        """All tools by their ids."""
        return self._tools

    def finish(self) -> bool:
        """Enter: complete what the tool has open, else what the picture has. False when nothing was."""
        return self._tool.finish() or self._for_what_is_open(self.accept_requested)

    def cancel(self) -> bool:
        """Esc: drop what the tool has open, else what is open on the picture. False when nothing was."""
        return self._drops(self._tool.cancel) or self._for_what_is_open(self.clear_requested)

    def _drops(self, drop: Callable[[], bool]) -> bool:
        """Let the tool drop something, and tell of an outline that is gone with it."""
        begun, category_id = self._tool.outline(), self._tool.category_id
        if not drop():
            return False
        if (
            len(begun) > 1 and not self._tool.outline()
        ):  # a lone corner is drawn again as fast as a line is read
            self.outline_dropped.emit(self._tool.id, begun, category_id)
        self.worked.emit()
        return True

    def step_back(self) -> bool:
        """Backspace: take back the last step of what is open. False when nothing was."""
        if self._tool.step_back():
            self.worked.emit()
            return True
        if not self.layers.prompts_open:
            return False
        self.step_back_requested.emit()  # with the last click nothing is open any more
        return True

    def _for_what_is_open(self, request: SignalInstance) -> bool:
        """Ask for prompts and boxes, whichever tool made them; a painting just ends."""
        if self.layers.prompts_open:
            request.emit()
        elif self.layers.objects.painted is not None:
            self.painting_ended.emit()
        else:
            return False
        return True

    # --- zoom and place

    @property
    def zoom(self) -> float:
        """Screen pixels an image pixel."""
        return float(self.transform().m11())

    @property
    def fitting(self) -> bool:
        """Whether the whole picture is kept in the window."""
        return self._fitting

    def fit(self) -> None:
        """The whole picture in the window; stays so while the window is resized."""
        rect, room = self.layers.image_rect, self._room()
        if not rect.isEmpty():
            self._set_transform(
                min(room.width() / rect.width(), room.height() / rect.height()), rect.center()
            )
            self._fitting = True

    def fit_width(self) -> None:
        """The picture as wide as the window."""
        rect = self.layers.image_rect
        if not rect.isEmpty():
            self._set_transform(self._room().width() / rect.width(), rect.center())

    def set_zoom(self, zoom: float, anchor: QPointF | None = None) -> None:
        """Zoom to so many screen pixels an image pixel; ``anchor`` (viewport) stays where it is."""
        where = anchor if anchor is not None else QPointF(self.viewport().rect().center())
        fixed = self.to_image(where)
        smallest = min(1.0, 16.0 / max(1.0, self.layers.image_rect.width(), self.layers.image_rect.height()))
        zoom = min(MAX_ZOOM, max(smallest, zoom))
        middle = QPointF(self.viewport().rect().center())
        self._set_transform(zoom, fixed + (middle - where) / zoom)

    def zoom_by(self, factor: float, anchor: QPointF | None = None) -> None:
        """Multiply the zoom."""
        self.set_zoom(self.zoom * factor, anchor)

    def center_at(self, x: float, y: float) -> None:
        """Bring this point of the picture to the middle."""
        self._fitting = False
        self.centerOn(x, y)

    def to_image(self, viewport_point: QPointF) -> QPointF:
        """Where a point of the viewport lies in the picture, finer than whole screen pixels."""
        inverse, _ = self.viewportTransform().inverted()
        return inverse.map(viewport_point)

    def image_to_global(self, x: float, y: float) -> QPoint:
        """Where a point of the picture lies on the screen."""
        return self.viewport().mapToGlobal(self.viewportTransform().map(QPointF(x, y)).toPoint())

    def visible_box(self) -> BoxXYXY | None:
        """The part of the picture that can be seen, None when there is none."""
        size = self.layers.image_size
        if size is None:
            return None
        seen = self.viewportTransform().inverted()[0].mapRect(QRectF(self.viewport().rect()))
        if seen.isEmpty():
            return None
        return BoxXYXY(seen.left(), seen.top(), seen.right(), seen.bottom()).clipped(size)

    def object_at(self, x: float, y: float) -> int | None:
        """The topmost visible object that covers this point."""
        return self.layers.objects.at(x, y)

    # --- Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the picture fitted, or its middle in the middle."""
        super().resizeEvent(event)
        if self._fitting:
            self.fit()
        self._zoomed()

    def _room(self) -> QRect:
        return (
            self.viewport().rect().adjusted(_FIT_MARGIN_PX, _FIT_MARGIN_PX, -_FIT_MARGIN_PX, -_FIT_MARGIN_PX)
        )

    def _set_transform(self, zoom: float, center: QPointF) -> None:
        self._fitting = False
        zoom = max(zoom, 1e-4)
        self.setTransform(QTransform.fromScale(zoom, zoom))
        self._update_range()
        self.centerOn(center)
        self._zoomed()

    def _update_range(self) -> None:
        """Let every corner of the picture be brought to the middle of the window."""
        room = QPointF(self.viewport().width(), self.viewport().height()) / self.zoom
        self.setSceneRect(self.layers.image_rect.adjusted(-room.x(), -room.y(), room.x(), room.y()))

    def _zoomed(self) -> None:
        self._update_range()
        self._view_moved()
        self._tool.refresh()
        self.zoom_changed.emit(self.zoom)

    def _view_moved(self) -> None:
        box = self.visible_box()
        seen = (
            QRect(
                math.floor(box.x0),
                math.floor(box.y0),
                math.ceil(box.x1) - math.floor(box.x0),
                math.ceil(box.y1) - math.floor(box.y0),
            )
            if box
            else QRect()
        )
        ratio = self.devicePixelRatioF()
        self.layers.set_view(self.zoom * ratio, ratio, seen)
        self.view_changed.emit()
