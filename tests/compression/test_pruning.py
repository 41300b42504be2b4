"""Surgery on every family: what is cut, what stays, and which channels each criterion gives up first."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from slimsam_core.arch import ArchSpec
from slimsam_core.compression.cutting import prices as prices_module
from slimsam_core.compression.cutting.criteria.base import Gathers, criterion
from slimsam_core.compression.cutting.importance import Gatherer
from slimsam_core.compression.cutting.prices import Spending, channel_prices
from slimsam_core.compression.cutting.pruning import Surgeon, prune
from slimsam_core.compression.cutting.ranking import Rivalry, kept_channels
from slimsam_core.compression.learning.taps import recording
from slimsam_core.compression.recipe import CRITERIA, Ranking, Target
from slimsam_core.compression.stages import uniform_width
from slimsam_core.compression.supply.data import PictureSource, epoch_batches, list_images
from slimsam_core.compression.supply.loader import load_batches
from slimsam_core.compression.training_memory import training_bytes
from slimsam_core.errors import RecipeError
from slimsam_core.families import preset
from slimsam_core.families.cutting import ChannelGroup, ChannelKind, Mends, prunable_family
from slimsam_core.families.efficientnet_lite_sam.spec import LiteEncoder
from slimsam_core.families.sam_vit.spec import VitBlock, VitEncoder
from slimsam_core.models import Sam
from slimsam_core.models.cost import encoder_cost
from tests.compression.models import ARCHS, model, pictures
from tests.compression.published_cost import published_cost

KINDS = tuple(ChannelKind)


def picture(sam: Sam) -> torch.Tensor:
    torch.manual_seed(9)
    return torch.randn(2, 3, sam.arch.image_size, sam.arch.image_size)


def embedding(sam: Sam) -> torch.Tensor:
    with torch.no_grad():
        result: torch.Tensor = sam.image_encoder(picture(sam))
    return result


def halves(sam: Sam) -> dict[str, int]:
    return {g.name: uniform_width(g.width, g.granule, 0.5) for g in Surgeon(sam).groups}


@pytest.mark.parametrize("kind", ARCHS)
def test_removing_nothing_changes_nothing(kind: str) -> None:
    sam = model(kind)
    surgeon = Surgeon(sam)
    same = surgeon.cut({g.name: range(g.places) for g in surgeon.groups})
    assert same.arch == sam.arch
    assert torch.equal(embedding(same), embedding(sam))


@pytest.mark.parametrize("kind", ARCHS)
@pytest.mark.parametrize("ranking", list(Ranking))
@pytest.mark.parametrize(
    "kinds", [(ChannelKind.RESIDUAL,), (ChannelKind.ATTENTION, ChannelKind.HIDDEN), KINDS]
)
def test_a_cut_model_runs_with_the_widths_that_were_asked_for(kind: str, ranking: str, kinds: tuple) -> None:
    sam = model(kind)
    widths = halves(sam)
    prices: dict[str, float] = {}
    if ranking is Ranking.COST:
        competing = Surgeon(sam).groups_of(set(kinds) - {ChannelKind.RESIDUAL})
        prices = channel_prices(Target(), sam.arch, competing, torch.device("cpu"), bf16=False)
    slim = prune(
        sam,
        kinds,
        widths,
        criterion=criterion("magnitude"),
        gathered={},
        ranking=ranking,  # type: ignore[arg-type]
        mends=Mends(),
        removed=0.5,
        seed=0,
        spending=Spending(prices),
    )
    found = {group.name: group for group in prunable_family(slim.arch.family).channel_groups(slim.arch)}
    for group in Surgeon(sam).groups:
        new = found[group.name].width
        if group.kind not in kinds:
            assert new == group.width
        elif ranking is Ranking.LOCAL or group.kind == ChannelKind.RESIDUAL:
            assert new == widths[group.name]
        assert new % group.heads == 0
        assert new % group.granule == 0 or new == group.width
    for cut_kind in set(kinds) if ranking is not Ranking.COST else ():
        members = [g for g in Surgeon(sam).groups if g.kind == cut_kind]
        reached = sum(found[g.name].width for g in members)
        wanted = sum(widths[g.name] for g in members)
        assert not members or wanted - max(g.granule for g in members) < reached <= wanted
    assert embedding(slim).shape == embedding(sam).shape
    assert encoder_cost(slim.arch).parameters == sum(p.numel() for p in slim.image_encoder.parameters())


def halved_by(ranking: Ranking, sam: Sam, unit: str = "macs") -> Sam:
    """Bottleneck channels cut to what half of each costs."""
    target = Target() if unit == "macs" else Target(parameters=1.0)
    prices = channel_prices(target, sam.arch, Surgeon(sam).groups, torch.device("cpu"), bf16=False)
    return prune(
        sam,
        (ChannelKind.ATTENTION, ChannelKind.HIDDEN),
        halves(sam),
        criterion=criterion("magnitude"),
        gathered={},
        ranking=ranking,
        mends=Mends(),
        removed=0.5,
        seed=0,
        spending=Spending(prices),
    )


@pytest.mark.parametrize("kind", ARCHS)
@pytest.mark.parametrize("unit", ["macs", "parameters"])
def test_ranking_by_cost_spends_what_uniform_widths_cost_and_no_more(kind: str, unit: str) -> None:
    sam = model(kind)
    uniform, slim = (encoder_cost(halved_by(r, sam, unit).arch) for r in (Ranking.LOCAL, Ranking.COST))
    prices = channel_prices(
        Target() if unit == "macs" else Target(parameters=1.0),
        sam.arch,
        Surgeon(sam).groups,
        torch.device("cpu"),
        bf16=False,
    )
    largest = max(prices[g.name] * g.granule for g in Surgeon(sam).groups if g.kind != ChannelKind.RESIDUAL)
    assert getattr(uniform, unit) - largest < getattr(slim, unit) <= getattr(uniform, unit)


@pytest.mark.parametrize("kind", ARCHS)
def test_prices_are_what_a_wider_group_costs(kind: str) -> None:
    arch = ARCHS[kind]()
    family = prunable_family(arch.family)
    groups = [g for g in family.channel_groups(arch) if g.kind != ChannelKind.RESIDUAL]
    prices = channel_prices(Target(parameters=1.0), arch, groups, torch.device("cpu"), bf16=False)
    wider = {group.name: group.width + 2 * group.granule for group in groups}
    grown = encoder_cost(family.with_widths(arch, wider)).parameters - encoder_cost(arch).parameters
    assert grown == sum(2 * group.granule * prices[group.name] for group in groups)


def test_what_is_dear_goes_first_where_scores_are_equal() -> None:
    groups = [
        ChannelGroup(name=name, kind=kind, roots=("x",), width=32, granule=8)
        for name, kind in (("dear", ChannelKind.HIDDEN), ("cheap", ChannelKind.ATTENTION))
    ]
    scores = {group.name: np.ones(32) for group in groups}
    widths = {group.name: 16 for group in groups}
    rivalry = Rivalry(prices={"dear": 3.0, "cheap": 1.0})
    kept = kept_channels(groups, scores, widths, Ranking.COST, rivalry)
    assert {name: len(channels) for name, channels in kept.items()} == {"dear": 8, "cheap": 32}
    scores["dear"] *= 4
    kept = kept_channels(groups, scores, widths, Ranking.COST, rivalry)
    assert {name: len(channels) for name, channels in kept.items()} == {"dear": 16, "cheap": 16}


@pytest.mark.parametrize("ranking", [Ranking.COST, Ranking.ISOMORPHIC])
def test_no_layer_is_left_with_a_thread_because_its_scores_are_small(ranking: Ranking) -> None:
    groups = [
        ChannelGroup(name=name, kind=ChannelKind.HIDDEN, roots=("x",), width=128, granule=8)
        for name in ("small", "large")
    ]
    scores = {"small": np.full(128, 1e-9), "large": np.full(128, 1.0)}
    rivalry = Rivalry({"small": "a", "large": "a"}, {"small": 1.0, "large": 1.0})
    kept = kept_channels(groups, scores, dict.fromkeys(scores, 64), ranking, rivalry)
    assert {name: len(channels) for name, channels in kept.items()} == {"small": 16, "large": 112}


def test_layers_that_are_built_alike_compete_by_their_scores_as_they_are() -> None:
    groups = [
        ChannelGroup(name=name, kind=ChannelKind.HIDDEN, roots=("x",), width=32, granule=8)
        for name in ("weak", "strong", "other")
    ]
    scores = {"weak": np.full(32, 1.0), "strong": np.full(32, 9.0), "other": np.full(32, 0.1)}
    rivalry = Rivalry(builds={"weak": "conv", "strong": "conv", "other": "linear"})
    kept = kept_channels(groups, scores, dict.fromkeys(scores, 16), Ranking.ISOMORPHIC, rivalry)
    assert {name: len(channels) for name, channels in kept.items()} == {"weak": 8, "strong": 24, "other": 16}


def test_blocks_of_a_transformer_are_isomorphic_and_its_two_halves_are_not() -> None:
    surgeon = Surgeon(model("vit"))
    builds = {group.name: surgeon.build(group) for group in surgeon.groups}
    assert builds["blocks.0.attn"] == builds["blocks.1.attn"]
    assert builds["blocks.0.mlp"] == builds["blocks.1.mlp"]
    assert len(set(builds.values())) == 3


def test_raw_scores_keep_how_much_groups_differ() -> None:
    sam = model("vit")
    with torch.no_grad():
        for name, parameter in sam.image_encoder.named_parameters():
            if name.startswith("blocks.1.mlp"):
                parameter.mul_(10.0)
    surgeon = Surgeon(sam)
    wanted = [group for group in surgeon.groups if group.name.endswith("mlp")]
    relative, raw = (
        surgeon.scores(wanted, criterion("magnitude"), {}, seed=0, raw=raw) for raw in (False, True)
    )
    assert relative["blocks.1.mlp"].mean() == pytest.approx(relative["blocks.0.mlp"].mean())
    assert raw["blocks.1.mlp"].mean() > 10 * raw["blocks.0.mlp"].mean()


def test_milliseconds_are_measured_once_for_blocks_that_cost_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    encoder = VitEncoder(width=16, heads=2, blocks=(VitBlock(16, 24),) * 4, global_blocks=(1, 3), window=3)
    arch = replace(ARCHS["vit"](), encoder=encoder)
    groups = [
        g for g in prunable_family(arch.family).channel_groups(arch) if g.kind is not ChannelKind.RESIDUAL
    ]
    asked: list[ArchSpec] = []

    def measure(archs: Sequence[ArchSpec], *_: object) -> list[float]:
        asked.append(archs[1])
        return [1000.0, 1000.0 - 100.0 * len(asked)]

    monkeypatch.setattr(prices_module, "encode_milliseconds", measure)
    prices = channel_prices(Target(milliseconds=1.0), arch, groups, torch.device("cpu"), bf16=False)
    attention, hidden, global_attention = (prices[f"blocks.{name}"] for name in ("0.attn", "0.mlp", "1.attn"))
    assert len(asked) == len({attention, hidden, global_attention}) == 3
    assert attention == prices["blocks.2.attn"] == pytest.approx(100 / (2 * 8))
    assert hidden == prices["blocks.3.mlp"] == pytest.approx(200 / (4 * 12))
    assert global_attention == prices["blocks.3.attn"] == pytest.approx(300 / (2 * 8))


@pytest.mark.parametrize("kind", ARCHS)
def test_cutting_channels_that_carry_nothing_leaves_the_output_as_it_is(kind: str) -> None:
    sam = model(kind)
    surgeon = Surgeon(sam)
    hidden = [group for group in surgeon.groups if group.kind == ChannelKind.HIDDEN]
    gone = {group.name: [1, 5] for group in hidden}
    silence(sam, gone)
    kept = {g.name: [c for c in range(g.width) if c not in gone[g.name]] for g in hidden}
    slim = Surgeon(sam).cut(kept)
    assert encoder_cost(slim.arch).parameters < encoder_cost(sam.arch).parameters
    assert torch.allclose(embedding(slim), embedding(sam), atol=1e-5)


def silence(sam: Sam, channels: dict[str, list[int]]) -> None:
    """No weight leads into these channels of some groups nor out of them."""
    surgeon = Surgeon(sam)
    parameters = dict(sam.image_encoder.named_parameters())
    for group in surgeon.groups:
        for member in surgeon.members(group) if group.name in channels else ():
            index = torch.tensor([member.channels[channel] for channel in channels[group.name]])
            with torch.no_grad():
                parameters[member.parameter].index_fill_(member.dim, index, 0.0)


@pytest.mark.parametrize("kind", ARCHS)
@pytest.mark.parametrize("name", [name for name in CRITERIA if name not in ("random", "scratch")])
def test_each_criterion_ranks_planted_useless_channels_last(kind: str, name: str, tmp_path: Path) -> None:
    sam = model(kind)
    groups = Surgeon(sam).groups
    planted = {group.name: group.places // 2 for group in groups}
    silence(sam, {group.name: group.channels([planted[group.name]]) for group in groups})
    chosen = criterion(name)
    gathered = {}
    if chosen.objective is not None:
        images = list_images([pictures(tmp_path, 4)])
        source = PictureSource(images, range(4), lambda _path, _error: None)
        gatherer = Gatherer(sam, chosen, 0.01, seed=1, bf16=False)
        for batch in load_batches(source, epoch_batches(4, 2, [0]), sam.arch, threads=1, prefetch=1):
            gatherer.add(batch)
        gathered = gatherer.gathered
    surgeon = Surgeon(sam)
    scores = surgeon.scores(surgeon.groups, chosen, gathered, seed=0)
    for group in surgeon.groups:
        values = scores[group.name]
        assert values[planted[group.name]] == 0.0
        assert np.delete(values, planted[group.name]).min() > 0.0, group.name


def test_random_scores_come_from_the_seed_alone() -> None:
    surgeon = Surgeon(model("vit"))
    first, again, other = (
        surgeon.scores(surgeon.groups, criterion("random"), {}, seed=seed) for seed in (1, 1, 2)
    )
    assert all(np.array_equal(first[name], again[name]) for name in first)
    assert any(not np.array_equal(first[name], other[name]) for name in first)


@pytest.mark.parametrize("name", ["disturbed_taylor", "hessian", "taylor"])
def test_what_is_gathered_does_not_depend_on_the_batches(name: str, tmp_path: Path) -> None:
    sam = model("vit")
    images = list_images([pictures(tmp_path, 4)])
    source = PictureSource(images, range(4), lambda _path, _error: None)
    results = []
    for size in (1, 4):
        gatherer = Gatherer(sam, criterion(name), 0.01, seed=3, bf16=False)
        order = np.arange(4).reshape(-1, size)
        for batch in load_batches(source, order, sam.arch, threads=1, prefetch=1):
            gatherer.add(batch)
        results.append(gatherer.gathered)
    if criterion(name).gathers is Gathers.GRADIENTS:
        for key, value in results[0].items():
            assert torch.allclose(value, results[1][key], atol=1e-5, rtol=1e-3), key
    assert all(parameter.requires_grad for parameter in sam.parameters())
    assert all(parameter.grad is None for parameter in sam.parameters())


def test_without_noise_disturbed_taylor_has_no_gradient(tmp_path: Path) -> None:
    images = list_images([pictures(tmp_path, 2)])
    source = PictureSource(images, range(2), lambda _path, _error: None)
    gatherer = Gatherer(model("vit"), criterion("disturbed_taylor"), 0.0, seed=3, bf16=False)
    for batch in load_batches(source, np.array([[0, 1]]), ARCHS["vit"](), threads=1, prefetch=1):
        assert gatherer.add(batch) == 0.0
    assert all(not value.any() for value in gatherer.gathered.values())


def test_a_head_keeps_the_same_channels_as_every_other_and_its_rows_of_the_position_tables() -> None:
    sam = model("vit")
    slim = Surgeon(sam).cut({"blocks.0.attn": [1, 2, 6], "blocks.1.attn": [0, 5]})
    old, new = sam.image_encoder.state_dict(), slim.image_encoder.state_dict()
    for index, (size, kept) in enumerate(((8, [1, 2, 6]), (6, [0, 5]))):
        rows = kept + [size + channel for channel in kept]
        for name in "qkv":
            assert torch.equal(
                new[f"blocks.{index}.attn.{name}.weight"], old[f"blocks.{index}.attn.{name}.weight"][rows]
            )
        assert torch.equal(
            new[f"blocks.{index}.attn.proj.weight"], old[f"blocks.{index}.attn.proj.weight"][:, rows]
        )
        for side in "hw":
            table = f"blocks.{index}.attn.rel_pos_{side}"
            assert torch.equal(new[table], old[table][:, kept])


def test_stage_1_keeps_the_position_tables_unless_told_otherwise() -> None:
    sam = model("vit")
    kept = {"residual": list(range(0, 16, 2))}
    tables = [name for name in sam.image_encoder.state_dict() if "rel_pos" in name]
    mended = Surgeon(sam).cut(kept).image_encoder.state_dict()
    published = Surgeon(sam, Mends(keep_relative_positions=False)).cut(kept).image_encoder.state_dict()
    assert len(tables) == 4
    for name in tables:
        assert torch.equal(mended[name], sam.image_encoder.state_dict()[name])
        assert not published[name].any()


def test_the_unmended_scale_is_the_one_of_the_head_before_the_cut() -> None:
    sam = model("vit")
    kept = {"blocks.1.attn": [0, 2, 4]}
    published = Surgeon(sam, Mends(recompute_scale=False)).cut(kept)
    attn, old = published.image_encoder.blocks[1].attn, sam.image_encoder.blocks[1].attn
    x = torch.randn(4, 4, 16)
    q, k, old_q, old_k = attn.q(x), attn.k(x), old.q(x), old.k(x)
    rows = [0, 2, 4, 6, 8, 10]
    logits = (q[..., :3] * k[..., :3]).sum(-1) / math.sqrt(3)
    expected = (old_q[..., rows[:3]] * old_k[..., rows[:3]]).sum(-1) / math.sqrt(6)
    assert torch.allclose(logits, expected, atol=1e-6)


def test_the_global_blocks_term_can_be_left_out_as_published() -> None:
    family, arch = prunable_family("sam_vit"), ARCHS["vit"]()
    with_term = {group.name for group in family.bottleneck_taps(arch, Mends())}
    without = {group.name for group in family.bottleneck_taps(arch, Mends(global_block_loss=False))}
    assert with_term - without == {"global q, k, v"}


@pytest.mark.parametrize("kind", ARCHS)
def test_taps_keep_their_width_in_the_stage_that_compares_them(kind: str) -> None:
    sam = model(kind)
    family = prunable_family(sam.arch.family)
    stage1 = prune_half(sam, (ChannelKind.RESIDUAL,))
    stage2 = prune_half(stage1, (ChannelKind.ATTENTION, ChannelKind.HIDDEN))
    for before, after, groups in (
        (sam, stage1, family.bottleneck_taps(sam.arch, Mends())),
        (stage1, stage2, family.embedding_taps(stage1.arch)),
    ):
        taps = tuple(tap for group in groups for tap in group.taps)
        with recording(before.image_encoder, taps) as old, recording(after.image_encoder, taps) as new:
            embedding(before), embedding(after)
        assert {tap: old[tap].shape for tap in taps} == {tap: new[tap].shape for tap in taps}


def prune_half(sam: Sam, kinds: tuple) -> Sam:
    return prune(
        sam,
        kinds,
        halves(sam),
        criterion=criterion("magnitude"),
        gathered={},
        ranking=Ranking.LOCAL,
        mends=Mends(),
        removed=0.5,
        seed=0,
    )


@pytest.mark.parametrize("kept", [[], [0, 0], [99], [-1]])
def test_impossible_cuts_are_refused(kept: list[int]) -> None:
    with pytest.raises(ValueError, match="residual"):
        Surgeon(model("vit")).cut({"residual": kept})


@pytest.mark.parametrize("name", ["resnet", "base", "../x", ""])
def test_a_family_without_declarations_is_refused(name: str) -> None:
    with pytest.raises(RecipeError) as caught:
        prunable_family(name)
    assert caught.value.where == "teacher"


@given(st.integers(1, 400), st.sampled_from([1, 2, 8, 12, 16]), st.floats(0.001, 0.999))
def test_uniform_widths_divide_by_the_heads_and_never_vanish(units: int, granule: int, ratio: float) -> None:
    width = uniform_width(units * granule, granule, ratio)
    assert width % granule == 0
    assert granule <= width <= units * granule
    assert width > units * granule * (1 - ratio) - granule - 1e-6


@settings(max_examples=50)
@given(st.integers(0, 1000), st.floats(0.05, 0.95))
def test_global_ranking_spends_the_same_sum(seed: int, ratio: float) -> None:
    random = np.random.default_rng(seed)
    groups = [
        ChannelGroup(name=str(i), kind=ChannelKind.HIDDEN, roots=("x",), width=24 + 12 * i, granule=12)
        for i in range(4)
    ]
    scores = {g.name: random.random(g.width) for g in groups}
    widths = {g.name: uniform_width(g.width, g.granule, ratio) for g in groups}
    kept = kept_channels(groups, scores, widths, Ranking.GLOBAL)
    assert sum(map(len, kept.values())) == sum(widths.values())
    assert all(len(channels) % 12 == 0 and channels for channels in kept.values())
    for group in groups:
        lost = np.delete(scores[group.name], kept[group.name])
        assert not lost.size or lost.max() <= scores[group.name][kept[group.name]].min()


@pytest.mark.parametrize(("ratio", "parameters", "macs"), [(0.5, 26e6, 98e9), (0.77, 9.1e6, 23e9)])
def test_sam_b_shrinks_to_the_published_sizes(ratio: float, parameters: float, macs: float) -> None:
    arch = preset("sam_vit_b")
    family = prunable_family(arch.family)
    groups = family.channel_groups(arch)
    slim = family.with_widths(arch, {g.name: uniform_width(g.width, g.granule, ratio) for g in groups})
    cost = published_cost(slim)
    assert cost.parameters == pytest.approx(parameters, rel=0.03)
    assert cost.macs == pytest.approx(macs, rel=0.03)
    same = {0.5: "slimsam_50", 0.77: "slimsam_77"}[ratio]
    assert slim.encoder == preset(same).encoder


def test_checkpointing_is_expected_to_save_memory() -> None:
    arch = preset("sam_vit_b")
    assert training_bytes(arch, 2, checkpointing=True) < training_bytes(arch, 2) / 2
    assert training_bytes(arch, 2) > 1.7 * training_bytes(arch, 1) - training_bytes(arch, 1) * 0.7


def test_a_width_may_be_free_in_every_block() -> None:
    vit, lite = ARCHS["vit"](), ARCHS["lite"]()
    new_vit = prunable_family("sam_vit").with_widths(vit, {"blocks.1.mlp": 4, "residual": 8}).encoder
    assert isinstance(new_vit, VitEncoder)
    assert (new_vit.width, [b.mlp for b in new_vit.blocks]) == (8, [24, 4])
    new_lite = prunable_family("efficientnet_lite_sam").with_widths(lite, {"stem": 8, "stages.1": 4}).encoder
    assert isinstance(new_lite, LiteEncoder)
    assert (new_lite.stem, new_lite.stages[0].hidden, new_lite.stages[1].width) == (8, (8,), 4)
