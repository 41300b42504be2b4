"""Our models against ``transformers.SamModel`` with the same weights: embedding, logits and IoU to 1e-4."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from slimsam_core.checkpoints.loading import load_model
from slimsam_core.families import preset
from slimsam_core.models import Sam
from tests.checkpoints.oracle import PROMPTS, sam_model

ARCHITECTURES: dict[str, dict[str, Any]] = {
    "slimsam_50": {"width": 384, "mlp": 1536, "size": 320},
    "slimsam_77": {"width": 168, "mlp": 696, "size": 320},
    "small": {"width": 96, "mlp": 200, "depth": 3, "heads": 6, "size": 320, "global_blocks": (1,)},
}
QUICK = list(ARCHITECTURES)
ARCHITECTURES |= {
    f"{name} at 1024 px": {**ARCHITECTURES[name], "size": 1024} for name in ("slimsam_50", "slimsam_77")
}
FULL_SIZE = [pytest.param(name, marks=pytest.mark.nightly) for name in ARCHITECTURES if name not in QUICK]
TOLERANCE = {"atol": 1e-4, "rtol": 0.0}


class Pair:
    """The oracle, our model loaded from its folder, and what the oracle makes of one input."""

    def __init__(self, name: str, folder: Path) -> None:
        self.theirs = sam_model(**ARCHITECTURES[name])
        self.theirs.save_pretrained(folder / name)
        self.ours: Sam = load_model(folder / name)
        self.size = self.ours.arch.image_size
        generator = torch.Generator().manual_seed(1)
        self.pixels = torch.randn(1, 3, self.size, self.size, generator=generator)
        self.embedding: torch.Tensor = self.theirs.get_image_embeddings(self.pixels)

    def oracle(self, prompt: dict[str, torch.Tensor], multimask: bool) -> tuple[torch.Tensor, torch.Tensor]:
        boxes, points, labels = (prompt.get(key) for key in ("boxes", "points", "labels"))
        out = self.theirs(
            image_embeddings=self.embedding,
            input_points=None if points is None else points[:, None] * self.size,
            input_labels=None if labels is None else labels[:, None],
            input_boxes=None if boxes is None else boxes[:, None] * self.size,
            input_masks=prompt.get("mask_input"),
            multimask_output=multimask,
        )
        return out.pred_masks[:, 0], out.iou_scores[:, 0]

    def our(self, prompt: dict[str, torch.Tensor], multimask: bool) -> tuple[torch.Tensor, torch.Tensor]:
        scaled = {k: v * self.size if k in ("points", "boxes") else v for k, v in prompt.items()}
        return self.ours.decode(self.embedding, **scaled, multimask=multimask)


@pytest.fixture(scope="module", params=[*QUICK, *FULL_SIZE])
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    with torch.inference_mode():
        return Pair(request.param, tmp_path_factory.mktemp("hf"))


def test_architecture_is_recognised(pair: Pair, request: pytest.FixtureRequest) -> None:
    name = request.node.callspec.params["pair"]
    if name.startswith("slimsam"):
        assert pair.ours.arch.encoder == preset(name.split()[0]).encoder
    if name.endswith("at 1024 px"):
        assert pair.ours.arch.name == name.split()[0]


@torch.inference_mode()
def test_embedding(pair: Pair) -> None:
    torch.testing.assert_close(pair.ours.image_encoder(pair.pixels), pair.embedding, **TOLERANCE)


@pytest.mark.parametrize("masked", [False, True], ids=["", "with mask"])
@pytest.mark.parametrize("prompt", PROMPTS.values(), ids=PROMPTS)
@torch.inference_mode()
def test_masks(pair: Pair, prompt: dict[str, torch.Tensor], masked: bool) -> None:
    if masked:
        side = pair.ours.arch.mask_size
        generator = torch.Generator().manual_seed(2)
        prompt = {**prompt, "mask_input": 5 * torch.randn(1, 1, side, side, generator=generator)}
    for multimask in (True, False):
        expected_logits, expected_iou = pair.oracle(prompt, multimask)
        logits, iou = pair.our(prompt, multimask)
        assert expected_logits.std() > 0.01
        torch.testing.assert_close(logits, expected_logits, **TOLERANCE)
        torch.testing.assert_close(iou, expected_iou, **TOLERANCE)
