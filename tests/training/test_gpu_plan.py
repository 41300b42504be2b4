"""The plan for a GPU at hand for a short time, rehearsed on the CPU: packs, proofs, training by the clock."""

from __future__ import annotations

import importlib
import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import torch
from PIL import Image, features

from slimsam_core.checkpoints.loading import load_model
from slimsam_core.datasets.opening import open_datasets
from slimsam_core.pixels.image_io import read_image
from tests.synthetic import write_sa1b
from tests.tiny_models import save_tiny

PACKAGING = Path(__file__).parents[2] / "packaging"
ENVIRONMENT = {**os.environ, "PYTHON": sys.executable, "OMP_NUM_THREADS": "1"}


def python(script: str, *arguments: Path | str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(PACKAGING / script), *map(str, arguments)],
        env={**ENVIRONMENT, "PYTHONPATH": str(PACKAGING.parent)},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("codec", ["avif", "webp"])
def test_packed_pictures_are_data_sets_again(tmp_path: Path, codec: str) -> None:
    if not features.check(codec):
        pytest.skip(f"Pillow has no {codec} here")
    data = write_sa1b(tmp_path / "data" / "shapes", 3, side=200)
    labels = json.loads((data / "000.json").read_text())
    labels["annotations"][0]["ignore"] = labels["annotations"][1]["segmentation"]
    (data / "000.json").write_text(json.dumps(labels))
    done = python(
        "gpu_pack.py",
        tmp_path / "p.zip",
        tmp_path / "data",
        "--longest",
        "100",
        "--codec",
        codec,
        "--mib",
        "0",
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "3 pictures in 3 files"
    for path in tmp_path.glob("p*.zip"):
        zipfile.ZipFile(path).extractall(tmp_path / "unpacked")
    (before,), (after,) = open_datasets(tmp_path / "data"), open_datasets(tmp_path / "unpacked")
    assert (after.name, len(after)) == ("shapes", 3)
    for index in range(3):
        first, second = before.labels(index), after.labels(index)
        assert read_image(second.path).rgb.shape[:2] == second.size.hw
        assert max(second.size.hw) == 100
        assert len(first.objects) == len(second.objects)
        for one, two in zip(first.objects, second.objects, strict=True):
            assert two.mask.area == pytest.approx(
                one.mask.area * second.size.area / first.size.area, rel=0.15
            )
    assert after.labels(0).objects[0].ignore == after.labels(0).objects[1].mask


def test_folders_of_one_name_are_packed_apart_and_what_is_left_out_is_told(tmp_path: Path) -> None:
    first, second = (write_sa1b(tmp_path / part / "shapes", 3, seed=n) for n, part in enumerate("ab"))
    (first / "001.json").write_text("{")
    Image.new("RGB", (10, 10)).save(second / "002.png")
    done = python("gpu_pack.py", tmp_path / "p.zip", first, second, "--codec", "webp")
    assert done.returncode == 0, done.stderr
    assert "4 pictures in 1 files" in done.stdout
    left_out = [line for line in done.stdout.splitlines() if line.startswith("left out: ")]
    assert len(left_out) == 2
    assert any("001.json" in line for line in left_out)
    assert any("002.json: says 128x96, but the picture has 10x10" in line for line in left_out)
    with zipfile.ZipFile(tmp_path / "p.zip") as archive:
        pictures = sorted(name for name in archive.namelist() if name.endswith(".webp"))
    assert pictures == ["shapes (2)/000.webp", "shapes (2)/001.webp", "shapes/000.webp", "shapes/002.webp"]


def test_a_training_without_time_or_with_several_stages_is_refused(tmp_path: Path) -> None:
    data, out = write_sa1b(tmp_path / "data" / "shapes", 4), tmp_path / "out"
    model = save_tiny(tmp_path / "tiny.safetensors")
    stage = {"steps": 1, "size": 128, "crops": 2, "masks": 1, "clicks": 1}
    one, two = tmp_path / "one.json", tmp_path / "two.json"
    one.write_text(json.dumps({"stages": [stage], "precision": "fp32"}))
    two.write_text(json.dumps({"stages": [stage, stage]}))
    given = ("gpu_train.py", model, data, out, "--device", "cpu")
    done = python(*given, "--recipe", one, "--minutes", "0")
    assert done.returncode == 1
    assert "no time is left to train" in done.stderr
    assert not list(out.glob("model.safetensors*"))
    done = python(*given, "--recipe", two)
    assert done.returncode == 2
    assert "the recipe has 2 stages" in done.stderr


def test_the_last_model_stays_until_all_parts_of_the_next_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(PACKAGING))
    gpu_train = importlib.import_module("gpu_train")
    monkeypatch.setattr(gpu_train, "PART", 4)
    source, out = tmp_path / "model.safetensors", tmp_path / "out"
    out.mkdir()
    source.write_bytes(b"first model")
    gpu_train.in_parts(source, out)
    real = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        if path.parent == out and b"mo" in data:
            raise OSError("killed")
        return real(path, data)

    source.write_bytes(b"new model, longer")
    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", full)
        with pytest.raises(OSError, match="killed"):
            gpu_train.in_parts(source, out)
    parts = sorted(out.glob("model.safetensors.[0-9][0-9]"))
    assert b"".join(part.read_bytes() for part in parts) == b"first model"
    source.write_bytes(b"tiny")
    gpu_train.in_parts(source, out)
    assert [part.name for part in sorted(out.glob("model.safetensors.[0-9][0-9]"))] == [
        "model.safetensors.00"
    ]


def test_the_plan_trains_by_the_clock_and_leaves_a_model_in_parts(tmp_path: Path) -> None:
    pack, out = tmp_path / "pack", tmp_path / "out"
    pack.mkdir()
    data = write_sa1b(tmp_path / "data" / "shapes", 4)
    assert python("gpu_pack.py", pack / "p.zip", data.parent, "--codec", "webp").returncode == 0
    model = save_tiny(tmp_path / "tiny.safetensors")
    recipe = tmp_path / "recipe.json"
    stage = {"steps": 1, "size": 128, "crops": 4, "masks": 1, "clicks": 1}
    recipe.write_text(json.dumps({"stages": [stage], "precision": "fp32", "log_every": 1}))
    done = subprocess.run(
        ["bash", str(PACKAGING / "gpu_plan.sh"), str(pack), str(out), "--minutes", "0.4", "--device", "cpu",
         "--from", str(model), "--recipe", str(recipe), "--no-proofs"],
        env=ENVIRONMENT, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    steps = json.loads((out / "recipe.json").read_text())["stages"][0]["steps"]
    assert f"step {steps} of {steps}" in (out / "training.log").read_text()
    assert len((out / "events.jsonl").read_text().splitlines()) == steps
    parts = sorted(out.glob("model.safetensors.*"))
    assert all(part.stat().st_size < 16 << 20 for part in parts)
    joined = tmp_path / "joined.safetensors"
    joined.write_bytes(b"".join(part.read_bytes() for part in parts))
    before, after = load_model(model).state_dict(), load_model(joined).state_dict()
    assert any(not torch.equal(before[name], after[name]) for name in before)


def test_a_proof_that_fails_says_why_and_the_others_go_on(tmp_path: Path) -> None:
    out = tmp_path / "proofs.json"
    done = python("gpu_proofs.py", out, "--device", "meta", "--only", "masks_as_cpu", "machine")
    assert done.returncode == 0, done.stderr
    found = json.loads(out.read_text())
    assert found["machine"]["passed"]
    assert found["machine"]["torch"] == torch.__version__
    assert not found["masks_as_cpu"]["passed"]
    assert found["masks_as_cpu"]["error"]


def test_the_plan_says_which_packages_to_bring(tmp_path: Path) -> None:
    """Of ours none but those that its head names, and those that such machines hold, is imported."""
    data = write_sa1b(tmp_path / "data" / "shapes", 1)
    code = f"""
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {{"openvino", "PySide6", "shiboken6", "pyqtgraph", "llvmlite"}}:
            raise ModuleNotFoundError(name, name=name)
sys.meta_path.insert(0, Missing())
sys.path.insert(0, {str(PACKAGING)!r})
import gpu_train, gpu_proofs
from slimsam_core.datasets.opening import open_datasets
from slimsam_core.formats.registry import formats
open_datasets({str(data)!r}), formats()
print(*sorted({{name.split(".")[0] for name in sys.modules}}))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], env={**ENVIRONMENT, "PYTHONPATH": str(PACKAGING.parent)},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    loaded = {name.replace("_", "-").lower() for name in done.stdout.split()}
    project = tomllib.loads((PACKAGING.parent / "pyproject.toml").read_text())["project"]
    ours = {re.split(r"[^A-Za-z0-9_-]", name)[0].lower() for name in project["dependencies"]}
    named = (PACKAGING / "gpu_plan.sh").read_text().split("set -euo")[0]
    held = {"torch", "numpy", "safetensors", "huggingface-hub"}
    assert {name for name in (loaded & ours) - held if name not in named} == set()


def test_usage_is_told() -> None:
    done = subprocess.run(
        ["bash", str(PACKAGING / "gpu_plan.sh")], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert "gpu_plan.sh PACK OUT" in done.stderr
