from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from slimsam_core.arch import ArchSpec
from slimsam_core.families import preset
from slimsam_core.families.efficientnet_lite_sam.spec import LiteEncoder, LiteStage
from slimsam_core.families.sam_vit.spec import VitBlock, VitEncoder
from slimsam_core.models import Sam, build_model, meta_model
from tests.compression.models import tiny_mobile


@pytest.fixture(scope="module")
def tiny() -> Sam:
    torch.manual_seed(3)
    return build_model(preset("tiny_test"))


@pytest.fixture(scope="module")
def embeddings(tiny: Sam) -> torch.Tensor:
    with torch.inference_mode():
        f: torch.Tensor = tiny.image_encoder(torch.randn(2, 3, 128, 128))
        return f


POINTS = torch.tensor([[[10.0, 20], [90, 100]], [[64, 64], [5, 120]], [[1, 2], [3, 4]]])
LABELS = torch.tensor([[1, 0], [1, 1], [1, -1]])
BOXES = torch.tensor([[3.0, 4, 50, 60], [30, 20, 100, 110], [0, 0, 128, 128]])


@pytest.mark.parametrize("name", ["tiny_test", "efficientnet_lite0", "mobile_sam"])
def test_a_model_without_weights_has_the_same_names_and_shapes(name: str) -> None:
    shapes = meta_model(preset(name)).state_dict()
    assert {tensor.device.type for tensor in shapes.values()} == {"meta"}
    model = build_model(preset(name)).state_dict()
    assert {key: (x.shape, x.dtype) for key, x in shapes.items()} == {
        key: (x.shape, x.dtype) for key, x in model.items()
    }


def test_shapes(tiny: Sam, embeddings: torch.Tensor) -> None:
    assert embeddings.shape == (2, 32, 8, 8)
    for multimask, masks in ((None, 4), (True, 3), (False, 1)):
        logits, iou = tiny.decode(embeddings, POINTS[:2], LABELS[:2], multimask=multimask)
        assert logits.shape == (2, masks, 32, 32)
        assert iou.shape == (2, masks)


@torch.inference_mode()
def test_a_batch_of_prompts_equals_one_by_one(tiny: Sam, embeddings: torch.Tensor) -> None:
    image = tiny.prepare(embeddings[:1])
    together, iou = tiny.decode(image, POINTS, LABELS, BOXES)
    for i in range(3):
        alone, alone_iou = tiny.decode(embeddings[:1], POINTS[i : i + 1], LABELS[i : i + 1], BOXES[i : i + 1])
        torch.testing.assert_close(together[i : i + 1], alone, atol=1e-5, rtol=1e-4)
        torch.testing.assert_close(iou[i : i + 1], alone_iou, atol=1e-5, rtol=1e-4)


@torch.inference_mode()
def test_a_batch_of_images_equals_one_by_one(tiny: Sam, embeddings: torch.Tensor) -> None:
    together, _ = tiny.decode(embeddings, boxes=BOXES[:2])
    for i in range(2):
        alone, _ = tiny.decode(embeddings[i : i + 1], boxes=BOXES[i : i + 1])
        torch.testing.assert_close(together[i : i + 1], alone, atol=1e-5, rtol=1e-4)


@torch.inference_mode()
def test_mask_prompt_is_used_only_where_it_is_given(tiny: Sam, embeddings: torch.Tensor) -> None:
    mask = torch.randn(2, 1, 32, 32) * 10
    both, _ = tiny.decode(embeddings, boxes=BOXES[:2], mask_input=mask, has_mask=torch.tensor([0.0, 1.0]))
    without, _ = tiny.decode(embeddings, boxes=BOXES[:2])
    with_mask, _ = tiny.decode(embeddings, boxes=BOXES[:2], mask_input=mask)
    torch.testing.assert_close(both[0], without[0], atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(both[1], with_mask[1], atol=1e-5, rtol=1e-4)
    assert (without[1] - with_mask[1]).abs().max() > 1e-3


@torch.inference_mode()
def test_points_without_box_get_a_padding_point(tiny: Sam, embeddings: torch.Tensor) -> None:
    point = tiny.decode(embeddings[:1], POINTS[:1, :1], LABELS[:1, :1])
    image = tiny.prepare(embeddings[:1])
    sparse = tiny.prompt_encoder.sparse(torch.tensor([[[10.0, 20.0], [77.0, 3.0]]]), torch.tensor([[1, -1]]))
    torch.testing.assert_close(point, tiny.mask_decoder(image, sparse))


def test_contradictory_prompts_are_refused(tiny: Sam, embeddings: torch.Tensor) -> None:
    with pytest.raises(ValueError, match="go together"):
        tiny.decode(embeddings, POINTS[:2])
    with pytest.raises(ValueError, match="prepare"):
        tiny.decode(tiny.prepare(embeddings), boxes=BOXES[:2], mask_input=torch.zeros(2, 1, 32, 32))


def test_unknown_family() -> None:
    with pytest.raises(ValueError, match="unknown model family"):
        build_model(replace(preset("tiny_test"), family="cnn_9000"))


def narrow_lite() -> ArchSpec:
    stages = (
        LiteStage(width=8, kernel=3, stride=1, hidden=(12,), expand=False),
        LiteStage(width=10, kernel=3, stride=2, hidden=(20, 30)),
        LiteStage(width=12, kernel=5, stride=2, hidden=(31, 17)),
        LiteStage(width=14, kernel=3, stride=2, hidden=(40,)),
        LiteStage(width=14, kernel=5, stride=1, hidden=(41,)),
        LiteStage(width=18, kernel=5, stride=2, hidden=(50, 60)),
    )
    arch = replace(preset("efficientnet_lite2"), image_size=96, embed_dim=32, name="narrow")
    return replace(
        arch,
        encoder=LiteEncoder(stem=12, stages=stages, lateral4=4, lateral8=8, mix=(40, 24)),
        decoder=replace(arch.decoder, heads=2, mlp_dim=16),
    )


@pytest.mark.parametrize("training", [False, True])
def test_free_widths_run_in_every_family(training: bool) -> None:
    vit = preset("tiny_test")
    vit = replace(
        vit,
        encoder=VitEncoder(
            width=10, heads=2, blocks=(VitBlock(6, 5), VitBlock(20, 70)), global_blocks=(0,), window=3
        ),
    )
    for arch in (vit, narrow_lite(), tiny_mobile()):
        model = build_model(arch).train(training)
        f = model.image_encoder(torch.randn(1, 3, arch.image_size, arch.image_size))
        assert f.shape == (1, arch.embed_dim, arch.embedding_size, arch.embedding_size)


@pytest.mark.parametrize("arch", [narrow_lite(), tiny_mobile()], ids=lambda arch: arch.name)
def test_training_leaves_batch_norm_statistics_alone(arch: ArchSpec) -> None:
    model = build_model(arch).train()
    before = {k: v.clone() for k, v in model.state_dict().items() if "running" in k}
    model.image_encoder(torch.randn(2, 3, arch.image_size, arch.image_size))
    after = model.state_dict()
    assert before
    assert all(torch.equal(after[k], v) for k, v in before.items())


@pytest.mark.parametrize(
    ("name", "millions"),
    [("sam_vit_b", 89.67), ("sam_vit_l", 308.28), ("sam_vit_h", 637.03)],
)
def test_encoders_of_sam_have_their_published_sizes(name: str, millions: float) -> None:
    encoder = meta_model(preset(name)).image_encoder
    count = sum(p.numel() for p in encoder.parameters()) / 1e6
    assert count == pytest.approx(millions, rel=1e-3)
