"""GrabCut from a box: the baseline, and models compared with it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from slimsam_core.cli import main
from slimsam_core.datasets.labelled import Skipped
from slimsam_core.datasets.opening import open_datasets
from slimsam_core.judging.grabcut import grabcut, grabcut_ious
from slimsam_core.judging.measure import Protocols
from slimsam_core.pixels.geometry import BoxXYXY
from tests.synthetic import write_sa1b
from tests.tiny_models import save_tiny


def test_a_bright_disk_is_cut_out_of_its_box() -> None:
    ys, xs = np.mgrid[0:80, 0:100]
    disk = np.hypot(xs - 50, ys - 40) < 20
    noise = np.random.default_rng(0).normal(0, 6, (80, 100, 3))
    rgb = np.clip(np.where(disk[..., None], (220, 60, 40), (90, 90, 90)) + noise, 0, 255).astype(np.uint8)
    found = grabcut(rgb, BoxXYXY(30, 20, 71, 61))
    assert (found & disk).sum() / (found | disk).sum() > 0.95


@pytest.mark.parametrize("box", [BoxXYXY(0, 0, 40, 30), BoxXYXY(5, 5, 6, 6)])
def test_a_box_without_enough_to_learn_from_is_its_own_answer(box: BoxXYXY) -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (30, 40, 3), np.uint8)
    found = grabcut(rgb, box)
    assert found.any()
    ys, xs = np.flatnonzero(found.any(1)), np.flatnonzero(found.any(0))
    assert box.x0 <= xs[0]
    assert xs[-1] < box.x1
    assert box.y0 <= ys[0]
    assert ys[-1] < box.y1


def test_models_are_compared_with_it_on_the_objects_that_were_not_skipped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = write_sa1b(tmp_path / "shapes", 4)
    model = save_tiny(tmp_path / "m.safetensors")
    out = tmp_path / "metrics.json"
    chosen = ["--data", str(data), "--max-objects", "3", "--skip-objects", "2"]
    assert main(["evaluate", str(model), *chosen, "--grabcut", "--out", str(out)]) == 0
    values = json.loads(out.read_text())["m"]
    every = grabcut_ious(open_datasets(data), Protocols(max_objects=5), Skipped())
    first = grabcut_ious(open_datasets(data), Protocols(max_objects=2), Skipped())
    rest = [iou for place, iou in every.items() if place not in first]
    assert values["grabcut"]["n_objects"] == values["n_objects"] == len(rest) == 3
    assert values["grabcut"]["miou_box"] == pytest.approx(np.mean(rest))
    assert values["grabcut"]["difference"] == pytest.approx(values["miou_box"] - np.mean(rest))
    assert set(values["grabcut"]["by_dataset"]) == {"shapes"}
    assert "m - GrabCut" in capsys.readouterr().out
