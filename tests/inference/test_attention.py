"""The faster kernels compute what the plain one computes."""

from __future__ import annotations

import pytest
import torch

from slimsam_core.families import preset
from slimsam_core.families.layers import RelativeAttention, relative_attention
from slimsam_core.inference.runtimes import attention
from slimsam_core.models import build_model

KERNELS = [attention.chunked_attention, attention.augmented_attention]


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize(("batch", "heads", "side", "d"), [(1, 2, 14, 6), (2, 3, 20, 16), (1, 1, 33, 14)])
def test_a_kernel_equals_the_plain_one(
    kernel: RelativeAttention, batch: int, heads: int, side: int, d: int
) -> None:
    torch.manual_seed(0)
    q, k, v = torch.randn(3, batch, heads, side * side, d)
    rel_h, rel_w = torch.randn(2, side, side, d)
    expected = relative_attention(q, k, v, rel_h, rel_w)
    torch.testing.assert_close(kernel(q, k, v, rel_h, rel_w), expected, atol=2e-5, rtol=1e-4)


@pytest.mark.parametrize("kernel", KERNELS)
def test_an_encoder_gives_the_same_with_another_kernel_and_has_its_own_back_after(
    kernel: RelativeAttention,
) -> None:
    torch.manual_seed(0)
    encoder = build_model(preset("tiny_test")).image_encoder
    x = torch.randn(1, 3, 128, 128)
    with torch.inference_mode():
        expected = encoder(x)
        with attention.attention_kernel(encoder, kernel):
            torch.testing.assert_close(encoder(x), expected, atol=2e-5, rtol=1e-4)
    kernels = {layer.kernel for layer in encoder.modules() if hasattr(layer, "kernel")}
    assert kernels == {relative_attention}
