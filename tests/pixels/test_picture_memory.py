"""What decoding is said to take is what it takes at most, measured for each kind of decoder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from slimsam_core.pixels.image_io import _is_deep
from slimsam_core.pixels.picture_file import open_picture
from slimsam_core.pixels.picture_memory import FIXED_BYTES, decoding_bytes
from tests.hostile.claims import CLAIMS, INSIDE, TILE_SIDE

SIDE = 3_000
"""9 megapixels: what is measured is several times what does not depend on the size."""
ROOT = Path(__file__).parents[2]

MEASURE = """
import os, sys
import cv2
from slimsam_core.pixels.image_io import _is_deep, image_header, read_image, read_small
from slimsam_core.pixels.picture_file import open_picture
from slimsam_core.pixels.picture_memory import decoding_bytes

def most(door, path):
    process = os.fork()
    if process == 0:
        door(path)
        os._exit(0)
    _, status, used = os.wait4(process, 0)
    assert status == 0, path
    return used.ru_maxrss * 1024

for path in sys.argv[1:]:
    before = most(image_header, path)
    taken = max(most(read_image, path), most(lambda p: read_small(p, 96), path)) - before
    with open_picture(path) as opened:
        print(taken, decoding_bytes(opened, _is_deep(opened)))
"""


def _pictures(folder: Path) -> list[Path]:
    """A picture for each way of decoding that takes memory of its own."""
    rgb = np.full((SIDE, SIDE, 3), 90, np.uint8)
    rgb[:, ::100] = 7
    image, written = Image.fromarray(rgb), []

    def path(name: str) -> Path:
        written.append(folder / name)
        return folder / name

    image.save(path("a.webp"), lossless=True, quality=0, method=0)
    image.save(path("a.avif"), speed=10, subsampling="4:4:4")
    image.save(path("tile.jp2"))
    image.save(path("tiles.jp2"), tile_size=(500, 500))
    image.save(path("scans.jpg"), progressive=True, subsampling=0)
    image.convert("CMYK").save(path("inks.jpg"), progressive=True)
    image.convert("RGBA").save(path("a.png"), compress_level=1)
    image.convert("1").save(path("bits.png"))
    image.convert("CMYK").save(path("inks.tif"), compression="tiff_adobe_deflate")
    image.convert("L").convert("F").save(path("floats.tif"), compression="tiff_adobe_deflate")
    Image.fromarray(rgb[:, :, 0].astype(np.uint16) * 256).save(path("grey16.png"), compress_level=1)
    Image.new("L", (1, SIDE * SIDE)).save(path("lines.png"), compress_level=1)
    assert cv2.imwrite(str(path("deep.png")), rgb.astype(np.uint16) * 256)
    assert cv2.imwrite(str(path("doubles.tif")), rgb[:, :, 0].astype(np.float64))
    return written


@pytest.mark.skipif(sys.platform != "linux", reason="memory of a process as Linux tells it")
@pytest.mark.timeout(300)
def test_no_decoder_takes_more_than_is_said(tmp_path: Path) -> None:
    paths = _pictures(tmp_path)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, *map(str, paths)],
        env=environment, capture_output=True, text=True, timeout=300, check=True,
    )  # fmt: skip
    lines = [[int(number) for number in line.split()] for line in done.stdout.splitlines()]
    for path, (taken, said) in zip(paths, lines, strict=True):
        assert taken <= said, f"{path.name} takes {taken >> 20} MiB, and {said >> 20} MiB are said"
        assert said <= 2 * taken + FIXED_BYTES, f"{path.name} is refused where it fits twice"


def test_a_tile_counts_however_little_of_it_shows(tmp_path: Path) -> None:
    (tmp_path / "a.tif").write_bytes(INSIDE["larger tile.tif"][1]())
    with open_picture(tmp_path / "a.tif") as opened:
        assert opened.stored.hw == (64, 64)
        assert opened.decoded_area == TILE_SIDE**2
        assert decoding_bytes(opened, _is_deep(opened)) > TILE_SIDE**2 * 3 * 2


def test_every_claim_counts_with_its_pixels(tmp_path: Path) -> None:
    """A megabyte a megapixel at least, however few bytes the file has."""
    for name, content in CLAIMS.items():
        if name != "canvas.webp":
            (tmp_path / name).write_bytes(content())
            with open_picture(tmp_path / name) as opened:
                assert decoding_bytes(opened, _is_deep(opened)) > 4 * opened.stored.area > 10**9, name
