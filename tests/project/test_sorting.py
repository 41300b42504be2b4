"""The order of paths."""

from __future__ import annotations

import pytest

from slimsam_core.project.sorting import natural_key


@pytest.mark.parametrize(
    "expected",
    [
        ["1.png", "2.png", "10.png", "a.png"],
        ["IMG_2.jpg", "img_10.jpg", "IMG_100.jpg"],
        ["a/9.jpg", "a/10.jpg", "a 2/1.jpg", "a10/1.jpg"],
        ["x007.jpg", "x08.jpg", "x9.jpg"],
        ["v1.9.jpg", "v1.10.jpg", "v2.jpg"],
        ["9" * 30 + ".jpg", "1" + "0" * 30 + ".jpg"],
        ["Änne 2.jpg", "änne 10.jpg"],
    ],
)
def test_numbers_count_by_value_and_folders_stay_together(expected: list[str]) -> None:
    keys = [natural_key(path) for path in expected]
    assert keys == sorted(set(keys))
