"""The small picture inside a photograph."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from slimsam_core.pixels.glance import glance


def write_photograph(
    path: Path,
    small: Image.Image | bytes,
    *,
    size: tuple[int, int] = (600, 400),
    orientation: int = 1,
    noise: bool = False,
) -> Path:
    """A JPEG file (red left half, blue right half) with ``small`` in IFD 1 of its EXIF block."""
    if isinstance(small, bytes):
        data = small
    else:
        out = io.BytesIO()
        small.save(out, "JPEG")
        data = out.getvalue()
    second = 8 + 2 + 12 + 4
    start = second + 2 + 3 * 12 + 4
    block = b"II*\0" + struct.pack("<I", 8)
    block += struct.pack("<HHHIHHI", 1, 0x112, 3, 1, orientation, 0, second)
    block += struct.pack("<H", 3) + struct.pack("<HHIHH", 0x103, 3, 1, 6, 0)
    block += struct.pack("<HHII", 0x201, 4, 1, start) + struct.pack("<HHII", 0x202, 4, 1, len(data))
    block += struct.pack("<I", 0) + data
    halves_of(size, noise).save(path, quality=95, exif=b"Exif\0\0" + block)
    return path


def halves_of(size: tuple[int, int], noise: bool = False) -> Image.Image:
    """Red on the left, blue on the right; with noise it takes a byte a pixel and more."""
    width, height = size
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[:, : width // 2] = (220, 20, 20)
    pixels[:, width // 2 :] = (20, 20, 220)
    if noise:
        pixels += np.random.default_rng(0).integers(0, 30, pixels.shape, np.uint8)
    return Image.fromarray(pixels)


def in_a_frame(size: tuple[int, int] = (160, 120), bar: int = 7) -> Image.Image:
    """As cameras make it of a 3:2 photograph: black bars above and below."""
    frame = Image.new("RGB", size)
    frame.paste(halves_of((size[0], size[1] - 2 * bar)), (0, bar))
    return frame


def test_it_is_read_without_its_bars(tmp_path: Path) -> None:
    small = glance(write_photograph(tmp_path / "a.jpg", in_a_frame()))
    assert small is not None
    assert small.shape == (107, 160, 3)
    assert small[3:-3, 20, 0].min() > 150, "no black bar; what is compressed blurs its edge"
    assert small[:, 20, 0].mean() > small[:, 20, 2].mean()


def test_it_is_turned_like_the_photograph(tmp_path: Path) -> None:
    small = glance(write_photograph(tmp_path / "a.jpg", in_a_frame(), orientation=6))
    assert small is not None
    assert small.shape == (160, 107, 3)
    assert small[20, :, 0].mean() > small[20, :, 2].mean(), "what was left is on top"


@pytest.mark.parametrize(
    "small",
    [
        b"no picture",
        b"",
        in_a_frame((160, 160), 30),  # of another shape: the photograph was cut since
        in_a_frame((800, 600), 33),  # as slow as the picture itself
    ],
)
def test_what_does_not_fit_is_none(tmp_path: Path, small: Image.Image | bytes) -> None:
    assert glance(write_photograph(tmp_path / "a.jpg", small)) is None


def test_a_picture_without_one_is_none(tmp_path: Path) -> None:
    halves_of((60, 40)).save(tmp_path / "a.jpg")
    halves_of((60, 40)).save(tmp_path / "a.png")
    (tmp_path / "b.jpg").write_bytes(b"nothing")
    assert [glance(tmp_path / name) for name in ("a.jpg", "a.png", "b.jpg", "missing.jpg")] == [None] * 4
