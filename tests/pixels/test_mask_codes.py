"""Codes of unknown origin: exactly what COCO's encoder writes passes, with its area; nothing else does."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slimsam_core.errors import FormatError
from slimsam_core.pixels import mask
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask_codes import BAD, area_of, areas_of

HANGS = "5@5@5@5@5@5@5@5@"
"""COCO's decoder does not return from this: a run shrinks below zero and counts as four thousand million."""


def reference(counts: str, size: Size) -> int:
    """The slow way: parse the runs one by one, write them anew, compare."""
    try:
        again = mask.from_runs(mask.parse_runs(counts), size)
    except FormatError:
        return BAD
    return again.area if again.counts == counts else BAD


def some_masks(rng: Random) -> list[mask.Rle]:
    generator = np.random.default_rng(rng.randrange(1 << 30))
    found = [mask.empty(Size(3, 5)), mask.encode(np.ones((7, 2), np.bool_)), mask.empty(Size(2000, 3000))]
    for _ in range(20):
        size = Size(int(generator.integers(1, 90)), int(generator.integers(1, 90)))
        pixels = generator.random(size.hw) < generator.choice([0.02, 0.5, 0.98])
        found.append(mask.encode(np.repeat(np.repeat(pixels, 3, 0), 2, 1)))
    return found


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1 << 30))
def test_every_code_of_the_encoder_passes_with_its_area_in_any_company(seed: int) -> None:
    rng = Random(seed)
    good = some_masks(rng)
    codes = [(rle.counts, rle.size.area) for rle in good]
    codes.insert(rng.randrange(len(codes)), (HANGS, 100))
    codes.insert(rng.randrange(len(codes)), ("", 1))
    areas = [area for area in areas_of(codes) if area != BAD]
    assert areas == [rle.area for rle in good]
    assert [area_of(rle.counts, rle.size.area) for rle in good] == areas


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1 << 30))
def test_a_changed_code_passes_only_when_it_is_another_canonical_code(seed: int) -> None:
    rng = Random(seed)
    codes: list[tuple[str, int]] = []
    expected: list[int] = []
    for rle in some_masks(rng):
        data = bytearray(rle.counts.encode())
        for _ in range(rng.choice([1, 1, 1, 2, 5])):
            data[rng.randrange(len(data))] = rng.choice([data[0], 48, 0x6F, 0x4F, rng.randrange(128)])
        counts = data.decode("ascii")[: rng.choice([None, None, None, -1])]
        codes.append((counts, rle.size.area))
        expected.append(reference(counts, rle.size) if counts else BAD)
    assert areas_of(codes) == expected
    assert [area_of(*code) for code in codes] == expected


@pytest.mark.parametrize(
    "counts",
    [
        *("", HANGS, HANGS * 1000, "5@" * 5, "o", "oooooooooooo0", "0", "\x00", "é", "P", "_O1", "1P0"),
        *("`0", "o_O", "0" * 100_000, "_" * 1000),
    ],
)
def test_what_no_encoder_writes_is_refused(counts: str) -> None:
    for pixels in (1, 12, 307_200, 1 << 31):
        assert area_of(counts, pixels) in (BAD, reference(counts, Size(1, pixels)))
        assert areas_of([("<", 12), (counts, pixels), ("<", 12)])[::2] == [0, 0]
