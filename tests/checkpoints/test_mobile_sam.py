"""MobileSAM's files: recognised by their content, and computed as its public code computes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from slimsam_core.checkpoints import model_hash, read_checkpoint
from slimsam_core.checkpoints.loading import load_model
from slimsam_core.checkpoints.sam_state import checkpoint_from_state
from slimsam_core.errors import CheckpointError
from slimsam_core.families import preset
from slimsam_core.models.cost import encoder_cost
from tests.checkpoints.mobile_sam_files import (
    PUBLISHED,
    SMALL,
    arch,
    decoder_state,
    mobile_sam_state,
    published_shapes,
)
from tests.tiny_models import without_values

SIDE = 80
RECORDED = (
    0.03536, 0.42909, -0.32384, 0.14602, -0.43024, -0.85426, -0.43215, 0.00196,
    -1.09176, -0.09614, -1.23768, 0.06606, -0.37155, -1.49145, -1.17103, -1.76686,
    -1.83791, -1.4694, 0.54061, 0.79319, -0.4916, 0.06678, -1.83268, -1.17067,
)  # fmt: skip
"""``[0, ::64, ::2, 1::2]`` of the embedding that the public code (MobileSAM at 34bbbfd, Apache-2.0) made of
``picture()`` with the weights of ``mobile_sam_state()``, on 2026-11-28 with torch 2.13 on a CPU."""


@pytest.fixture(scope="module")
def published() -> dict[str, torch.Tensor]:
    return mobile_sam_state()


def picture() -> torch.Tensor:
    pixels = 2 * np.random.RandomState(1).random_sample((1, 3, SIDE, SIDE)) - 1
    return torch.from_numpy(pixels).float()


def test_the_public_codes_numbers_come_out(published: dict[str, torch.Tensor], tmp_path: Path) -> None:
    torch.save(published, tmp_path / "mobile_sam.pt")
    model = load_model(tmp_path / "mobile_sam.pt")
    assert replace(model.arch, name="m") == arch(SMALL)
    with torch.inference_mode():
        f_BChw = model.image_encoder(picture())
    assert f_BChw.shape == (1, 256, 5, 5)
    found = f_BChw[0, ::64, ::2, 1::2].flatten()
    torch.testing.assert_close(found, torch.tensor(RECORDED), atol=1e-4, rtol=0)


def test_every_form_of_the_file_is_the_same_model(published: dict[str, torch.Tensor], tmp_path: Path) -> None:
    torch.save({"model": published}, tmp_path / "wrapped.pth")
    torch.save({f"module.{name}": tensor for name, tensor in published.items()}, tmp_path / "parallel.pth")
    save_file(published, tmp_path / "plain.safetensors")
    index = {"image_encoder.layers.1.blocks.0.attn.attention_bias_idxs": torch.zeros(9, 9, dtype=torch.int64)}
    torch.save(published | index, tmp_path / "index.pt")
    hashes = {model_hash(path) for path in tmp_path.iterdir()}
    assert len(hashes) == 1
    assert read_checkpoint(tmp_path / "plain.safetensors").form == "MobileSAM state dict"


def test_half_precision_stays(published: dict[str, torch.Tensor], tmp_path: Path) -> None:
    half = {name: x.half() if x.is_floating_point() else x for name, x in published.items()}
    save_file(half, tmp_path / "half.safetensors")
    assert read_checkpoint(tmp_path / "half.safetensors").precision == "float16"


def test_the_published_widths_have_their_name_and_the_papers_size() -> None:
    known = preset("mobile_sam")
    shapes: dict[str, Sequence[int]] = {name: x.shape for name, x in decoder_state(known).items()}
    shapes |= {f"image_encoder.{name}": shape for name, shape in published_shapes(PUBLISHED)}
    assert checkpoint_from_state(without_values(shapes), name="x").arch == known
    cost = encoder_cost(known)
    assert cost.parameters == 5_743_892  # the public code's 6,065,532 without its unused classifier
    assert cost.macs == pytest.approx(38.8e9, rel=0.01)


@pytest.mark.parametrize(
    ("name", "shape", "match"),
    [
        ("layers.1.blocks.0.attn.qkv.weight", (95, 32), "cut into heads"),
        ("layers.1.blocks.0.attn.attention_biases", (0, 9), "cut into heads"),
        ("layers.1.blocks.1.attn.attention_biases", (2, 16), "one window size"),
        ("layers.1.blocks.1.attn.attention_biases", (4, 9), "heads of one width"),
        ("layers.2.blocks.0.attn.attention_biases", (4, 15), "does not fit"),
        ("layers.0.downsample.conv2.c.weight", (32, 1, 5, 5), "does not fit"),
        ("neck.0.weight", (256, 1), "does not fit"),
    ],
)
def test_wrong_shapes_are_named(
    published: dict[str, torch.Tensor], tmp_path: Path, name: str, shape: tuple[int, ...], match: str
) -> None:
    torch.save(published | {f"image_encoder.{name}": torch.zeros(shape)}, tmp_path / "m.pt")
    with pytest.raises(CheckpointError, match=match):
        load_model(tmp_path / "m.pt")


def test_what_is_missing_or_too_much_is_named(published: dict[str, torch.Tensor], tmp_path: Path) -> None:
    torch.save(published | {"image_encoder.layers.3.adapter.weight": torch.zeros(3)}, tmp_path / "more.pt")
    with pytest.raises(CheckpointError, match=r"layers\.3\.adapter"):
        load_model(tmp_path / "more.pt")
    gone = "image_encoder.layers.3.blocks.0.local_conv.bn.running_var"
    torch.save({name: x for name, x in published.items() if name != gone}, tmp_path / "less.pt")
    with pytest.raises(CheckpointError, match=r"stages\.2\.blocks\.0\.local\.1\.running_var"):
        load_model(tmp_path / "less.pt")
