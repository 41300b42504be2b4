"""Segment everything: the filters one by one, and the whole on a tiny real model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from slimsam_core.errors import Cancelled
from slimsam_core.families import preset
from slimsam_core.inference.everything import EverythingParams, crop_boxes, segment_everything
from slimsam_core.inference.found_masks import FoundMask, box_nms, remove_small_regions, tidied
from slimsam_core.inference.prediction import ImageEmbedding
from slimsam_core.inference.predictor import Predictor
from slimsam_core.inference.runtimes.protocol import TokenBatch
from slimsam_core.models import build_model
from slimsam_core.pixels import mask
from slimsam_core.pixels.geometry import Size
from slimsam_core.progress import CancelToken, Progress

KEEP_ALL = EverythingParams(points_per_side=4, pred_iou_thresh=0.0, stability_score_thresh=0.0)


class RectangleRuntime:
    """A model whose three masks are the same for every prompt, so that the filters can be judged."""

    name = description = "rectangles"
    device = "cpu"
    batch_size = 5

    def __init__(self, logits_3HW: np.ndarray, iou_3: list[float]) -> None:
        self.logits = np.concatenate([np.full_like(logits_3HW[:1], -9), logits_3HW])
        self.iou = np.array([1.0, *iou_3], np.float32)
        self.encoded: list[tuple[int, ...]] = []

    def encode(self, x_13SS: np.ndarray) -> np.ndarray:
        self.encoded.append(x_13SS.shape)
        return np.zeros((1, 4, 8, 8), np.float32)

    def decode(self, _: np.ndarray, tokens: TokenBatch) -> tuple[np.ndarray, np.ndarray]:
        count = len(tokens.coords_BN2)
        return np.tile(self.logits, (count, 1, 1, 1)), np.tile(self.iou, (count, 1))

    def rest(self) -> None:
        """Holds nothing."""


@pytest.fixture
def tiny() -> Predictor:
    torch.manual_seed(3)
    return Predictor(build_model(preset("tiny_test")))


def logits_of(*rectangles: tuple[int, int, int, int], inside: float = 9.0) -> np.ndarray:
    """Three logit maps 32x32, each with one rectangle x0, y0, x1, y1."""
    logits = np.full((3, 32, 32), -9.0, np.float32)
    for plane, (x0, y0, x1, y1) in zip(logits, rectangles, strict=True):
        plane[y0:y1, x0:x1] = inside
    return logits


Search = Callable[..., tuple[RectangleRuntime, list[mask.Rle]]]


@pytest.fixture
def search() -> Search:
    def run(logits: np.ndarray, iou: list[float], params: EverythingParams, hw=(128, 128)):  # type: ignore[no-untyped-def]
        runtime = RectangleRuntime(logits, iou)
        model = build_model(preset("tiny_test"))
        found = segment_everything(Predictor(model, runtime), np.zeros((*hw, 3), np.uint8), params)
        return runtime, [f.mask for f in found]

    return run


@pytest.mark.parametrize(
    "wrong",
    [
        {"points_per_side": 0},
        {"pred_iou_thresh": 1.5},
        {"box_nms_thresh": -0.1},
        {"crop_n_layers": -1},
        {"crop_n_layers": 30},
        {"points_per_side": 100_000},
        {"min_mask_region_area": -5},
        {"crop_n_points_downscale_factor": 0},
    ],
)
def test_parameters_out_of_range_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        EverythingParams(**wrong)  # type: ignore[arg-type]


def test_crops_cover_the_picture_and_overlap() -> None:
    size = Size(600, 900)
    crops = crop_boxes(size, EverythingParams(crop_n_layers=2))
    assert [layer for _, layer in crops] == [0] + [1] * 4 + [2] * 16
    assert crops[0][0] == (0, 0, 900, 600)
    for wanted in (1, 2):
        covered = np.zeros(size.hw, np.intp)
        for (x0, y0, x1, y1), layer in crops:
            if layer == wanted:
                covered[y0:y1, x0:x1] += 1
        assert covered.min() == 1
        assert covered.max() > 1


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 3))
def test_no_crop_is_empty(height: int, width: int, layers: int) -> None:
    for (x0, y0, x1, y1), _ in crop_boxes(Size(height, width), EverythingParams(crop_n_layers=layers)):
        assert 0 <= x0 < x1 <= width
        assert 0 <= y0 < y1 <= height


BOXES = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(1, 20), st.integers(1, 20)), max_size=25
)


@given(BOXES, st.floats(0.05, 0.95), st.integers(0, 10**6))
def test_nms_keeps_the_better_of_overlapping_boxes(boxes, threshold: float, seed: int) -> None:  # type: ignore[no-untyped-def]
    array = np.array([(x, y, x + w, y + h) for x, y, w, h in boxes], np.int64).reshape(-1, 4)
    scores = np.random.default_rng(seed).permutation(len(boxes)).astype(np.float64)

    def overlap(a: np.ndarray, b: np.ndarray) -> float:
        sides = np.clip(np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2]), 0, None)
        shared = float(sides.prod())
        return shared / (float((a[2:] - a[:2]).prod() + (b[2:] - b[:2]).prod()) - shared)

    expected: list[int] = []
    for i in np.argsort(-scores):
        if all(overlap(array[i], array[k]) <= threshold for k in expected):
            expected.append(int(i))
    assert box_nms(array, scores, threshold) == expected


def test_small_holes_are_filled_and_small_islands_removed() -> None:
    pixels = np.zeros((40, 40), np.bool_)
    pixels[5:30, 5:30] = True
    pixels[10, 10] = False
    pixels[15:25, 15:25] = False
    pixels[35, 35] = True
    tidy, changed = remove_small_regions(pixels, 20)
    expected = np.zeros_like(pixels)
    expected[5:30, 5:30] = True
    expected[15:25, 15:25] = False
    assert changed
    np.testing.assert_array_equal(tidy, expected)
    assert remove_small_regions(tidy, 20)[1] is False


def test_the_largest_island_stays_when_all_are_small() -> None:
    pixels = np.zeros((20, 20), np.bool_)
    pixels[1, 1:3] = True
    pixels[10:13, 10:13] = True
    tidy, _ = remove_small_regions(pixels, 50)
    assert tidy.sum() == 9


def found_mask(pixels: np.ndarray, corner: tuple[int, int] = (0, 0)) -> FoundMask:
    """A mask cut out of a picture at ``corner``, x and y."""
    (x, y), (height, width) = corner, pixels.shape
    return FoundMask(
        pixels=pixels, box=(x, y, x + width, y + height), predicted_iou=0.9, stability=1.0,
        point=(x + 1.0, y + 1.0), crop=(0, 0, 400, 400),
    )  # fmt: skip


def disc(radius: int) -> np.ndarray:
    ys, xs = np.mgrid[-radius : radius + 1, -radius : radius + 1]
    return np.asarray(xs**2 + ys**2 <= radius**2 + 0.5)


def nearly_full(height: int, width: int) -> np.ndarray:
    pixels = np.ones((height, width), np.bool_)
    pixels[0, : width // 2] = pixels[-1, width // 2 :] = False
    return pixels


@pytest.mark.parametrize(
    ("pixels", "corner", "area", "share"),
    [
        (np.ones((100, 140), np.bool_), (0, 0), 0, 0.05),
        (np.ones((100, 70), np.bool_), (70, 0), 0, 0.05),
        (nearly_full(60, 60), (30, 20), 0, 0.05),
        (nearly_full(60, 60), (0, 0), 0, 0.05),
        (disc(5), (40, 40), 100, 0.0),
    ],
    ids=["the picture", "half of it", "a box but for its rim", "the same in the corner", "a small disc"],
)
def test_what_lies_around_a_mask_is_no_hole(
    pixels: np.ndarray, corner: tuple[int, int], area: int, share: float
) -> None:
    before = found_mask(pixels, corner)
    (after,) = tidied([before], area, share, 0.7)
    assert after.box == before.box
    assert np.array_equal(after.pixels, pixels)


def test_a_hole_of_a_mask_at_the_edge_of_the_picture_is_filled() -> None:
    pixels = np.ones((50, 80), np.bool_)
    pixels[20:24, 30:34] = False
    (after,) = tidied([found_mask(pixels)], 0, 0.05, 0.7)
    assert after.box == (0, 0, 80, 50)
    assert after.pixels.all()


def test_a_mask_of_the_whole_picture_is_an_object_too(search: Search) -> None:
    everywhere = logits_of((0, 0, 32, 32), (0, 0, 32, 32), (0, 0, 32, 20))
    _, masks = search(everywhere, [0.9, 0.8, 0.95], replace(KEEP_ALL, small_region_share=0.05))
    assert sorted(m.area for m in masks) == [80 * 128, 128 * 128]


def test_the_same_object_found_often_is_kept_once(search: Search) -> None:
    logits = logits_of((4, 4, 12, 12), (4, 4, 12, 13), (16, 4, 30, 20))
    _, masks = search(logits, [0.95, 0.9, 0.99], EverythingParams(points_per_side=4))
    boxes = [m.bbox_xywh for m in masks]
    assert boxes == [(64, 16, 56, 64), (16, 16, 32, 32)]


def test_masks_predicted_to_be_poor_are_dropped(search: Search) -> None:
    logits = logits_of((4, 4, 12, 12), (20, 20, 28, 28), (16, 4, 30, 10))
    _, masks = search(logits, [0.95, 0.88, 0.5], EverythingParams(points_per_side=2))
    assert [m.bbox_xywh for m in masks] == [(16, 16, 32, 32)]


def test_unstable_masks_are_dropped(search: Search) -> None:
    logits = logits_of((4, 4, 12, 12), (20, 20, 28, 28), (16, 4, 30, 10))
    logits[1] = -0.5
    logits[1, 20:28, 20:28] = 0.5
    _, masks = search(logits, [0.95] * 3, EverythingParams(points_per_side=2, stability_score_thresh=0.5))
    assert len(masks) == 2


def test_each_crop_is_encoded_once_and_cut_objects_are_left_to_others(search: Search) -> None:
    everywhere = logits_of((0, 0, 32, 32), (0, 0, 32, 32), (0, 0, 32, 32))
    params = EverythingParams(points_per_side=2, crop_n_layers=1)
    runtime, masks = search(everywhere, [0.95] * 3, params, hw=(256, 256))
    assert len(runtime.encoded) == 5
    assert [m.area for m in masks] == [256 * 256]


def test_small_regions_are_removed_at_full_size(search: Search) -> None:
    logits = logits_of((4, 4, 20, 20), (4, 4, 20, 20), (4, 4, 20, 20))
    logits[:, 28, 28] = 9.0
    params = EverythingParams(points_per_side=1, stability_score_thresh=0.0, min_mask_region_area=100)
    _, masks = search(logits, [0.95] * 3, params)
    assert [m.bbox_xywh for m in masks] == [(16, 16, 64, 64)]


def with_specks() -> np.ndarray:
    """One object three times, each time with a far speck elsewhere: the boxes differ, the object does not."""
    logits = logits_of((4, 4, 16, 16), (4, 4, 16, 16), (4, 4, 16, 16))
    logits[0, 28:30, 28:30] = logits[1, 28:30, 4:6] = logits[2, 4:6, 28:30] = 9.0
    return logits


def test_copies_whose_boxes_differ_are_found_by_their_pixels(search: Search) -> None:
    asked = EverythingParams(points_per_side=1, stability_score_thresh=0.0)
    _, copies = search(with_specks(), [0.9, 0.95, 0.92], asked)
    assert len(copies) == 3
    _, masks = search(with_specks(), [0.9, 0.95, 0.92], replace(asked, mask_nms_thresh=0.7))
    assert [m.bbox_xywh for m in masks] == [(16, 16, 48, 104)], "the one predicted best stays"


def test_specks_are_removed_by_their_share_of_the_mask(search: Search) -> None:
    asked = EverythingParams(points_per_side=1, stability_score_thresh=0.0, mask_nms_thresh=0.7)
    _, masks = search(with_specks(), [0.9, 0.95, 0.92], replace(asked, small_region_share=0.05))
    assert [m.bbox_xywh for m in masks] == [(16, 16, 48, 48)]
    _, masks = search(with_specks(), [0.9, 0.95, 0.92], replace(asked, small_region_share=0.01))
    assert masks[0].bbox_xywh == (16, 16, 48, 104), "a part of some size is meant"


def test_masks_that_lie_apart_or_share_little_are_no_copies(search: Search) -> None:
    logits = logits_of((4, 4, 12, 12), (10, 4, 20, 12), (24, 24, 30, 30))
    params = EverythingParams(points_per_side=1, stability_score_thresh=0.0, mask_nms_thresh=0.5)
    assert len(search(logits, [0.95] * 3, params)[1]) == 3


def test_a_picture_without_objects_gives_nothing(search: Search) -> None:
    logits = np.full((3, 32, 32), -9.0, np.float32)
    assert search(logits, [1.0] * 3, EverythingParams(points_per_side=2))[1] == []
    assert search(logits, [0.0] * 3, EverythingParams(points_per_side=2, crop_n_layers=1))[1] == []


def test_the_whole_on_a_real_model(tiny: Predictor) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (70, 100, 3), np.uint8)
    steps: list[Progress] = []
    found = segment_everything(tiny, picture, KEEP_ALL, steps.append)
    assert found
    assert [f.predicted_iou for f in found] == sorted((f.predicted_iou for f in found), reverse=True)
    for one in found:
        assert one.mask.size == Size(70, 100)
        assert one.bbox == one.mask.bbox_xywh
        assert 0 <= one.stability_score <= 1
    assert [s.done for s in steps] == sorted(s.done for s in steps)
    assert steps[-1].fraction == 1.0


def test_an_embedding_that_is_there_is_used(tiny: Predictor, monkeypatch: pytest.MonkeyPatch) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (70, 100, 3), np.uint8)
    embedding = tiny.embed(picture)
    expected = segment_everything(tiny, picture, KEEP_ALL)

    def refuse(_: np.ndarray) -> ImageEmbedding:
        raise AssertionError("encoded again")

    monkeypatch.setattr(tiny, "embed", refuse)
    assert segment_everything(tiny, picture, KEEP_ALL, embedding=embedding) == expected


def test_cancelling_stops_between_batches(tiny: Predictor) -> None:
    cancel = CancelToken()
    picture = np.zeros((64, 64, 3), np.uint8)
    with pytest.raises(Cancelled):
        segment_everything(tiny, picture, KEEP_ALL, lambda p: cancel.cancel() if p.done else None, cancel)


def test_without_parameters_those_of_the_model_are_taken() -> None:
    """A light model, sure of nothing above 0.75: SAM's own thresholds would find nothing."""
    picture = np.zeros((32, 32, 3), np.uint8)
    logits = logits_of((4, 4, 20, 20), (4, 4, 20, 20), (4, 4, 20, 20))
    for name, found in (("tiny_test", False), ("efficientnet_lite0", True)):
        light = Predictor(replace(preset(name), image_size=32), RectangleRuntime(logits, [0.75] * 3))
        assert bool(segment_everything(light, picture)) is found, name
