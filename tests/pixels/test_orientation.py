"""A picture is upright everywhere, whatever its format, depth and orientation, whoever wrote it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from slimsam_core.pixels.image_io import image_header, read_image, read_small
from tests.pixels import picture_writers as written

H, W = 48, 80
Pixels = NDArray[np.generic]
ALL = range(1, 9)


def scene(dtype: type[np.generic], channels: int | None) -> Pixels:
    """Another value in every corner, so that no two of the eight orientations look alike."""
    shape = (H, W) if channels is None else (H, W, channels)
    y, x = np.mgrid[:H, :W]
    ramp = (y * 2 + x) / (2 * H + W)
    ramp[: H // 2, : W // 4] = 0.9
    values = np.broadcast_to(ramp if channels is None else ramp[:, :, None], shape).copy()
    if channels is not None:
        values[: H // 3, :, 0] *= 0.5
    top = {"u1": 255, "u2": 65535, "i2": 20000, "i4": 30000, "u4": 60000, "f4": 1.0, "f8": 1.0}[
        np.dtype(dtype).str[1:]
    ]
    return (values * top).astype(dtype)


def seen(upright: Pixels) -> NDArray[np.uint8]:
    """What the picture looks like: the file of the same pixels that says nothing about turning."""
    return (upright if upright.ndim == 3 else np.repeat(upright[:, :, None], 3, axis=2))[:, :, :3].astype(
        np.uint8
    )


def check(path: Path, orientation: int, upright: Pixels, reference: Path, tolerance: int = 0) -> None:
    """Header, pixels and thumbnail agree with those of the upright file."""
    size, said = image_header(path)
    assert size.hw == (H, W)
    assert said == orientation
    picture, plain = read_image(path), read_image(reference)
    assert (picture.exif_orientation, bool(picture.levels)) == (orientation, upright.itemsize > 1)
    assert picture.size == size
    assert np.abs(picture.rgb.astype(int) - plain.rgb).max() <= tolerance
    if upright.itemsize == 1:
        assert np.abs(picture.rgb.astype(int) - seen(upright)).max() <= tolerance
    else:
        assert picture.levels is not None
        values = picture.levels.value(picture.levels.values.astype(float))  # type: ignore[arg-type]
        expected = upright[:, :, :3] if upright.ndim == 3 else upright
        assert np.abs(values - expected.astype(float)).max() <= picture.levels.step
    small = read_small(path, 40)
    assert small.shape == (24, 40, 3)
    assert np.abs(small.astype(int) - read_small(reference, 40)).max() <= max(tolerance, 1)


@pytest.mark.parametrize("orientation", ALL)
@pytest.mark.parametrize("channels", [None, 3, 4])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize("deflate", [False, True], ids=["plain", "deflated"])
def test_tiff(
    tmp_path: Path, orientation: int, channels: int | None, dtype: type[np.generic], deflate: bool
) -> None:
    upright = scene(dtype, channels)
    for name, turn in (("plain.tif", 1), ("turned.tif", orientation)):
        data = written.tiff_bytes(written.as_stored(upright, turn), turn, deflate=deflate)
        (tmp_path / name).write_bytes(data)
    check(tmp_path / "turned.tif", orientation, upright, tmp_path / "plain.tif")


@pytest.mark.parametrize("orientation", ALL)
@pytest.mark.parametrize("big", [False, True], ids=["classic", "big"])
@pytest.mark.parametrize("order", ["<", ">"], ids=["little", "big endian"])
@pytest.mark.parametrize(
    ("dtype", "channels"), [(np.uint8, 3), (np.uint16, None), (np.uint16, 3), (np.int32, None)]
)
def test_both_byte_orders_and_bigtiff(
    tmp_path: Path, orientation: int, big: bool, order: str, dtype: type[np.generic], channels: int | None
) -> None:
    upright = scene(dtype, channels)
    for name, turn in (("plain.tif", 1), ("turned.tif", orientation)):
        data = written.tiff_bytes(written.as_stored(upright, turn), turn, order=order, big=big)
        (tmp_path / name).write_bytes(data)
    check(tmp_path / "turned.tif", orientation, upright, tmp_path / "plain.tif")


@pytest.mark.parametrize("orientation", ALL)
@pytest.mark.parametrize("channels", [None, 3])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("behind", [False, True], ids=["before the pixels", "behind the pixels"])
def test_png(
    tmp_path: Path, orientation: int, channels: int | None, dtype: type[np.generic], behind: bool
) -> None:
    upright = scene(dtype, channels)
    for name, turn in (("plain.png", 1), ("turned.png", orientation)):
        (tmp_path / name).write_bytes(
            written.png_bytes(written.as_stored(upright, turn), turn, behind=behind)
        )
    check(tmp_path / "turned.png", orientation, upright, tmp_path / "plain.png")


@pytest.mark.parametrize("orientation", ALL)
@pytest.mark.parametrize(("write", "name"), [(written.jpeg_bytes, "a.jpg"), (written.webp_bytes, "a.webp")])
@pytest.mark.parametrize("channels", [None, 3])
def test_jpeg_and_webp(
    tmp_path: Path, orientation: int, write: Callable[[Pixels, int], bytes], name: str, channels: int | None
) -> None:
    upright = scene(np.uint8, 3)
    if channels is None:
        upright[:] = upright[:, :, 2:]
    stored = written.as_stored(upright, orientation)
    plain = tmp_path / f"plain {name}"
    plain.write_bytes(write(upright, 1))
    (tmp_path / name).write_bytes(write(stored, orientation))
    check(tmp_path / name, orientation, upright, plain, tolerance=6 if name.endswith("jpg") else 0)


@pytest.mark.parametrize("value", [0, 9, 255, 65535])
def test_an_orientation_that_makes_no_sense_is_upright(tmp_path: Path, value: int) -> None:
    upright = scene(np.uint8, 3)
    (tmp_path / "a.tif").write_bytes(written.tiff_bytes(upright, value))
    (tmp_path / "a.png").write_bytes(written.png_bytes(upright, value))
    for name in ("a.tif", "a.png"):
        assert image_header(tmp_path / name)[1] == 1
        assert np.array_equal(read_image(tmp_path / name).rgb, upright)
