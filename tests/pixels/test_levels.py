"""Pictures of more than 8 bits: their values, the automatic window, and what the model sees of them."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from slimsam_core.errors import ImageReadError
from slimsam_core.pixels.image_io import read_image
from slimsam_core.pixels.levels import TOP, auto_window, levels_of, to_rgb, window_curve


def cells(seed: int = 0) -> NDArray[np.uint16]:
    """Like a micrograph: a dark ground, brighter discs, a hot pixel and a dead one."""
    rng = np.random.default_rng(seed)
    values = rng.normal(900, 30, (120, 160))
    yy, xx = np.mgrid[:120, :160]
    values[(xx - 80) ** 2 + (yy - 60) ** 2 < 30**2] += 1500
    values[3, 4], values[5, 6] = 65535, 0
    return np.clip(values, 0, 65535).astype(np.uint16)


@pytest.mark.parametrize("name", ["a.png", "a.tif", "big endian.tif"])
def test_sixteen_bit_grey_keeps_its_values_and_hot_pixels_do_not_darken_it(tmp_path: Path, name: str) -> None:
    values = cells()
    if name.startswith("big"):
        Image.frombytes("I;16B", (160, 120), values.astype(">u2").tobytes()).save(tmp_path / name)
    else:
        Image.fromarray(values).save(tmp_path / name)
    picture = read_image(tmp_path / name)
    assert picture.levels is not None
    assert picture.levels is not None
    assert np.array_equal(picture.levels.values, values)
    assert not picture.levels.values.flags.writeable
    assert (picture.levels.zero, picture.levels.step) == (0.0, 1.0)
    low, high = picture.levels.window
    assert 780 < low < 900
    assert 2400 < high < 2600
    assert picture.rgb[60, 80, 0] > 200, "the disc is bright"
    assert picture.rgb[110, 150, 0] < 60, "the ground is dark"
    assert np.array_equal(picture.rgb, read_image(tmp_path / name).rgb)
    assert picture.nbytes == picture.rgb.nbytes + values.nbytes


@pytest.mark.parametrize("name", ["a.png", "a.tif"])
@pytest.mark.parametrize("channels", [3, 4])
def test_sixteen_bit_colour_keeps_its_values_and_its_colours(
    tmp_path: Path, name: str, channels: int
) -> None:
    bgr = np.random.default_rng(0).integers(20_000, 40_000, (20, 30, channels), np.uint16)
    assert cv2.imwrite(str(tmp_path / name), bgr)
    picture = read_image(tmp_path / name)
    assert picture.levels is not None
    assert np.array_equal(picture.levels.values, bgr[:, :, 2::-1])
    assert picture.levels.window == (0, TOP), "colours are shown as they are meant"
    assert np.abs(picture.rgb.astype(int) - picture.levels.values / 257).max() <= 0.5 + 1e-9


@pytest.mark.parametrize("orientation", range(1, 9))
def test_deep_pictures_are_turned_upright(tmp_path: Path, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    values = np.arange(600, dtype=np.uint16).reshape(20, 30) * 100
    Image.fromarray(values).save(tmp_path / "deep.png", exif=exif)
    shallow = (values // 256).astype(np.uint8)
    Image.fromarray(shallow).save(tmp_path / "shallow.png", exif=exif)
    deep, plain = read_image(tmp_path / "deep.png"), read_image(tmp_path / "shallow.png")
    assert deep.levels is not None
    assert np.array_equal(deep.levels.values // 256, plain.rgb[:, :, 0])
    assert deep.size == plain.size


def test_signed_and_float_values_are_told_as_in_the_file(tmp_path: Path) -> None:
    signed = np.linspace(-1000, 3000, 600).astype(np.int32).reshape(20, 30)
    Image.fromarray(signed).save(tmp_path / "ct.tif")
    levels = read_image(tmp_path / "ct.tif").levels
    assert levels is not None
    assert np.array_equal(levels.value(levels.values.astype(float)), signed)  # type: ignore[arg-type]
    height = np.linspace(-0.25, 0.75, 600, dtype=np.float32).reshape(20, 30)
    height[0, 0] = np.nan
    Image.fromarray(height).save(tmp_path / "height.tif")
    levels = read_image(tmp_path / "height.tif").levels
    assert levels is not None
    assert levels.value(float(levels.values[19, 29])) == pytest.approx(0.75)
    assert levels.level(levels.value(1234.0)) == pytest.approx(1234.0)


@pytest.mark.parametrize(
    ("values", "window"),
    [
        (np.full((10, 10), 7, np.uint16), (7, 8)),
        (np.full((10, 10), TOP, np.uint16), (TOP - 1, TOP)),
        (np.zeros((1, 1), np.uint16), (0, 1)),
    ],
)
def test_a_picture_of_one_value_has_a_window(values: NDArray[np.uint16], window: tuple[float, float]) -> None:
    assert auto_window(values) == window


def test_a_few_bright_pixels_on_black_are_seen() -> None:
    values = np.zeros((100, 100), np.uint16)
    values[50, 50:55] = 5000
    assert auto_window(values) == (0, 5000)
    assert to_rgb(levels_of(values))[50, 52].tolist() == [255, 255, 255]


def test_a_window_is_linear_between_its_ends() -> None:
    curve = window_curve((1000.0, 2000.0))
    assert (curve[0], curve[1000], curve[1500], curve[2000], curve[TOP]) == (0, 0, 128, 255, 255)
    assert (np.diff(curve.astype(int)) >= 0).all()


def test_a_cut_off_deep_picture_is_refused(tmp_path: Path) -> None:
    bgr = np.random.default_rng(0).integers(0, TOP, (60, 60, 3), np.uint16)
    cv2.imwrite(str(tmp_path / "whole.png"), bgr)
    data = (tmp_path / "whole.png").read_bytes()
    (tmp_path / "cut.png").write_bytes(data[: len(data) // 2])
    with pytest.raises(ImageReadError, match="damaged"):
        read_image(tmp_path / "cut.png")
