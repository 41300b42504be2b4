"""Models for squares of another size: what is stretched, and what stays."""

from __future__ import annotations

import pytest
import torch

from slimsam_core.errors import RecipeError
from slimsam_core.families.sam_vit.network import GridAttention
from slimsam_core.models.resizing import resized
from slimsam_core.training.loop import set_image_size
from tests.compression.models import model


def test_a_model_of_that_size_is_left_alone() -> None:
    sam = model("vit")
    assert resized(sam, 64) is sam


@pytest.mark.parametrize("kind", ["lite", "mobile", "hiera"])
@torch.inference_mode()
def test_weights_that_take_any_size_stay_as_they_are(kind: str) -> None:
    sam, same = model(kind), model(kind)
    other = resized(sam, 96)
    set_image_size(same, 96)
    assert other.arch == same.arch
    x = torch.randn(1, 3, 96, 96)
    torch.testing.assert_close(other.image_encoder(x), same.image_encoder(x))
    assert sam.arch.image_size == 64


@pytest.mark.parametrize("size", [32, 96])
@torch.inference_mode()
def test_a_transformers_tables_are_stretched_as_transformers_does(size: int) -> None:
    from transformers.models.sam.modeling_sam import SamVisionAttention

    sam = model("vit")
    grid = size // 16
    other = resized(sam, size)
    window, whole = other.image_encoder.blocks[0].attn, other.image_encoder.blocks[1].attn
    assert isinstance(window, GridAttention)
    assert isinstance(whole, GridAttention)
    assert torch.equal(window.rel_pos_h, sam.image_encoder.blocks[0].attn.rel_pos_h)
    table = sam.image_encoder.blocks[1].attn.rel_pos_w
    expected = SamVisionAttention.get_rel_pos(None, grid, grid, table)
    torch.testing.assert_close(whole._table(whole.rel_pos_w), expected)
    assert other.image_encoder(torch.randn(1, 3, size, size)).shape[-2:] == (grid, grid)


@torch.inference_mode()
def test_a_ramp_of_positions_stays_a_ramp() -> None:
    sam = model("vit")
    ramp = torch.linspace(0.0, 3.0, 4)
    sam.image_encoder.pos_embed.copy_(ramp[None, :, None, None].expand_as(sam.image_encoder.pos_embed))
    rows = resized(sam, 128).image_encoder.pos_embed[0, :, 0, 0]
    torch.testing.assert_close(rows[2:-2], torch.linspace(-0.25, 3.25, 8)[2:-2], atol=0.1, rtol=0)


@pytest.mark.parametrize("size", [40, 8])
def test_a_size_that_no_grid_fits_is_refused(size: int) -> None:
    with pytest.raises(RecipeError, match=str(size)) as caught:
        resized(model("vit"), size)
    assert caught.value.where == "image_size"
