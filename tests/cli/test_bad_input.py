"""Odd and broken input on the command line: the right result or one clear line, and no half-written file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from slimsam_core.cli import main
from slimsam_core.files.resources import resources_dir

CAT = resources_dir() / "samples" / "chelsea.jpg"


def segment(image: Path, tiny_model: Path, out: Path, *more: object, point: str = "0.5,0.5") -> int:
    arguments = ("segment", image, "--point", point, "--model", tiny_model, "--out", out, *more)
    return main([str(a) for a in arguments])


@pytest.mark.parametrize(
    ("name", "mode"),
    [("a.png", "L"), ("a.png", "I;16"), ("a.png", "RGBA"), ("a.jpg", "CMYK"), ("a.png", "P"), ("a.png", "1")],
)
def test_every_kind_of_pixels_is_segmented(tmp_path: Path, tiny_model: Path, name: str, mode: str) -> None:
    image, out = tmp_path / name, tmp_path / "out.json"
    Image.new(mode, (40, 30)).save(image)
    assert segment(image, tiny_model, out) == 0
    (entry,) = json.loads(out.read_text())["images"]
    assert (entry["width"], entry["height"]) == (40, 30)


@pytest.mark.parametrize("size", [(1, 1), (20000, 100)])
def test_extreme_shapes_are_segmented(tmp_path: Path, tiny_model: Path, size: tuple[int, int]) -> None:
    image, out = tmp_path / "a.png", tmp_path / "out.json"
    Image.new("RGB", size, (90, 9, 200)).save(image)
    assert segment(image, tiny_model, out) == 0
    (annotation,) = json.loads(out.read_text())["annotations"]
    assert annotation["segmentation"]["size"] == [size[1], size[0]]


def test_clicks_are_in_the_picture_as_seen(
    tmp_path: Path, tiny_model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    image, out = tmp_path / "turned.jpg", tmp_path / "out.json"
    Image.new("RGB", (40, 30)).save(image, exif=exif)
    assert segment(image, tiny_model, out, point="35,5") == 1
    assert "30x40" in capsys.readouterr().err
    assert segment(image, tiny_model, out, point="5,35") == 0
    (annotation,) = json.loads(out.read_text())["annotations"]
    assert annotation["segmentation"]["size"] == [40, 30]


def test_long_names_beyond_ascii(tmp_path: Path, tiny_model: Path) -> None:
    folder = tmp_path / ("d" * 200) / ("猫" * 60) / "ünï фото 😀"
    folder.mkdir(parents=True)
    image, out = folder / "фото.png", folder / "猫.json"
    Image.new("RGB", (40, 30)).save(image)
    assert segment(image, tiny_model, out) == 0
    assert json.loads(out.read_text("utf-8"))["images"][0]["file_name"] == "фото.png"


def test_pictures_that_cannot_be_read(
    tmp_path: Path, tiny_model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "text.jpg").write_text("not a picture")
    (tmp_path / "cut.jpg").write_bytes(CAT.read_bytes()[:9000])
    out = tmp_path / "out.json"
    for image, words in (
        (tmp_path / "text.jpg", "not a picture"),
        (tmp_path / "cut.jpg", "damaged"),
        (tmp_path, "is a folder"),
        (tmp_path / "gone" / "a.jpg", "does not exist"),
    ):
        assert segment(image, tiny_model, out) == 1
        error = capsys.readouterr().err
        assert words in error
        assert error.count("\n") == 1
    assert not out.exists()


def test_a_folder_that_takes_no_files(tiny_model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert segment(CAT, tiny_model, Path("/proc/self/out.json")) == 1
    error = capsys.readouterr().err
    assert "/proc/self/out.json" in error
    assert error.count("\n") == 1


@pytest.mark.parametrize("overlay", ["cat.jpg", "out.json", "same.png", "a.unknown", "no/folder/a.png"])
def test_an_overlay_that_cannot_be_refuses_everything(
    tmp_path: Path, tiny_model: Path, overlay: str, capsys: pytest.CaptureFixture[str]
) -> None:
    image = tmp_path / "cat.jpg"
    image.write_bytes(CAT.read_bytes())
    out = tmp_path / ("same.png" if overlay == "same.png" else "out.json")
    assert segment(image, tiny_model, out, "--overlay", tmp_path / overlay) == 1
    assert overlay in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["cat.jpg"]
    assert image.read_bytes() == CAT.read_bytes()


def test_the_picture_is_never_the_result(tmp_path: Path, tiny_model: Path) -> None:
    image = tmp_path / "cat.jpg"
    image.write_bytes(CAT.read_bytes())
    assert segment(image, tiny_model, image, "--overwrite") == 1
    assert image.read_bytes() == CAT.read_bytes()


@pytest.mark.parametrize(("flag", "value"), [("--points-per-side", "0"), ("--pred-iou-thresh", "7")])
def test_everything_refuses_parameters_out_of_range(
    tmp_path: Path, flag: str, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["everything", str(CAT), flag, value, "--out", str(tmp_path / "out.json")])
    assert caught.value.code == 2
    assert flag.strip("-").replace("-", "_") in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
