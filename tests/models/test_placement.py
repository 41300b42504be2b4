"""Layers in training: what bf16 leaves alone."""

from __future__ import annotations

import copy

import torch
from torch import nn

from slimsam_core.models.placement import Float32Conv2d, placed
from tests.compression.models import model

CPU = torch.device("cpu")


def test_depthwise_convolutions_compute_in_float32_inside_autocast_and_others_do_not() -> None:
    layers = placed(nn.Sequential(nn.Conv2d(8, 8, 3, groups=8), nn.Conv2d(8, 8, 1)), CPU)
    x = torch.randn(1, 8, 5, 5)
    with torch.autocast("cpu", torch.bfloat16):
        middle = layers[0](x)
        last = layers[1](middle)
    assert middle.dtype == torch.float32
    assert last.dtype == torch.bfloat16
    assert torch.equal(middle, layers[0](x))


def test_a_placed_model_computes_the_same_and_its_copy_uses_its_own_weights() -> None:
    sam = model("lite")
    x = torch.randn(1, 3, 64, 64)
    with torch.no_grad():
        before = sam.image_encoder(x)
        after = placed(sam, CPU).image_encoder(x)
        twin = copy.deepcopy(sam)
        for parameter in twin.image_encoder.parameters():
            parameter.zero_()
        assert torch.allclose(before, after, atol=1e-4)
        assert any(isinstance(layer, Float32Conv2d) for layer in twin.modules())
        assert not torch.allclose(twin.image_encoder(x), after, atol=1e-2)
        assert torch.equal(sam.image_encoder(x), after)


def test_frozen_depthwise_convolutions_keep_their_kernels() -> None:
    layers = nn.Sequential(nn.Conv2d(8, 8, 3, groups=8), nn.Conv2d(8, 8, 3, groups=8))
    layers[0].requires_grad_(False)
    assert [type(layer) for layer in placed(layers, CPU)] == [nn.Conv2d, Float32Conv2d]
