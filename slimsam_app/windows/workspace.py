"""The middle of the window: the canvas with the current picture, and words where there is no picture."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QPainterPath, QPixmap
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from slimsam_app.canvas.shapes import shape_path
from slimsam_app.canvas.style import ColorBy
from slimsam_app.canvas.tools import TOOLS
from slimsam_app.canvas.tools.review import ReviewTool
from slimsam_app.canvas.view import CanvasView
from slimsam_app.item_models.thumbnails import pixmap_of
from slimsam_app.plain_text import PlainLabel
from slimsam_app.sentences import in_words
from slimsam_app.sessions.workbench import Workbench
from slimsam_app.settings import Settings
from slimsam_app.theme import Theme
from slimsam_app.windows.objects_ahead import ObjectsAhead
from slimsam_app.windows.time_line import TimeLine
from slimsam_core.annotation import DrawnShape
from slimsam_core.errors import SlimSamError
from slimsam_core.pixels.image_io import LoadedImage, RgbImage

BRUSH_STEP = 1.25


class Workspace(QWidget):
    """Shows what the navigator and the object session say, and tells them what the user did."""

    menu_wanted = Signal(QPoint, bool, bool)
    """Global place; whether an object is there, which is selected then; whether something is open."""
    objects_shown = Signal(bool)
    """Whether the objects of the view are shown now, and new ones with them."""

    def __init__(self, workbench: Workbench, settings: Settings, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("workspace")
        self.setProperty("canvas", True)
        self._workbench, self._settings, self._theme = workbench, settings, theme
        self.canvas = CanvasView(self)
        self.canvas.setObjectName("canvas")
        self.tool_ids = tuple(TOOLS)
        self._sorry = PlainLabel("", self)
        self._sorry.setObjectName("pictureError")
        self._sorry.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._sorry.setWordWrap(True)
        self._sorry.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # keys must not stay in a field beside it
        self._sorry.setContentsMargins(48, 48, 48, 48)
        self.pages = QStackedWidget(self)
        """The picture, or words in its place."""
        self.pages.addWidget(self.canvas)
        self.pages.addWidget(self._sorry)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.column.addWidget(self.pages, 1)
        self.time_line = TimeLine(workbench, theme, self)
        self.column.addWidget(self.time_line)
        self.last_tool = self.canvas.tool.id
        """The tool that was chosen last, besides the one for proposals."""
        self.small_picture: Callable[[int], QPixmap | None] = lambda _: None
        """A thumbnail to be shown until the picture is there."""
        self._hidden: frozenset[int] = frozenset()
        self._fresh = True
        """Nothing of the project was shown yet: there is no view to be kept."""
        self._connect()
        layer = self.canvas.layers.objects
        self.objects_ahead = ObjectsAhead(workbench.navigator, workbench.document, layer, parent=self)
        """Reads and outlines what is wanted next."""
        self._apply_style()
        self._paint()

    def _connect(self) -> None:
        navigator, objects, canvas = self._workbench.navigator, self._workbench.objects, self.canvas
        navigator.moved.connect(self._moved)
        self._workbench.document.opened.connect(self._begin)
        navigator.picture_ready.connect(self._show)
        navigator.picture_failed.connect(self._show_error)
        navigator.glanced.connect(self._show_glance)
        objects.objects_changed.connect(self._show_objects)
        objects.selection_changed.connect(canvas.set_selection)
        canvas.selection_changed.connect(objects.select)
        objects.lit.connect(canvas.layers.objects.flash)
        masks = self._workbench.masks
        masks.painting_changed.connect(canvas.layers.objects.set_painted)
        canvas.brush_scaled.connect(self.scale_brush)
        canvas.painting_ended.connect(masks.end_painting)
        canvas.tool_changed.connect(lambda tool: None if TOOLS[tool].paints else masks.end_painting())
        canvas.tool_changed.connect(self._remember_tool)
        canvas.shape_drawn.connect(masks.draw)
        canvas.shape_edited.connect(masks.edit_shape)
        canvas.stroke_drawn.connect(masks.stroke)
        canvas.objects_moved.connect(masks.move)
        canvas.context_menu_requested.connect(self._ask_menu)
        self._settings.changed.connect(self._settings_changed)
        self._theme.changed.connect(self._paint)

    def _remember_tool(self, tool_id: str) -> None:
        if tool_id != ReviewTool.id:
            self.last_tool = tool_id

    def _settings_changed(self, key: str) -> None:
        if key.startswith("canvas."):
            self._apply_style()

    def _moved(self) -> None:
        navigator = self._workbench.navigator
        if navigator.picture is None:
            self.canvas.set_image(None)
            self._sorry.setText("")
            self.pages.setCurrentWidget(self.canvas)
            if navigator.current_id is not None:
                self.canvas.layers.show_stand_in(self.small_picture(navigator.current_id))
                self.canvas.viewport().repaint()

    def _show_glance(self, _: int, small: RgbImage) -> None:
        pixels = pixmap_of(small)
        former = self.canvas.layers.stand_in
        if former is None or former.width() < pixels.width():
            self.canvas.layers.show_stand_in(pixels)
            self.canvas.viewport().repaint()

    def _show(self, image_id: int, picture: LoadedImage) -> None:
        self.pages.setCurrentWidget(self.canvas)
        keep_zoom = self._settings.get("canvas.keep_zoom") and not self._fresh
        self._fresh = False
        self.canvas.set_image(picture.rgb, image_id, keep_zoom, picture.levels)
        self._show_objects()
        self.canvas.viewport().repaint()  # now: what follows for a new picture takes longer than painting it

    def _begin(self) -> None:
        self._fresh = True

    def take_keys(self) -> None:
        """The next keys are for the picture, or for its place where it cannot be shown."""
        (self._sorry if self.pages.currentWidget() is self._sorry else self.canvas).setFocus()

    def choose_tool(self, tool_id: str) -> None:
        """Take a tool in hand: the next keys are for the picture."""
        self.canvas.set_tool(tool_id)
        self.take_keys()

    def _show_error(self, _: int, error: SlimSamError) -> None:
        self.canvas.set_image(None)
        self._sorry.setText(f"{in_words(error.message)}\n\n{in_words(error.hint)}")
        self.pages.setCurrentWidget(self._sorry)

    def _show_objects(self) -> None:
        if self.canvas.image_id is not None and self.canvas.image_id == self._workbench.navigator.current_id:
            shown = (o for o in self._workbench.objects.objects if o.id not in self._hidden)
            self.canvas.set_annotations(shown, self._workbench.document.categories())
            self.canvas.set_selection(self._workbench.objects.selection)

    def hide_objects(self, ids: Collection[int]) -> None:
        """Leave these objects of the picture out, as something else stands in their place."""
        if frozenset(ids) != self._hidden:
            self._hidden = frozenset(ids)
            self._show_objects()

    def _ask_menu(self, place: QPoint, annotation_id: int | None) -> None:
        objects, on_object = self._workbench.objects, annotation_id is not None
        if annotation_id is not None and annotation_id not in objects.selection and not self.something_open:
            objects.select((annotation_id,))
        self.menu_wanted.emit(place, on_object, self.something_open)

    def open_rect(self) -> QRect:
        """Where on the screen the mask is that is not accepted yet; empty when there is none."""
        found, viewport = self.canvas.open_rect, self.canvas.viewport()
        return QRect(viewport.mapToGlobal(found.topLeft()), found.size()) if found.isValid() else found

    @property
    def something_open(self) -> bool:
        """Whether prompts, boxes or a begun outline wait to be accepted."""
        begun = any(tool.outline() for tool in self.canvas.tools.values())
        return self.canvas.layers.prompts_open or begun

    def _apply_style(self) -> None:
        get = self._settings.get
        self.canvas.set_style(
            replace(
                self.canvas.style_now,
                mask_opacity=get("canvas.mask_opacity") / 100,
                class_names=get("canvas.class_names"),
                color_by=ColorBy(get("canvas.color_by")),
                brush_on_screen=get("canvas.brush_on_screen"),
                outline_px=float(get("canvas.outline_width")),
                wheel_zooms=get("canvas.wheel_zooms"),
            )
        )

    def _paint(self) -> None:
        self.canvas.setBackgroundBrush(self._theme.color("canvas"))

    def toggle_objects(self) -> None:
        """Hide all objects of the view, or show them again; the project is not changed."""
        style = replace(self.canvas.style_now, show_objects=not self.canvas.style_now.show_objects)
        self.canvas.set_style(style)
        self.objects_shown.emit(style.show_objects)

    def show_objects(self) -> None:
        """Show them again, if they are hidden."""
        if not self.canvas.style_now.show_objects:
            self.toggle_objects()

    def change_colors(self) -> None:
        """Colours by class, or by object."""
        by_class = self._settings.get("canvas.color_by") == ColorBy.CLASS
        self._settings.set("canvas.color_by", str(ColorBy.INSTANCE if by_class else ColorBy.CLASS))

    def show_outlines(self, shapes: Sequence[DrawnShape]) -> None:
        """Show outlines over the picture that are not in the project; none = take them away."""
        path = QPainterPath()
        for shape in shapes:
            path.addPath(shape_path(shape))
        if path.isEmpty():
            self.canvas.layers.clear_draft()
        else:
            self.canvas.layers.show_draft(path, fill=0.0)

    def scale_brush(self, larger: bool) -> None:
        """A larger or smaller brush."""
        style = self.canvas.style_now
        size = style.brush_px * BRUSH_STEP if larger else style.brush_px / BRUSH_STEP
        self.canvas.set_style(replace(style, brush_px=min(2000.0, max(1.0, size))))

    def cancel(self) -> None:
        """Drop what is open; else the selection."""
        if not self.canvas.cancel():
            self._workbench.objects.select(())

    def give_under_pointer(self, category_id: int) -> bool:
        """Give the object under the pointer this class; False when there is none."""
        place = self.canvas.to_image(self.canvas.viewport().mapFromGlobal(self.cursor().pos()).toPointF())
        annotation_id = self.canvas.object_at(place.x(), place.y())
        if annotation_id is not None:
            self._workbench.objects.set_category_of((annotation_id,), category_id)
        return annotation_id is not None

    def shut_down(self) -> None:
        """Stop what runs for the picture."""
        self.canvas.close_image()
