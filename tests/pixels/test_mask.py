"""Masks keep every pixel on every road; codes of unknown origin are checked."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from pycocotools import mask as coco_mask

from slimsam_core.errors import FormatError
from slimsam_core.pixels import mask as m
from slimsam_core.pixels.geometry import Size

masks = hnp.arrays(np.bool_, hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=14))

VECTOR_RUNS = [7, 4, 2, 4, 2, 1, 2, 1, 2, 4, 2, 4, 7, 1, 5]
VECTOR_COUNTS = "74200M0003005MN"


def vector_pixels() -> m.BoolMask:
    pixels = np.zeros((6, 8), np.bool_)
    pixels[1:5, 1:6] = True
    pixels[2:4, 3] = False
    pixels[0, 7] = True
    return pixels


def test_the_vector_in_its_three_spellings() -> None:
    size = Size(6, 8)
    assert m.encode(vector_pixels()).counts == VECTOR_COUNTS
    assert m.from_runs(VECTOR_RUNS, size).counts == VECTOR_COUNTS
    assert m.parse_runs(VECTOR_COUNTS) == VECTOR_RUNS
    rle = m.from_compressed(VECTOR_COUNTS, size)
    assert rle.area == 19
    assert rle.bbox_xywh == (1, 0, 7, 5)
    assert np.array_equal(rle.decode(), vector_pixels())


@given(masks)
def test_pixels_code_pixels(pixels: m.BoolMask) -> None:
    rle = m.encode(pixels)
    assert np.array_equal(rle.decode(), pixels)
    assert rle.area == pixels.sum()
    assert m.from_runs(m.parse_runs(rle.counts), rle.size) == rle


@given(masks)
def test_pixels_polygons_pixels(pixels: m.BoolMask) -> None:
    polygons = m.to_polygons(pixels)
    assert np.array_equal(m.rasterize(polygons, Size.of(pixels)), pixels)
    assert sum(
        abs(m.signed_area(p.exterior)) - sum(abs(m.signed_area(h)) for h in p.holes) for p in polygons
    ) == (pixels.sum())


@given(st.integers(0, 2**32 - 1))
def test_set_operations_agree_with_numpy(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shape = tuple(rng.integers(1, 12, 2))
    a, b = rng.random(shape) < 0.5, rng.random(shape) < 0.5
    ra, rb = m.encode(a), m.encode(b)
    assert np.array_equal(m.union((ra, rb)).decode(), a | b)
    assert np.array_equal(m.intersection((ra, rb)).decode(), a & b)
    assert np.array_equal(m.subtract(ra, rb).decode(), a & ~b)
    assert np.array_equal(m.complement(ra).decode(), ~a)
    both = (a | b).sum()
    assert m.iou(ra, rb) == pytest.approx((a & b).sum() / both if both else 1.0)


@given(st.text(max_size=20), st.integers(1, 50), st.integers(1, 50))
def test_any_text_is_read_or_refused(counts: str, height: int, width: int) -> None:
    try:
        rle = m.from_compressed(counts, Size(height, width))
    except FormatError:
        return
    raw = {"size": [height, width], "counts": rle.counts.encode()}
    assert coco_mask.decode(raw).shape == (height, width)


@pytest.mark.parametrize(
    ("runs", "size"),
    [
        ([5], Size(2, 2)),
        ([-1, 5], Size(2, 2)),
        ([True, 3], Size(2, 2)),
        ([1.0, 3], Size(2, 2)),
        ([2**40], Size(2, 2)),
    ],
)
def test_wrong_runs_say_where(runs: list[int], size: Size) -> None:
    with pytest.raises(FormatError, match=r"annotations\[3\]\.segmentation"):
        m.from_runs(runs, size, "annotations[3].segmentation")


def test_a_tiny_string_that_claims_a_huge_mask_is_refused_before_memory_is_taken() -> None:
    with pytest.raises(FormatError, match="too large"):
        m.from_runs([10**12], Size(10**6, 10**6))


def test_empty_runs_in_the_middle_are_joined() -> None:
    assert m.from_runs([1, 0, 1, 2], Size(2, 2)) == m.from_runs([2, 2], Size(2, 2))
    assert m.from_runs([0, 0, 4], Size(2, 2)) == m.empty(Size(2, 2))


def test_half_covered_pixels_follow_their_centre() -> None:
    square = m.Polygon(((0.6, 0.0), (2.4, 0.0), (2.4, 2.0), (0.6, 2.0)))
    assert m.rasterize([square], Size(2, 3)).tolist() == [[False, True, False]] * 2


def test_points_outside_the_picture_are_clipped() -> None:
    huge = m.Polygon(((-10.0, -10.0), (50.0, -10.0), (50.0, 50.0), (-10.0, 50.0)))
    assert m.rasterize([huge], Size(4, 5)).all()


@given(st.tuples(*[st.integers(-8, 24)] * 4))
def test_edge_walked_both_ways_leaves_nothing(ends: tuple[int, int, int, int]) -> None:
    xa, ya, xb, yb = (end / 2 for end in ends)
    there_and_back = m.Polygon(((xa, ya), (xb, yb), (xa, ya)))
    assert not m.rasterize([there_and_back], Size(12, 12)).any()
