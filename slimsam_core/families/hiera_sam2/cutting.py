"""Hiera of SAM 2: the width of every stage, q/k/v by block and head, MLP hidden layers, the fine features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import torch
from torch import Tensor, nn

from slimsam_core.arch import ArchSpec
from slimsam_core.families.cutting import ChannelGroup, ChannelKind, Mends, Tap, TapGroup, TapSide, one_root
from slimsam_core.families.declaration import own
from slimsam_core.families.hiera_sam2.network import HieraLayer, HieraSam2Encoder, hiera_layers
from slimsam_core.families.hiera_sam2.spec import PATCH, HieraBlock, HieraEncoder, HieraStage


def channel_groups(arch: ArchSpec) -> tuple[ChannelGroup, ...]:
    """The streams; the fine features between their two convolutions; q/k/v and MLP of each block."""
    spec = own(HieraEncoder, arch.encoder)
    streams = ["patch_embed.proj", *(f"stages.{s}.0.shortcut" for s in range(1, len(spec.stages)))]
    groups = [
        *(
            one_root(f"stages.{s}", ChannelKind.RESIDUAL, root, stage.width)
            for s, (root, stage) in enumerate(zip(streams, spec.stages, strict=True))
        ),
        *(
            one_root(f"neck.fine.{i}", ChannelKind.HIDDEN, f"neck.laterals.{i}", width)
            for i, width in enumerate(spec.fine)
        ),
    ]
    for s, stage in enumerate(spec.stages):
        for b, block in enumerate(stage.blocks):
            name = f"stages.{s}.{b}"
            groups += [
                ChannelGroup(
                    name=f"{name}.attn",
                    kind=ChannelKind.ATTENTION,
                    roots=tuple(f"{name}.attn.{part}" for part in "qkv"),
                    width=block.attention,
                    granule=stage.heads,
                    heads=stage.heads,
                ),
                one_root(f"{name}.mlp", ChannelKind.HIDDEN, f"{name}.mlp.lin1", block.mlp),
            ]
    return tuple(groups)


def with_widths(arch: ArchSpec, widths: Mapping[str, int]) -> ArchSpec:
    """The architecture with some widths replaced."""
    spec = own(HieraEncoder, arch.encoder)

    def stage_with(s: int, stage: HieraStage) -> HieraStage:
        blocks = tuple(
            HieraBlock(
                widths.get(f"stages.{s}.{b}.attn", block.attention),
                widths.get(f"stages.{s}.{b}.mlp", block.mlp),
            )
            for b, block in enumerate(stage.blocks)
        )
        return replace(stage, width=widths.get(f"stages.{s}", stage.width), blocks=blocks)

    first, second = (widths.get(f"neck.fine.{i}", width) for i, width in enumerate(spec.fine))
    stages = tuple(stage_with(s, stage) for s, stage in enumerate(spec.stages))
    return replace(arch, encoder=replace(spec, stages=stages, fine=(first, second)))


def skeleton(encoder: nn.Module) -> Tensor:
    """Some cells through every layer, without pooling, which changes no channels. q, k and v meet by adding
    them, which couples them as attention does."""
    encoder = own(HieraSam2Encoder, encoder)
    x = encoder.patch_embed(torch.ones(1, 3, PATCH, PATCH))
    for table in (encoder.pos_embed, encoder.pos_embed_window):
        x = x + table.mean((1, 2), keepdim=True)
    features = []
    for stage in encoder.stages:
        for layer in _layers(stage):
            attn, y = layer.attn, layer.norm1(x)
            kept = x if layer.shortcut is None else layer.shortcut(y)
            x = kept + attn.proj(attn.q(y) + attn.k(y) + attn.v(y))
            x = x + layer.mlp(layer.norm2(x))
        features.append(x.permute(0, 3, 1, 2))
    neck = encoder.neck
    first, second, third, fourth = (
        lateral(feature) for lateral, feature in zip(neck.laterals, features, strict=True)
    )
    return torch.cat([third + fourth + neck.no_memory, neck.fine[1](second), neck.fine[0](first)], dim=1)


def bottleneck_taps(arch: ArchSpec, mends: Mends) -> tuple[TapGroup, ...]:
    """q, k and v of the blocks with windows, of the global ones, the MLPs after GELU, the fine features."""
    spec = own(HieraEncoder, arch.encoder)

    def qkv(whole: bool) -> tuple[Tap, ...]:
        return tuple(
            Tap(f"stages.{s}.{b}.attn.{part}")
            for s, stage in enumerate(spec.stages)
            for b in range(len(stage.blocks))
            if (b in stage.global_blocks) == whole
            for part in "qkv"
        )

    groups = [
        TapGroup("window q, k, v", qkv(False)),
        TapGroup("MLP", tuple(Tap(f"{name}.mlp.act") for name in _block_names(spec))),
        TapGroup("fine features", tuple(Tap(f"neck.laterals.{i}") for i in range(len(spec.fine)))),
    ]
    if mends.global_block_loss:
        groups.insert(1, TapGroup("global q, k, v", qkv(True)))
    return tuple(group for group in groups if group.taps)


def embedding_taps(arch: ArchSpec) -> tuple[TapGroup, ...]:
    """The streams: what the first block gets, and behind every attention and every MLP."""
    names = _block_names(own(HieraEncoder, arch.encoder))
    taps = [Tap(names[0], TapSide.INPUT)]
    for name in names:
        taps += [Tap(f"{name}.norm2", TapSide.INPUT), Tap(name)]
    return (TapGroup("block embeddings", tuple(taps)),)


def checkpointed(encoder: nn.Module) -> Sequence[nn.Module]:
    """The transformer blocks."""
    return list(hiera_layers(own(HieraSam2Encoder, encoder)).values())


def after_cut(
    encoder: nn.Module, _kept: Mapping[str, Sequence[int]], _former: ArchSpec, _mends: Mends
) -> None:
    """Nothing is left: the tables of positions are cut with the first stream."""
    own(HieraSam2Encoder, encoder)


def _block_names(spec: HieraEncoder) -> list[str]:
    return [f"stages.{s}.{b}" for s, stage in enumerate(spec.stages) for b in range(len(stage.blocks))]


def _layers(stage: nn.Module) -> list[HieraLayer]:
    return [layer for layer in stage.children() if isinstance(layer, HieraLayer)]
