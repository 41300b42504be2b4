"""Masks and pictures are resized by area or by bilinear weights: the nearest pixel loses and moves edges."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np

from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask import resized

ROOT = Path(__file__).parents[2]
NETWORKS = "slimsam_core/families/"
"""A network doubles its features as its weights learnt it; neither a mask nor a picture is resized there."""


def test_no_code_takes_the_nearest_pixel() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for folder in ("slimsam_core", "slimsam_app", "packaging")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if not path.relative_to(ROOT).as_posix().startswith(NETWORKS)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if (
            isinstance(node, ast.Attribute)
            and node.attr in ("INTER_NEAREST", "INTER_NEAREST_EXACT", "NEAREST")
        )
        or (isinstance(node, ast.Constant) and node.value in ("nearest", "nearest-exact"))
    ]
    assert found == []


def test_a_resized_mask_does_not_move() -> None:
    pixels = np.zeros((40, 60), np.bool_)
    pixels[10:30, 20:50] = True
    assert np.array_equal(resized(resized(pixels, Size(80, 120)), Size(40, 60)), pixels)
    half = resized(pixels, Size(20, 30))
    assert np.array_equal(np.argwhere(half)[[0, -1]], [[5, 10], [14, 24]])


def test_what_covers_less_than_half_of_a_pixel_goes() -> None:
    line = np.zeros((40, 40), np.bool_)
    line[20] = True
    assert not resized(line, Size(10, 10)).any()
    line[21:24] = True
    assert np.array_equal(np.flatnonzero(resized(line, Size(10, 10)).any(1)), [5])
