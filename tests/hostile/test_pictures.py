"""Pictures from a stranger start nothing, hang nothing and take no more memory than their pixels."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.hostile.child import Yard
from tests.hostile.claims import CLAIMS, INSIDE, write_claims
from tests.hostile.pictures import HARMFUL, NO_FILES, bits_png
from tests.pixels.picture_writers import jpeg_bytes

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits of Linux")

READ = """
from slimsam_core.errors import ImageReadError
from slimsam_core.pixels.image_io import file_hash, image_header, read_image, read_small
for path in sys.argv[1:]:
    for door in (image_header, read_image, lambda p: read_small(p, 96), file_hash):
        try:
            door(path)
        except ImageReadError as error:
            print("refused", error)
        else:
            print("opened")
assert not {f"PIL.{name}ImagePlugin" for name in ("Eps", "Wmf", "Fpx", "Mic", "Psd")} & set(sys.modules)
"""
LITTLE_MEMORY = """
import slimsam_core.pixels.image_io as io
io.available_memory = lambda: 1 << 30
"""
"""A computer on which one GB is free."""
COMMAND = """
from slimsam_core.cli import main
code = main(sys.argv[1:])
print("code", code)
"""


@pytest.fixture
def yard(tmp_path: Path) -> Yard:
    return Yard(tmp_path)


@pytest.mark.parametrize("name", HARMFUL)
def test_a_harmful_file_is_opened_or_refused(yard: Yard, name: str) -> None:
    HARMFUL[name](yard.pictures / name)
    ended = yard.run(READ, str(yard.pictures / name))
    assert ended.code == 0, ended.err
    assert ended.peak_bytes < 500 << 20, "the largest file has 49 MB, and Python and its libraries 150"
    yard.check()


@pytest.mark.parametrize("name", ["exif.jpg", "loop.tif", "comment.gif"])
def test_what_is_odd_beside_the_pixels_does_not_cost_the_picture(yard: Yard, name: str) -> None:
    HARMFUL[name](yard.pictures / name)
    ended = yard.run(READ, str(yard.pictures / name))
    assert ended.out.count("opened") == 4, ended.out


@pytest.mark.parametrize("name", NO_FILES)
def test_what_is_no_file_is_never_opened(yard: Yard, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(yard.pictures)
    NO_FILES[name](yard.pictures / name)
    ended = yard.run(READ, str(yard.pictures / name))
    assert ended.code == 0, ended.err
    assert ended.out.count("refused") == 4, ended.out
    assert ended.peak_bytes < 300 << 20
    yard.check()


def test_memory_is_bounded_by_the_decoded_size(yard: Yard) -> None:
    path = yard.pictures / "bits.png"
    bits_png(path)
    ended = yard.run(
        "from slimsam_core.pixels.image_io import read_image\nprint(read_image(sys.argv[1]).size)", str(path)
    )
    assert ended.code == 0, ended.err
    assert "22000x22000" in ended.out
    pixels = 22_000 * 22_000
    assert ended.peak_bytes < pixels * (3 + 1) + (400 << 20), "the picture, and Pillow's byte for each bit"


def test_a_picture_that_does_not_fit_is_refused_before_it_is_decoded(yard: Yard) -> None:
    path = yard.pictures / "bits.png"
    bits_png(path)
    ended = yard.run(LITTLE_MEMORY + READ, str(path))
    assert ended.code == 0, ended.err
    assert "GB are free" in ended.out
    assert ended.peak_bytes < 300 << 20
    ended = yard.run(READ, str(path), memory=1_500 << 20)  # and where the system itself says no
    assert ended.code == 0, ended.err
    assert "not enough memory" in ended.out


def test_a_few_bytes_that_claim_hundreds_of_megapixels(yard: Yard) -> None:
    write_claims(yard.pictures)
    ended = yard.run(LITTLE_MEMORY + READ, *(str(yard.pictures / name) for name in CLAIMS))
    assert ended.code == 0, ended.err
    assert ended.out.count("GB are free") == 2 * (len(CLAIMS) - 1), "pixels and thumbnail of each"
    assert ended.out.count("more than the limit") == 3, "a canvas that no picture may have, also its header"
    assert ended.peak_bytes < 300 << 20
    yard.check()


def test_what_is_larger_inside_than_it_says_is_refused_before_it_is_decoded(yard: Yard) -> None:
    for name, (_, content) in INSIDE.items():
        (yard.pictures / name).write_bytes(content())
    ended = yard.run(LITTLE_MEMORY + READ, *(str(yard.pictures / name) for name in INSIDE))
    assert ended.code == 0, ended.err
    for name, (words, _) in INSIDE.items():
        told = [line for line in ended.out.splitlines() if f"/{name} " in line]
        assert len(told) >= 2, f"{name}: its pixels, or its thumbnail, were read"
        assert all(words in line for line in told), told
    assert ended.peak_bytes < 300 << 20
    yard.check()


@pytest.mark.parametrize("command", ["project create", "prepare"])
def test_a_folder_of_all_of_them_is_gone_through(
    yard: Yard, tiny_model: Path, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(yard.pictures)
    for name, write in {**HARMFUL, **NO_FILES}.items():
        if name != "itself.jpg":
            write(yard.pictures / name)
    write_claims(yard.pictures)
    (yard.pictures / "good.jpg").write_bytes(jpeg_bytes(_picture(), 6))
    project = yard.base / "p.slimsam"
    arguments = {
        "project create": ["project", "create", str(project), str(yard.pictures)],
        "prepare": ["prepare", str(yard.pictures), "--model", str(tiny_model), "--runtime", "torch"],
    }[command]
    ended = yard.run(LITTLE_MEMORY + COMMAND, *arguments, memory=12 << 30)  # torch reserves much
    assert "Traceback" not in ended.err
    assert ended.code == 0, ended.err
    yard.check()


WINDOW = """
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from slimsam_app.app import create_window
from slimsam_app.settings import Settings
application = QApplication([])
window = create_window(application, Settings(Path(sys.argv[1])))
window.show()
window.workbench.open([Path(sys.argv[2])])
navigator, seen = window.workbench.navigator, set()
def go_on():
    if window.workbench.pool.busy or not navigator.ids:
        return
    seen.add(navigator.current_id)
    following = [one for one in navigator.ids if one not in seen]
    if not following:
        print("pictures", len(seen))
        window.close()
        application.quit()
        return
    window.thumbnails.pixmap(following[0])
    navigator.go(following[0])
timer = QTimer(application, interval=20)
timer.timeout.connect(go_on)
timer.start()
application.exec()
"""


def test_the_window_shows_such_a_folder(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(yard.pictures)
    for name, write in {**HARMFUL, **NO_FILES}.items():
        if name != "itself.jpg":
            write(yard.pictures / name)
    write_claims(yard.pictures)
    (yard.pictures / "good.jpg").write_bytes(jpeg_bytes(_picture(), 6))
    ended = yard.run(
        LITTLE_MEMORY + WINDOW, str(yard.base / "settings.json"), str(yard.pictures), memory=6 << 30
    )
    assert "Traceback" not in ended.err
    assert ended.code == 0, ended.err
    assert f"pictures {len(HARMFUL) + len(CLAIMS) + 1}" in ended.out
    assert ended.peak_bytes < 1 << 30
    yard.check()


def _picture():  # type: ignore[no-untyped-def]
    import numpy as np

    return np.random.default_rng(0).integers(0, 255, (60, 80, 3), np.uint8)
