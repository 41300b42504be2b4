"""Files as MobileSAM's public code saves them: its names and shapes, of any widths, with made-up weights."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch

from slimsam_core.arch import ArchSpec, DecoderSpec
from slimsam_core.families import preset
from slimsam_core.families.tiny_vit.spec import TinyVitBlock, TinyVitEncoder, TinyVitStage
from slimsam_core.models import build_model


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """Of a TinyViT as the public code makes it, by layer; the first layer has no attention."""

    widths: tuple[int, int, int, int]
    depths: tuple[int, int, int, int]
    heads: tuple[int, int, int, int]
    windows: tuple[int, int, int, int]
    mlp: int
    """Times the width."""
    expansion: int
    classes: int


SMALL = Sizes(
    widths=(16, 32, 64, 320), depths=(1, 2, 1, 1), heads=(0, 2, 4, 20), windows=(0, 3, 4, 7), mlp=2,
    expansion=3, classes=5,
)  # fmt: skip
PUBLISHED = Sizes(
    widths=(64, 128, 160, 320), depths=(2, 2, 6, 2), heads=(0, 4, 5, 10), windows=(0, 7, 14, 7), mlp=4,
    expansion=4, classes=1000,
)  # fmt: skip


def arch(sizes: Sizes) -> ArchSpec:
    stages = tuple(
        TinyVitStage(
            width=width,
            merge=width,
            stride=stride,
            window=window,
            blocks=(TinyVitBlock(heads, sizes.mlp * width),) * depth,
        )
        for width, depth, heads, window, stride in zip(
            sizes.widths[1:], sizes.depths[1:], sizes.heads[1:], sizes.windows[1:], (2, 2, 1), strict=True
        )
    )
    first = sizes.widths[0]
    encoder = TinyVitEncoder(
        stem=first // 2,
        width=first,
        hidden=(sizes.expansion * first,) * sizes.depths[0],
        stages=stages,
        head_width=sizes.widths[1] // sizes.heads[1],
    )
    decoder = DecoderSpec(mlp_dim=32, iou_hidden=32)
    return ArchSpec(name="m", family="tiny_vit", image_size=1024, encoder=encoder, decoder=decoder)


def conv(name: str, shape: tuple[int, ...]) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield f"{name}.c.weight", shape
    for part in ("weight", "bias", "running_mean", "running_var"):
        yield f"{name}.bn.{part}", shape[:1]
    yield f"{name}.bn.num_batches_tracked", ()


def both(name: str, shape: tuple[int, ...]) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield f"{name}.weight", shape
    yield f"{name}.bias", shape[:1]


def published_shapes(sizes: Sizes) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Names and shapes of the public code's image encoder."""
    first, last = sizes.widths[0], sizes.widths[-1]
    yield from conv("patch_embed.seq.0", (first // 2, 3, 3, 3))
    yield from conv("patch_embed.seq.2", (first, first // 2, 3, 3))
    for layer, (width, depth) in enumerate(zip(sizes.widths, sizes.depths, strict=True)):
        for b in range(depth):
            block = f"layers.{layer}.blocks.{b}"
            if layer == 0:
                yield from bottleneck(block, width, sizes.expansion * width, width)
                continue
            hidden = sizes.mlp * width
            yield f"{block}.attn.attention_biases", (sizes.heads[layer], sizes.windows[layer] ** 2)
            yield from both(f"{block}.attn.norm", (width,))
            yield from both(f"{block}.attn.qkv", (3 * width, width))
            yield from both(f"{block}.attn.proj", (width, width))
            yield from both(f"{block}.mlp.norm", (width,))
            yield from both(f"{block}.mlp.fc1", (hidden, width))
            yield from both(f"{block}.mlp.fc2", (width, hidden))
            yield from conv(f"{block}.local_conv", (width, 1, 3, 3))
        if layer < 3:
            after = sizes.widths[layer + 1]
            yield from bottleneck(f"layers.{layer}.downsample", width, after, after)
    yield from both("norm_head", (last,))
    yield from both("head", (sizes.classes, last))
    yield "neck.0.weight", (256, last, 1, 1)
    yield from both("neck.1", (256,))
    yield "neck.2.weight", (256, 256, 3, 3)
    yield from both("neck.3", (256,))


def bottleneck(name: str, before: int, hidden: int, after: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield from conv(f"{name}.conv1", (hidden, before, 1, 1))
    yield from conv(f"{name}.conv2", (hidden, 1, 3, 3))
    yield from conv(f"{name}.conv3", (after, hidden, 1, 1))


def value(name: str, shape: tuple[int, ...]) -> torch.Tensor:
    """Numbers that depend on the name alone, of realistic size."""
    if name.endswith("num_batches_tracked"):
        return torch.tensor(0)
    x = 2 * np.random.RandomState(zlib.crc32(name.encode())).random_sample(shape) - 1
    if name.endswith("running_var"):
        x = 1.5 + 0.5 * x
    elif name.endswith("attention_biases"):
        x = 2 * x
    elif len(shape) == 1:
        x = 0.2 * x + (1.0 if name.endswith("weight") else 0.0)
    else:
        x = x * (3 / x[0].size) ** 0.5
    return torch.from_numpy(x).float()


def decoder_state(of: ArchSpec) -> dict[str, torch.Tensor]:
    torch.manual_seed(0)
    state = build_model(replace(preset("tiny_test"), embed_dim=256, decoder=of.decoder)).state_dict()
    return {name: tensor for name, tensor in state.items() if not name.startswith("image_encoder.")}


def mobile_sam_state() -> dict[str, torch.Tensor]:
    """A whole small model."""
    names = [(f"image_encoder.{name}", shape) for name, shape in published_shapes(SMALL)]
    return {**decoder_state(arch(SMALL)), **{name: value(name, shape) for name, shape in names}}
