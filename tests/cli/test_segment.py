"""``slimsam segment`` and ``slimsam everything`` as a person types them."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from PIL import Image
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO

from slimsam_core.cli import main
from slimsam_core.files.resources import resources_dir

SAMPLES = resources_dir() / "samples"


def run(*args: object) -> int:
    return main([str(a) for a in args])


def test_one_click_makes_a_complete_coco_file(
    tmp_path: Path, tiny_model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, overlay = tmp_path / "cat.json", tmp_path / "cat.png"
    image = SAMPLES / "chelsea.jpg"
    assert (
        run("segment", image, "--point", "170,115", "--model", tiny_model, "--out", out, "--overlay", overlay)
        == 0
    )
    coco = COCO(str(out))
    (annotation,) = coco.loadAnns(coco.getAnnIds())
    assert coco.loadImgs([1])[0]["file_name"] == "chelsea.jpg"
    assert (coco.loadImgs([1])[0]["height"], coco.loadImgs([1])[0]["width"]) == (300, 451)
    assert isinstance(json.loads(out.read_text())["annotations"][0]["segmentation"]["counts"], str)
    assert coco.annToMask(annotation).shape == (300, 451)
    assert coco.annToMask(annotation).sum() == annotation["area"]
    with Image.open(overlay) as picture:
        assert picture.size == (451, 300)
    assert "1 object" in capsys.readouterr().out


def photographer() -> object:
    """The mask of the man in camera.jpg, drawn by hand."""
    expected = COCO(str(SAMPLES / "expected.json"))
    (category,) = expected.getCatIds(catNms=["photographer"])
    (drawn,) = expected.loadAnns(expected.getAnnIds(catIds=[category]))
    return expected.annToRLE(drawn)


def test_the_bundled_model_finds_the_photographer(tmp_path: Path) -> None:
    out = tmp_path / "photographer.json"
    assert run("segment", SAMPLES / "camera.jpg", "--box", "0,64,332,512", "--out", out) == 0
    found = COCO(str(out))
    assert coco_mask.iou([found.annToRLE(found.loadAnns([1])[0])], [photographer()], [0])[0, 0] >= 0.85


def test_the_reason_why_no_faster_engine_runs_is_told(
    tmp_path: Path, tiny_model: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    for command, *options in (("segment", "--point", "9,9"), ("everything", "--points-per-side", 2)):
        out = tmp_path / f"{command}.json"
        assert run(command, SAMPLES / "chelsea.jpg", *options, "--model", tiny_model, "--out", out) == 0
        said = capsys.readouterr()
        assert "PyTorch, CPU, float32 (OpenVINO cannot be loaded" in said.out + said.err


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--point", "1"),
        ("--point", "1,2,3"),
        ("--point", "1,nan"),
        ("--point", "a,b"),
        ("--point", "1,2,1,4"),
        ("--box", "1,2,3"),
        ("--box", "5,5,5,9"),
        ("--colour", "red"),
        ("--point", "1,2,0"),
        ("--point", "1,2", "--label", " "),
        ("--point", "1,2", "--label", ""),
    ],
)
def test_wrong_usage_exits_with_2(
    tmp_path: Path, arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        run("segment", SAMPLES / "chelsea.jpg", *arguments, "--out", tmp_path / "x.json")
    assert caught.value.code == 2
    assert "usage: slimsam" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_failures_exit_with_1_one_line_and_no_file(
    tmp_path: Path, tiny_model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty.jpg").write_bytes(b"")
    (tmp_path / "weights.safetensors").write_bytes(b"no weights")
    sample, out = SAMPLES / "chelsea.jpg", tmp_path / "out.json"
    for image, model, target, words in (
        (tmp_path / "empty.jpg", tiny_model, out, "empty file"),
        (tmp_path / "missing.jpg", tiny_model, out, "does not exist"),
        (sample, tmp_path / "weights.safetensors", out, "weights.safetensors"),
        (sample, "no-such-model", out, "no-such-model"),
        (sample, tiny_model, tmp_path / "no" / "folder" / "out.json", "folder"),
    ):
        assert run("segment", image, "--point", "9,9", "--model", model, "--out", target) == 1
        error = capsys.readouterr().err
        assert words in error
        assert error.count("\n") == 1, error
    assert not out.exists()


def test_a_prompt_outside_the_picture_is_refused(
    tmp_path: Path, tiny_model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.json"
    assert (
        run("segment", SAMPLES / "chelsea.jpg", "--point", "900,10", "--model", tiny_model, "--out", out) == 1
    )
    assert "outside" in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.parametrize(
    "arguments", [("--point", "-5,10"), ("--point=-5,10"), ("--point", "9,9", "--box", "-5,10,-1,12")]
)
def test_negative_coordinates_are_values_not_options(
    tmp_path: Path, tiny_model: Path, arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    given = (arguments,) if isinstance(arguments, str) else arguments
    out = tmp_path / "out.json"
    assert run("segment", SAMPLES / "chelsea.jpg", *given, "--model", tiny_model, "--out", out) == 1
    assert "outside" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["o.png", "o.jpg"])
def test_an_overlay_replaces_only_own_pictures(
    tmp_path: Path, tiny_model: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    overlay = tmp_path / name
    common = ("segment", SAMPLES / "chelsea.jpg", "--point", "9,9", "--model", tiny_model)
    arguments = (*common, "--out", tmp_path / "a.json", "--overlay", overlay)
    assert run(*arguments) == 0
    assert run(*arguments) == 0
    Image.new("RGB", (5, 4)).save(overlay)
    assert run(*arguments) == 1
    assert f"{name} exists and was not written by this program" in capsys.readouterr().err
    with Image.open(overlay) as picture:
        assert picture.size == (5, 4)
    assert run(*arguments, "--overwrite") == 0
    with Image.open(overlay) as picture:
        assert picture.size == (451, 300)


def test_only_own_files_are_replaced(
    tmp_path: Path, tiny_model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.json"
    arguments = ("segment", SAMPLES / "chelsea.jpg", "--point", "9,9", "--model", tiny_model, "--out", out)
    assert run(*arguments) == 0
    assert run(*arguments) == 0
    out.write_text("somebody's work")
    assert run(*arguments) == 1
    assert "--overwrite" in capsys.readouterr().err
    assert out.read_text() == "somebody's work"
    assert run(*arguments, "--overwrite") == 0


def test_odd_labels_survive(tmp_path: Path, tiny_model: Path) -> None:
    label = "a \"quoted\" 'label' 🐈 " + "x" * 300
    out = tmp_path / "out.json"
    image = SAMPLES / "chelsea.jpg"
    assert run("segment", image, "--point", "9,9", "--label", label, "--model", tiny_model, "--out", out) == 0
    assert json.loads(out.read_text("utf-8"))["categories"][0]["name"] == label


def test_everything_of_a_folder_skips_what_cannot_be_read(
    tmp_path: Path, tiny_model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "pictures"
    (folder / "sub").mkdir(parents=True)
    for name, target in (("chelsea", folder), ("coffee", folder / "sub")):
        with Image.open(SAMPLES / f"{name}.jpg") as picture:
            picture.resize((90, 60)).save(target / "a.png")
    (folder / "broken.jpg").write_bytes(b"")
    out = tmp_path / "all.json"
    options = ("--points-per-side", 3, "--pred-iou-thresh", 0, "--stability-score-thresh", 0)
    assert run("everything", folder, "--out", out, "--model", tiny_model, *options) == 0
    coco = COCO(str(out))
    assert [i["file_name"] for i in coco.loadImgs(coco.getImgIds())] == ["a.png", "sub/a.png"]
    assert "1 left out" in capsys.readouterr().out


def test_everything_with_the_bundled_model_finds_the_photographer(tmp_path: Path) -> None:
    out = tmp_path / "all.json"
    assert run("everything", SAMPLES / "camera.jpg", "--out", out, "--runtime", "torch") == 0
    found = COCO(str(out))
    masks = [found.annToRLE(one) for one in found.loadAnns(found.getAnnIds())]
    assert len(masks) < 10
    assert coco_mask.iou(masks, [photographer()], [0]).max() > 0.8


def test_everything_of_an_empty_folder_says_so(
    tmp_path: Path, tiny_model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "none").mkdir()
    assert run("everything", tmp_path / "none", "--out", tmp_path / "x.json", "--model", tiny_model) == 1
    assert "holds no pictures" in capsys.readouterr().err


def test_everything_that_finds_nothing_says_what_to_try(
    tmp_path: Path, tiny_model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--points-per-side", 2, "--pred-iou-thresh", 1, "--stability-score-thresh", 1)
    out = tmp_path / "none.json"
    assert run("everything", SAMPLES / "chelsea.jpg", "--out", out, "--model", tiny_model, *options) == 0
    assert "--pred-iou-thresh" in capsys.readouterr().err
    assert not COCO(str(out)).getAnnIds()
