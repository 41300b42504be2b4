"""``slimsam bench`` measures what it says, with the engines that are there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from slimsam_core.benchmarks import engines, run
from slimsam_core.cli import main

pytestmark = pytest.mark.timeout(600)  # the conversion and four processes, on whatever else runs here


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict:  # type: ignore[type-arg]
    """One run with the tiny architecture, which no peer can build."""
    folder = tmp_path_factory.mktemp("bench")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        arguments = ["bench", "--random-weights", "--model", "tiny-test", "--repeat", "2"]
        out = folder / "out.json"
        assert main([*arguments, "--against", "segment-anything", "--out", str(out)]) == 0
    return json.loads(out.read_text())  # type: ignore[no-any-return]


def test_every_own_runtime_is_measured_and_agrees(report: dict) -> None:  # type: ignore[type-arg]
    assert list(report["engines"]) == ["openvino", "torch"]
    assert report["ours"] == "openvino"
    for one in report["engines"].values():
        assert one["encode"]["runs"] == 2
        assert one["decode"]["runs"] == 2 * report["clicks"]
        assert 0 < one["encode"]["p50"] <= one["encode"]["p95"]
        assert one["decode"]["cpu_p50"] > 0
        assert one["agreement"] > 0.97
        assert one["peak_memory_bytes"] > 1e7
    assert report["engines"]["torch"]["agreement"] == 1.0


def test_an_engine_that_cannot_be_measured_is_listed_with_its_reason(report: dict) -> None:  # type: ignore[type-arg]
    assert "segment-anything" in report["failed"]
    assert report["failed"]["segment-anything"]
    assert report["ratios"] == {}


def test_the_machine_and_everything_are_recorded(report: dict) -> None:  # type: ignore[type-arg]
    assert report["machine"]["processor"]
    assert report["machine"]["cores"] >= 1
    assert "torch" in report["machine"]["versions"]
    assert report["everything"]["seconds"] > 0
    assert report["prepare_seconds"] > 0


def test_the_window_is_measured_from_its_start_to_the_next_picture(report: dict) -> None:  # type: ignore[type-arg]
    assert "window" not in report["failed"], report["failed"]
    window = report["window"]
    assert 0 < window["window_seconds"] < window["first_mask_seconds"]
    assert window["click_to_paint"]["runs"] == 30
    assert 0 < window["click_to_paint"]["p50"] <= window["click_to_paint"]["p95"]
    assert window["click_to_answer"]["p50"] >= window["click_to_paint"]["p50"]
    assert window["neighbour"]["runs"] == 4
    assert window["step"]["runs"] == 25
    assert window["step"]["p90"] >= window["step"]["p50"] > 0
    assert 0 < window["held"]["painted"] <= window["held"]["keys"] == 40
    assert window["polygons"]["runs"] == 12
    assert window["polygons"]["objects"] == 30
    assert window["polygons"]["p50"] > 0
    assert "OpenVINO" in window["runtime"]


def made_up(encode: float, decode: float, memory: float) -> dict:  # type: ignore[type-arg]
    times = [{"p50": value, "p95": value, "cold": value, "cpu_p50": value} for value in (encode, decode)]
    return {"encode": times[0], "decode": times[1], "peak_memory_bytes": memory}


def test_ratios_tell_how_much_longer_the_peer_takes() -> None:
    found = run.ratios({"a": made_up(1, 0.02, 500), "b": made_up(6, 0.09, 1500)}, "a", "b")
    assert found["encode"] == 6
    assert found["decode"] == pytest.approx(4.5)
    assert found["peak_memory"] == 3


def test_clicks_lie_on_a_grid_inside_the_picture() -> None:
    picture = Path("resources/samples/astronaut.jpg")
    clicks = run.click_grid(Path(__file__).parents[2] / picture)
    assert len(set(clicks)) == 9
    assert all(0 < x < 512 and 0 < y < 512 for x, y in clicks)


@pytest.mark.parametrize("arguments", [["--repeat", "0"], ["--repeat", "x"], ["--against", "nobody"]])
def test_wrong_usage(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["bench", *arguments])
    assert stopped.value.code == 2


def test_a_peer_that_is_not_installed_and_an_unknown_architecture_are_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = engines.EngineKind(
        name="transformers", load=engines.ENGINES["transformers"].load, needs=("no_such_module",)
    )
    monkeypatch.setitem(engines.ENGINES, "transformers", missing)
    assert main(["bench", "--against", "transformers"]) == 1
    assert "transformers is not installed" in capsys.readouterr().err
    assert main(["bench", "--random-weights", "--model", "huge", "--against", "onnxruntime"]) == 1
    assert "no architecture 'huge'" in capsys.readouterr().err


def test_an_engine_that_dies_is_a_failure_with_its_last_words(tmp_path: Path) -> None:
    weights = tmp_path / "broken.safetensors"
    weights.write_bytes(b"broken")
    picture = Path(__file__).parents[2] / "resources/samples/astronaut.jpg"
    result = run.measure(weights, picture, ["torch"], 1)
    assert result["engines"] == {}
    assert "CheckpointError" in result["failed"]["torch"]
