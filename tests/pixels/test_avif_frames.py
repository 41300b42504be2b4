"""The size that an AVIF file says is that of its frames, or it is refused, or the largest frame counts."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from random import Random

import pytest
from PIL import Image

from slimsam_core.errors import ImageReadError
from slimsam_core.pixels.avif_frames import MAX_FRAME_PIXELS, avif_frames
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.image_io import image_size, read_image, read_small
from slimsam_core.pixels.picture_file import open_picture
from slimsam_core.pixels.picture_memory import decoding_bytes


def saved(size: Size, mode: str = "RGB", **options: object) -> bytearray:
    buffer = io.BytesIO()
    Image.new(mode, (size.width, size.height)).save(buffer, "AVIF", speed=10, **options)
    return bytearray(buffer.getvalue())


@pytest.mark.parametrize("size", [Size(1, 1), Size(57, 101), Size(64, 64), Size(3001, 400)], ids=str)
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L"])
def test_every_frame_of_a_whole_file_is_found(size: Size, mode: str, tmp_path: Path) -> None:
    (tmp_path / "a.avif").write_bytes(saved(size, mode))
    with (tmp_path / "a.avif").open("rb") as file:
        frames = avif_frames(file)
    assert frames is not None
    assert [(frame.said, frame.coded, frame.largest) for frame in frames] == [(size, size, size.area)] * (
        2 if mode == "RGBA" else 1
    )
    assert read_image(tmp_path / "a.avif").size == size
    with open_picture(tmp_path / "a.avif") as opened:
        assert opened.decoded_area == size.area


@pytest.mark.parametrize("door", [image_size, read_image, lambda path: read_small(path, 16)])
def test_a_file_that_says_another_size_is_refused_by_name(door: object, tmp_path: Path) -> None:
    data = saved(Size(300, 400))
    at = data.index(b"ispe") + 8
    data[at : at + 8] = struct.pack(">II", 40, 30)
    (tmp_path / "a.avif").write_bytes(data)
    assert callable(door)
    with pytest.raises(ImageReadError, match=r"a\.avif says that it has 40x30 pixels, and holds .* 400x300"):
        door(tmp_path / "a.avif")


def long_header(size: Size) -> bytes:
    """A coded picture that begins with a header behind which frames may say sizes of their own."""
    bits = f"{0:05b}{0:02b}{0:05b}{0:017b}{15:04b}{15:04b}{size.width - 1:016b}{size.height - 1:016b}"
    body = int(bits.ljust(-(-len(bits) // 8) * 8, "0"), 2).to_bytes(-(-len(bits) // 8), "big")
    return b"\x12\x00" + bytes([1 << 3 | 2, len(body)]) + body


def elsewhere(data: bytearray, picture: bytes) -> bytes:
    """The same file with another coded picture."""
    at = data.index(b"iloc") + 4 + 4 + 4 + 2 + 2 + 2
    data[at : at + 8] = struct.pack(">II", len(data) + 8, len(picture))
    return bytes(data) + struct.pack(">I", len(picture) + 8) + b"mdat" + picture


def test_frames_that_may_say_their_own_size_count_as_the_largest(tmp_path: Path) -> None:
    size = Size(30, 40)
    data = elsewhere(saved(size), long_header(size))
    (frame,) = avif_frames(io.BytesIO(data)) or ()
    assert (frame.said, frame.coded, frame.largest) == (size, size, MAX_FRAME_PIXELS)
    (tmp_path / "a.avif").write_bytes(data)
    with open_picture(tmp_path / "a.avif") as opened:
        assert opened.stored == size
        assert decoding_bytes(opened, False) > 4 * MAX_FRAME_PIXELS


def test_a_film_counts_as_the_largest(tmp_path: Path) -> None:
    film = Image.new("RGB", (40, 30))
    film.save(tmp_path / "a.avif", save_all=True, append_images=[Image.new("RGB", (40, 30), "red")])
    with open_picture(tmp_path / "a.avif") as opened:
        assert opened.decoded_area == MAX_FRAME_PIXELS
    assert read_image(tmp_path / "a.avif").size == Size(30, 40)


def test_damaged_files_end_in_an_answer() -> None:
    whole, rng, told = saved(Size(30, 40), "RGBA"), Random(5), 0
    for _ in range(3_000):
        data = bytearray(whole)
        for _ in range(rng.randint(1, 4)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        told += avif_frames(io.BytesIO(bytes(data[: rng.randint(1, len(data))]))) is not None
    assert told > 0, "some lose nothing that matters here"
