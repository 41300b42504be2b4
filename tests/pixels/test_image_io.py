"""Pictures of every kind are read as a person sees them, or refused with a clear word."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from slimsam_core.errors import Cancelled, ImageReadError
from slimsam_core.pixels.folder_search import find_images
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.image_io import (
    file_hash,
    image_size,
    pixels_hash,
    read_image,
    read_small,
)
from slimsam_core.pixels.picture_file import reading
from tests.pixels.picture_writers import tiff_bytes

RED = np.zeros((20, 30, 3), np.uint8)
RED[..., 0] = 200
RED[:10, :15] = (10, 220, 30)


def save(path: Path, mode: str = "RGB", **options: object) -> Path:
    Image.fromarray(RED).convert(mode).save(path, **options)
    return path


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        ("a.png", "RGB"), ("a.png", "RGBA"), ("a.png", "L"), ("a.png", "LA"), ("a.png", "P"), ("a.png", "1"),
        ("a.tif", "CMYK"), ("a.jpg", "CMYK"), ("a.jpg", "L"), ("a.bmp", "RGB"), ("a.webp", "RGB"),
        ("a.gif", "P"),
    ],
)  # fmt: skip
def test_every_mode_becomes_rgb(tmp_path: Path, name: str, mode: str) -> None:
    image = read_image(save(tmp_path / name, mode))
    assert image.rgb.shape == (20, 30, 3)
    assert image.rgb.dtype == np.uint8
    assert not image.rgb.flags.writeable
    if mode in ("RGB", "RGBA", "P"):
        assert np.abs(image.rgb.astype(int) - RED).mean() < 15  # web palette and chroma subsampling


def test_sixteen_bits_are_windowed(tmp_path: Path) -> None:
    values = np.linspace(1000, 5000, 600).reshape(20, 30).astype(np.uint16)
    Image.fromarray(values).save(tmp_path / "deep.png")
    image = read_image(tmp_path / "deep.png")
    assert image.levels is not None
    assert (image.rgb.min(), image.rgb.max()) == (0, 255)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied(tmp_path: Path, orientation: int) -> None:
    path = tmp_path / "turned.jpg"
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(RED).save(path, exif=exif, quality=95, subsampling=0)
    image = read_image(path)
    assert image.exif_orientation == orientation
    assert image.size == image_size(path) == (Size(30, 20) if orientation >= 5 else Size(20, 30))
    corners = {1: (0, 0), 2: (0, -1), 3: (-1, -1), 4: (-1, 0), 5: (0, 0), 6: (0, -1), 7: (-1, -1), 8: (-1, 0)}
    assert image.rgb[corners[orientation]][1] > 150  # the green corner


@pytest.mark.parametrize("size_wh", [(1, 1), (20000, 100), (1, 3000)])
def test_extreme_shapes(tmp_path: Path, size_wh: tuple[int, int]) -> None:
    Image.new("RGB", size_wh, (1, 2, 3)).save(tmp_path / "odd.png")
    assert read_image(tmp_path / "odd.png").size == Size(size_wh[1], size_wh[0])


def test_names_beyond_ascii_and_long_ones(tmp_path: Path) -> None:
    folder = tmp_path
    for _ in range(6):
        folder = folder / ("långt mappnamn 图像 🐈 " * 4)
    folder.mkdir(parents=True)
    path = save(folder / "Übung 1'\"2.png")
    assert read_image(path).size == Size(20, 30)
    assert list(find_images(tmp_path)) == [path]


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_broken_files_say_what_is_wrong(tmp_path: Path) -> None:
    whole = save(tmp_path / "whole.jpg").read_bytes()
    noise = np.random.default_rng(0).integers(0, 255, (200, 200, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / "noise.jpg")
    cut = (tmp_path / "noise.jpg").read_bytes()
    for path, word in [
        (write(tmp_path / "empty.jpg", b""), "empty file"),
        (write(tmp_path / "text.png", b"hello"), "not a picture"),
        (write(tmp_path / "cut.jpg", cut[: len(cut) // 2]), "damaged"),
        (write(tmp_path / "head.jpg", whole[:30]), "text|damaged|not a picture"),
        (tmp_path / "nowhere.jpg", "does not exist"),
        (tmp_path, "is a folder"),
    ]:
        with pytest.raises(ImageReadError, match=word) as caught:
            read_image(path)
        assert caught.value.hint


def test_a_bomb_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    Image.new("1", (30000, 30000)).save(tmp_path / "bomb.png")
    with pytest.raises(ImageReadError, match="30000x30000"):
        read_image(tmp_path / "bomb.png")


def test_hashes_follow_the_content(tmp_path: Path) -> None:
    a, b = save(tmp_path / "a.png"), save(tmp_path / "b.png")
    assert file_hash(a) == file_hash(b)
    other = RED.copy()
    other[3, 3] = 9
    assert pixels_hash(RED) != pixels_hash(other)
    assert pixels_hash(RED) != pixels_hash(RED.reshape(30, 20, 3))


@pytest.mark.parametrize("name", ["a.avif", "a.jp2", "a.j2k", "a.jfif", "a.jpe"])
def test_further_formats_open_and_are_found(tmp_path: Path, name: str) -> None:
    options = {"format": "JPEG"} if name in ("a.jfif", "a.jpe") else {}
    path = save(tmp_path / name, **options, quality=95)
    picture = read_image(path)
    assert picture.size == image_size(path) == Size(20, 30)
    assert np.abs(picture.rgb.astype(int) - RED).mean() < 15
    assert list(find_images(tmp_path)) == [path]
    assert read_small(path, 15).shape == (10, 15, 3)


def test_a_heic_picture_opens_with_the_optional_package(tmp_path: Path) -> None:
    heif = pytest.importorskip("pillow_heif")
    path = tmp_path / "a.heic"
    heif.from_pillow(Image.fromarray(RED)).save(path, quality=95)
    picture = read_image(path)
    assert picture.size == image_size(path) == Size(20, 30)
    assert np.abs(picture.rgb.astype(int) - RED).mean() < 15
    assert list(find_images(tmp_path)) == [path]


def test_without_the_package_a_heic_picture_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "a.heic", b"\0\0\0\x18ftypheic" + bytes(40))
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(ImageReadError, match="HEIC") as caught:
        read_image(path)
    assert "pip install pillow-heif" in caught.value.hint


@pytest.mark.parametrize("name", ["a.tif", "a.gif", "a.webp", "a.png", "a.avif"])
@pytest.mark.parametrize("frames", [1, 3])
def test_the_first_of_several_frames_is_read_and_said_to_be_one(
    tmp_path: Path, name: str, frames: int
) -> None:
    others = [Image.fromarray(np.full_like(RED, 40 * n)) for n in range(frames - 1)]
    Image.fromarray(RED).save(tmp_path / name, save_all=True, append_images=others)
    picture = read_image(tmp_path / name)
    assert picture.several == (frames > 1)
    assert np.abs(picture.rgb.astype(int) - RED).mean() < 15


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int16, np.uint32])
@pytest.mark.parametrize("deflate", [False, True])
def test_rgb_tiffs_of_floats_and_wide_numbers_keep_their_values(
    tmp_path: Path, dtype: type[np.generic], deflate: bool
) -> None:
    top = {"f": 2.5, "i": 30_000, "u": 4_000_000_000}[np.dtype(dtype).kind]
    values = (np.random.default_rng(0).random((20, 30, 3)) * top).astype(dtype)
    path = write(tmp_path / "a.tif", tiff_bytes(values, deflate=deflate))
    picture = read_image(path)
    assert (picture.size, image_size(path), bool(picture.levels)) == (Size(20, 30), Size(20, 30), True)
    assert picture.levels is not None
    found = picture.levels.value(picture.levels.values.astype(float))  # type: ignore[arg-type]
    assert np.abs(found - values).max() <= picture.levels.step


def test_unsigned_grey_of_32_bits_is_not_taken_for_signed(tmp_path: Path) -> None:
    values = np.linspace(0, 4_000_000_000, 600).reshape(20, 30).astype(np.uint32)
    levels = read_image(write(tmp_path / "a.tif", tiff_bytes(values))).levels
    assert levels is not None
    assert np.abs(levels.value(levels.values.astype(float)) - values).max() <= levels.step  # type: ignore[arg-type]


def test_a_tiff_that_would_be_read_wrong_is_refused_with_a_word(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tif", tiff_bytes(np.zeros((4, 6), np.float16)))
    with pytest.raises(ImageReadError, match="floats of 16 bits"):
        read_image(path)


def test_whatever_a_decoder_raises_names_the_file(tmp_path: Path) -> None:
    for error in (KeyError("x"), RecursionError("deep"), AttributeError("a"), ZeroDivisionError()):
        with pytest.raises(ImageReadError, match=r"b\.jpg is damaged"), reading(tmp_path / "b.jpg"):
            raise error
    with pytest.raises(Cancelled), reading(tmp_path / "b.jpg"):
        raise Cancelled


@pytest.mark.skipif(os.name != "posix", reason="needs links")
def test_a_link_that_leads_in_a_circle_is_told(tmp_path: Path) -> None:
    (tmp_path / "ring.png").symlink_to("ring.png")
    with pytest.raises(ImageReadError, match="leads in a circle"):
        read_image(tmp_path / "ring.png")


@pytest.mark.parametrize(
    ("mode", "alpha", "transparent"),
    [("RGBA", 255, False), ("RGBA", 254, True), ("LA", 255, False), ("LA", 0, True), ("RGB", None, False)],
)
def test_a_picture_that_is_not_opaque_everywhere_says_so_and_keeps_its_colours(
    tmp_path: Path, mode: str, alpha: int | None, transparent: bool
) -> None:
    image = Image.new(mode, (6, 4), {"RGBA": (10, 20, 30, 255), "LA": (10, 255), "RGB": (10, 20, 30)}[mode])
    if alpha is not None:
        channel = Image.new("L", (6, 4), 255)
        channel.putpixel((2, 1), alpha)
        image.putalpha(channel)
    image.save(tmp_path / "a.png")
    found = read_image(tmp_path / "a.png")
    assert found.transparent is transparent
    assert (found.rgb == found.rgb[0, 0]).all(), "the colour below the hole is shown"
