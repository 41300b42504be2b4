"""Devices and number formats: what is chosen, and what bf16 leaves alone."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import nn

from slimsam_core.compression.precision import (
    Float32Conv2d,
    autocast,
    chosen_device,
    compiles,
    placed,
    uses_bf16,
)
from slimsam_core.errors import DeviceUnavailable
from tests.compression.models import model

CPU = torch.device("cpu")


def test_a_word_that_is_no_device_is_refused() -> None:
    with pytest.raises(DeviceUnavailable, match="toaster"):
        chosen_device("toaster")


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_without_a_gpu_auto_is_the_cpu_and_cuda_is_refused() -> None:
    assert chosen_device("auto") == CPU
    with pytest.raises(DeviceUnavailable):
        chosen_device("cuda")


def test_switches_decide_and_auto_looks() -> None:
    assert uses_bf16("bf16", CPU)
    assert not uses_bf16("fp32", CPU)
    assert compiles("on", CPU)
    assert not compiles("off", CPU)


def test_depthwise_convolutions_compute_in_float32_inside_autocast_and_others_do_not() -> None:
    layers = placed(nn.Sequential(nn.Conv2d(8, 8, 3, groups=8), nn.Conv2d(8, 8, 1)), CPU)
    x = torch.randn(1, 8, 5, 5)
    with autocast(True, CPU):
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
