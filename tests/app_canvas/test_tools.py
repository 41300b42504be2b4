"""Drawing, painting, choosing and reshaping with the mouse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from slimsam_app.canvas.style import ColorBy
from slimsam_app.canvas.tool import Mouse
from slimsam_app.canvas.view import CanvasView
from slimsam_core.annotation import Annotation, Category, DrawnShape, ShapeKind, default_color
from slimsam_core.labelling.mask_edit import Stroke, apply_stroke, shape_mask
from slimsam_core.pixels import mask as m
from slimsam_core.pixels.geometry import BoxXYXY, Size
from tests.app_canvas.canvas_hands import ALT, LEFT, RIGHT, SHIFT, click, double_click, drag, move

SIZE = Size(300, 400)
CLASSES = (Category(id=1, name="cat"),)


def block(x: int, y: int, width: int, height: int) -> m.Rle:
    pixels = np.zeros(SIZE.hw, np.bool_)
    pixels[y : y + height, x : x + width] = True
    return m.encode(pixels)


LEFT_BLOCK = Annotation(id=1, image_id=1, category_id=1, mask=block(50, 50, 80, 80))
RIGHT_BLOCK = Annotation(id=2, image_id=1, category_id=1, mask=block(200, 60, 100, 100))


@pytest.fixture
def canvas(qtbot: QtBot) -> Iterator[CanvasView]:
    view = CanvasView()
    qtbot.addWidget(view)
    view.resize(816, 616)
    view.show()
    rgb = np.random.default_rng(0).integers(0, 255, (*SIZE.hw, 3), np.uint8)
    rgb.setflags(write=False)
    view.set_image(rgb, 1)
    view.set_annotations((LEFT_BLOCK, RIGHT_BLOCK), CLASSES)
    qtbot.waitUntil(lambda: view.layers.objects.settled)
    assert view.zoom == pytest.approx(2.0)
    yield view
    view.close_image()


class Heard(list[tuple[object, ...]]):
    """What a signal said."""

    def hear(self, *values: object) -> None:
        self.append(values)


def heard(signal: object) -> Heard:
    found = Heard()
    signal.connect(found.hear)  # type: ignore[attr-defined]
    return found


def ring_near(shape: object, *points: tuple[float, float]) -> None:
    assert isinstance(shape, DrawnShape)
    np.testing.assert_allclose(np.array(shape.rings[0]), np.array(points), atol=0.5)


def test_a_polygon_is_clicked_and_closed_by_enter(canvas: CanvasView) -> None:
    drawn = heard(canvas.shape_drawn)
    canvas.set_tool("polygon")
    for x, y in ((20, 20), (120, 20), (120, 90), (300, 200)):
        click(canvas, x, y)
    assert canvas.step_back()
    assert canvas.finish()
    ((shape, _),) = drawn
    assert isinstance(shape, DrawnShape)
    assert shape.kind is ShapeKind.POLYGON
    ring_near(shape, (20, 20), (120, 20), (120, 90))
    assert not canvas.finish()
    assert not canvas.step_back()


def test_a_polygon_is_closed_by_its_first_vertex_or_a_double_click(canvas: CanvasView) -> None:
    drawn = heard(canvas.shape_drawn)
    canvas.set_tool("polygon")
    for x, y in ((20, 20), (120, 20), (120, 90), (21, 20)):
        click(canvas, x, y)
    for x, y in ((20, 20), (120, 20)):
        click(canvas, x, y)
    double_click(canvas, 60, 100)
    assert len(drawn) == 2
    ring_near(drawn[1][0], (20, 20), (120, 20), (60, 100))


def test_escape_drops_a_polygon_and_another_tool_puts_it_aside(canvas: CanvasView) -> None:
    drawn = heard(canvas.shape_drawn)
    canvas.set_tool("polygon")
    click(canvas, 20, 20)
    assert canvas.cancel()
    assert not canvas.cancel()
    for x, y in ((20, 20), (120, 20), (120, 90)):
        click(canvas, x, y)
    canvas.set_tool("rectangle")
    assert canvas.layers.draft.path().isEmpty()
    canvas.set_tool("polygon")
    assert not canvas.layers.draft.path().isEmpty()
    assert not drawn
    assert canvas.finish()
    ring_near(drawn[0][0], (20, 20), (120, 20), (120, 90))


def test_a_rectangle_is_dragged_or_clicked_corner_by_corner(canvas: CanvasView) -> None:
    drawn = heard(canvas.shape_drawn)
    canvas.set_tool("rectangle")
    drag(canvas, [(100, 90), (60, 50), (20, 30)])
    click(canvas, 10, 10)
    move(canvas, 30, 30)
    click(canvas, 50, 40)
    ring_near(drawn[0][0], (20, 30), (100, 90))
    ring_near(drawn[1][0], (10, 10), (50, 40))
    assert shape_mask(drawn[0][0], SIZE).bbox_xywh == (20, 30, 80, 60)  # type: ignore[arg-type]


def test_shift_makes_a_circle_and_the_picture_is_the_border(canvas: CanvasView) -> None:
    drawn = heard(canvas.shape_drawn)
    canvas.set_tool("ellipse")
    drag(canvas, [(100, 100), (150, 130), (180, 140)], keys=SHIFT)
    drag(canvas, [(380, 280), (403, 303)])
    shape, _ = drawn[1]
    ring_near(shape, (390, 290), (400, 300))
    ring_near(drawn[0][0], (120, 120), (140, 140))


def test_a_box_that_is_being_dragged_hides_the_preview_under_the_pointer(canvas: CanvasView) -> None:
    canvas.set_tool("box")
    seen: list[object] = []
    canvas.hovered.connect(seen.append)
    move(canvas, 40, 40)
    assert seen[-1] is not None
    drag(canvas, [(40, 40), (60, 50), (90, 80)])
    assert seen[-1] is None


def test_a_lasso_follows_the_hand(canvas: CanvasView) -> None:
    drawn = heard(canvas.shape_drawn)
    canvas.set_tool("lasso")
    angles = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    way = [(200 + 80 * np.cos(a), 150 + 80 * np.sin(a)) for a in angles]
    drag(canvas, way)
    ((shape, _),) = drawn
    yy, xx = np.mgrid[: SIZE.height, : SIZE.width] + 0.5
    disc = m.encode((xx - 200) ** 2 + (yy - 150) ** 2 < 80**2)
    assert isinstance(shape, DrawnShape)
    assert m.iou(shape_mask(shape, SIZE), disc) > 0.97
    assert len(shape.rings[0]) < 60


def test_the_brush_paints_its_box_only_on_the_selected_object(canvas: CanvasView) -> None:
    strokes = heard(canvas.stroke_drawn)
    canvas.set_style(replace(canvas.style_now, brush_px=20.0, brush_on_screen=False))
    canvas.set_tool("brush")
    canvas.set_selection((1,))
    drag(canvas, [(100, 200), (150, 200), (200, 200)])
    ((stroke, target),) = strokes
    assert isinstance(stroke, Stroke)
    assert (stroke.adds, target) == (True, 1)
    assert stroke.pixels.shape[0] <= 26
    assert stroke.pixels.shape[1] <= 126
    ways = stroke.mask(SIZE).decode()
    assert ways[192:208, 100:200].all()
    assert not ways[:188].any()
    assert not ways[212:].any()


def test_the_ring_of_the_brush_stays_at_the_pointer_when_the_picture_under_it_changes(
    canvas: CanvasView,
) -> None:
    canvas.set_tool("brush")
    move(canvas, 20.0, 20.0)
    here = canvas.mapFromScene(QPointF(20.0, 20.0))
    taller = np.zeros((300, 40, 3), np.uint8)
    taller.flags.writeable = False
    canvas.set_image(taller, 2)
    middle = canvas.layers.draft.path().boundingRect().center()
    assert (canvas.mapFromScene(middle) - here).manhattanLength() <= 1


def test_the_right_button_of_the_brush_erases(canvas: CanvasView) -> None:
    strokes = heard(canvas.stroke_drawn)
    canvas.set_tool("brush")
    canvas.set_selection((1,))
    drag(canvas, [(60, 60), (90, 90)], button=RIGHT)
    ((stroke, target),) = strokes
    assert isinstance(stroke, Stroke)
    assert target == 1
    assert apply_stroke(LEFT_BLOCK.mask, stroke).area < LEFT_BLOCK.mask.area


def test_without_a_selection_the_brush_begins_an_object_and_the_eraser_takes_what_is_under(
    canvas: CanvasView,
) -> None:
    strokes = heard(canvas.stroke_drawn)
    canvas.set_tool("brush")
    click(canvas, 80, 80)
    canvas.set_tool("eraser")
    click(canvas, 80, 80)
    click(canvas, 350, 250)  # nothing there to erase
    assert [(s.adds, target) for s, target in strokes] == [(True, None), (False, 1)]  # type: ignore[attr-defined]


def test_a_brush_of_one_pixel_sets_the_pixel_under_the_mouse(canvas: CanvasView) -> None:
    strokes = heard(canvas.stroke_drawn)
    canvas.set_style(replace(canvas.style_now, brush_px=1.0, brush_on_screen=False))
    canvas.set_tool("brush")
    canvas.set_zoom(10.0)
    canvas.center_at(100, 100)
    click(canvas, 100.5, 99.5)
    ((stroke, _),) = strokes
    assert isinstance(stroke, Stroke)
    assert stroke.mask(SIZE) == block(100, 99, 1, 1)


def test_a_locked_object_is_neither_painted_nor_erased(canvas: CanvasView) -> None:
    strokes = heard(canvas.stroke_drawn)
    canvas.set_annotations((replace(LEFT_BLOCK, locked=True),), CLASSES)
    canvas.set_selection((1,))
    canvas.set_tool("eraser")
    click(canvas, 80, 80)
    assert not strokes


def test_selecting_by_click_shift_click_and_band(canvas: CanvasView) -> None:
    chosen = heard(canvas.selection_changed)
    canvas.set_tool("select")
    click(canvas, 80, 80)
    click(canvas, 250, 100, keys=SHIFT)
    click(canvas, 10, 290)
    drag(canvas, [(40, 40), (100, 100), (140, 140)])
    drag(canvas, [(390, 20), (195, 170)])
    assert [ids for (ids,) in chosen] == [(1,), (1, 2), (), (1,), (2,)]


def test_the_topmost_object_is_chosen_and_hidden_ones_are_not(canvas: CanvasView) -> None:
    over = Annotation(id=3, image_id=1, category_id=1, mask=block(60, 60, 20, 20), layer=5.0)
    canvas.set_annotations((over, LEFT_BLOCK), CLASSES)
    assert canvas.object_at(70, 70) == 3
    assert canvas.object_at(100, 100) == 1
    canvas.set_annotations((replace(over, hidden=True), LEFT_BLOCK), CLASSES)
    assert canvas.object_at(70, 70) == 1
    assert canvas.object_at(10, 10) is None


def test_dragging_moves_what_is_selected_by_whole_pixels(canvas: CanvasView) -> None:
    moved = heard(canvas.objects_moved)
    canvas.set_tool("select")
    canvas.set_annotations((LEFT_BLOCK, replace(RIGHT_BLOCK, locked=True)), CLASSES)
    canvas.set_selection((1, 2))
    drag(canvas, [(80, 80), (90, 85), (101, 93)])
    assert moved == [((1,), 21, 13)]


def test_vertices_are_dragged_added_and_removed(canvas: CanvasView) -> None:
    edits = heard(canvas.shape_edited)
    ring = ((50.0, 50.0), (130.0, 50.0), (130.0, 130.0), (50.0, 130.0))
    shape = DrawnShape(ShapeKind.POLYGON, (ring,))
    canvas.set_annotations((replace(LEFT_BLOCK, drawn=shape),), CLASSES)
    canvas.set_selection((1,))
    canvas.set_tool("select")
    drag(canvas, [(130, 130), (140, 140), (150, 150)])
    click(canvas, 90, 50, keys=ALT)
    click(canvas, 50, 130, keys=ALT)
    assert [annotation_id for annotation_id, _ in edits] == [1, 1, 1]
    ring_near(edits[0][1], (50, 50), (130, 50), (150, 150), (50, 130))
    ring_near(edits[1][1], (50, 50), (90, 50), (130, 50), (130, 130), (50, 130))
    ring_near(edits[2][1], (50, 50), (130, 50), (130, 130))


def test_corners_and_ends_of_rectangles_and_ellipses_are_dragged(canvas: CanvasView) -> None:
    edits = heard(canvas.shape_edited)
    canvas.set_tool("select")
    box = DrawnShape(ShapeKind.RECTANGLE, (((50.0, 50.0), (130.0, 130.0)),))
    canvas.set_annotations((replace(LEFT_BLOCK, drawn=box),), CLASSES)
    canvas.set_selection((1,))
    drag(canvas, [(50, 130), (40, 140), (30, 150)])
    ring_near(edits[0][1], (30, 50), (130, 150))
    disc = DrawnShape(ShapeKind.ELLIPSE, (((90.0, 90.0), (130.0, 130.0)),))
    canvas.set_annotations((replace(LEFT_BLOCK, drawn=disc),), CLASSES)
    drag(canvas, [(90, 50), (90, 40), (90, 30)])
    ring_near(edits[1][1], (90, 90), (130, 150))


def test_escape_in_the_middle_of_a_drag_changes_nothing(canvas: CanvasView) -> None:
    strokes, moved = heard(canvas.stroke_drawn), heard(canvas.objects_moved)
    for tool, signal in (("brush", strokes), ("select", moved)):
        canvas.set_tool(tool)
        QTest.mousePress(
            canvas.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, canvas.viewport().rect().center()
        )
        move(canvas, 80, 80, LEFT)
        canvas.cancel()
        QTest.mouseRelease(canvas.viewport(), LEFT, Qt.KeyboardModifier.NoModifier)
        assert not signal


def test_another_picture_in_the_middle_of_a_stroke_drops_it(canvas: CanvasView) -> None:
    strokes = heard(canvas.stroke_drawn)
    canvas.set_tool("brush")
    middle = canvas.viewport().rect().center()
    QTest.mousePress(canvas.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, middle)
    move(canvas, 80, 80, LEFT)
    canvas.set_image(None)
    QTest.mouseRelease(canvas.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, middle)
    assert not strokes


def test_the_context_menu_is_asked_for_at_the_object(canvas: CanvasView) -> None:
    asked = heard(canvas.context_menu_requested)
    canvas.set_tool("select")
    click(canvas, 80, 80, RIGHT)
    click(canvas, 10, 10, RIGHT)
    assert [annotation_id for _, annotation_id in asked] == [1, None]


def test_ctrl_wheel_zooms_at_the_pointer_and_middle_drag_pans(canvas: CanvasView) -> None:
    before = canvas.to_image(canvas.viewport().rect().center().toPointF() / 2)
    at = canvas.viewport().rect().center().toPointF() / 2
    event = QWheelEvent(
        at,
        canvas.viewport().mapToGlobal(at),
        at.toPoint() * 0,
        at.toPoint() * 0 + type(at.toPoint())(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas.viewport(), event)
    after = canvas.to_image(at)
    assert canvas.zoom == pytest.approx(2.5)
    assert (after - before).manhattanLength() < 1.0
    drag(canvas, [(100, 100), (110, 105)], button=Qt.MouseButton.MiddleButton)
    moved = canvas.to_image(at) - after
    assert (moved.x(), moved.y()) == pytest.approx((-10, -5), abs=0.6)


def test_space_pans_when_dragged_and_finishes_when_tapped(canvas: CanvasView) -> None:
    drawn = heard(canvas.shape_drawn)
    canvas.set_tool("polygon")
    for x, y in ((20, 20), (120, 20), (120, 90)):
        click(canvas, x, y)
    canvas.setFocus()
    QTest.keyPress(canvas, Qt.Key.Key_Space)
    drag(canvas, [(100, 100), (120, 100), (150, 120)])
    QTest.keyRelease(canvas, Qt.Key.Key_Space)
    assert not drawn
    QTest.keyClick(canvas, Qt.Key.Key_Space)
    assert len(drawn) == 1


def wheel(view: CanvasView, angle: int, keys: Qt.KeyboardModifier) -> None:
    """Turn the wheel over the middle of the canvas."""
    middle = QPointF(view.viewport().rect().center())
    event = QWheelEvent(
        *(middle, view.viewport().mapToGlobal(middle), QPoint(), QPoint(0, angle)),
        *(Qt.MouseButton.NoButton, keys, Qt.ScrollPhase.NoScrollPhase, False),
    )
    QApplication.sendEvent(view.viewport(), event)


@pytest.mark.parametrize("zoom", [0.5, 4.0])
def test_the_brush_has_one_size_on_the_screen_and_tells_it_beside_the_pointer(
    canvas: CanvasView, zoom: float
) -> None:
    strokes = heard(canvas.stroke_drawn)
    canvas.set_style(replace(canvas.style_now, brush_px=24.0))
    canvas.set_tool("brush")
    canvas.set_zoom(zoom)
    canvas.center_at(200, 150)
    move(canvas, 200, 150)
    assert canvas.layers.note.isVisible()
    assert canvas.layers.note.text() == "24"
    click(canvas, 200, 150)
    ((stroke, _),) = strokes
    assert isinstance(stroke, Stroke)
    assert stroke.mask(SIZE).bbox_xywh[2] == pytest.approx(24 / zoom, abs=2)


def test_alt_and_the_wheel_change_the_size_of_the_brush_and_the_mask_with_other_tools(
    canvas: CanvasView,
) -> None:
    scaled, cycled = heard(canvas.brush_scaled), heard(canvas.cycle_requested)
    canvas.set_tool("brush")
    wheel(canvas, 120, ALT)
    canvas.set_tool("point")
    wheel(canvas, -120, ALT)
    assert (scaled, cycled) == ([(True,)], [(1,)])


def test_the_picture_is_bare_while_s_is_held(canvas: CanvasView) -> None:
    canvas.setFocus()
    over = [item for item in canvas.layers.items() if item.zValue() > 0]
    QTest.keyPress(canvas, Qt.Key.Key_S)
    assert {item.opacity() for item in over} == {0.0}
    QTest.keyRelease(canvas, Qt.Key.Key_S)
    assert {item.opacity() for item in over} == {1.0}


def test_a_marked_point_is_seen_and_can_be_selected(canvas: CanvasView) -> None:
    chosen = heard(canvas.selection_changed)
    point = Annotation(
        id=9,
        image_id=1,
        category_id=1,
        mask=m.empty(SIZE),
        drawn=DrawnShape(ShapeKind.POINTS, (((300.5, 220.5),),)),
    )
    canvas.set_annotations([point], [Category(id=1, name="tip", color="#ff0000")])
    item = canvas.layers.objects.items_by_id[9]
    assert item.box.contains(300, 220)
    assert item.marks(4.0).contains(QPointF(302, 221))
    canvas.set_tool("select")
    click(canvas, 301, 221)
    assert chosen == [((9,),)]


def test_objects_of_one_class_are_told_apart_and_each_may_have_a_colour_of_its_own(
    canvas: CanvasView,
) -> None:
    sides = [Annotation(id=i, image_id=1, category_id=1, mask=block(40 * i, 50, 40, 40)) for i in (1, 2, 3)]
    canvas.set_annotations(sides, [Category(id=1, name="cell", color="#3366cc")])
    items = canvas.layers.objects.items_by_id

    def colors() -> list[QColor]:
        return [items[i].pen.color() for i in (1, 2, 3)]

    by_class = colors()
    assert len({color.name() for color in by_class}) == 3
    hues = [color.hslHueF() for color in by_class]
    assert max(hues) - min(hues) < 0.03
    canvas.set_style(replace(canvas.style_now, color_by=ColorBy.INSTANCE))
    assert [color.name() for color in colors()] == [default_color(i) for i in (1, 2, 3)]


def test_the_rest_is_dimmed_while_the_model_looks_at_a_part_alone(canvas: CanvasView) -> None:
    canvas.layers.show_focus(QRectF(100, 100, 80, 60))
    dimmed = canvas.layers.dimmed.path()
    assert dimmed.contains(QPointF(20, 20))
    assert not dimmed.contains(QPointF(140, 130))
    canvas.layers.show_focus(QRectF())
    assert canvas.layers.dimmed.path().isEmpty()


@pytest.mark.parametrize("tool", ["point", "box"])
def test_a_double_click_is_one_click_and_accepts_nothing(canvas: CanvasView, tool: str) -> None:
    canvas.set_tool(tool)
    points, accepted, removed, boxes = [], [], [], []
    canvas.point_added.connect(lambda point, _: points.append((round(point.x), round(point.y))))
    canvas.point_removed.connect(removed.append)
    canvas.accept_requested.connect(lambda: accepted.append(True))
    canvas.box_added.connect(lambda box, _: boxes.append(box))
    double_click(canvas, 60, 100)
    assert (points, accepted, removed, boxes) == ([(60, 100)], [], [], [])
    click(canvas, 90, 100)
    assert points[1:] == [(90, 100)], "the next one counts"


def test_a_box_may_be_dragged_from_where_was_clicked_just_before(canvas: CanvasView) -> None:
    canvas.set_tool("box")
    boxes: list[BoxXYXY] = []
    canvas.box_added.connect(lambda box, _: boxes.append(box))
    click(canvas, 60, 60)
    canvas.tool.double_click(Mouse(x=60, y=60, button=LEFT))
    canvas.tool.move(Mouse(x=100, y=110, button=LEFT))
    canvas.tool.release(Mouse(x=100, y=110, button=LEFT))
    (box,) = boxes
    assert (round(box.x0), round(box.y0), round(box.x1), round(box.y1)) == (60, 60, 100, 110)
