"""Edits of masks: what they promise, on any mask."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from slimsam_core.annotation import Annotation, DrawnShape, ShapeKind
from slimsam_core.labelling import mask_edit as edit
from slimsam_core.pixels import mask as m
from slimsam_core.pixels.geometry import Size

masks = hnp.arrays(np.bool_, hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=14))


@given(masks, masks, st.integers(-16, 16), st.integers(-16, 16), st.booleans())
def test_a_stroke_changes_its_pixels_and_no_other(
    pixels: m.BoolMask, brush: m.BoolMask, x: int, y: int, adds: bool
) -> None:
    expected = pixels.copy()
    for row, column in zip(*np.nonzero(brush), strict=True):
        if 0 <= y + row < pixels.shape[0] and 0 <= x + column < pixels.shape[1]:
            expected[y + row, x + column] = adds
    stroke = edit.Stroke(x, y, brush, adds)
    assert np.array_equal(edit.apply_stroke(m.encode(pixels), stroke).decode(), expected)


@given(masks)
def test_filling_holes_only_adds_leaves_none_and_is_done_once(pixels: m.BoolMask) -> None:
    filled = edit.fill_holes(m.encode(pixels))
    after = filled.decode()
    assert not (pixels & ~after).any()
    assert edit.fill_holes(filled) == filled
    assert all(not polygon.holes for polygon in m.to_polygons(after))


def test_large_holes_stay_when_asked() -> None:
    pixels = np.ones((12, 12), np.bool_)
    pixels[2, 2] = False
    pixels[5:9, 5:9] = False
    after = edit.fill_holes(m.encode(pixels), largest=4).decode()
    assert after[2, 2]
    assert not after[5:9, 5:9].any()


@given(masks, st.integers(1, 20))
def test_dropping_specks_only_removes_and_splits_agree(pixels: m.BoolMask, smallest: int) -> None:
    rle = m.encode(pixels)
    parts = edit.split_parts(rle)
    kept = [part for part in parts if part.area >= smallest]
    assert edit.drop_specks(rle, smallest) == (m.union(kept) if kept else m.empty(rle.size))
    assert [p.area for p in parts] == sorted((p.area for p in parts), reverse=True)
    assert sum(p.area for p in parts) == rle.area


@given(masks)
def test_the_largest_part_is_the_first_of_the_parts(pixels: m.BoolMask) -> None:
    rle = m.encode(pixels)
    parts = edit.split_parts(rle)
    assert edit.keep_largest(rle).area == (parts[0].area if parts else 0)
    assert not (edit.keep_largest(rle).decode() & ~pixels).any()


def test_smoothing_rounds_corners_and_keeps_the_bulk() -> None:
    pixels = np.zeros((60, 60), np.bool_)
    pixels[10:50, 10:50] = True
    pixels[30, 50:58] = True  # a hair
    after = edit.smooth(m.encode(pixels), 3.0).decode()
    assert after[20:40, 20:40].all()
    assert not after[30, 54:].any()
    assert not after[10, 10]
    with pytest.raises(ValueError, match="radius"):
        edit.smooth(m.encode(pixels), 0)


def test_smoothing_keeps_an_object_at_the_border_of_the_picture() -> None:
    pixels = np.ones((40, 40), np.bool_)
    assert edit.smooth(m.encode(pixels), 2.0).area >= 1500


@given(masks, st.integers(-15, 15), st.integers(-15, 15))
def test_moving_there_and_back_keeps_what_stayed_inside(pixels: m.BoolMask, dx: int, dy: int) -> None:
    rle = m.encode(pixels)
    moved = edit.translated(rle, dx, dy)
    back = edit.translated(moved, -dx, -dy)
    assert back.area == moved.area
    assert not (back.decode() & ~pixels).any()
    assert edit.translated(rle, 0, 0) == rle


@given(masks)
def test_outlines_without_tolerance_give_the_mask_back(pixels: m.BoolMask) -> None:
    rle = m.encode(pixels)
    shape = edit.outline_shape(rle, 0.0)
    if shape is None:
        assert rle.area == 0
    else:
        assert edit.shape_mask(shape, rle.size) == rle


def test_simplifying_keeps_the_raw_mask_for_the_next_tolerance() -> None:
    yy, xx = np.mgrid[:200, :200]
    disc = m.encode((xx - 100.0) ** 2 + (yy - 100.0) ** 2 < 80**2)
    original = Annotation(id=1, image_id=1, category_id=1, mask=disc, extra={"mine": 3})
    coarse = edit.simplified(original, 8.0)
    fine = edit.simplified(coarse, 1.0)
    assert coarse.drawn is not None
    assert fine.drawn is not None
    assert len(coarse.drawn.rings[0]) < len(fine.drawn.rings[0]) < 120
    assert m.iou(fine.mask, disc) > 0.98
    assert fine == edit.simplified(original, 1.0)
    assert edit.simplified(coarse, 0.0) == original
    assert coarse.extra["mine"] == 3


def test_drawn_shapes_move_and_become_masks() -> None:
    size = Size(40, 60)
    ellipse = DrawnShape(ShapeKind.ELLIPSE, (((20.0, 20.0), (30.0, 25.0)),))
    moved = edit.translated_shape(ellipse, 5, -2)
    assert edit.shape_mask(moved, size) == edit.translated(edit.shape_mask(ellipse, size), 5, -2)
    square = DrawnShape(ShapeKind.RECTANGLE, (((3.0, 4.0), (10.0, 8.0)),))
    assert edit.shape_mask(edit.translated_shape(square, 1, 1), size).bbox_xywh == (4, 5, 7, 4)


@given(masks)
def test_empty_masks_stay_empty(pixels: m.BoolMask) -> None:
    nothing = m.empty(Size.of(pixels))
    for change in (edit.fill_holes, edit.keep_largest, lambda r: edit.smooth(r, 1.0)):
        assert change(nothing) == nothing
    assert edit.split_parts(nothing) == ()


def test_a_move_goes_no_further_than_the_border() -> None:
    pixels = np.zeros((20, 30), np.bool_)
    pixels[5:10, 10:14] = True
    mask, other = m.encode(pixels), m.encode(np.roll(pixels, 8, axis=1))
    assert edit.room_to_move([mask], -50, 3) == (-10, 3)
    assert edit.room_to_move([mask, other], 50, 50) == (30 - 22, 20 - 10)
    assert edit.translated(mask, *edit.room_to_move([mask], 50, -50)).area == mask.area
