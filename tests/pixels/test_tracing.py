"""Outlines by their corners: closed, along the pixel edges, each around its own pixels, and nothing lost."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from slimsam_core.pixels import mask
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask_crop import outlines

Pixels = NDArray[np.bool_]


def some_pixels(rng: np.random.Generator) -> Pixels:
    pixels = rng.random(rng.integers(1, 14, 2)) < rng.choice([0.1, 0.3, 0.5, 0.7, 0.9])
    return np.kron(pixels, np.ones(rng.integers(1, 4, 2), np.bool_)).astype(np.bool_)


def check(pixels: Pixels) -> None:
    size = Size.of(pixels)
    polygons = mask.to_polygons(pixels)
    assert (mask.rasterize(polygons, size) == pixels).all()
    count, labels = cv2.connectedComponents(pixels.astype(np.uint8), connectivity=4)
    assert len(polygons) == count - 1
    for number, polygon in enumerate(polygons, start=1):
        assert (mask.rasterize([polygon], size) == (labels == number)).all()
        assert mask.signed_area(polygon.exterior) > 0
        assert all(mask.signed_area(hole) < 0 for hole in polygon.holes)
        for ring in (polygon.exterior, *polygon.holes):
            assert ring[0] == min(ring, key=lambda point: (point[1], point[0]))
            steps = np.diff(np.array(ring), axis=0, append=[ring[0]])
            assert ((steps == 0).sum(axis=1) == 1).all()  # level or upright, never of no length
            assert ((steps[:-1] == 0) != (steps[1:] == 0)).all()  # it turns at each corner
    assert outlines(mask.encode(pixels)) == polygons


def test_every_pattern_of_three_by_three() -> None:
    for bits in range(1 << 9):
        check(np.array([bits >> place & 1 for place in range(9)], np.bool_).reshape(3, 3))


@pytest.mark.parametrize("seed", range(4))
def test_any_pixels(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for _ in range(50):
        check(some_pixels(rng))


def test_a_small_object_in_a_large_picture() -> None:
    pixels = np.zeros((3000, 4000), np.bool_)
    pixels[1000:1010, 3990:] = True
    pixels[1003, 3995] = False
    (polygon,) = outlines(mask.encode(pixels))
    assert polygon.exterior == ((3990, 1000), (4000, 1000), (4000, 1010), (3990, 1010))
    assert polygon.holes == (((3995, 1003), (3995, 1004), (3996, 1004), (3996, 1003)),)
    assert outlines(mask.empty(Size(3000, 4000))) == ()
