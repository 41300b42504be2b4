"""TinyViT: the width of every stage, expanded channels, MLP hidden layers, and whole attention heads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import torch
from torch import Tensor, nn

from slimsam_core.arch import ArchSpec
from slimsam_core.families.cutting import ChannelGroup, ChannelKind, Mends, Tap, TapGroup, TapSide, one_root
from slimsam_core.families.declaration import own
from slimsam_core.families.tiny_vit.network import TinyVitSamEncoder, WindowBlock
from slimsam_core.families.tiny_vit.spec import TinyVitBlock, TinyVitEncoder, TinyVitStage


def channel_groups(arch: ArchSpec) -> tuple[ChannelGroup, ...]:
    """The streams; the stem, the insides of inverted residuals and mergings, the MLPs; the heads by block."""
    spec = own(TinyVitEncoder, arch.encoder)
    groups = [
        one_root("stream", ChannelKind.RESIDUAL, "patch_embed.2.0", spec.width),
        *(
            one_root(f"stages.{s}", ChannelKind.RESIDUAL, f"stages.{s}.merge.project.0", stage.width)
            for s, stage in enumerate(spec.stages)
        ),
        one_root("stem", ChannelKind.HIDDEN, "patch_embed.0.0", spec.stem),
        *(
            one_root(f"convolutions.{i}", ChannelKind.HIDDEN, f"convolutions.{i}.expand.0", hidden)
            for i, hidden in enumerate(spec.hidden)
        ),
    ]
    for s, stage in enumerate(spec.stages):
        groups.append(
            one_root(f"stages.{s}.merge", ChannelKind.HIDDEN, f"stages.{s}.merge.expand.0", stage.merge)
        )
        for b, block in enumerate(stage.blocks):
            name = f"stages.{s}.blocks.{b}"
            groups += [
                ChannelGroup(
                    name=f"{name}.attn",
                    kind=ChannelKind.ATTENTION,
                    roots=tuple(f"{name}.attn.{part}" for part in "qkv"),
                    width=block.heads * spec.head_width,
                    granule=spec.head_width,
                    unit=spec.head_width,
                ),
                one_root(f"{name}.mlp", ChannelKind.HIDDEN, f"{name}.mlp.lin1", block.mlp),
            ]
    return tuple(groups)


def with_widths(arch: ArchSpec, widths: Mapping[str, int]) -> ArchSpec:
    """The architecture with some widths replaced."""
    spec = own(TinyVitEncoder, arch.encoder)

    def stage_with(s: int, stage: TinyVitStage) -> TinyVitStage:
        blocks = []
        for b, block in enumerate(stage.blocks):
            name = f"stages.{s}.blocks.{b}"
            attention = widths.get(f"{name}.attn", block.heads * spec.head_width)
            blocks.append(TinyVitBlock(attention // spec.head_width, widths.get(f"{name}.mlp", block.mlp)))
        return replace(
            stage,
            width=widths.get(f"stages.{s}", stage.width),
            merge=widths.get(f"stages.{s}.merge", stage.merge),
            blocks=tuple(blocks),
        )

    encoder = replace(
        spec,
        stem=widths.get("stem", spec.stem),
        width=widths.get("stream", spec.width),
        hidden=tuple(widths.get(f"convolutions.{i}", old) for i, old in enumerate(spec.hidden)),
        stages=tuple(stage_with(s, stage) for s, stage in enumerate(spec.stages)),
    )
    return replace(arch, encoder=encoder)


def skeleton(encoder: nn.Module) -> Tensor:
    """One cell through every layer; q, k and v meet by adding them, which couples them as attention does."""
    encoder = own(TinyVitSamEncoder, encoder)
    x = encoder.convolutions(encoder.patch_embed(torch.ones(1, 3, 4, 4)))
    for stage in encoder.stages:
        x = stage.get_submodule("merge")(x)
        for block in _blocks(stage):
            x = x.permute(0, 2, 3, 1)
            attn, y = block.attn, block.attn.norm(x)
            x = x + attn.proj(attn.q(y) + attn.k(y) + attn.v(y))
            x = block.local(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
            x = (x + block.mlp(block.norm(x))).permute(0, 3, 1, 2)
    result: Tensor = encoder.neck(x)
    return result


def bottleneck_taps(arch: ArchSpec, _mends: Mends) -> tuple[TapGroup, ...]:
    """What the projections of inverted residuals and mergings get, q, k and v, and the MLPs after GELU."""
    spec = own(TinyVitEncoder, arch.encoder)
    blocks = _block_names(spec)
    expanded = [f"convolutions.{i}" for i in range(len(spec.hidden))]
    expanded += [f"stages.{s}.merge" for s in range(len(spec.stages))]
    return (
        TapGroup("expanded", tuple(Tap(f"{name}.project", TapSide.INPUT) for name in expanded)),
        TapGroup("q, k, v", tuple(Tap(f"{name}.attn.{part}") for name in blocks for part in "qkv")),
        TapGroup("MLP", tuple(Tap(f"{name}.mlp.act") for name in blocks)),
    )


def embedding_taps(arch: ArchSpec) -> tuple[TapGroup, ...]:
    """The streams: behind the stem, every inverted residual, merging, attention and MLP."""
    spec = own(TinyVitEncoder, arch.encoder)
    convolutions = [Tap("patch_embed"), *(Tap(f"convolutions.{i}") for i in range(len(spec.hidden)))]
    merged = [Tap(f"stages.{s}.merge") for s in range(len(spec.stages))]
    attended = [Tap(f"{name}.local") for name in _block_names(spec)]
    blocks = [Tap(name) for name in _block_names(spec)]
    return (
        TapGroup("convolution embeddings", (*convolutions, *merged)),
        TapGroup("block embeddings", (*attended, *blocks)),
    )


def checkpointed(encoder: nn.Module) -> Sequence[nn.Module]:
    """The inverted residuals, the mergings and the transformer blocks."""
    encoder = own(TinyVitSamEncoder, encoder)
    parts: list[nn.Module] = list(encoder.convolutions)
    for stage in encoder.stages:
        parts += [stage.get_submodule("merge"), *_blocks(stage)]
    return parts


def after_cut(
    encoder: nn.Module, kept: Mapping[str, Sequence[int]], _former: ArchSpec, _mends: Mends
) -> None:
    """Cut the biases of the heads that are gone."""
    for s, stage in enumerate(own(TinyVitSamEncoder, encoder).stages):
        for b, block in enumerate(_blocks(stage)):
            heads = kept.get(f"stages.{s}.blocks.{b}.attn")
            if heads is not None:
                block.attn.biases = nn.Parameter(block.attn.biases.detach()[list(heads)].contiguous())


def _block_names(spec: TinyVitEncoder) -> list[str]:
    return [f"stages.{s}.blocks.{b}" for s, stage in enumerate(spec.stages) for b in range(len(stage.blocks))]


def _blocks(stage: nn.Module) -> list[WindowBlock]:
    return [block for block in stage.get_submodule("blocks").children() if isinstance(block, WindowBlock)]
