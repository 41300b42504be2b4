"""A JPEG picture that is drawn over itself again and again is refused before it is decoded."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from slimsam_core.errors import ImageReadError
from slimsam_core.pixels.glance import glance
from slimsam_core.pixels.image_io import image_size, read_image, read_small
from slimsam_core.pixels.jpeg_scans import MAX_SCANS, too_many_scans
from tests.hostile.pictures import jpeg_of_scans, many_scans_in_the_preview


def too_many(data: bytes) -> bool:
    return too_many_scans(io.BytesIO(data))


def photograph(**options: Any) -> bytes:
    pixels = np.random.default_rng(3).integers(0, 255, (200, 300, 3), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=95, **options)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "options", [{}, {"progressive": True}, {"restart_marker_rows": 1}, {"subsampling": 0}]
)
def test_what_programs_write_is_read(tmp_path: Path, options: dict[str, Any]) -> None:
    data = photograph(**options)
    assert not too_many(data)
    (tmp_path / "a.jpg").write_bytes(data)
    assert read_image(tmp_path / "a.jpg").size.hw == (200, 300)


@pytest.mark.parametrize("progressive", [True, False])
def test_the_limit(progressive: bool) -> None:
    data = jpeg_of_scans(MAX_SCANS, 16, progressive=progressive)
    assert not too_many(data)
    if progressive:
        assert too_many(jpeg_of_scans(MAX_SCANS + 1, 16))
    else:  # one component: all of it is in the first scan, where decoders stop
        assert not too_many(jpeg_of_scans(MAX_SCANS + 1, 16, progressive=False))


def test_scans_of_a_part_of_the_colours_count_in_a_sequential_picture() -> None:
    data = photograph()
    at = data.index(b"\xff\xda")
    scan = b"\xff\xda\0\x08\x01\x01\0\0\x3f\0"
    assert too_many(data[:at] + scan * (MAX_SCANS + 1) + b"\xff\xd9")
    assert not too_many(data[:at] + scan * 3 + b"\xff\xd9")


def test_bytes_that_look_like_scans_and_are_none_do_not_count() -> None:
    data = photograph(progressive=True)
    noise = b"\xff\xda" * 30_000
    segment = b"\xff\xe2" + (len(noise) + 2).to_bytes(2, "big") + noise
    assert not too_many(data[:2] + segment + data[2:] + noise)  # a profile before it, a film behind it


@pytest.mark.parametrize("cut", [0, 1, 2, 3, 4, 21, 25, 160, 400, 5000])
def test_a_picture_that_is_cut_off_has_an_end(cut: int) -> None:
    assert not too_many(photograph(progressive=True)[:cut])
    assert not too_many(b"\xff" * cut)


def test_it_is_refused_in_words_and_its_size_is_told(tmp_path: Path) -> None:
    path = tmp_path / "scans.jpg"
    path.write_bytes(jpeg_of_scans(MAX_SCANS + 1))
    assert image_size(path).hw == (8000, 8000)
    for read in (read_image, lambda path: read_small(path, 96)):
        with pytest.raises(ImageReadError, match="more than 100 scans"):
            read(path)


def test_a_preview_of_that_kind_is_none(tmp_path: Path) -> None:
    many_scans_in_the_preview(tmp_path / "preview.jpg")
    assert glance(tmp_path / "preview.jpg") is None
    assert read_image(tmp_path / "preview.jpg").size.hw == (8, 8)
