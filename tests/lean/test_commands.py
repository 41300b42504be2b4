"""All that labelling needs works where torch cannot be imported; what needs it says so in a sentence."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from slimsam_core.torch_part import why_not
from tests.lean.conftest import Ended, Run
from tests.tiny_models import save_tiny

pytestmark = pytest.mark.timeout(300)
SENTENCE = "This needs PyTorch, which is not installed; labelling works without it."
WAY = "pip install torch torch-pruning"


def codes(ended: Ended) -> list[int]:
    return [int(line.removeprefix("EXIT ")) for line in ended.stdout.splitlines() if line.startswith("EXIT ")]


def assert_fine(ended: Ended, count: int) -> None:
    assert codes(ended) == [0] * count, ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.fixture(scope="module")
def masks(slimsam: Run, yard: Path) -> Path:
    """The mask of a cup, by a click on the bundled model that nothing was prepared for."""
    ended = slimsam("segment pictures/coffee.jpg --point 300,200 --out cup.json")
    assert_fine(ended, 1)
    assert "OpenVINO, CPU, float32" in ended.stdout + ended.stderr
    (one,) = json.loads((yard / "cup.json").read_text("utf-8"))["annotations"]
    assert 50_000 < one["area"] < 200_000
    return yard / "cup.json"


def test_torch_is_not_there(python: Run) -> None:
    ended = python("-c", "from slimsam_core.torch_part import torch_present as p; print(p()); import torch")
    assert ended.stdout.strip() == "False"
    assert "ModuleNotFoundError: No module named 'torch'" in ended.stderr
    assert why_not() == ""  # here it is


@pytest.mark.usefixtures("masks")
def test_projects_imports_exports_and_conversions(slimsam: Run, yard: Path) -> None:
    ended = slimsam(
        "convert cup.json --to labelme --out labelme",
        "project create p.slimsam",
        "project add p.slimsam pictures",
        "import p.slimsam cup.json",
        "project info p.slimsam",
        "export p.slimsam out.json",
        "doctor cup.json",
    )
    assert_fine(ended, 7)
    assert len(json.loads((yard / "out.json").read_text("utf-8"))["annotations"]) == 1


def test_models_are_read_imported_checked_and_prepared(slimsam: Run, yard: Path) -> None:
    save_tiny(yard / "tiny.safetensors")
    ended = slimsam(
        "models list",
        "models info lite2",
        "models verify lite2",
        "models import tiny.safetensors --name mine",
        "models verify mine",
        "segment pictures/chelsea.jpg --box 100,60,330,240 --model mine --runtime openvino --out mine.json",
        "everything pictures/chelsea.jpg --model mine --out all.json",
        "prepare pictures --model mine",
        "models delete mine",
    )
    assert_fine(ended, 9)
    assert "OpenVINO" in ended.stdout + ended.stderr


def test_boxes_get_their_masks(slimsam: Run, yard: Path) -> None:
    save_tiny(yard / "small.safetensors")
    (yard / "boxes.json").write_text(
        json.dumps(
            {
                "images": [{"id": 1, "file_name": "coffee.jpg", "width": 600, "height": 400}],
                "annotations": [
                    {"id": 1, "image_id": 1, "category_id": 1, "bbox": [180, 60, 240, 260], "area": 62400}
                ],
                "categories": [{"id": 1, "name": "cup"}],
            }
        )
    )
    ended = slimsam(
        "project create b.slimsam",
        "project add b.slimsam pictures",
        "import b.slimsam boxes.json",
        "boxes-to-masks b.slimsam --model small.safetensors",
    )
    assert_fine(ended, 4)


def test_pickled_weights_are_read(slimsam: Run, yard: Path) -> None:
    import torch

    from tests.tiny_models import tiny_sam

    torch.save(tiny_sam(3).state_dict(), yard / "weights.pth")
    ended = slimsam(
        "models import weights.pth --name pickled",
        "segment pictures/coffee.jpg --point 300,200 --model pickled --out pickled.json",
    )
    assert_fine(ended, 2)


def test_what_needs_torch_says_so_in_a_sentence_and_makes_nothing(slimsam: Run, yard: Path) -> None:
    before = sorted(path.name for path in yard.iterdir())
    commands = (
        "compress --preset quick-look --images pictures --teacher lite2 --out slim",
        "train --data pictures --out trained",
        "bench --model tiny_test --random-weights",
        "bench --against transformers",
        "models export lite2 --format onnx --out other",
        "models export lite2 --format openvino --out other",
        "segment pictures/coffee.jpg --point 300,200 --runtime torch --out none.json",
        "segment pictures/coffee.jpg --point 300,200 --device cuda --out none.json",
    )
    ended = slimsam(*commands)
    assert codes(ended) == [1] * len(commands), ended.stderr
    assert ended.stderr.count(SENTENCE) == ended.stderr.count(WAY) == len(commands), ended.stderr
    assert "Traceback" not in ended.stderr
    assert sorted(path.name for path in yard.iterdir()) == before


def test_weights_are_exported(slimsam: Run) -> None:
    ended = slimsam(
        "models export lite2 --format safetensors --out given",
        "models import given/model.safetensors --name again",
        "models verify again",
        "models verify lite2",
        "models delete again",
    )
    assert_fine(ended, 5)
    first, second = re.findall(r"is whole: (\w{64})", ended.stdout)
    assert first == second


def test_the_own_engine_is_measured_and_the_others_are_named(slimsam: Run, yard: Path) -> None:
    save_tiny(yard / "measured.safetensors")
    ended = slimsam("bench --model measured.safetensors --brief --repeat 1 --out bench.json")
    assert_fine(ended, 1)
    report = json.loads((yard / "bench.json").read_text("utf-8"))
    assert report["ours"] == "openvino"
    assert report["engines"]["openvino"]["encode"]["p50"] > 0
    assert report["failed"] == {"torch": SENTENCE}
    assert "agreement" not in report["engines"]["openvino"]


@pytest.mark.usefixtures("masks")
def test_models_are_judged(slimsam: Run, yard: Path) -> None:
    (yard / "judged").mkdir()
    for file in (yard / "cup.json", yard / "pictures" / "coffee.jpg"):
        shutil.copy(file, yard / "judged")
    save_tiny(yard / "rival.safetensors", seed=5)
    ended = slimsam(
        "evaluate rival.safetensors --data judged/cup.json --clicks 5 --out metrics.json",
        "verdict rival.safetensors rival.safetensors --images judged --out verdict.json",
    )
    assert_fine(ended, 2)
    (found,) = json.loads((yard / "metrics.json").read_text("utf-8")).values()
    assert found["encoder_macs"] == 2_568_000  # as torch counts them
    told = json.loads((yard / "verdict.json").read_text("utf-8"))
    assert told["before"]["macs"] == told["after"]["macs"] == 2_568_000


def test_several_processes_need_it_too(python: Run) -> None:
    ended = python("-m", "slimsam_core.torchrun", "--nproc_per_node", "2", "compress")
    assert ended.returncode == 1
    assert ended.stderr.strip().startswith(f"slimsam: {SENTENCE}")


def test_the_doctor_says_what_is_missing_and_that_labelling_works(slimsam: Run) -> None:
    ended = slimsam("doctor")
    assert SENTENCE in ended.stdout
    assert "Traceback" not in ended.stderr
