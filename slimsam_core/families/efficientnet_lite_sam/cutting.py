"""EfficientNet-Lite: each stage's output is a residual stream, the expanded channels are the bottleneck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import torch
from torch import Tensor, nn

from slimsam_core.arch import ArchSpec
from slimsam_core.families.cutting import ChannelGroup, ChannelKind, Mends, Tap, TapGroup, TapSide
from slimsam_core.families.declaration import own
from slimsam_core.families.efficientnet_lite_sam.spec import LiteEncoder, LiteStage

STREAM_GRANULE = 4
HIDDEN_GRANULE = 8


def channel_groups(arch: ArchSpec) -> tuple[ChannelGroup, ...]:
    """Stem, stage outputs, expanded channels of every block, hidden channels of the neck.

    Streams have widths in multiples of 4, the others of 8.
    """
    spec = own(LiteEncoder, arch.encoder)
    groups = [
        ChannelGroup(
            name="stem",
            kind=ChannelKind.RESIDUAL,
            roots=("net.stem",),
            width=spec.stem,
            granule=STREAM_GRANULE,
        )
    ]
    for s, stage in enumerate(spec.stages):
        root = f"net.stages.{s}.0.pw"
        groups.append(
            ChannelGroup(
                name=f"stages.{s}",
                kind=ChannelKind.RESIDUAL,
                roots=(root,),
                width=stage.width,
                granule=STREAM_GRANULE,
            )
        )
    for s, stage in enumerate(spec.stages):
        for b, hidden in enumerate(stage.hidden if stage.expand else ()):
            root = f"net.stages.{s}.{b}.expand.0"
            groups.append(
                ChannelGroup(
                    name=f"stages.{s}.{b}",
                    kind=ChannelKind.HIDDEN,
                    roots=(root,),
                    width=hidden,
                    granule=HIDDEN_GRANULE,
                )
            )
    for m, hidden in enumerate(spec.mix):
        groups.append(
            ChannelGroup(
                name=f"mix.{m}",
                kind=ChannelKind.HIDDEN,
                roots=(f"mix.{m}.2",),
                width=hidden,
                granule=HIDDEN_GRANULE,
            )
        )
    return tuple(groups)


def with_widths(arch: ArchSpec, widths: Mapping[str, int]) -> ArchSpec:
    """The architecture with some widths replaced; a stage without expansion has its input's width inside."""
    spec = own(LiteEncoder, arch.encoder)
    stem = widths.get("stem", spec.stem)
    stages: list[LiteStage] = []
    before = stem
    for s, stage in enumerate(spec.stages):
        width = widths.get(f"stages.{s}", stage.width)
        if stage.expand:
            hidden = tuple(widths.get(f"stages.{s}.{b}", old) for b, old in enumerate(stage.hidden))
        else:
            hidden = (before, *[width] * (len(stage.hidden) - 1))
        stages.append(replace(stage, width=width, hidden=hidden))
        before = width
    mix = tuple(widths.get(f"mix.{m}", old) for m, old in enumerate(spec.mix))
    return replace(arch, encoder=replace(spec, stem=stem, stages=tuple(stages), mix=mix))


def skeleton(encoder: nn.Module) -> Tensor:
    """The ordinary forward pass on one cell of stride 32."""
    result: Tensor = encoder(torch.ones(1, 3, 32, 32))
    return result


def bottleneck_taps(arch: ArchSpec, _mends: Mends) -> tuple[TapGroup, ...]:
    """The expanded channels after the depthwise convolution, and the neck's hidden channels after GELU."""
    spec = own(LiteEncoder, arch.encoder)
    expanded = tuple(
        Tap(f"net.stages.{s}.{b}.pw", TapSide.INPUT)
        for s, stage in enumerate(spec.stages)
        if stage.expand
        for b in range(len(stage.hidden))
    )
    neck = tuple(Tap(f"mix.{m}.3") for m in range(len(spec.mix)))
    return (TapGroup("expanded", expanded), TapGroup("neck", neck))


def embedding_taps(arch: ArchSpec) -> tuple[TapGroup, ...]:
    """The output of every block, and the neck's stream after every mixing block."""
    spec = own(LiteEncoder, arch.encoder)
    blocks = tuple(
        Tap(f"net.stages.{s}.{b}") for s, stage in enumerate(spec.stages) for b in range(len(stage.hidden))
    )
    neck = tuple(Tap(f"mix.{m}") for m in range(len(spec.mix)))
    return (TapGroup("block embeddings", blocks), TapGroup("neck embeddings", neck))


def checkpointed(encoder: nn.Module) -> Sequence[nn.Module]:
    """The stages of the body."""
    return list(encoder.get_submodule("net.stages").children())


def after_cut(
    _encoder: nn.Module, _kept: Mapping[str, Sequence[int]], _former: ArchSpec, _mends: Mends
) -> None:
    """Nothing to do: the dependency graph sees everything here."""
