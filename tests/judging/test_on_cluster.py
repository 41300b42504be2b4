"""``slimsam evaluate --ray``: what it says is what a run in one process says."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from slimsam_core.cli import main
from slimsam_core.commands import evaluate as command
from slimsam_core.datasets.labelled import Skipped
from slimsam_core.datasets.opening import open_datasets
from slimsam_core.errors import DeviceUnavailable, SlimSamError
from slimsam_core.inference import cluster
from slimsam_core.inference.prediction import ImageEmbedding
from slimsam_core.inference.predictor import Predictor
from slimsam_core.inference.runtimes.protocol import TokenBatch
from slimsam_core.inference.transforms import FloatArray
from slimsam_core.judging.judged_model import JudgedModel
from slimsam_core.judging.latency import Latency
from slimsam_core.judging.measure import Protocols
from slimsam_core.judging.on_cluster import evaluate_on_cluster
from tests.inference.one_node import pretend_ray
from tests.synthetic import write_sa1b
from tests.tiny_models import save_tiny


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current one, with two data sets, unusable labels and pictures among them, and two models."""
    monkeypatch.chdir(tmp_path)
    data = write_sa1b(tmp_path / "shapes", 9)
    for name in ("000", "001", "008"):  # before the first picture and behind the last one
        (data / f"{name}.json").write_text("{")
    (data / "003.png").write_bytes(b"no picture")
    Image.new("RGB", (31, 33)).save(data / "006.png")
    (write_sa1b(tmp_path / "more", 2, seed=1) / "001.png").unlink()
    for seed in (0, 1):
        save_tiny(tmp_path / f"m{seed}.safetensors", seed)
    return tmp_path


def draws_discs(self: Predictor, _: ImageEmbedding, tokens: TokenBatch) -> tuple[FloatArray, FloatArray]:
    """Around the middle of the prompts, of sizes by the model: the last digits of torch change from run to
    run, and with them the masks of a network of random weights."""
    side = self.arch.mask_size
    middles = tokens.coords_BN2.mean(1) * side / self.arch.image_size
    ys, xs = np.mgrid[0:side, 0:side] + 0.5
    distances = np.stack([np.hypot(xs - x, ys - y) for x, y in middles])
    radii = (4 + int(self.model_hash[:2], 16) % 5) * np.array([1.0, 0.5, 1.0, 2.0])
    logits = radii[None, :, None, None] - distances[:, None]
    ious = np.clip(middles[:, :1] / side * np.array([0.5, 0.3, 0.9, 0.4]), 0, 1)
    return logits.astype(np.float32), ious.astype(np.float32)


def test_tables_numbers_and_report_are_those_of_one_process(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Byte by byte, with what was left out and its order; the latencies, which differ, are held still."""
    monkeypatch.setattr(command, "measure_latency", lambda _: Latency(1.0, 2.0))
    monkeypatch.setattr(Predictor, "decode", draws_discs)
    monkeypatch.setattr(cluster, "_CHUNK", 2)
    chunks = pretend_ray(monkeypatch)
    arguments = ["m0.safetensors", "m1.safetensors", "--data", "shapes", "--data", "more", "--grabcut"]
    arguments += ["--max-objects", "16", "--clicks", "5", "--runtime", "torch"]
    said, written = [], []
    for name, more in (("alone", []), ("shared", ["--ray"])):
        files = [folder / f"{name}.{suffix}" for suffix in ("json", "html", "md")]
        places = ["--out", str(files[0]), "--report", str(files[1]), "--markdown", str(files[2])]
        assert main(["evaluate", *arguments, *places, *more]) == 0
        output = capsys.readouterr()
        left_out = output.err[output.err.index("slimsam: left out") :]
        said.append((output.out, left_out))
        written.append([file.read_bytes() for file in files])
        assert bool(chunks) == bool(more)
    assert said[0] == said[1]
    assert written[0] == written[1]
    lines = said[1][1].splitlines()[1:]
    names = [match.group(1) for line in lines if (match := re.search(r"(\d{3})\.(json|png)", line))]
    assert names == ["000", "001", "003", "006", "008", "001"]
    assert str(folder) not in said[1][1], "named as they were given"
    assert json.loads(written[1][0])["m1"]["n_skipped_images"] == len(lines)
    assert sum(chunks) == 3 * 6, "GrabCut's and both models' pictures, those too that are no pictures"


def test_strict_and_nothing_to_score_end_as_without_the_flag(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pretend_ray(monkeypatch)
    common = ["evaluate", "m0.safetensors", "--runtime", "torch", "--ray", "--clicks", "5"]
    assert main([*common, "--data", "shapes", "--max-objects", "3", "--strict"]) == 1
    assert "left out: " in capsys.readouterr().err
    for picture in (folder / "shapes").glob("*.png"):
        picture.write_bytes(b"")
    assert main([*common, "--data", "shapes"]) == 1
    assert "No object could be scored." in capsys.readouterr().err


@pytest.mark.parametrize("other", ["model", "runtime"])
def test_a_node_with_another_model_or_runtime_is_refused(
    other: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Scores of two models or of two arithmetics would stand in one row."""
    pretend_ray(monkeypatch)
    model = JudgedModel(wanted="m0.safetensors", device="cpu", runtime="torch")
    here = Predictor.load(
        folder / ("m1.safetensors" if other == "model" else "m0.safetensors"), "cpu", "torch"
    )
    if other == "runtime":
        which = property(lambda self: "this one" if self is here else "another one")
        monkeypatch.setattr(Predictor, "runtime", which)
    found = evaluate_on_cluster(model, here, open_datasets("shapes"), Protocols(5), Skipped())
    with pytest.raises(DeviceUnavailable, match="another model" if other == "model" else "another one"):
        next(found)


def test_without_ray_its_absence_is_told_before_any_work(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    monkeypatch.setattr(JudgedModel, "load", lambda _: pytest.fail("a model was loaded"))
    out = folder / "metrics.json"
    assert main(["evaluate", "m0.safetensors", "--data", "shapes", "--out", str(out), "--ray"]) == 1
    error = capsys.readouterr().err
    assert "pip install" in error
    assert error.count("\n") == 1
    assert not out.exists()


def test_what_nodes_are_told_is_where_a_model_lies_or_its_name(folder: Path) -> None:
    def told(wanted: str) -> str:
        return JudgedModel(wanted=wanted, device="cpu", runtime="torch").absolute().wanted

    (folder / "pair" / "onnx").mkdir(parents=True)
    (folder / "pair" / "config.json").touch()
    (folder / "form").mkdir()
    (folder / "lite2").mkdir()  # and an installed model of that name, which is meant
    assert told("m0.safetensors") == str(folder / "m0.safetensors")
    assert told("pair") == str(folder / "pair")
    assert told("form") == str(folder / "form")
    assert told("lite2") == "lite2"
    assert told("nowhere") == "nowhere"


def test_an_error_of_a_node_is_told_in_its_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ray's own error has the node's traceback as its text."""

    class OfTheNode(RuntimeError):
        cause: Exception

    class OfTheCluster(Exception):
        pass

    def fails(_: object) -> list[object]:
        error = OfTheNode("Traceback ...")
        error.cause = SlimSamError("The disk is full.")
        raise error

    def lost(_: object) -> list[object]:
        raise OfTheCluster("the worker died")

    pretend_ray(monkeypatch)
    ray = sys.modules["ray"]
    monkeypatch.setattr(ray.exceptions, "RayTaskError", OfTheNode)
    monkeypatch.setattr(ray.exceptions, "RayError", OfTheCluster)
    monkeypatch.setattr(ray, "get", fails)
    with pytest.raises(SlimSamError, match=r"^The disk is full\.$"):
        list(cluster.shared_out(sorted, [1]))
    monkeypatch.setattr(ray, "get", lost)
    with pytest.raises(DeviceUnavailable, match="again and again: the worker died"):
        list(cluster.shared_out(sorted, [1]))
