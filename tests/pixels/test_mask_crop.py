"""Reading and writing windows of run-length masks agrees with doing it on all pixels."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from slimsam_core.pixels import mask as m
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask_crop import crop, paste, run_edges, sample

masks = hnp.arrays(np.bool_, hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=14))


@given(masks)
def test_edges_are_where_the_pixels_change(pixels: m.BoolMask) -> None:
    flat = pixels.T.ravel().astype(np.int8)
    steps = np.flatnonzero(np.diff(flat, prepend=0))
    edges = run_edges(m.encode(pixels))
    assert edges[: steps.size].tolist() == steps.tolist()
    assert all(edge == flat.size for edge in edges[steps.size :].tolist())


def test_edges_of_long_runs() -> None:
    pixels = np.zeros((900, 700), np.bool_)
    pixels[100:800, 20:650] = True
    pixels[300:400, 300:500] = False
    edges = run_edges(m.encode(pixels))
    assert edges[0] == 20 * 900 + 100
    assert int((edges[1::2] - edges[::2]).sum()) == int(pixels.sum())


@given(masks, st.data())
def test_a_window_is_the_window_of_the_decoded_mask(pixels: m.BoolMask, data: st.DataObject) -> None:
    height, width = pixels.shape
    x0, y0 = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    w, h = data.draw(st.integers(1, width - x0)), data.draw(st.integers(1, height - y0))
    assert np.array_equal(crop(m.encode(pixels), x0, y0, w, h), pixels[y0 : y0 + h, x0 : x0 + w])


@given(masks, st.integers(1, 4))
def test_sampling_is_slicing(pixels: m.BoolMask, step: int) -> None:
    columns = np.arange(0, pixels.shape[1], step)
    rows = np.arange(0, pixels.shape[0], step)
    assert np.array_equal(sample(m.encode(pixels), columns, rows), pixels[::step, ::step])


@given(masks, st.integers(-16, 16), st.integers(-16, 16), st.integers(1, 12), st.integers(1, 12))
def test_pasting_writes_the_pixels_and_nothing_else(
    pixels: m.BoolMask, x: int, y: int, height: int, width: int
) -> None:
    expected = np.zeros((height, width), np.bool_)
    for row, column in zip(*np.nonzero(pixels), strict=True):
        if 0 <= y + row < height and 0 <= x + column < width:
            expected[y + row, x + column] = True
    assert paste(pixels, x, y, Size(height, width)) == m.encode(expected)


def test_a_window_outside_is_wrong_use() -> None:
    rle = m.encode(np.ones((4, 5), np.bool_))
    for window in ((-1, 0, 2, 2), (0, 0, 6, 1), (4, 3, 1, 2), (0, 0, 0, 1)):
        with pytest.raises(ValueError, match="not inside"):
            crop(rle, *window)
