"""Small models and pictures for the tests of this folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from PIL import Image

from slimsam_core.arch import ArchSpec, DecoderSpec
from slimsam_core.families.efficientnet_lite_sam.spec import LiteEncoder, LiteStage
from slimsam_core.families.hiera_sam2.spec import HieraBlock, HieraEncoder, HieraStage
from slimsam_core.families.sam_vit.spec import VitBlock, VitEncoder
from slimsam_core.families.tiny_vit.spec import TinyVitBlock, TinyVitEncoder, TinyVitStage
from slimsam_core.models import Sam, build_model

_DECODER = DecoderSpec(heads=2, mlp_dim=16, iou_hidden=16, mask_channels=8)


def tiny_vit() -> ArchSpec:
    """Two heads, one window block and one global block."""
    encoder = VitEncoder(
        width=16, heads=2, blocks=(VitBlock(16, 24), VitBlock(12, 20)), global_blocks=(1,), window=3
    )
    return ArchSpec(
        name="tiny_vit", family="sam_vit", image_size=64, encoder=encoder, embed_dim=16, decoder=_DECODER
    )


def tiny_lite() -> ArchSpec:
    """Four strides, a skip connection, and one mixing block."""
    stages = (
        LiteStage(width=8, kernel=3, stride=1, hidden=(16,), expand=False),
        LiteStage(width=8, kernel=3, stride=2, hidden=(32, 32)),
        LiteStage(width=16, kernel=5, stride=2, hidden=(32, 32)),
        LiteStage(width=16, kernel=3, stride=2, hidden=(48, 48)),
        LiteStage(width=24, kernel=3, stride=2, hidden=(48,)),
    )
    encoder = LiteEncoder(stem=16, stages=stages, lateral4=4, lateral8=8, mix=(32,))
    return ArchSpec(
        name="tiny_lite",
        family="efficientnet_lite_sam",
        image_size=64,
        encoder=encoder,
        embed_dim=16,
        decoder=_DECODER,
    )


def tiny_mobile() -> ArchSpec:
    """MobileSAM's kinds of layers: windows over the edge, blocks that differ, a merging without a stride."""
    stages = (
        TinyVitStage(
            width=16, merge=24, stride=2, window=3, blocks=(TinyVitBlock(2, 32), TinyVitBlock(3, 24))
        ),
        TinyVitStage(width=24, merge=16, stride=1, window=4, blocks=(TinyVitBlock(4, 40),)),
    )
    encoder = TinyVitEncoder(stem=16, width=16, hidden=(32, 24), stages=stages, head_width=4)
    return ArchSpec(
        name="tiny_mobile", family="tiny_vit", image_size=64, encoder=encoder, embed_dim=16, decoder=_DECODER
    )


def tiny_hiera() -> ArchSpec:
    """SAM 2's kinds of layers: windows over the edge and a global block, pooled queries, a pyramid."""
    stages = (
        HieraStage(width=16, heads=1, window=4, blocks=(HieraBlock(16, 32),)),
        HieraStage(width=24, heads=2, window=4, blocks=(HieraBlock(24, 32),)),
        HieraStage(
            width=32, heads=2, window=6, blocks=(HieraBlock(32, 64), HieraBlock(24, 48)), global_blocks=(1,)
        ),
        HieraStage(width=40, heads=4, window=2, blocks=(HieraBlock(32, 64),)),
    )
    encoder = HieraEncoder(stages=stages, background=3, fine=(24, 24))
    return ArchSpec(
        name="tiny_hiera", family="hiera_sam2", image_size=64, encoder=encoder, embed_dim=16, decoder=_DECODER
    )


ARCHS = {"vit": tiny_vit, "lite": tiny_lite, "mobile": tiny_mobile, "hiera": tiny_hiera}


def model(kind: str, seed: int = 0) -> Sam:
    """A tiny model with random weights; batch norms have seen something and let every channel live."""
    torch.manual_seed(seed)
    built = build_model(ARCHS[kind]())
    for module in built.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.uniform_(-0.5, 0.5)  # type: ignore[union-attr]
            module.running_var.uniform_(0.5, 2.0)  # type: ignore[union-attr]
            torch.nn.init.uniform_(module.weight, 0.2, 0.5)
            torch.nn.init.uniform_(module.bias, 2.0, 3.0)
    return built


def pictures(folder: Path, count: int, seed: int = 0) -> Path:
    """Random smooth pictures of several shapes."""
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(seed)
    for index in range(count):
        small = random.integers(0, 256, (4, 5 + index % 3, 3), np.uint8)
        Image.fromarray(small).resize((72, 48), Image.Resampling.BILINEAR).save(folder / f"{index:03}.png")
    return folder
