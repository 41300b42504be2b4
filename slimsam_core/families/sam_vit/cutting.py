"""SAM's ViT: the residual width, q/k/v by block and head, MLP hidden layers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import torch
from torch import Tensor, nn

from slimsam_core.arch import ArchSpec
from slimsam_core.families.cutting import ChannelGroup, ChannelKind, Mends, Tap, TapGroup, TapSide
from slimsam_core.families.declaration import own
from slimsam_core.families.sam_vit.network import SamVitEncoder, transformer_blocks
from slimsam_core.families.sam_vit.spec import VitBlock, VitEncoder


def channel_groups(arch: ArchSpec) -> tuple[ChannelGroup, ...]:
    """One residual stream; in each block q/k/v together, and the MLP; widths are multiples of the heads."""
    spec = own(VitEncoder, arch.encoder)
    heads = spec.heads
    groups = [
        ChannelGroup(
            name="residual",
            kind=ChannelKind.RESIDUAL,
            roots=("patch_embed.proj",),
            width=spec.width,
            granule=heads,
        )
    ]
    for index, block in enumerate(spec.blocks):
        attn, mlp = f"blocks.{index}.attn", f"blocks.{index}.mlp"
        roots = tuple(f"{attn}.{name}" for name in "qkv")
        groups.append(
            ChannelGroup(
                name=attn,
                kind=ChannelKind.ATTENTION,
                roots=roots,
                width=block.attention,
                granule=heads,
                heads=heads,
            )
        )
        groups.append(
            ChannelGroup(
                name=mlp, kind=ChannelKind.HIDDEN, roots=(f"{mlp}.lin1",), width=block.mlp, granule=heads
            )
        )
    return tuple(groups)


def with_widths(arch: ArchSpec, widths: Mapping[str, int]) -> ArchSpec:
    """The architecture with some widths replaced."""
    spec = own(VitEncoder, arch.encoder)
    blocks = tuple(
        VitBlock(
            widths.get(f"blocks.{index}.attn", block.attention), widths.get(f"blocks.{index}.mlp", block.mlp)
        )
        for index, block in enumerate(spec.blocks)
    )
    return replace(arch, encoder=replace(spec, width=widths.get("residual", spec.width), blocks=blocks))


def skeleton(encoder: nn.Module) -> Tensor:
    """One patch through every layer; q, k and v meet by adding them, which couples them as attention does."""
    encoder = own(SamVitEncoder, encoder)
    patch = encoder.patch_embed.proj
    x = patch(torch.ones(1, 3, *patch.kernel_size)).permute(0, 2, 3, 1)
    x = x + encoder.pos_embed.mean((1, 2), keepdim=True)
    for block in transformer_blocks(encoder):
        attn, y = block.attn, block.norm1(x)
        x = x + attn.proj(attn.q(y) + attn.k(y) + attn.v(y))
        x = x + block.mlp(block.norm2(x))
    result: Tensor = encoder.neck(x.permute(0, 3, 1, 2))
    return result


def bottleneck_taps(arch: ArchSpec, mends: Mends) -> tuple[TapGroup, ...]:
    """q, k and v of the window blocks, of the global blocks, and the MLPs' hidden features after GELU."""
    spec = own(VitEncoder, arch.encoder)

    def qkv(blocks: Sequence[int]) -> tuple[Tap, ...]:
        return tuple(Tap(f"blocks.{index}.attn.{name}") for index in blocks for name in "qkv")

    every = range(len(spec.blocks))
    groups = [
        TapGroup("window q, k, v", qkv([index for index in every if index not in spec.global_blocks])),
        TapGroup("MLP", tuple(Tap(f"blocks.{index}.mlp.act") for index in every)),
    ]
    if mends.global_block_loss:
        groups.insert(1, TapGroup("global q, k, v", qkv(spec.global_blocks)))
    return tuple(group for group in groups if group.taps)


def embedding_taps(arch: ArchSpec) -> tuple[TapGroup, ...]:
    """The residual stream after the patch embedding, after every attention and after every MLP."""
    count = len(own(VitEncoder, arch.encoder).blocks)
    taps = [Tap("blocks.0", TapSide.INPUT)]
    for index in range(count):
        taps += [Tap(f"blocks.{index}.norm2", TapSide.INPUT), Tap(f"blocks.{index}")]
    return (TapGroup("block embeddings", tuple(taps)),)


def checkpointed(encoder: nn.Module) -> Sequence[nn.Module]:
    """The transformer blocks."""
    return transformer_blocks(own(SamVitEncoder, encoder))


def after_cut(encoder: nn.Module, kept: Mapping[str, Sequence[int]], former: ArchSpec, mends: Mends) -> None:
    """Cut the relative position tables with the channels of a head; apply the unmended variants."""
    spec = own(VitEncoder, former.encoder)
    for index, block in enumerate(transformer_blocks(own(SamVitEncoder, encoder))):
        attn = block.attn
        channels = kept.get(f"blocks.{index}.attn")
        if channels is not None:
            columns = torch.as_tensor(list(channels), dtype=torch.long)
            attn.rel_pos_h = nn.Parameter(attn.rel_pos_h.detach()[:, columns].contiguous())
            attn.rel_pos_w = nn.Parameter(attn.rel_pos_w.detach()[:, columns].contiguous())
            if not mends.recompute_scale:
                before = spec.blocks[index].attention // spec.heads
                _fold_scale(attn.k, math.sqrt(len(channels) / before))
        if not mends.keep_relative_positions:
            nn.init.zeros_(attn.rel_pos_h)
            nn.init.zeros_(attn.rel_pos_w)


def _fold_scale(keys: nn.Linear, factor: float) -> None:
    """The model scales by the new head width; with the keys multiplied it computes with the old scale."""
    with torch.no_grad():
        keys.weight.mul_(factor)
        keys.bias.mul_(factor)
