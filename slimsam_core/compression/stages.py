"""The order of cuts and distillations: in turns, any number of rounds, or the scratch baseline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from slimsam_core.arch import ArchSpec
from slimsam_core.compression.recipe import SCRATCH, Recipe
from slimsam_core.families.cutting import ChannelKind, prunable_family


class StageKind(StrEnum):
    """What a stage cuts: the residual stream, what lies inside the blocks, or everything at once."""

    EMBEDDING = "embedding"
    BOTTLENECK = "bottleneck"
    SCRATCH = "scratch"
    PROMPTS = "prompts"
    """Nothing: the encoder learns through the decoder."""
    DECODER = "decoder"
    """Nothing of the encoder, and hidden channels of the decoder."""


_CUTS: dict[StageKind, tuple[ChannelKind, ...]] = {
    StageKind.EMBEDDING: (ChannelKind.RESIDUAL,),
    StageKind.BOTTLENECK: (ChannelKind.ATTENTION, ChannelKind.HIDDEN),
    StageKind.SCRATCH: tuple(ChannelKind),
    StageKind.PROMPTS: (),
    StageKind.DECODER: (),
}


@dataclass(frozen=True)
class Ratios:
    """Shares of channels that are gone in the end."""

    residual: float
    bottleneck: float


@dataclass(frozen=True, kw_only=True)
class CutStage:
    """One cut and the distillation behind it."""

    index: int
    round: int
    """Counts from 1."""
    kind: StageKind
    widths: Mapping[str, int]
    """Uniform widths, by channel group, that this stage's cut leads to."""
    arch: ArchSpec
    """After the cut when ranking is local; global ranking spreads the same sums over the blocks."""
    epochs: int
    align_epochs: int
    patience: int | None = None
    """Of this stage alone; None = the optimiser's."""
    removed: float = 0.0
    """Share of the bottleneck channels that this cut takes away of those that were there before it."""

    @property
    def cuts(self) -> tuple[ChannelKind, ...]:
        """The kinds of groups that this stage cuts."""
        return _CUTS[self.kind]

    @property
    def by_masks(self) -> bool:
        """Whether masks are learnt and judged, not embeddings alone."""
        return self.kind in (StageKind.PROMPTS, StageKind.DECODER)

    @property
    def title(self) -> str:
        """For people."""
        names = {
            StageKind.EMBEDDING: "embedding pruning, bottleneck aligning",
            StageKind.BOTTLENECK: "bottleneck pruning, embedding aligning",
            StageKind.SCRATCH: "distillation from random weights",
            StageKind.PROMPTS: "prompts in the loop",
            StageKind.DECODER: "the mask decoder",
        }
        if self.by_masks:
            return names[self.kind].capitalize()
        return f"Round {self.round}: {names[self.kind]}"


def slim_arch(arch: ArchSpec, ratios: Ratios) -> ArchSpec:
    """The architecture with uniform widths after all rounds."""
    family = prunable_family(arch.family)
    return family.with_widths(arch, _widths(arch, ratios, _CUTS[StageKind.SCRATCH], 1, 1))


def planned_stages(recipe: Recipe, arch: ArchSpec, ratios: Ratios) -> tuple[CutStage, ...]:
    """What a run does, in order, for a teacher of architecture ``arch``."""
    stages = list(_cutting_stages(recipe, arch, ratios))
    for kind, epochs in (
        (StageKind.PROMPTS, recipe.prompt_stage.epochs),
        (StageKind.DECODER, recipe.decoder_stage.epochs),
    ):
        if epochs:
            former = stages[-1].arch
            slim = slim_decoder(former, recipe.decoder_stage.removed) if kind is StageKind.DECODER else former
            stages.append(
                CutStage(
                    index=len(stages),
                    round=recipe.rounds,
                    kind=kind,
                    widths={},
                    arch=slim,
                    epochs=epochs,
                    align_epochs=0,
                )
            )
    return tuple(stages)


def slim_decoder(arch: ArchSpec, removed: float) -> ArchSpec:
    """With that share of the hidden channels of the decoder's MLPs gone, in whole eights where there are
    some."""
    width = uniform_width(arch.decoder.mlp_dim, 8 if arch.decoder.mlp_dim % 8 == 0 else 1, removed)
    return replace(arch, decoder=replace(arch.decoder, mlp_dim=width))


def _cutting_stages(recipe: Recipe, arch: ArchSpec, ratios: Ratios) -> tuple[CutStage, ...]:
    family = prunable_family(arch.family)
    if recipe.criterion.name == SCRATCH:
        epochs = recipe.rounds * (recipe.embedding_stage.epochs + recipe.bottleneck_stage.epochs)
        widths = _widths(arch, ratios, _CUTS[StageKind.SCRATCH], 1, 1)
        return (
            CutStage(
                index=0,
                round=1,
                kind=StageKind.SCRATCH,
                widths=widths,
                arch=family.with_widths(arch, widths),
                epochs=epochs,
                align_epochs=0,
            ),
        )
    stages: list[CutStage] = []
    for number in range(1, recipe.rounds + 1):
        for kind in (StageKind.EMBEDDING, StageKind.BOTTLENECK):
            settings = recipe.embedding_stage if kind is StageKind.EMBEDDING else recipe.bottleneck_stage
            widths = _widths(arch, ratios, _CUTS[kind], recipe.rounds, number)
            former = stages[-1].arch if stages else arch
            stages.append(
                CutStage(
                    index=len(stages),
                    round=number,
                    kind=kind,
                    widths=widths,
                    arch=family.with_widths(former, widths),
                    epochs=settings.epochs,
                    align_epochs=min(settings.align_epochs, settings.epochs),
                    patience=settings.patience,
                    removed=_removed_in_round(ratios.bottleneck, recipe.rounds, number),
                )
            )
    return tuple(stages)


def _removed_in_round(ratio: float, rounds: int, number: int) -> float:
    before, after = (1.0 - removed_after(ratio, rounds, done) for done in (number - 1, number))
    return 1.0 - after / before


def _widths(
    arch: ArchSpec, ratios: Ratios, cuts: tuple[ChannelKind, ...], rounds: int, done: int
) -> dict[str, int]:
    """Uniform widths after round ``done`` of the groups that are cut; ``arch`` is the teacher's."""
    widths = {}
    for group in prunable_family(arch.family).channel_groups(arch):
        if group.kind in cuts:
            ratio = ratios.residual if group.kind is ChannelKind.RESIDUAL else ratios.bottleneck
            removed = removed_after(ratio, rounds, done)
            widths[group.name] = uniform_width(group.width, group.granule, removed)
    return widths


def uniform_width(first_width: int, granule: int, removed: float) -> int:
    """``first_width`` less the share ``removed``, rounded down to ``granule``, at least one granule."""
    kept = int(first_width * (1.0 - removed) / granule + 1e-9) * granule
    return max(granule, kept)


def removed_after(ratio: float, rounds: int, done: int) -> float:
    """Share of the first width that is gone after ``done`` of ``rounds``, equal factors each round."""
    return ratio if done == rounds else 1.0 - (1.0 - ratio) ** (done / rounds)
