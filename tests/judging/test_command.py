"""``slimsam evaluate`` from the shell: every promised number, a comparison, a report."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from slimsam_core.cli import main
from slimsam_core.commands import evaluate
from slimsam_core.commands.evaluate import row_names
from slimsam_core.library.model_library import ModelLibrary
from tests.synthetic import write_sa1b
from tests.tiny_models import save_tiny

KEYS = (
    "n_objects", "miou_1click", "miou_1click_oracle", "miou_box", "miou_5clicks", "noc85", "noc90",
    "encoder_params", "encoder_macs", "encode_ms", "decode_ms",
)  # fmt: skip


def test_two_models_are_measured_and_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = write_sa1b(tmp_path / "shapes", 3)
    (data / "002.png").write_bytes(b"no picture")
    models = [str(save_tiny(tmp_path / f"m{seed}.safetensors", seed)) for seed in (0, 1)]
    out, report = tmp_path / "metrics.json", tmp_path / "report.html"
    arguments = ["--data", str(data), "--out", str(out), "--report", str(report), "--runtime", "torch"]
    assert main(["evaluate", *models, *arguments]) == 0
    metrics = json.loads(out.read_text())
    assert list(metrics) == ["m0", "m1"]
    for values in metrics.values():
        assert all(isinstance(values[key], int | float) for key in KEYS)
        assert values["n_skipped_images"] == 1
    assert metrics["m1"]["compared_to"]["m0"]["objects"]["n_objects"] == metrics["m0"]["n_objects"]
    assert capsys.readouterr().out.count("\n") == 4
    assert report.read_text().count("<img") == 2 * min(20, metrics["m0"]["n_objects"])


def test_what_cannot_be_written_or_has_no_effect_is_told_before_anything_is_judged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = write_sa1b(tmp_path / "shapes", 1)
    model = str(save_tiny(tmp_path / "m.safetensors"))

    def judged(*_: object) -> None:
        raise AssertionError("it was judged")

    monkeypatch.setattr(evaluate, "_compared", judged)
    given = ["evaluate", model, "--data", str(data)]
    for option in ("--out", "--report", "--markdown"):
        for bad in (tmp_path / "nowhere" / "file", tmp_path):
            assert main([*given, option, str(bad)]) == 1
            assert str(bad) in capsys.readouterr().err
    path = data / "000.json"
    labels = json.loads(path.read_text())
    for one in labels["annotations"]:
        one.pop("point_coords", None)
    path.write_text(json.dumps(labels))
    assert main([*given, "--labelled-click"]) == 1
    assert "shapes: has no points of its own for --labelled-click" in capsys.readouterr().err
    assert main(["evaluate", model, "--on", str(tmp_path / "p.slimsam"), "--format", "coco"]) == 1
    assert "--format and --images are of --data" in capsys.readouterr().err


def test_models_of_one_name_are_told_apart_by_their_folders(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = write_sa1b(tmp_path / "shapes", 1)
    models = []
    for seed, folder in enumerate(("small", "large")):
        (tmp_path / folder).mkdir()
        models.append(str(save_tiny(tmp_path / folder / "model.safetensors", seed)))
    out = tmp_path / "metrics.json"
    arguments = ["--data", str(data), "--out", str(out), "--runtime", "torch", "--clicks", "5"]
    assert main(["evaluate", *models, *arguments]) == 0
    metrics = json.loads(out.read_text())
    assert list(metrics) == ["small/model", "large/model"]
    assert list(metrics["large/model"]["compared_to"]) == ["small/model"]
    assert [line.split(" | ")[0] for line in capsys.readouterr().out.splitlines()[2:]] == [
        "| small/model",
        "| large/model",
    ]


@pytest.mark.parametrize("clicks", ["0", "2", "11"])
def test_clicks_that_the_table_has_no_word_for_are_refused(
    clicks: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", "lite2", "--data", str(tmp_path), "--clicks", clicks]) == 1
    assert "--clicks must be 5 to 10" in capsys.readouterr().err


def test_rows_are_named_as_briefly_as_tells_them_apart(tmp_path: Path) -> None:
    for name in ("a/x/model.pt", "b/x/model.pt", "b/other.pt", "lite2.pt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    files = [str(tmp_path / name) for name in ("a/x/model.pt", "b/x/model.pt", "b/other.pt", "lite2.pt")]
    assert row_names(files) == ["a/x/model", "b/x/model", "other", "lite2"]
    assert row_names([*files[3:], "lite2"]) == [f"{tmp_path.name}/lite2", "lite2"]
    assert row_names([files[2], files[2], "lite2", "lite2"]) == ["other", "other (2)", "lite2", "lite2 (2)"]


def test_data_without_masks_is_an_error_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", ModelLibrary().default().name, "--data", str(tmp_path)]) == 1
    assert capsys.readouterr().err.count("\n") == 1
