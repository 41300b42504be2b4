"""Masks and small datasets that formats get wrong."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from slimsam_core.annotation import Annotation, Category
from slimsam_core.formats.records import DatasetMeta, ImageRecord
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask import BoolMask, encode
from tests.formats.in_memory import MemoryDataset

CATEGORIES = (
    Category(id=1, name="cat", color="#112233", supercategory="animal"),
    Category(id=7, name="Vogel (groß)"),
    Category(id=90, name="dog"),
)


def vector_mask() -> BoolMask:
    """6x8: rows 1-4 x columns 1-5, a hole of two pixels, and one lone pixel."""
    mask = np.zeros((6, 8), np.bool_)
    mask[1:5, 1:6] = True
    mask[2:4, 3] = False
    mask[0, 7] = True
    return mask


def nasty_masks(height: int = 24, width: int = 31) -> dict[str, BoolMask]:
    """Masks at the edges of what a format can say."""
    blank = np.zeros((height, width), np.bool_)
    names = ("hole", "four_parts", "pixel", "corner", "full", "thread", "diagonal", "island_in_hole", "ring")
    masks = {name: blank.copy() for name in names}
    masks["hole"][3:20, 4:25] = True
    masks["hole"][6:9, 8:12] = masks["hole"][12:17, 15:20] = False
    for y, x in ((1, 1), (1, 20), (15, 2), (14, 22)):
        masks["four_parts"][y : y + 6, x : x + 7] = True
    masks["pixel"][11, 13] = True
    masks["corner"][0, 0] = masks["corner"][-1, -1] = True
    masks["full"][:] = True
    masks["thread"][5, 2:29] = masks["thread"][5:20, 28] = True
    for i in range(20):
        masks["diagonal"][i, i] = True
    masks["island_in_hole"][2:22, 2:28] = True
    masks["island_in_hole"][5:19, 5:25] = False
    masks["island_in_hole"][9:14, 10:16] = True
    masks["ring"][:] = True
    masks["ring"][1:-1, 1:-1] = False
    return masks


def dataset_of(masks: list[BoolMask], *, name: str = "sub folder/ä 1.jpg") -> MemoryDataset:
    """One picture with all masks, classes in turn."""
    size = Size.of(masks[0])
    objects = tuple(
        Annotation(id=10 + i, image_id=5, category_id=CATEGORIES[i % len(CATEGORIES)].id, mask=encode(mask))
        for i, mask in enumerate(masks)
    )
    return MemoryDataset(
        DatasetMeta(categories=CATEGORIES), (ImageRecord(id=5, file_name=name, size=size),), objects
    )


def random_masks(max_side: int = 24) -> st.SearchStrategy[BoolMask]:
    """Masks of random pixels at random density, at least one pixel set."""

    def build(values: tuple[int, int, float, int]) -> BoolMask:
        height, width, density, seed = values
        rng = np.random.default_rng(seed)
        mask: BoolMask = rng.random((height, width)) < density
        mask[int(rng.integers(height)), int(rng.integers(width))] = True
        return mask

    side = st.integers(1, max_side)
    return st.tuples(side, side, st.floats(0, 1), st.integers(0, 2**32 - 1)).map(build)
