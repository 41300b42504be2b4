"""Transformers.js itself loads an exported folder; needs packaging/transformers-js/setup.sh to have run."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import torch

from slimsam_core.checkpoints.loading import load_model
from slimsam_core.export import export_model
from slimsam_core.files.resources import resources_dir
from slimsam_core.inference import transforms
from slimsam_core.library.model_library import ModelLibrary
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.image_io import read_image

SCRIPT = Path(__file__).parents[2] / "packaging" / "transformers-js" / "click.mjs"
PICTURE = resources_dir() / "samples" / "chelsea.jpg"
CLICK = (250.0, 150.0)

pytestmark = pytest.mark.skipif(
    shutil.which("node") is None or not (SCRIPT.parent / "node_modules").exists(),
    reason="Transformers.js is not installed: packaging/transformers-js/setup.sh",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    bundled = next(m for m in ModelLibrary().installed() if m.bundled)
    out = tmp_path_factory.mktemp("js") / "exported"
    export_model(bundled.path, "onnx", out)
    return out


@pytest.mark.timeout(300)
def test_a_click_gives_the_same_mask(folder: Path, tmp_path: Path) -> None:
    bundled = next(m for m in ModelLibrary().installed() if m.bundled)
    model = load_model(bundled.path)
    rgb = read_image(PICTURE).rgb
    x = transforms.model_input(rgb, model.arch)
    x.tofile(tmp_path / "pixels")
    arguments = [str(folder), str(PICTURE), str(CLICK[0]), str(CLICK[1]), str(tmp_path / "pixels")]
    command = ["node", str(SCRIPT), *arguments, str(tmp_path / "out")]
    subprocess.run(command, check=True, capture_output=True, text=True, timeout=200)

    found = json.loads((tmp_path / "out.json").read_text())
    with torch.inference_mode():
        points = torch.tensor(found["points"]).reshape(1, 1, 2)
        logits, iou = model.decode(
            model.image_encoder(torch.from_numpy(x)), points, torch.ones(1, 1), multimask=True
        )
    their_logits = np.fromfile(tmp_path / "out.logits", np.float32).reshape(logits.shape)
    np.testing.assert_allclose(their_logits, logits.numpy(), atol=1e-4)
    np.testing.assert_allclose(found["exact_scores"], iou[0].numpy(), atol=1e-4)

    height, width = rgb.shape[:2]
    theirs = np.fromfile(tmp_path / "out.mask", np.uint8).reshape(height, width) > 0
    ours = transforms.upsample_mask(logits[0, found["best"]].numpy(), Size(height, width), model.arch.fit)
    assert found["best"] == int(iou.argmax())
    overlap = np.count_nonzero(ours & theirs) / np.count_nonzero(ours | theirs)
    assert overlap > 0.97  # the picture itself is scaled by another library there
