"""Masks of hundreds of megapixels are outlined, filled and taken apart in stripes, in little memory."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slimsam_core.annotation import Annotation
from slimsam_core.formats import label_images, shapes
from slimsam_core.formats.cvat import row_runs
from slimsam_core.formats.yolo_boxes import smallest_box
from slimsam_core.pixels import mask, mask_crop, tracing
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask_crop import crop, outlines, paste

SIDE = 3000
MODULES = (tracing, shapes, label_images, mask_crop)


@given(st.data())
def test_stripes_change_nothing(data: st.DataObject) -> None:
    height, width = data.draw(st.tuples(st.integers(1, 24), st.integers(1, 24)))
    pixels = np.random.default_rng(data.draw(st.integers(0, 999))).random((height, width)) < 0.6
    labels = np.cumsum(pixels, axis=1).astype(np.uint16) % 4
    objects = [_annotation(pixels, 1), _annotation(labels > 1, 2)]

    def all_of_it() -> object:
        rings = [ring for part in mask.to_polygons(pixels) for ring in (part.exterior, *part.holes)]
        painted, visible = label_images.paint(objects, Size(height, width))
        return (
            mask.to_polygons(pixels),
            shapes.even_odd_to_rle(rings, Size(height, width)) if rings else None,
            label_images.take_apart(labels),
            label_images.majorities(labels, labels[::-1]),
            (painted.tolist(), visible),
            paste(pixels, -2, 3, Size(20, 20)),
            row_runs(pixels).tolist(),
            label_images.colour_png(labels, [0, 7, 0x010203, 0xFFFFFF]),
        )

    whole = all_of_it()
    with pytest.MonkeyPatch.context() as patch:
        for module in MODULES:
            patch.setattr(module, "STRIPE_PIXELS", data.draw(st.sampled_from([1, 30, 100])))
        assert all_of_it() == whole


def test_a_part_in_a_hole_and_its_hole_have_their_own_outlines() -> None:
    pixels = np.zeros((9, 12), np.bool_)
    pixels[0:9, 0:9] = True
    pixels[1:8, 1:8] = False
    pixels[2:7, 2:7] = True
    pixels[3:4, 3:4] = pixels[5:6, 4:6] = False
    pixels[4, 11] = True
    assert [len(part.holes) for part in mask.to_polygons(pixels)] == [1, 2, 0]


def _annotation(pixels: mask.BoolMask, number: int) -> Annotation:
    return Annotation(id=number, image_id=1, category_id=1, mask=mask.encode(pixels))


def _frame() -> mask.BoolMask:
    pixels = np.zeros((SIDE, SIDE), np.bool_)
    pixels[10:-10, 10:-10] = True
    pixels[500:-500, 500:-500] = False
    return pixels


FRAME = mask.encode(_frame())
LABELS = _frame().astype(np.uint16)


@pytest.mark.parametrize(
    ("work", "bytes_a_pixel"),
    [
        (lambda: outlines(FRAME), 2),  # the pixels of its box
        (lambda: smallest_box(FRAME), 3),
        (lambda: shapes.even_odd_to_rle([((9, 9), (SIDE, 9), (SIDE, SIDE), (9, SIDE))], FRAME.size), 1),
        (lambda: label_images.take_apart(LABELS), 1),
        (lambda: label_images.majorities(LABELS, LABELS), 1),
        (lambda: label_images.paint([_annotation(_frame(), 1)], FRAME.size), 6),  # the labels and two masks
        (lambda: paste(_frame(), 0, 0, FRAME.size), 1),
        (lambda: row_runs(crop(FRAME, 0, 0, SIDE, SIDE)), 1),
        (lambda: label_images.colour_png(LABELS, [0, 1]), 7),  # Pillow's copy among them
    ],
    ids=[
        "outlines",
        "turned box",
        "filling",
        "taking apart",
        "majorities",
        "painting",
        "pasting",
        "runs of rows",
        "colours",
    ],
)
def test_memory_is_that_of_the_pixels(
    work: Callable[[], object], bytes_a_pixel: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in MODULES:
        monkeypatch.setattr(module, "STRIPE_PIXELS", 100_000)
    work()  # what is made once
    tracemalloc.start()
    try:
        work()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < bytes_a_pixel * SIDE * SIDE + (4 << 20), f"{peak / SIDE / SIDE:.1f} bytes a pixel"


def test_label_images_of_every_depth_are_read_in_stripes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(label_images, "STRIPE_PIXELS", 100)
    labels = (np.arange(37 * 29).reshape(37, 29) % 250).astype(np.uint16)
    colours = [value * 0x010305 for value in range(250)]
    for name, data in (
        ("palette", label_images.png_bytes(labels, palette=True)),
        ("grey", label_images.png_bytes(labels, palette=False, bits=8)),
        ("deep", label_images.png_bytes(labels, palette=False)),
    ):
        (tmp_path / f"{name}.png").write_bytes(data)
        assert np.array_equal(label_images.read_labels(tmp_path / f"{name}.png", ""), labels), name
    (tmp_path / "colours.png").write_bytes(label_images.colour_png(labels, colours))
    read = label_images.read_colours(tmp_path / "colours.png", "")
    assert np.array_equal(read, np.array(colours, np.uint32)[labels])
