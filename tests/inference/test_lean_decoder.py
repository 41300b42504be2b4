"""The decoder with its sums in another order is the same function."""

from __future__ import annotations

import pytest
import torch

from slimsam_core.families import preset
from slimsam_core.inference.runtimes.lean_decoder import lean_decode
from slimsam_core.models import Sam, build_model


@pytest.fixture(scope="module", params=["tiny_test", "efficientnet_lite0"])
def model(request: pytest.FixtureRequest) -> Sam:
    torch.manual_seed(0)
    model = build_model(preset(request.param))
    for parameter in model.parameters():  # biases and norms that are 0 or 1 would hide mistakes
        torch.nn.init.normal_(parameter, std=0.15)
    return model


@pytest.mark.parametrize(("prompts", "tokens"), [(1, 2), (3, 5), (2, 40)])
@pytest.mark.parametrize("with_mask", [False, True])
def test_it_gives_the_decoders_logits_and_iou(model: Sam, prompts: int, tokens: int, with_mask: bool) -> None:
    torch.manual_seed(prompts)
    arch = model.arch
    side = arch.embedding_size
    features = torch.randn(1, arch.embed_dim, side, side)
    masks = torch.randn(prompts, 1, 4 * side, 4 * side) if with_mask else None
    coords, labels = torch.rand(prompts, tokens, 2) * arch.image_size, torch.randint(-1, 4, (prompts, tokens))
    with torch.inference_mode():
        image = model.prepare(features, masks)
        sparse = model.prompt_encoder.sparse(coords, labels)
        logits, iou = model.mask_decoder(image, sparse)
        lean_logits, lean_iou = lean_decode(model.mask_decoder, image, sparse)
    assert logits.std() > 0.01
    torch.testing.assert_close(lean_logits, logits, atol=1e-4 * float(logits.abs().max()), rtol=1e-4)
    torch.testing.assert_close(lean_iou, iou, atol=1e-4 * float(iou.abs().max()), rtol=1e-4)
