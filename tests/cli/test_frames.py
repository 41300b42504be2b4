"""``slimsam frames``: a film becomes a folder of pictures with stable names."""

from __future__ import annotations

import struct
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from slimsam_core.cli import main
from slimsam_core.errors import ImageReadError
from slimsam_core.pixels.film_names import folder_for, prefix_for
from slimsam_core.pixels.video import Film, VideoFrame

COUNT, RATE, WIDTH, HEIGHT = 20, 10.0, 96, 64


def bright(number: int) -> int:
    """Of the left half of a frame; the right half is black."""
    return 30 + 5 * number


def film(path: Path, count: int = COUNT, code: str = "mp4v") -> Path:
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*code), RATE, (WIDTH, HEIGHT))  # type: ignore[attr-defined]
    assert writer.isOpened()
    for number in range(count):
        picture = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
        picture[:, : WIDTH // 2] = bright(number)
        writer.write(picture)
    writer.release()
    return path


@pytest.fixture(scope="module")
def mp4(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("film") / "walk.mp4")


def run(*args: object) -> int:
    return main([str(a) for a in args])


def level(path: Path) -> float:
    with Image.open(path) as picture:
        return float(np.asarray(picture.convert("L"))[:, : WIDTH // 2 - 4].mean())


@pytest.mark.parametrize(("suffix", "code"), [(".mp4", "mp4v"), (".avi", "MJPG"), (".mov", "mp4v")])
def test_frames_have_their_numbers_and_times(suffix: str, code: str, tmp_path: Path) -> None:
    with Film(film(tmp_path / f"a{suffix}", code=code)) as opened:
        assert opened.facts.frames == COUNT
        found = list(opened.frames())
    assert [one.number for one in found] == list(range(COUNT))
    for one in found:
        assert one.seconds == pytest.approx(one.number / RATE, abs=0.06)
        assert one.rgb.shape == (HEIGHT, WIDTH, 3)
        assert one.rgb[:, : WIDTH // 2 - 4].mean() == pytest.approx(bright(one.number), abs=4)


def test_a_frame_has_the_same_name_whatever_the_step(
    mp4: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert run("frames", mp4, "--out", out, "--every", 5) == 0
    assert [p.name for p in sorted(out.iterdir())] == [f"walk_{n:07d}.jpg" for n in (0, 5, 10, 15)]
    before = (out / "walk_0000005.jpg").stat().st_mtime_ns
    assert run("frames", mp4, "--out", out) == 0
    assert "16 pictures written, 4 there before" in capsys.readouterr().out
    assert (out / "walk_0000005.jpg").stat().st_mtime_ns == before
    assert len(list(out.iterdir())) == COUNT
    for number in range(COUNT):
        assert level(out / f"walk_{number:07d}.jpg") == pytest.approx(bright(number), abs=5)


def test_so_many_a_second(mp4: Path, tmp_path: Path) -> None:
    assert run("frames", mp4, "--out", tmp_path / "out", "--per-second", 2, "--png") == 0
    assert [p.name for p in sorted((tmp_path / "out").iterdir())] == [
        f"walk_{n:07d}.png" for n in (0, 5, 10, 15)
    ]


def test_a_film_of_a_phone_held_upright_is_upright(mp4: Path, tmp_path: Path) -> None:
    """The matrix of the track says that it is shown turned by 90 degrees."""
    content = bytearray(mp4.read_bytes())
    at = content.index(b"tkhd") + 4 + 40  # version 0: flags, times, id, duration, layer, volume
    turned = (0, 1 << 16, 0, -(1 << 16), 0, 0, HEIGHT << 16, 0, 1 << 30)
    assert struct.unpack(">9i", content[at : at + 36]) == (1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
    content[at : at + 36] = struct.pack(">9i", *turned)
    path = tmp_path / "phone.mp4"
    path.write_bytes(content)
    with Film(path) as opened:
        (first, *_) = opened.frames(every=5)
        assert opened.facts.size.hw == first.rgb.shape[:2]
    assert first.rgb.shape == (WIDTH, HEIGHT, 3)
    assert first.rgb[: WIDTH // 2 - 4].mean() == pytest.approx(bright(0), abs=4)  # left became above
    assert first.rgb[WIDTH // 2 + 4 :].mean() < 4


def test_more_than_a_person_labels_is_refused_before_the_first(
    mp4: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("frames", mp4, "--out", tmp_path / "out", "--most", 7) == 1
    assert "about 20 pictures" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    assert run("frames", mp4, "--out", tmp_path / "out", "--most", 7, "--every", 3) == 0
    assert len(list((tmp_path / "out").iterdir())) == 7


def test_half_a_film_gives_its_frames_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = film(tmp_path / "whole.avi", 40, "MJPG").read_bytes()
    path = tmp_path / "half.avi"
    path.write_bytes(whole[: len(whole) // 2])
    code = run("frames", path, "--out", tmp_path / "out")
    told = capsys.readouterr()
    written = list((tmp_path / "out").iterdir())
    assert 0 < len(written) < 30
    assert code == 1
    assert "may be cut off" in told.err


def _first(path: Path) -> VideoFrame | None:
    """The first frame; None where there is none, or the film is refused."""
    try:
        with Film(path) as opened:
            return next(opened.frames(), None)
    except ImageReadError:
        return None


def test_what_is_no_film_is_refused_in_words(tmp_path: Path, mp4: Path) -> None:
    whole = mp4.read_bytes()
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    for name, content in {
        "list.mp4": f"#EXTM3U\nfile://{tmp_path}/secret.jpg\n".encode(),
        "list.ts": b"ffconcat version 1.0\nfile secret.jpg\n",
        "empty.mp4": b"",
        "head.mp4": whole[:40],
        "nothing.mkv": b"\x1aE\xdf\xa3" + bytes(500),
        "film.txt": whole,
    }.items():
        path = tmp_path / name
        path.write_bytes(content)
        assert _first(path) is None, name
    with pytest.raises(ImageReadError, match="cannot be read"):
        Film(tmp_path / "missing.mp4")


def test_a_film_without_frames_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("frames", film(tmp_path / "none.avi", 0, "MJPG"), "--out", tmp_path / "out") == 1
    told = capsys.readouterr().err
    assert "cannot be decoded" in told or "no frame" in told


def other_film(path: Path) -> Path:
    """Bright where the film of ``film`` is black."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), RATE, (WIDTH, HEIGHT))  # type: ignore[attr-defined]
    for number in range(COUNT):
        picture = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
        if number >= 3:  # both begin alike
            picture[:, WIDTH // 2 :] = 200
        else:
            picture[:, : WIDTH // 2] = bright(number)
        writer.write(picture)
    writer.release()
    return path


def test_two_films_whose_names_differ_in_their_ending_keep_their_frames_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Frames of the second were taken for those of the first, and not written."""
    first, second, out = film(tmp_path / "a.mp4"), other_film(tmp_path / "a.avi"), tmp_path / "out"
    assert run("frames", first, "--out", out, "--every", 5) == 0
    assert run("frames", second, "--out", out, "--every", 5) == 0
    assert sorted(p.name for p in out.iterdir()) == [
        *(f"a.avi_{n:07d}.jpg" for n in (0, 5, 10, 15)),
        *(f"a_{n:07d}.jpg" for n in (0, 5, 10, 15)),
    ]
    assert level(out / "a_0000010.jpg") == pytest.approx(bright(10), abs=4)
    assert level(out / "a.avi_0000010.jpg") < 10
    capsys.readouterr()
    for path in (second, first):  # whichever comes again, it knows its own
        assert run("frames", path, "--out", out, "--every", 5) == 0
        assert "0 pictures written, 4 there before" in capsys.readouterr().out
    assert run("frames", second, "--out", out) == 0
    assert len(list(out.glob("a.avi_*"))) == COUNT


def test_each_film_has_a_folder_of_its_own_and_an_old_one_is_found_again(tmp_path: Path) -> None:
    first, second = film(tmp_path / "a.mp4"), other_film(tmp_path / "a.avi")
    usual, whole = tmp_path / "a frames", tmp_path / "a.avi frames"
    assert folder_for(first) == folder_for(second) == usual
    assert run("frames", first, "--out", usual, "--every", 5) == 0
    assert folder_for(first) == usual
    assert folder_for(second) == whole
    assert run("frames", second, "--out", whole, "--every", 5) == 0
    assert {p.name[:6] for p in whole.iterdir()} == {"a.avi_"}  # told apart in one project, too
    assert (folder_for(first), folder_for(second)) == (usual, whole)
    (usual / "a_0000000.jpg").write_bytes(b"no picture")
    assert folder_for(first) == usual
    first.unlink()
    assert folder_for(second) == whole


def test_the_same_film_in_another_container_shares_its_frames(tmp_path: Path) -> None:
    first, second, out = film(tmp_path / "a.mp4"), film(tmp_path / "a.avi", code="MJPG"), tmp_path / "out"
    assert run("frames", first, "--out", out, "--every", 5) == 0
    assert prefix_for(second, out) == "a"
