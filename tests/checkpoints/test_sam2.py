"""SAM 2's files: recognised by their content, and computed as its public code computes them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from slimsam_core.checkpoints import model_hash, read_checkpoint, save_model
from slimsam_core.checkpoints.loading import load_model
from slimsam_core.checkpoints.sam_state import checkpoint_from_state
from slimsam_core.errors import CheckpointError
from slimsam_core.families import preset
from slimsam_core.families.fine_features import apart, unpacked
from slimsam_core.families.weight_shapes import count_parameters
from slimsam_core.inference.predictor import Predictor
from slimsam_core.models import Sam
from slimsam_core.models.cost import encoder_cost
from slimsam_core.pixels.geometry import BoxXYXY, PointPrompt, PromptSet
from tests.checkpoints.sam2_files import as_transformers_names, published_shapes, sam2_state
from tests.tiny_models import without_values

EMBEDDING = (
    -5.07055, 0.39817, -2.20828, -5.49633, -0.39322, -2.53077, 0.65722, -2.26759, -0.03278, -1.99098, 0.25748,
    -0.38517, 1.585, -2.96921, -1.09028, 1.16205, 1.36164, -0.61235, 0.22094, 3.79887, 7.05416, 7.28514,
    -0.275, 6.70195, 3.54516, 5.19122, 5.17617, 0.17479, 2.28857, -4.11008, -4.67232, 5.14518, -2.53009,
    2.13119, -3.55979, 0.95525,
)  # fmt: skip
"""``[0, ::64, ::30, 1::30]`` of what ``transformers.Sam2Model`` 5.24 (Apache-2.0) made of ``picture()`` with
the weights of ``sam2_state()``, on 2026-11-28 with torch 2.13 on a CPU, and so all that follows."""
DOUBLE = (
    2.41477, -0.82188, -3.17337, -0.96242, 2.67461, -2.80258, 1.15323, 0.37433, -0.72688, -1.2373, -0.32638,
    -1.28268, -1.46538, 1.06214, -0.47465, 0.68883, -1.32691, -2.6411,
)  # fmt: skip
"""``[0, ::32, ::60, 1::60]`` of the features of twice the resolution."""
FOURFOLD = (
    -3.31238, -2.54748, 0.28062, -0.72955, -3.78032, -1.79703, -4.36082, -1.33564, -0.17872, 1.40653, 0.41352,
    0.80084, 1.16976, 0.87625, 0.64775, 1.93879, 1.49516, 0.67268,
)  # fmt: skip
"""``[0, ::16, ::120, 1::120]`` of those of four times the resolution."""
CLICK_MASKS = (
    -0.22026, -1.70714, 1.65352, -0.65957, 1.67165, -0.10335, 0.76868, -0.94882, 1.59616, -0.81763, 2.69602,
    -0.95763, -1.00363, -3.14564, 0.23402, 3.36103, 4.20485, -0.62167, -3.67821, 1.59533, 1.35495, -2.05582,
    -0.401, -3.18757, 0.04471, -3.19547, -1.74427,
)  # fmt: skip
"""``[:, 40::90, 40::90]`` of the three candidates of a click at (300, 400)."""
CLICK_IOU = (0.51754, 0.26128, 0.64342)
BOX_MASKS = (
    0.43454, 1.17476, 2.91551, -0.03381, 1.91431, 0.75374, 0.93024, 0.90707, 1.49089, -1.64601, 1.66788,
    1.3493, -0.99211, -1.18876, 0.23504, 2.36381, 1.475, -0.81014, -2.90755, 2.70342, -0.41833, -1.87081,
    -0.57068, -2.33356, 1.33456, -0.69305, -0.22817,
)  # fmt: skip
"""The same of the box from (100, 150) to (500, 620)."""
BOX_IOU = (0.51204, 0.2151, 0.60854)
LOGITS = 0.02
"""Features that differ by rounding (1e-5) give logits that differ by up to 0.008 with these weights;
equal ones gave equal ones."""
ENCODER_AND_REST = {
    "sam2_hiera_tiny": 31_440_721,
    "sam2_hiera_small": 38_538_577,
    "sam2_hiera_base_plus": 73_328_401,
    "sam2_hiera_large": 216_924_865,
}
"""Parameters of ``Sam2Model`` of each size, that is without what videos need."""
FOR_VIDEOS = 38_962_498 - 31_440_721
"""Parameters that ``Sam2VideoModel`` has beside; they are the same for each size."""


@pytest.fixture(scope="module")
def published() -> dict[str, torch.Tensor]:
    return sam2_state()


@pytest.fixture(scope="module")
def model(published: dict[str, torch.Tensor], tmp_path_factory: pytest.TempPathFactory) -> Sam:
    path = tmp_path_factory.mktemp("sam2") / "sam2.1_hiera_tiny.pt"
    torch.save({"model": published}, path)
    return load_model(path)


@pytest.fixture(scope="module")
def features(model: Sam) -> torch.Tensor:
    pixels = 2 * np.random.RandomState(1).random_sample((1, 3, 1024, 1024)) - 1
    with torch.inference_mode():
        f_BChw: torch.Tensor = model.image_encoder(torch.from_numpy(pixels).float())
        return f_BChw


def assert_recorded(found: torch.Tensor, recorded: tuple[float, ...], tolerance: float = 2e-4) -> None:
    torch.testing.assert_close(found.flatten(), torch.tensor(recorded), atol=tolerance, rtol=0)


def test_the_public_codes_features_come_out(model: Sam, features: torch.Tensor) -> None:
    assert features.shape == (1, model.arch.feature_channels, 64, 64)
    f, double, fourfold = unpacked(features, 256)
    assert_recorded(f[0, ::64, ::30, 1::30], EMBEDDING)
    assert_recorded(apart(double, 64)[0, ::32, ::60, 1::60], DOUBLE)
    assert_recorded(apart(fourfold, 64)[0, ::16, ::120, 1::120], FOURFOLD)


@torch.inference_mode()
def test_the_public_codes_masks_come_out(model: Sam, features: torch.Tensor) -> None:
    click = torch.tensor([[[300.0, 400.0]]])
    logits, iou = model.decode(features, click, torch.ones(1, 1), multimask=True)
    assert_recorded(logits[0, :, 40::90, 40::90], CLICK_MASKS, LOGITS)
    assert_recorded(iou, CLICK_IOU)
    logits, iou = model.decode(features, boxes=torch.tensor([[100.0, 150, 500, 620]]), multimask=True)
    assert_recorded(logits[0, :, 40::90, 40::90], BOX_MASKS, LOGITS)
    assert_recorded(iou, BOX_IOU)


def test_an_unstable_single_mask_gives_way(model: Sam) -> None:
    """As in the public code: the masks of these weights hover about 0 everywhere."""
    rgb = np.random.RandomState(2).randint(0, 256, (96, 128, 3), np.uint8)
    predictor = Predictor(model)
    embedding = predictor.embed(rgb)
    found = predictor.predict(embedding, PromptSet(box=BoxXYXY(10, 10, 90, 80)))
    assert len(found.candidates) == 4
    scores = [candidate.predicted_iou for candidate in found.candidates]
    assert found.best == 1 + int(np.argmax(scores[1:]))
    first = predictor.predict(embedding, PromptSet(points=(PointPrompt(40, 40),)))
    assert len(first.candidates) == 3


def test_every_form_of_the_file_is_the_same_model(published: dict[str, torch.Tensor], tmp_path: Path) -> None:
    torch.save({"model": published}, tmp_path / "wrapped.pt")
    save_file(published, tmp_path / "plain.safetensors")
    save_file(as_transformers_names(published), tmp_path / "named.safetensors")
    only_pictures = {name: x for name, x in published.items() if not name.startswith(("memory", "obj_ptr"))}
    save_file(only_pictures, tmp_path / "pictures.safetensors")
    save_model(load_model(tmp_path / "wrapped.pt"), tmp_path / "own.safetensors")
    assert len({model_hash(path) for path in tmp_path.iterdir()}) == 1
    assert read_checkpoint(tmp_path / "plain.safetensors").form == "SAM 2 state dict"
    assert read_checkpoint(tmp_path / "named.safetensors").form == "transformers Sam2Model"


@pytest.mark.parametrize("kind", ["sam2", "sam2_video"])
def test_a_folder_of_transformers(published: dict[str, torch.Tensor], tmp_path: Path, kind: str) -> None:
    save_file(as_transformers_names(published), tmp_path / "model.safetensors")
    (tmp_path / "config.json").write_text(json.dumps({"model_type": kind}))
    assert load_model(tmp_path).arch.family == "hiera_sam2"
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "sam"}))
    with pytest.raises(CheckpointError, match="another kind of model"):
        read_checkpoint(tmp_path)


@pytest.mark.parametrize(
    ("depths", "width", "background", "name"),
    [
        ((1, 2, 7, 2), 96, 7, "sam2_hiera_tiny"),
        ((1, 2, 11, 2), 96, 7, "sam2_hiera_small"),
        ((2, 3, 16, 3), 112, 14, "sam2_hiera_base_plus"),
        ((2, 6, 36, 4), 144, 7, "sam2_hiera_large"),
    ],
)
def test_the_published_sizes_have_their_names_and_the_papers_parameters(
    depths: tuple[int, int, int, int], width: int, background: int, name: str
) -> None:
    state = without_values(dict(published_shapes(depths, width, background=background)))
    assert checkpoint_from_state(state, name="x").arch == preset(name)
    assert sum(count_parameters(preset(name))) == ENCODER_AND_REST[name]
    paper = {"tiny": 38.9, "small": 46.0, "base_plus": 80.8, "large": 224.4}[name.removeprefix("sam2_hiera_")]
    assert (ENCODER_AND_REST[name] + FOR_VIDEOS) / 1e6 == pytest.approx(paper, abs=0.1)


def test_what_the_table_says_of_the_smallest() -> None:
    cost = encoder_cost(preset("sam2_hiera_tiny"))
    assert round(cost.parameters / 1e6, 1) == 27.2
    assert round(cost.macs / 1e9, 1) == 146.2


@pytest.mark.parametrize(
    ("lost", "words"),
    [
        ("image_encoder.trunk.blocks.1.proj.weight", "none of SAM 2's four sizes"),
        ("image_encoder.trunk.blocks.4.norm1.weight", "none of SAM 2's four sizes"),
        ("image_encoder.trunk.blocks.4.attn.qkv.weight", "stages.2.1.attn.q.weight"),
        ("image_encoder.trunk.pos_embed", "pos_embed"),
        ("sam_mask_decoder.conv_s0.weight", "neck.fine.0.weight"),
        ("sam_mask_decoder.obj_score_token.weight", "obj_score_token"),
        ("no_mem_embed", "no_memory"),
    ],
)
def test_a_file_that_lacks_something_says_what(
    published: dict[str, torch.Tensor], tmp_path: Path, lost: str, words: str
) -> None:
    save_file({name: x for name, x in published.items() if name != lost}, tmp_path / "bad.safetensors")
    with pytest.raises(CheckpointError) as caught:
        load_model(tmp_path / "bad.safetensors")
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("image_encoder.trunk.blocks.4.attn.qkv.weight", (49, 32)),
        ("image_encoder.trunk.blocks.4.attn.qkv.weight", ()),
        ("image_encoder.trunk.pos_embed", (1, 8)),
        ("image_encoder.trunk.pos_embed", (1, 8, 7, 9)),
        ("image_encoder.trunk.patch_embed.proj.weight", (8, 3, 4, 4)),
        ("image_encoder.neck.convs.3.conv.weight", (256, 9, 1, 1)),
        ("no_mem_embed", (3, 5)),
        ("sam_mask_decoder.iou_token.weight", (1, 0)),
    ],
)
def test_shapes_that_do_not_fit_are_refused(
    published: dict[str, torch.Tensor], tmp_path: Path, name: str, shape: tuple[int, ...]
) -> None:
    save_file({**published, name: torch.ones(shape)}, tmp_path / "bad.safetensors")
    with pytest.raises(CheckpointError):
        load_model(tmp_path / "bad.safetensors")
