"""Pictures that are not square, clicks and masks of SAM 2 against its public port, step by step."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch.nn import functional as F
from transformers import Sam2Config, Sam2HieraDetConfig, Sam2Model, Sam2VisionConfig

from slimsam_core.checkpoints.loading import load_model
from slimsam_core.inference.prediction import candidate_mask
from slimsam_core.inference.predictor import Predictor
from slimsam_core.inference.transforms import model_input
from slimsam_core.pixels.geometry import BoxXYXY, PointPrompt, PromptSet, Size
from slimsam_core.pixels.image_io import RgbImage
from slimsam_core.pixels.square_fit import SquareFit
from tests.checkpoints.sam2_files import as_transformers_names, sam2_state

SIDE = 1024
SIZES = [(96, 240), (250, 90), (1100, 700)]
"""Height and width: wide, high, and one that shrinks down and grows across."""


@pytest.fixture(scope="module")
def port() -> Any:
    widths = [8, 16, 32, 64]
    backbone = Sam2HieraDetConfig(hidden_size=8, embed_dim_per_stage=widths)
    vision = Sam2VisionConfig(backbone_config=backbone, backbone_channel_list=widths[::-1])
    model = Sam2Model(Sam2Config(vision_config=vision, mask_decoder_config={"mlp_dim": 32})).eval()
    lacking = model.load_state_dict(as_transformers_names(sam2_state()), strict=False).missing_keys
    assert not lacking
    return model


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Predictor:
    path: Path = tmp_path_factory.mktemp("sam2") / "tiny.safetensors"
    save_file(sam2_state(), path)
    return Predictor(load_model(path), model_hash="x")


def picture(hw: tuple[int, int]) -> RgbImage:
    """Smooth, so that one way to resize gives what another gives."""
    coarse = np.random.default_rng(hw[0]).integers(0, 256, (6, 6, 3), np.uint8)
    smooth = cv2.resize(coarse, (hw[1], hw[0]), interpolation=cv2.INTER_CUBIC)
    return np.asarray(smooth, np.uint8)


@pytest.mark.parametrize("hw", SIZES)
def test_pixels_are_those_of_the_public_code(ours: Predictor, hw: tuple[int, int]) -> None:
    """It stretches the picture by a bilinear filter that is as wide as it shrinks."""
    rgb = picture(hw)
    x = torch.from_numpy(rgb).permute(2, 0, 1)[None].float()
    x = F.interpolate(x, (SIDE, SIDE), mode="bilinear", antialias=True)[0].permute(1, 2, 0)
    mean, std = (np.array(values) for values in (ours.arch.pixel_mean, ours.arch.pixel_std))
    found = model_input(rgb, ours.arch)[0].transpose(1, 2, 0) * std + mean
    assert ours.arch.fit is SquareFit.STRETCHED
    assert np.abs(found - x.numpy()).max() <= 2.0, "levels of 255, of which rounding takes one"


@pytest.mark.parametrize("hw", SIZES[1:])
@torch.inference_mode()
def test_clicks_boxes_and_masks_of_a_picture_are_those_of_the_public_code(
    port: Any, ours: Predictor, hw: tuple[int, int]
) -> None:
    rgb, size = picture(hw), Size(*hw)
    embedding = ours.embed(rgb)
    assert embedding.input_size == Size(SIDE, SIDE)
    pixels = torch.from_numpy(model_input(rgb, ours.arch))
    # the port takes indices of pixels, scaled by the sides of the square and the picture
    scale = torch.tensor([SIDE / size.width, SIDE / size.height])
    column, row = size.width // 3, size.height // 4
    click = torch.tensor([float(column), float(row)]) * scale
    answers = port(
        pixel_values=pixels, input_points=click[None, None, None], input_labels=torch.ones(1, 1, 1).long()
    )
    found = ours.predict(embedding, PromptSet((PointPrompt(column + 0.5, row + 0.5),)))
    compare(answers.pred_masks[0, 0], [c.low_res_logits for c in found.candidates])
    theirs = F.interpolate(answers.pred_masks[0], size.hw, mode="bilinear", align_corners=False)[0]
    for logits, candidate in zip(theirs.numpy(), found.candidates, strict=True):
        clear = np.abs(logits) > 0.05
        assert clear.any()
        assert (candidate_mask(embedding, candidate)[clear] == (logits > 0)[clear]).all()
    corners = torch.tensor([[2.0, 3.0], [size.width - 9.0, size.height - 5.0]])
    answers = port(pixel_values=pixels, input_boxes=(corners * scale).reshape(1, 1, 4))
    box = BoxXYXY(*(float(value) + 0.5 for value in corners.flatten()))
    found = ours.predict(embedding, PromptSet(box=box))
    compare(answers.pred_masks[0, 0], [c.low_res_logits for c in found.candidates[1:]])


def compare(theirs: torch.Tensor, found: list[np.ndarray]) -> None:
    np.testing.assert_allclose(np.stack(found), theirs.numpy(), atol=0.02)
