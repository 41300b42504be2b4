"""PPM and PGM pictures of any brightest value: as Pillow's own decoder has them, and at once."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, PpmImagePlugin

from slimsam_core.errors import ImageReadError
from slimsam_core.pixels.image_io import read_image
from slimsam_core.pixels.ppm_decoder import PpmDecoder, register


@pytest.fixture(autouse=True)
def ours() -> Iterator[None]:
    yield
    register()


def file_of(kind: str, brightest: int, height: int = 13, width: int = 17) -> bytes:
    rng = np.random.default_rng(brightest)
    shape = (height, width, 3 if kind == "P6" else 1)
    values = rng.integers(0, 256 if brightest < 256 else 65_536, shape)
    stored = values.astype(np.uint8 if brightest < 256 else ">u2")
    return f"{kind} {width} {height} {brightest}\n".encode() + stored.tobytes()


def decoded(data: bytes, decoder: type) -> tuple[str, NDArray[np.generic]]:
    Image.register_decoder("ppm", decoder)
    with Image.open(io.BytesIO(data)) as image:
        return image.mode, np.asarray(image)


@pytest.mark.parametrize("brightest", [1, 7, 100, 254, 256, 1023, 4095, 65_534, 65_535])
@pytest.mark.parametrize("kind", ["P5", "P6"])
def test_the_same_as_pillow_value_by_value(kind: str, brightest: int) -> None:
    data = file_of(kind, brightest)
    mode, pixels = decoded(data, PpmDecoder)
    expected_mode, expected = decoded(data, PpmImagePlugin.PpmDecoder)
    assert mode == expected_mode
    np.testing.assert_array_equal(pixels, expected)


def test_twelve_bits_of_a_camera_are_there_at_once(tmp_path: Path) -> None:
    path = tmp_path / "camera.pgm"
    path.write_bytes(file_of("P5", 4095, 2000, 1500))
    start = time.process_time()
    image = read_image(path)
    assert time.process_time() - start < 3, "3 megapixels took 7"
    assert image.levels is not None


def test_a_file_that_is_too_short_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "short.ppm"
    path.write_bytes(file_of("P6", 254)[:-3])
    with pytest.raises(ImageReadError, match="damaged"):
        read_image(path)


def test_runs_and_digits_of_very_many_pixels_are_refused(tmp_path: Path) -> None:
    (tmp_path / "digits.ppm").write_bytes(b"P3 10000 6000 255\n1")
    (tmp_path / "runs.bmp").write_bytes(runs(60_000_000))
    for name in ("digits.ppm", "runs.bmp"):
        with pytest.raises(ImageReadError, match="more than the limit of 50,000,000"):
            read_image(tmp_path / name)
    (tmp_path / "few.bmp").write_bytes(runs(1000))
    assert read_image(tmp_path / "few.bmp").size.area == 1000


def runs(width: int) -> bytes:
    """A line in runs that ends at once."""
    data = b"\x01\x05\0\0\0\x01"
    sizes = (40, width, 1, 1, 8, 1, len(data), 0, 0, 2, 0)
    header = b"".join(n.to_bytes(2 if at in (3, 4) else 4, "little") for at, n in enumerate(sizes))
    start = 14 + len(header) + 8
    return (
        b"BM"
        + (start + len(data)).to_bytes(8, "little")
        + start.to_bytes(4, "little")
        + header
        + bytes(8)
        + data
    )
