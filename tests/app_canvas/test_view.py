"""What the canvas shows, at which place and zoom, and what it costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from slimsam_app.canvas import objects, pyramid
from slimsam_app.canvas.outlines import EXACT, detail_for, outline
from slimsam_app.canvas.pyramid import Pyramid, TileId, halve
from slimsam_app.canvas.rulers import nice_step
from slimsam_app.canvas.style import CanvasStyle, tone_curve
from slimsam_app.canvas.view import CanvasView
from slimsam_core.annotation import Annotation, Category
from slimsam_core.pixels import mask as m
from slimsam_core.pixels.geometry import PointPrompt, PromptSet, Size
from slimsam_core.pixels.image_io import RgbImage
from slimsam_core.pixels.levels import levels_of, to_rgb
from slimsam_core.pixels.mask_crop import paste
from tests.app_canvas.canvas_hands import move, place

CLASSES = (Category(id=1, name="cat", color="#ff0000"),)


def picture(height: int, width: int) -> RgbImage:
    rgb = np.random.default_rng(0).integers(0, 255, (height, width, 3), np.uint8)
    rgb.setflags(write=False)
    return rgb


def grey(height: int, width: int) -> RgbImage:
    rgb = np.full((height, width, 3), 100, np.uint8)
    rgb.setflags(write=False)
    return rgb


@pytest.fixture
def canvas(qtbot: QtBot) -> Iterator[CanvasView]:
    view = CanvasView()
    qtbot.addWidget(view)
    view.resize(816, 616)
    view.show()
    yield view
    view.close_image()


def shown(view: CanvasView, x: float, y: float) -> QColor:
    """The colour on the screen at a point of the picture."""
    return view.viewport().grab().toImage().pixelColor(place(view, x, y))


def test_the_picture_fits_and_keeps_fitting_until_the_user_zooms(qtbot: QtBot, canvas: CanvasView) -> None:
    canvas.set_image(picture(300, 400), 1)
    assert canvas.zoom == pytest.approx(2.0)
    canvas.resize(416, 616)
    qtbot.waitUntil(lambda: canvas.zoom == pytest.approx(1.0))
    canvas.set_zoom(3.0)
    canvas.resize(816, 616)
    assert canvas.zoom == 3.0
    canvas.fit_width()
    assert canvas.zoom == pytest.approx(2.0)


def test_zoom_and_place_stay_for_the_next_picture_when_asked(canvas: CanvasView) -> None:
    canvas.set_image(picture(300, 400), 1)
    canvas.set_zoom(5.0)
    canvas.center_at(123, 77)
    canvas.set_image(picture(300, 400), 2, keep_zoom=True)
    box = canvas.visible_box()
    assert canvas.zoom == 5.0
    assert box is not None
    assert ((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2) == pytest.approx((123, 77), abs=0.3)
    canvas.set_image(picture(300, 400), 3)
    assert canvas.zoom == pytest.approx(2.0)


def test_every_pixel_is_where_it_belongs_at_high_zoom(canvas: CanvasView) -> None:
    rgb = picture(60, 80)
    canvas.set_image(rgb, 1)
    canvas.set_zoom(20.0)
    canvas.center_at(40, 30)
    for column, row in ((30, 20), (45, 38), (40, 30)):
        color = shown(canvas, column + 0.5, row + 0.5)
        assert (color.red(), color.green(), color.blue()) == tuple(rgb[row, column])


@pytest.mark.parametrize("zoom", [0.3, 0.77, 1.0, 1.9])
def test_tiles_meet_without_a_seam(canvas: CanvasView, zoom: float) -> None:
    canvas.set_image(grey(2800, 3600), 1)
    canvas.set_zoom(zoom)
    canvas.center_at(1700.3, 1300.7)
    image = canvas.viewport().grab().toImage()
    middle = QRect(QPoint(0, 0), image.size()).adjusted(200, 150, -200, -150)
    colors = {
        image.pixel(x, y)
        for x in range(middle.left(), middle.right())
        for y in range(middle.top(), middle.bottom(), 7)
    }
    assert colors == {QColor(100, 100, 100).rgb()}


def test_halving_is_the_mean_and_keeps_odd_edges() -> None:
    rgb = picture(7, 9)
    half = halve(rgb)
    assert half.shape == (4, 5, 3)
    expected = rgb[2:4, 4:6].astype(float).mean(axis=(0, 1))
    assert np.abs(half[1, 2] - expected).max() <= 1
    assert np.array_equal(half[3, 4], rgb[6, 8])


def test_large_pictures_show_at_once_and_become_smooth(qtbot: QtBot, canvas: CanvasView) -> None:
    rgb = np.zeros((3000, 4000, 3), np.uint8)
    rgb[:, ::2] = 200  # skipping pixels shows 200 or 0, the mean is 100
    rgb.setflags(write=False)
    canvas.set_image(rgb, 1)
    assert shown(canvas, 2000, 1500).red() in (0, 200)
    found = canvas.layers.pyramid
    assert found is not None
    qtbot.waitUntil(lambda: abs(shown(canvas, 2000, 1500).red() - 100) <= 2, timeout=60_000)


@pytest.mark.usefixtures("qapp")
def test_pixmaps_stay_within_their_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pyramid, "CACHE_BYTES", 3 << 20)
    tiles = Pyramid(picture(1100, 2100))
    for column in range(5):
        for row in range(3):
            tiles.tile(TileId(0, column, row))
    assert tiles._bytes <= 3 << 20
    assert tiles.tile(TileId(0, 4, 2)).width() == 2100 - 4 * 512


def test_tones_change_the_view_and_never_the_pixels(canvas: CanvasView) -> None:
    rgb = grey(300, 400)
    canvas.set_image(rgb, 1)
    canvas.set_style(CanvasStyle(brightness=0.2))
    assert shown(canvas, 200, 150).red() == pytest.approx(151, abs=1)
    assert (rgb == 100).all()
    canvas.set_style(CanvasStyle())
    assert shown(canvas, 200, 150).red() == 100


def test_tone_curves_rise_and_neutral_ones_are_none() -> None:
    assert tone_curve(CanvasStyle()) is None
    for style in (CanvasStyle(contrast=0.7), CanvasStyle(gamma=2.2), CanvasStyle(brightness=-0.3)):
        curve = tone_curve(style)
        assert curve is not None
        assert (np.diff(curve.astype(int)) >= 0).all()
    with pytest.raises(ValueError, match="gamma"):
        CanvasStyle(gamma=0.0)


@pytest.mark.parametrize("size", [(300, 400), (3000, 4000)])
def test_windowing_changes_the_view_and_never_the_values(
    qtbot: QtBot, canvas: CanvasView, size: tuple[int, int]
) -> None:
    values = np.full(size, 1500, np.uint16)
    values[: size[0] // 2] = 1000
    values[:4, :4] = 2000
    levels = levels_of(values)
    told: list[tuple[int, int, object]] = []
    canvas.pixel_hovered.connect(lambda *spot: told.append(spot))
    canvas.set_image(to_rgb(levels), 1, levels=levels)
    upper, lower = (size[1] / 2, size[0] / 4), (size[1] / 2, size[0] * 3 / 4)

    def greys() -> tuple[int, int]:
        return shown(canvas, *upper).red(), shown(canvas, *lower).red()

    assert greys() == (0, 255), "the automatic window"
    canvas.set_style(CanvasStyle(window=(500.0, 1500.0)))
    assert greys() == (128, 255)
    canvas.set_style(CanvasStyle(window=(1500.0, 2500.0), brightness=0.2))
    assert greys() == (51, 51)
    canvas.set_zoom(4.0)
    qtbot.waitUntil(canvas.minimap.isVisible)
    overview = canvas.minimap.grab().toImage()
    assert overview.pixelColor(overview.width() // 2, 12).red() == 51, "the map shows the same window"
    move(canvas, *(int(canvas.mapToScene(400, 300).x()), int(canvas.mapToScene(400, 300).y())))
    assert told[-1][2] in ((1000.0,), (1500.0,)), "values as in the file"
    assert set(np.unique(levels.values)) == {1000, 1500, 2000}


def test_the_pixel_under_the_mouse_is_told(canvas: CanvasView) -> None:
    told: list[tuple[int, int, object]] = []
    canvas.pixel_hovered.connect(lambda *values: told.append(values))
    rgb = picture(300, 400)
    canvas.set_image(rgb, 1)
    move(canvas, 120.6, 33.2)
    move(canvas, -2, 10)
    assert told[-2:] == [(120, 33, tuple(int(v) for v in rgb[33, 120])), (-1, -1, None)]


def test_the_pixel_is_told_anew_when_the_picture_moves_or_changes_below_a_resting_mouse(
    canvas: CanvasView,
) -> None:
    told: list[tuple[int, int, object]] = []
    canvas.pixel_hovered.connect(lambda *values: told.append(values))
    canvas.set_image(picture(300, 400), 1)
    move(canvas, 120.6, 33.2)
    canvas.set_image(grey(300, 400), 2)
    assert told[-1] == (120, 33, tuple(int(v) for v in grey(300, 400)[33, 120]))
    canvas.set_zoom(canvas.zoom * 2)
    assert told[-1][:2] != (120, 33)
    canvas.set_image(None)
    assert told[-1] == (-1, -1, None)
    canvas.set_image(grey(300, 400), 3)
    QApplication.sendEvent(canvas.viewport(), QEvent(QEvent.Type.Leave))
    canvas.set_zoom(canvas.zoom * 2)
    assert told[-1] == (-1, -1, None)


@pytest.mark.parametrize("zoom", [0.5, 2.0, 24.0])
def test_the_preview_is_the_surface_above_zero(canvas: CanvasView, zoom: float) -> None:
    canvas.set_image(grey(300, 400), 1)
    # a surface that rises from the left to the right and is 0 at column 200
    columns = (np.arange(100, dtype=np.float32) + 0.5) * 4 - 200
    logits = np.repeat(columns[None, :], 75, axis=0)
    canvas.layers.preview.set_look(QColor("#0000ff"), 1.0, 0.0)
    canvas.layers.preview.set_logits(logits, QRectF(0, 0, 400, 300))
    canvas.set_zoom(zoom)
    canvas.center_at(200, 150)
    screen_pixel = 1.5 / zoom
    assert shown(canvas, 200 + screen_pixel, 150) == QColor("#0000ff")
    assert shown(canvas, 200 - screen_pixel, 150) == QColor(100, 100, 100)
    canvas.layers.preview.set_logits(None, QRectF())
    assert shown(canvas, 200 + screen_pixel, 150) == QColor(100, 100, 100)


def test_objects_are_painted_on_their_pixels(qtbot: QtBot, canvas: CanvasView) -> None:
    canvas.set_image(grey(300, 400), 1)
    pixels = np.zeros((300, 400), np.bool_)
    pixels[100:110, 200:220] = True
    pixels[103:106, 205:210] = False
    canvas.set_style(CanvasStyle(mask_opacity=1.0, outline_px=0.0))
    canvas.set_annotations((Annotation(id=1, image_id=1, category_id=1, mask=m.encode(pixels)),), CLASSES)
    canvas.set_zoom(16.0)
    canvas.center_at(210, 105)
    qtbot.waitUntil(lambda: canvas.layers.objects.settled)
    image = canvas.viewport().grab().toImage()
    for row in range(98, 112):
        for column in range(198, 222):
            color = image.pixelColor(place(canvas, column + 0.5, row + 0.5))
            assert (color == QColor("#ff0000")) == bool(pixels[row, column])


def test_the_last_object_goes_from_the_screen_and_the_first_comes(qtbot: QtBot, canvas: CanvasView) -> None:
    canvas.set_image(grey(300, 400), 1)
    canvas.set_style(CanvasStyle(mask_opacity=1.0, outline_px=0.0))
    block = paste(np.ones((40, 40), np.bool_), 100, 100, Size(300, 400))
    one = (Annotation(id=1, image_id=1, category_id=1, mask=block),)
    for those, color in ((one, "#ff0000"), ((), "#646464"), (one, "#ff0000")):
        canvas.set_annotations(those, CLASSES)
        qtbot.waitUntil(lambda: canvas.layers.objects.settled)
        assert shown(canvas, 120, 120) == QColor(color)


def test_isolating_hiding_and_toggling(qtbot: QtBot, canvas: CanvasView) -> None:
    canvas.set_image(grey(300, 400), 1)
    block = np.ones((40, 40), np.bool_)
    three = [
        Annotation(id=number, image_id=1, category_id=1, mask=paste(block, 100 * number, 100, Size(300, 400)))
        for number in (1, 2, 3)
    ]
    three[2] = replace(three[2], hidden=True)
    canvas.set_annotations(three, CLASSES)
    qtbot.waitUntil(lambda: canvas.layers.objects.settled)

    def painted() -> list[bool]:
        qtbot.waitUntil(lambda: canvas.layers.objects.settled)
        return [shown(canvas, 100 * number + 20, 120) != QColor(100, 100, 100) for number in (1, 2, 3)]

    assert painted() == [True, True, False]
    canvas.set_selection((2,))
    canvas.set_style(CanvasStyle(isolate=True))
    assert painted() == [False, True, False]
    canvas.set_style(CanvasStyle(show_objects=False))
    assert painted() == [False, False, False]


def test_an_outline_is_exact_near_and_close_from_afar() -> None:
    yy, xx = np.mgrid[:400, :600]
    disc = m.encode((xx - 300.0) ** 2 + (yy - 200.0) ** 2 < 150**2)
    whole = QRect(*disc.bbox_xywh)
    exact, coarse = outline(disc, EXACT, whole), outline(disc, detail_for(0.24), whole)
    assert coarse.elementCount() < exact.elementCount() / 5
    for x, y, inside in ((300, 200, True), (300, 55, True), (300, 45, False), (460, 200, False)):
        assert exact.contains(QPointF(x, y)) == coarse.contains(QPointF(x, y)) == inside
    assert detail_for(8.0) == detail_for(2.0) == EXACT
    assert [detail_for(s) for s in (1.0, 0.6, 0.5, 0.25, 0.2)] == [0, 0, 1, 2, 2]
    assert outline(m.empty(Size(4, 4)), EXACT, QRect(0, 0, 0, 0)).isEmpty()


def test_ten_thousand_objects_and_a_picture_of_one_pixel(qtbot: QtBot, canvas: CanvasView) -> None:
    canvas.set_image(grey(1, 1), 1)
    canvas.set_annotations(
        (Annotation(id=1, image_id=1, category_id=1, mask=m.encode(np.ones((1, 1), np.bool_))),), CLASSES
    )
    qtbot.waitUntil(lambda: canvas.layers.objects.settled)
    size = Size(1000, 1000)
    dot = np.ones((6, 6), np.bool_)
    many = [
        Annotation(id=n + 1, image_id=2, category_id=1, mask=paste(dot, n % 100 * 10, n // 100 * 10, size))
        for n in range(10_000)
    ]
    canvas.set_image(grey(1000, 1000), 2)
    canvas.set_annotations(many, CLASSES)
    qtbot.waitUntil(lambda: canvas.layers.objects.settled, timeout=30_000)
    assert canvas.object_at(993, 995) == 10_000


def test_only_what_changed_is_outlined_again(qtbot: QtBot, canvas: CanvasView) -> None:
    canvas.set_image(grey(300, 400), 1)
    block = np.ones((40, 40), np.bool_)
    first, second = (
        Annotation(id=n, image_id=1, category_id=1, mask=paste(block, 90 * n, 90, Size(300, 400)))
        for n in (1, 2)
    )
    canvas.set_annotations((first, second), CLASSES)
    qtbot.waitUntil(lambda: canvas.layers.objects.settled)
    items = dict(canvas.layers.objects.items_by_id)
    changed = replace(second, mask=paste(block, 200, 200, Size(300, 400)))
    canvas.set_annotations((replace(first, note="same mask"), changed), CLASSES)
    assert canvas.layers.objects.items_by_id[1] is items[1]
    assert canvas.layers.objects.items_by_id[2] is not items[2]


def scattered(count: int, size: Size, seed: int = 0) -> list[Annotation]:
    """Overlapping discs, some locked, in two layers."""
    rng, found = np.random.default_rng(seed), []
    for number in range(1, count + 1):
        radius = int(rng.integers(8, 260))
        yy, xx = np.mgrid[-radius:radius, -radius:radius]
        x, y = int(rng.integers(-radius, size.width)), int(rng.integers(-radius, size.height))
        disc = paste(xx**2 + yy**2 < radius**2, x, y, size)
        if disc.area:
            found.append(
                Annotation(
                    id=number, image_id=1, category_id=1, mask=disc, locked=number % 5 == 0, layer=number % 2
                )
            )
    return found


@pytest.mark.parametrize("zoom", [0.4, 1.0, 5.0])
def test_objects_look_the_same_however_the_view_came_there(
    qtbot: QtBot, canvas: CanvasView, monkeypatch: pytest.MonkeyPatch, zoom: float
) -> None:
    monkeypatch.setattr(objects, "BUDGET_S", 0.0)  # pauses after every object
    size = Size(1500, 2000)
    many = [a for a in scattered(60, size) if not a.locked]  # dashes begin anew in each tile
    canvas.set_image(grey(*size.hw), 1)
    canvas.set_annotations(many, CLASSES)
    rng = np.random.default_rng(1)
    for step in range(25):
        canvas.set_zoom(float(rng.choice([0.4, 1.0, 5.0])))
        canvas.center_at(*rng.uniform(300, 1200, 2))
        if step % 5 == 0:
            canvas.set_annotations(many[: 40 + step // 5], CLASSES)
            canvas.set_selection((many[step].id,))
        QApplication.processEvents()
    canvas.set_selection(())
    canvas.set_annotations(many[5:], CLASSES)
    canvas.set_zoom(zoom)
    canvas.center_at(900, 700)
    qtbot.waitUntil(lambda: canvas.layers.objects.settled)
    well_travelled = canvas.viewport().grab().toImage()
    canvas.set_image(grey(*size.hw), 2, keep_zoom=True)
    canvas.set_annotations(many[5:], CLASSES)
    qtbot.waitUntil(lambda: canvas.layers.objects.settled)
    assert canvas.viewport().grab().toImage() == well_travelled


def test_old_pixels_stand_in_until_the_new_zoom_is_drawn(qtbot: QtBot, canvas: CanvasView) -> None:
    canvas.set_image(grey(300, 400), 1)
    canvas.set_style(CanvasStyle(mask_opacity=1.0, outline_px=0.0))
    block = paste(np.ones((100, 100), np.bool_), 150, 100, Size(300, 400))
    canvas.set_annotations((Annotation(id=1, image_id=1, category_id=1, mask=block),), CLASSES)
    qtbot.waitUntil(lambda: canvas.layers.objects.settled)
    canvas.set_zoom(5.0)
    assert not canvas.layers.objects.settled
    assert shown(canvas, 200, 150) == QColor("#ff0000")
    assert shown(canvas, 140, 150) == QColor(100, 100, 100)


def test_the_map_shows_itself_where_needed_and_goes_where_clicked(qtbot: QtBot, canvas: CanvasView) -> None:
    canvas.set_image(picture(300, 400), 1)
    assert not canvas.minimap.isVisible()
    canvas.set_zoom(8.0)
    qtbot.waitUntil(canvas.minimap.isVisible)
    qtbot.mouseClick(canvas.minimap, Qt.MouseButton.LeftButton, pos=QPoint(40, 30))
    box = canvas.visible_box()
    assert box is not None
    assert ((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2) == pytest.approx((100, 75), abs=2)
    canvas.set_style(CanvasStyle(minimap=False))
    assert not canvas.minimap.isVisible()


def test_rulers_take_room_and_give_it_back(canvas: CanvasView) -> None:
    canvas.set_image(picture(300, 400), 1)
    width = canvas.viewport().width()
    canvas.set_style(CanvasStyle(rulers=True))
    assert canvas.viewport().width() == width - 20
    assert canvas.grab().toImage().pixelColor(400, 10) != canvas.grab().toImage().pixelColor(400, 30)
    canvas.set_style(CanvasStyle())
    assert canvas.viewport().width() == width
    assert [nice_step(v) for v in (0.3, 1, 1.1, 3, 7, 10, 11, 60)] == [1, 1, 2, 5, 10, 10, 20, 100]


def test_marks_and_objects_go_with_the_picture(canvas: CanvasView) -> None:
    canvas.set_image(picture(300, 400), 1)
    canvas.layers.set_prompts(PromptSet((PointPrompt(10, 10),)))
    canvas.set_annotations(
        (Annotation(id=1, image_id=1, category_id=1, mask=m.encode(np.ones((300, 400), np.bool_))),), CLASSES
    )
    canvas.set_image(picture(200, 200), 2)
    assert canvas.layers.prompts.empty
    assert not canvas.layers.objects.items_by_id
    canvas.set_image(None)
    assert canvas.visible_box() is None
    assert canvas.image_id is None
